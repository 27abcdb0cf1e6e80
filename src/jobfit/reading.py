"""Files to structured records, for programs: ``read_candidates``, ``read_vacancies``, ``read_applications``."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from jobfit.errors import RejectedInput, Rejection
from jobfit.ingest.applications import read_applications
from jobfit.ingest.parse.sandbox import ParserPool
from jobfit.ingest.readers import Parsed, read_raw
from jobfit.ingest.sources import find_files
from jobfit.records import Candidate, Kind, Record, Vacancy

__all__ = ["build_record", "read_applications", "read_candidates", "read_vacancies"]

Paths = str | Path | Sequence[str | Path]


def read_candidates(
    paths: Paths, *, today: date | None = None, rejects: list[Rejection] | None = None
) -> tuple[Candidate, ...]:
    """The candidates in a file, a folder, a glob or several of them, in the order of the files.

    ``today`` closes positions that are still held (default: the date of this machine). What cannot be read goes to
    ``rejects``, and so does a file whose format says that it is a vacancy.

    Raises:
        InputError: a path does not exist.
        RejectedInput: something was rejected and no ``rejects`` list was given.
    """
    records = _read(paths, Kind.CANDIDATE, today or date.today(), rejects)
    return tuple(record for record in records if isinstance(record, Candidate))


def read_vacancies(paths: Paths, *, rejects: list[Rejection] | None = None) -> tuple[Vacancy, ...]:
    """The vacancies in a file, a folder, a glob or several of them; as :func:`read_candidates`."""
    records = _read(paths, Kind.VACANCY, date.today(), rejects)
    return tuple(record for record in records if isinstance(record, Vacancy))


def build_record(parsed: Parsed, today: date) -> Record:
    """Structure one parsed document by the rules of its kind."""
    from jobfit.structure.candidate import read_candidate_profile
    from jobfit.structure.vacancy import read_vacancy_profile

    text, language, flags = parsed.raw.text, parsed.language, parsed.raw.flags
    if parsed.kind is Kind.CANDIDATE:
        profile = read_candidate_profile(text, language, today)
        return Candidate(parsed.id, text, language, parsed.source, profile, flags=flags)
    return Vacancy(parsed.id, text, language, parsed.source, read_vacancy_profile(text, language), flags=flags)


def _read(paths: Paths, kind: Kind, today: date, rejects: list[Rejection] | None) -> Iterator[Record]:
    several = [paths] if isinstance(paths, str | Path) else paths
    found = find_files([str(path) for path in several])
    bad = list(found.rejections)
    workers = max(1, min(len(found.files), os.cpu_count() or 1, 4))
    with ParserPool(workers) as pool:
        for result in read_raw(found.files, pool, kind):
            if isinstance(result, Rejection):
                bad.append(result)
            else:
                yield build_record(result, today)
    if bad and rejects is None:
        raise RejectedInput(bad[0])
    if rejects is not None:
        rejects += bad
