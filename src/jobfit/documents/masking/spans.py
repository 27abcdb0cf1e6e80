"""Edits on a text that remember where each character came from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


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
    """The masked ``text`` and what was taken out of the original, in the order of the original."""

    text: str
    spans: tuple[MaskedSpan, ...]


class Draft:
    """A text under edit. ``origin[i]`` is where character ``i`` stood in the original; one more entry for the end."""

    def __init__(self, text: str) -> None:
        """Start from the original ``text``."""
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
        """Return the text as it is now and all spans masked so far."""
        return Masked(self.text, tuple(sorted(set(self._spans))))
