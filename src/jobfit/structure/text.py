"""A text that is read once: what several rules need of it is made when first asked for, and kept."""

from __future__ import annotations

import re
from functools import cached_property
from itertools import islice, pairwise

from jobfit.folding import fold
from jobfit.records import Kind, Section
from jobfit.structure.ligatures import are_lost
from jobfit.structure.sections import Heading, find_headings, lines_of, sections_between

# "RemoteRequirements", "MAFull-time": a line break was lost between them
_GLUED = re.compile(r"(?:(?<=[^\W\d_A-Z])|(?<=[\d)])|(?<=[A-Z]{2}))(?=[A-Z][a-z]{2})|(?<=[a-z]{2})(?=[A-Z]{2,12}\b)")
# "environmentsRequired", "daily.Strong": what no name is written like
_LOST_BREAK = re.compile(r"\b[a-z]{4,20}[A-Z][a-z]{2}|[a-z]{3}[.!?:;)][A-Z][a-z]{2}")
_LOST_BREAKS = 3


class ReadText:
    """A text, its folded form, its headings and its sections.

    Every rule takes one, so that none of this is done twice for a record; it takes a plain ``str`` too, for which a
    ``ReadText`` is made. Spans are of ``text``; ``folded`` has the same length.
    """

    def __init__(self, text: str, kind: Kind | None = None, folded: str | None = None) -> None:
        self.text = text
        self.kind = kind
        if folded is not None:
            self.__dict__["folded"] = folded

    @cached_property
    def folded(self) -> str:
        return fold(self.text)

    @cached_property
    def parts(self) -> tuple[tuple[int, int], ...]:
        """The spans between lost line breaks ("OnsiteRequirements"); they touch, and cover the text."""
        cuts = [0, *(match.start() for match in _GLUED.finditer(self.text)), len(self.text)]
        return tuple(pairwise(dict.fromkeys(cuts)))

    @cached_property
    def lost_breaks(self) -> bool:
        """Whether breaks between words were lost in several places ("Unit testsSQL", "daily.Strong knowledge")."""
        return sum(1 for _ in islice(_LOST_BREAK.finditer(self.text), _LOST_BREAKS)) == _LOST_BREAKS

    @cached_property
    def lost_ligatures(self) -> bool:
        """Whether words lost their ligatures ("Soware")."""
        return are_lost(self.folded)

    @cached_property
    def headings(self) -> tuple[Heading, ...]:
        return find_headings(self.text, self.folded)

    @cached_property
    def sections(self) -> tuple[Section, ...]:
        return sections_between(self.text, self.headings, self.kind)

    @cached_property
    def sections_of_any_kind(self) -> tuple[Section, ...]:
        return sections_between(self.text, self.headings, None)

    def head(self, lines: int) -> ReadText:
        """Return the text up to so many lines that are not blank; its sections are those of the whole, cut there."""
        if "sections" in self.__dict__:
            return self
        end = 0
        for start, stop in lines_of(self.text):
            lines -= any(map(str.isalnum, self.text[start:stop]))
            end = min(len(self.text), stop + 1)
            if lines < 0:
                break
        return ReadText(self.text[:end], self.kind, self.folded[:end])

    def piece(self, start: int, end: int) -> ReadText:
        """Return ``text[start:end]`` as a text of its own, without folding it again."""
        piece = ReadText(self.text[start:end], None, self.folded[start:end])
        piece.__dict__.update(lost_breaks=self.lost_breaks, lost_ligatures=self.lost_ligatures)
        return piece

    def without(self, kinds: frozenset[str]) -> ReadText:
        """Return the text with line breaks in place of the sections of ``kinds``; every other character stays."""
        gone = [section for section in self.sections if section.kind in kinds]
        if not gone:
            return self
        kept, folded = list(self.text), list(self.folded)
        for section in gone:
            place = slice(section.start, section.end)
            kept[place] = folded[place] = "\n" * (section.end - section.start)
        rest = ReadText("".join(kept), self.kind, "".join(folded))
        rest.__dict__.update(lost_breaks=self.lost_breaks, lost_ligatures=self.lost_ligatures)
        return rest


def as_read(text: str | ReadText) -> ReadText:
    return text if isinstance(text, ReadText) else ReadText(text)


def begins_word(text: str, start: int) -> bool:
    """Tell whether a word begins at ``start``, be it glued to the last one of another line ("environmentPMP")."""
    before = text[start - 1 : start]
    if before == "-" and not text[max(0, start - 2) : start - 1].strip():
        return True  # behind a bullet: "-Active DV"
    return (
        not (before.isalnum() or before in ("_", "+", "-"))
        or not before
        or (before.islower() and text[start].isupper())
    )
