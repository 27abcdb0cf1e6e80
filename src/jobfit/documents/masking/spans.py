"""Edits on a text that remember where each character came from."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from jobfit.documents.masking.words import near


@dataclass(frozen=True, slots=True, order=True)
class Edit:
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

    def masked(self) -> Masked:
        return Masked(self.text, tuple(sorted(set(self._spans))))


_END = re.compile(r"(?:[^\S\n]{1,20}[–—-]|[^\S\n]{0,20}[|,;·]){1,20}[^\S\n]{0,20}$", re.M)
_LOOSE_END = re.compile(r"[–—|,;·-][^\S\n]{0,20}$", re.M)
_RULES = (
    (re.compile(r"^[^\S\n]*(?:id=|com(?=\t| {2}|$))", re.M), ""),  # what a link broken by the layout leaves
    (re.compile(r"\([\s,;/|–-]{0,10}\)|\[[\s,;/|–-]{0,10}\]|<[ /]{0,3}>"), ""),
    (re.compile(r"[☎✉🎁⌂📞📱✆📧🏠🎂📍\ue000-\uf8ff]"), " "),
    (re.compile(r"[|·•;](?:[^\S\n]{0,20}[|·•;,]){1,20}[^\S\n]{0,20}"), " | "),
    (re.compile(r",(?:[^\S\n]{0,20},){1,20}"), ","),
    (re.compile(r"^[^\S\n]*(?:[|,;·/][^\S\n]{0,20}){1,20}", re.M), ""),
    (_END, ""),
    (re.compile(r"^[^\S\n]*[^\w\s\n]{1,10}[^\S\n]*$", re.M), ""),
    (re.compile(r"[^\S\n]{1,20}(?=[,.;](?:\s|$))"), ""),
    (re.compile(r"[^\S\n]{2,}|[^\S\n ]"), " "),
    (re.compile(r"^ +| +$", re.M), ""),
)


def tidy(draft: Draft) -> None:
    """Apply the rules one after the other; the text of a line is never joined with that of the next."""
    for pattern, replacement in _RULES:
        matches = near(pattern, _LOOSE_END, draft.text) if pattern is _END else pattern.finditer(draft.text)
        draft.apply(Edit(m.start(), m.end(), "", replacement) for m in matches)
