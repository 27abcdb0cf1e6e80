"""The taxonomy's view of a text: the skills and occupations that its words name, in any language of the taxonomy."""

from __future__ import annotations

from functools import cache

from jobfit.structure.terms import OccupationFinder, SkillFinder
from jobfit.taxonomy.compact import load_compact


def concepts(text: str) -> list[str]:
    """Return what a text names, as ``skill:<id>`` and ``occupation:<id>``; empty where it names nothing.

    Two texts in two languages name the same concepts, so these ids are searched like terms
    (:class:`jobfit.retrieval.lexical.Bm25Index`). The compact taxonomy knows about 100 occupations and 500 skills.

    >>> concepts("Infirmière, soins palliatifs") == concepts("Nurse, palliative care")
    True
    """
    skills, occupations = _finders()
    return [
        *(f"skill:{skill.value}" for skill in skills.find(text)),
        *(f"occupation:{occupation.value}" for occupation in occupations.find(text)),
    ]


@cache
def _finders() -> tuple[SkillFinder, OccupationFinder]:
    taxonomy = load_compact()
    return SkillFinder(taxonomy), OccupationFinder(taxonomy)
