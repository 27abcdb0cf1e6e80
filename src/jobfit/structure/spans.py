"""Spans of a text: quoting them, and moving them from a shortened text to the whole one."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import fields, is_dataclass, replace
from functools import cache
from typing import TypeVar, cast

from jobfit.records import Evidence, Filler, Polarity, Section, Stated

T = TypeVar("T")


def quote(text: str, start: int, end: int, source: Filler = Filler.RULES) -> Evidence:
    """Return the evidence for ``text[start:end]`` without the blanks at its edges; something must be left."""
    piece = text[start:end]
    start += len(piece) - len(piece.lstrip())
    piece = piece.strip()
    return Evidence(piece, start, start + len(piece), source)


def stated(
    value: T,
    text: str,
    start: int,
    end: int,
    *,
    polarity: Polarity = Polarity.HAS,
    sure: bool = False,
    source: Filler = Filler.RULES,
) -> Stated[T]:
    """Return ``value`` with ``text[start:end]`` (without edge blanks) as its evidence, read by ``source``."""
    return Stated(value, quote(text, start, end, source), polarity, sure)


def moved(item: Stated[T], text: str, offset: int) -> Stated[T]:
    """Return ``item``, found in a piece of ``text`` that begins at ``offset``, with its span in ``text``."""
    at = item.evidence
    return replace(item, evidence=quote(text, at.start + offset, at.end + offset, at.source))


def first_mentions(items: Iterable[Stated[T]]) -> tuple[Stated[T], ...]:
    """Return the first item for each value, in the order of the text."""
    kept: dict[T, Stated[T]] = {}
    for item in sorted(items, key=lambda i: (i.evidence.start, i.evidence.end)):
        kept.setdefault(item.value, item)
    return tuple(kept.values())


def merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the union of ``spans`` as spans that are in order and do not overlap."""
    union: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if union and start < union[-1][1]:
            union[-1] = union[-1][0], max(end, union[-1][1])
        else:
            union.append((start, end))
    return union


def touches(union: Sequence[tuple[int, int]], start: int, end: int) -> bool:
    """Tell whether ``start``..``end`` shares a character with ``union`` (:func:`merged`)."""
    index = bisect_left(union, (end, 0)) - 1
    return index >= 0 and union[index][1] > start


def line_around(text: str, position: int) -> tuple[int, int]:
    """Return start and end of the line of ``text`` in which ``position`` stands, without its line break."""
    start = text.rfind("\n", 0, position) + 1
    end = text.find("\n", position)
    return start, len(text) if end < 0 else end


@cache
def _names(kind: type) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


def placed(value: T, text: str, origin: Sequence[int]) -> T:
    """Return ``value`` with every quote and section in it moved to ``text``, and quoted from there.

    ``origin[i]`` is where character ``i`` of the shortened text stands in ``text``, with one more entry for the end. A
    quote around a cut holds what was cut; a section starts where the one before it ends.
    """
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, Evidence):
        start, end = origin[value.start], origin[value.end - 1] + 1
        return cast(T, Evidence(text[start:end], start, end, value.source))
    if isinstance(value, Section):
        start, body = (origin[edge - 1] + 1 if edge else 0 for edge in (value.start, value.body))
        last = value.end == len(origin) - 1
        return cast(T, Section(value.kind, start, body, len(text) if last else origin[value.end - 1] + 1))
    if isinstance(value, tuple):
        return cast(T, tuple(placed(item, text, origin) for item in value))
    if is_dataclass(value) and not isinstance(value, type):
        return type(value)(*(placed(getattr(value, name), text, origin) for name in _names(type(value))))
    return value


def filled_by(value: T, source: Filler, spans: Sequence[tuple[int, int]]) -> T:
    """Return ``value`` with ``source`` as who read each quote in it that lies in one of ``spans``."""
    if isinstance(value, Evidence):
        inside = any(start <= value.start and value.end <= end for start, end in spans)
        return cast(T, Evidence(value.text, value.start, value.end, source)) if inside else value
    if isinstance(value, tuple):
        return cast(T, tuple(filled_by(item, source, spans) for item in value))
    if is_dataclass(value) and not isinstance(value, type):
        return type(value)(*(filled_by(getattr(value, name), source, spans) for name in _names(type(value))))
    return value
