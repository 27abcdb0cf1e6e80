"""Planted text: copies of the advert, repetition and walls of keywords, measured against ordinary CVs.

Every limit lies well beyond what the real CVs show on which it was chosen: 99 CVs and 123 adverts of it-resumes, the
half that ``benchmarks/real_sets.py`` keeps for choosing. Of copies also 7,500 pairs of a simulated market were looked
at, whose texts are written from one set of sentences: they come nearer. That of walls was 3 of 250 words and those of
items said again were narrower, until one honest CV of the other half was found beyond each (5 of 300; 74 of 100): about
these that half says nothing any more.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from jobfit.folding import fold
from jobfit.planted.copies import copied, read_advert
from jobfit.planted.marks import stretches
from jobfit.planted.repetition import repeated
from jobfit.planted.text import read, spans, whole
from jobfit.planted.walls import wall


@dataclass(frozen=True, slots=True)
class Planted:
    """Text of one kind that ordinary CVs do not hold: its ``code``, how many ``words`` of all, and where (characters).

    code: ``copied_advert``, ``between_copy``, ``repeated_text`` or ``keyword_wall``.
    """

    code: str
    words: int
    of: int
    spans: tuple[tuple[int, int], ...]


def planted(cv: str, advert: str = "") -> tuple[Planted, ...]:
    """Return what is planted in a CV, of each kind at most one; without an advert nothing is a copy of it.

    ``copied_advert``: in passages of 80 words of which 44 stand in pairs of neighbours that the advert has too, or
    72 anywhere in the advert, the runs of such words, short gaps within them included; its rarer words where they stand
    in the order in which it first says them, whatever is between, 25 in 160 words, 27 of 60 of them, or 45 % of all;
    and its sentences that the CV says again and again. There, and where a CV has 30 % of the advert's pairs, shorter
    runs and its shortest sentences (a title) too, and its rarer words close by; and where the rest still has 75 % of
    these, they. Of a shorter advert passages and numbers are smaller in proportion.

    ``between_copy``: the few words between those that stand in the advert's order: fillers, or the person's own.

    ``repeated_text``: where 60 % of the runs of four words and at least 100 were said before, the words of these; the
    advert's rarer words, and items of lists, where most were said before close by; claims of the same things in the
    same ways, but for the first of each thing; and in passages of 60 words of which 54 stand twelve times or more in
    the CV, these but for the first time, and what stands 24 times or more the first time too.

    ``keyword_wall``: 120 different items of five words at most between commas, bars or bullets; and, only where other
    text of the CV shows that its language is a known one, 200 such items with line ends between them too, and runs of
    30 words or more without a frequent word of any known language ("and", "the", "und"), in passages of 300 that have
    two of them at most.

    Case, accents and other punctuation do not count, nor marks that cut a word of the advert.

    >>> [(found.code, found.words) for found in planted("SQL, Java, Go. " * 40)]
    [('repeated_text', 120)]
    """
    asked = read_advert(advert)
    folded = whole(fold(cv), asked.words)
    text = read(folded)
    numbers = asked.numbers_of(text)
    copy, between = copied(text, numbers, asked)
    kinds = {
        "copied_advert": copy, "between_copy": between,
        "repeated_text": repeated(text, numbers, asked.ranks[numbers] >= 0), "keyword_wall": wall(folded, text.words),
    }  # fmt: skip
    places = spans(folded)
    return tuple(
        Planted(
            code, int(marks.sum()), len(text.words),
            tuple((places[start][0], places[end - 1][1]) for start, end in stretches(marks)),
        )
        for code, marks in kinds.items()
        if marks.any()
    )  # fmt: skip


def without(text: str, found: Iterable[Planted], between: int = 0) -> str:
    """Return the text with blanks in place of what is planted, and of so many words ``between`` two planted passages.

    Lines and places stay as they are.

    >>> without("SQL, Java\\nNurse", [Planted("keyword_wall", 2, 3, ((0, 9),))])
    '         \\nNurse'
    """
    pieces, last = list[str](), 0
    for start, end in sorted(span for one in found for span in one.spans):
        if start > last > 0 and len(text[last:start].split()) <= between:
            start = last
        start, end = max(start, last), max(end, last)
        pieces += text[last:start], re.sub(r"[^\n]", " ", text[start:end])
        last = end
    return "".join((*pieces, text[last:]))
