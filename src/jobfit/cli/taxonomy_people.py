"""What somebody has and what is asked, from terms of a taxonomy and from files: a CV, a vacancy."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from jobfit.cli.taxonomy_terms import terms
from jobfit.errors import InputError
from jobfit.records import Candidate, Importance, Kind, Record, RequirementKind, Vacancy

if TYPE_CHECKING:
    from jobfit.taxonomy.gap import Asked, Held
    from jobfit.taxonomy.graph import TaxonomyGraph


def held_by(graph: TaxonomyGraph, texts: Sequence[str]) -> Held:
    """Return what a person has. Each text is a skill (evidenced), an occupation (it implies) or the file of a CV.

    Of a CV, the skills that it states are evidenced, and the occupations of its positions imply theirs.
    """
    from jobfit.taxonomy.gap import held

    skills, occupations = _split(graph, [text for text in texts if not Path(text).is_file()])
    for record in _read(graph, texts, Kind.CANDIDATE):
        if isinstance(record, Candidate):
            skills += [skill.value for skill in record.profile.skills]
            occupations += [position.occupation for position in record.profile.experiences if position.occupation]
    return held(graph, skills, occupations)


def asked_by(graph: TaxonomyGraph, texts: Sequence[str], nice: Sequence[str]) -> Asked:
    """Return what is asked. Each text is a skill, an occupation (all it needs) or the file of a vacancy.

    Of a vacancy, only the skills that it names count: those it insists on are essential, the others optional.
    """
    from jobfit.taxonomy.gap import asked

    skills, occupations = _split(graph, [text for text in texts if not Path(text).is_file()])
    optional = _split(graph, nice)[0]
    for record in _read(graph, texts, Kind.VACANCY):
        if isinstance(record, Vacancy):
            named = [r for r in record.profile.requirements if r.kind is RequirementKind.SKILL]
            skills += [r.value for r in named if r.importance is Importance.MUST]
            optional += [r.value for r in named if r.importance is not Importance.MUST]
    return asked(graph, skills, optional, occupations)


def _read(graph: TaxonomyGraph, texts: Sequence[str], kind: Kind) -> list[Record]:
    from jobfit.reading import read_records

    files = [text for text in texts if Path(text).is_file()]
    return [record for file in files for record in read_records(file, kind, guess=False, taxonomy=graph.taxonomy)]


def _split(graph: TaxonomyGraph, texts: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the ids of the skills and of the occupations among the terms."""
    from jobfit.taxonomy.lookup import kind_of

    ids: dict[str, list[str]] = {"skill": [], "occupation": []}
    for text, term in zip(texts, terms(graph, texts)):
        if kind_of(term) not in ids:
            raise InputError(f"{text!r} is a group; give skills and occupations")
        ids[kind_of(term)].append(term.id)
    return ids["skill"], ids["occupation"]
