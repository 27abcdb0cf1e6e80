"""Labelled personal details, birth dates, ages, civil status and postal addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator

from jobfit.documents.masking import words as lexicon
from jobfit.documents.masking.header import is_person
from jobfit.documents.masking.spans import Edit
from jobfit.documents.masking.words import lowered, near, near_words, tokens

_NAME_LABEL = (
    r"(?:full |first |last |family |given |maiden |middle )?name|surname|forename|nom(?: complet| de naissance"
    r"| de famille"
    r"| d'usage| de jeune fille)?|pr[ée]noms?|noms? (?:et|&) pr[ée]noms?|pr[ée]noms? (?:et|&) noms?|candidate|candidat"
    r"|contact(?: person)?|personne à contacter|your contact|votre contact"
)
_LABELS = {
    "name": _NAME_LABEL,
    "contact": r"skype|telegram|whatsapp|viber|linked ?in|github|gitlab|website|site web|portfolio|facebook|twitter"
    r"|instagram|blog|url|web page|e-?mails?|courriel|m[ée]l|phones?(?: number)?|telephone|t[ée]l(?:[ée]phone)?"
    r"|mobile|mob"
    r"|cell|portable|fax",
    "address": r"(?:home |postal |permanent |current )?address|adresse(?: postale)?|(?:city of )?residence|domicile"
    r"|code postal|post ?code|zip(?: code)?",
    "birth": r"d\.?o\.?b\.?|birth ?(?:date|day|place|year)|(?:date|year) of birth|(?:date|ann[ée]e) de naissance"
    r"|place of birth|lieu de naissance"
    r"|date et lieu de naissance|born|née?|né\(e\)|age|âge|aliyah",
    "status": r"nationalit(?:y|é)|citizenship|citoyennet[ée]|marital status|civil status|family status|[ée]tat civil"
    r"|situation (?:familiale|de famille|maritale)|statut marital|children|enfants|gender|sexe?|religion|ethnicity|race"
    r"|caste|military service|service (?:militaire|national)|health status|disability|handicap|height|weight"
    r"|taille|poids"
    r"|photo(?:graph|graphie)?|picture|pronouns|pronoms|country of origin|pays d'origine",
}
_NEXT = (
    r"(?=\s*(?:$|[|•·;\t]| {3}|, ?(?:\w{2,12} ){0,2}\w{2,14} ?:)"
    rf"|\s*(?:{_LABELS['contact']}|{_LABELS['birth']}|{_LABELS['address']}|languages?|langues?|location)\s?:)"
)
_ONE_WORD = r"[^\s|•;,]{0,60}"
_CELL = r"[^|•;\t\n]{0,120}?"
_INLINE = r"|(?<=[^\W_] )"  # "Email: Phone: DOB:" on one line; not for names, or "Project name: X" would go
_LABELLED = {
    kind: re.compile(
        rf"(?:^|(?<=[-–*•▪●◦] )|(?<=[|•·;,\t(])"
        rf"|(?<=[ ]{{2}}){'' if kind in ('name', 'status') else _INLINE})[^\S\n]?(?:{labels})"
        rf"\.?[^\S\n]?[:：][ \t]*(?P<value>{_ONE_WORD if kind == 'contact' else _CELL}){_NEXT}",
        re.I | re.M,
    )
    for kind, labels in _LABELS.items()
}
_COLON = re.compile("[:：]")
_MONTH = r"[^\W\d_]{3,10}\.?"
_DATE = (
    rf"(?:\d{{1,2}} ?[./\-] ?\d{{1,2}} ?[./\-] ?\d{{2,4}}|\d{{4}}[-/.]\d{{1,2}}[-/.]\d{{1,2}}|\d{{1,2}}(?:st|nd|rd"
    rf"|th|er)? (?:of )?"
    rf"{_MONTH},? \d{{4}}|{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?,? \d{{4}}|{_MONTH} \d{{4}}|(?:19|20)\d\d)"
)
_PLACE = r"(?:,? (?:in|at|à|au|aux|en) [^\W\d_][^\n|;•,.()]{1,30})?"
_BIRTH = re.compile(
    rf"\b(?:born|née?|né\(e\)|né[·.\-/]e)\s+(?:on |the |in |le |en )?(?:the )?{_DATE}{_PLACE}"
    r"|\b(?:born|née?|né\(e\)|né[·.\-/]e)\s+(?:in |à |au |en )?(?-i:[^\W\d_a-zà-ÿ])[^\n|;•,.()]{1,40}",
    re.I,
)
_ALONE = r"(?:(?<=^)|(?<=[|•·;,(\t])|(?<=[|•·;,–-] )|(?<= {2}))"
_CELL_START = r"(?:(?<=^)|(?<=[|\t])|(?<=\| ))"  # in a list of hobbies "photo" is one of them
_STOP = r"(?=[ \t]*(?:$|[|•·;,.)\t]| {2}| [–-] ))"
_AGE = re.compile(
    r"\b(?:I am |I'm |aged |age )?(?:1[4-9]|[2-7]\d)[ -]?(?:years?|yrs?)[ -]?old\b(?![ -](?:company|firm|start-?up"
    r"|system|code"
    r"|business|application|legacy|product|building|bank|brand|agency))|\baged (?:1[4-9]|[2-7]\d)\b(?! ?[-–]"
    r"| (?:to|and) \d)"
    r"|\b(?:âgée?(?:\(e\)|·e)? de|j['’]ai) (?:1[4-9]|[2-7]\d) ans\b(?! (?:d['’e]|dans|en|chez|comme))"
    rf"|{_ALONE}(?:1[4-9]|[2-7]\d) ?(?:ans|y ?[./]? ?o ?\.?)(?!\w){_STOP}",
    re.I | re.M,
)
_NUMBER = r"(?:\d|an?|one|two|three|four|five|une?|deux|trois|quatre|cinq)"
_STATUS = re.compile(
    rf"\b(?:proud )?(?:mother|father|mum|mom|dad|parent|mère|père|maman|papa) (?:of|de|d['’]) ?{_NUMBER}"
    r"(?: (?:\w{2,8} )?(?:children|kids|enfants?|boys?|girls?|sons?|daughters?|child|filles?|garçons?))?"
    r"|\b(?:happily )?(?:(?:un)?married|divorced|widow(?:ed|er)?|marié(?:\(e\)|e)?|divorcé(?:\(e\)|e)?"
    r"|pacsé(?:\(e\)|e)?"
    rf"|veuve|veuf|célibataire)\b(?:,? ?(?:with|and|avec|et)? ?{_NUMBER} (?:children|kids|child|enfants?))?"
    rf"|{_ALONE}(?:{_NUMBER}|no|sans) (?:children|kids|child|enfants?){_STOP}|{_ALONE}single{_STOP}"
    r"|\b(?:of |de )?nationalité \w{3,20}|\b(?:of )?(?-i:[A-Z])[a-z]{2,15} (?:nationality|citizen(?:ship)?)\b"
    r"|^[^\S\n]*nationality (?-i:[A-Z])[a-z]{2,15}\b"
    r"|\bcitizen(?:ship)? of (?:the )?(?-i:[A-Z])\w{2,20}"
    rf"|{_CELL_START}[\[(!]{{0,2}}(?:photo|picture|image|photograph)(?: (?:of"
    rf"|de) [^\n]{{1,60}})?[\])]{{0,2}}(?:\([^\n)]{{0,80}}\))?(?=[ \t]*(?:$|[|\t]))"
    r"|^[^\S\n]*(?:photo|picture|photographie) ?: [^\n]{0,120}",
    re.I | re.M,
)
_SEGMENT = r"[^\n|•;\t]"
_STREET = (
    r"\d{1,5}[A-Za-z]?,? (?:(?:(?:bis|ter|quater),? )?(?:rue|avenue|av\.|boulevard|bd\.?|place|impasse|allées?"
    r"|chemin|route"
    r"|quai|cours|square|passage|villa|cité|sentier|résidence|lotissement) "
    r"|(?-i:(?:[A-Z][\w'’.-]{0,20} ){1,4}(?:Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Dr|Boulevard|Blvd|Square"
    r"|Court|Ct|Way"
    r"|Close|Crescent|Terrace|Place|Gardens|Grove|Mews|Hill|Row|Parkway|Pkwy)\b)|(?:\w{2,15} ){1,2}(?:street|road"
    r"|avenue|lane)\b)"
)
_CODE = (
    r"\b[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}\b|, [A-Z]{2},? \d{5}(?:-\d{4})?\b|\bP\.?O\.? Box \d{1,6}|\bBP \d{1,6}\b"
    r"|(?:^|(?<=[,|•\t(])|(?<=[-–*] ))[^\S\n]{0,3}(?:F-)?(?:0[1-9]|[1-8]\d|9[0-8])\d{3} (?!Users|Emp|Cust|Client"
    r"|Euro|People"
    r"|Line|Record|Student|Member|EUR|USD)[A-ZÉÈÎÔÂ][\w'’-]{1,30}(?:[ -][A-ZÉÈÎÔÂ\d][\w'’-]{0,30}){0,3}"
    r"(?=[^\S\n]*(?:$|[,|•;\t)(]))"
)
_NUMBERED = re.compile(_STREET, re.I)
_POSTCODE = re.compile(_CODE, re.M)
_HOUSE = re.compile(r"\d[A-Za-z]?,? [^\W\d_]")
_ZIP = re.compile(r"[xXP\d](?:(?<=\d)(?:\d{4}|[A-Z]{2})| \d)")
_EDGE = re.compile(r"[\n|•;\t]")
_ADDRESS_MAX = 120


_UNLABELLED = (
    ("birth", _BIRTH, ("born", "né")),
    ("birth", _AGE, ("old", "aged", " ans", "yo", "y/o", "y.o", "y .o", "y o")),
    (
        "status",
        _STATUS,
        (
            "mother",
            "father",
            "dad",
            "mum",
            "mom",
            "parent",
            "mère",
            "père",
            "papa",
            "maman",
            "marri",
            "divorc",
            "widow",
            "mari",
            "pacs",
            "veu",
            "céli",
            "child",
            "kid",
            "enfant",
            "single",
            "nationalit",
            "citizen",
            "photo",
            "pictur",
            "image",
        ),
    ),
)


def labelled(text: str) -> Iterator[tuple[Edit, str]]:
    """Yield the removal of each labelled detail, with the value of the name labels (empty for other kinds)."""
    for kind, pattern in _LABELLED.items():
        for match in near(pattern, _COLON, text):
            value = match["value"]
            if kind == "status" and not lexicon.JOB_HEADS.isdisjoint(tokens(value)):
                yield Edit(match.start(), match.start("value"), kind), ""
            elif kind != "name":
                yield Edit(match.start(), match.end(), kind), ""
            elif not value.strip() or is_person(value, first=True):
                yield Edit(match.start(), match.end(), kind), value


def personal_edits(text: str) -> Iterator[Edit]:
    """Yield the removal of birth dates, ages, civil status and postal addresses that stand without a label."""
    low = lowered(text)
    for kind, pattern, hints in _UNLABELLED:
        for match in near_words(pattern, hints, text, low):
            yield Edit(match.start(), match.end(), kind)
    for pattern, hint in ((_NUMBERED, _HOUSE), (_POSTCODE, _ZIP)):
        for match in near(pattern, hint, text):
            yield _whole_segment(text, match.start(), match.end())


def _whole_segment(text: str, start: int, end: int) -> Edit:
    """Widen an address to the line or cell it stands in, unless that is a longer text."""
    left = max((text.rfind(edge, max(0, start - _ADDRESS_MAX), start) for edge in "\n|•;\t"), default=-1) + 1
    found = _EDGE.search(text, end, end + _ADDRESS_MAX)
    right = found.start() if found else min(len(text), end + _ADDRESS_MAX)
    if (left == 0 and start > _ADDRESS_MAX) or right - left > _ADDRESS_MAX:
        return Edit(start, end, "address")
    return Edit(left, right, "address")
