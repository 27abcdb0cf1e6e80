"""Skill, Occupation and Taxonomy: frozen, checked when built, the same for every source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from jobfit.errors import InputError


@dataclass(frozen=True, slots=True)
class Skill:
    """A skill, tool or field of knowledge. ``labels[language]`` starts with the preferred label.

    ``transversal``: of any occupation, such as teamwork. A CV that does not name it says nothing about it, so a vacancy
    that asks for it never insists.
    """

    id: str
    labels: Mapping[str, tuple[str, ...]]
    transversal: bool = False

    def label(self, language: str = "en") -> str:
        """Return the preferred label in ``language``, or in English where there is none."""
        return (self.labels.get(language) or self.labels["en"])[0]


@dataclass(frozen=True, slots=True)
class Occupation:
    """An occupation, its names, and the ids of the skills it needs (``essential``) or often uses (``optional``)."""

    id: str
    labels: Mapping[str, tuple[str, ...]]
    sector: str
    essential: tuple[str, ...]
    optional: tuple[str, ...]

    def label(self, language: str = "en") -> str:
        """Return the preferred label in ``language``, or in English where there is none."""
        return (self.labels.get(language) or self.labels["en"])[0]


@dataclass(frozen=True, slots=True)
class Taxonomy:
    """Skills and occupations by id. ``version`` names the data, e.g. ``jobfit-compact-1``.

    Raises:
        InputError: an occupation names a skill that does not exist, or has no English label.
    """

    version: str
    skills: Mapping[str, Skill]
    occupations: Mapping[str, Occupation]

    def __post_init__(self) -> None:
        """Check labels and links."""
        terms: tuple[Skill | Occupation, ...] = (*self.skills.values(), *self.occupations.values())
        for term in terms:
            if not term.labels.get("en"):
                raise InputError(f"taxonomy {self.version}: {term.id!r} has no English label")
        for occupation in self.occupations.values():
            for skill in (*occupation.essential, *occupation.optional):
                if skill not in self.skills:
                    raise InputError(f"taxonomy {self.version}: {occupation.id!r} needs the unknown skill {skill!r}")
