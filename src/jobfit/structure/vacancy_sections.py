"""The sections of a vacancy: the headings that any text has, and those that only stand inside a paragraph."""

from __future__ import annotations

import re

from jobfit.records import Kind, Section
from jobfit.structure.sections import split_sections

# Headings with words around the known phrase, or without a colon; capitals keep them apart from prose.
_PHRASES = {
    "nice_to_have": r"Nice[ -][Tt]o[ -][Hh]aves?(?=\s*[-:\n]| [A-Z])|Optional \([Nn]ot [Rr]equired\):?|"
    r"(?:Additional|Other|Desired|Preferred|Optional)(?: [A-Z]\w{1,20}){1,3}(?: \([^()\n]{1,30}\))?:|"
    r"Preferred Qualifications|"
    r"(?:Les |Vos )?[Pp]etits? plus(?=\s*[:\n])|(?:Les )?[Pp]lus appr[ée]ci[ée]s(?=\s*[:\n])|"
    r"Bonus [Pp]oints(?: [Ii]f)?:?",
    "requirements": r"Minimum Required Skills:?|(?:Basic|Minimum|Required) (?:Qualifications|"
    r"Skills(?: and Competencies)?|Experience):|"
    r"What [Yy]ou(?:'ll| [Ww]ill)? [Nn]eed(?: (?:for this [Pp]osition|to [A-Z]\w{2,12}))?(?=\s*[-:\n]| [A-Z])|"
    r"(?:MUST|Must)[ -](?:HAVE|[Hh]ave)s?(?=\s*(?:[-:\n]))|Skills [Rr]equired(?: for (?:the|this) [Pp]osition)?:|"
    r"Profil (?:recherch[ée]|souhait[ée]|attendu)(?=\s*[:\n]| [A-Z])|(?:Votre|Le) [Pp]rofil ?[:\n]",
    "responsibilities": r"What [Yy]ou(?:'ll| [Ww]ill) (?:[Bb]e [Dd]oing|[Dd]o)(?=\s*[-:\n]| [A-Z])|(?:Vos|Les|"
    r"Tes) [Mm]issions(?=\s*[:\n]| [A-Z])|"
    r"Detailed Info:|Essential Duties and Responsibilities:",
    "offer": r"What's [Ii]n [Ii]t for [Yy]ou|Top Reasons to Work with Us|(?:Nous (?:vous )?offrons|"
    r"Ce que nous (?:offrons|proposons)) ?[:\n]",
    "company": r"About (?:[A-Z][\w&.'-]{0,20} ?){1,5}:|Companies and Partners",
    "description": r"Job Description:|Department:",
    "application": r"Your Right to Work|Applicants must be|is (?:proud to be )?an Equal Opportunity|"
    r"Looking forward to receiving",
}
_PATTERN = re.compile("|".join(rf"(?P<{kind}>(?<![\w-])(?:{phrase}))" for kind, phrase in _PHRASES.items()))


def vacancy_sections(text: str, language: str | None) -> tuple[Section, ...]:
    """Return the sections of a vacancy as :func:`jobfit.structure.sections.split_sections` does, with more headings."""
    general = [(s.start, s.body, s.kind, False) for s in split_sections(text, language, Kind.VACANCY)]
    own = [(m.start(), m.end(), str(m.lastgroup), True) for m in _PATTERN.finditer(text)]
    kept: list[tuple[int, int, str, bool]] = []
    for cut in sorted([*general, *own], key=lambda c: (c[0], not c[3])):
        if kept and cut[0] < kept[-1][1]:  # where two overlap, the heading of this module prevails
            if not cut[3] or kept[-1][3]:
                continue
            kept.pop()
        kept.append(cut)
    if kept and text[: kept[0][0]].strip():
        kept.insert(0, (0, 0, "header", False))
    ends = [cut[0] for cut in kept[1:]] + [len(text)]
    return tuple(
        Section(kind, start, min(body, end), end) for (start, body, kind, _), end in zip(kept, ends) if end > start
    )
