"""Splits: what is held apart, what is dropped and said, what a seed fixes."""

from collections import Counter
from datetime import date, timedelta

import numpy as np
import pytest

from jobfit.errors import InputError
from jobfit.evaluation.duplicates import jaccard, shingles
from jobfit.evaluation.splits import PARTS, By, PairKey, Rule, split

START = date(2024, 1, 1)


def market(seed, candidates=400, vacancies=60, pairs=900):
    """Random pairs; a vacancy is open for a month of the year.

    Every fifth text is a near-duplicate (one word of 30 changed) of the one before it."""
    generator = np.random.default_rng(seed)
    texts = {}
    for side, count in (("candidate", candidates), ("vacancy", vacancies)):
        texts[side] = {}
        for n in range(count):
            words = [f"{side}{int(i)}" for i in generator.integers(0, 5000, 30)]
            if n % 5 == 4:
                words = [*texts[side][f"{side[0]}{n - 1}"].split()[:-1], "changed"]
            texts[side][f"{side[0]}{n}"] = " ".join(words)
    rows = []
    for c, v in zip(generator.integers(0, candidates, pairs), generator.integers(0, vacancies, pairs)):
        day = int(v) * 335 // vacancies + int(generator.integers(0, 30))
        rows.append(PairKey(f"c{int(c)}", f"v{int(v)}", START + timedelta(days=day)))
    return rows, texts


def ids(rows, result, part, side):
    return {getattr(row, f"{side}_id") for row, p in zip(rows, result.parts) if p == part}


def alike(texts, some, others):
    """Pairs of near-duplicates across two sets of ids, by brute force; equal ids count."""
    sets = {i: shingles(texts[i]) for i in some | others}
    return [(a, b) for a in some for b in others if a == b or jaccard(sets[a], sets[b]) >= 0.8]


RULES = [
    Rule(By.VACANCY),
    Rule(By.CANDIDATE),
    Rule(By.BOTH),
    Rule(By.TIME),
    Rule(By.TIME, unseen=("candidate", "vacancy"), fractions=(0.6, 0.0, 0.4)),
]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.by}-{len(rule.apart)}")
@pytest.mark.parametrize("seed", range(3))
def test_nothing_held_apart_is_in_two_parts(rule, seed):
    rows, texts = market(seed)
    result = split(rows, rule, texts)
    parts = [part for part in PARTS if part in result.shares]
    assert len(parts) == (3 if rule.fractions[1] else 2)
    for a, b in ((a, b) for a in parts for b in parts if a < b):
        for side in rule.apart:
            assert alike(texts[side], ids(rows, result, a, side), ids(rows, result, b, side)) == []
        pairs = [{row[:2] for row, part in zip(rows, result.parts) if part == p} for p in (a, b)]
        assert not pairs[0] & pairs[1]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.by}-{len(rule.apart)}")
def test_funnel_accounts_for_every_pair(rule):
    rows, texts = market(0)
    result = split(rows, rule, texts)
    assert result.funnel[0] == ("pairs", 0, len(rows), "read")
    for before, line in zip(result.funnel, result.funnel[1:]):
        assert line.left == before.left - line.dropped
    assert result.funnel[-1].left == sum(part is not None for part in result.parts)


@pytest.mark.parametrize("by", [By.VACANCY, By.CANDIDATE, By.BOTH])
def test_fractions_are_kept_within_two_points_on_average(by):
    shares = Counter()
    for seed in range(10):
        rows, texts = market(seed)
        shares.update(split(rows, Rule(by, seed=seed), texts).shares)
    for part, wished in zip(PARTS, (0.8, 0.1, 0.1)):
        assert shares[part] / 10 == pytest.approx(wished, abs=0.02)


def test_both_unseen_drops_exactly_the_straddling_pairs():
    rows, texts = market(0)
    result = split(rows, Rule(By.BOTH), texts)
    sides = {side: {} for side in ("candidate", "vacancy")}
    for row, part in zip(rows, result.parts):
        if part:
            sides["candidate"][row.candidate_id] = sides["vacancy"][row.vacancy_id] = part
    for row, part in zip(rows, result.parts):  # a dropped pair joins two parts, as far as its sides are kept at all
        c, v = sides["candidate"].get(row.candidate_id), sides["vacancy"].get(row.vacancy_id)
        assert part or None in (c, v) or c != v
    reasons = {line.reason for line in result.funnel[1:]}
    assert "a candidate of train with a vacancy of test" in reasons


def test_time_split_lets_nothing_of_the_future_into_train():
    rows, texts = market(1)
    result = split(rows, Rule(By.TIME, cuts=(date(2024, 7, 1), date(2024, 10, 1)), unseen=()), texts)
    dates = {part: [row.date for row, p in zip(rows, result.parts) if p == part] for part in PARTS}
    assert max(dates["train"]) < date(2024, 7, 1) <= min(dates["validation"])
    assert max(dates["validation"]) < date(2024, 10, 1) <= min(dates["test"])


def test_time_split_without_cuts_chooses_days_near_the_fractions():
    rows = [PairKey(f"c{n}", f"v{n}", START + timedelta(days=n)) for n in range(10)]
    result = split(rows, Rule(By.TIME, threshold=None))
    assert result.cuts == (START + timedelta(days=8), START + timedelta(days=9))
    assert result.parts == ("train",) * 8 + ("validation", "test")


def test_time_split_leaves_a_vacancy_only_in_the_part_that_has_most_of_its_pairs():
    days = [START, START.replace(day=2), START.replace(month=6)]
    rows = [PairKey(f"a{n}", "v1", day) for n, day in enumerate(days)] + [PairKey("c", "v2", days[2])]
    result = split(rows, Rule(By.TIME, (0.5, 0.0, 0.5), (date(2024, 3, 1),), threshold=None))
    assert result.parts == ("train", "train", None, "test")


def test_time_split_drops_the_earlier_pair_of_a_vacancy_that_has_as_many_later():
    rows = [PairKey("a", "v1", START), PairKey("b", "v1", START.replace(month=6)), PairKey("c", "v2", START)]
    result = split(rows, Rule(By.TIME, (0.5, 0.0, 0.5), (date(2024, 3, 1),), threshold=None))
    assert result.parts == (None, "test", "train")
    assert result.funnel[-1][:3] == ("vacancy", 1, 2)


def test_a_pair_without_a_date_is_dropped_with_a_line():
    rows = [PairKey("a", "v1", START), PairKey("b", "v2", date(2024, 6, 1)), PairKey("c", "v3", None)]
    result = split(rows, Rule(By.TIME, (0.5, 0.0, 0.5), (date(2024, 3, 1),), threshold=None))
    assert result.parts == ("train", "test", None)
    assert result.funnel[1] == ("date", 1, 2, "the pair has no date")


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.by}-{len(rule.apart)}")
def test_order_of_the_rows_changes_nothing(rule):
    rows, texts = market(2)
    result = split(rows, rule, texts)
    turned = split(rows[::-1], rule, texts)
    assert turned.parts[::-1] == result.parts


def test_seed_decides():
    rows, texts = market(0)
    one, same, other = (split(rows, Rule(By.VACANCY, seed=seed), texts).parts for seed in (1, 1, 2))
    assert one == same != other


def test_large_groups_come_to_every_part_over_the_seeds():
    rows = [
        PairKey(f"c{n}-{i}", f"v{n}") for n in range(40) for i in range(20 if n < 4 else 2)
    ]  # 4 groups of 13 % each
    found = {
        part
        for seed in range(40)
        for row, part in zip(rows, split(rows, Rule(By.VACANCY, (0.6, 0.2, 0.2), threshold=None, seed=seed)).parts)
        if row.vacancy_id == "v0"
    }
    assert found == set(PARTS)


def test_one_text_for_all_is_refused_with_the_reason():
    rows, _ = market(0)
    texts = {"vacancy": {row.vacancy_id: "[[dummy_text]]" for row in rows}}
    with pytest.raises(InputError, match="1 groups of vacancy texts"):
        split(rows, Rule(By.VACANCY), texts)


def test_missing_texts_are_counted_and_named():
    rows = [PairKey("c1", "v1"), PairKey("c2", "v2")]
    with pytest.raises(InputError, match="1 of 2 vacancy ids have no text \\('v2'\\)"):
        split(rows, Rule(By.VACANCY), {"vacancy": {"v1": "welder"}})


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"by": By.VACANCY, "fractions": (0.5, 0.5, 0.5)}, "sum 1"),
        ({"by": By.VACANCY, "fractions": (1.0, 0.0, 0.0)}, "sum 1"),
        ({"by": By.VACANCY, "cuts": (START,)}, "by time"),
        ({"by": By.TIME, "cuts": (date(2025, 1, 1), START)}, "in order"),
        ({"by": By.TIME, "unseen": ("name",)}, "unseen names"),
    ],
)
def test_impossible_rules_are_refused(settings, message):
    with pytest.raises(InputError, match=message):
        Rule(**settings)


def test_no_pairs_and_no_dates_are_refused():
    with pytest.raises(InputError, match="no pairs"):
        split([], Rule(By.VACANCY))
    with pytest.raises(InputError, match="needs one"):
        split([PairKey("a", "v")], Rule(By.TIME, threshold=None))
