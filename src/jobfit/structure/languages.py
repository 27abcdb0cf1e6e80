"""Human languages that a text states, and how well they are spoken, English and French.

The name of a language is also a nationality ("French cuisine") or a verb ("polish the code"): it counts only beside a
level, beside a word like *speaks* or *required*, after a label like "Languages:", in a languages section, or in a
line of nothing but languages. The lexicon maps wordings to CEFR:
fluent / courant C1, bilingual C2, professional B2, intermediate B1, basic / scolaire A2; a stated code always wins.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

from jobfit.folding import fold
from jobfit.lexicon import Lexicon, built
from jobfit.records import LanguageLevel, LanguageSkill, Stated
from jobfit.structure.sections import is_heading
from jobfit.structure.spans import line_around, stated
from jobfit.structure.text import ReadText, as_read

_CODE = re.compile(r"(?<!\w)([abc][12])(?:\+|\b)")
_RANGE = re.compile(r" ?[/-] ?[abc][12]\b")  # "B2/C1"
_APART = re.compile("[,()]")
_NAME = re.compile(r" [A-Z][a-z]{2}")
_LANGUAGE_CODE = re.compile(r"(?<![\w-])(?:FR|EN|DE|ES|IT|PT|AR|NL|RU|PL|ZH|JA|TR|HE)(?= ?[(:=–-] ?\w| [ABC][12]\b)")
_TO_LEVEL = re.compile(r"[ (:=–-]{0,4}")
_LETTER = re.compile(r"\w")
_WORD = re.compile(r"(?<![\w-])[a-z]+(?:-[a-z]+)?(?!\w)")
_JOINED = 8  # characters between two of a list
_LIST = 3  # names in a row that can be nothing but a list of languages
# An exam of English says how well it is spoken: (lowest score, level), from the examiners' tables for the CEFR.
_EXAMS = {
    "toeic": ((945, LanguageLevel.C1), (785, LanguageLevel.B2), (550, LanguageLevel.B1), (225, LanguageLevel.A2)),
    "toefl": ((95, LanguageLevel.C1), (72, LanguageLevel.B2), (42, LanguageLevel.B1)),
    "ielts": ((8.5, LanguageLevel.C2), (7, LanguageLevel.C1), (5.5, LanguageLevel.B2), (4, LanguageLevel.B1)),
}
_EXAM = re.compile(
    r"\b(?:(?P<toeic>toeic)|(?P<toefl>toefl)(?: ?ibt)?|(?P<ielts>ielts))(?: (?:score|overall|band|academic)){0,2}"
    r" ?[:(=-]{0,2} ?(?P<score>\d{1,3}(?:[.,]\d)?)(?![\d.,]\d)(?! ?/ ?\d{1,2}\b(?!\d))"
)

_NEAR = 40  # characters beside a level that may say that it is not the person's of today


class _Words:
    def __init__(self, lexicon: Lexicon) -> None:
        of = partial(lexicon.union, "languages")
        self.doubt = re.compile(rf"\b(?:{of('doubt')})\b")
        names = lexicon.groups("languages", "names")
        codes = {name: code for code, several in names.items() for name in several}
        groups = lexicon.groups("languages", "levels")
        # In this order where several begin at the same place; a CEFR code is read before any wording.
        levels = [(LanguageLevel[name.upper()], "|".join(groups[name])) for name in _ORDER if name in groups]
        no = "".join(rf"(?<!{word} )" for word in lexicon.parts("languages", "not_label"))
        before = "|".join(f" {word}" for word in lexicon.parts("languages", "between"))
        self.codes = codes  # folded name -> ISO 639-1 code
        self.display = {code: several[0].capitalize() for code, several in names.items()}
        self.name = re.compile(rf"(?<![\w-])(?P<name>{'|'.join(sorted(codes, key=len, reverse=True))})(?!\w)")
        self.levels = tuple((level, re.compile(words)) for level, words in levels)
        self.wording = re.compile("|".join(rf"(?P<{level.name}>(?<!\w)(?:{words})(?!\w))" for level, words in levels))
        self.label = re.compile(
            rf"{no}\b(?:(?:{of('label_before')}) )?(?:{of('label')}) ?[:\-] ?"
            rf"|(?:^|(?<=\n))(?:{of('label')}) {{1,3}}(?=[a-z])"
        )
        self.denied = re.compile(rf"(?:(?<!\w)(?:{of('denied')}))(?: ?(?:{of('denied_between')})){{0,3}} ?$")
        self.denied_after = re.compile(rf"[ (:=-]{{0,3}}(?:{of('denied_after')})")
        self.not_level = re.compile(rf"\b(?:{of('not_level')}) ?$")
        self.may_follow = re.compile(rf" (?:{of('may_follow')}|{of('after')})(?!\w)")
        self.before = re.compile(
            rf"(?:\b(?:{of('before')})(?:{before}){{0,3}}[ :]{{0,2}})$|(?:\b(?:{of('article_before')}))$"
        )
        self.after = re.compile(rf"[ (:\-]{{0,3}}(?:{of('after')})")
        self.trap = re.compile(rf" (?:{of('trap')})")
        self.joined = re.compile(rf"[ (]{{0,2}}(?:,|&|/|-|,? ?(?:{of('and')}))[ )]{{0,2}}(?:{of('joined')})?\Z")
        self.own = re.compile(rf" (?:{of('own')})\b")
        self.and_ = re.compile(rf"[,&]|\b(?:{of('and')})\b")
        self.attached = re.compile(rf"[ -]{{0,2}}(?:(?:{of('attached')}) )?(?:d')?")
        self.row = re.compile(rf" ?(?:[,/&;|]|,? ?(?:{of('and')})) ?")
        self.only_joins = re.compile(rf"\b(?:{of('and')})\b")
        self.all_ = re.compile(rf"[ (:=–-]{{0,3}}\b(?:{of('all')})\b")
        self.own_level = re.compile(rf" (?:[a-z]{{2,12}} ){{1,2}}(?:{of('level_word')})\b")
        self.feminine = re.compile(rf"\b(?:{of('feminine_after')}) $")
        self.verbs = lexicon.words("languages", "verbs")


_words = built(_Words)


_ORDER = ("native", "c2", "c1", "b2", "b1", "a2", "a1")


def language_name(code: str) -> str:
    """Return the English name of a language by its code; the code itself where it is not known."""
    return _words().display.get(code, code)


def language_codes() -> Mapping[str, str]:
    return _words().codes


def is_coded(quote: str) -> bool:
    """Tell whether a quote states a level by its letters ("English: C1"), and not in words that stand for one."""
    return _CODE.search(fold(quote)) is not None


def level_named(words: str) -> LanguageLevel | None:
    """Return the CEFR level that ``words`` name: a code, or a wording; ``None`` where they name none."""
    folded = fold(words).strip()
    if folded.upper() in LanguageLevel.__members__:
        return LanguageLevel[folded.upper()]
    return next((level for level, wording in _words().levels if wording.fullmatch(folded)), None)


def mentions(folded: str) -> list[tuple[str, int, int]]:
    """Return the code and the span of every name of a language in folded text, whatever it means there."""
    found = ((_code(folded, match), *match.span()) for match in _WORD.finditer(folded))
    return [(code, start, end) for code, start, end in found if code]


def _code(folded: str, word: re.Match[str]) -> str | None:
    words, name = _words(), word.group()
    if name in words.codes or not name.endswith("e"):
        return words.codes.get(name)
    feminine = words.feminine.search(folded, max(0, word.start() - _NEAR), word.start())
    return (words.codes.get(name[:-1]) or words.codes.get(name[:-2])) if feminine else None  # "langue italienne"


_REACH = 40
_TWICE = 4


@dataclass(slots=True)
class _Mention:
    code: str
    start: int
    end: int
    level: LanguageLevel | None = None
    level_span: tuple[int, int] | None = None


def find_languages(text: str | ReadText) -> tuple[Stated[LanguageSkill], ...]:
    """Return the languages stated in ``text`` with their levels, one entry per language, in the order of the text.

    The quote covers name and level. A language mentioned more than once keeps its first mention with a level.
    ``level`` is ``None`` where none is stated.

    >>> [(s.value.code, s.value.level.name) for s in find_languages("Native French, fluent English. Polish the code.")]
    [('fr', 'NATIVE'), ('en', 'C1')]
    """
    read = as_read(text)
    text, folded = read.text, read.folded
    regions = _regions(read)
    named = [*(_Mention(*mention) for mention in mentions(folded)), *_coded(read, regions)]
    exams = list(_exams(folded))
    if not named and not exams:
        return ()
    named.sort(key=lambda mention: mention.start)
    _assign_levels(read, named)
    _share_levels(folded, named)
    listed = _listed(folded, named)
    kept: dict[str, _Mention] = {}
    counted: set[int] = set()
    last: _Mention | None = None  # that counted
    for mention in named:
        follows = last is not None and _goes_on(text, folded, last, mention)
        coded = mention.end - mention.start == 2  # none is read but before its level
        if id(mention) in listed or follows or coded or _counts(text, folded, mention, regions):
            last = mention
            counted.add(id(mention))
    for one, other in reversed(list(pairwise(named))):  # "Spanish, French or Dutch a plus"
        if id(other) in counted and _is_in_row(folded, one, other):
            counted.add(id(one))
    for mention in named:
        if id(mention) in counted:
            known = kept.get(mention.code)
            if known is None or (known.level is None and mention.level is not None):
                kept[mention.code] = mention
    for exam in exams:
        if exam.code not in kept or kept[exam.code].level is None:
            kept[exam.code] = exam
    ordered = sorted(kept.values(), key=lambda m: m.start)
    return tuple(stated(LanguageSkill(m.code, m.level), text, *_span(m), sure=_sure(folded, m, named)) for m in ordered)


def _exams(folded: str) -> Iterator[_Mention]:
    """Yield the level of English that each score of an exam shows; none for a score that the exam does not give."""
    for match in _EXAM.finditer(folded):
        name = next(name for name in _EXAMS if match[name])
        score, most = float(match["score"].replace(",", ".")), {"toeic": 990, "toefl": 120, "ielts": 9}[name]
        level = next((level for least, level in _EXAMS[name] if score >= least), None)
        if level is not None and score <= most:
            yield _Mention("en", *match.span(), level, match.span())


def _listed(folded: str, named: Sequence[_Mention]) -> frozenset[int]:
    """Return the mentions (by ``id``) in a row of three or more that ends there: "English, Hindi and Marathi."."""
    words, rows = _words(), [[mention] for mention in named[:1]]
    for previous, mention in pairwise(named):
        gap = folded[previous.end : mention.start]
        if len(gap) <= 8 and words.row.fullmatch(gap):
            rows[-1].append(mention)
        else:
            rows.append([mention])
    return frozenset(
        id(mention)
        for row in rows
        if len({mention.code for mention in row}) >= _LIST
        and not folded[row[-1].end : row[-1].end + 2].strip(" \n").isalpha()
        for mention in row
        if not _denied(folded, row[0].start)
    )


def _is_in_row(folded: str, one: _Mention, other: _Mention) -> bool:
    """Tell whether nothing but a comma or "or" stands between two languages, and the first is one in its words."""
    gap, words = folded[one.end : other.start], _words()
    row = len(gap) <= 8 and words.row.fullmatch(gap) is not None and bool(words.and_.search(gap))
    return row and not words.trap.match(folded, one.end) and not _denied(folded, one.start)


def _coded(read: ReadText, regions: Sequence[tuple[int, int]]) -> Iterator[_Mention]:
    """Yield the languages that stand as codes before a level, several in a row or among the languages.

    "EN (C1), DE (A2)"; not "IT: Word, Excel (advanced)".
    """
    words = _words()
    levelled = [
        match
        for match in _LANGUAGE_CODE.finditer(read.text)
        if _CODE.match(read.folded, at := _TO_LEVEL.match(read.text, match.end()).end())  # type: ignore[union-attr]
        or words.wording.match(read.folded, at)
    ]
    lines = Counter(line_around(read.text, match.start()) for match in levelled)
    for match in levelled:
        among = any(start <= match.start() < end for start, end in regions)
        if among or lines[line_around(read.text, match.start())] > 1:
            yield _Mention(match.group().lower(), *match.span())


def _share_levels(folded: str, named: Sequence[_Mention]) -> None:
    """Give a level that is said to be of all to the whole row: "Urdu, Hindi and English (all fluent)"."""
    words = _words()
    for i, mention in enumerate(named):
        if mention.level is None or not words.all_.match(folded, mention.end):
            continue
        for previous, following in zip(named[:i][::-1], named[: i + 1][::-1]):
            if previous.level or not words.row.fullmatch(folded, previous.end, following.start):
                break
            previous.level, previous.level_span = mention.level, mention.level_span


def _goes_on(text: str, folded: str, last: _Mention, mention: _Mention) -> bool:
    """Tell whether a language follows one that is spoken, in one list: "I speak English and Greek"."""
    words = _words()
    written = text[mention.start].isupper() == text[last.start].isupper()
    if not written or words.trap.match(folded, mention.end) or words.denied_after.match(folded, mention.end):
        return False
    return len(folded[last.end : mention.start]) <= _JOINED and (
        words.row.fullmatch(folded, last.end, mention.start) is not None
    )


def _denied(folded: str, start: int) -> bool:
    before = folded[max(0, start - _REACH) : start]
    return _words().denied.search(before[before.rfind("\n") + 1 :]) is not None


def _sure(folded: str, mention: _Mention, named: Iterable[_Mention]) -> bool:
    """A CEFR code or a first language can be read in one way only, unless another mention has another level."""
    levels = {one.level for one in named if one.code == mention.code and one.level}
    if len(levels) != 1 or mention.level_span is None:
        return False
    start, end = _span(mention)
    first, last = line_around(folded, start)
    if _words().doubt.search(folded, max(first, start - _NEAR), min(last, end + _NEAR)):
        return False  # "A2 in 2010, since then in Berlin", "I taught German A1"
    if mention.level is LanguageLevel.NATIVE:
        return True
    return _CODE.match(folded, *mention.level_span) is not None and not _RANGE.match(folded, mention.level_span[1])


def _span(mention: _Mention) -> tuple[int, int]:
    start, end = mention.level_span or (mention.start, mention.end)
    return min(start, mention.start), max(end, mention.end)


def _levels(folded: str, start: int, end: int) -> list[tuple[int, int, LanguageLevel]]:
    codes = [(*m.span(), LanguageLevel[m[1].upper()]) for m in _CODE.finditer(folded, start, end)]
    words = _words()
    wordings = (
        match
        for match in words.wording.finditer(folded, start, end)
        if not words.not_level.search(folded, max(start, match.start() - 12), match.start())
    )
    return codes + [(*m.span(), LanguageLevel[str(m.lastgroup)]) for m in wordings]


def _assign_levels(read: ReadText, mentions: list[_Mention]) -> None:
    """Give each mention the nearest level between its neighbours; "fluent in English and French" is for both."""
    folded, used = read.folded, set[tuple[int, int]]()
    for i, mention in enumerate(mentions):
        floor = mentions[i - 1].end if i else 0
        ceiling = mentions[i + 1].start if i + 1 < len(mentions) else len(folded)
        before, after = _window_before(folded, mention.start, floor), _window_after(folded, mention.end, ceiling)
        options = [
            (distance, start, end, level)
            for window in (before, after)
            for start, end, level in _levels(folded, *window)
            if (start, end) not in used and not (start >= mention.end and _of_next(read, mentions, i, start, end))
            for distance in [start - mention.end if start >= mention.end else mention.start - end + 0.5]
        ]
        if i or any(option[1] >= mention.end for option in options):  # "Welsh A2, English intermediate"
            options = [o for o in options if o[1] >= mention.end or not _APART.search(folded, o[2], mention.start)]
        codes = [option for option in options if option[2] - option[1] <= 3]
        if options:
            _, start, end, mention.level = min(codes or options)
            mention.level_span = (start, end)
            # "B2 - upper intermediate" says one level twice
            used.update(o[1:3] for o in options if o[1] - end <= _TWICE and start - o[2] <= _TWICE)
        elif i and mentions[i - 1].level and _joined(folded, mentions[i - 1], mention):
            mention.level, mention.level_span = mentions[i - 1].level, mentions[i - 1].level_span


def _of_next(read: ReadText, mentions: list[_Mention], i: int, start: int, end: int) -> bool:
    """Tell whether a level is written right before the next language: "English and fluent French", "basic Auslan"."""
    folded = read.folded
    if not _words().and_.search(folded, mentions[i].end, start):
        return False
    if _NAME.match(read.text, end) and not _words().may_follow.match(folded, end):
        return True
    if i + 1 == len(mentions):
        return False
    return _words().attached.fullmatch(folded, end, mentions[i + 1].start) is not None


def _joined(folded: str, previous: _Mention, mention: _Mention) -> bool:
    if _words().own_level.match(folded, mention.end):
        return False  # "fluent English, Italian kitchen level"
    stated_before = previous.level_span is not None and previous.level_span[1] <= previous.start
    gap = folded[previous.end : mention.start]
    own = gap.strip() == "," and _words().own.match(folded, mention.end)  # "native English, Welsh is a bonus"
    return stated_before and not own and len(gap) <= 12 and _words().joined.match(gap) is not None


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
        if not is_heading(folded[slice(*following)].strip(" :")):  # "Professional skills"
            line_end = following[1]
    stops = [p for p in (line_end, folded.find(";", position, end), folded.find(". ", position, end)) if p >= 0]
    return position, min([end, *stops])


def _regions(read: ReadText) -> list[tuple[int, int]]:
    labels = [match.end() for match in _words().label.finditer(read.folded)]
    sections = [(s.body, s.end) for s in read.sections_of_any_kind if s.kind == "languages"]
    return sections + [(start, line_around(read.folded, start)[1]) for start in labels]


def _counts(text: str, folded: str, mention: _Mention, regions: Iterable[tuple[int, int]]) -> bool:
    words = _words()
    if words.trap.match(folded, mention.end) or words.denied_after.match(folded, mention.end):
        return False
    stated_level = mention.level is not None and mention.level_span is not None
    if _denied(folded, mention.start) and not (stated_level and _CODE.fullmatch(folded, *mention.level_span)):  # type: ignore[misc]
        return False
    if any(start <= mention.start < end for start, end in regions):
        return True
    if text[mention.start].islower() and folded[mention.start : mention.end] in words.verbs:
        return False
    if words.after.match(folded, mention.end):
        return True
    if mention.level is not None:
        return not _is_adjective(folded, mention)
    before = folded[max(0, mention.start - _REACH) : mention.start]
    return words.before.search(before) is not None or _only_names(folded, mention)


def _is_adjective(folded: str, mention: _Mention) -> bool:
    """Tell whether the name is an adjective between a level and a noun: "advanced German engineering"."""
    before = mention.level_span is not None and mention.level_span[1] <= mention.start
    follows = re.compile(r" [a-z]").match(folded, mention.end)
    return before and follows is not None and not _words().may_follow.match(folded, mention.end)


def _only_names(folded: str, mention: _Mention) -> bool:
    start, end = line_around(folded, mention.start)
    if end - start > 120:
        return False
    rest = _words().name.sub("", folded[start:end])
    return not _LETTER.search(_words().only_joins.sub("", rest))
