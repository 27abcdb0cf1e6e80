"""Names of skills that are also ordinary words or single letters, and when a mention of them counts.

"Go", "R", "Excel" and "Spring" name software in "Skills: Go, R, Excel" and nothing of the kind in "Go the extra mile".
A short or ambiguous name counts where it is written as a name (its capitals) and, when the capital proves nothing
(one or two letters, start of a sentence), stands in a list.
"""

from __future__ import annotations

import re

# Folded names that are words of English or French too.
_ORDINARY_WORDS = """
access ada angular ant assembly azure babel backbone bamboo bash basic chef ciel cloud crystal cypress dart
delphi drools echo eclipse electron elixir ember excel express flask flux fortran gin git go hive ionic jest
julia keras koa lamp lean less linear make maven monday nest next node notion office oracle outlook phoenix pig
postman project publisher puppet ray react rest ruby rust sage salt sap scratch shell sketch slack snowflake
soap spark splunk spring storm swift swing tableau teams unity vault visio vue windows word workday"""
_WORDS = frozenset(_ORDINARY_WORDS.split())
_NEVER_IN_PROSE = frozenset(
    {"go", "less", "next", "make", "project", "publisher", "basic", "assembly", "monday", "rest"}
)

# Forms of companies and the commonest of words: names of skills in a list only ("Acme SAS", "Acme plc", "sales rose").
_ONLY_IN_LISTS = frozenset({"sas", "plc", "sales", "vente"})
_PROJECTS = frozenset({"apache"})  # "Apache Camel" is another project than the server
_NEXT_NAME = re.compile(r" [A-Z]")

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
    if key == "oops":  # the plural of OOP
        return False
    if label.isupper() and len(key) == len(label) + 1 and not written.startswith(label):
        return False  # "APIs" is the plural of API, but "sais" is not that of SAI
    if key in _ONLY_IN_LISTS:
        return _in_list(folded, start, end)
    if key in _PROJECTS and _NEXT_NAME.match(text, end):
        return False
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


_CHEF_OF = re.compile(r" {1,2}d(?:e |')")
_SOLD_BY = re.compile(r" {0,2}(?:\Z|[\n,;|(/-]|h/f|f/h|b2b|export|terrain|sedentaire|itinerante?)")
_RANKS = re.compile(r"(?:^|[\n,;|(/-] {0,2}|\b(?:senior|junior|lead|principal|chief|freelance|project|urban) )$")


def is_occupation(folded: str, start: int, end: int) -> bool:
    """Tell whether ``folded[start:end]``, which spells an occupation, names it in this text.

    "Chef de projet" is no cook, a "data architect" builds no houses, "commercial" is an adjective in English.

    >>> is_occupation("chef de projet", 0, 4), is_occupation("chef, restaurant", 0, 4)
    (False, True)
    """
    key, before = folded[start:end], folded[max(0, start - 20) : start]
    if key == "chef":
        return _CHEF_OF.match(folded, end) is None
    if key in {"commercial", "commerciale"}:
        return _SOLD_BY.match(folded, end) is not None and _RANKS.search(before) is not None
    if key in {"architect", "architecte"}:
        return _RANKS.search(before) is not None and not re.match(
            r" (?:logiciel|systemes?|solutions?|technique|data|cloud|si\b|reseaux?)", folded[end : end + 20]
        )
    return True
