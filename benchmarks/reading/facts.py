"""What was read of one kind in one text, held against what stands there."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TypeVar

from annotations import Span

from jobfit.folding import fold
from jobfit.records import Evidence, Stated
from jobfit.taxonomy.compact import load_compact

R = TypeVar("R")
T = TypeVar("T")


@dataclass(frozen=True)
class Fact:
    """``right`` and ``wrong`` are what was read, ``found`` and ``missed`` what stands in the text, in words."""

    name: str
    source: str
    right: tuple[str, ...]
    wrong: tuple[str, ...]
    found: tuple[str, ...]
    missed: tuple[str, ...]


def compare(
    name: str,
    source: str,
    read: Iterable[R],
    true: Iterable[T],
    same: Callable[[R, T], bool],
    words: Callable[[R | T], str] = str,
) -> Fact:
    """Hold everything ``read`` against everything ``true``: what is read is right where one of them is the same."""
    readings, truths = list(read), list(true)
    right = [any(same(item, each) for each in truths) for item in readings]
    found = [any(same(item, each) for item in readings) for each in truths]
    return Fact(
        name,
        source,
        *(tuple(words(item) for item, flag in zip(readings, right, strict=True) if flag is wanted) for wanted in _BOTH),
        *(tuple(words(each) for each, flag in zip(truths, found, strict=True) if flag is wanted) for wanted in _BOTH),
    )


_BOTH = (True, False)


def is_soft(value: str) -> bool:
    """Whether a skill is one of any occupation; one that no taxonomy lists ("text:...") is not."""
    skill = load_compact().skills.get(value)
    return skill is not None and skill.transversal


@cache
def _names(value: str) -> frozenset[str]:
    skill = load_compact().skills.get(value)
    labels = (*skill.labels.values(), *skill.hidden.values()) if skill else ()
    return frozenset(fold(label) for several in labels for label in several)


def called(value: str, name: str) -> bool:
    """Whether the annotated ``name`` is one of the skill that was read: "JS" is read where "javascript" stands too."""
    return fold(name) in _names(value)


def overlaps(evidence: Evidence, spans: Iterable[Span]) -> bool:
    """Whether the quote shares a character with one of the spans."""
    return any(span.start < evidence.end and evidence.start < span.end for span in spans)


def named(evidence: Evidence, text: str, spans: Sequence[Span]) -> bool:
    """Whether the quote stands at one of the spans, or holds the same words elsewhere."""
    return overlaps(evidence, spans) or fold(evidence.text) in {fold(span.of(text)) for span in spans}


def named_at_any(text: str, read: Stated[str], spans: tuple[Span, ...]) -> bool:
    return named(read.evidence, text, spans)
