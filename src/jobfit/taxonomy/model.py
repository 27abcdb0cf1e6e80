"""Skill, Occupation, Group and Taxonomy: frozen, checked when built, the same for every source."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from jobfit.errors import InputError

Labels = Mapping[str, tuple[str, ...]]
FIELD, TASK = "field", "task"


@dataclass(frozen=True, slots=True)
class _Term:
    """What skills, occupations and groups share.

    ``labels[language]`` starts with the preferred label; a language may be missing, but at least one is there.
    """

    id: str
    labels: Labels

    def label(self, language: str = "en") -> str:
        """Return the preferred label in ``language``, else in English, else in the first language that there is."""
        labels = self.labels.get(language) or self.labels.get("en") or next(filter(None, self.labels.values()))
        return labels[0]


@dataclass(frozen=True, slots=True)
class Skill(_Term):
    """A skill, tool or field of knowledge.

    transversal:         of any occupation, such as teamwork. A CV that does not name it says nothing about it, so a
                         vacancy that asks for it never insists. In ESCO: a member of the transversal collection.
    kind:                ESCO's skill type, ``skill/competence`` or ``knowledge``; empty where it is not known. Or
                         ``field`` (:data:`FIELD`): a wide name, a skill where a text asks for it or lists it; ``task``
                         (:data:`TASK`): the same, but in a CV a skill wherever it stands.
    reuse:               ESCO's reuse level: ``transversal``, ``cross-sector``, ``sector-specific`` or
                         ``occupation-specific``; empty where it is not known.
    hidden:              labels for finding only, never shown: misspellings, outdated and very short names.
    broader:             ids of the skills and groups directly above it; several are usual.
    essential, optional: ids of the skills that this skill itself needs or often uses (ESCO's skill–skill relations).
    """

    transversal: bool = False
    kind: str = ""
    reuse: str = ""
    description: str = ""
    hidden: Labels = field(default_factory=dict)
    broader: tuple[str, ...] = ()
    essential: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Occupation(_Term):
    """An occupation, its names, and the ids of the skills it needs (``essential``) or often uses (``optional``).

    sector:  a name in the compact taxonomy; in ESCO the two digits of the ISCO-08 sub-major group, such as ``25``.
    code:    ESCO's code, such as ``2654.1.7``; ``isco``: the four digits of the ISCO-08 unit group it belongs to.
    broader: ids of the occupations and ISCO groups directly above it.
    """

    sector: str
    essential: tuple[str, ...]
    optional: tuple[str, ...]
    code: str = ""
    isco: str = ""
    description: str = ""
    hidden: Labels = field(default_factory=dict)
    broader: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Group(_Term):
    """A node of a hierarchy that is neither a skill nor an occupation. ``kind``: ``isco`` or ``skill``."""

    kind: str
    code: str = ""
    description: str = ""
    broader: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Taxonomy:
    """Skills, occupations and groups by id. ``version`` names the data, e.g. ``jobfit-compact-3``.

    ``broader`` makes two directed graphs without cycles (whoever reads them from a source checks that): skills below
    skills and skill groups, occupations below occupations and ISCO groups. ``implies``: whoever has a skill has those
    above it, as in the compact taxonomy; in ESCO "transfer wax" lies below "pump wax".

    Raises:
        InputError: a term has no label, or a link leads to a term that does not exist.
    """

    version: str
    skills: Mapping[str, Skill]
    occupations: Mapping[str, Occupation]
    groups: Mapping[str, Group] = field(default_factory=dict)
    implies: bool = field(default=False, kw_only=True)

    def __post_init__(self) -> None:
        above = self.skills.keys() | self.occupations.keys() | self.groups.keys()
        for term in self.terms():
            if not any(term.labels.values()):
                raise InputError(f"taxonomy {self.version}: {term.id!r} has no label")
            for skill in () if isinstance(term, Group) else (*term.essential, *term.optional):
                if skill not in self.skills:
                    raise InputError(f"taxonomy {self.version}: {term.id!r} needs the unknown skill {skill!r}")
            if not above.issuperset(term.broader):
                unknown = min(set(term.broader) - above)
                raise InputError(f"taxonomy {self.version}: {term.id!r} is below the unknown {unknown!r}")

    def terms(self) -> Iterator[Skill | Occupation | Group]:
        yield from self.skills.values()
        yield from self.occupations.values()
        yield from self.groups.values()


def labels_by_rank(terms: Collection[Skill | Occupation]) -> Iterator[tuple[str, str]]:
    """Yield (label, id): all preferred labels, then the alternative ones, then the hidden ones.

    Whoever lets the first claim to a label win reads a label that is one term's first name and another's second one as
    the first term.
    """
    yield from ((labels[0], term.id) for term in terms for labels in term.labels.values() if labels)
    yield from ((label, term.id) for term in terms for labels in term.labels.values() for label in labels[1:])
    yield from ((label, term.id) for term in terms for labels in term.hidden.values() for label in labels)
