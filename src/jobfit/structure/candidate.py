"""CV text to CandidateProfile: one function per field, each in its own module."""

from __future__ import annotations

import re
from datetime import date

from jobfit.records import CandidateProfile, Kind, Section, Stated
from jobfit.structure.conditions import read_wished_conditions, read_wished_locations
from jobfit.structure.education import highest_level
from jobfit.structure.experience import read_experiences, read_total
from jobfit.structure.identity import read_name, read_title
from jobfit.structure.languages import find_languages
from jobfit.structure.licences import find_licences
from jobfit.structure.places import find_location, normalise_place
from jobfit.structure.sections import split_sections
from jobfit.structure.spans import stated
from jobfit.structure.terms import OccupationFinder, SkillFinder
from jobfit.taxonomy.model import Taxonomy

# "I have no experience with X", "would like to learn X": X is not a skill of this person.
_NOT_YET = re.compile(
    r"\b(?:(?:don['’]t|do not) (?:yet )?have (?:any |much )?(?:experience|knowledge)|no (?:experience|"
    r"knowledge) (?:with|of|in)|"
    r"(?:would like|want|wish|plan(?:ning)?|eager|hope) to (?:learn|develop skills)|sans (?:expérience|connaissance)|"
    r"(?:don['’]t|do not) want to work with|(?:souhaite|voudrais|aimerais) apprendre)\b[^.!?]{0,200}",
    re.IGNORECASE,
)

_ELSEWHERE = frozenset(
    {"experience", "education", "projects", "certifications", "volunteering", "references", "publications"}
)


def read_candidate_profile(
    text: str, language: str | None, today: date, taxonomy: Taxonomy | None = None
) -> CandidateProfile:
    """Return what the CV ``text`` states; what it does not state is ``None`` or empty.

    ``language`` ("en", "fr" or ``None``) is a hint: both languages are always read. A position still held ends at
    ``today``. Without a ``taxonomy`` there are no skills, and titles have no occupation. For every value,
    ``text[evidence.start:evidence.end] == evidence.text``.

    >>> profile = read_candidate_profile("Ann Lee\\nNurse\\nLanguages: French (B2)", "en", date(2024, 5, 1))
    >>> profile.title.value, profile.languages[0].value.code, profile.experience
    ('Nurse', 'fr', None)
    """
    sections = split_sections(text, language, Kind.CANDIDATE)
    skills = SkillFinder(taxonomy) if taxonomy else None
    occupations = OccupationFinder(taxonomy) if taxonomy else None
    experiences = read_experiences(text, sections, today, occupations)
    location = _location(text, sections, language)
    name = read_name(text, sections, skills)
    if name and location and normalise_place(name.value) == location.value:
        name = None  # a town alone in a line looks like a name
    return CandidateProfile(
        name=name,
        title=read_title(text, sections, name, occupations),
        sections=sections,
        experiences=experiences,
        experience=read_total(text, sections, experiences),
        education=highest_level(text, sections),
        skills=_skills(text, sections, skills),
        languages=find_languages(text, language),
        licences=find_licences(text),
        location=location,
        wished_locations=read_wished_locations(text),
        conditions=read_wished_conditions(text, sections),
    )


def _location(text: str, sections: tuple[Section, ...], language: str | None) -> Stated[str] | None:
    """Return where the person lives: the places of schools and employers are not looked at."""
    return find_location(_without(text, sections, _ELSEWHERE), language)


def _without(text: str, sections: tuple[Section, ...], kinds: frozenset[str]) -> str:
    """Return ``text`` with line breaks in place of the sections of ``kinds``; every other character stays."""
    kept = list(text)
    for section in sections:
        if section.kind in kinds:
            kept[section.start : section.end] = "\n" * (section.end - section.start)
    return "".join(kept)


def _skills(text: str, sections: tuple[Section, ...], finder: SkillFinder | None) -> tuple[Stated[str], ...]:
    """Return the skills that the text claims; "cooking" and "photography" among the hobbies are none."""
    if finder is None:
        return ()
    claimed = _NOT_YET.sub(lambda match: " " * len(match.group()), text)
    found = finder.find(_without(claimed, sections, frozenset({"interests"})))
    return tuple(stated(item.value, text, item.evidence.start, item.evidence.end) for item in found)
