"""Conditions of work that a text wishes or offers, English and French.

Values: ``permanent fixed_term temporary internship apprenticeship freelance full_time part_time remote hybrid on_site
night_shift weekend``. The same words serve both sides: a wish of a candidate, an offer of a vacancy.
"""

from __future__ import annotations

import re

from jobfit.records import Stated
from jobfit.structure.spans import first_mentions, fold, stated

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
