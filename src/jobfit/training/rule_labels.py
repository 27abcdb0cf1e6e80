"""Pairs labelled by rules, as files: what each rule said of every pair, and the labels as training reads them.

===========================================  ==========================================================================
``labels.parquet``                           every pair: ``label`` (null: undecided), the rules that ``fired``, those
                                             ``missing`` and ``unknown``, and an ``explanation`` with a line per rule
``pairs.parquet``                            the decided ones: ``candidate_id``, ``vacancy_id``, ``binary``
``qrels.tsv``                                the same, vacancies as queries
``qrels-vacancies-for-candidate.tsv``        the same, the other way round
===========================================  ==========================================================================
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from jobfit.errors import InputError
from jobfit.evaluation.datasets.rows import content, json_lines
from jobfit.ingest.formats.trec import write_qrels
from jobfit.judged import Pair, qrels_of, refuse_unknown
from jobfit.shortlist import Status
from jobfit.training.rules import Fields, Labelled

LABELS, PAIRS = "labels.parquet", "pairs.parquet"
_AT_ONCE = 20_000  # rows of a row group: what is held in memory


@dataclass(frozen=True, slots=True)
class LabelCounts:
    """Pairs by label, and for each rule how often it fired, was missing and was unknown."""

    positives: int
    rejects: int
    undecided: int
    rules: Mapping[str, Mapping[str, int]]

    @property
    def pairs(self) -> int:
        return self.positives + self.rejects + self.undecided

    def as_json(self) -> dict[str, Any]:
        return {"pairs": self.pairs, **asdict(self)}


def write_labels(labelled: Iterable[Labelled], folder: Path) -> LabelCounts:
    """Write the files named above to ``folder``, which exists; return the counts. Pairs come one at a time.

    Raises:
        InputError: there is no pair, or a file cannot be written.
    """
    counts: Counter[bool | None] = Counter()
    rules: dict[str, Counter[str]] = {}
    judged: list[Pair] = []

    def counted() -> Iterator[Labelled]:
        for pair in labelled:
            counts[pair.label] += 1
            for finding in pair.findings:
                of_rule = rules.setdefault(finding.rule, Counter(fired=0, missing=0, unknown=0))
                if (word := "fired" if finding.fired else finding.status.value) in of_rule:
                    of_rule[word] += 1
            judged.extend(filter(None, [pair.pair]))
            yield pair

    try:
        _write_tables(counted(), folder)
    except OSError as error:
        raise InputError(f"{folder} cannot be written ({error.strerror})") from error
    write_qrels(qrels_of(judged), folder / "qrels.tsv")
    write_qrels(qrels_of(judged, by_vacancy=False), folder / "qrels-vacancies-for-candidate.tsv")
    if not counts:
        raise InputError("there is no pair to label: a candidate and a vacancy are needed at least")
    return LabelCounts(counts[True], counts[False], counts[None], {name: dict(words) for name, words in rules.items()})


def _write_tables(labelled: Iterator[Labelled], folder: Path) -> None:
    import pyarrow as pa
    from pyarrow import parquet

    ids = [("candidate_id", pa.string()), ("vacancy_id", pa.string())]
    lists = [(name, pa.list_(pa.string())) for name in ("fired", "missing", "unknown", "explanation")]
    every, decided = pa.schema([*ids, ("label", pa.bool_()), *lists]), pa.schema([*ids, ("binary", pa.int32())])
    with (
        parquet.ParquetWriter(folder / LABELS, every, compression="zstd") as labels,
        parquet.ParquetWriter(folder / PAIRS, decided, compression="zstd") as pairs,
    ):
        while part := list(islice(labelled, _AT_ONCE)):
            labels.write_table(pa.Table.from_pylist([_row(pair) for pair in part], every))
            judged = [pair.pair for pair in part if pair.pair is not None]
            columns = zip(*judged, strict=True) if judged else ([], [], [])
            pairs.write_table(pa.Table.from_arrays([*map(pa.array, columns, decided.types)], schema=decided))


def _row(pair: Labelled) -> dict[str, Any]:
    def of(status: Status) -> list[str]:
        return [finding.rule for finding in pair.findings if finding.status is status]

    return {
        "candidate_id": pair.candidate_id,
        "vacancy_id": pair.vacancy_id,
        "label": pair.label,
        "fired": pair.fired,
        "missing": of(Status.MISSING),
        "unknown": of(Status.UNKNOWN),
        "explanation": pair.explanation(),
    }


def read_fields(path: Path, ids: Iterable[str]) -> dict[str, Fields]:
    """Read fields that no text states, one JSON object per line: ``{"id": "c1", "papers": [...], "age": 31}``.

    Raises:
        UnknownIdError: an id is not one of ``ids``; the message counts and names them.
        InputError: the file cannot be read, a line has no id, or an id occurs twice.
    """
    fields: dict[str, Fields] = {}
    for place, row in json_lines(path):
        id_ = content(row, "id", place)
        if not id_ or id_ in fields:
            raise InputError(f"{place}: {f'the id {id_!r} occurs twice' if id_ else 'there is no id'}")
        fields[id_] = {name: value for name, value in row.items() if name != "id"}
    refuse_unknown(f"{path}: %s ids are neither a candidate nor a vacancy here", fields, dict.fromkeys(ids, ""))
    return fields
