"""Edits on a text that remember where each character came from."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from jobfit.documents.masking.words import lines_of, near_lines


class Edit(NamedTuple):
    """Replace ``start``..``end`` by ``text``. ``kind`` says what was masked; an empty kind is mere tidying."""

    start: int
    end: int
    kind: str
    text: str = ""


@dataclass(frozen=True, slots=True, order=True)
class MaskedSpan:
    """``kind`` of information stood at ``start``..``end`` (characters, half-open) of the original. Never its value."""

    start: int
    end: int
    kind: str


@dataclass(frozen=True, slots=True)
class Masked:
    """The masked ``text`` and what was taken out of the original, in the order of the original.

    ``abstained``: what a rule that guesses left where it was, because nothing of the text would have stayed.
    """

    text: str
    spans: tuple[MaskedSpan, ...]
    abstained: tuple[MaskedSpan, ...] = ()


class Draft:
    """A text under edit. ``origin[i]`` is where character ``i`` stood in the original; one more entry for the end."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.origin = list(range(len(text) + 1))
        self._spans: list[MaskedSpan] = []

    def apply(self, edits: Iterable[Edit]) -> None:
        """Make the ``edits``; of two that overlap the one that starts first wins, then the longer one."""
        text, origin = self.text, self.origin
        pieces: list[str] = []
        places: list[int] = []
        done = 0
        for edit in sorted(edits, key=lambda e: (e.start, -e.end)):
            if edit.start < done or text[edit.start : edit.end] == edit.text:
                continue
            pieces += text[done : edit.start], edit.text
            places += origin[done : edit.start]
            places += [origin[edit.start]] * len(edit.text)
            if edit.kind:
                self._spans.append(MaskedSpan(origin[edit.start], origin[edit.end - 1] + 1, edit.kind))
            done = edit.end
        if done:
            self.text = "".join(pieces) + text[done:]
            self.origin = places + origin[done:]

    @property
    def kinds(self) -> set[str]:
        """The kinds of what was taken out so far."""
        return {span.kind for span in self._spans}

    def masked(self) -> Masked:
        return Masked(self.text, tuple(sorted(set(self._spans))))


_BRACKETS = re.compile(r"[(\[<][\s,;/|–-]{0,10}[)\]>]")
_ODD_BLANKS = tuple(c for c in map(chr, range(0x3001)) if c.isspace() and c not in "\n ")


def _has_link_rest(text: str) -> bool:
    return "id=" in text or "com\n" in text or "com\t" in text or "com  " in text or text.endswith("com")


def _has_brackets(text: str) -> bool:
    return _BRACKETS.search(text) is not None


def _has_odd_blanks(text: str) -> bool:
    return "  " in text or any(c in text for c in _ODD_BLANKS)


def _has_commas(text: str) -> bool:
    return ",," in text or ", ," in text or _has_odd_blanks(text)


def _has_blank_before_stop(text: str) -> bool:
    return " ," in text or " ." in text or " ;" in text or _has_odd_blanks(text)


def _opens_oddly(line: str) -> bool:
    return bool(line) and not line[0].isalnum()


def _ends_loosely(line: str) -> bool:
    return (line.rstrip() or " ")[-1] in "–—|,;·-"


class _Rule(NamedTuple):
    """A pattern and what comes in its place; the texts, or the lines, that are worth a search."""

    pattern: re.Pattern[str]
    replacement: str
    texts: Callable[[str], bool] | None = None
    lines: Callable[[str], bool] | None = None

    def edits(self, text: str) -> Iterator[Edit]:
        if self.lines is not None:
            places = (place for line, *place in lines_of(text) if self.lines(line))
            matches = near_lines(self.pattern, places, text)
        elif self.texts is None or self.texts(text):
            matches = self.pattern.finditer(text)
        else:
            return iter(())
        return (Edit(m.start(), m.end(), "", self.replacement) for m in matches)


_RULES = (
    # what a link broken by the layout leaves
    _Rule(re.compile(r"^[^\S\n]*(?:id=|com(?=\t| {2}|$))", re.M), "", _has_link_rest),
    _Rule(re.compile(r"\([\s,;/|–-]{0,10}\)|\[[\s,;/|–-]{0,10}\]|<[ /]{0,3}>"), "", _has_brackets),
    _Rule(re.compile(r"[☎✉🎁⌂📞📱✆📧🏠🎂📍\ue000-\uf8ff]"), " "),
    _Rule(re.compile(r"[|·•;](?:[^\S\n]{0,20}[|·•;,]){1,20}[^\S\n]{0,20}"), " | "),
    _Rule(re.compile(r",(?:[^\S\n]{0,20},){1,20}"), ",", _has_commas),
    _Rule(re.compile(r"^[^\S\n]*(?:[|,;·/][^\S\n]{0,20}){1,20}", re.M), "", lines=_opens_oddly),
    _Rule(re.compile(r"(?:[^\S\n]{1,20}[–—-]|[^\S\n]{0,20}[|,;·]){1,20}[^\S\n]{0,20}$", re.M), "", lines=_ends_loosely),
    _Rule(re.compile(r"^[^\S\n]*[^\w\s\n]{1,10}[^\S\n]*$", re.M), "", lines=_opens_oddly),
    _Rule(re.compile(r"[^\S\n]{1,20}(?=[,.;](?:\s|$))"), "", _has_blank_before_stop),
    _Rule(re.compile(r"[^\S\n]{2,}|[^\S\n ]"), " ", _has_odd_blanks),
)


def tidy(draft: Draft) -> None:
    """Apply the rules one after the other; the text of a line is never joined with that of the next."""
    for rule in _RULES:
        draft.apply(rule.edits(draft.text))
    draft.apply(Edit(place, place + 1, "") for place in _edge_blanks(draft.text))


def trailing_blanks(text: str) -> Iterator[Edit]:
    """Yield the removal of blanks at the end of each line: a rule need not see the line again once they are gone."""
    for line, start, end in lines_of(text):
        bare = start + len(line.rstrip())
        if bare < end:
            yield Edit(bare, end, "")


def _edge_blanks(text: str) -> Iterator[int]:
    """Yield where a line begins or ends with a blank; no two blanks follow each other any more."""
    for edge, by in (("\n ", 1), (" \n", 0)):
        place = text.find(edge)
        while place >= 0:
            yield place + by
            place = text.find(edge, place + 1)
    if text.startswith(" "):
        yield 0
    if text.endswith(" "):
        yield len(text) - 1
