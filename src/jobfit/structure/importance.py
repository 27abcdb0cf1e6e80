"""Whether a vacancy insists on something: the words beside it, and the section it stands in.

Words beat sections. A marker precedes what it is about ("must have", "ideally"), follows it ("is required", "serait un
plus") or does either ("preferred"); the nearest one counts. "Not required" and "pas exigé" make no requirement at all.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from jobfit.lexicon import Lexicon, built
from jobfit.records import Importance


class _Marker(NamedTuple):
    start: int
    end: int
    precedes: bool
    follows: bool
    says: Importance | None  # None: that it is not asked for


class _Words:
    def __init__(self, lexicon: Lexicon) -> None:
        # whether it precedes what it is about, what it says
        self.markers = tuple(
            (side == "precedes", says, re.compile(rf"(?<![\w'-])(?:{'|'.join(groups[name])})(?![\w-])"))
            for side in ("precedes", "follows")
            for groups in (lexicon.groups("importance", side),)
            for name, says in (("nice", Importance.NICE), ("must", Importance.MUST), ("nothing", None))
            if name in groups
        )
        self.denied = re.compile(rf"(?<![\w-])(?:{lexicon.union('importance', 'denied')})(?:[\w-]{{1,30}} ){{0,2}}$")
        self.strong = re.compile(rf"\b(?:{lexicon.union('importance', 'strong')})")


_words = built(_Words)


_MUST_SECTIONS = frozenset(
    {"requirements", "profile", "skills", "education", "experience", "languages", "certifications"}
)
# How far, in characters, a marker reaches: what precedes a list reaches further than what ends a sentence.
_REACH_BEFORE, _REACH_AFTER = 160, 80
WEAK_SECTIONS = frozenset({"nice_to_have", "company", "responsibilities"})


@dataclass(frozen=True, slots=True)
class Said:
    """How much a text insists, and whether words say so or only the section. Smaller :attr:`rank` prevails."""

    importance: Importance
    by_words: bool

    @property
    def rank(self) -> int:
        """0 words insist, 1 words say it is nice to have, 2 the section insists, 3 it is only mentioned."""
        return (self.importance is Importance.NICE) + 2 * (not self.by_words)


def importance_at(sentence: str, start: int, end: int, section: str | None) -> Said | None:
    """Return how much the (folded) ``sentence`` insists on what stands at ``start``..``end`` in it.

    ``None`` means that it says this is *not* asked for. Without a marker the ``section`` decides: a must in sections of
    requirements, nice to have anywhere else, since a wrong must-have can leave a person out.

    >>> importance_at("sql is required, docker is a plus", 17, 23, "requirements").importance
    <Importance.NICE: 'nice'>
    """
    if _words().denied.search(sentence[max(0, start - 40) : start]):
        return None
    marker = _nearest(sentence, start, end)
    if marker and marker.says is None:
        return None
    # "at least" in a list of wishes or tasks sets a size and insists on nothing
    if marker and marker.says is Importance.MUST and section in WEAK_SECTIONS and not _words().strong.search(sentence):
        marker = None
    if marker and marker.says:
        return Said(marker.says, by_words=True)
    return Said(Importance.MUST if section in _MUST_SECTIONS else Importance.NICE, by_words=False)


def _nearest(sentence: str, start: int, end: int) -> _Marker | None:
    """Return the nearest marker: the last one before, or the first one after, if it points this way."""
    first, last = max(0, start - _REACH_BEFORE), end + _REACH_AFTER
    markers = _markers(sentence, first, last)
    before = max((m for m in markers if m.end <= start), key=lambda m: m.end, default=None)
    after = min((m for m in markers if m.start >= end), key=lambda m: m.start, default=None)
    options = []
    if before is not None and before.precedes:
        options.append((start - before.end, before.says is Importance.MUST, before))
    if after is not None and after.follows:
        options.append((after.start - end, after.says is Importance.MUST, after))
    return min(options, key=lambda option: option[:2])[2] if options else None


def _markers(sentence: str, start: int, end: int) -> list[_Marker]:
    """Return the markers in a stretch of the sentence, without those that are part of a longer one."""
    every = [
        _Marker(match.start(), match.end(), precedes, not precedes, says)
        for precedes, says, pattern in _words().markers
        for match in pattern.finditer(sentence, start, end)
    ]
    every.sort(key=lambda m: (m.start, -m.end))
    kept: list[_Marker] = []
    for marker in every:
        if not kept or marker.start >= kept[-1].end:
            kept.append(marker)
        elif marker[:2] == kept[-1][:2] and marker.says is kept[-1].says:  # "preferred" may stand on either side
            kept[-1] = marker._replace(precedes=True, follows=True)
    return kept
