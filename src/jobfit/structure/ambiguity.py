"""Names of skills that are also ordinary words or single letters, and when a mention of them counts.

"Go", "R", "Excel" and "Spring" name software in "Skills: Go, R, Excel" and nothing of the kind in "Go the extra mile".
A short or ambiguous name counts where it is written as a name (its capitals) and, when the capital proves nothing
(one or two letters, start of a sentence), stands in a list.
"""

from __future__ import annotations

import re

# Folded names that are words of English or French too.
_ORDINARY_WORDS = """access ada angular ant assembly azure backbone bamboo bash basic chef cloud crystal cypress dart
delphi drools echo eclipse electron elixir ember excel express flask flux fortran gin git go hive ionic julia keras koa
lean less linear make maven monday nest next node notion office oracle outlook phoenix pig project publisher
puppet ray react rest ruby rust sage salt sap scratch shell sketch slack snowflake spark splunk spring storm swift
swing teams unity vault visio vue word"""
_WORDS = frozenset(_ORDINARY_WORDS.split())
_NEVER_IN_PROSE = frozenset(
    {"go", "less", "next", "make", "project", "publisher", "basic", "assembly", "monday", "rest"}
)

_BEFORE = re.compile(r"(?:^|[\n,;:/|(•·*▪●\-+\[]|\b(?:and|or|et|ou|in|en|with|avec|using|ms|microsoft|langage)) {0,3}$")
_AFTER = re.compile(r" {0,3}(?:$|[\n,;/|)\]•·(]|\.(?:\s|$)|(?:and|or|et|ou)\b|programming\b|developer\b|lang\b)")
_LICENCE = re.compile(
    r"\b(?:permis|licen[cs]e|categor(?:y|ies?)|class|vitamin|plan|hepatitis|niveau|level)\b[^\n]{0,20}$"
)
_WINDOW = 40


def is_name(label: str, text: str, folded: str, start: int, end: int) -> bool:
    """Tell whether ``text[start:end]``, which spells the one-word ``label``, is the name and not an ordinary word.

    ``folded`` is the folded text. A label that is neither short nor ambiguous always counts.
    """
    key, written = folded[start:end], text[start:end]
    if len(key) <= 2 and key.isalpha():
        if written != label:
            return False
        return (len(key) == 2 and written.isupper()) or _in_list(folded, start, end)
    if key not in _WORDS:
        return True
    if _in_list(folded, start, end):
        return written[0].isupper() or key not in _NEVER_IN_PROSE
    if text[max(0, start - _WINDOW) : end + _WINDOW].isupper() or not written[0].isupper():
        return False  # capitals prove nothing among capitals
    if written.isupper():
        return True  # REST, SAP
    return key not in _NEVER_IN_PROSE and not _begins_sentence(folded, start)


def _in_list(folded: str, start: int, end: int) -> bool:
    before, after = folded[max(0, start - _WINDOW) : start], folded[end : end + _WINDOW]
    before_ok = start == 0 or _BEFORE.search(before) is not None
    after_ok = _AFTER.match(after) is not None
    if end - start == 1 and (
        _LICENCE.search(before) or (after.startswith(".") and not before.rstrip(" ").endswith("d"))
    ):
        return False  # "permis B, C", "R. Smith"; but "Python and R."
    return before_ok and after_ok


def _begins_sentence(folded: str, start: int) -> bool:
    before = folded[max(0, start - _WINDOW) : start].rstrip(" ")
    return not before or before[-1] in "\n.!?•·*▪●-"
