"""The simulated market: the same seed, the same market; groups apart from everything but names."""

import math
import re
from collections.abc import Sequence

import numpy as np
import pytest

from jobfit.errors import InputError
from jobfit.records import Outcome
from jobfit.simulation import Market, MarketSettings, simulate
from jobfit.simulation.page import plain
from jobfit.simulation.truth import grades


@pytest.fixture(scope="module")
def market() -> Market:
    return simulate(MarketSettings(candidates=300, vacancies=40), seed=1)


@pytest.mark.parametrize(
    "wrong",
    [
        {"candidates": 0},
        {"vacancies": -1},
        {"candidates": True},
        {"languages": ("de",)},
        {"languages": ()},
        {"today": "2026-13"},
        {"forgotten": 1.0},
        {"languages": ("en", "en")},
        {"language_shares": (0.5, 0.4)},
        {"language_shares": (1.0,)},
        {"label_noise": 0.6},
        {"censoring": 1.1},
        {"leak": float("nan")},
        {"bias": -0.1},
        {"bias": float("inf")},
        {"bias_attribute": "height"},
    ],
)
def test_settings_out_of_range_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(InputError):
        MarketSettings(**wrong)  # type: ignore[arg-type]


def test_simulate_negative_seed_is_refused() -> None:
    with pytest.raises(InputError, match="seed"):
        simulate(MarketSettings(candidates=5, vacancies=2), seed=-1)


def test_simulate_one_candidate_and_one_vacancy_works() -> None:
    small = simulate(MarketSettings(candidates=1, vacancies=1, languages=("fr",)), seed=3)
    assert small.q.shape == (1, 1)
    assert plain(small.cvs["c0001"])


def test_simulate_same_seed_gives_the_same_market() -> None:
    settings = MarketSettings(candidates=30, vacancies=5)
    first, second, other = (simulate(settings, seed) for seed in (7, 7, 8))
    assert first.cvs == second.cvs and first.applications == second.applications
    assert first.cvs != other.cvs


def test_truth_lies_between_zero_and_one_and_every_vacancy_has_relevant_candidates(market: Market) -> None:
    for values in (market.q, market.p):
        assert values.min() >= 0 and values.max() <= 1
    relevant = (grades(market.q) > 0).sum(axis=0)
    assert relevant.min() >= 1 and relevant.max() < 60


def test_texts_never_hold_a_group_label(market: Market) -> None:
    labels = {value for values in market.groups.values() for value in values.values()}
    assert len(labels) == 11
    pattern = re.compile("|".join(rf"\b{label.replace('_', '[ _]')}\b" for label in sorted(labels)), re.IGNORECASE)
    for page in (*market.cvs.values(), *market.vacancies.values()):
        assert not pattern.search(plain(page))


def test_texts_do_not_change_with_the_groups_but_in_the_name_and_contact_lines(market: Market) -> None:
    """By default the titles of the careers carry no sex: feminine French ones are as usual for men as for women."""
    feminine = re.compile(r"\b\w+(?:euse|trice|ière|ienne)\b")
    shares = {}
    for sex in ("female", "male"):
        pages = [
            page
            for id_, page in market.cvs.items()
            if market.groups[id_]["sex"] == sex and market.people[int(id_[1:]) - 1].language == "fr"
        ]
        shares[sex] = sum(bool(feminine.search(plain(page))) for page in pages) / len(pages)
    assert abs(shares["female"] - shares["male"]) < 0.2


@pytest.mark.parametrize("attribute", ["sex", "age_band", "origin"])
def test_qualification_does_not_depend_on_the_groups(market: Market, attribute: str) -> None:
    """A permutation test of the spread of group means of the best qualification of each candidate."""
    best = market.q.max(axis=1)
    labels = np.array([market.groups[person.id][attribute] for person in market.people])

    def spread(order: np.ndarray) -> float:
        return float(np.ptp([best[order == label].mean() for label in sorted(set(labels))]))

    rng = np.random.default_rng(0)
    by_chance = [spread(rng.permutation(labels)) for _ in range(300)]
    assert np.mean(np.array(by_chance) >= spread(labels)) > 0.01


def test_given_names_go_with_sex(market: Market) -> None:
    """Each given name belongs to one sex; the list of names would otherwise be useless for counterfactuals."""
    seen: dict[str, set[str]] = {}
    for id_, identity in market.identities.items():
        seen.setdefault(identity.given, set()).add(market.groups[id_]["sex"])
    assert all(len(sexes) == 1 for sexes in seen.values())


def test_contact_details_lie_in_ranges_for_fiction(market: Market) -> None:
    for identity in market.identities.values():
        assert re.fullmatch(r"[a-z0-9.]+@example\.(org|com)", identity.email), identity.email
        assert re.fullmatch(r"\(212\) 555-01\d\d|01 99 00 \d\d \d\d", identity.phone)


def test_outcomes_rise_with_qualification(market: Market) -> None:
    person = {entry.id: row for row, entry in enumerate(market.people)}
    opening = {entry.id: column for column, entry in enumerate(market.openings)}
    means = {}
    for outcome in Outcome:
        ended = [a for a in market.applications if a.outcome is outcome]
        assert len(ended) >= 20, outcome
        means[outcome] = np.mean([market.q[person[a.candidate_id], opening[a.vacancy_id]] for a in ended])
    assert means[Outcome.HIRED] > means[Outcome.TALENT_POOL] > means[Outcome.REJECTED]
    censored = {a.status for a in market.applications if a.outcome is Outcome.CENSORED}
    assert censored == {"applied", "interview", "no_response", "vacancy_filled", "withdrawn"}


@pytest.mark.parametrize("languages", [("en", "fr"), ("en",)])
def test_bag_of_words_beats_chance_and_is_far_from_the_truth(languages: tuple[str, ...]) -> None:
    import bm25s

    market = simulate(MarketSettings(candidates=300, vacancies=40, languages=languages), seed=1)
    table = grades(market.q).T
    index = bm25s.BM25()
    index.index([_words(plain(page)) for page in market.cvs.values()], show_progress=False)
    queries = [sorted(set(_words(plain(page)))) for page in market.vacancies.values()]
    found = np.mean([_ndcg(row, np.argsort(-index.get_scores(query))) for row, query in zip(table, queries)])
    chance = np.mean([_ndcg(row, np.random.default_rng(0).permutation(len(row))) for row in table])
    truth = np.mean([_ndcg(row, np.argsort(-scores)) for row, scores in zip(table, market.q.T)])
    assert truth == pytest.approx(1)
    assert chance < 0.15 < 0.3 < found < (0.6 if len(languages) == 2 else 0.8)


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def _ndcg(gains: np.ndarray, order: np.ndarray) -> float:
    """nDCG@10 with linear gain and log2 discount."""

    def dcg(values: Sequence[int]) -> float:
        return sum(value / math.log2(rank + 2) for rank, value in enumerate(values))

    return dcg(gains[order][:10]) / dcg(np.sort(gains)[::-1][:10])
