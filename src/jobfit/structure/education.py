"""Levels of education that a text states, English and French.

A word that has other meanings counts only with what makes it a diploma: "Master" is one in "Master's degree" and in
"Master informatique, Université de Lille", not in "Scrum Master"; "licence" is one in "licence professionnelle", not
in "driving licence". "Degree" alone states no level. A diploma that is said to be unfinished states none either.
"""

from __future__ import annotations

import re
from bisect import bisect_left

from jobfit.folding import fold
from jobfit.records import EducationLevel, Section, Stated
from jobfit.structure.spans import line_around, stated

_SUBJECT = (
    r"(?:droit|lettres|sciences?|gestion|psychologie|mathematiques|physique|chimie|biologie|langues|informatique|"
    r"eco(?:nomie)?|"
    r"histoire|anglais|espagnol|allemand|lea|llcer|staps|aes|commerce|management|marketing|finances?|comptabilite|rh|"
    r"ressources|geographie|sociologie|philosophie|education|communication|genie|electronique|mecanique|logistique)\b"
)
_SCIENCE = r"(?:science|arts?|engineering|business|laws?|education|technology|public|philosophy|research|fine|social)\b"

# Case does not matter in these.
_ANY_CASE: dict[EducationLevel, tuple[str, ...]] = {
    EducationLevel.DOCTORATE: (
        r"ph\.? ?d\b\.?",
        r"d\.? ?phil\b",
        r"doctorate(?: degree| of \w{1,20})?",
        r"doctoral degree",
        r"doctor of (?:philosophy|science)",
        r"doctorat(?: en \w{1,20}| es \w{1,20})?",
        r"bac ?\+ ?8",
    ),
    EducationLevel.MASTER: (
        r"master'?s?[ -]+degree",
        r"master's(?! (?:voice|mate|touch)\b)",
        rf"masters? (?:of|in|en|de) {_SCIENCE}(?: (?:in )?\w{{1,20}})?",
        rf"masters? (?:[12] )?(?:en |de )?{_SUBJECT}",
        r"master (?:professionnel|recherche|specialise|pro|[12])\b",
        r"(?:un|niveau|diplome de|diplome d'un) master\b(?! (?:data|plan|class))",
        r"m\.? ?sc\b\.?",
        r"(?:executive )?mba\b",
        r"m\. ?eng\b|meng\b|m\.tech\b",
        r"m\.a\.|ma in (?!the\b|a\b|our\b)",
        r"mastere\b|magistere\b",
        r"(?:diplome d'|formation d'|ecole d'|titre d')ingenieurs?\b|ingenieur diplome\b|diplome d'etat d'ingenieur\b",
        r"bac ?\+ ?5",
        r"diplome d'etudes (?:superieures specialisees|approfondies)",
        r"postgraduate degree",
        r"specialist'?s?[ -]+(?:degree|diploma)",  # five years, before the bachelor's degree came
    ),
    EducationLevel.BACHELOR: (
        r"bachelor'?s?[ -]+(?:degree|diploma)",
        rf"bachelors? (?:of|in|en|de) {_SCIENCE}(?: (?:in )?\w{{1,20}})?",
        rf"bachelors? (?:en |de )?{_SUBJECT}",
        r"bachelor's(?! party)",
        r"b\.? ?sc\b\.?",
        r"b\. ?eng\b|beng\b|b\.? ?tech\b|b\.? ?com\b",
        r"b\.a\.|ba \(hons\)|b\.? ?a\.? hons|ba in (?!the\b|a\b|our\b)|ba degree",
        r"undergraduate degree|honou?rs degree|bachelor universitaire de technologie",
        rf"licence (?:professionnelle|pro\b|(?:de |d'|en )?{_SUBJECT})",
        r"bac ?\+ ?[34](?: ?/ ?5)?",
        # Since 2009 (nurses), 2010 and later these are degrees of three years.
        r"diplome d'etat (?:d'|de )?(?:infirmiere?|ergotherapeute|manipulateur|psychomotricien)\b|"
        r"ifsi\b",
    ),
    EducationLevel.SHORT_CYCLE: (
        r"hnd\b|higher national diploma",
        r"associate'?s? degree|associate of (?:arts|science|applied science)",
        r"foundation degree",
        r"deug\b|brevet de technicien superieur|diplome universitaire de technologie",
        r"bac ?\+ ?2",
    ),
    EducationLevel.UPPER_SECONDARY: (
        r"baccalaureat(?: professionnel| general| technologique| scientifique| pro\b)?",
        r"bac (?:pro(?:fessionnel)?|general|techno(?:logique)?|scientifique|litteraire|sti2?d?|stmg|stg|st2s|s|es|l)\b",
        r"niveau bac\b(?! ?\+)",
        r"(?:high[ -]school|hs) (?:diploma|graduate|degree|certificate|education)",
        r"(?:upper )?secondary school (?:diploma|certificate|leaving certificate)",
        r"international baccalaureate|abitur\b|matura\b",
    ),
    EducationLevel.SECONDARY_VOCATIONAL: (
        r"certificat d'aptitude professionnelle|brevet d'etudes professionnelles",
        r"gcses?\b|vocational certificate",
        r"o-levels?\b",
    ),
}
_SCHOOL_NAME = r"(?:[\w'-]{1,25} ){0,4}(?:Universit|College|Institute|School|Academy|Lycée|École|Institut)"
# Written in capitals exactly like this: "MS in Physics", never "ms" or "MS Office"; "CAP cuisine", never "cap".
_EXACT: dict[EducationLevel, tuple[str, ...]] = {
    EducationLevel.MASTER: (r"MS (?:in|degree)\b", r"(?:DESS|DEA)\b", r"M[12] (?=[a-zA-Zéè])"),
    EducationLevel.BACHELOR: (
        r"BS (?:in|degree)\b",
        rf"BA(?=, {_SCHOOL_NAME})",
        r"BUT (?=(?:[Ii]nfo|GEA|TC|MMI|GMP|GEII|R&T|QLIO|[Tt]ech|[Gg]|[Mm]|[Cc]))",
        r"L3 (?=[a-zA-Zéè])",
    ),
    EducationLevel.SHORT_CYCLE: (r"BTSA?\b", r"DUT\b", r"DEUST\b"),
    EducationLevel.UPPER_SECONDARY: (
        r"A[- ]Levels?\b|A-levels?\b",
        r"GED\b",
        rf"Bac(?=[ ,:(]{{1,3}}(?:(?:19|20)\d\d|{_SCHOOL_NAME}))",
    ),
    EducationLevel.SECONDARY_VOCATIONAL: (r"(?<![Mm]id )(?<![Ll]arge )(?<![Mm]arket )CAP\b(?! [Tt]heorem)", r"BEP\b"),
}
_EDGE = r"(?<![\w.@/-])"
_PATTERNS = [
    (level, re.compile(_EDGE + rf"(?:{'|'.join(parts)})"), exact)
    for table, exact in ((_ANY_CASE, False), (_EXACT, True))
    for level, parts in table.items()
]

# A bare "Master", "Bachelor" or "Licence" counts with a school, a year or a field after a comma in its line.
_BARE = re.compile(r"(?<![\w-])(?:(?P<m>Masters?|MASTER)|(?P<b>Bachelors?|BACHELOR|Licence|LICENCE))(?![\w'’])")
_BARE_CONTEXT = re.compile(
    r"\b(?:universit|college|ecole|school|institut|faculte|faculty|academy|degree|diplom|ingenieur|engineering|"
    r"sorbonne|"
    r"(?:19[5-9]|20\d)\d\b)"
)
_BARE_BEFORE = re.compile(
    r"\b(?:scrum|web|quiz|station|post|yacht|head|ring|task|dungeon|build|driving|software|sous)[ -]$"
)
_BARE_AFTER = re.compile(
    r" (?:data|plan|class|record|file|branch|page|agreement|schedule|key|the|of ceremonies|of none|node|chef|budget|"
    r"slave|party|of the|de conduire|logiciel|open|apache|mit\b|gpl|iii|iv\b|d'exploitation|de transport|a\b|an\b)"
)
_UNFINISHED_AFTER = re.compile(
    r"[^\n;]{0,30}?\b(?:candidate|student|students|en cours|in progress|unfinished|incomplete|not completed|non valide|"
    r"non obtenu|inacheve|abandonne|dropped out)\b"
)
_UNFINISHED_BEFORE = re.compile(
    r"\b(?:unfinished|incomplete|pursuing(?: an?| my)?|preparing(?: an?| my)?|no|sans) {1,2}$"
)

_UNIVERSITY = re.compile(r"\b(?:universit(?:y|e)|faculty|faculte|grande ecole|ecole superieure|polytechni\w{1,5})\b")
_BESIDE = 100


def find_levels(text: str, language: str | None = None) -> tuple[Stated[EducationLevel], ...]:
    """Return every level of education stated in ``text``, in its order; empty where none is.

    ``language`` ("en", "fr") is a hint that no rule needs today: both languages are read. The highest level is
    ``max(levels, key=lambda s: s.value)``. "Bac+4/5" is read as the lower of the two.

    >>> [(s.value.name, s.evidence.text) for s in find_levels("Scrum Master. MSc in Physics, then a PhD")]
    [('MASTER', 'MSc'), ('DOCTORATE', 'PhD')]
    """
    folded = fold(text)
    spans = [
        (m.start(), m.end(), level)
        for level, pattern, exact in _PATTERNS
        for m in pattern.finditer(text if exact else folded)
    ]
    spans += [
        (m.start(), m.end(), EducationLevel.MASTER if m["m"] else EducationLevel.BACHELOR)
        for m in _BARE.finditer(text)
        if _bare_is_diploma(folded, m)
    ]
    found, taken = [], 0
    for start, end, level in sorted(spans, key=lambda s: (s[0], -s[1])):
        if start >= taken and not _unfinished(folded, start, end):
            found.append(stated(level, text, start, end))
            taken = end
    return tuple(found)


def highest_level(text: str, sections: tuple[Section, ...]) -> Stated[EducationLevel] | None:
    """Return the highest level that a CV states; ``None`` where it states none or may hold a higher one.

    Below a bachelor's degree it may where the section of education names a university and no level beside it: the name
    of the degree was not read, and a level too low would leave the person out.
    """
    levels = find_levels(text)
    highest = max(levels, key=lambda item: item.value, default=None)
    if highest is None or highest.value >= EducationLevel.BACHELOR:
        return highest
    folded, stated_at = fold(text), [item.evidence.start for item in levels]
    for section in (section for section in sections if section.kind == "education"):
        for match in _UNIVERSITY.finditer(folded, section.body, section.end):
            first, last = match.start() - _BESIDE, match.end() + _BESIDE
            if bisect_left(stated_at, first) == bisect_left(stated_at, last):
                return None
    return highest


def _bare_is_diploma(folded: str, match: re.Match[str]) -> bool:
    if _BARE_BEFORE.search(folded[max(0, match.start() - 12) : match.start()]) or _BARE_AFTER.match(
        folded, match.end()
    ):
        return False
    start, end = line_around(folded, match.start())
    return _BARE_CONTEXT.search(folded[max(start, match.start() - 120) : min(end, match.end() + 120)]) is not None


def _unfinished(folded: str, start: int, end: int) -> bool:
    before = folded[max(0, start - 30) : start]
    return _UNFINISHED_AFTER.match(folded, end, end + 60) is not None or _UNFINISHED_BEFORE.search(before) is not None
