"""The data of an experiment from simulated markets: labels from the log or by rules, the truth for testing alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Literal

from jobfit.documents.confit_text import confit_text
from jobfit.documents.masking import TextKind, mask
from jobfit.errors import InputError
from jobfit.experiments.data import Attribute, ExperimentData, Truth
from jobfit.ingest.language import detect_language
from jobfit.judged import Judged, Pair, both_ways
from jobfit.reading import read_candidate_text
from jobfit.records import Candidate, RequirementKind, Source, Vacancy
from jobfit.settings import Count, From0, check_fields
from jobfit.simulation.market import Market, simulate
from jobfit.simulation.page import Page, plain
from jobfit.simulation.settings import MarketSettings, Upto1
from jobfit.simulation.truth import grades
from jobfit.structure.vacancy import read_vacancy_profile
from jobfit.taxonomy.compact import load_compact
from jobfit.training.data import TrainingSet, hold_out
from jobfit.training.rules import Area, Asks, Place, RuleSet, all_cases

RESUME, JOB = "Resume Content", "Job Information"
TODAY = date(2026, 1, 1)  # where the market's calendar ends
ACCEPTED = ("hired", "offer_declined", "talent_pool")
REJECTED = ("rejected_cv", "rejected_interview")


@dataclass(frozen=True, slots=True)
class MarketSizes:
    """Two markets of other people and other employers: one to train on, one held out.

    seen:    how many vacancies each candidate of the training market is shown; more give more labelled pairs.
    labels:  ``log``: accepted and turned down as the market's employers did, errors included; ``rules``: by
             :func:`rules` from what is read in the texts, as RankPO labels.
    bias:    taken off the log-odds of passing the screening outside the reference group of the attribute *sex*.
    leak:    0..1, how far hobbies in a CV tell the groups of the person.
    """

    candidates: Count = 1500
    vacancies: Count = 400
    held_out_candidates: Count = 600
    held_out_vacancies: Count = 120
    seen: Count = 24
    labels: Literal["log", "rules"] = "log"
    languages: tuple[str, ...] = ("en",)
    seed: int = 1
    bias: From0 = 0.0
    leak: Upto1 = 0.0

    def __post_init__(self) -> None:
        check_fields(self)


def market_data(sizes: MarketSizes, measures: tuple[str, ...]) -> ExperimentData:
    """Return train and validation from one market, the held-out part from another; the truth of both for a judge."""

    learnt = market_of(sizes, sizes.candidates, sizes.vacancies, sizes.seed)
    tested = market_of(sizes, sizes.held_out_candidates, sizes.held_out_vacancies, sizes.seed + 1_000_000)
    positives, rejects = _logged(learnt) if sizes.labels == "log" else (_by_rules(learnt), ())
    if not positives:
        raise InputError("no accepted pair in this market: make it larger")
    train, validation = hold_out(TrainingSet(*market_texts(learnt), positives, rejects), 1 / 7, seed=sizes.seed)
    held_out = _held_out(tested, sizes, measures)
    labels = "the log of applications" if sizes.labels == "log" else "declarative rules on what was read in the texts"
    source = (
        f"Simulated market of jobfit (synthetic: no real person, employer or text), seed {sizes.seed}: trained on "
        f"{len(train.candidates):,} candidates, {len(train.vacancies):,} vacancies and {len(train):,} accepted pairs, "
        f"labelled by {labels}; held out: another market of {len(held_out.candidates):,} candidates and "
        f"{len(held_out.vacancies):,} vacancies."
    )
    return ExperimentData(
        source, train, validation, held_out, _truth({"": learnt, "t-": tested}), _labelled(tested, sizes),
        Attribute("sex", {f"t-{i}": values["sex"] for i, values in tested.groups.items()}),
    )  # fmt: skip


def market_of(sizes: MarketSizes, candidates: int, vacancies: int, seed: int) -> Market:
    settings = MarketSettings(
        candidates, vacancies, languages=sizes.languages, seen=sizes.seen, bias=sizes.bias, bias_attribute="sex",
        leak=sizes.leak,
    )  # fmt: skip
    return simulate(settings, seed)


def _held_out(market: Market, sizes: MarketSizes, measures: tuple[str, ...]) -> Judged:
    """Test by the truth of the log's market, or against the rules where those are what is learnt (retention)."""
    return true_grades(market, measures) if sizes.labels == "log" else _judged(market, _by_rules(market), measures)


def true_grades(market: Market, measures: tuple[str, ...]) -> Judged:
    """Return the market as what is held out, its pairs graded by its truth; ids begin with ``t-``."""
    table = grades(market.q)
    people, openings = market.people, market.openings
    pairs = tuple(Pair(people[p].id, openings[v].id, int(table[p, v])) for p, v in zip(*table.nonzero()))
    return _judged(market, pairs, measures)


def _judged(market: Market, pairs: tuple[Pair, ...], measures: tuple[str, ...]) -> Judged:
    if not pairs:
        raise InputError("no relevant pair in the held-out market: make it larger")
    candidates, vacancies = ({f"t-{i}": text for i, text in side.items()} for side in market_texts(market))
    return Judged(candidates, vacancies, both_ways(map(in_test, pairs), measures=measures))


def in_test(pair: Pair) -> Pair:
    """Return the pair by the ids of what is held out."""
    return pair._replace(candidate_id=f"t-{pair.candidate_id}", vacancy_id=f"t-{pair.vacancy_id}")


def market_texts(market: Market) -> tuple[dict[str, str], dict[str, str]]:
    """The masked pages in ConFit's template: a section for each block; of a CV without the line of the name."""
    candidates = {i: _fielded(RESUME, page, page.head) for i, page in market.cvs.items()}
    vacancies = {i: _fielded(JOB, page, (page.title, *page.head)) for i, page in market.vacancies.items()}
    return candidates, vacancies


def _fielded(taxon: str, page: Page, top: tuple[str, ...]) -> str:
    fields = {"top": "\n".join(top)}
    for block in page.blocks:
        fields[block.kind] = "\n".join(filter(None, (fields.get(block.kind, ""), *block.lines)))
    kind = TextKind.CV_PART if taxon == RESUME else TextKind.VACANCY
    masked = {name: mask(value, kind).text.strip() for name, value in fields.items()}
    return confit_text(taxon, masked, masked)


def _logged(market: Market) -> tuple[tuple[Pair, ...], tuple[Pair, ...]]:
    """Accepted and turned down; one who applied twice and was accepted once is accepted. Censored is neither."""
    found: dict[tuple[str, str], int] = {}
    for one in market.applications:
        if one.status in (*ACCEPTED, *REJECTED):
            key = (one.candidate_id, one.vacancy_id)
            found[key] = max(found.get(key, 0), int(one.status in ACCEPTED))
    pairs = [Pair(*key, grade) for key, grade in found.items()]
    return tuple(p for p in pairs if p.grade), tuple(p for p in pairs if not p.grade)


def _labelled(market: Market, sizes: MarketSizes) -> tuple[Pair, ...]:
    """The held-out log's accepted and turned down, to classify; nothing where rules label, which turn nobody down."""
    if sizes.labels != "log":
        return ()
    pairs = (pair for side in _logged(market) for pair in side)
    return tuple(sorted(map(in_test, pairs)))


def rules() -> RuleSet:
    """RankPO's rules on the market's records: the area overlaps, seniority fits, and no wish speaks against the place.

    Area: at least two and 40 % of the vacancy's skills are named in the CV. Seniority: the experience asked for.
    """
    parts = (Area(0.4, 2), Asks("seniority", RequirementKind.EXPERIENCE), Place())
    return RuleSet(parts, frozenset({"place", "seniority"}), "area, seniority, place")


def _by_rules(market: Market) -> tuple[Pair, ...]:
    labelled = map(rules().label, all_cases(*market_records(market), today=TODAY))
    return tuple(pair for one in labelled if (pair := one.pair) is not None and pair.grade)


def market_records(market: Market) -> tuple[list[Candidate], list[Vacancy]]:
    """Return the records that the rules read in the pages, neither masked."""
    taxonomy, source = load_compact(), Source("simulated", "market", "")
    people, openings = [], []
    for i, page in market.cvs.items():
        text = plain(page)
        reading = read_candidate_text(text, taxonomy)
        people.append(Candidate(i, text, reading.language, source, reading.profile))
    for i, page in market.vacancies.items():
        text = plain(page)
        language = detect_language(text)
        openings.append(Vacancy(i, text, language, source, read_vacancy_profile(text, language, taxonomy)))
    return people, openings


def _truth(markets: Mapping[str, Market]) -> Truth:
    """Qualification by vacancy and candidate id, for the judge that is simulated."""

    @cache
    def places(prefix: str) -> tuple[dict[str, int], dict[str, int]]:
        market = markets[prefix]
        return (
            {prefix + one.id: row for row, one in enumerate(market.people)},
            {prefix + one.id: column for column, one in enumerate(market.openings)},
        )

    def truth(vacancy_id: str, candidate_id: str) -> float:
        prefix = "t-" if vacancy_id.startswith("t-") else ""
        people, openings = places(prefix)
        return float(markets[prefix].q[people[candidate_id], openings[vacancy_id]])

    return truth
