"""Human languages that a text states, and how well they are spoken, English and French.

The name of a language is also a nationality ("French cuisine") or a verb ("polish the code"): it counts only beside a
level, beside a word like *speaks* or *required*, after a label like "Languages:", in a languages section, or in a
line of nothing but languages. Wordings are mapped to CEFR as in the table of :mod:`jobfit.structure.languages`:
fluent / courant C1, bilingual C2, professional B2, intermediate B1, basic / scolaire A2; a stated code always wins.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from jobfit.folding import fold
from jobfit.records import LanguageLevel, LanguageSkill, Stated
from jobfit.structure.sections import HEADINGS, split_sections
from jobfit.structure.spans import line_around, stated

NAMES: dict[str, str] = {
    name: code
    for code, names in {
        "ar": "arabic arabe",
        "bg": "bulgarian bulgare",
        "bn": "bengali",
        "ca": "catalan",
        "cs": "czech tcheque",
        "da": "danish danois",
        "de": "german allemand",
        "el": "greek grec",
        "en": "english anglais",
        "es": "spanish espagnol castillan castilian",
        "et": "estonian estonien",
        "fa": "persian farsi persan",
        "fi": "finnish finnois",
        "fr": "french francais",
        "he": "hebrew hebreu",
        "hi": "hindi",
        "hr": "croatian croate",
        "hu": "hungarian hongrois",
        "hy": "armenian armenien",
        "id": "indonesian indonesien",
        "it": "italian italien",
        "ja": "japanese japonais",
        "ka": "georgian georgien",
        "ko": "korean coreen",
        "lt": "lithuanian lituanien",
        "lv": "latvian letton",
        "nl": "dutch neerlandais flemish flamand",
        "no": "norwegian norvegien",
        "pl": "polish polonais",
        "pt": "portuguese portugais",
        "ro": "romanian roumain",
        "ru": "russian russe",
        "sk": "slovak slovaque",
        "sl": "slovenian slovene",
        "sq": "albanian albanais",
        "sr": "serbian serbe",
        "sv": "swedish suedois",
        "th": "thai",
        "tr": "turkish turc",
        "uk": "ukrainian ukrainien",
        "ur": "urdu ourdou",
        "vi": "vietnamese vietnamien",
        "zh": "chinese chinois mandarin cantonese cantonais",
    }.items()
    for name in names.split()
}

# Read in this order where several begin at the same place; CEFR codes are read before any wording.
LEVELS: tuple[tuple[str, LanguageLevel], ...] = (
    (
        r"native or bilingual|native(?: speaker| level)?|mother[ -]tongue|first language|langue maternelle|"
        r"maternelle|natif",
        LanguageLevel.NATIVE,
    ),
    (r"bilingu(?:e|al)s?", LanguageLevel.C2),
    (
        r"full professional|fluent(?:ly)?|fluency|couramment|courante?s?|advanced|avancee?|proficient|"
        r"parfaite? maitrise|excellent",
        LanguageLevel.C1,
    ),
    (
        r"upper[ -]intermediate|professional(?: working)?|professionnel(?:le)?|tres bon(?:ne)?(?: niveau)?|"
        r"very good|business|operationnel",
        LanguageLevel.B2,
    ),
    (r"pre-intermediate", LanguageLevel.A2),
    (r"intermediate|intermediaire|limited working|conversational|conversationnel|moyen|bon niveau", LanguageLevel.B1),
    (r"basic|basics|elementary|elementaire|notions?|scolaire|bases", LanguageLevel.A2),
    (r"beginner|debutante?", LanguageLevel.A1),
)

_NAME = re.compile(rf"(?<![\w-])(?P<name>{'|'.join(sorted(NAMES, key=len, reverse=True))})(?!\w)")
_CODE = re.compile(r"(?<!\w)([abc][12])(?:\+|\b)")
_WORDING = re.compile("|".join(rf"(?P<l{i}>(?<!\w)(?:{words})(?!\w))" for i, (words, _) in enumerate(LEVELS)))
_LABEL = re.compile(
    r"(?<!programming )(?<!scripting )(?<!markup )(?<!query )\b(?:foreign |spoken |other )?(?:languages?|"
    r"langues?(?: vivantes?| etrangeres?| parlees?)?) ?[:\-] ?"
)
_BEFORE = re.compile(
    r"(?:\b(?:fluent|fluency|proficien(?:t|cy)|speak(?:s|ing)?|spoken|written|parle[rz]?|lu|ecrit|knowledge|"
    r"command|level|"
    r"maitrise[rz]?|connaissances?|pratique|niveau|langue|bilingu(?:e|al)|notions|natives?|native speaker|"
    r"communicate|language)"
    r"(?: in| of| and| et| en| de| du| d'| de l'| l'| le| d'un| parfaitement| fluently| good| business|"
    r" courant){0,3}[ :]{0,2})$|(?:\bde l'|\bl')$"
)
_AFTER = re.compile(
    r"[ (:\-]{0,3}(?:speak(?:er|ing)s?|language|languages|required|mandatory|fluency|proficiency|level|skills|"
    r"is (?:required|a must|"
    r"mandatory|an asset|a plus)|a plus|preferred|exige|requis|souhaite|obligatoire|indispensable|apprecie|lu\b|"
    r"parle|ecrit|spoken|written|"
    r"oral|communication|imperatif|est (?:un plus|exige|requis))"
)
_TRAP = re.compile(
    r" (?:cuisine|teachers?|literature|tutors?|professors?|market|team|compan(?:y|ies)|wine|cooking|class(?:es)?|"
    r"studies|restaurant|"
    r"business(?:es)? (?!level|fluen|proficien|working|communication)[a-z]|"
    r"law|customers?|clients?|government|army|press|school|the\b|ui\b|office|branch|food|version)"
)
_JOINED = re.compile(r"[ (]{0,2}(?:,|and|et|&|/|-|or|ou|,? and)[ )]{0,2}(?:de |du |in |l'|en |of )?\Z")
_AND = re.compile(r"[,&]|\b(?:and|et|or|ou)\b")
_ATTACHED = re.compile(r" {0,2}(?:(?:level|niveau|in|of|en) )?(?:d')?")
_REACH = 40
_TWICE = 4


@dataclass(slots=True)
class _Mention:
    code: str
    start: int
    end: int
    level: LanguageLevel | None = None
    level_span: tuple[int, int] | None = None


def find_languages(text: str, language: str | None = None) -> tuple[Stated[LanguageSkill], ...]:
    """Return the languages stated in ``text`` with their levels, one entry per language, in the order of the text.

    The quote covers name and level. A language mentioned more than once keeps its first mention with a level.
    ``level`` is ``None`` where none is stated. ``language`` is passed on to the section rules.

    >>> [(s.value.code, s.value.level.name) for s in find_languages("Native French, fluent English. Polish the code.")]
    [('fr', 'NATIVE'), ('en', 'C1')]
    """
    folded = fold(text)
    mentions = [_Mention(NAMES[m["name"]], *m.span()) for m in _NAME.finditer(folded)]
    if not mentions:
        return ()
    _assign_levels(folded, mentions)
    regions = _regions(text, folded, language)
    kept: dict[str, _Mention] = {}
    for mention in mentions:
        if _counts(text, folded, mention, regions):
            known = kept.get(mention.code)
            if known is None or (known.level is None and mention.level is not None):
                kept[mention.code] = mention
    ordered = sorted(kept.values(), key=lambda m: m.start)
    return tuple(stated(LanguageSkill(m.code, m.level), text, *_span(m)) for m in ordered)


def _span(mention: _Mention) -> tuple[int, int]:
    start, end = mention.level_span or (mention.start, mention.end)
    return min(start, mention.start), max(end, mention.end)


def _levels(folded: str, start: int, end: int) -> list[tuple[int, int, LanguageLevel]]:
    codes = [(m.start(), m.end(), LanguageLevel[m[1].upper()]) for m in _CODE.finditer(folded, start, end)]
    words = [
        (m.start(), m.end(), LEVELS[int((m.lastgroup or "l0")[1:])][1]) for m in _WORDING.finditer(folded, start, end)
    ]
    return codes + words


def _assign_levels(folded: str, mentions: list[_Mention]) -> None:
    """Give each mention the nearest level between its neighbours; "fluent in English and French" is for both."""
    used: set[tuple[int, int]] = set()
    for i, mention in enumerate(mentions):
        floor = mentions[i - 1].end if i else 0
        ceiling = mentions[i + 1].start if i + 1 < len(mentions) else len(folded)
        before, after = _window_before(folded, mention.start, floor), _window_after(folded, mention.end, ceiling)
        options = [
            (distance, start, end, level)
            for window in (before, after)
            for start, end, level in _levels(folded, *window)
            if (start, end) not in used and not (start >= mention.end and _of_next(folded, mentions, i, start, end))
            for distance in [start - mention.end if start >= mention.end else mention.start - end + 0.5]
        ]
        codes = [option for option in options if option[2] - option[1] <= 3]
        if options:
            _, start, end, mention.level = min(codes or options)
            mention.level_span = (start, end)
            # "B2 - upper intermediate" says one level twice
            used.update(o[1:3] for o in options if o[1] - end <= _TWICE and start - o[2] <= _TWICE)
        elif i and mentions[i - 1].level and _joined(folded, mentions[i - 1], mention):
            mention.level, mention.level_span = mentions[i - 1].level, mentions[i - 1].level_span


def _of_next(folded: str, mentions: list[_Mention], i: int, start: int, end: int) -> bool:
    """Tell whether a level is written right before the next language: "English and fluent French"."""
    if i + 1 == len(mentions) or not _AND.search(folded, mentions[i].end, start):
        return False
    return _ATTACHED.fullmatch(folded, end, mentions[i + 1].start) is not None


def _joined(folded: str, previous: _Mention, mention: _Mention) -> bool:
    stated_before = previous.level_span is not None and previous.level_span[1] <= previous.start
    gap = folded[previous.end : mention.start]
    return stated_before and len(gap) <= 12 and _JOINED.match(gap) is not None


def _window_before(folded: str, position: int, floor: int) -> tuple[int, int]:
    start = max(floor, position - _REACH)
    cut = max(folded.rfind(stop, start, position) for stop in "\n;.")
    return max(start, cut + 1), position


def _window_after(folded: str, position: int, ceiling: int) -> tuple[int, int]:
    end = min(ceiling, position + _REACH)
    alone = folded[position:end].lstrip(" :").startswith("\n")  # a name alone in its line: the level is in the next
    line_end = folded.find("\n", position)
    if alone and line_end >= 0:
        following = line_around(folded, line_end + 1)
        if folded[slice(*following)].strip(" :") not in HEADINGS:  # "Professional skills"
            line_end = following[1]
    stops = [p for p in (line_end, folded.find(";", position, end), folded.find(". ", position, end)) if p >= 0]
    return position, min([end, *stops])


def _regions(text: str, folded: str, language: str | None) -> list[tuple[int, int]]:
    regions = [(s.body, s.end) for s in split_sections(text, language) if s.kind == "languages"]
    for match in _LABEL.finditer(folded):
        regions.append((match.end(), line_around(folded, match.end())[1]))
    return regions


def _counts(text: str, folded: str, mention: _Mention, regions: Iterable[tuple[int, int]]) -> bool:
    if _TRAP.match(folded, mention.end):
        return False
    if any(start <= mention.start < end for start, end in regions):
        return True
    if (
        mention.code == "pl"
        and text[mention.start].islower()
        and folded[mention.start] == "p"
        and folded[mention.start : mention.end] == "polish"
    ):
        return False
    if mention.level is not None or _AFTER.match(folded, mention.end):
        return True
    return _BEFORE.search(folded[max(0, mention.start - _REACH) : mention.start]) is not None or _only_names(
        folded, mention
    )


def _only_names(folded: str, mention: _Mention) -> bool:
    start, end = line_around(folded, mention.start)
    if end - start > 120:
        return False
    rest = _NAME.sub("", folded[start:end])
    return not re.search(r"\w", re.sub(r"\b(?:and|et)\b", "", rest))
