"""Whether a vacancy insists on something: the words beside it, and the section it stands in.

Words beat sections. A marker either precedes what it is about ("must have", "ideally") or follows it ("is required",
"serait un plus"); the nearest one counts. "Not required" and "pas exigé" make no requirement at all.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto
from typing import NamedTuple

from jobfit.records import Importance


class _Says(Enum):
    MUST = auto()
    NICE = auto()
    NOTHING = auto()


_BEFORE = {
    _Says.NICE: r"nice[ -]to[ -]haves?|good to have|ideally|preferably|preferred|desir(?:ed|able)|"
    r"optional(?:ly)?|bonus(?: points)?|"
    r"(?:would|we'd) (?:love|like|be (?:nice|great|good|happy))|would be|(?:a|the|big|real) plus ?:|"
    r"familiarity with|exposure to|"
    r"idealement|de preference|si possible|dans l'ideal|(?:les )?plus ?:|apprecie(?:e|s|es)? ?:|souhaite(?:e|s|"
    r"es)? ?:|facultatif",
    _Says.MUST: r"must(?:[ -](?:have|haves|be|possess|hold|know|speak|understand|include))?|requires?|"
    r"required ?:|mandatory ?:|essential ?:|"
    r"(?:you|we) (?:will )?need(?: to)?(?: have)?|at (?:the )?least|minimum(?: of)?|min\.|no less than|"
    r"(?:vous )?dev(?:ez|rez)|il faut|au moins|au minimum|imperativement|obligatoirement|(?:poste|fonction|"
    r"mission|emploi|nous) exige(?:ons)?|necessite|"
    r"titulaire (?:d'un|d'une|du|de la|de)|(?:est|sont) (?:exige|requis|obligatoire|indispensable)e?s? ?:",
}
_AFTER = {
    _Says.NICE: r"(?:would be |is |are |as )?(?:a |an |considered a |a big |a strong |a definite )?(?:plus|"
    r"asset|advantage|bonus)\b|nice[ -]to[ -]have|"
    r"(?:is |are )?(?:strongly |highly )?(?:preferred|desired|desirable|optional|beneficial|appreciated|"
    r"advantageous|welcome|helpful|useful)|"
    r"\(?(?:not required|not mandatory|not essential)[^.\n]{0,12}(?:plus|asset|advantage|preferred|useful|helpful)|"
    r"(?:serai(?:t|ent)|est|sont|constitue(?:rait)?) (?:un |une |des )?(?:reel |vrai |gros |veritable |"
    r"petit )?(?:plus|atouts?|avantage)|un (?:reel |vrai |gros )?(?:plus|atout)|"
    r"(?:fortement |vivement |serait )?(?:souhaite|apprecie)(?:e|s|es)?|souhaitables?|bienvenue?s?|"
    r"(?<!as )(?<!soon as )possibles?|eventuel(?:le)?s?|facultatif|optionnel(?:le)?s?",
    _Says.MUST: r"(?:is |are )?(?:strictly |absolutely )?(?:required|mandatory|essential(?! functions| duties)|"
    r"necessary|needed|a must|compulsory|indispensable)|must[ -]have|minimum|or more|"
    r"(?:est |sont )?(?:imperatif|imperative|exige|requis|obligatoire|indispensable|necessaire)(?:e|s|es|ment)?|"
    r"imperativement|minimum|au moins",
    _Says.NOTHING: r"(?:is |are )?(?:not|n't|isn't|aren't) (?:strictly |absolutely )?(?:required|mandatory|"
    r"essential|necessary|needed)|"
    r"(?:n'est|ne sont) pas (?:exige|requis|obligatoire|indispensable|necessaire)(?:e|s|es)?|non (?:exige|"
    r"requis|obligatoire)(?:e|s|es)?|"
    r"pas (?:exige|requis|obligatoire|indispensable|necessaire)(?:e|s|es)?",
}
_PATTERNS = [
    (precedes, says, re.compile(rf"(?<![\w'-])(?:{pattern})(?![\w-])"))
    for precedes, table in ((True, _BEFORE), (False, _AFTER))
    for says, pattern in table.items()
]


class _Marker(NamedTuple):
    start: int
    end: int
    precedes: bool
    says: _Says


_DENIED = re.compile(
    r"(?<![\w-])(?:(?:no(?! less)|without|sans|aucune?|pas (?:besoin )?de) |pas (?:besoin )?d')(?:[\w-]{1,30} ){0,2}$"
)
_BY_SECTION = dict.fromkeys(
    ("requirements", "profile", "skills", "education", "experience", "languages", "certifications"), Importance.MUST
)
# How far, in characters, a marker reaches: what precedes a list reaches further than what ends a sentence.
_REACH_BEFORE, _REACH_AFTER = 160, 80
_STRONG = re.compile(r"\b(?:must|required|mandatory|exige|requis|obligatoire|imperatif)")
_WEAK_SECTIONS = frozenset({"nice_to_have", "company", "responsibilities"})


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
    if _DENIED.search(sentence[max(0, start - 40) : start]):
        return None
    says = _nearest(sentence, start, end)
    if says is _Says.NOTHING:
        return None
    if says is _Says.MUST and section in _WEAK_SECTIONS and not _STRONG.search(sentence):
        says = None  # "at least" in a list of wishes or tasks sets a size and insists on nothing
    if says is None:
        return Said(_BY_SECTION.get(section or "", Importance.NICE), by_words=False)
    return Said(Importance.MUST if says is _Says.MUST else Importance.NICE, by_words=True)


def _nearest(sentence: str, start: int, end: int) -> _Says | None:
    """Return what the nearest marker says: the last one before, or the first one after, if it points this way."""
    first, last = max(0, start - _REACH_BEFORE), end + _REACH_AFTER
    markers = _markers(sentence, first, last)
    before = max((m for m in markers if m.end <= start), key=lambda m: m.end, default=None)
    after = min((m for m in markers if m.start >= end), key=lambda m: m.start, default=None)
    options = []
    if before is not None and before.precedes:
        options.append((start - before.end, before.says is _Says.MUST, before.says))
    if after is not None and not after.precedes:
        options.append((after.start - end, after.says is _Says.MUST, after.says))
    return min(options, key=lambda option: option[:2])[2] if options else None


def _markers(sentence: str, start: int, end: int) -> list[_Marker]:
    """Return the markers in a stretch of the sentence, without those that are part of a longer one."""
    found = [
        _Marker(match.start(), match.end(), precedes, says)
        for precedes, says, pattern in _PATTERNS
        for match in pattern.finditer(sentence, start, end)
    ]
    found.sort(key=lambda m: (m.start, -m.end, m.precedes))  # of one word that may be both, it is what follows
    kept: list[_Marker] = []
    for marker in found:
        if not kept or marker.start >= kept[-1].end:
            kept.append(marker)
    return kept
