"""START HERE: records and a log of applications -> documents, labelled pairs and the funnel, as a folder."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass, field
from pathlib import Path
from typing import Any

from jobfit.artifacts import new_folder, open_atomic, read_json, write_atomic, write_json, write_lines
from jobfit.errors import InputError, Rejection
from jobfit.geo.gazetteer import Gazetteer
from jobfit.ingest.applications import PLAIN, LogFormat, read_rows
from jobfit.ingest.formats.trec import write_qrels
from jobfit.ingest.rejects import write_rejects
from jobfit.judged import qrels_of
from jobfit.judgements import Side, StatusTable
from jobfit.preparation.labels import Dropped, Funnel, Labelled, LoggedPair, Step, balance, judge_rows, label_pairs
from jobfit.preparation.locations import COLUMNS, Located, counts, locate
from jobfit.preparation.variants import RawVariant, Variant
from jobfit.reading import Paths, stream_records
from jobfit.records import Kind, Outcome, Record
from jobfit.taxonomy.model import Taxonomy

FORMAT = "jobfit-prepared-1"
FUNNEL = "funnel.json"
DOCUMENTS = {Kind.CANDIDATE: "candidates.jsonl", Kind.VACANCY: "vacancies.jsonl"}
PAIR_COLUMNS = {
    "candidate_id": "string", "vacancy_id": "string", "status": "string", "meaning": "string", "outcome": "string",
    "observation": "string", "binary": "int32", "three_class": "int32", "ordinal": "int32", "grade": "int32",
    "censored": "bool", "reason": "string", "reason_side": "string", "elapsed_days": "int32", "time": "time",
    "row": "int32", "rows": "int32",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Inputs:
    """What is prepared: files or folders of records in any format that ingest reads, and the log of applications."""

    candidates: Paths
    vacancies: Paths
    applications: Path
    log: LogFormat = PLAIN


@dataclass(frozen=True, slots=True)
class Settings:
    """How: the meaning of statuses, the variant, and the table of places.

    ``taxonomy``: in whose terms records are read; ``None`` is the compact one. The pairs do not depend on it.
    """

    statuses: StatusTable
    variant: Variant = field(default_factory=RawVariant)
    places: Gazetteer | None = None
    taxonomy: Taxonomy | None = None


def prepare(
    inputs: Inputs, settings: Settings, out: Path, say: Callable[[str], None] = lambda _: None
) -> dict[str, Any]:
    """Prepare ``inputs`` as the folder ``out``, which appears whole or not at all; an earlier preparation is replaced.

    Everything is checked before a document is rendered, and records are read one at a time. Returns what
    ``funnel.json`` holds (:class:`jobfit.app.prepare.Prepared`).

    Raises:
        UnknownStatusError: the log has a status that the table does not know; nothing is written.
        InputError: an input cannot be read, or ``out`` holds something else and is left alone.
    """
    target = out.resolve()
    check_free(target)
    say(f"Judging {inputs.applications}")
    log = judge_rows(read_rows(inputs.applications, inputs.log), settings.statuses, str(inputs.applications))
    with new_folder(target, replace=True) as made:
        sides = []
        for kind, paths in ((Kind.CANDIDATE, inputs.candidates), (Kind.VACANCY, inputs.vacancies)):
            say(f"Reading {'candidates' if kind is Kind.CANDIDATE else 'vacancies'}")
            sides.append(_write_side(paths, kind, settings, made / DOCUMENTS[kind]))
        labelled = label_pairs(log, sides[0].ids, sides[1].ids)
        say(f"Writing {len(labelled.pairs)} pairs")
        _write_pairs(labelled.pairs, made)
        _write_csv(made / "dropped.csv", Dropped._fields, labelled.dropped)
        _write_csv(made / "locations.csv", COLUMNS, (astuple(row) for side in sides for row in side.located))
        write_rejects(made / "rejects.jsonl", [bad for side in sides for bad in side.rejects] + list(log.rejections))
        notes = [note for side in sides for note in side.notes] + list(log.notes)
        content = _content(settings, sides, labelled, notes)
        write_json(made / FUNNEL, content)
    return content


def check_free(out: Path) -> None:
    """Refuse a folder that holds something else than an earlier preparation."""
    if out.exists() and not (out.is_dir() and (not any(out.iterdir()) or _is_prepared(out))):
        raise InputError(f"{out} is not empty and holds no preparation. Choose a new folder or empty this one")


def _is_prepared(out: Path) -> bool:
    try:
        content = read_json(out / FUNNEL)
    except InputError:
        return False
    return isinstance(content, dict) and content.get("format") == FORMAT


@dataclass
class _Side:
    kind: Kind
    ids: set[str] = field(default_factory=set)
    rendered: set[str] = field(default_factory=set)
    rejects: list[Rejection] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    located: list[Located] = field(default_factory=list)

    @property
    def funnel(self) -> Funnel:
        reasons = dict(sorted(Counter(bad.reason for bad in self.rejects).items()))
        empty = len(self.ids) - len(self.rendered)
        steps = (
            Step("read", reasons, len(self.ids)),
            Step("render", {"this variant has no text": empty} if empty else {}, len(self.rendered)),
        )
        return Funnel(DOCUMENTS[self.kind].removesuffix(".jsonl"), len(self.ids) + len(self.rejects), steps)


def _write_side(paths: Paths, kind: Kind, settings: Settings, path: Path) -> _Side:
    """Read, locate and render the records of one kind, one at a time, into a BEIR file."""
    side = _Side(kind)

    def noted() -> Iterator[Record]:
        for record in stream_records(
            paths, kind, side.rejects, guess=False, notes=side.notes, taxonomy=settings.taxonomy
        ):
            side.ids.add(record.id)
            side.located.append(locate(record, settings.places))
            yield record

    def lines() -> Iterator[str]:
        for document in settings.variant.render(noted()):
            if document.text.strip():
                side.rendered.add(document.id)
                yield json.dumps({"_id": document.id, "text": document.text}, ensure_ascii=False)

    write_lines(path, lines())
    if not side.ids:
        raise InputError(f"no {kind} could be read: {side.rejects[0].reason if side.rejects else 'there is no file'}")
    return side


def _content(settings: Settings, sides: Sequence[_Side], labelled: Labelled, notes: list[str]) -> dict[str, Any]:
    candidates, vacancies = sides
    pairs = labelled.pairs
    outcomes = Counter(pair.judgement.outcome.value for pair in pairs)
    reasons = Counter(pair.judgement.reason for pair in pairs if pair.judgement.reason)
    censored, pool = outcomes[Outcome.CENSORED], outcomes[Outcome.TALENT_POOL]
    if len(pairs) == censored:
        notes = [*notes, "no pair is judged: the qrels are empty"]
    graded = Step("judged", {"censored: how it ends is unknown": censored}, len(pairs) - censored)
    binary = Step("binary", {"talent pool: in neither class": pool}, len(pairs) - censored - pool)
    funnels = (
        candidates.funnel, vacancies.funnel, labelled.funnel, Funnel("graded pairs", len(pairs), (graded,)),
        Funnel("binary pairs", len(pairs), (graded, binary)),
    )  # fmt: skip
    return {
        "format": FORMAT,
        "facts": {
            "variant": settings.variant.name,
            **settings.variant.facts(),
            "statuses": settings.statuses.name,
            "places": settings.places.name if settings.places else None,
        },
        "funnels": [each.as_json() for each in funnels],
        "outcomes": {outcome.value: outcomes[outcome] for outcome in Outcome},
        "statuses": dict(sorted(Counter(pair.judgement.status for pair in pairs).items())),
        "reasons": {
            side.value: {reason.code: n for reason, n in sorted(reasons.items(), key=str) if reason.side is side}
            for side in Side
        },
        "binary": balance(outcomes[Outcome.HIRED], outcomes[Outcome.REJECTED]),
        "mobility": counts(candidates.located),
        "pairs_without_document": {
            "candidate": sum(pair.candidate_id not in candidates.rendered for pair in pairs),
            "vacancy": sum(pair.vacancy_id not in vacancies.rendered for pair in pairs),
        },
        "unusable": len(candidates.rejects) + len(vacancies.rejects) + sum(labelled.funnel.steps[0].dropped.values()),
        "notes": notes,
    }


def _write_pairs(pairs: Sequence[LoggedPair], folder: Path) -> None:
    """Write the pairs as Parquet and CSV, and the grades both ways; a censored pair is unjudged and in neither."""
    import pyarrow as pa
    from pyarrow import csv as arrow_csv
    from pyarrow import parquet

    types = {"string": pa.string(), "int32": pa.int32(), "bool": pa.bool_(), "time": pa.timestamp("us", "UTC")}
    schema = pa.schema([(name, types[kind]) for name, kind in PAIR_COLUMNS.items()])
    table = pa.Table.from_pylist([_pair_row(pair) for pair in pairs], schema)
    with open_atomic(folder / "pairs.parquet") as file:
        parquet.write_table(table, file, compression="zstd")
    with open_atomic(folder / "pairs.csv") as file:
        arrow_csv.write_csv(table, file)
    judged = [graded for pair in pairs if (graded := pair.judged) is not None]
    write_qrels(qrels_of(judged), folder / "qrels.tsv")
    write_qrels(qrels_of(judged, by_vacancy=False), folder / "qrels-vacancies-for-candidate.tsv")


def _pair_row(pair: LoggedPair) -> dict[str, object]:
    judged, reason = pair.judgement, pair.judgement.reason
    row = (
        pair.candidate_id, pair.vacancy_id, pair.status, judged.status, judged.outcome.value, judged.observation,
        judged.binary, judged.three_class, judged.ordinal, judged.grade, judged.censored, reason and reason.code,
        reason and reason.side.value, judged.elapsed_days, pair.time, pair.row, pair.rows,
    )  # fmt: skip
    return dict(zip(PAIR_COLUMNS, row))


def _write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerows([header, *rows])
    write_atomic(path, buffer.getvalue())
