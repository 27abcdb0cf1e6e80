"""Driving licences and forklift certificates that a text states.

Values: the categories of the European driving licence (``AM A1 A2 A B1 B BE C1 C1E C CE D1 D1E D DE``) and
``forklift`` (CACES). A driving licence without a category is the one for cars, ``B``; a heavy-goods licence is ``C``,
with a trailer ``CE``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from jobfit.folding import fold
from jobfit.records import Stated
from jobfit.structure.spans import first_mentions, stated

_CATEGORY = r"(?:am|a[12]|b1|be|c1e|c1|ce|ec|eb|d1e|d1|de|[abcd])"
_LIST = rf"{_CATEGORY}(?:(?: ?[,/&+] ?| et | and ){_CATEGORY}(?![\w'])){{0,5}}"
_EUROPEAN = {"ec": "CE", "eb": "BE"}  # the former French names
_WITH_CATEGORY = re.compile(
    r"\b(?:permis (?:de conduire )?(?:valide )?[:(]? ?(?:(?:categories?|cat\.?|type) )?|"
    r"driv(?:ing|er'?s?'?) licen[cs]es?,? ?[:(]? ?(?:(?:categor(?:y|ies)|class|cat\.?) )?|"
    r"licen[cs]es?,? ?[:(]? ?(?:categor(?:y|ies)|class|cat\.?) |"
    rf"(?:category|class|cat\.?) (?={_LIST} (?:driv|licen)))"
    rf"(?P<list>{_LIST})(?![\w'])"
)
_WORDED = (
    (
        re.compile(
            r"\b(?:permis (?:poids lourds?|pl)|(?:hgv|lgv)(?: class 2)?(?: driving)? licen[cs]e|(?:hgv|lgv) class 2)\b"
        ),
        "C",
    ),
    (re.compile(r"\b(?:permis (?:super poids lourds?|spl)|(?:hgv|lgv) class 1(?: licen[cs]e)?)\b"), "CE"),
    (
        re.compile(
            r"\b(?:caces\b(?: ?r? ?\d{3})?|(?:fork-?lift|fork lift)(?: truck)?(?: driving)? (?:licen[cs]e|"
            r"certificat(?:e|ion)|ticket))"
        ),
        "forklift",
    ),
    (
        re.compile(
            r"\b(?:(?:full |clean |valid |uk |eu )*driv(?:ing|er'?s?'?) licen[cs]e|permis de conduire|permis vl|"
            r"car licen[cs]e)\b"
        ),
        "B",
    ),
)
_DENIED_BEFORE = re.compile(
    r"(?:\b(?:no|not|non|without|sans|aucun|pas (?:de|le|du|encore le)|don't have an?|do not have an?)) (?:valid |"
    r"full |titulaire du |a )?$"
)
_DENIED_AFTER = re.compile(
    r" ?(?:[:\-]|\(|is|n'est|est)? ?(?:no\b|none|non\b|not (?:required|needed|necessary)|pas (?:exige|necessaire|"
    r"requis))"
)


def find_licences(text: str) -> tuple[Stated[str], ...]:
    """Return the licences stated in ``text``, first mention each; empty where none is or they are denied.

    >>> [s.value for s in find_licences("Permis B, CE et CACES R489. No driving licence for boats.")]
    ['B', 'CE', 'forklift']
    """
    folded = fold(text)
    found = [item for match in _WITH_CATEGORY.finditer(folded) for item in _categories(text, folded, match)]
    quotes = [item.evidence for item in found]
    for pattern, value in _WORDED:
        for start, end in (match.span() for match in pattern.finditer(folded)):
            named = value == "B" and any(q.start < end + 3 and start < q.end + 3 for q in quotes)
            if not named and not _denied(folded, start, end):
                found.append(stated(value, text, start, end))
    return first_mentions(found)


def _categories(text: str, folded: str, match: re.Match[str]) -> Iterator[Stated[str]]:
    if _denied(folded, *match.span()):
        return
    for part in re.finditer(_CATEGORY + r"(?!\w)", match["list"]):
        start, end = match.start("list") + part.start(), match.start("list") + part.end()
        if text[start:end].isupper() or part.group() == "b":  # "permis a" is "permis à" folded
            code = _EUROPEAN.get(part.group(), part.group().upper())
            yield stated(code, text, match.start() if part.start() == 0 else start, end)


def _denied(folded: str, start: int, end: int) -> bool:
    before = _DENIED_BEFORE.search(folded[max(0, start - 40) : start])
    return before is not None or _DENIED_AFTER.match(folded, end) is not None
