"""Candidate or vacancy, where neither the format nor the user says: words of the path and of the text decide.

Every cue that occurs has a weight and counts once. The side with more weight wins if that is enough and leads by a
margin; else nobody knows, and the input is rejected with the advice to say it. A wrong guess would put a person among
the vacancies.
"""

from __future__ import annotations

import re
from pathlib import PurePath

from jobfit.records import Kind

_READ = 30_000
_MARGIN = 2
_LEAST = 4  # a folder name alone is not enough

_PATH_CANDIDATE = re.compile(
    r"(?<![a-z])(?:cvs?|resumes?|résumés?|lebenslauf|curriculum|candidates?|candidats?)(?![a-z])"
)
_PATH_VACANCY = re.compile(
    r"(?<![a-z])(?:vacanc(?:y|ies)|jobs?|offres?|postes?|postings?|jd|annonces?|stellen(?:anzeigen?)?)(?![a-z])"
)
_PATH_WEIGHT = 3

# (weight, pattern). Patterns are searched in case-folded text; a heading stands alone at the start of a line.
_CANDIDATE_CUES = (
    (3, r"\bcurriculum vitae\b|^r[ée]sum[ée]$"),
    (
        3,
        r"^(?:work|working|professional|employment|relevant|job|career) (?:experience|history|background)\b",
    ),
    (3, r"^exp[ée]riences? professionnelles?\b|^parcours professionnel\b"),
    (2, r"^(?:experience|employment|exp[ée]riences?)\b.{0,3}$"),
    (2, r"\bexperience summary\b|\b(?:professional|executive|technical) summary\b"),
    (2, r"^(?:education|educations|formations?|dipl[ôo]mes)\b"),
    (2, r"^(?:references|hobbies|interests|centres? d.int[ée]r[êe]ts?|loisirs|langues|languages)\b"),
    (
        2,
        r"\b(?:date of birth|birth ?(?:day|date|year)|age ?:|citizenship|nationalit[yé]|n[ée]e? le|marital status)",
    ),
    (2, r"\b(?:linked ?in|telegram|whatsapp|github)\b"),
    (2, r"^.{0,60}\b(?:phone|mobile|tel|t[ée]l[ée]phone|residence|address|adresse|e-?mail|courriel)\b.{0,3}:"),
    (2, r"\b(?:i am|i'm|i have|i've|im|i was|i worked|my name is|i like|i enjoy)\b"),
    (2, r"\b(?:je suis|j'ai|j’ai|mes comp[ée]tences|mon exp[ée]rience)\b"),
    (2, r"\b(?:looking for (?:a|an|the next|challenging)|seeking (?:a|an) (?:\w{1,20} ){0,3}(?:position|role|job))\b"),
    (2, r"\b(?:19|20)\d\d.{0,4}[-–—].{0,20}(?:\b(?:19|20)\d\d|present|now|today|aujourd|ce jour)"),
    (1, r"^(?:skills|hard skills|soft skills|key skills|skills summary|comp[ée]tences)\b"),
    (1, r"^(?:profile|profil|about me|summary|objective|contacts?)\b"),
    (1, r"\b(?:19|20)\d\d\b(?s:.{0,600}?)\b(?:19|20)\d\d\b"),
)
_VACANCY_CUES = (
    (
        3,
        r"\bwe(?:'re| are) (?:currently )?(?:looking for|seeking|hiring)\b|\bis (?:looking for|seeking) an?\b",
    ),
    (3, r"\bnous (?:recherchons|recrutons|cherchons)\b|\brecrute\b|\b(?:est [àa] la )?recherche (?:un|une|son|sa)\b"),
    (3, r"\byou will\b|\byou'll\b|\bvous (?:serez|aurez|travaillerez|assurerez|participerez|maîtrisez|disposez)\b"),
    (3, r"\b(?:profil (?:recherch[ée]|souhait[ée])|vos missions|votre profil|votre mission|missions principales)\b"),
    (
        3,
        r"\bjob (?:description|summary|title|code|type|requirements?)\b|\b(?:fiche de|intitulé du) poste\b",
    ),
    (2, r"\b(?:requirements|minimum required|required skills|skills required|qualifications required)\b"),
    (2, r"\b(?:preferred|minimum|basic|required|desired) (?:qualifications|skills|experience|requirements)\b"),
    (2, r"\b(?:essential|key|primary|your) (?:duties|functions|responsibilities|role|purpose)\b"),
    (
        2,
        r"\b(?:nice to have|what you will|we offer|nous offrons|nous vous offrons|why join us|about us)\b",
    ),
    (
        2,
        r"\b(?:the (?:ideal|selected|successful|right) candidate|(?:le|la) candidate?|applicants?|equal opportunity)\b",
    ),
    (2, r"\b(?:apply (?:now|today|online|by)|postule[rz]|candidatures?)\b"),
    (2, r"\b(?:benefits include|salary range|pay options|r[ée]mun[ée]ration|avantages|type de contrat|cdi|cdd)\b"),
    (3, r"\b(?:job offer|offre d.emploi|place of work|lieu de travail|(?:type of|kind of) contract|type de contrat)\b"),
    (
        3,
        r"^(?:who we are|the company|our company|about (?:us|the role)|qui sommes.nous|l.entreprise)\b",
    ),
    (2, r"^(?:the job|the role|(?:description du |le )poste|[àa] propos de nous)\b.{0,3}$"),
    (2, r"^(?:main duties|responsibilities|(?:vos |les )?missions|conditions)\b.{0,3}$"),
    (
        2,
        r"\b(?:we require|what we require|you must have|(?:ce que )?nous (?:exigeons|demandons)|pr[ée]requis)\b",
    ),
    (
        2,
        r"^(?:bonus points|(?:les|serait un|un) plus|desirable|essential|indispensable)\b|\b(?:is|are) desirable\b",
    ),
    (
        2,
        r"\b(?:minimum|at least|au moins)[ :]{1,3}(?:\d{1,2} (?:years|months|ans|mois)|education\b)",
    ),
    (1, r"\b(?:your|votre|vos)\b"),
    (1, r"\b(?:our (?:team|company|client|customers|organization|existing)|notre (?:[ée]quipe|entreprise|client))\b"),
    (1, r"\b(?:must have|must be able|is required|are required|exig[ée]e?s?|h/f|f/h|\(m/f/d\)|m/w/d)"),
)
_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}\.[\w.-]{2,63}")
_NEITHER = re.compile(r"\b(?:licensor|public license|terms and conditions for use)\b")  # a LICENSE beside the CVs
_TOP = 400


def guess_kind(text: str, path: str) -> Kind | None:
    """The kind of record that ``text`` from ``path`` is; ``None`` where the cues do not decide.

    >>> guess_kind("We are looking for a nurse. You will work at night.", "a.txt")
    <Kind.VACANCY: 'vacancy'>
    """
    folded = text[:_READ].casefold()
    candidate = _weight(_CANDIDATES, folded) + (2 if _EMAIL.search(folded[:_TOP]) else 0)
    vacancy = _weight(_VACANCIES, folded)
    words = "/".join(PurePath(path).parts[-3:]).casefold()
    candidate += _PATH_WEIGHT * bool(_PATH_CANDIDATE.search(words))
    vacancy += _PATH_WEIGHT * bool(_PATH_VACANCY.search(words))
    if abs(candidate - vacancy) < _MARGIN or max(candidate, vacancy) < _LEAST or _NEITHER.search(folded):
        return None
    return Kind.CANDIDATE if candidate > vacancy else Kind.VACANCY


def _compiled(cues: tuple[tuple[int, str], ...]) -> tuple[tuple[int, re.Pattern[str]], ...]:
    return tuple((weight, re.compile(pattern, re.MULTILINE)) for weight, pattern in cues)


def _weight(cues: tuple[tuple[int, re.Pattern[str]], ...], folded: str) -> int:
    return sum(weight for weight, pattern in cues if pattern.search(folded))


_CANDIDATES = _compiled(_CANDIDATE_CUES)
_VACANCIES = _compiled(_VACANCY_CUES)
