"""What a vacancy states: its title, place and conditions, and what it requires, each with its quote.

A requirement is a *must* only where the text insists: by its words ("required", "exigé") or by its section
("Requirements", "Profil recherché"). What is only mentioned is *nice*: a wrong must-have can leave a person out.
"""

from __future__ import annotations

from jobfit.records import Requirement, VacancyProfile
from jobfit.structure.asked import Asked, find_requirements
from jobfit.structure.conditions import find_conditions
from jobfit.structure.places import find_location
from jobfit.structure.vacancy_sections import vacancy_sections
from jobfit.structure.vacancy_titles import find_occupation, find_title
from jobfit.taxonomy.model import Taxonomy


def read_vacancy_profile(text: str, language: str | None, taxonomy: Taxonomy | None = None) -> VacancyProfile:
    """Return what ``text`` states; every quote stands in ``text``, and what is not stated is ``None`` or empty.

    ``language`` ("en", "fr" or unknown) chooses the labels of skills; both languages are read. ``taxonomy`` names
    skills and occupations: the compact one by default. There is one requirement for each (kind, value), in the order
    of the text.
    """
    if taxonomy is None:
        from jobfit.taxonomy.compact import load_compact

        taxonomy = load_compact()
    sections = vacancy_sections(text, language)
    title = find_title(text, sections)
    return VacancyProfile(
        title=title,
        sections=sections,
        occupation=find_occupation(title, taxonomy),
        location=find_location(text, language),
        conditions=find_conditions(text),
        requirements=_one_each(find_requirements(text, language, sections, taxonomy)),
    )


def _one_each(found: list[Asked]) -> tuple[Requirement, ...]:
    """Keep one requirement for each id: the firmest, of those the lowest minimum, of those the first."""
    best: dict[str, Asked] = {}
    for asked in sorted(found, key=lambda a: _start(a.requirement)):
        known = best.get(asked.requirement.id)
        if known is None or _order(asked) < _order(known):
            best[asked.requirement.id] = asked
    return tuple(sorted((asked.requirement for asked in best.values()), key=_start))


def _order(asked: Asked) -> tuple[int, int]:
    return asked.rank, asked.requirement.minimum or 0


def _start(requirement: Requirement) -> int:
    return requirement.evidence.start if requirement.evidence else 0
