"""Status tables from TOML files: the shipped ones by name, a user's own by path; every mistake is named."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from jobfit.errors import InputError
from jobfit.judgements.table import GRADES, Judgement, Reason, Side, StatusTable
from jobfit.judgements.wording import words_of
from jobfit.records import Outcome

SHIPPED = ("ats", "inasoft", "inasoft-report")
_KEYS = frozenset({"names", "outcome", "grade", "reason", "note"})
_REASON_KEYS = frozenset({"code", "side"})


def load_table(name_or_path: str | Path) -> StatusTable:
    """Return a shipped table by its name (:data:`SHIPPED`), or the one in a TOML file.

    Raises:
        InputError: no such name or file; the file is no TOML; an entry lacks names or an outcome, has a grade outside
            0 to 4, is censored with a grade or judged without one, has an unknown key, side or outcome; a name occurs
            twice once case, accents and blanks are taken away. The message names the file and the entry.

    >>> load_table("ats").judge("Hired").grade
    4
    """
    if isinstance(name_or_path, str) and name_or_path in SHIPPED:
        return _shipped(name_or_path)
    path = Path(name_or_path)
    try:
        content = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise InputError(
            f"there is no status table {str(name_or_path)!r}: name one of {', '.join(SHIPPED)}, or a TOML file"
        ) from error
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path} is not UTF-8; save it as UTF-8") from error
    return parse_table(content, str(path), path.stem)


def shipped_text(name: str) -> str:
    """Return the TOML of a shipped table, as a start for one's own."""
    return files("jobfit.judgements").joinpath("tables", f"{name}.toml").read_text(encoding="utf-8")


def parse_table(content: str, where: str, name: str) -> StatusTable:
    """Return the table that a TOML text holds; ``where`` stands in the errors, which are those of load_table."""
    try:
        data = tomllib.loads(content)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{where} is no TOML: {error}") from error
    entries = data.pop("status", None)
    if data:
        raise InputError(f"{where}: unknown key {min(data)!r}; a table holds nothing but [status.<key>] entries")
    if not isinstance(entries, Mapping) or not entries:
        raise InputError(f"{where}: no [status.<key>] entry in this table")
    judgements: dict[str, Judgement] = {}
    for key, entry in entries.items():
        place = f"{where}, status {key!r}"
        judgement = _judgement(key, entry, place)
        for words in _names(entry["names"], place):
            if words in judgements:
                raise InputError(f"{place}: the name {words!r} stands in {judgements[words].status!r} already")
            judgements[words] = judgement
    return StatusTable(name, judgements)


@cache
def _shipped(name: str) -> StatusTable:
    return parse_table(shipped_text(name), f"{name}.toml", name)


def _judgement(key: str, entry: Any, place: str) -> Judgement:
    if not isinstance(entry, Mapping) or "names" not in entry or "outcome" not in entry:
        raise InputError(f"{place}: an entry needs names and an outcome")
    _refuse_unknown(entry, _KEYS, place)
    if entry["outcome"] not in tuple(Outcome):
        raise InputError(f"{place}: outcome {entry['outcome']!r} is not one of {', '.join(Outcome)}")
    outcome, grade = Outcome(entry["outcome"]), entry.get("grade")
    if outcome is Outcome.CENSORED and grade is not None:
        raise InputError(f"{place}: a censored outcome is unknown and has no grade; remove grade = {grade!r}")
    if outcome is not Outcome.CENSORED and (type(grade) is not int or grade not in GRADES):
        raise InputError(f"{place}: grade {grade!r} is not one of 0, 1, 2, 3, 4")
    return Judgement(key, outcome, grade, _reason(entry.get("reason"), place))


def _reason(entry: Any, place: str) -> Reason | None:
    if entry is None:
        return None
    code = entry.get("code") if isinstance(entry, Mapping) else None
    if not isinstance(code, str) or not code.strip() or entry.get("side") not in tuple(Side):
        raise InputError(
            f'{place}: a reason is {{ code = "...", side = "..." }} with a side of {", ".join(Side)}, not {entry!r}'
        )
    _refuse_unknown(entry, _REASON_KEYS, f"{place}, reason")
    return Reason(code.strip(), Side(entry["side"]))


def _names(names: Any, place: str) -> list[str]:
    """Return the words of each name, each once."""
    if not isinstance(names, list) or not names or not all(isinstance(name, str) for name in names):
        raise InputError(f'{place}: names is a list of texts, such as ["Hired", "Recruited"], not {names!r}')
    found: list[str] = []
    for name in names:
        words, elapsed = words_of(name)
        if not words:
            raise InputError(f"{place}: the name {name!r} holds no word")
        if elapsed is not None:
            raise InputError(
                f"{place}: the name {name!r} states an elapsed time, which is read by itself; leave it out"
            )
        if words in found:
            raise InputError(f"{place}: the name {name!r} occurs twice (case, accents and blanks do not count)")
        found.append(words)
    return found


def _refuse_unknown(entry: Mapping[str, Any], allowed: frozenset[str], place: str) -> None:
    unknown = sorted(set(entry) - allowed)
    if unknown:
        raise InputError(f"{place}: unknown key {unknown[0]!r}; known are {', '.join(sorted(allowed))}")
