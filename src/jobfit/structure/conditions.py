"""Conditions of work that a text wishes or offers, and the places that a candidate wishes.

Values: ``permanent fixed_term temporary contract_to_hire internship apprenticeship freelance full_time part_time remote
hybrid on_site night_shift weekend``. The same words serve both sides: a wish of a candidate, an offer of a vacancy.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from jobfit.folding import fold
from jobfit.lexicon import Lexicon, built
from jobfit.records import Evidence, Stated
from jobfit.structure.places import places_between
from jobfit.structure.sections import section_at
from jobfit.structure.spans import first_mentions, line_around, stated
from jobfit.structure.text import ReadText, as_read

_ORDER = (
    "contract_to_hire", "permanent", "fixed_term", "temporary", "internship", "apprenticeship", "freelance",
    "full_time", "part_time", "remote", "hybrid", "on_site", "night_shift", "weekend",
)  # fmt: skip
_OPEN_SECTIONS = frozenset({"header", "summary", "preferences", "personal", "other"})
_ONLY_WHERE_SOUGHT = frozenset({"internship", "apprenticeship", "freelance", "temporary", "night_shift", "weekend"})
_LIMITED = frozenset({"fixed_term", "contract_to_hire", "temporary"})
_WIDER = {
    "on_site": frozenset({"remote"}),
    "hybrid": frozenset({"remote", "on_site"}),
    "contract_to_hire": frozenset({"permanent", "fixed_term", "temporary", "full_time"}),
}
_REACH = 160
_LABEL, _CLAUSE, _TRIED = 40, 100, 5  # characters, characters, mentions of one condition whose words are weighed
_BEHIND = 12  # characters behind "a full-time position" in which "possible" may follow
_PARAGRAPH = 400
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_SENTENCE_END = re.compile(r"[\n;!?]|\.(?:\s|\Z)")


class _Words:
    def __init__(self, lexicon: Lexicon) -> None:
        of = partial(lexicon.union, "conditions")
        job = f"(?:{of('job')})"
        groups = lexicon.groups("conditions", "patterns")
        between = "".join(f"{word} |" for word in lexicon.parts("conditions", "denied_between"))
        self.patterns = tuple(
            (value, re.compile(rf"(?<![\w-])(?:{'|'.join(groups[value]).replace('<job>', job)})(?!\w)"))
            for value in _ORDER
            if value in groups
        )
        self.denied = re.compile(rf"\b(?:{of('denied')}) (?:{between})(?:[a-z-]{{2,12}} (?:or|ou|nor|ni) )?$")
        # "remote sensing", "hybrid cloud"
        self.not_work = re.compile(rf"[ /](?:{of('not_work')})")
        self.denied_after = re.compile(rf" ?(?:\w{{1,12}} ){{0,2}}(?:{of('denied_after')})\b")
        self.of_others = re.compile(rf"\b(?:{of('of_others')})\w{{0,6}} (?:[\w'-]{{1,14}} ?){{0,4}}$")
        self.open = re.compile(rf"\b(?:{of('open')})\b")
        self.label = re.compile(rf"\b(?:{of('labels')})[^.;\n]{{0,25}}$")
        # "Terms: full-time", glued to the line above it or not
        self.labelled = re.compile(rf"(?:{of('labels')})(?: type)? {{0,2}}: {{0,2}}$")
        self.insists = re.compile(rf"\b(?:{of('insists')})\b")
        self.job_named = re.compile(rf"{job}$")
        # "join us full-time"
        self.joins = re.compile(rf"\b(?:{of('joins')}) (?:[a-z]{{1,3}} ){{0,2}}$")
        self.length = re.compile(rf"\d\+? ?-?(?:{lexicon.union('units', 'years', 'months')})[ ,-]{{0,2}}$")
        frame = "|".join((of("job"), of("labels"), of("frame"), lexicon.union("units", "years", "months")))
        self.of_a_job = re.compile(rf"\b(?:{of('of_a_job')}) (?:[\w-]{{1,14}},? ){{0,2}}$")
        self.is_job = re.compile(rf",? (?:[\w-]{{1,14}},? ){{0,2}}?{job}\b")
        self.clause_words = re.compile(rf"\b(?!(?:{frame})\b)[a-z]{{4,}}")
        self.wished_places = re.compile(rf"\b(?:{of('wished_places')})\b")
        self.anywhere = re.compile(rf"\b(?:{of('anywhere')})\b")
        self.not_wished = re.compile(rf"\b(?:{of('not_wished')})(?: \w{{1,12}})? $")
        self.seeks = re.compile(rf"\b(?:{of('seeks')})\b")


_words = built(_Words)


def find_conditions(text: str | ReadText) -> tuple[Stated[str], ...]:
    """Return the conditions stated in ``text``, first mention each, in its order; may be empty.

    A condition that is denied ("no night shifts", "pas de télétravail") is left out, as are "remote sensing",
    "hybrid cloud", "early stage" and "apprentissage automatique". "Two days of télétravail" is ``hybrid``.

    >>> [s.value for s in find_conditions("CDI à temps plein, télétravail 2 jours par semaine")]
    ['permanent', 'full_time', 'hybrid']
    """
    read = as_read(text)
    return tuple(_weighed(read, _mentions(read, 0, len(read.text))))


def _weighed(read: ReadText, mentions: list[Stated[str]]) -> Iterator[Stated[str]]:
    """Yield the first mention of each condition, the first sure one where there is one among the first five."""
    for first in first_mentions(mentions):
        same = [item for item in mentions if item.value == first.value][:_TRIED]
        yield next((replace(item, sure=True) for item in same if _is_sure(read, item, same)), first)


def _is_sure(read: ReadText, item: Stated[str], same: list[Stated[str]]) -> bool:
    """Tell whether the words beside a condition say that it is that of the work: a label, "position", nothing else.

    "Permanent position", "Contrat : CDI", a line "CDI, temps plein"; not "remote possible" nor "a full-time team".
    """
    folded, words, at = read.folded, _words(), item.evidence
    start = max(_clause_start(folded, at.start), at.start - _CLAUSE)
    stop = _SENTENCE_END.search(folded, at.end, at.end + _CLAUSE)
    end = stop.start() if stop else min(len(folded), at.end + _CLAUSE)
    if (plain := _plainly_stated(folded, item)) is not None:
        return plain
    if words.open.search(folded, start, end):
        return False
    before = folded[max(start, at.start - _LABEL) : at.start]
    if words.label.search(before) or words.joins.search(before) or words.job_named.search(fold(at.text)):
        return True
    rest = folded[start : at.start] + " " + folded[at.end : end]
    for _, pattern in words.patterns:
        rest = pattern.sub(" ", rest)
    return words.clause_words.search(rest) is None


def _plainly_stated(folded: str, item: Stated[str]) -> bool | None:
    """Return whether words that touch a condition say that it is the work's; ``None`` where they say neither.

    "Position type: contract", "(contract)", "a full-time, permanent position", "4 months contract to hire", "must be on
    site", "on-site attendance".
    """
    words, at = _words(), item.evidence
    within, near = folded[at.start : at.end], folded[max(0, at.start - _LABEL) : at.start]
    labelled = ":" in within or (folded.startswith(":", at.end) and (at.start == 0 or folded[at.start - 1] == "\n"))
    labelled = labelled or words.labelled.search(near) is not None
    one = words.of_a_job.search(near) or _clause_start(folded, at.start) == at.start
    job = words.is_job.match(folded, at.end) if one else None
    limited = item.value in _LIMITED and (words.length.search(near) or (one and words.job_named.search(within)))
    insisted = item.value == "on_site" and words.insists.search(within) is not None
    if not (labelled or (within[0] == "(" and within[-1] == ")") or job or limited or insisted):
        return None
    first = at.start if labelled else max(_clause_start(folded, at.start), at.start - _LABEL)
    return words.open.search(folded, first, (job.end() if job else at.end) + _BEHIND) is None


def _clause_start(folded: str, position: int) -> int:
    first = max(0, position - _CLAUSE)
    return max((match.end() for match in _SENTENCE_END.finditer(folded, first, position)), default=first)


def _mentions(read: ReadText, start: int, end: int) -> list[Stated[str]]:
    """Return every condition stated and not denied in a stretch of text; within a "hybrid" there is no "remote"."""
    text, folded, words = read.text, read.folded, _words()
    mentions: list[Stated[str]] = []
    for first, last in read.parts:
        if first < end and start < last:
            first, last = max(first, start), min(last, end)
            part = folded[first:last]
            for value, pattern in words.patterns:
                for match in pattern.finditer(part):
                    at, stop = first + match.start(), first + match.end()
                    denied = words.denied.search(folded[max(start, at - 30) : at])
                    others = words.of_others.search(folded[max(start, at - 60) : at])
                    denied = denied or others or words.denied_after.match(folded, stop)
                    if not denied and not words.not_work.match(folded, stop):
                        mentions.append(stated(value, text, at, stop))
    wider = {value: [m.evidence for m in mentions if m.value == value] for value in _WIDER}
    return [item for item in mentions if not any(_part_of(item, value, wider[value]) for value in _WIDER)]


def _part_of(item: Stated[str], value: str, wider: list[Evidence]) -> bool:
    """Tell whether ``item`` is but a part of what ``wider`` says: "remote" in "2 days remote", "contract" to hire."""
    if item.value not in _WIDER[value]:
        return False
    last = bisect_left(wider, item.evidence.end, key=lambda at: at.start) - 1
    return last >= 0 and wider[last].end > item.evidence.start


def read_wished_locations(text: str | ReadText) -> tuple[Stated[str], ...]:
    """Return the known places after "willing to relocate to", "Mobilité :", "Open to" and the like; may be empty."""
    read, words = as_read(text), _words()
    wished: list[Stated[str]] = []
    for match in words.wished_places.finditer(read.folded):
        if not words.not_wished.search(read.folded[max(0, match.start() - 20) : match.start()]):
            stop = _SENTENCE_END.search(read.folded, match.end(), match.end() + _REACH)
            end = stop.start() if stop else min(len(read.folded), match.end() + _REACH)
            sure = words.anywhere.search(read.folded, match.start(), end) is None
            wished += [replace(place, sure=sure) for place in places_between(read, match.end(), end)]
    return first_mentions(wished)


def read_wished_conditions(text: str | ReadText) -> tuple[Stated[str], ...]:
    """Return the conditions that the candidate asks for; what a past position was like is not a wish.

    They are read at the head, in the summary and among the preferences, and in lines that say what is sought; an
    internship or freelance work counts only in such a line or section, because at the head it may be the past.
    """
    read, seeks = as_read(text), _words().seeks
    wished: list[Stated[str]] = []
    for start, end in _pieces(read.text):
        kind = section_at(read.sections, start)
        sought = kind == "preferences" or seeks.search(read.folded[start:end]) is not None
        if not sought and (kind not in _OPEN_SECTIONS or _YEAR.search(read.text, start, end)):
            continue  # with a year it is a position held: what it was like is not a wish
        if kind != "experience":
            mentions = _mentions(read, start, end)
            certain = sought and _words().open.search(read.folded, start, end) is None
            wished += [
                replace(item, sure=certain) for item in mentions if sought or item.value not in _ONLY_WHERE_SOUGHT
            ]
    return first_mentions(wished)


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    """Yield the lines of a text; one in a single paragraph is read piece by piece."""
    position = 0
    while position < len(text):
        start, end = position, line_around(text, position)[1]
        if end - start > _PARAGRAPH:
            blank = text.rfind(" ", start + 1, start + _PARAGRAPH)
            end = blank if blank > 0 else start + _PARAGRAPH
        yield start, end
        position = end + 1
