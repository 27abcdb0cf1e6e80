"""One item of an answer against the text: a grounded value, or the reason why it is dropped."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from jobfit.records import Stated
from jobfit.structure.llm.answers import Item, LanguageItem
from jobfit.structure.llm.checks import cut_short, denied, unfinished
from jobfit.structure.llm.fields import Field
from jobfit.structure.llm.grounding import even, occurrences
from jobfit.structure.llm.languages import level_named, spoken_in
from jobfit.structure.spans import stated

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
    """Check ``item`` at one place of its quote."""
    outcome = Checked(None, Dropped.VALUE)
    for value, (start, end), dropped in _values(field, item, text, quote):
        wrong = _AROUND.get(field)
        if wrong and wrong[0](text, start, end):
            outcome = Checked(None, wrong[1])
            continue
        return Checked(stated(value, text, *quote), dropped)
    return outcome


def _values(
    field: Field, item: Item, text: str, quote: tuple[int, int]
) -> Iterator[tuple[str, tuple[int, int], Dropped | None]]:
    """Yield each reading of the value in the quote: its text, where it stands, and what of it was dropped."""
    words = text[quote[0] : quote[1]]
    if field is not Field.LANGUAGES:
        for start, end in occurrences(item.value, words):
            yield " ".join(words[start:end].split()), (quote[0] + start, quote[0] + end), None
        return
    spoken = spoken_in(words, item.value)
    if spoken is None:
        return
    name, span = words[spoken.start : spoken.end], (quote[0] + spoken.start, quote[0] + spoken.end)
    claimed = item.level if isinstance(item, LanguageItem) else None
    if not claimed:
        yield name, span, None
    elif spoken.level is not None and level_named(claimed) is spoken.level:
        yield f"{name} ({spoken.level.name if spoken.level.name != 'NATIVE' else 'native'})", span, None
    else:
        yield name, span, Dropped.LEVEL


def same(value: str) -> str:
    """Return what two equal values share: see :func:`jobfit.structure.llm.grounding.even`."""
    return even(value)
