"""Rates and gaps by group: fairlearn, published audits, FairRankTune, a plain bootstrap, and what is undefined."""

import warnings

import numpy as np
import pytest

from jobfit.audit.by_group import (
    GAPS,
    MERIT_RATES,
    RANKING_GAPS,
    RANKING_RATES,
    RATES,
    GapOf,
    Rate,
    by_group,
)
from jobfit.audit.counts import Counts, Judged, attention, counts_of_decisions, counts_of_rankings
from jobfit.errors import InputError
from jobfit.groups import Coded, Groups, coded
from jobfit.runs import Qrels, Ranking

NAMES = ("a", "b", "c")


def case(seed, n=200, groups=3, queries=20):
    draw = np.random.default_rng(seed)
    codes = draw.integers(0, groups, n)
    people = [f"c{i}" for i in range(n)]
    given = Judged([f"q{i}" for i in draw.integers(0, queries, n)], people, draw.integers(0, 2, n), draw.random(n))
    return given, Coded(NAMES[:groups], dict(zip(people, codes.tolist()))), np.array(NAMES)[codes]


def rows_of(found):
    return {(row.rate, row.group): row for row in found.rows}


def gaps_of(found):
    return {row.gap: row for row in found.gaps}


@pytest.mark.parametrize("seed", range(4))
def test_rates_and_gaps_are_those_of_fairlearn(seed):
    from fairlearn import metrics

    pairs, groups, names = case(seed)
    chosen, truth = pairs.probability >= 0.4, pairs.label
    frame = metrics.MetricFrame(
        metrics={
            "selection rate": metrics.selection_rate,
            "true positive rate": metrics.true_positive_rate,
            "false positive rate": metrics.false_positive_rate,
        },
        y_true=truth, y_pred=chosen, sensitive_features=names,
    )  # fmt: skip
    found = by_group(counts_of_decisions(pairs, groups, 0.4))
    rows, gaps = rows_of(found), gaps_of(found)
    for (rate, group), row in rows.items():
        if rate in frame.by_group:
            assert row.estimate.mean == pytest.approx(frame.by_group[rate][group], abs=1e-12)
    given = {"y_true": truth, "y_pred": chosen, "sensitive_features": names}
    for gap, expected in {
        "demographic parity": metrics.demographic_parity_difference(**given),
        "impact ratio": metrics.demographic_parity_ratio(**given),
        "equal opportunity": metrics.equal_opportunity_difference(**given),
        "equalised odds, max": metrics.equalized_odds_difference(**given, agg="worst_case"),
        "equalised odds, mean": metrics.equalized_odds_difference(**given, agg="mean"),
    }.items():
        assert gaps[gap].estimate.mean == pytest.approx(expected, abs=1e-12)
    assert gaps["equalised odds, sum"].estimate.mean == pytest.approx(2 * gaps["equalised odds, mean"].estimate.mean)
    soft = metrics.MetricFrame(
        metrics=lambda t, p: p.mean(), y_true=truth, y_pred=pairs.probability, sensitive_features=names
    )
    assert gaps["demographic parity, soft"].estimate.mean == pytest.approx(soft.difference(), abs=1e-12)


def test_a_group_without_a_positive_is_unknown_where_fairlearn_says_a_gap():
    from fairlearn import metrics

    pairs = Judged(["q"] * 4, ["c0", "c1", "c2", "c3"], [1, 1, 0, 0], [0.9, 0.8, 0.7, 0.1])
    groups = Coded(("a", "b"), {"c0": 0, "c1": 0, "c2": 1, "c3": 1})
    given = {"y_true": [1, 1, 0, 0], "y_pred": [1, 1, 1, 0], "sensitive_features": ["a", "a", "b", "b"]}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert metrics.equal_opportunity_difference(**given) == 1.0
    found = by_group(counts_of_decisions(pairs, groups, 0.5))
    gap = gaps_of(found)["equal opportunity"]
    assert gap.estimate.mean is None and gap.undefined == ("true positive rate of b",)
    assert gaps_of(found)["equalised odds, sum"].estimate.mean is None
    row = rows_of(found)["true positive rate", "b"]
    assert (row.estimate.mean, row.support, row.impact.mean) == (None, 0, None)


def test_a_third_group_without_members_leaves_the_gap_of_the_others_and_is_named():
    pairs, groups, _ = case(1, groups=2)
    three = Coded(NAMES, groups.codes)
    two, found = (gaps_of(by_group(counts_of_decisions(pairs, g, 0.5)))["demographic parity"] for g in (groups, three))
    assert found.estimate.mean == two.estimate.mean
    assert found.undefined == ("selection rate of c",)


def test_unknown_people_and_unjudged_pairs_are_counted_apart():
    pairs = Judged(["q", "q", "r", "r"], ["c0", "c1", "c2", "c9"], [1, -1, 0, 1], [0.9, 0.9, 0.2, 0.9])
    counts = counts_of_decisions(pairs, Coded(("a", "b"), {"c0": 0, "c1": 1, "c2": 1}), 0.5)
    rows = rows_of(by_group(counts))
    assert counts.unknown == 1
    assert rows["selection rate", "b"].estimate.mean == 0.5
    assert rows["true positive rate", "b"].estimate.mean is None
    assert rows["accuracy", "b"].support == 1
    assert all(row.small for row in rows.values())


def test_interval_is_that_of_a_plain_bootstrap_over_queries():
    pairs, groups, names = case(2, n=400, queries=40)
    row = rows_of(by_group(counts_of_decisions(pairs, groups, 0.5)))["selection rate", "a"]
    queries, chosen = np.array(pairs.queries), pairs.probability >= 0.5
    draw, means = np.random.default_rng(9), []
    for _ in range(2000):
        some = draw.choice(np.unique(queries), 40)
        rows = np.concatenate([np.flatnonzero((queries == q) & (names == "a")) for q in some])
        means.append(chosen[rows].mean())
    low, high = np.quantile(means, (0.025, 0.975))
    assert row.estimate.low == pytest.approx(low, abs=0.012)
    assert row.estimate.high == pytest.approx(high, abs=0.012)
    assert row.estimate.n == 40


def test_interval_of_a_gap_reaches_below_0_where_groups_are_equal():
    """A maximum drawn anew in each resample would not: of three equal groups it is always above 0."""
    reached = 0
    for seed in range(12):
        pairs, groups, _ = case(seed, n=400, groups=2, queries=40)
        gap = gaps_of(by_group(counts_of_decisions(pairs, groups, 0.5)))["demographic parity"].estimate
        assert gap.low <= gap.mean <= gap.high
        reached += gap.low <= 0
    assert reached >= 10


def test_order_of_pairs_changes_nothing_and_renamed_groups_permute_the_rows():
    pairs, groups, _ = case(3)
    order = np.random.default_rng(0).permutation(200)
    ids = ([column[i] for i in order] for column in (pairs.queries, pairs.candidates))
    mixed = Judged(*ids, pairs.label[order], pairs.probability[order])
    renamed = Coded(("z", "y", "x"), groups.codes)
    found, other = (by_group(counts_of_decisions(p, g, 0.5)) for p, g in ((pairs, groups), (mixed, renamed)))
    for row, same in zip(found.rows, other.rows, strict=True):
        assert dict(zip(NAMES, ("z", "y", "x")))[row.group] == same.group
        assert row.support == same.support
        assert row.estimate.mean == pytest.approx(same.estimate.mean, abs=1e-12)


PUBLISHED = [("Male", 980, 37, "0.0378", "1.0000"), ("Female", 1885, 61, "0.0324", "0.8571")]
EEOC = [("White", 100, 60, None), ("American Indian", 100, 45, "0.75"), ("Hispanic", 100, 48, "0.80")]


def aggregated(rows):
    """Counts of an audit that publishes totals alone."""
    columns = {"members": np.array([[float(r[1]) for r in rows]]), "selected": np.array([[float(r[2]) for r in rows]])}
    return Counts(tuple(r[0] for r in rows), ("all",), columns, unknown=0)


SELECTION = {"selection rate": Rate("selected", "members")}


def test_impact_ratio_is_that_of_a_published_audit():
    """Two rows of a public notice of 2023: rates and impact ratios to four decimals, from unrounded rates."""
    found = rows_of(by_group(aggregated(PUBLISHED), SELECTION, {}))
    for group, n, _, rate, ratio in PUBLISHED:
        row = found["selection rate", group]
        assert f"{row.estimate.mean:.4f}" == rate and f"{row.impact.mean:.4f}" == ratio
        assert row.support == n and row.estimate.low is None


def test_impact_ratio_of_the_uniform_guidelines_and_of_a_group_without_members():
    found = rows_of(by_group(aggregated([*EEOC, ("nobody", 0, 0)]), SELECTION, {}))
    for group, _, _, ratio in EEOC[1:]:
        assert f"{found['selection rate', group].impact.mean:.2f}" == ratio
    assert found["selection rate", "nobody"].impact.mean is None


def frames(rankings):
    import pandas as pd

    return pd.DataFrame({n: list(r.document_ids) for n, r in enumerate(rankings)})


def relevances_of(rankings, qrels):
    import pandas as pd

    grades = [[qrels.grades[r.query_id][i] for i in r.document_ids] for r in rankings]
    return pd.DataFrame(dict(enumerate(grades)))


def market(seed, lists=5, people=18):
    draw = np.random.default_rng(seed)
    ids = [f"c{n}" for n in range(people)]
    groups = Coded(NAMES, {i: n % 3 for n, i in enumerate(ids)})
    rankings = [Ranking.from_scores(f"q{n}", ids, draw.normal(size=people)) for n in range(lists)]
    relevant = {r.query_id: {i: int(draw.random() < 0.5) for i in ids} for r in rankings}
    return rankings, groups, Qrels(relevant)


@pytest.mark.parametrize("seed", range(3))
def test_rates_of_rankings_are_those_of_fairranktune(seed):
    """Its EXP, EXPU, AWRF, ERBE, ERBP, ERBR and ARP are ratios of our columns, some of them in other units."""
    from FairRankTune import Metrics

    rankings, groups, qrels = market(seed)
    n, lists = 18, 5
    by_item = {i: NAMES[code] for i, code in groups.codes.items()}
    counts = counts_of_rankings(rankings, groups, n, qrels)
    means = {k: v.estimate.mean for k, v in rows_of(by_group(counts, RANKING_RATES | MERIT_RATES, {})).items()}
    frame = frames(rankings)
    relevances = relevances_of(rankings, qrels)
    # it divides by the people of a group once, however many lists there are: ours times the number of lists
    _, exposure = Metrics.EXP(frame, by_item, "MaxMinDiff")
    _, utility = Metrics.EXPU(frame, by_item, relevances, "MaxMinDiff")
    # attention in percent
    _, average = Metrics.AWRF(frame, by_item, 0.5, "MaxMinDiff")
    _, equal = Metrics.ERBE(frame, by_item, 0.5, "MaxMinDiff")
    _, proportional = Metrics.ERBP(frame, by_item, 0.5, "MaxMinDiff")
    # its share of won pairs is added up over lists instead of averaged
    _, parity = Metrics.ARP(frame, by_item, "MaxMinDiff")
    geometric = counts.columns["exposure_geometric"].sum(axis=0)
    for number, g in enumerate(NAMES):
        assert exposure[g] == pytest.approx(lists * means["exposure, logarithmic", g])
        assert utility[g] == pytest.approx(means["exposure over relevance, logarithmic", g])
        assert average[g] == pytest.approx(100 * lists * means["exposure, geometric", g])
        assert equal[g] == pytest.approx(geometric[number])
        assert proportional[g] == pytest.approx(lists * means["exposure, geometric", g])
        assert parity[g] == pytest.approx(lists * means["pairs won", g])
    (_, by_relevant) = Metrics.ERBR(frame.iloc[:, :1], by_item, relevances.iloc[:, :1], 0.5, "MaxMinDiff")
    one = rows_of(by_group(counts_of_rankings(rankings[:1], groups, n, qrels), MERIT_RATES, {}))
    for g in NAMES:
        assert by_relevant[g] == pytest.approx(one["exposure over relevance, geometric", g].estimate.mean)


def test_realised_utility_of_fairranktune_is_a_rate_of_two_columns():
    """EXPRU: clicks over relevance. A column of one's own and a row of the table; nothing else."""
    import pandas as pd
    from FairRankTune import Metrics

    rankings, groups, qrels = market(0)
    counts = counts_of_rankings(rankings, groups, 18, qrels)
    draw = np.random.default_rng(5)
    clicks = pd.DataFrame(draw.random((18, 5)))
    summed = np.array(
        [[sum(clicks[m][p] for p, i in enumerate(r.document_ids) if groups.codes[i] == g) for g in range(3)]
         for m, r in enumerate(rankings)]
    )  # fmt: skip
    more = Counts(counts.groups, counts.queries, {**counts.columns, "clicks": summed}, 0)
    found = rows_of(by_group(more, {"realised": Rate("clicks", "relevant")}, {}))
    relevances = relevances_of(rankings, qrels)
    by_item = {i: NAMES[code] for i, code in groups.codes.items()}
    _, expected = Metrics.EXPRU(frames(rankings), by_item, relevances, clicks, "MaxMinDiff")
    for g in NAMES:
        assert found["realised", g].estimate.mean == pytest.approx(expected[g])


def test_exposure_and_selection_by_hand_with_somebody_unknown_in_the_list():
    ranking = Ranking.from_scores("q", ["a1", "x", "b1", "a2"], [4, 3, 2, 1])
    counts = counts_of_rankings([ranking], Coded(("a", "b"), {"a1": 0, "a2": 0, "b1": 1}), 3)
    rows = rows_of(by_group(counts, RANKING_RATES, RANKING_GAPS))
    assert rows["selection rate", "a"].estimate.mean == 0.5
    assert rows["selection rate", "b"].estimate.mean == 1
    assert rows["share of places", "a"].estimate.mean == 0.5  # of two places with known people
    assert rows["exposure, logarithmic", "b"].estimate.mean == pytest.approx(0.5)  # the third place
    assert rows["share of attention, logarithmic", "a"].estimate.mean == pytest.approx(1 / 1.5)
    assert rows["pairs won", "a"].estimate.mean == 0.5
    gaps = gaps_of(by_group(counts, RANKING_RATES, RANKING_GAPS))
    assert gaps["exposure ratio, logarithmic"].estimate.mean == 1
    assert gaps["impact ratio"].estimate.mean == 0.5


def test_nobody_selected_is_an_unknown_ratio():
    pairs = Judged(["q"] * 2, ["c0", "c1"], [1, 1], [0.1, 0.2])
    found = gaps_of(by_group(counts_of_decisions(pairs, Coded(("a", "b"), {"c0": 0, "c1": 1}), 0.9)))
    assert found["impact ratio"].estimate.mean is None
    assert found["demographic parity"].estimate.mean == 0


def test_attention_is_what_its_model_says():
    assert attention([1, 2, 4], 10, "reciprocal").tolist() == [1, 0.5, 0.25]
    assert attention([1, 2, 3], 2, "uniform").tolist() == [1, 1, 0]
    assert attention([1, 3], 9, "geometric", 0.8).tolist() == pytest.approx([0.2, 0.2 * 0.64])


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda: Judged(["q"], ["c"], [1], [np.nan]), "it is not for 'c'"),
        (lambda: Judged(["q"], ["c"], [1], [1.5]), "a probability is a number from 0 to 1"),
        (lambda: Judged(["q"], ["c"], [2], [0.5]), "labels are 1"),
        (lambda: Judged(["q"], ["c", "d"], [1], [0.5]), "equally many"),
        (lambda: counts_of_decisions(case(0)[0], Coded(("a",), {"c0": 0}), 0.5), "1 group of known members"),
        (lambda: counts_of_rankings([], Coded(("a", "b"), {}), 0), "k must be 1"),
        (lambda: attention([1], 3, "cascade"), "a model of attention is one of"),
        (lambda: attention([1], 3, "geometric", 1.0), "patience"),
        (lambda: by_group(counts_of_decisions(*case(0)[:2], 0.5), RANKING_RATES, {}), "needs the column"),
        (lambda: by_group(counts_of_decisions(*case(0)[:2], 0.5), SELECTION, {}), "needs the column"),
        (lambda: by_group(counts_of_decisions(*case(0)[:2], 0.5), RATES, {"x": GapOf(["y"])}), "a gap of the rate 'y'"),
        (lambda: coded(Groups({"z": {"g": "a"}}), ["g"], ["c0"]), "do their ids belong together"),
    ],
)
def test_what_cannot_be_counted_is_said(wrong, message):
    with pytest.raises(InputError, match=message):
        wrong()


def test_no_rankings_and_no_pairs_are_rows_without_a_number():
    groups = Coded(("a", "b"), {})
    for found in (
        by_group(counts_of_rankings([], groups, 5), RANKING_RATES, RANKING_GAPS),
        by_group(counts_of_decisions(Judged([], [], [], []), groups, 0.5), RATES, GAPS),
    ):
        assert all(row.estimate.mean is None for row in (*found.rows, *found.gaps))
