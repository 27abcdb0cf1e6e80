"""Whether a vacancy insists on something: the words beside it, and the section it stands in.

Words beat sections. A marker precedes what it is about ("must have", "ideally"), follows it ("is required", "serait un
plus") or does either ("preferred"); the nearest one counts. "Not required" and "pas exigé" make no requirement at all.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
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
        no_heading = rf"(?! (?:{lexicon.union('importance', 'headed')}) ?:)"  # "SQL Required education: ..."
        self.markers = tuple(
            (side == "precedes", says, re.compile(rf"(?<![\w'-])(?:{'|'.join(groups[name])})(?![\w-]){unless}"))
            for side, unless in (("precedes", ""), ("follows", no_heading))
            for groups in (lexicon.groups("importance", side),)
            for name, says in (("nice", Importance.NICE), ("must", Importance.MUST), ("nothing", None))
            if name in groups
        )
        self.denied = re.compile(rf"(?<![\w-])(?:{lexicon.union('importance', 'denied')})(?:[\w-]{{1,30}} ){{0,2}}$")
        of = partial(lexicon.union, "importance")
        name = r"[\w+#./&-]{1,25}"
        self.denied_skill = re.compile(
            rf"(?<![\w-])(?:{of('denied_skill')})(?:(?<=')|(?!\w)) ?(?:{name}(?:, | (?:{of('join')}) )){{0,3}}$"
        )
        self.after_denied = re.compile(
            rf"(?:(?:,| (?:{of('join')})) {name}){{0,3}}(?: (?:{of('denied_nouns')}))?(?: (?:{of('unneeded')}))?"
            rf"\s{{0,2}}(?:[.;:)!?\n]|[-–—]\s|,(?! (?:{of('breaks')})\b)|$)"
        )
        label = r"(?:[\w'/&()-]{1,20} ){0,5}?"
        self.field = re.compile(
            rf"\W{{0,5}}{label}(?:[dl]')?(?:{of('field')})(?: [\w'()-]{{1,15}}){{0,2}} ?: ?"
            r"[^\s:]+(?: [^\s:]+){0,7}\s*\Z"
        )
        self.answer = re.compile(
            rf"(?: [\w'()/-]{{1,20}}){{0,4}} ?[:?] ?(?:(?P<yes>{of('yes')})|{of('no')})[ .]{{0,2}}(?=[,;|\n]|$)"
        )
        self.denies = re.compile(rf"(?<![\w-])(?:{of('denied_skill')})")
        self.refused = re.compile(rf"[^.;:\n]{{0,40}}\b(?:{of('refused')})\b")
        self.breaks = re.compile(rf"[.;:()]|\b(?:{of('breaks')})\b")
        self.join = re.compile(rf"\b(?:{of('join')})\b")
        self.opens = re.compile(rf"[^\w]{{0,5}}(?:{of('openers')})\b")
        self.anew = re.compile(rf"(?:{of('anew')})")
        self.of_one = re.compile(rf"(?:{of('of_one')}) ")
        self.last = re.compile(rf",(?! (?:{of('join', 'refers')})\b)[^,]*\Z")
        # "Experience with the following is a plus: X", "SQL skills are essential, including X"
        self.lists = re.compile(rf" ?:|,? (?:{of('lists')})\b")
        self.strong = re.compile(rf"\b(?:{of('strong')})")
        self.optional = re.compile(rf"(?:{of('optional')})\b")
        self.of_person = re.compile(rf"(?<!\w)(?:{of('of_person')})")


_words = built(_Words)


MUST_SECTIONS = frozenset(
    {"requirements", "profile", "skills", "education", "experience", "languages", "certifications"}
)
# How far, in characters, a marker reaches: what precedes a list reaches further than what ends a sentence.
_REACH_BEFORE, _REACH_AFTER = 160, 80
_OWN_BRACKETS = re.compile(r"\([^()]*\w[^()]*\Z")
_CLOSES = re.compile(r"[^()]*\)")  # "(candidates need a car) Java"
_AGAIN = 30  # characters after "not required" in which "but a plus" may follow
_ASKS_NOTHING = frozenset({"nice_to_have", "company", "offer", "application"})
WEAK_SECTIONS = frozenset({"nice_to_have", "company", "responsibilities"})


@dataclass(frozen=True, slots=True)
class Said:
    """How much a text insists, and whether words say so or only the section. Smaller :attr:`rank` prevails."""

    importance: Importance
    by_words: bool
    wished: bool = False
    optional: bool = False

    @property
    def rank(self) -> int:
        """How firm it is: what is a plus in one place is still a must where the section insists.

        0 words insist, 1 words call it optional, 2 the section insists, 3 words wish it, 4 the section wishes it, 5 it
        is only mentioned.
        """
        nice = self.importance is Importance.NICE
        if self.by_words:
            return 1 if self.optional else 3 * nice
        return 2 + nice * (3 - self.wished)


def importance_at(sentence: str, start: int, end: int, section: str | None, inside: bool = False) -> Said | None:
    """Return how much the (folded) ``sentence`` insists on what stands at ``start``..``end`` in it.

    With ``inside`` words between may say so too ("French required (B2)").
    ``None`` means that it says this is *not* asked for. Without a marker the ``section`` decides: a must in sections of
    requirements and in sentences that open with a demand ("Experience with"), nice to have anywhere else, since a wrong
    must-have can leave a person out.

    >>> importance_at("sql is required, docker is a plus", 17, 23, "requirements").importance
    <Importance.NICE: 'nice'>
    """
    if _words().denied.search(sentence[max(0, start - 40) : start]) or _denied_skill(sentence, start, end):
        return Said(Importance.MUST, by_words=True) if _words().refused.match(sentence, end) else None
    marker = _nearest(sentence, start, end, inside)
    answer = _words().answer.match(sentence, end)  # "Driving licence required: no"
    if (marker and marker.says is None) or (answer and not answer["yes"]):
        return None
    # "at least" in a list of wishes or tasks sets a size and insists on nothing
    first, last = max(0, start - _REACH_BEFORE), end + _REACH_BEFORE
    weak = marker and marker.says is Importance.MUST and section in WEAK_SECTIONS
    if weak and not _words().strong.search(sentence, first, last):
        of_person = section == "responsibilities" and _words().of_person.search(sentence, first, last)
        marker = marker if of_person else None
    if marker and marker.says:
        optional = marker.says is Importance.NICE and _words().optional.match(sentence, marker.start) is not None
        return Said(marker.says, by_words=True, optional=optional)
    demands = section in MUST_SECTIONS or (
        section not in _ASKS_NOTHING and (answer or _words().opens.match(sentence) or _words().field.match(sentence))
    )
    importance = Importance.MUST if demands else Importance.NICE
    return Said(importance, by_words=False, wished=section == "nice_to_have")


def is_not_needed(sentence: str, start: int, end: int) -> bool:
    """Tell whether the (folded) ``sentence`` says in plain words that nobody needs the skill at ``start``..``end``.

    >>> is_not_needed("you do not need to know php", 24, 27), is_not_needed("without php you are lost", 8, 11)
    (True, False)
    """
    if _denied_skill(sentence, start, end):
        return True
    marker = _nearest(sentence, start, end)
    return marker is not None and marker.says is None


def _denied_skill(sentence: str, start: int, end: int) -> bool:
    words = _words()
    before = words.denied_skill.search(sentence, max(0, start - _REACH_AFTER), start)
    return before is not None and words.after_denied.match(sentence, end) is not None


def may_not_need(sentence: str) -> bool:
    """Tell cheaply whether :func:`is_not_needed` could be true of something in the (folded) ``sentence``."""
    words = _words()
    nothing = (pattern for _, says, pattern in words.markers if says is None)
    return any(pattern.search(sentence) for pattern in (words.denies, *nothing))


def _nearest(sentence: str, start: int, end: int, inside: bool = False) -> _Marker | None:
    """Return the nearest marker: the last one before, or the first one after, if it points this way.

    What stands in parentheses is judged with the words before them: "testing is a plus (Selenium)".
    """
    first, last = max(0, start - _REACH_BEFORE), end + _REACH_AFTER
    markers = _markers(sentence, first, last)
    # "must be" and "be authorised to work" overlap
    before = max((m for m in markers if m.end <= start or m.start < start < m.end), key=lambda m: m.end, default=None)
    after = min((m for m in markers if m.start >= end), key=lambda m: m.start, default=None)
    within = (m for m in markers if inside and m.follows and start <= m.start and m.end <= end)
    options = [(0, m.says is Importance.MUST, m) for m in within]
    if before is not None and _reaches(sentence, before, start):
        options.append((max(0, start - before.end), before.says is Importance.MUST, before))
    if after is not None and after.follows and _points_back(sentence, end, after):
        options.append((after.start - end, after.says is Importance.MUST, after))
    nearest = min(options, key=lambda option: option[:2])[2] if options else None
    return _weighed(nearest, markers, start) if nearest and nearest.says is None else nearest


def _reaches(sentence: str, before: _Marker, start: int) -> bool:
    """Tell whether a marker reaches what stands behind it; "we do not need" reaches over no other clause."""
    gap = sentence[before.end : start]
    if _CLOSES.match(gap):
        return False
    if before.precedes:
        return before.says is not None or not _words().breaks.search(gap)
    return (gap.lstrip().startswith("(") and ")" not in gap) or _words().lists.match(gap) is not None


def _points_back(sentence: str, end: int, after: _Marker) -> bool:
    """Tell whether a marker is about what stands up to ``end`` before it; not in "BS (physics preferred)".

    Nor where another demand begins between them: "SQL, and strong Excel skills preferred", "SQL, Excel is a plus".
    """
    words, gap = _words(), sentence[end : after.start]
    if _OWN_BRACKETS.search(gap) or words.anew.search(gap):
        return False
    if after.says is Importance.NICE and words.of_one.match(sentence, after.start) and words.last.search(gap):
        return False
    return after.says is not None or _about(gap)


def _about(gap: str) -> bool:
    """Tell whether "not required" behind ``gap`` is about what stands before it: "X, Y not required" is about Y."""
    return "," not in gap or _words().join.search(gap) is not None


def _weighed(nothing: _Marker, markers: list[_Marker], start: int) -> _Marker:
    """Return the wish that stands with a denial: "great but not essential", "not required but a plus"."""
    for marker in markers:
        between = nothing.start >= marker.end > start
        in_parentheses = nothing.end <= start and not nothing.precedes and 0 <= nothing.start - marker.end <= _AGAIN
        again = 0 <= marker.start - nothing.end <= _AGAIN
        if marker.says is Importance.NICE and (between or in_parentheses or again):
            return marker
    return nothing


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
