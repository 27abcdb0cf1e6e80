"""Untrusted JSON, CSV and Parquet: values taken as text, lists or objects, or refused by field and value."""

from __future__ import annotations

import html
import json
import math
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from jobfit.ingest.raw import RawRejection

SHOWN = 80
_BLANKS = " \t\r\n\v\f\ufeff\xa0"
_WRAPPING = re.compile(
    r"(?://|/\*)?\s{0,20}<!\[CDATA\[\s{0,20}(?:\*/)?|(?://|/\*)?\s{0,20}\]\]>\s{0,20}(?:\*/)?|<!--|-->"
)
# A text, which stays; a comment, a comma before a closing bracket, which go.
_TOO_MUCH = re.compile(
    r'("(?:[^"\\]|\\.)*\\?(?:"|\Z))|//[^\n]*|/\*(?:[^*]|\*(?!/)){0,2000}\*/|,(?=\s{0,200}[}\]])', re.DOTALL
)
MOST_ID_CHARACTERS = 200


class WrongValueError(Exception):
    """A value that cannot be used; ``rejection`` says which field and why. It never leaves this package."""

    def __init__(self, field: str, value: object, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.rejection = RawRejection(reason, field=field, value=shorten(value))

    def in_row(self, row: int | None) -> RawRejection:
        return replace(self.rejection, row=row)


def shorten(value: object) -> str | None:
    """A value in one line of at most 80 characters; ``None`` for what has parts."""
    if value is None or isinstance(value, Mapping | list | tuple):
        return None
    shown = " ".join(str(value)[: 4 * SHOWN].split())
    return shown if len(shown) <= SHOWN else shown[: SHOWN - 1] + "…"


def shape(value: object) -> str | None:
    """How a value is written and not what it says: a letter is ``a`` or ``A``, a digit ``9``.

    What is wrong with a date or an id shows, and nothing of a person gets into a list of rejects or a message.

    >>> shape("born 3.12.1990, Žofie")
    'aaaa 9.99.9999, Aaaaa'
    """
    shown = shorten(value)
    return None if shown is None else "".join(map(_stand_in, shown))


def _stand_in(character: str) -> str:
    if unicodedata.category(character)[0] in "LMC":
        return "A" if character.isupper() else "a"
    return "9" if character.isnumeric() else character


def text(value: object, field: str) -> str:
    """A string or a number as text without outer blanks; absent (``None``, not a number) is the empty text."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    raise WrongValueError(field, value, f"text is expected here, not {_named(value)}")


def texts(value: object, field: str) -> list[str]:
    """A list of texts, or one text; empty ones are left out."""
    items = value if isinstance(value, list | tuple) else [value]
    read = [text(item, f"{field}[{position}]" if items is value else field) for position, item in enumerate(items)]
    return [item for item in read if item]


def mapping(value: object, field: str) -> Mapping[str, object]:
    if value is None:
        return {}
    if isinstance(value, Mapping):
        return value
    raise WrongValueError(field, value, f"an object is expected here, not {_named(value)}")


def identifier(value: object, field: str) -> str | None:
    """An id that a source states, at most 200 characters that can be printed; ``None`` where it states none."""
    chosen = text(value, field)
    if isinstance(value, float) and value.is_integer():
        chosen = str(int(value))  # a table tool wrote the column of whole numbers with a gap as 8.0
    if len(chosen) > MOST_ID_CHARACTERS:
        raise WrongValueError(field, value, f"an id has at most {MOST_ID_CHARACTERS} characters, not {len(chosen)}")
    if not chosen.isprintable():
        raise WrongValueError(field, value, "an id cannot hold line breaks, control or invisible characters")
    return chosen or None


def _named(value: object) -> str:
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, Mapping):
        return "an object"
    names = {str: "text", int: "a number", float: "a number", bytes: "bytes", list: "a list", tuple: "a list"}
    return names.get(type(value), type(value).__name__)


class JsonError(Exception):
    """Text that is not JSON, or JSON that jobfit refuses; the message says where and why."""


def parse(text: str) -> object:
    """The JSON value of ``text``.

    Raises:
        JsonError: broken JSON (with line and column), a key that occurs twice in one object, ``NaN`` or ``Infinity``,
            a number of thousands of digits, nesting beyond what a CV could need.
    """
    return _read(partial(json.loads, text, object_pairs_hook=_unique_keys, parse_constant=_no_constant))


def parse_lenient(text: str) -> object:
    """The JSON value that ``text`` begins with, as browsers and people write it into pages.

    Line breaks and control characters in texts, comments, a comma too many, CDATA, a semicolon after it, a key twice
    (the last one counts) and quotation marks written as ``&quot;`` are read over. Errors as :func:`parse`.
    """
    bare = _WRAPPING.sub("", text).strip(_BLANKS)
    if bare[:40].replace(" ", "").startswith(("{&quot;", "[{&quot;")):
        bare = html.unescape(bare)
    bare = _TOO_MUCH.sub(lambda match: match[1] or "", bare).strip(_BLANKS)
    return _read(partial(json.JSONDecoder(strict=False, parse_constant=_no_constant).raw_decode, bare))[0]


def _read(read: Callable[[], Any]) -> Any:
    try:
        return read()
    except json.JSONDecodeError as error:
        raise JsonError(f"broken JSON at line {error.lineno}, column {error.colno}: {error.msg}") from error
    except RecursionError as error:
        raise JsonError("the JSON is nested too deeply") from error
    except ValueError as error:
        raise JsonError("a number in the JSON has thousands of digits") from error


def parse_line(line: str) -> object:
    """The JSON value of one line of JSON Lines; errors as :func:`parse`, with the column only."""
    try:
        return parse(line.rstrip())
    except JsonError as error:
        raise JsonError(str(error).replace("at line 1, column", "at column")) from error


def _unique_keys(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) < len(pairs):
        raise JsonError("a key occurs twice in one object; remove the wrong one")
    return members


def _no_constant(name: str) -> object:
    raise JsonError(f"{name} is not a JSON value; write null where there is none")
