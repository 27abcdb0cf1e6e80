"""Build the report page from shortlists, records and evaluation reports."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from jobfit.artifacts import write_atomic
from jobfit.records import Candidate, Evidence, Record, Vacancy, headline
from jobfit.report.plot import interval_plot
from jobfit.shortlist import Decision, LedgerLine, Pool, Shortlist, Status

if TYPE_CHECKING:
    from jobfit.evaluation.measures import Report

_CONTEXT = 60  # characters shown on each side of a quote


@dataclass(frozen=True, slots=True)
class Example:
    """One shortlist to show: the query, the answer, and the records that the entries name."""

    query: Record
    shortlist: Shortlist
    records: Mapping[str, Record]


@dataclass(frozen=True, slots=True)
class Evaluation:
    title: str
    note: str
    systems: Mapping[str, Report]


def write_report(
    path: Path, examples: Sequence[Example], evaluations: Sequence[Evaluation], facts: Mapping[str, str], now: datetime
) -> None:
    """Write the page to ``path``, whole or not at all. ``facts`` are shown at the top (label -> value)."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("jobfit.report", "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    html = environment.get_template("report.html.j2").render(
        examples=[_example(example) for example in examples],
        evaluations=[_evaluation(evaluation) for evaluation in evaluations],
        facts=facts,
        now=now.strftime("%Y-%m-%d %H:%M"),
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomic(path, html)


def _example(example: Example) -> dict[str, object]:
    pool, plan = example.shortlist.pool, example.shortlist.plan
    return {
        "id": example.query.id,
        "kind": example.query.kind.value,
        "title": headline(example.query),
        "text": example.query.text,
        "eligible": len(pool.eligible),
        "excluded": [{"id": out.id, "reasons": [reason.sentence for reason in out.reasons]} for out in pool.excluded],
        "ruled_out": _ruled_out(pool),
        "plan": plan,
        "entries": [_entry(example.query, entry, example.records[entry.id]) for entry in example.shortlist.entries],
    }


def _entry(query: Record, entry: Decision, other: Record) -> dict[str, object]:
    candidate = other if isinstance(other, Candidate) else query
    vacancy = query if isinstance(query, Vacancy) else other
    lines = [_line(line, candidate.text, vacancy.text) for line in entry.ledger]
    parts = {"dense": 0.0, "lexical": 0.0, "requirements": 0.0}
    for part in entry.contributions:
        name = "lexical" if part.name == "characters" else part.name  # one bar for what is written alike
        parts[name if name in parts else "requirements"] += part.value
    return {
        "id": entry.id,
        "rank": entry.rank,
        "score": entry.score,
        "title": headline(other),
        "parts": parts,
        "ledger": lines,
        "counts": {status.value: sum(line["status"] == status.value for line in lines) for status in Status},
    }


def _line(line: LedgerLine, cv: str, vacancy: str) -> dict[str, object]:
    return {
        "label": line.requirement.label,
        "kind": line.requirement.kind.value,
        "importance": line.requirement.importance.value,
        "status": line.status.value,
        "quote": _in_context(cv, line.evidence),
        "asked": _in_context(vacancy, line.requirement.evidence),
    }


def _in_context(text: str, evidence: Evidence | None) -> dict[str, object] | None:
    if evidence is None:
        return None
    start, end = evidence.start, evidence.end
    before = text[max(0, start - _CONTEXT) : start].rpartition("\n")[2]
    after = text[end : end + _CONTEXT].partition("\n")[0]
    return {"before": before, "text": in_a_line(evidence.text), "after": after, "start": start, "end": end}


def in_a_line(quote: str) -> str:
    text = " ".join(quote.split())
    return text if len(text) <= 2 * _CONTEXT else f"{text[:_CONTEXT]} […] {text[-_CONTEXT // 2 :]}"


def _ruled_out(pool: Pool) -> list[tuple[str, int]]:
    """Count the exclusions by what a must-have is about; one record may count for several."""
    abouts = ({reason.code.partition(":")[2] for reason in out.reasons} for out in pool.excluded)
    return Counter(chain.from_iterable(abouts)).most_common()


def _evaluation(evaluation: Evaluation) -> dict[str, object]:
    measures = list(next(iter(evaluation.systems.values())).aggregate)
    first = measures[0]
    return {
        "title": evaluation.title,
        "note": evaluation.note,
        "measures": measures,
        "systems": evaluation.systems,
        "plot_of": first,
        "plot": interval_plot(
            f"{first}, mean and 95 % interval",
            {name: report.aggregate[first] for name, report in evaluation.systems.items()},
        ),
    }
