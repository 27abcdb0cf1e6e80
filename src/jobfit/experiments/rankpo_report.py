"""What the rows of RankPO's recipe say: curriculum, sweep, figure 2's analogue, and the judge."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from jobfit.experiments.claims import RANKPO_CLAIMS, judge_claims, judge_frontier
from jobfit.experiments.figure import plot_curves
from jobfit.experiments.frontier import curves
from jobfit.experiments.preferring import ALIGNMENT
from jobfit.experiments.published import RANKPO_TABLES, published_curves
from jobfit.experiments.rankpo import START
from jobfit.experiments.report import Report
from jobfit.experiments.row_cache import RowCache
from jobfit.experiments.rows import Row, compare_rows, estimate
from jobfit.experiments.tables import Table


def rankpo_report(rows: Sequence[Row], source: str, scale: str, row_cache: RowCache) -> Report:
    """Return the report of the whole recipe."""
    start = next(row for row in rows if row.key == START)
    swept = [row for row in rows if "@" in row.key]
    ranking = [column for column in start.columns if "alignment" not in column]
    retention = ranking[0]
    verdicts = list(judge_claims(RANKPO_CLAIMS, rows, [retention]))
    plots: dict[str, str] = {}
    if ALIGNMENT in start.columns:
        columns = (ALIGNMENT, retention)
        verdicts += judge_frontier(swept, start, columns)
        begin = tuple(estimate(start, column).mean or 0.0 for column in columns)
        ours = dict(curves(swept, columns))
        panels = {"Ours": ours, "RankPO, figure 2 (different data)": published_curves()}
        plots["sweep.svg"] = plot_curves(panels, (begin[0], begin[1]))
    notes = [*_judge_notes(row_cache, start), f"Retention is {retention} against the rule labels of the held-out part."]
    changes = [_changes(swept, start, ranking)]
    return Report("RankPO, run again", source, scale, rows, RANKPO_TABLES, verdicts, notes, plots, changes)


def _changes(swept: Sequence[Row], start: Row, ranking: Sequence[str]) -> Table:
    """What every setting of stage 2 changes against the model that it began with."""
    columns = (*(column for column in start.columns if column not in ranking), *ranking)
    said = (
        "Each setting minus the model before preferences, paired by query (alignment: by pair, drawn by vacancy) and "
        "seed; 95 % intervals, not corrected for the number of settings: they describe the sweep and judge no claim."
    )
    lines = [(row.label, tuple(compare_rows(start, row, column).difference for column in columns)) for row in swept]
    return Table("What preferences change", said, columns, tuple(lines))


def _judge_notes(row_cache: RowCache, start: Row) -> list[str]:
    """Say who judged, how often both orders agreed, and whether a place was preferred."""
    found = row_cache.find(START, start.seeds[0]) or {}
    report: Mapping[str, Any] = found.get("notes", {}).get("judge", {})
    if not report:
        return ["The preferences are those of the data; nobody was asked here."]
    shown, share = report["shown_first"], report["share_agreed"]
    agreed = "no pair was answered in both orders" if share is None else f"both orders agree on {share:.0%}"
    return [
        f"Preferences: {report['annotator']}. Of {report['pairs']} held-out pairs asked in both orders, {agreed}; the "
        f"rest was dropped, {report['decided']} are tested on. The one shown first won {shown['first']} of "
        f"{shown['n']} votes."
    ]
