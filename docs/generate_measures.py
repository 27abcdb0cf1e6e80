"""The page of all measures, written from the code: ``make docs``."""

from __future__ import annotations

import inspect
import sys
from pathlib import Path

from jobfit.evaluation.alignment import Alignment, Position
from jobfit.evaluation.calibration import Calibration, calibration
from jobfit.evaluation.classification import CRITERIA, Classification, choose_threshold, classify
from jobfit.evaluation.grammar import FAMILIES, Family
from jobfit.evaluation.measures import Aggregate, Report

_HEAD = """# Measures

Written by `make docs` from the code; do not edit. Every value is in [0, 1]; percent appears only where something is
printed for people.

## Ranking: `jobfit evaluate`, `jobfit compare`

A name is `FAMILY`, then parameters in brackets, then `@k`: `nDCG@10`, `AP`, `R@100`, `P(rel=2)@5`, `AP(norm=min)@5`,
`nDCG(gain=exp)@10`, `ERR(max=4)@10`. It is ir-measures' spelling, with parameters for what ir-measures has no word for.
`rel=g`: relevant from grade g up (default 1). In the formulas R is the number of relevant documents of a query, N the
number of documents in its pool. *Chance* is the expectation over all orders of the pool.
"""
_RULES = """Any other share that trec_eval computes (`Bpref`, `IPrec@0.1`, ...) is passed on by its name in ir-measures,
without a level of chance.

The rules that trec_eval leaves open:

- Equal scores are ordered by a digest of query id and document id: the order of a file counts for nothing.
- A document without a judgement counts as not relevant. Denominators and ideal orders count all judged ones.
- A query without a relevant document is undefined: it is left out of the mean and counted.
- A query that a run lacks scores 0 and is counted.
- A document twice in a ranking, and a score that is NaN, are errors.
- Intervals are 95 % percentile bootstrap intervals over queries, 10,000 samples.
"""
_PARAMETERS = {"rel": "`rel=1…`", "norm": "`norm=R|min`", "gain": "`gain=linear|exp`", "max": "`max=1…`"}


def measures_page() -> str:
    """Return the page."""
    return "\n".join(
        [
            _HEAD,
            "| name | value of a query | parameters | computed by | chance |",
            "| --- | --- | --- | --- | --- |",
            *(_family_row(name, family) for name, family in FAMILIES.items()),
            "",
            _RULES,
            "Of every aggregate:",
            "",
            _prose(Aggregate),
            "",
            "Of a report:",
            "",
            _prose(Report),
            "",
            "## Classification: `jobfit classify`",
            "",
            _prose(Classification),
            "",
            _prose(classify),
            "",
            _prose(choose_threshold),
            f"Criteria: {', '.join(f'`{name}`' for name in CRITERIA)}.",
            "",
            "Intervals are 95 % percentile bootstrap intervals over queries, 2,000 samples: the pairs of a query",
            "are not independent.",
            "",
            "## Calibration: `jobfit classify --probabilities`",
            "",
            _prose(Calibration),
            "",
            _prose(calibration),
            "",
            "## Alignment: `jobfit align`",
            "",
            _prose(Alignment),
            "",
            _prose(Position),
            "",
        ]
    )


def _family_row(name: str, family: Family) -> str:
    cut = {"required": "@k", "optional": "[@k]", "none": ""}[family.cutoff]
    also = f" (also {', '.join(f'`{alias}`' for alias in family.aliases)})" if family.aliases else ""
    parameters = ", ".join(_PARAMETERS[key] for key in family.parameters).replace("|", "\\|")
    cells = (f"`{name}`{cut}{also}", family.formula, parameters, family.computed_by, family.chance)
    return f"| {' | '.join(cell.strip() for cell in cells)} |"


def _prose(thing: object) -> str:
    """The docstring in Markdown: without its errors and its example."""
    text = inspect.getdoc(thing) or ""
    kept = []
    for line in text.split("\n"):
        if line.startswith((">>>", "Raises:")):
            break
        kept.append(line)
    text = "\n".join(kept).strip().replace("``", "`")
    for role in (":class:", ":mod:", ":func:"):
        text = text.replace(f"{role}`~", "`").replace(f"{role}`", "`")
    return text


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(measures_page(), encoding="utf-8")
