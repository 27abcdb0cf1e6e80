"""Build the report page from shortlists, records and evaluation reports."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from itertools import chain, groupby
from pathlib import Path
from typing import TYPE_CHECKING

from jobfit.artifacts import make_folder, write_atomic
from jobfit.caveats import caveats, pair_caveats
from jobfit.documents.masking.hidden import beside, without_personal
from jobfit.policy.ledger import start_line
from jobfit.records import Candidate, Evidence, Record, RequirementKind, headline, sides
from jobfit.shortlist import SIGNALS, Decision, LedgerLine, Shortlist, Status
from jobfit.structure.sections import sentence_around

if TYPE_CHECKING:
    from jobfit.evaluation.measures import Report
    from jobfit.evaluation.statistics import Estimate

_CONTEXT = 60  # characters shown on each side of a quote
_ROW, _LEFT, _WIDTH, _TOP = 34, 150, 520, 12  # of the plot


@dataclass(frozen=True, slots=True)
class Example:
    """One shortlist to show: the query, the answer, the records that the entries name; notices run from ``today``."""

    query: Record
    shortlist: Shortlist
    records: Mapping[str, Record]
    today: date


@dataclass(frozen=True, slots=True)
class Evaluation:
    title: str
    note: str
    systems: Mapping[str, Report]


def write_report(
    path: Path, examples: Sequence[Example], evaluations: Sequence[Evaluation], facts: Mapping[str, str], on: date
) -> None:
    """Write the page, dated ``on``, whole or not at all. ``facts`` are shown at the top (label -> value)."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("jobfit.report", "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    html = environment.get_template("report.html.j2").render(
        examples=[_example(example) for example in examples],
        evaluations=[_evaluation(evaluation) for evaluation in evaluations],
        facts=facts,
        signals=SIGNALS,
        on=f"{on:%Y-%m-%d}",
    )
    make_folder(path.parent)
    write_atomic(path, html)


def _example(example: Example) -> dict[str, object]:
    pool = example.shortlist.pool
    # by what a must-have is about; one record may count for several
    ruled_out = Counter(chain(*({reason.code.partition(":")[2] for reason in out.reasons} for out in pool.excluded)))
    return {
        "id": example.query.id,
        "kind": example.query.kind.value,
        "title": headline(example.query),
        "text": without_personal(example.query),
        "flags": [caveat.sentence for caveat in caveats(example.query)],
        "eligible": len(pool.eligible),
        "excluded": [{"id": out.id, "reasons": [reason.sentence for reason in out.reasons]} for out in pool.excluded],
        "ruled_out": ruled_out.most_common(),
        "plan": example.shortlist.plan,
        "weighed": example.shortlist.weighed,
        "prices": [price.sentence for price in example.shortlist.prices],
        "entries": [_entry(example, entry) for entry in example.shortlist.entries],
    }


def _entry(example: Example, entry: Decision) -> dict[str, object]:
    query, other = example.query, example.records[entry.id]
    candidate, vacancy = sides(query, other)
    begins = start_line(candidate.profile, vacancy.profile, example.today)
    statuses = Counter(line.status for line in entry.ledger)
    parts = {"dense": 0.0, "lexical": 0.0, "requirements": 0.0, "planted": 0.0}
    for part in entry.contributions:
        shown = {"meaning": "dense", "words": "lexical", "planted": "planted"}.get(part.sort, "requirements")
        parts[shown] += part.value
    planted = parts.pop("planted")
    similar = parts["dense"] + parts["lexical"]
    left = max(0.0, similar + planted) / similar if planted and similar > 0 else 1.0
    return {
        "id": entry.id,
        "rank": entry.rank,
        "score": entry.score,
        "title": headline(other),
        "flags": [caveat.sentence for caveat in pair_caveats(query, other, entry.damped)],
        "parts": parts,
        "bar": {name: 100 * value * (1 if name == "requirements" else left) for name, value in parts.items()},
        "planted": planted if entry.damped else None,
        "sum": " + ".join(f"{part.name} {part.value:.3f}" for part in entry.contributions if part.value),
        "ledger": [*_rows_of(entry.ledger, candidate), *([_row_of(begins, candidate)] if begins else [])],
        "counts": {status.value: statuses[status] for status in Status},
    }


def _rows_of(ledger: Iterable[LedgerLine], cv: Candidate) -> Iterator[dict[str, object]]:
    """Yield a row for each line with a quote; what the CV is silent on is one row for those of one importance."""

    def alike(line: LedgerLine) -> tuple[bool, str]:
        return line.evidence is None, line.requirement.importance.value

    for (silent, importance), lines in groupby(ledger, key=alike):
        if silent:
            labels = [line.requirement.label for line in lines]
            yield {"labels": labels, "importance": importance, "status": Status.UNKNOWN.value, "quote": None}
            continue
        yield from (_row_of(line, cv) for line in lines)


def _row_of(line: LedgerLine, cv: Candidate) -> dict[str, object]:
    of = line.requirement
    importance = of.kind.value if of.kind is RequirementKind.START else of.importance.value
    quote = _in_context(cv, line.evidence)
    return {"labels": [of.label], "importance": importance, "status": line.status.value, "quote": quote}


def _in_context(cv: Candidate, evidence: Evidence | None) -> dict[str, object] | None:
    if evidence is None:
        return None
    before, after = beside(cv, sentence_around(cv.text, evidence), evidence)
    if len(before) > _CONTEXT:
        before = "… " + before[-_CONTEXT:].partition(" ")[2]
    if len(after) > _CONTEXT:
        after = after[:_CONTEXT].rpartition(" ")[0] + " …"
    return {
        "before": before,
        "text": in_a_line(evidence.text),
        "after": after,
        "start": evidence.start,
        "end": evidence.end,
    }


def in_a_line(quote: str) -> str:
    text = " ".join(quote.split())
    return text if len(text) <= 2 * _CONTEXT else f"{text[:_CONTEXT]} […] {text[-_CONTEXT // 2 :]}"


def _evaluation(evaluation: Evaluation) -> dict[str, object]:
    measures = list(next(iter(evaluation.systems.values())).aggregate)
    first, estimates = measures[0], {name: report.aggregate[measures[0]] for name, report in evaluation.systems.items()}
    return {
        "title": evaluation.title,
        "note": evaluation.note,
        "measures": measures,
        "systems": evaluation.systems,
        "plot_of": first,
        "plot": interval_plot(f"{first}, mean and 95 % interval", estimates),
    }


def interval_plot(title: str, estimates: Mapping[str, Estimate]) -> str:
    """Return an SVG with one row per system: a dot at the mean, a bar over its 95 % interval, from 0 to 1."""
    height = _TOP + _ROW * len(estimates) + 30
    rows = "".join(_row(i, name, estimate) for i, (name, estimate) in enumerate(estimates.items()))
    label = "; ".join(f"{name} {_number(estimate.mean)}" for name, estimate in estimates.items())
    return (
        f'<svg role="img" aria-label="{escape(title)}: {escape(label)}" viewBox="0 0 {_LEFT + _WIDTH + 90} {height}">'
        f"<title>{escape(title)}</title>{_grid(height)}{rows}</svg>"
    )


def _x(value: float) -> float:
    return round(_LEFT + value * _WIDTH, 1)


def _grid(height: int) -> str:
    bottom = height - 26
    return "".join(
        f'<line class="grid" x1="{_x(tick / 5)}" x2="{_x(tick / 5)}" y1="{_TOP}" y2="{bottom}"/>'
        f'<text class="tick" x="{_x(tick / 5)}" y="{bottom + 18}" text-anchor="middle">{tick / 5:.1f}</text>'
        for tick in range(6)
    )


def _row(position: int, name: str, estimate: Estimate) -> str:
    y = _TOP + _ROW * position + _ROW // 2
    parts = [f'<text x="{_LEFT - 12}" y="{y + 4}" text-anchor="end">{escape(name)}</text>']
    if estimate.low is not None and estimate.high is not None:
        parts.append(f'<line class="whisker" x1="{_x(estimate.low)}" x2="{_x(estimate.high)}" y1="{y}" y2="{y}"/>')
    if estimate.mean is not None:
        parts.append(f'<circle cx="{_x(estimate.mean)}" cy="{y}" r="5"/>')
        parts.append(f'<text class="value" x="{_LEFT + _WIDTH + 14}" y="{y + 4}">{_number(estimate.mean)}</text>')
    return "".join(parts)


def _number(value: float | None) -> str:
    return "no value" if value is None else f"{value:.3f}"
