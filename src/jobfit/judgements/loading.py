"""Status tables from TOML files: the shipped ones by name, a user's own by path; every mistake is named."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, StrictInt, StrictStr, field_validator, model_validator

from jobfit.artifacts import read_text
from jobfit.errors import InputError
from jobfit.judgements.table import Judgement, Reason, Side, StatusTable, words_of
from jobfit.records import Outcome
from jobfit.settings_file import Settings, Text

SHIPPED = ("ats", "inasoft", "inasoft-report")


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Reason(_Part):
    code: Text
    side: Side


class _Entry(_Part):
    """What a ``[status.<key>]`` entry may say; ``names`` are kept as the words they are looked up by."""

    names: list[StrictStr] = Field(min_length=1)
    outcome: Outcome
    grade: StrictInt | None = Field(None, ge=0, le=4)
    reason: _Reason | None = None
    note: str = ""

    @field_validator("names")
    @classmethod
    def _words(cls, names: list[str]) -> list[str]:
        known: list[str] = []
        for name in names:
            words, elapsed = words_of(name)
            if not words:
                raise ValueError(f"the name {name!r} holds no word")
            if elapsed is not None:
                raise ValueError(f"the name {name!r} states an elapsed time, which is read by itself; leave it out")
            if words in known:
                raise ValueError(f"the name {name!r} occurs twice (case, accents and blanks do not count)")
            known.append(words)
        return known

    @model_validator(mode="after")
    def _graded(self) -> _Entry:
        censored = self.outcome is Outcome.CENSORED
        if censored and self.grade is not None:
            raise ValueError(f"a censored outcome is unknown and has no grade; remove grade = {self.grade}")
        if not censored and self.grade is None:
            raise ValueError(f"the outcome {self.outcome} needs a grade from 0 to 4")
        return self

    def judgement(self, key: str) -> Judgement:
        reason = None if self.reason is None else Reason(self.reason.code, self.reason.side)
        return Judgement(key, self.outcome, self.grade, reason)


class _Table(_Part):
    status: dict[str, _Entry] = Field(min_length=1)


def load_table(name_or_path: str | Path) -> StatusTable:
    """Return a shipped table by its name (:data:`SHIPPED`), or the one in a TOML file.

    Raises:
        InputError: no such name or file; the file cannot be read as TOML; an entry lacks names or an outcome, has a
            grade outside 0 to 4, is censored with a grade or judged without one, has an unknown key, side or outcome; a
            name occurs twice once case, accents and blanks are taken away. The message names the file and the entry.

    >>> load_table("ats").judge("Hired").grade
    4
    """
    if isinstance(name_or_path, str) and name_or_path in SHIPPED:
        return _shipped(name_or_path)
    path = Path(name_or_path)
    if not path.exists():
        raise InputError(
            f"there is no status table {str(name_or_path)!r}: name one of {', '.join(SHIPPED)}, or a TOML file"
        )
    return parse_table(read_text(path), str(path), path.stem)


def shipped_text(name: str) -> str:
    """Return the TOML of a shipped table, as a start for one's own."""
    return files("jobfit.judgements").joinpath("tables", f"{name}.toml").read_text(encoding="utf-8")


def parse_table(content: str, where: str, name: str) -> StatusTable:
    """Return the table that a TOML text holds; ``where`` stands in the errors, which are those of load_table."""
    try:
        data = tomllib.loads(content)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{where} cannot be read as TOML: {error}") from error
    judgements: dict[str, Judgement] = {}
    for key, entry in Settings(data, where).checked(_Table).status.items():
        judgement = entry.judgement(key)
        for words in entry.names:
            if words in judgements:
                raise InputError(
                    f"{where}, status, {key}: the name {words!r} stands in {judgements[words].status!r} already"
                )
            judgements[words] = judgement
    return StatusTable(name, judgements)


@cache
def _shipped(name: str) -> StatusTable:
    return parse_table(shipped_text(name), f"{name}.toml", name)
