"""Claims are judged by what was measured, and by nothing else."""

import re

import numpy as np
import pytest

from jobfit.errors import InputError
from jobfit.experiments.confit_v2 import CLAIMS, FAMILIES
from jobfit.experiments.rankpo import AT_EQUAL_ALIGNMENT, published_curves
from jobfit.experiments.report import DIFFERENT, Report, read_published
from jobfit.experiments.rows import Claim, Row, counted, judge_claims
from jobfit.experiments.trade_off import advantage, curves, judge_trade_off, plot_curves, retained

QUERIES = 40
COLUMNS = ("align", "keep")
CONFIT, RANKPO = read_published("confit_v2"), read_published("rankpo")


def row(key, mean, column="x", seed=0):
    values = np.random.default_rng(seed).normal(mean, 0.01, QUERIES)
    return Row(key, key, {1: {column: {f"q{n}": [float(v)] for n, v in enumerate(values)}}})


def point(key, alignment, kept):
    return Row(key, key, {1: {
        "align": {f"v{n}": [float(n < round(alignment * QUERIES))] for n in range(QUERIES)},
        "keep": {f"v{n}": [kept + 0.001 * (n % 3 - 1)] for n in range(QUERIES)},
    }})  # fmt: skip


@pytest.mark.parametrize(
    ("better", "worse", "verdict"), [(0.6, 0.5, "held"), (0.5, 0.6, "reversed"), (0.5, 0.5, "not shown")]
)
def test_verdict_follows_the_difference(better, worse, verdict):
    found = judge_claims([Claim("B beats A", "b", "a")], [row("a", worse), row("b", better, seed=1)], ["x"])
    assert [one.verdict for one in found] == [verdict]
    assert f"{better - worse:+.1f}"[:4] in found[0].sentence or verdict == "not shown"
    assert counted(found)[verdict] == 1


def test_columns_that_contradict_each_other_are_mixed():
    a, b = row("a", 0.5), row("b", 0.6, seed=1)
    other = {1: {**a.by_seed[1], "y": b.by_seed[1]["x"]}}, {1: {**b.by_seed[1], "y": a.by_seed[1]["x"]}}
    found = judge_claims([Claim("c", "b", "a")], [Row("a", "a", other[0]), Row("b", "b", other[1])], ["x", "y"])
    assert found[0].verdict == "mixed"


def test_a_claim_about_one_column_is_judged_by_it_alone_and_corrected_with_all():
    a, b = row("a", 0.5), row("b", 0.6, seed=1)
    other = {1: {**a.by_seed[1], "y": b.by_seed[1]["x"]}}, {1: {**b.by_seed[1], "y": a.by_seed[1]["x"]}}
    claims = [Claim("by x", "b", "a", ("x",)), Claim("by both", "b", "a"), Claim("by y", "b", "a", ("y",))]
    found = judge_claims(claims, [Row("a", "a", other[0]), Row("b", "b", other[1])], ["x", "y"])
    assert [one.verdict for one in found] == ["held", "mixed", "reversed"]
    assert [[each.column for each in one.compared] for one in found] == [["x"], ["x", "y"], ["y"]]
    (each,) = found[0].compared
    assert each.p_holm == pytest.approx(4 * each.p)  # four comparisons, all of the same p


def test_claim_about_a_row_that_is_missing_is_left_out():
    assert judge_claims([Claim("c", "b", "nobody")], [row("b", 0.5)], ["x"]) == ()


def test_retained_is_the_best_that_reaches_the_level():
    points = [(0.5, 0.7), (0.6, 0.4), (0.65, 0.5)]
    assert [retained(points, level) for level in (0.4, 0.5, 0.55, 0.65)] == [0.7, 0.7, 0.5, 0.5]
    assert np.isnan(retained(points, 0.7))


def test_advantage_is_the_mean_gap_over_levels_both_reach():
    start = point("start", 0.5, 0.8)
    a = [point("rankpo@1", 0.6, 0.7), point("rankpo@2", 0.7, 0.6)]
    b = [point("sft@1", 0.6, 0.5), point("sft@2", 0.8, 0.3)]
    found = advantage(a, b, COLUMNS, start)
    levels = np.linspace(0.5, 0.7, 21)
    expected = np.mean([(0.7 if x <= 0.6 else 0.6) - (0.5 if x <= 0.6 else 0.3) for x in levels.round(9)])
    assert found.difference.mean == pytest.approx(expected, abs=1e-3)
    assert (found.low, found.high) == (0.5, 0.7)
    assert found.difference.low > 0
    verdicts = judge_trade_off(AT_EQUAL_ALIGNMENT, [*a, *b], start, COLUMNS)
    assert [one.verdict for one in verdicts] == ["held"]
    assert judge_trade_off(AT_EQUAL_ALIGNMENT, [*[Row(r.key.replace("rankpo", "sft"), "", r.by_seed) for r in a],
                           *[Row(r.key.replace("sft", "rankpo"), "", r.by_seed) for r in b]], start, COLUMNS)[
        0
    ].verdict == "reversed"  # fmt: skip


def test_methods_that_gain_nothing_cannot_be_compared():
    start = point("start", 0.9, 0.8)
    with pytest.raises(InputError, match="gains no alignment"):
        advantage([point("rankpo@1", 0.6, 0.7)], [point("sft@1", 0.6, 0.5)], COLUMNS, start)
    found = judge_trade_off(AT_EQUAL_ALIGNMENT, [point("rankpo@1", 0.6, 0.7), point("sft@1", 0.6, 0.5)], start, COLUMNS)
    assert found[0].verdict == "not shown" and "gains no alignment" in found[0].sentence


def test_published_tables_give_the_gains_that_the_paper_states():
    """Specification 2.7: mean gains of recall and nDCG by step, arithmetic on table 3."""
    steps = [("fieldwise", "whole"), ("whole", "hyre"), ("hyre", "rum-1")]
    gains = [np.array(CONFIT["main"].of(b)) - np.array(CONFIT["main"].of(a)) for a, b in steps]
    assert [round(gain[::2].mean(), 2) for gain in gains] == pytest.approx([8.43, 2.90, 1.16], abs=0.01)
    assert [round(gain[1::2].mean(), 2) for gain in gains] == pytest.approx([12.10, 3.10, 1.75], abs=0.01)


def test_published_negatives_have_the_means_that_they_state():
    for line in CONFIT["negatives"].lines:
        *values, mean = line.values
        assert np.mean(values) == pytest.approx(mean, abs=0.011)


def test_published_figure_holds_the_headline_and_what_beats_it():
    found = published_curves()
    assert found["rankpo"][8] == (0.647, 0.367)
    assert found["rankpo-hinge"][5] == (0.644, 0.496)
    assert [len(curve) for curve in found.values()] == [11] * 5
    assert len(RANKPO["figure"].lines) == 11 and all(len(line.values) == 10 for line in RANKPO["figure"].lines)


def test_claims_judged_apart_change_no_other_verdict():
    """A p between 0.0025 and 0.05 holds alone; with nineteen others in its family Holm asks for 0.0025."""
    rows = [row("a", 0.5), *(row(f"b{n}", 0.5, seed=n) for n in range(1, 20))]
    gaps = {f"q{n}": [0.5 + (0.01 if n < 28 else -0.01)] for n in range(QUERIES)}
    rows.append(Row("c", "c", {1: {"x": gaps}}))
    base = Row("z", "z", {1: {"x": {f"q{n}": [0.5] for n in range(QUERIES)}}})
    alone = judge_claims([Claim("c beats z", "c", "z")], [*rows, base], ["x"])[0]
    others = [Claim(f"b{n}", f"b{n}", "a") for n in range(1, 20)]
    together = judge_claims([Claim("c beats z", "c", "z"), *others], [*rows, base], ["x"])[0]
    assert (alone.verdict, together.verdict) == ("held", "not shown")
    keys = {claim.text for claims in FAMILIES.values() for claim in claims}
    assert not keys & {claim.text for claim in CLAIMS} and len(CLAIMS) == 10
    text = Report("T", "S", "", [base], [], [together], families={"Family": [alone]}).markdown()
    assert "### Family" in text and "Holm's correction is over these claims alone" in text


def test_published_rows_without_ours_say_why():
    text = Report("T", "S", "", [row("whole", 0.5)], [CONFIT["others"], CONFIT["main"]], []).markdown()
    rows = [line.split(" | ") for line in text.splitlines() if line.startswith(("| DPGNN", "| ConFit* "))]
    lines = {cells[0].removeprefix("| "): cells for cells in rows}
    assert lines["DPGNN"][1:] == ["?"] * 8 + ["not implemented |"]
    assert lines["ConFit*"][-1].startswith(("0.49", "0.50"))
    assert next(line for line in text.splitlines() if line.startswith("| + RUM |")).endswith("not measured |")
    assert {line.name for line in CONFIT["others"].lines if line.missing.startswith("not implemented")} >= {
        "MV-CoN, E5", "InEXIT, E5", "DPGNN", "RawEmbed, OpenAI-3-large", "XGBoost, ranker", "XGBoost, classifier",
    }  # fmt: skip


def test_a_method_has_one_colour_in_every_panel_and_in_the_legend():
    svg = plot_curves({"Ours": {"rankpo": [(0.6, 0.5)], "sft": [(0.7, 0.4)]}, "Theirs": {"sft": [(0.65, 0.2)]}})
    colours = re.findall(r'<circle[^>]* fill="(#\w+)"', svg)
    legend = dict(re.findall(r'stroke="(#\w+)"[^>]*/><text[^>]*>(rankpo|sft)<', svg))
    assert [legend[colour] for colour in colours] == ["rankpo", "sft", "sft"]


def test_report_says_different_data_and_escapes_nothing_it_cannot_write(tmp_path):
    rows = [row("fieldwise", 0.4), row("whole", 0.5, seed=1)]
    verdicts = judge_claims([Claim("whole beats fields", "whole", "fieldwise")], rows, ["x"])
    svg = plot_curves({"Ours <&>": curves([point("sft@1", 0.6, 0.5)], COLUMNS)}, (0.5, 0.8))
    report = Report("T", "Synthetic.", "small", rows, [CONFIT["main"]], verdicts, notes=["note"], plots={"p.svg": svg})
    report.write(tmp_path)
    text = (tmp_path / "report.md").read_text()
    assert DIFFERENT in text and "whole beats fields: held" in text and "**Cut down:** small" in text
    line = next(line for line in text.splitlines() if line.startswith("| ConFit* |") and "82.53" in line)
    assert line.rstrip(" |").endswith("0.500") or line.rstrip(" |").endswith("0.501") or "0.49" in line
    assert "Ours &lt;&amp;&gt;" in (tmp_path / "p.svg").read_text()
