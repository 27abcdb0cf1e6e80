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
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from jobfit.artifacts import csv_rows, write_lines
from jobfit.documents.confit_text import confit_text, taxons
from jobfit.errors import InputError
from jobfit.evaluation.datasets.rows import json_lines, json_object, listed, record_id, write_rows
from jobfit.judged import (
    CANDIDATES_FOR_VACANCY,
    VACANCIES_FOR_CANDIDATE,
    Judged,
    Pair,
    Task,
    Texts,
    refuse_unknown,
    split_name,
)  # fmt: skip
from jobfit.runs import Qrels

RESUMES, JOBS = "all_resume*.csv", "all_j*.csv"
_RANK = re.compile(r"(?:(?P<split>[a-z]+)_)?rank_(?P<side>resume|job)\.json")
_PAIRS = re.compile(r"(?P<split>[a-z]+)_(?:labeled|classification)_data[^/]*\.jsonl")
MOST_LISTED = 50_000_000
_RANK_PREFIX = {"train": "train_", "validation": "valid_", "test": ""}
_PAIR_FILES = {
    "train": "train_labeled_data.jsonl",
    "validation": "valid_classification_data.jsonl",
    "test": "test_classification_data.jsonl",
}


def is_confit(folder: Path) -> bool:
    return any(folder.glob(RESUMES)) and any(folder.glob(JOBS))


def read_confit(folder: Path) -> Judged:
    """Read a folder: jobs are the vacancies, resumes the candidates.

    A rank list or a pair that names ids which the CSV files lack is an ``UnknownIdError``.
    """
    resumes = _texts(_only(folder, RESUMES), "user_id", "text_resume", lambda names: taxons(names).candidate)
    jobs = _texts(_only(folder, JOBS), "jd_no", "text_job", lambda names: taxons(names).vacancy)
    tasks, pairs = [], {}
    for path in sorted(folder.iterdir()):
        if match := _RANK.fullmatch(path.name):
            split = split_name(match["split"] or "test")
            texts = Texts(jobs, resumes) if match["side"] == "resume" else Texts(resumes, jobs)
            tasks.append(_task(path, split, match["side"] == "resume", texts))
        elif match := _PAIRS.fullmatch(path.name):
            pairs[split_name(match["split"])] = _pairs(path, jobs, resumes)
    return Judged(resumes, jobs, tuple(tasks), pairs, name=folder.name)


def _only(folder: Path, pattern: str) -> Path:
    paths = sorted(folder.glob(pattern))
    if len(paths) != 1:
        have = ", ".join(path.name for path in paths) or "none"
        raise InputError(f"{folder}: exactly one file {pattern} is expected, there are {len(paths)} ({have})")
    return paths[0]


def _texts(path: Path, id_column: str, text_column: str, taxon: Callable[[Sequence[str]], str]) -> dict[str, str]:
    """The text of each id: the text column, or ConFit's builder over every other column by name."""
    texts: dict[str, str] = {}
    for place, row in csv_rows(path, [id_column]):
        row_id = record_id(row, id_column, place)
        if row_id in texts:
            raise InputError(f"{place}: {id_column} {row_id!r} occurs twice; remove the row that is wrong")
        if len(row) < 2:
            raise InputError(f"{path}: no column beside {id_column!r}")
        if text_column in row:
            texts[row_id] = row[text_column].strip()
        else:
            fields = {name: value.strip() for name, value in row.items() if name != id_column}
            texts[row_id] = confit_text(taxon(list(fields)), fields, sorted(fields)).strip()
    return texts


def _task(path: Path, split: str, by_vacancy: bool, texts: Texts) -> Task:
    column = "user_ids" if by_vacancy else "jd_nos"
    grades: dict[str, dict[str, int]] = {}
    lists: dict[str, tuple[str, ...]] = {}
    for query_id, value in json_object(path).items():
        place = f"{path}, {query_id!r}"
        if not isinstance(value, Mapping):
            raise InputError(f"{place}: an object with {column!r} and 'satisfied' is expected")
        ids = [record_id({column: item}, column, place) for item in listed(value, column, place)]
        verdicts = [_satisfied(item, (1, 0, -1), place) for item in listed(value, "satisfied", place)]
        if len(ids) != len(verdicts):
            raise InputError(f"{place}: {len(ids)} {column} but {len(verdicts)} 'satisfied'")
        lists[query_id] = tuple(ids)
        grades[query_id] = {i: grade for i, grade in zip(ids, verdicts) if grade >= 0}
    refuse_unknown(f"{path}: %s queries are not in the CSV", lists, texts.queries)
    everybody = (document_id for ids in lists.values() for document_id in ids)
    refuse_unknown(f"{path}: %s listed {column} are not in the CSV", everybody, texts.documents)
    name = CANDIDATES_FOR_VACANCY if by_vacancy else VACANCIES_FOR_CANDIDATE
    return Task(name, split, Qrels(grades), lists, by_vacancy)


def _pairs(path: Path, jobs: Mapping[str, str], resumes: Mapping[str, str]) -> tuple[Pair, ...]:
    pairs = []
    for place, row in json_lines(path):
        label = _satisfied(row.get("satisfied"), (1, 0), place)
        vacancy_id = record_id(row, "jd_no", place)
        pairs.append(Pair(record_id(row, "user_id", place), vacancy_id, label))
    refuse_unknown(f"{path}: %s jd_no are not in the CSV", {pair.vacancy_id for pair in pairs}, jobs)
    refuse_unknown(f"{path}: %s user_id are not in the CSV", {pair.candidate_id for pair in pairs}, resumes)
    return tuple(pairs)


def _satisfied(value: object, allowed: tuple[int, ...], place: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value not in allowed:
        raise InputError(f"{place}: 'satisfied' is one of {', '.join(map(str, allowed))}, not {str(value)[:40]!r}")
    return value


def write_confit(dataset: Judged, folder: Path) -> tuple[str, ...]:
    """Write the CSV files, a rank file for each task, and the pairs; return what this format has no place for.

    A task without lists of its own gets one of the whole other side for every query (-1 where nobody judged), which
    is what such a task means. A grade above 1 becomes 1.

    Raises:
        InputError: the lists would name more than 50,000,000 documents; two tasks need the same file; a task or pairs
            of another split than train, validation and test.
    """
    lost = [f"{len(dataset.choices)} preferences"] if dataset.choices else []
    write_lines(folder / "all_resume.csv", _csv(("user_id", "text_resume"), dataset.candidates))
    write_lines(folder / "all_jd.csv", _csv(("jd_no", "text_job"), dataset.vacancies))
    written = set()
    for task in dataset.tasks:
        name = f"{_known(_RANK_PREFIX, task.split)}rank_{'resume' if task.by_vacancy else 'job'}.json"
        if name in written:
            raise InputError(f"{dataset.name}: two tasks of {task.split!r} ask the same way, and ConFit has one file")
        written.add(name)
        lost += _lost(task)
        write_lines(folder / name, _rank_file(task, dataset.texts(task).documents))
    for split, pairs in dataset.pairs.items():
        rows = ({"user_id": p.candidate_id, "jd_no": p.vacancy_id, "satisfied": p.grade} for p in pairs)
        write_rows(folder / _known(_PAIR_FILES, split), rows)
    return tuple(lost)


def _known(names: Mapping[str, str], split: str) -> str:
    if split not in names:
        raise InputError(f"ConFit has the splits {', '.join(names)}, not {split!r}")
    return names[split]


def _csv(header: tuple[str, str], texts: Mapping[str, str]) -> Iterator[str]:
    for row in (header, *texts.items()):
        buffer = io.StringIO(newline="")
        csv.writer(buffer, lineterminator="\r\n").writerow(row)  # what the terminator holds is quoted inside a field
        yield buffer.getvalue().removesuffix("\r\n")


def _rank_file(task: Task, pool: Mapping[str, str]) -> Iterator[str]:
    listed = len(pool) * len(task.query_ids) if task.lists is None else sum(map(len, task.lists.values()))
    if listed > MOST_LISTED:
        raise InputError(f"{task.name}: the lists would name {listed:,} documents; give each query a list of its own")
    column, last = "user_ids" if task.by_vacancy else "jd_nos", len(task.query_ids) - 1
    yield "{"
    for number, query_id in enumerate(task.query_ids):
        ids: Iterable[str] = pool if task.lists is None else task.lists.get(query_id, ())
        judged = task.qrels.grades.get(query_id, {})
        value = {column: list(ids), "satisfied": [min(judged[i], 1) if i in judged else -1 for i in ids]}
        yield f"{json.dumps(query_id)}: {json.dumps(value)}{',' if number < last else ''}"
    yield "}"


def _lost(task: Task) -> list[str]:
    where, grades, lists = f"{task.name} ({task.split})", task.qrels.grades, task.lists
    high = sum(grade > 1 for judged in grades.values() for grade in judged.values())
    outside = 0 if lists is None else sum(len(judged.keys() - set(lists.get(q, ()))) for q, judged in grades.items())
    lost = [f"{high} grades above 1 of {where}: written as 1"] if high else []
    return lost + ([f"{outside} judgements of {where} outside their query's list"] if outside else [])
