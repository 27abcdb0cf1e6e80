"""Cutting a vacancy into sentences, also where it is one paragraph in which bullets and breaks were lost."""

from __future__ import annotations

import re
from collections.abc import Iterator

_STOP = re.compile(
    r"\n|[.!?](?=\s+[^a-z\s])(?<!e\.g\.)(?<!i\.e\.)(?<!etc\.)(?<!\bMin\.)(?<!\bmin\.)|;|(?<=\s)[-•*·▪●–](?=\s)|"
    r"(?:\s\d{1,2}\.)(?=\s[A-ZÀ-Þ])"
)
# In a paragraph without breaks a new demand begins with one of these, in capitals, after a word.
_START = re.compile(
    r"(?<=[\w)+#] )(?=(?:Experience|Expert|Proficien|Strong|Solid|Knowledge|Ability|Familiarity|Good|Excellent|"
    r"Hands|Must|"
    r"Bachelor|Master's|High school|Minimum|At least|Understand|Demonstrated|Effective|Proof|Secret|Willing|"
    r"Operating Systems|Languages|Software development experience|Exp[ée]rience|Ma[îi]trise|Connaissance|"
    r"Dipl[ôo]me|Permis|\d{1,2}\+? (?:years|ans)\b))"
)
_LONG = 300


def split_sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the spans of the sentences of ``text[start:end]``, in order, without those that are blank."""
    for begin, stop in _pieces(text, _STOP, start, end):
        parts = (
            _pieces(text, _START, begin, stop) if stop - begin > _LONG // 3 and end - start > _LONG else [(begin, stop)]
        )
        for first, last in parts:
            if text[first:last].strip():
                yield first, last


def _pieces(text: str, pattern: re.Pattern[str], start: int, end: int) -> Iterator[tuple[int, int]]:
    position = start
    for match in pattern.finditer(text, start, end):
        yield position, match.start()
        position = match.end()
    yield position, end
