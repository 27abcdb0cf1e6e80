"""Values of JSON as people and tools write them: what has another shape than expected is read and noted, never lost.

Each function takes the list of ``odd`` fields, to which it adds the name of a field whose shape was not the expected
one. Absent is ``None``, NaN, or an empty value.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from jobfit.ingest.formats.values import SHOWN

Object = Mapping[str, object]
TEXT = "(text)"  # the key under which an entry that is a bare text stands
_DEEPEST = 20
_MOST_PARTS = 20_000
_LONGEST_NAME = SHOWN


def text(value: object, field: str, odd: list[str]) -> str:
    """One line or paragraph: a string as it is, a list joined by commas, the values of an object likewise."""
    if isinstance(value, Mapping | list | tuple):
        parts = [part for part in leaves(value) if part]
        if parts:
            odd.append(field)
        return ", ".join(parts)
    return _scalar(value)


def texts(value: object, field: str, odd: list[str]) -> list[str]:
    """A list of texts, or one text; an object in the list gives its own texts, joined."""
    if value is None or isinstance(value, str | int | float):
        return [one] if (one := _scalar(value)) else []
    items = list(value.values()) if isinstance(value, Mapping) else list(value) if isinstance(value, list) else []
    if isinstance(value, Mapping) and items:
        odd.append(field)
    read = [text(item, f"{field}[{position}]", odd) for position, item in enumerate(items)]
    return [item for item in read if item]


def entry(value: object, field: str, odd: list[str]) -> Object:
    """An object; a bare text, or a list of texts, is an object with its text under ``TEXT``."""
    if isinstance(value, Mapping):
        return value
    written = text(value, field, [])
    if not written:
        return {}
    odd.append(field)
    return {TEXT: written}


def entries(value: object, field: str, odd: list[str], known: frozenset[str]) -> list[tuple[str, Object]]:
    """A list of objects, each with its field name such as ``work[0]``.

    An object in place of the list is one entry where it has a ``known`` key; else each of its keys is the name of one:
    ``{"Databases": ["SQL"]}`` is ``[{"name": "Databases", "keywords": ["SQL"]}]``.
    """
    if isinstance(value, list):
        read = [(f"{field}[{position}]", item) for position, item in enumerate(value)]
    elif isinstance(value, Mapping) and not known & value.keys():
        odd.append(field)
        named = ((str(name)[:_LONGEST_NAME], item) for name, item in value.items() if item)
        read = [
            (
                f"{field}.{name}",
                {"name": name, **item} if isinstance(item, Mapping) else {"name": name, "keywords": item},
            )
            for name, item in named
        ]
    else:
        if value:
            odd.append(field)
        read = [(field, value)]
    return [(where, one) for where, item in read if (one := entry(item, where, odd))]


def _scalar(value: object) -> str:
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool) or value is None or (isinstance(value, float) and not math.isfinite(value)):
        return ""
    return f"{value:g}" if isinstance(value, float) and value.is_integer() and abs(value) < 1e15 else str(value)


def leaves(value: object, depth: int = 0) -> Iterator[str]:
    if isinstance(value, Mapping | list | tuple) and depth < _DEEPEST:
        parts = list(value.values()) if isinstance(value, Mapping) else list(value)
        for part in parts[:_MOST_PARTS]:
            yield from leaves(part, depth + 1)
    else:
        yield _scalar(value)
