"""Frontiers: points by hand, paired intervals, dominance, what cannot be compared."""

import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest

from jobfit.audit.counts import Counts, Judged, counts_of_decisions
from jobfit.errors import InputError
from jobfit.experiments.frontier import Outcome, Setting, frontier, frontier_plot, frontier_table
from jobfit.groups import Coded

QUERIES = [f"q{n}" for n in range(30)]


def outcome(utility, gap, seed=0, queries=QUERIES):
    """Group a is chosen with a chance of 0.5 + gap / 2, group b with 0.5 − gap / 2, and utility is noisy by query."""
    draw = np.random.default_rng(seed)
    noise = draw.normal(0, 0.1, len(queries))
    people, asked, p = [], [], []
    for query in queries:
        for n in range(20):
            people.append(f"{'ab'[n % 2]}{n}")
            asked.append(query)
            p.append(0.9 if n // 2 < round(10 * (0.5 + (gap / 2 if n % 2 == 0 else -gap / 2))) else 0.1)
    codes = {i: int(i[0] == "b") for i in people}
    counts = counts_of_decisions(Judged(asked, people, np.ones(len(people)), p), Coded(("a", "b"), codes), 0.5)
    return Outcome({q: utility + noise[n] for n, q in enumerate(queries)}, counts)


@pytest.fixture
def outcomes():
    return {
        Setting("gap", 0.0): [outcome(0.70, 0.6, s) for s in (1, 2)],
        Setting("gap", 1.0): [outcome(0.68, 0.4, s) for s in (1, 2)],
        Setting("gap", 5.0): [outcome(0.60, 0.2, s) for s in (1, 2)],
        Setting("exposure", 1.0): [outcome(0.60, 0.6, s) for s in (1, 2)],
    }


def test_points_and_changes_are_those_put_in(outcomes):
    points = {p.setting: p for p in frontier(outcomes)}
    base, first = points[Setting("gap", 0.0)], points[Setting("gap", 1.0)]
    assert base.gap.mean == pytest.approx(0.6) and first.gap.mean == pytest.approx(0.4)
    assert first.gap_change.mean == pytest.approx(-0.2)
    # the noise is the same in every setting, so the paired change is sharp where utility itself is not
    assert first.utility.high - first.utility.low > 0.02
    assert first.utility_change.low == pytest.approx(-0.02, abs=1e-9)
    assert base.utility_change.mean == base.gap_change.mean == 0
    assert first.utility.n == 30


def test_a_setting_that_another_beats_in_both_is_named(outcomes):
    dominated = {p.setting: p.dominated for p in frontier(outcomes)}
    assert dominated.pop(Setting("exposure", 1.0)) == Setting("gap", 0.0)
    assert set(dominated.values()) == {None}


def test_order_of_queries_in_an_outcome_changes_nothing(outcomes):
    plain = frontier(outcomes)
    turned = {setting: found[:1] for setting, found in outcomes.items()}
    turned[Setting("gap", 1.0)] = [outcome(0.68, 0.4, 1, QUERIES[::-1])]
    assert len(frontier(turned)) == len(plain)
    point = next(p for p in frontier(turned) if p.setting == Setting("gap", 1.0))
    assert point.gap.mean == pytest.approx(0.4)


def test_seeds_that_differ_in_the_sign_of_a_gap_show_none():
    found = frontier({Setting("gap", 0.0): [outcome(0.7, gap, s) for s, gap in enumerate((0.4, -0.4, 0.2, -0.2))]})
    assert found[0].gap.mean == pytest.approx(0, abs=1e-9)
    assert found[0].gap.low < 0 < found[0].gap.high


def test_table_and_plot_show_every_setting(outcomes):
    points = frontier(outcomes)
    table = frontier_table(points, "nDCG@10", "demographic parity").markdown()
    assert sum(line.startswith("| ") for line in table) == 2 + 4
    assert "30 queries" in " ".join(table) and "gap, β = 0 |" in " ".join(table)
    svg = frontier_plot(points, "nDCG@10", "demographic parity")
    root = ElementTree.fromstring(svg)
    drawn = [e for e in root.iter() if e.tag.endswith("polyline")]
    assert len(drawn) == 2 and "demographic parity (nDCG@10 upwards)" in svg


def test_an_undefined_gap_has_no_point_in_the_plot(outcomes):
    counts = next(iter(outcomes.values()))[0].counts
    empty = Counts(counts.groups, counts.queries, {n: np.zeros_like(c) for n, c in counts.columns.items()}, 0)
    found = frontier({Setting("gap", 0.0): [Outcome(dict.fromkeys(counts.queries, 0.5), empty)]})
    assert found[0].gap.mean is None and found[0].utility.mean == 0.5
    with pytest.raises(InputError, match="nothing to draw"):
        frontier_plot(found, "nDCG@10", "demographic parity")


def test_what_cannot_be_compared_is_said(outcomes):
    with pytest.raises(InputError, match="starts at beta = 0"):
        frontier({s: o for s, o in outcomes.items() if s.beta})
    with pytest.raises(InputError, match="no difference 'parity'"):
        frontier(outcomes, "parity")
    with pytest.raises(InputError, match="beta 1: other seeds or queries"):
        frontier({**outcomes, Setting("gap", 1.0): [outcome(0.7, 0.4)]})
    with pytest.raises(InputError, match="different queries"):
        Outcome({"x": 1.0}, next(iter(outcomes.values()))[0].counts)
