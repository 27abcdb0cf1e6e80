"""The log follows the truth: who sees, applies, is judged and hired, within binomial bounds for fixed seeds."""

from itertools import pairwise

import numpy as np
import pytest

from jobfit.judgements import load_table
from jobfit.simulation.applications import CODE, OUTCOMES, STATUSES, Filed, joined, settle
from jobfit.simulation.asked import truth_columns
from jobfit.simulation.funnel import odds
from jobfit.simulation.market import Block, Ground, draw_blocks
from jobfit.simulation.settings import MarketSettings

SIZES: dict[str, int] = {"candidates": 3000, "vacancies": 150}
Log = tuple[Ground, Block]


def log(seed: int = 1, **knobs: object) -> Log:
    ground = Ground(MarketSettings(**SIZES | knobs), seed)
    return ground, next(draw_blocks(ground, 3000))


@pytest.fixture(scope="module")
def fair() -> Log:
    return log()


@pytest.fixture(scope="module")
def biased() -> Log:
    return log(bias=2.0, label_noise=0.1, censoring=0.0)


def within_bounds(happened: np.ndarray, probability: np.ndarray) -> bool:
    """Tell whether a count lies within four standard deviations of the sum of its independent probabilities."""
    assert len(happened) > 100
    spread = np.sqrt((probability * (1 - probability)).sum())
    return bool(abs(happened.sum() - probability.sum()) <= 4 * spread)


def by_tenths(values: np.ndarray) -> list[np.ndarray]:
    """Return the positions of ten equal parts, from the lowest value to the highest."""
    return np.array_split(np.argsort(values, kind="stable"), 10)


def test_exposure_matches_its_propensity_in_every_tenth(fair: Log) -> None:
    ground, block = fair
    rows, columns = np.divmod(np.arange(3000 * 150), 150)
    probability = truth_columns(ground, block, rows, columns)["exposed"]
    seen = np.zeros(3000 * 150, dtype=bool)
    seen[block.shown.candidate * 150 + block.shown.opening] = True
    for part in by_tenths(probability):
        assert within_bounds(seen[part], probability[part])


def test_applications_match_preference_in_every_tenth(fair: Log) -> None:
    """Those who saw a vacancy at least six days before the end of the log, so that e^-6 are missed."""
    _, block = fair
    shown = block.shown
    early = shown.day < 174
    applied = np.isin(shown.candidate * 150 + shown.opening, block.filed.candidate * 150 + block.filed.opening)[early]
    probability = odds(shown.q[early], shown.p[early]).applies
    for part in by_tenths(probability):
        assert within_bounds(applied[part], probability[part])


def judged(log: Log) -> tuple[np.ndarray, ...]:
    """Return verdict, q, p and bias of the applications that the employer judges, were there positions for all.

    Only those of the first 60 days, for which e^-8 at most remain undecided when the log ends.
    """
    _, block = log
    filed = block.filed
    kept = (filed.time < 60) & ~np.isin(filed.verdict, [CODE["withdrawn"], CODE["no_response"]])
    position = {pair: n for n, pair in enumerate(zip(block.shown.candidate.tolist(), block.shown.opening.tolist()))}
    at = [position[pair] for pair in zip(filed.candidate[kept].tolist(), filed.opening[kept].tolist())]
    return filed.verdict[kept], block.shown.q[at], block.shown.p[at], block.shift[filed.candidate[kept]]


@pytest.mark.parametrize("kind", ["fair", "biased"])
def test_hires_match_qualification_noise_and_bias(kind: str, request: pytest.FixtureRequest) -> None:
    made = request.getfixturevalue(kind)
    verdict, q, p, shift = judged(made)
    chances = odds(q, p, shift, noise=made[0].settings.label_noise)
    screened = ~np.isin(verdict, [CODE["rejected_cv"], CODE["applied"]])
    for part in (shift > 0, shift == 0) if kind == "biased" else (shift == 0,):
        assert within_bounds(screened[part], chances.screened[part])
        offered = np.isin(verdict, [CODE["hired"], CODE["offer_declined"]])[part]
        assert within_bounds(offered, chances.accepted[part])
        assert within_bounds((verdict == CODE["hired"])[part], (chances.accepted * chances.joins)[part])


def test_bias_lowers_the_odds_of_the_group_and_of_nobody_else(biased: Log) -> None:
    verdict, q, p, shift = judged(biased)
    marked = shift > 0
    screened = verdict != CODE["rejected_cv"]
    impartial = odds(q, p, noise=0.1).screened
    assert within_bounds(screened[~marked], impartial[~marked])
    assert not within_bounds(screened[marked], impartial[marked])
    assert screened[marked].sum() < impartial[marked].sum()


def test_without_bias_no_group_is_screened_differently(fair: Log) -> None:
    _, block = fair
    verdict, q, p, _ = judged(fair)
    kept = (block.filed.time < 60) & ~np.isin(block.filed.verdict, [CODE["withdrawn"], CODE["no_response"]])
    marked = np.array([values["origin"] != "western_europe" for values in block.groups])[block.filed.candidate[kept]]
    expected = odds(q, p, noise=0.02).screened
    for group in (marked, ~marked):
        assert within_bounds((verdict != CODE["rejected_cv"])[group], expected[group])


def test_without_bias_the_truth_as_logged_does_not_depend_on_the_group(fair: Log) -> None:
    ground, block = log(label_noise=0.0)
    pairs = np.arange(500), np.arange(500) % 150
    values = truth_columns(ground, block, *pairs)
    assert not block.shift.any()
    assert np.array_equal(values["accepted"], values["accepted_as_logged"])


def test_with_bias_the_truth_is_recorded_with_and_without_it(biased: Log) -> None:
    ground, block = biased
    pairs = np.arange(3000), np.arange(3000) % 150
    values = truth_columns(ground, block, *pairs)
    chances = odds(values["qualification"], values["preference"], block.shift, noise=0.1)
    assert np.array_equal(values["accepted_as_logged"], chances.accepted)
    assert np.array_equal(values["accepted"], odds(values["qualification"], values["preference"]).accepted)
    marked = [values["origin"] != "western_europe" for values in block.groups]
    assert np.array_equal(block.shift, 2.0 * np.array(marked))


def test_more_censoring_leaves_fewer_verdicts() -> None:
    shares = []
    for strength in (0.0, 0.5, 1.0):
        ground, block = log(censoring=strength)
        status, _ = settle(block.filed, ground.table, strength)
        shares.append(np.isin(status, [CODE["no_response"], CODE["vacancy_filled"]]).mean())
    assert shares[0] == 0
    assert all(after > before for before, after in pairwise(shares))
    assert shares[-1] > 0.4


def filed_by(verdicts: list[str], decided: list[float], coins: list[float]) -> Filed:
    n = len(verdicts)
    zeros = np.zeros(n, dtype=np.int64)
    codes = np.array([CODE[verdict] for verdict in verdicts])
    return Filed(np.arange(n), zeros, np.zeros(n), np.array(decided), codes, np.array(coins))


def test_settle_after_the_position_is_filled_closes_or_pools_by_the_coin() -> None:
    ground = Ground(MarketSettings(candidates=1, vacancies=1), 1)
    assert ground.table.positions.tolist() == [1]
    verdicts = [
        "hired",
        "rejected_cv",
        "hired",
        "hired",
        "offer_declined",
        "rejected_interview",
        "no_response",
        "applied",
    ]
    filed = filed_by(verdicts, [50, 20, 60, 61, 62, 63, 64, 65], [0.1, 0.1, 0.1, 0.9, 0.9, 0.9, 0.1, 0.1])
    status, decided = settle(filed, ground.table, 0.5)
    assert [STATUSES[code] for code in status] == [
        "hired",
        "rejected_cv",
        "vacancy_filled",
        "talent_pool",
        "talent_pool",
        "rejected_interview",
        "no_response",
        "applied",
    ]
    assert decided[:6].tolist() == [50, 20, 60, 61, 62, 63] and np.isnan(decided[6:]).all()


def test_settle_without_applications_gives_none() -> None:
    ground = Ground(MarketSettings(candidates=1, vacancies=1), 1)
    status, decided = settle(filed_by([], [], []), ground.table, 0.5)
    assert status.tolist() == decided.tolist() == []


def test_a_vacancy_never_hires_more_than_it_has_positions(fair: Log) -> None:
    ground, block = fair
    status, _ = settle(block.filed, ground.table, 0.0)
    hires = np.bincount(block.filed.opening[status == CODE["hired"]], minlength=150)
    assert (hires <= ground.table.positions).all() and hires.sum() > 50


def test_looking_up_training_pairs_says_nothing_of_later_ones(fair: Log) -> None:
    """No pair, and so no negative, occurs twice: a split by time shares none, unlike in the data of JobRec (1.3)."""
    _, block = fair
    filed = joined([block.filed])
    pair = filed.candidate * 150 + filed.opening
    early = filed.time < np.median(filed.time)
    assert len(np.unique(pair)) == len(pair)
    assert not set(pair[early]) & set(pair[~early])


def test_statuses_are_those_of_the_table_and_end_as_it_says() -> None:
    table = load_table("ats")
    for status in STATUSES:
        assert table.judge(status).outcome == OUTCOMES[status], status
