"""Driving licences and forklift certificates that a text states.

Values: the categories of the European driving licence (``AM A1 A2 A B1 B BE C1 C1E C CE D1 D1E D DE``) and
``forklift`` (CACES). A driving licence without a category is the one for cars, ``B``; a heavy-goods licence is ``C``,
with a trailer ``CE``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from jobfit.lexicon import Lexicon, built
from jobfit.records import Stated
from jobfit.structure.spans import first_mentions, stated
from jobfit.structure.text import ReadText, as_read

_CATEGORY = r"(?:(?:c1|d1|b|c|d) ?\+ ?e|am|a[12]|b1|be|c1e|c1|ce|ec|eb|d1e|d1|de|[abcd])"
_HEAVY = r"(?:(?:c1|d1|b|c|d) ?\+ ?e|c1e|ce|d1e|c1|d1|c|d)"  # before "licence", where "a" is an article
_PART = re.compile(_CATEGORY + r"(?!\w)")


class _Words:
    def __init__(self, lexicon: Lexicon) -> None:
        of = partial(lexicon.union, "licences")
        several = rf"{_CATEGORY}(?:(?: ?[,/&+] ?| - | (?:{of('and')}|{of('or')}) ){_CATEGORY}(?![\w'])){{0,5}}"
        category = rf"(?:{of('category')})\.?"
        between = "".join(f"{word} |" for word in lexicon.parts("licences", "denied_between"))
        self.with_category = re.compile(
            rf"\b(?:(?:{of('named')})(?: ?[:(|-] ?| |\n)?(?:{category}[ :]{{1,2}})?|"
            rf"(?:{of('licence')}) ?[:(]? ?{category}[ :]{{1,2}}|"
            rf"{category} (?={several} (?:{of('words')}))|"
            rf"(?<![\w+&/-])(?={_HEAVY} (?:{of('words')})))(?P<list>{several})(?![\w'])"
        )
        self.worded = tuple(
            (value, re.compile(rf"\b(?:{'|'.join(parts)})"))
            for value, parts in lexicon.groups("licences", "worded").items()
        )
        self.former = {part: former[0] for part, former in lexicon.groups("licences", "former").items()}
        self.denied_before = re.compile(rf"(?:\b(?:{of('denied_before')})) (?:{between})$")
        self.denied_after = re.compile(rf" ?(?:[:\-]|\(|{of('is')})? ?(?:{of('denied_after')})")


_words = built(_Words)


def find_licences(text: str | ReadText) -> tuple[Stated[str], ...]:
    """Return the licences stated in ``text``, first mention each, without those that are denied."""
    read, words = as_read(text), _words()
    text, folded = read.text, read.folded
    held = [item for match in words.with_category.finditer(folded) for item in _categories(text, folded, match)]
    quotes = [item.evidence for item in held]
    for value, pattern in words.worded:
        for start, end in (match.span() for match in pattern.finditer(folded)):
            named = value == "B" and any(q.start < end + 3 and start < q.end + 3 for q in quotes)
            if not named and not _denied(folded, start, end):
                held.append(stated(value, text, start, end))
    return first_mentions(held)


def _categories(text: str, folded: str, match: re.Match[str]) -> Iterator[Stated[str]]:
    first, last = match.span("list")
    parts = list(_PART.finditer(folded, first, last))
    if _denied(folded, *match.span()):
        if len(parts) < 2 or not folded.startswith(" (", last):
            return
        del parts[-1]  # "B, C (expired)"
    for part in parts:
        if text[slice(*part.span())].isupper() or part.group() == "b":  # "permis a" is "permis à" folded
            code = re.sub(r" ?\+ ?", "", part.group())
            code = _words().former.get(code, code.upper())
            yield stated(code, text, match.start() if part.start() == first else part.start(), part.end())


def _denied(folded: str, start: int, end: int) -> bool:
    words = _words()
    before = words.denied_before.search(folded[max(0, start - 40) : start])
    return before is not None or words.denied_after.match(folded, end) is not None
