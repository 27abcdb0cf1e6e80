"""Conditions of work that a text wishes or offers, English and French.

Values: ``permanent fixed_term temporary internship apprenticeship freelance full_time part_time remote hybrid on_site
night_shift weekend``. The same words serve both sides: a wish of a candidate, an offer of a vacancy.
"""

from __future__ import annotations

import re

from jobfit.folding import fold
from jobfit.records import Section, Stated
from jobfit.structure.places import find_places
from jobfit.structure.sections import section_at
from jobfit.structure.spans import first_mentions, line_around, moved, stated

_JOB = r"(?:contracts?|positions?|roles?|jobs?|employment|work|basis|opportunit(?:y|ies)|assignments?|vacanc(?:y|ies))"
_PATTERNS = {
    "permanent": rf"permanent {_JOB}|(?:(?:contract|employment|job)(?: type)?|type of contract) ?: ?permanent|"
    r"contrat a duree indeterminee|cdi\b(?!-)",
    "fixed_term": rf"fixed[ -]term(?: {_JOB})?|contrat a duree determinee|cdd\b",
    "temporary": rf"temporary {_JOB}|temp (?:jobs?|work|agency)|mission(?:s)? d'interim|en interim|"
    rf"contrat d'interim|interimaires?|travail temporaire",
    "internship": r"internships?|intern (?:position|role|job)|(?:offre|contrat|convention|recherche|cherche|"
    r"poste) (?:de |d'un |un )?stage\b|"
    r"stage (?:de|d'|en|conventionne|pfe)(?! d'observation)|stagiaires?|stage\b(?= \d{1,2} mois)",
    "apprenticeship": r"apprenticeships?|(?:en|contrat (?:en|d')|recherche d'|d'une? )alternance|alternance\b|"
    r"alternants?\b|"
    r"(?:contrat d'|en )apprentissage(?! automatique| profond| supervise)|apprentis?\b|work[ -]study (?:contract|"
    r"program(?:me)?)",
    "freelance": r"freelanc(?:e|er|ing)|free-lance|auto-?entrepreneurs?|micro-?entrepreneurs?|"
    r"independent contractor|travailleur independant|portage salarial",
    "full_time": r"full[ -]time|temps plein|temps complet|plein temps",
    "part_time": r"part[ -]time|temps partiel|mi-temps",
    "remote": rf"(?:fully |100 ?% |full )remote|remote (?:working|first|only|{_JOB})|work(?:ing)? (?:remotely|"
    rf"from home)|"
    r"remote(?= ?[,;.)\n/|]| or\b| ok\b| possible\b| \(|$)|remotely|home ?office|home-office|(?:full |"
    r"100 ?% )?teletravail(?: total| complet| possible)?|a distance(?= ?[,;.)\n/|]|$)",
    "hybrid": r"hybrid (?:work|working|role|position|remote|model|office|job|setup)|hybrid(?= ?[,;.)\n/|]| or\b|"
    r"$)|mode hybride|travail hybride|"
    r"teletravail partiel|\d(?: ?(?:-|a|to) ?\d)? jours? (?:de|en) teletravail|teletravail \(?\d(?: ?(?:-|"
    r"a) ?\d)? jours?",
    "on_site": r"on-?site(?! regular| healthcare| fitness)|on site(?= ?[,;.)\n/|]| or\b| only\b| work|$)|sur site|"
    r"(?:en )?presentiel\b|in the office|office[ -]based",
    "night_shift": r"night[ -]?shifts?|night work|works? nights|travail de nuit|(?:equipe|poste|"
    r"horaires?) de nuit|nights?(?= shift| duty)",
    "weekend": r"(?:work(?:ing)?|shifts?|availab(?:le|ility)|duty)(?: on| at| during| and|"
    r" some){0,2} (?:the )?week-?ends?|week-?end (?:shifts?|work|duty)|"
    r"(?:travail(?:ler)?|disponible|astreintes?)(?: le| les| en| du| certains){0,2} week-?ends?",
}
_COMPILED = [(value, re.compile(rf"(?<![\w-])(?:{pattern})(?!\w)")) for value, pattern in _PATTERNS.items()]
_DENIED = re.compile(
    r"\b(?:no|not|non|without|sans|pas de|pas d'|pas en|aucun|ni|nor|except|sauf|hors|don't want|"
    r"ne souhaite pas(?: de)?) (?:any |full |the |an? |de |en )?$"
)
_NOT_WORK = re.compile(
    r" (?:sensing|control|access|server|desktop|method|procedure|repositor|cloud|vehicle|car|app|engine|mobile|"
    r"infrastructure)"
)


def find_conditions(text: str) -> tuple[Stated[str], ...]:
    """Return the conditions stated in ``text``, first mention each, in its order; empty where none is.

    A condition that is denied ("no night shifts", "pas de télétravail") is left out, as are "remote sensing",
    "hybrid cloud", "early stage" and "apprentissage automatique". "Two days of télétravail" is ``hybrid``.

    >>> [s.value for s in find_conditions("CDI à temps plein, télétravail 2 jours par semaine")]
    ['permanent', 'full_time', 'hybrid']
    """
    folded = fold(text)
    found: list[Stated[str]] = []
    for value, pattern in _COMPILED:
        for match in pattern.finditer(folded):
            denied = _DENIED.search(folded[max(0, match.start() - 30) : match.start()])
            if not denied and not _NOT_WORK.match(folded, match.end()):
                found.append(stated(value, text, *match.span()))
    days = [item.evidence for item in found if item.value == "hybrid"]
    return first_mentions(
        item
        for item in found
        if item.value != "remote" or not any(d.start < item.evidence.end and item.evidence.start < d.end for d in days)
    )


_PLACE_WISH = re.compile(
    r"\b(?:(?:willing|open|ready|able|happy|want|wish|prepared) to (?:relocat(?:e|ion)|move|work(?:ing)?) (?:to|"
    r"in|within|around)|"
    r"relocation to|(?:preferred|desired|wished) (?:work )?locations?|willing to relocate|open to|"
    r"mobilites?(?: geographiques?)?|mobility|mobile (?:sur|en|a|dans)|prete? a (?:demenager|travailler)|"
    r"souhaite (?:travailler|m'installer)|looking for (?:[a-z-]{1,15} ){0,5}(?:in|around)|"
    r"recherche (?:[a-z'-]{1,15} ){0,6}(?:a|en|sur|dans))\b"
)
_DENIED_WISHES = re.compile(r"\b(?:not|no|pas|non|never)(?: \w{1,12})? $")
_SEEKS = re.compile(
    r"\b(?:looking for|seeking|searching|open to|available|availability|wish|prefer|desired|recherche|"
    r"souhait\w{0,4}|disponible|"
    r"cherche|contract type|employment type|type de contrat|contrat|contract|in search of)\b"
)
_OPEN_SECTIONS = frozenset({"header", "summary", "preferences", "personal", "other"})
_ONLY_WHERE_SOUGHT = frozenset({"internship", "apprenticeship", "freelance", "temporary", "night_shift", "weekend"})
_REACH = 160
_PARAGRAPH = 400
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")


def read_wished_locations(text: str) -> tuple[Stated[str], ...]:
    """Return the known places after "willing to relocate to", "Mobilité :", "Open to" and the like; may be empty."""
    folded = fold(text)
    found: list[Stated[str]] = []
    for match in _PLACE_WISH.finditer(folded):
        if not _DENIED_WISHES.search(folded[max(0, match.start() - 20) : match.start()]):
            end = min(_sentence_end(folded, match.end()), match.end() + _REACH)
            found += [moved(place, text, match.end()) for place in find_places(text[match.end() : end])]
    return first_mentions(found)


def read_wished_conditions(text: str, sections: tuple[Section, ...]) -> tuple[Stated[str], ...]:
    """Return the conditions that the candidate asks for; what a past position was like is not a wish.

    They are read at the head, in the summary and among the preferences, and in lines that say what is sought; an
    internship or freelance work counts only in such a line or section, because at the head it may be the past.
    """
    found: list[Stated[str]] = []
    position = 0
    while position < len(text):
        start, end = position, line_around(text, position)[1]
        if end - start > _PARAGRAPH:  # a text in one paragraph is read piece by piece
            blank = text.rfind(" ", start + 1, start + _PARAGRAPH)
            end = blank if blank > 0 else start + _PARAGRAPH
        kind = section_at(sections, start)
        sought = kind == "preferences" or _SEEKS.search(fold(text[start:end])) is not None
        dated = _YEAR.search(text, start, end) is not None  # a post held: what it was like is no wish
        if (kind in _OPEN_SECTIONS and (sought or not dated)) or (sought and kind != "experience"):
            found += [
                moved(item, text, start)
                for item in find_conditions(text[start:end])
                if sought or item.value not in _ONLY_WHERE_SOUGHT
            ]
        position = end + 1
    return first_mentions(found)


def _sentence_end(folded: str, position: int) -> int:
    match = re.compile(r"[\n;!?]|\.(?:\s|\Z)").search(folded, position, position + _REACH)
    return match.start() if match else len(folded)
