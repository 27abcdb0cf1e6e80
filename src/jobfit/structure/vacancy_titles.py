"""The title of a vacancy and the occupation that it names."""

from __future__ import annotations

import re

from jobfit.records import Section, Stated
from jobfit.structure.lexicon import OccupationFinder
from jobfit.structure.spans import fold, stated
from jobfit.taxonomy.model import Taxonomy

_LABEL = re.compile(
    r"(?:^|\n)[ \t]{0,20}(?:job title|position title|title|position|job|role|intitule(?: du poste)?|"
    r"poste(?: a pourvoir)?|titre) ?[:\-] ?(?P<title>[^\n]{3,100})"
)
_PHRASE = re.compile(
    r"\b(?:(?:we are |is |are |currently )?(?:seeking|looking for|hiring|recruiting)|recherch(?:e|ons)|"
    r"recrut(?:e|ons)|as an?|you are an?|if you are an?) "
    r"(?:an? |une? |des |son |sa |notre |our |the |experienced )?(?P<title>[^\n.,;:(!?]{3,60}?)(?= \(|"
    r"[\n.,;:(!?]| to | with | who | for | in | position| pour | en | dans | a | h/f| f/h|$)"
)
_GENDERED = re.compile(
    r" ?\([^()\n]{1,8}\)|[·.](?:e|se|ne|rice|trice|ere|euse)s?\b|/(?:se|rice|trice|ere|euse|ne|e)\b|"
    r"\b[hmf]/[hmfxd](?:/[xd])?\b"
)
_LONGEST = 100
_BEGINNING = 3000


def find_title(text: str, sections: tuple[Section, ...]) -> Stated[str] | None:
    """Return the labelled title, the first line where it is short, or what a phrase like "We seek a ..." names."""
    folded = fold(text)
    if labelled := _LABEL.search(folded, 0, _BEGINNING):
        return _titled(text, *labelled.span("title"))
    line_end = text.find("\n", len(text) - len(text.lstrip()))
    first = text[: line_end if line_end >= 0 else len(text)]
    is_heading = any(s.kind != "header" and s.start < len(first) for s in sections)
    if (
        line_end >= 0
        and 2 < len(first.strip()) <= _LONGEST
        and not is_heading
        and not first.rstrip().endswith((".", "!", "?", ":"))
    ):
        return _titled(text, 0, len(first))
    if phrase := _PHRASE.search(folded, 0, _BEGINNING):
        return _titled(text, *phrase.span("title"))
    return None


def find_occupation(title: Stated[str] | None, taxonomy: Taxonomy) -> str | None:
    """Return the id of the first occupation that ``title`` names; "Infirmier(ère) H/F" reads as "Infirmier"."""
    if title is None:
        return None
    finder = OccupationFinder(taxonomy)
    found = finder.find(title.value) or finder.find(_GENDERED.sub(" ", fold(title.value)))
    return found[0].value if found else None


def _titled(text: str, start: int, end: int) -> Stated[str]:
    found = stated("", text, start, end)
    return stated(found.evidence.text, text, start, end)
