"""Place what was read in a shortened text where it stands in the original."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, is_dataclass, replace
from typing import TypeVar, cast

from jobfit.records import Evidence, Section

T = TypeVar("T")


def placed(value: T, text: str, origin: Sequence[int]) -> T:
    """Return ``value`` with every quote and section in it moved to ``text``, and quoted from there.

    ``origin[i]`` is where character ``i`` of the shortened text stands in ``text``, with one more entry for the end. A
    quote around a cut holds what was cut; a section starts where the one before it ends.
    """
    if isinstance(value, Evidence):
        start, end = origin[value.start], origin[value.end - 1] + 1
        return cast(T, Evidence(text[start:end], start, end))
    if isinstance(value, Section):
        start, body = (origin[edge - 1] + 1 if edge else 0 for edge in (value.start, value.body))
        last = value.end == len(origin) - 1
        return cast(T, Section(value.kind, start, body, len(text) if last else origin[value.end - 1] + 1))
    if isinstance(value, tuple):
        return cast(T, tuple(placed(item, text, origin) for item in value))
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{f.name: placed(getattr(value, f.name), text, origin) for f in fields(value)})
    return value
