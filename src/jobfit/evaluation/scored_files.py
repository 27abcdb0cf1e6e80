"""Files of scored pairs and scored preferences: CSV with a header, or JSON Lines; one row per pair."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path

from jobfit.errors import InputError
from jobfit.evaluation.alignment import ScoredPreference
from jobfit.evaluation.pairs import ScoredPairs
from jobfit.ingest.formats.values import JsonError, parse_line

PAIR_COLUMNS = ("query_id", "document_id", "label", "score")
PREFERENCE_COLUMNS = ("query_id", "preferred", "score_a", "score_b")


def read_scored_pairs(path: Path) -> ScoredPairs:
    """Read ``query_id``, ``document_id``, ``label`` (0 or 1) and ``score``; other columns are ignored.

    Raises:
        InputError: the file cannot be read, lacks a column, or holds a value that is not a number, a label other than 0
            and 1, or a pair twice. The message names file and line, or the pair.
    """
    pairs, labels, scores = [], [], []
    for place, row in _rows(path, PAIR_COLUMNS):
        label = _number(row, "label", place)
        if label not in (0, 1):
            raise InputError(f"{place}: label {row['label']!r} is neither 0 nor 1; leave censored pairs out")
        pairs.append((_text(row, "query_id", place), _text(row, "document_id", place)))
        labels.append(label)
        scores.append(_number(row, "score", place))
    try:
        return ScoredPairs.of(pairs, labels, scores)
    except InputError as error:
        raise InputError(f"{path}: {error}") from error


def read_scored_preferences(path: Path) -> list[ScoredPreference]:
    """Read ``query_id``, ``preferred`` (A or B), ``score_a``, ``score_b`` and, if there, ``length_a`` and ``length_b``.

    Raises:
        InputError: as :func:`read_scored_pairs`.
    """
    preferences = []
    for place, row in _rows(path, PREFERENCE_COLUMNS):
        lengths = [_length(row, name, place) for name in ("length_a", "length_b")]
        a, b = (_number(row, name, place) for name in ("score_a", "score_b"))
        try:
            preferred = _text(row, "preferred", place)
            preferences.append(ScoredPreference(_text(row, "query_id", place), preferred, a, b, *lengths))
        except InputError as error:
            raise InputError(f"{place}: {error}") from error
    return preferences


def _rows(path: Path, needed: tuple[str, ...]) -> Iterator[tuple[str, Mapping[str, object]]]:
    """Yield ``file:line`` and the row; every row has the columns that are needed."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = _json_rows(file) if path.suffix.lower() in (".jsonl", ".ndjson", ".json") else _csv_rows(file)
            for number, row in rows:
                if missing := [name for name in needed if row.get(name) is None]:
                    raise InputError(f"{path}:{number}: no {missing[0]!r}; a row needs {', '.join(needed)}")
                yield f"{path}:{number}", row
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: the file is not UTF-8; save it as UTF-8") from error
    except (JsonError, csv.Error) as error:
        raise InputError(f"{path}: {error}") from error


def _csv_rows(file) -> Iterator[tuple[int, Mapping[str, object]]]:  # type: ignore[no-untyped-def]
    reader = csv.DictReader(file, strict=True)
    names = reader.fieldnames or []
    if len(set(names)) != len(names):
        raise csv.Error("a column name occurs twice in the header")
    for row in reader:
        if None in row:
            raise csv.Error(f"line {reader.line_num} has more fields than the header; is a quotation mark missing?")
        yield reader.line_num, row


def _json_rows(file) -> Iterator[tuple[int, Mapping[str, object]]]:  # type: ignore[no-untyped-def]
    for number, line in enumerate(file, start=1):
        if line.strip():
            row = parse_line(line)
            if not isinstance(row, Mapping):
                raise JsonError(f"line {number} is not an object")
            yield number, row


def _text(row: Mapping[str, object], name: str, place: str) -> str:
    value = str(row[name]).strip()
    if not value:
        raise InputError(f"{place}: {name} is empty")
    return value


def _length(row: Mapping[str, object], name: str, place: str) -> int | None:
    if row.get(name) in (None, ""):
        return None
    value = _number(row, name, place)
    if value < 0 or value % 1:
        raise InputError(f"{place}: {name} {row[name]!r} is not a length: a whole number from 0")
    return int(value)


def _number(row: Mapping[str, object], name: str, place: str) -> float:
    value = row[name]
    try:
        if isinstance(value, bool) or (isinstance(value, str) and "_" in value):
            raise ValueError
        return float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        raise InputError(f"{place}: {name} {value!r} is not a number") from None
