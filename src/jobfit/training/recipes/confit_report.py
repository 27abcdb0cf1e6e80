"""What the rows of ConFit v2's recipe say: rows, classification, shares of groups, claims."""

from __future__ import annotations

from collections.abc import Sequence

from jobfit.training.recipes.beside import BOOSTED, GROUPED
from jobfit.training.recipes.claims import CONFIT_CLAIMS, judge_claims
from jobfit.training.recipes.classifying import classification_table, why_not
from jobfit.training.recipes.columns import Row
from jobfit.training.recipes.data import RecipeData
from jobfit.training.recipes.group_shares import group_tables, why_no_groups
from jobfit.training.recipes.kept import Kept
from jobfit.training.recipes.published import CONFIT_TABLES
from jobfit.training.recipes.report import Report


def confit_report(rows: Sequence[Row], data: RecipeData, scale: str, kept: Kept, hyre: str) -> Report:
    """Return the report of the whole recipe; ``hyre`` says what wrote the hypothetical resumes."""
    whole = next(row for row in rows if row.key == "whole")
    labels = {row.key: row.label for row in rows}
    classifiers = [key for key in labels if key in ("raw", "whole", "hyre", BOOSTED) or key.startswith("rum-")]
    grouped = {key: labels[key] for key in GROUPED if key in labels}
    measured = [
        classification_table(kept, {key: labels[key] for key in classifiers}, whole.seeds, why_not(data)),
        *group_tables(kept, grouped, whole.seeds, why_no_groups(data)),
    ]
    verdicts = judge_claims(CONFIT_CLAIMS, rows, whole.columns)
    notes = _notes(rows, kept, hyre)
    return Report("ConFit v2, run again", data.source, scale, rows, CONFIT_TABLES, verdicts, notes, measured=measured)


def _notes(rows: Sequence[Row], kept: Kept, hyre: str) -> list[str]:
    notes = [
        f"Hypothetical resumes: {hyre}.",
        "RUM's main rows keep clear of the ten best ranks (the stated rule for small pools); the windows of the "
        "negatives ablation are taken as published.",
    ]
    if not any(row.key == "fieldwise" for row in rows):
        notes.append("No field-wise row: the texts of these data have no fields (ConFit's template).")
    for row in rows:
        if row.key == BOOSTED:
            chosen = [(seed, (kept.find(BOOSTED, seed) or {"notes": {}})["notes"].get("chosen")) for seed in row.seeds]
            said = "; ".join(
                f"seed {seed}: {', '.join(f'{name} {value:g}' for name, value in found.items())}"
                for seed, found in chosen
                if found
            )
            notes.append(
                "TF-IDF + boosted trees: scikit-learn's HistGradientBoostingClassifier on TF-IDF reduced to 32 numbers "
                f"a side, their products and cosines; its parameters chosen on validation nDCG@10 ({said})."
            )
    return notes
