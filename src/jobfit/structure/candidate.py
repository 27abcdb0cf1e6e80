"""CV text to CandidateProfile: one function per field, each in its own module."""

from __future__ import annotations

import re
from datetime import date

from jobfit.lexicon import Lexicon, built
from jobfit.records import CandidateProfile, Kind, Stated
from jobfit.structure.availability import find_notice
from jobfit.structure.conditions import read_wished_conditions, read_wished_locations
from jobfit.structure.education import highest_level
from jobfit.structure.experience import read_experiences, read_total
from jobfit.structure.identity import read_name, read_title
from jobfit.structure.languages import find_languages
from jobfit.structure.licences import find_licences
from jobfit.structure.pay import find_wished_salary
from jobfit.structure.places import find_location, normalise_place
from jobfit.structure.spans import stated
from jobfit.structure.terms import OccupationFinder, SkillFinder
from jobfit.structure.text import ReadText
from jobfit.structure.titles import Titles
from jobfit.taxonomy.model import Taxonomy

# The places of schools and employers are not where the person lives.
_ELSEWHERE = frozenset(
    {"experience", "education", "projects", "certifications", "volunteering", "references", "publications"}
)

_PAST = frozenset({"experience", "education", "projects"})


@built
def _not_yet(lexicon: Lexicon) -> re.Pattern[str]:
    """ "I have no experience with X", "would like to learn X": X is not a skill of this person."""
    return re.compile(rf"\b(?:{lexicon.union('skills', 'not_yet')})\b[^.!?]{{0,200}}", re.IGNORECASE)


def read_candidate_profile(text: str | ReadText, today: date, taxonomy: Taxonomy | None = None) -> CandidateProfile:
    """Return what the CV ``text`` states; what it does not state is ``None`` or empty.

    A position still held ends at ``today``. Without a ``taxonomy`` there are no skills, and titles have no occupation.
    For every value, ``text[evidence.start:evidence.end] == evidence.text``.
    """
    read = text if isinstance(text, ReadText) else ReadText(text, Kind.CANDIDATE)
    skills = SkillFinder(taxonomy) if taxonomy else None
    titles = Titles(read, OccupationFinder(taxonomy) if taxonomy else None)
    experiences = read_experiences(titles, today)
    location = find_location(read.without(_ELSEWHERE))
    name = read_name(read, skills)
    if name and location and normalise_place(name.value) == location.value:
        name = None  # a town alone in a line looks like a name
    return CandidateProfile(
        name=name,
        title=read_title(titles, name),
        sections=read.sections,
        experiences=experiences,
        experience=read_total(read, experiences),
        education=highest_level(read),
        skills=_skills(read, skills),
        languages=find_languages(read),
        licences=find_licences(read),
        location=location,
        wished_locations=read_wished_locations(read),
        conditions=read_wished_conditions(read),
        salary=find_wished_salary(read),
        notice=find_notice(read.without(_PAST)),
    )


def _skills(read: ReadText, finder: SkillFinder | None) -> tuple[Stated[str], ...]:
    """Return the skills that the text claims; "cooking" and "photography" among the hobbies are none."""
    if finder is None:
        return ()
    claimed = read.without(frozenset({"interests"}))
    denials = [match.span() for match in _not_yet().finditer(read.text)]
    if denials:
        text, folded = claimed.text, claimed.folded
        for start, end in denials:
            blank = " " * (end - start)
            text, folded = text[:start] + blank + text[end:], folded[:start] + blank + folded[end:]
        claimed = ReadText(text, read.kind, folded)
    return tuple(stated(item.value, read.text, item.evidence.start, item.evidence.end) for item in finder.find(claimed))
