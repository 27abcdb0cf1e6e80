"""The truth that a simulated annotator answers from: a market's table of all pairs, or judgements."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from jobfit.errors import InputError, UnknownIdError
from jobfit.ingest.formats.trec import read_qrels

Truth = Callable[[str, str], float]
_COLUMN = "qualification"


def read_truth(path: Path, vacancy_ids: Iterable[str]) -> Truth:
    """Return ``truth(vacancy id, candidate id)`` in [0, 1], read for ``vacancy_ids`` only.

    A Parquet file is a market's ``truth/pairs.parquet``, and the truth its *qualification*. Any other file is qrels (of
    BEIR or TREC) with vacancies as queries: the grade over the largest grade of the file, an unjudged pair 0.

    Raises:
        InputError: the file is not readable as either.
        UnknownIdError: (from ``truth``) the table has no such pair.
    """
    if path.suffix != ".parquet":
        return _judged(path)
    import pyarrow as pa
    import pyarrow.compute as pc
    from pyarrow import parquet

    try:
        table = parquet.read_table(path, columns=["candidate_id", "vacancy_id", _COLUMN])
    except (pa.ArrowException, OSError, KeyError) as error:
        raise InputError(
            f"{path} cannot be read as a market's table of truth: {str(error).splitlines()[0][:200]}"
        ) from error
    kept = table.filter(pc.is_in(table.column("vacancy_id").cast(pa.string()), pa.array(sorted(set(vacancy_ids)))))
    columns = (kept.column(name).to_pylist() for name in ("vacancy_id", "candidate_id", _COLUMN))
    known = {(vacancy, candidate): float(value) for vacancy, candidate, value in zip(*columns)}

    def truth(vacancy_id: str, candidate_id: str) -> float:
        try:
            return known[vacancy_id, candidate_id]
        except KeyError:
            raise UnknownIdError(f"{path} has no pair of {candidate_id!r} and {vacancy_id!r}") from None

    return truth


def _judged(path: Path) -> Truth:
    grades = read_qrels(path).grades
    largest = max((grade for judged in grades.values() for grade in judged.values()), default=0) or 1
    return lambda vacancy_id, candidate_id: grades.get(vacancy_id, {}).get(candidate_id, 0) / largest
