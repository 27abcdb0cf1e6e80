"""TREC runs and qrels (https://trec.nist.gov/data/), and BEIR's qrels."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

from jobfit.artifacts import numbered_lines, write_lines
from jobfit.errors import InputError
from jobfit.runs import Qrels, Ranking, Run

BEIR_HEADER = ["query-id", "corpus-id", "score"]


def write_run(run: Run, path: Path) -> None:
    """Write one line ``query Q0 document rank score name`` per hit; ranks from 1. Scores read back exactly.

    Raises:
        InputError: an id is empty or holds white space, which this format cannot carry; the file cannot be written.
    """
    name = _token("the name of the run", run.name)
    lines = (
        f"{_token('query id', row.query_id)} Q0 {_token('document id', hit.document_id)} {rank} {hit.score!r} {name}"
        for row in run
        for rank, hit in enumerate(row.hits, start=1)
    )
    write_lines(path, lines)


def read_run(path: Path) -> Run:
    """Read a run. The order of the lines and the rank column are ignored: the scores are ordered anew by
    :mod:`jobfit.ordering`, so that ties favour nobody. The run's name is the sixth column of the first line.

    Raises:
        InputError: the file is empty; a line without six columns; a score that is not a number; a document twice for a
            query. The message names file and line.
    """
    scores: dict[str, dict[str, float]] = {}
    name = ""
    for number, columns in _lines(path):
        if len(columns) != 6:
            expected = "a run has 6 columns (query Q0 document rank score name)"
            raise InputError(f"{path}:{number}: {expected}, not {len(columns)}")
        query_id, _, document_id, _, score, tag = columns
        name = name or tag
        judged = scores.setdefault(query_id, {})
        if document_id in judged:
            raise InputError(f"{path}:{number}: document {document_id!r} occurs twice for query {query_id!r}")
        judged[document_id] = _score(score, path, number)
    if not scores:
        raise InputError(f"{path}: the run is empty")
    rankings = {query: Ranking.from_scores(query, list(row), list(row.values())) for query, row in scores.items()}
    return Run(name, rankings)


def write_qrels(qrels: Qrels, path: Path) -> None:
    """Write BEIR's qrels: a header, then ``query-id``, ``corpus-id``, ``score`` with tabs between them."""
    rows = (
        f"{_token('query id', query_id)}\t{_token('document id', document_id)}\t{grade}"
        for query_id, judged in qrels.grades.items()
        for document_id, grade in judged.items()
    )
    write_lines(path, ("\t".join(BEIR_HEADER), *rows))


def read_qrels(path: Path) -> Qrels:
    """Read qrels of BEIR (header, three columns) or of TREC (``query 0 document grade``); the first line tells which.

    Raises:
        InputError: the file is empty; a line with another number of columns; a grade that is not an integer >= 0; a
            pair that occurs twice. The message names file and line.
    """
    grades: dict[str, dict[str, int]] = {}
    width = 4
    for number, columns in _lines(path):
        if not grades and columns == BEIR_HEADER:
            width = 3
            continue
        if len(columns) != width:
            expected = "query-id corpus-id score" if width == 3 else "query 0 document grade"
            raise InputError(f"{path}:{number}: {width} columns are expected ({expected}), not {len(columns)}")
        query_id, document_id, grade = columns[0], columns[-2], columns[-1]
        if not (grade.isascii() and grade.isdigit()):
            raise InputError(f"{path}:{number}: grade {grade!r} is not an integer >= 0")
        judged = grades.setdefault(query_id, {})
        if document_id in judged:
            raise InputError(f"{path}:{number}: document {document_id!r} is judged twice for query {query_id!r}")
        judged[document_id] = int(grade)
    if not grades:
        raise InputError(f"{path}: no judgement in this file")
    return Qrels(grades)


def _lines(path: Path) -> Iterator[tuple[int, list[str]]]:
    return ((number, columns) for number, line in numbered_lines(path) if (columns := line.split()))


def _score(written: str, path: Path, number: int) -> float:
    try:
        value = float(written)
    except ValueError:
        value = math.nan
    if math.isnan(value) or "_" in written:
        raise InputError(f"{path}:{number}: score {written!r} is not a number")
    return value


def _token(what: str, value: str) -> str:
    if value.split() != [value]:
        raise InputError(f"{what} {value!r} is empty or holds white space, which a TREC file cannot carry; rename it")
    return value
