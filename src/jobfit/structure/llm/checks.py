"""Whether the words around a value let it stand: cut short, denied, only wished for, unfinished.

A true quote can still carry a false value: "Manager" in "Assistant manager", "Java" in "no Java", "PhD" in "PhD
(abandoned)". Each check here looks at the text around the value, not at the quote, because the quote was chosen by the
model. When in doubt a value is dropped: a missing field is unknown, a wrong one is false.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

from jobfit.folding import fold
from jobfit.lexicon import Lexicon, built
from jobfit.records import Filler, Stated
from jobfit.structure.languages import find_languages, language_codes, level_named, mentions
from jobfit.structure.llm.fields import Field, Item, LanguageItem
from jobfit.structure.llm.grounding import occurrences
from jobfit.structure.spans import line_around, stated
from jobfit.structure.text import ReadText
from jobfit.structure.titles import names_role

_NEAR = 90  # characters around a value that are looked at
_SPLIT = r"[^.;:!?\n|•]"  # a denial does not reach over these
_SEPARATOR = re.compile(r"[,;:|•·–—/()\[\]\t.!?\d]")


class _Words:
    def __init__(self, lexicon: Lexicon) -> None:
        denial, title = partial(lexicon.union, "denial"), partial(lexicon.union, "titles")
        self.not_ = re.compile(rf"\b(?:{denial('not')})\b(?! (?:{denial('not_only')}))(?P<between>{_SPLIT}{{0,70}})$")
        self.wish = re.compile(rf"\b(?:{denial('wish')})\b{_SPLIT}{{0,30}}\b(?:{denial('learn')})\b{_SPLIT}{{0,60}}$")
        self.but = re.compile(rf"\b(?:{denial('but')})\b")
        self.not_after = re.compile(rf"[^\w\n]{{0,4}}(?:{denial('after')})")
        after = lexicon.union("education", "unfinished_after")
        self.unfinished = re.compile(rf"[^\n;]{{0,60}}?\b(?:{after})\b")
        before = lexicon.union("education", "unfinished_before", "unfinished_before_model")
        self.unfinished_before = re.compile(rf"\b(?:{before}){_SPLIT}{{0,20}}$")
        self.opens = re.compile(
            r"(?:^|[,;:|•·–—/()\[\]\t*>=.!?\d\"]|(?:^|\s)-|"
            rf"(?<!\w)(?:{title('opens')})(?: (?:{title('opens_article')}))?)\s*$"
        )
        labels = [*lexicon.groups("masking", "labels").values(), lexicon.parts("places", "label")]
        self.label = re.compile("|".join(f"(?:{pattern})" for group in labels for pattern in group))
        self.changes = re.compile(rf"\s+(?:{title('changes_phrase')}|(?:{title('changes')})(?:e|s|es)?\b)")
        self.closes = re.compile(rf"\s*(?:$|[,;:|•·–—/()\[\]\t*<=.!?\d&\"]|-(?=\s|$)|(?:{title('closes')})(?!\w))")


_words = built(_Words)


def denied(text: str, start: int, end: int) -> bool:
    """Tell whether the sentence around ``text[start:end]`` says that it is absent, not needed, or only wished for."""
    words = _words()
    before, after = fold(text[max(0, start - _NEAR) : start]), fold(text[end : end + _NEAR])
    match = words.not_.search(before)
    if match and not words.but.search(match["between"]):
        return True
    return bool(words.wish.search(before) or words.not_after.match(after))


def cut_short(text: str, start: int, end: int) -> bool:
    """Tell whether ``text[start:end]`` is only a part of the title that its line states.

    On the left a title begins the line, or follows a separator, a date or words such as "as a" and "en tant que". On
    the right it ends the line, or a separator, a date, a word such as "at" and "chez", or a capital (an employer, not
    another title) follows, but no word that changes its rank.

    >>> cut_short("Assistant manager", 10, 17), cut_short("I worked as a manager at Acme", 14, 21)
    (True, False)
    """
    words = _words()
    first, last = line_around(text, start)
    last = max(last, end)
    left, right = fold(text[max(first, start - _NEAR) : start]), text[end : min(last, end + _NEAR)]
    if not words.opens.search(left):
        return True
    folded = fold(right)
    if words.changes.match(folded):
        return True
    if words.closes.match(folded):
        return False
    return not right.lstrip()[:1].isupper() or names_role(_SEPARATOR.split(folded, maxsplit=1)[0])


def unfinished(text: str, start: int, end: int) -> bool:
    """Tell whether the line says that the diploma in ``text[start:end]`` was not obtained, or is somebody else's."""
    words = _words()
    first, last = line_around(text, start)
    before = fold(text[max(first, start - _NEAR) : start])
    after = fold(text[end : max(end, min(last, end + _NEAR))])
    return bool(words.unfinished.match(after) or words.unfinished_before.search(before) or denied(text, start, end))


def names_nothing(text: str, start: int, end: int) -> bool:
    """Tell whether ``text[start:end]`` is a heading of its text, or a label of personal details and nothing more.

    >>> names_nothing("Technical skills\\nPython", 0, 16), names_nothing("GitHub: me", 0, 6)
    (True, True)
    >>> names_nothing("Technical skills\\nPython", 17, 23), names_nothing("Git, GitHub", 5, 11)
    (False, False)
    """
    first, last = line_around(text, start)
    line = ReadText(text[first:last])
    if any(h.start <= start - first and end - first <= h.body for h in line.headings):
        return True
    alone = not text[first:start].strip() and (not text[end:last].strip() or text[end:last].lstrip().startswith(":"))
    return alone and _words().label.fullmatch(line.folded[start - first : end - first]) is not None


_LONGEST_QUOTE = 500
_LONGEST_TITLE = 12  # words
_LONGEST_VALUE = 160
_PLACES = 50  # places of one quote that are looked at


class Dropped(StrEnum):
    """Why something that the model returned is not used. ``LEVEL`` drops a level only, all others an item."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    QUOTE = "quote_not_in_text"
    VALUE = "value_not_in_quote"
    CUT = "cut_short"
    DENIED = "denied"
    HEADING = "heading"
    UNFINISHED = "unfinished"
    LEVEL = "level_not_in_quote"
    TOO_MANY = "too_many"
    UNASKED = "unasked"
    REPEATED = "repeated"


@dataclass(frozen=True, slots=True)
class Checked:
    """The outcome for one item: what is kept, and why something is dropped (both for a language without its level)."""

    kept: Stated[str] | None
    dropped: Dropped | None = None


_AROUND: dict[Field, tuple[Callable[[str, int, int], bool], Dropped]] = {
    Field.TITLE: (cut_short, Dropped.CUT),
    Field.PREVIOUS_TITLES: (cut_short, Dropped.CUT),
    Field.EDUCATION: (unfinished, Dropped.UNFINISHED),
    Field.SKILLS: (denied, Dropped.DENIED),
    Field.LANGUAGES: (denied, Dropped.DENIED),
    Field.MUST: (denied, Dropped.DENIED),
    Field.NICE: (denied, Dropped.DENIED),
}


def check_item(field: Field, item: Item, text: str) -> Checked:
    """Return the value of ``item`` as it stands in ``text``, with the quote around it as its evidence.

    The value is the text's own words with single blanks; for a language its name, and the level in brackets where the
    quote states the same one. Of several places where the quote stands, the first counts that passes every check; an
    item that passes nowhere is dropped for the reason found at the last.

    >>> item = Item(quote="as a  NURSE", value="nurse")
    >>> check_item(Field.TITLE, item, "I work as a Nurse.").kept.value
    'Nurse'
    """
    if not item.quote.strip() or not any(c.isalpha() for c in item.value):
        return Checked(None, Dropped.EMPTY)
    if len(item.quote) > _LONGEST_QUOTE or len(item.value) > _LONGEST_VALUE:
        return Checked(None, Dropped.TOO_LONG)
    if field in (Field.TITLE, Field.PREVIOUS_TITLES) and len(item.value.split()) > _LONGEST_TITLE:
        return Checked(None, Dropped.TOO_LONG)
    outcome = Checked(None, Dropped.QUOTE)
    for number, (start, end) in enumerate(occurrences(item.quote, text)):
        if number >= _PLACES:
            break
        outcome = _at(field, item, text, (start, end))
        if outcome.kept:
            return outcome
    return outcome


def _at(field: Field, item: Item, text: str, quote: tuple[int, int]) -> Checked:
    outcome = Checked(None, Dropped.VALUE)
    for value, (start, end), dropped in _values(field, item, text, quote):
        if field is not Field.CONDITIONS and names_nothing(text, start, end):
            outcome = Checked(None, Dropped.HEADING)
            continue
        wrong = _AROUND.get(field)
        if wrong and wrong[0](text, start, end):
            outcome = Checked(None, wrong[1])
            continue
        return Checked(stated(value, text, *quote, source=Filler.MODEL), dropped)
    return outcome


def _values(
    field: Field, item: Item, text: str, quote: tuple[int, int]
) -> Iterator[tuple[str, tuple[int, int], Dropped | None]]:
    """Yield each reading of the value in the quote: its text, where it stands, and what of it was dropped.

    A language may be named in English or French or by its code; its level is the one that the rules read beside it.
    """
    words = text[quote[0] : quote[1]]
    if field is not Field.LANGUAGES:
        for start, end in occurrences(item.value, words):
            yield " ".join(words[start:end].split()), (quote[0] + start, quote[0] + end), None
        return
    asked, codes = fold(item.value).strip(), language_codes()
    code = codes.get(asked, asked if asked in codes.values() else None)
    place = next(((start, end) for named, start, end in mentions(fold(words)) if named == code), None)
    if place is None:
        return
    name, span = words[slice(*place)], (quote[0] + place[0], quote[0] + place[1])
    claimed = item.level if isinstance(item, LanguageItem) else None
    levels = {spoken.value.code: spoken.value.level for spoken in find_languages(f"Languages: {words}")}
    level = levels.get(str(code))
    if not claimed:
        yield name, span, None
    elif level is not None and level_named(claimed) is level:
        yield f"{name} ({level.name if level.name != 'NATIVE' else 'native'})", span, None
    else:
        yield name, span, Dropped.LEVEL
