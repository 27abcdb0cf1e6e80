"""JSON as it is meant to be: no repeated keys, no NaN, no absurd nesting. Errors say where."""

from __future__ import annotations

import json
from collections import Counter

_SHOWN = 80  # characters of a key in a message


class JsonError(Exception):
    """Text that is not JSON as we accept it; the message says where and why. Callers turn it into their own error."""


def parse(text: str) -> object:
    """Return the JSON value of ``text``.

    Raises:
        JsonError: broken JSON (with line and column), a key that occurs twice in one object, ``NaN`` or ``Infinity``,
            a number of thousands of digits, nesting beyond what a CV could need.
    """
    try:
        return json.loads(text, object_pairs_hook=_unique_keys, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise JsonError(f"broken JSON at line {error.lineno}, column {error.colno}: {error.msg}") from error
    except RecursionError as error:
        raise JsonError("the JSON is nested too deeply") from error
    except ValueError as error:
        raise JsonError("a number in the JSON has thousands of digits") from error


def parse_line(line: str) -> object:
    """Return the JSON value of one line of JSON Lines; errors as :func:`parse`, with the column only."""
    try:
        return parse(line.rstrip())
    except JsonError as error:
        raise JsonError(str(error).replace("at line 1, column", "at column")) from error


def _unique_keys(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice, _ = Counter(key for key, _ in pairs).most_common(1)[0]
        raise JsonError(
            f"the key {' '.join(twice.split())[:_SHOWN]!r} occurs twice in one object; remove the wrong one"
        )
    return found


def _no_constant(name: str) -> object:
    raise JsonError(f"{name} is not a JSON value; write null where there is none")
