"""What the rows of ConFit v2's recipe say: rows, classification, shares of groups, claims."""

from __future__ import annotations

from collections.abc import Sequence

from jobfit.experiments.claims import CONFIT_APART, CONFIT_CLAIMS, judge_claims
from jobfit.experiments.classification import classification_table, why_not
from jobfit.experiments.data import ExperimentData
from jobfit.experiments.group_shares import group_tables, why_no_groups
from jobfit.experiments.published import CONFIT_TABLES
from jobfit.experiments.report import Report
from jobfit.experiments.row_cache import RowCache
from jobfit.experiments.rows import Row
from jobfit.experiments.side_measurements import BOOSTED, GROUPED


def confit_report(rows: Sequence[Row], data: ExperimentData, scale: str, row_cache: RowCache, hyre: str) -> Report:
    """Return the report of the whole recipe; ``hyre`` says what wrote the hypothetical resumes."""
    whole = next(row for row in rows if row.key == "whole")
    labels = {row.key: row.label for row in rows}
    classifiers = [key for key in labels if key in ("raw", "whole", "hyre", BOOSTED) or key.startswith("rum-")]
    grouped = {key: labels[key] for key in GROUPED if key in labels}
    measured = [
        classification_table(row_cache, {key: labels[key] for key in classifiers}, whole.seeds, why_not(data)),
        *group_tables(row_cache, grouped, whole.seeds, why_no_groups(data)),
    ]
    verdicts = judge_claims(CONFIT_CLAIMS, rows, whole.columns)
    complete = [row for row in rows if row.seeds == whole.seeds]  # the others cannot be paired by seed
    judged = {family: judge_claims(claims, complete, whole.columns) for family, claims in CONFIT_APART.items()}
    return Report(
        "ConFit v2, run again", data.source, scale, rows, CONFIT_TABLES, verdicts, _notes(rows, row_cache, hyre),
        measured=measured, apart={family: found for family, found in judged.items() if found},
    )  # fmt: skip


def _notes(rows: Sequence[Row], row_cache: RowCache, hyre: str) -> list[str]:
    notes = [
        f"Hypothetical resumes: {hyre}.",
        "RUM's main rows keep clear of the ten best ranks (the stated rule for small pools); the windows of the "
        "negatives ablation are taken as published.",
    ]
    if not any(row.key == "fieldwise" for row in rows):
        notes.append("No field-wise row: the texts of these data have no fields (ConFit's template).")
    if any(row.key.startswith("a1-") for row in rows):
        notes.append(_of_table_a1(rows, row_cache))
    notes += [_of_boosted(row, row_cache) for row in rows if row.key == BOOSTED]
    return notes


def _of_table_a1(rows: Sequence[Row], row_cache: RowCache) -> str:
    """Say how table A1 is read here, and how many texts the window cut."""
    said = (
        "Table A1 is read so: accepted are the training's positives and, held out, what the ranking counts as "
        "relevant, so that max-match and centroid see the answers and are no systems; human joins the accepted "
        "resume of the highest grade, encoder the one that the untrained backbone ranks highest; the centroid is the "
        "mean of the accepted candidates' vectors by ConFit*. All training data are used, the paper takes a fifth."
    )
    for row in rows:
        notes = (row_cache.find(row.key, row.seeds[0]) or {}).get("notes", {})
        if (cut := notes.get("held_out_vacancies_cut")) is not None:
            said += f" {row.label.partition(' (')[0]}: the window cut {cut} held-out vacancies and"
            said += f" {notes['held_out_candidates_cut']} candidates."
    return said


def _of_boosted(row: Row, row_cache: RowCache) -> str:
    """Say what the trees read and which parameters were chosen, seed by seed."""
    chosen = []
    for seed in row.seeds:
        found = (row_cache.find(BOOSTED, seed) or {"notes": {}})["notes"].get("chosen", {})
        chosen.append(f"seed {seed}: {', '.join(f'{name} {value:g}' for name, value in found.items())}")
    return (
        f"{row.label}: scikit-learn's HistGradientBoostingClassifier on TF-IDF reduced to 32 numbers a side, their "
        f"products and cosines; its parameters chosen on validation nDCG@10 ({'; '.join(chosen)})."
    )
