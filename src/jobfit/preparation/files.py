"""The files of a preparation: BEIR documents, labelled pairs, qrels, locations, what was dropped, the funnel."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Sequence
from io import StringIO
from pathlib import Path
from typing import Any

from jobfit.artifacts import open_atomic, write_atomic
from jobfit.errors import InputError
from jobfit.ingest.formats.trec import write_qrels
from jobfit.judged import qrels_of
from jobfit.preparation.labels import Dropped, LoggedPair

FORMAT = "jobfit-prepared-1"
FUNNEL = "funnel.json"
PAIR_COLUMNS = (
    "candidate_id", "vacancy_id", "status", "meaning", "outcome", "observation", "binary", "three_class", "ordinal",
    "grade", "censored", "reason", "reason_side", "elapsed_days", "time", "row", "rows",
)  # fmt: skip
_INTEGERS = frozenset({"binary", "three_class", "ordinal", "grade", "elapsed_days", "row", "rows"})


def check_free(out: Path) -> None:
    """Refuse a folder that holds something else than an earlier preparation."""
    if out.is_dir() and not any(out.iterdir()):
        return
    if out.exists() and not _is_prepared(out):
        raise InputError(f"{out} is not empty and holds no preparation. Choose a new folder or empty this one")


def _is_prepared(out: Path) -> bool:
    try:
        content = json.loads((out / FUNNEL).read_bytes())
    except (OSError, ValueError):
        return False
    return isinstance(content, dict) and content.get("format") == FORMAT


def pairs_table(pairs: Sequence[LoggedPair]) -> Any:
    """Return the pairs as a pyarrow table with the columns of :data:`PAIR_COLUMNS`; what is unknown is null."""
    import pyarrow as pa

    types = {name: pa.int32() if name in _INTEGERS else pa.string() for name in PAIR_COLUMNS}
    types |= {"censored": pa.bool_(), "time": pa.timestamp("us", "UTC")}
    rows = [_pair_row(pair) for pair in pairs]
    columns = list(zip(*rows)) if rows else [()] * len(PAIR_COLUMNS)
    return pa.table({name: pa.array(column, types[name]) for name, column in zip(PAIR_COLUMNS, columns)})


def _pair_row(pair: LoggedPair) -> tuple[object, ...]:
    judged = pair.judgement
    reason = (judged.reason.code, judged.reason.side.value) if judged.reason else (None, None)
    return (
        pair.candidate_id, pair.vacancy_id, pair.status, judged.status, judged.outcome.value, judged.observation,
        judged.binary, judged.three_class, judged.ordinal, judged.grade, judged.censored, *reason, judged.elapsed_days,
        pair.time, pair.row, pair.rows,
    )  # fmt: skip


def write_pairs(pairs: Sequence[LoggedPair], folder: Path) -> None:
    """Write ``pairs.parquet`` and ``pairs.csv`` with the same rows and columns."""
    from pyarrow import csv as arrow_csv
    from pyarrow import parquet

    table = pairs_table(pairs)
    with open_atomic(folder / "pairs.parquet", private=True) as file:
        parquet.write_table(table, file, compression="zstd")
    with open_atomic(folder / "pairs.csv", private=True) as file:
        arrow_csv.write_csv(table, file)


def write_both_qrels(pairs: Iterable[LoggedPair], folder: Path) -> None:
    """Write ``qrels.tsv`` (queries are vacancies) and ``qrels-vacancies-for-candidate.tsv`` with the grades.

    A censored pair is unjudged and stands in neither; a rejection has grade 0.
    """
    judged = [graded for pair in pairs if (graded := pair.judged) is not None]
    write_qrels(qrels_of(judged), folder / "qrels.tsv")
    write_qrels(qrels_of(judged, by_vacancy=False), folder / "qrels-vacancies-for-candidate.tsv")


def write_dropped(dropped: Iterable[Dropped], path: Path) -> None:
    """Write every row of the log that became no pair, with the step and the reason."""
    write_table(path, Dropped._fields, dropped)


def write_table(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a CSV table."""
    buffer = StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    write_atomic(path, buffer.getvalue(), private=True)
