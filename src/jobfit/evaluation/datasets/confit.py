"""ConFit (v1 and v2): two CSV files of texts, rank lists for both directions, and labelled pairs.

====================================  =====================================================================
``all_resume*.csv``                   ``user_id`` and ``text_resume`` (v2), or one column a field (v1, AliYun)
``all_j*.csv``                        ``jd_no`` and ``text_job``, or one column a field
``rank_resume.json``                  job id -> ``user_ids`` and ``satisfied``: candidates for a vacancy
``rank_job.json``                     resume id -> ``jd_nos`` and ``satisfied``: vacancies for a candidate
``train_labeled_data*.jsonl``         rows of ``user_id``, ``jd_no``, ``satisfied`` (0 or 1)
``*_classification_data*.jsonl``      the same for ``valid`` and ``test``
====================================  =====================================================================

``satisfied`` in a rank list is 1 (accepted), 0 (rejected) or -1 (filler that nobody judged; not relevant when
evaluated, as in the papers). The order of a list means nothing: the published ones name the accepted first.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from jobfit.documents.confit_text import confit_text, taxons
from jobfit.errors import InputError
from jobfit.evaluation.datasets.model import (
    CANDIDATES_FOR_VACANCY,
    VACANCIES_FOR_CANDIDATE,
    Dataset,
    LabelledPair,
    RankingTask,
    refuse_unknown,
    split_name,
)
from jobfit.evaluation.datasets.rows import json_lines, json_object, listed, record_id
from jobfit.runs import Qrels

RESUMES, JOBS = "all_resume*.csv", "all_j*.csv"
_RANK = re.compile(r"(?:(?P<split>[a-z]+)_)?rank_(?P<side>resume|job)\.json")
_PAIRS = re.compile(r"(?P<split>[a-z]+)_(?:labeled|classification)_data[^/]*\.jsonl")
LONGEST_FIELD = 2**31 - 1


def is_confit(folder: Path) -> bool:
    """Whether the folder holds ConFit's files."""
    return any(folder.glob(RESUMES)) and any(folder.glob(JOBS))


def read_confit(folder: Path) -> Dataset:
    """Read a folder; queries are jobs, the corpus are resumes.

    Raises:
        InputError: a CSV file is missing, or a file is not as described above; the message names file and line.
        UnknownIdError: a rank list or a pair names ids that the CSV files lack; the message counts and names them.
    """
    resumes = _texts(_only(folder, RESUMES), "user_id", "text_resume", lambda names: taxons(names).candidate)
    jobs = _texts(_only(folder, JOBS), "jd_no", "text_job", lambda names: taxons(names).vacancy)
    tasks, pairs = [], {}
    for path in sorted(folder.iterdir()):
        if match := _RANK.fullmatch(path.name):
            split = split_name(match["split"] or "test")
            sides = (jobs, resumes) if match["side"] == "resume" else (resumes, jobs)
            tasks.append(_task(path, split, match["side"] == "job", sides))
        elif match := _PAIRS.fullmatch(path.name):
            pairs[split_name(match["split"])] = _pairs(path, jobs, resumes)
    return Dataset(folder.name, jobs, resumes, tuple(tasks), pairs)


def _only(folder: Path, pattern: str) -> Path:
    found = sorted(folder.glob(pattern))
    if len(found) != 1:
        have = ", ".join(path.name for path in found) or "none"
        raise InputError(f"{folder}: exactly one file {pattern} is expected, there are {len(found)} ({have})")
    return found[0]


def _texts(path: Path, id_column: str, text_column: str, taxon: Callable[[Sequence[str]], str]) -> dict[str, str]:
    """The text of each id: the text column, or ConFit's builder over every other column by name."""
    found: dict[str, str] = {}
    for place, row in _csv_rows(path, id_column):
        row_id = record_id(row, id_column, place)
        if row_id in found:
            raise InputError(f"{place}: {id_column} {row_id!r} occurs twice; remove the row that is wrong")
        if text_column in row:
            found[row_id] = row[text_column].strip()
        else:
            fields = {name: value.strip() for name, value in row.items() if name != id_column}
            found[row_id] = confit_text(taxon(list(fields)), fields, sorted(fields)).strip()
    return found


def _csv_rows(path: Path, id_column: str) -> Iterator[tuple[str, dict[str, str]]]:
    previous = csv.field_size_limit(LONGEST_FIELD)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            names = next(reader, [])
            if id_column not in names or len(set(names)) != len(names) or len(names) < 2:
                raise InputError(f"{path}: the header needs {id_column!r} and at least one other column, each once")
            for row in reader:
                if row and len(row) != len(names):
                    where = f"{path}:{reader.line_num}"
                    raise InputError(f"{where}: the row has {len(row)} fields and the header has {len(names)}")
                if row:
                    yield f"{path}:{reader.line_num}", dict(zip(names, row))
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: the file is not UTF-8; save it as UTF-8") from error
    except csv.Error as error:
        raise InputError(f"{path}:{reader.line_num}: {error}") from error
    finally:
        csv.field_size_limit(previous)


def _task(path: Path, split: str, reverse: bool, sides: tuple[Mapping[str, str], Mapping[str, str]]) -> RankingTask:
    column = "jd_nos" if reverse else "user_ids"
    grades: dict[str, dict[str, int]] = {}
    candidates: dict[str, tuple[str, ...]] = {}
    for query_id, value in json_object(path).items():
        place = f"{path}, {query_id!r}"
        if not isinstance(value, Mapping):
            raise InputError(f"{place}: an object with {column!r} and 'satisfied' is expected")
        ids = [record_id({column: item}, column, place) for item in listed(value, column, place)]
        stated = [_satisfied(item, (1, 0, -1), place) for item in listed(value, "satisfied", place)]
        if len(ids) != len(stated):
            raise InputError(f"{place}: {len(ids)} {column} but {len(stated)} 'satisfied'")
        candidates[query_id] = tuple(ids)
        grades[query_id] = {i: grade for i, grade in zip(ids, stated) if grade >= 0}
    refuse_unknown(f"{path}: %s queries are not in the CSV", candidates, sides[0])
    refuse_unknown(f"{path}: %s listed {column} are not in the CSV", _all(candidates), sides[1])
    name = VACANCIES_FOR_CANDIDATE if reverse else CANDIDATES_FOR_VACANCY
    return RankingTask(name, split, Qrels(grades), candidates, reverse)


def _all(candidates: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    return (document_id for ids in candidates.values() for document_id in ids)


def _pairs(path: Path, jobs: Mapping[str, str], resumes: Mapping[str, str]) -> tuple[LabelledPair, ...]:
    found = []
    for place, row in json_lines(path):
        label = _satisfied(row.get("satisfied"), (1, 0), place)
        found.append(LabelledPair(record_id(row, "jd_no", place), record_id(row, "user_id", place), label))
    refuse_unknown(f"{path}: %s jd_no are not in the CSV", {pair.query_id for pair in found}, jobs)
    refuse_unknown(f"{path}: %s user_id are not in the CSV", {pair.document_id for pair in found}, resumes)
    return tuple(found)


def _satisfied(value: object, allowed: tuple[int, ...], place: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value not in allowed:
        raise InputError(f"{place}: 'satisfied' is one of {', '.join(map(str, allowed))}, not {str(value)[:40]!r}")
    return value
