"""The skill gap of one person: each skill asked is stated in the CV, only implied by an occupation, or not found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from jobfit.policy.ledger import check
from jobfit.records import Candidate, Evidence, Experience, Importance, Requirement, RequirementKind
from jobfit.shortlist import LedgerLine, Status
from jobfit.taxonomy.gap import coverage
from jobfit.taxonomy.graph import TaxonomyGraph


@dataclass(frozen=True, slots=True)
class SkillLine:
    """One asked skill held against one CV.

    ``line`` is that of the ledger: *met* and *missing* have their quote, and silence is *unknown*. An unknown skill may
    be usual in an occupation that the person held: then ``occupation`` is its name and ``position`` the quote that
    states it. That is no evidence of the skill.
    """

    line: LedgerLine
    occupation: str | None = None
    position: Evidence | None = None


@dataclass(frozen=True, slots=True)
class SkillGap:
    """Every skill asked, in one of three lists, each in the order of how telling the skill is.

    met:               stated in the CV (*met*), or only implied by an occupation.
    missing_essential: essential ones that are neither; *missing* where the CV denies it, else just not found.
    missing_optional:  the same of the optional ones.
    coverage:          share of the essential skills that the CV states, weighted by IDF; ``None``: none is essential.
    coverage_implied:  the same with implied ones counted as if they were stated.
    """

    met: tuple[SkillLine, ...]
    missing_essential: tuple[SkillLine, ...]
    missing_optional: tuple[SkillLine, ...]
    coverage: float | None
    coverage_implied: float | None


def asked_skills(requirements: Iterable[Requirement], graph: TaxonomyGraph) -> tuple[Requirement, ...]:
    """Return the skills among the requirements, essential ones first, then the most telling, then by id."""
    skills = [r for r in requirements if r.kind is RequirementKind.SKILL]
    known = graph.taxonomy.skills

    def rank(r: Requirement) -> tuple[bool, float, str]:
        return r.importance is not Importance.MUST, -graph.idf(r.value) if r.value in known else 0.0, r.id

    return tuple(sorted(skills, key=rank))


def essential_ids(asked: Iterable[Requirement], graph: TaxonomyGraph) -> frozenset[str]:
    """Return the essential skills that the taxonomy knows: those that coverage can weigh."""
    known = graph.taxonomy.skills
    return frozenset(r.value for r in asked if r.importance is Importance.MUST and r.value in known)


def skill_gap(
    asked: Sequence[Requirement], candidate: Candidate, graph: TaxonomyGraph, today: date | None = None
) -> SkillGap:
    """Return the gap between the ``asked`` skills (:func:`asked_skills`) and what a CV states.

    Nothing asked gives three empty lists and no coverage.
    """
    positions = _usual(candidate, graph)
    lines = [_line(check(r, candidate.profile, candidate.text, today), positions, graph) for r in asked]
    shown = {id(line) for line in lines if line.line.status is Status.MET or line.occupation}
    missing = [line for line in lines if id(line) not in shown]
    essential = essential_ids(asked, graph)
    stated = {line.line.requirement.value: 1.0 for line in lines if line.line.status is Status.MET}
    implied = {line.line.requirement.value: 1.0 for line in lines if id(line) in shown}
    return SkillGap(
        tuple(line for line in lines if id(line) in shown),
        tuple(line for line in missing if line.line.requirement.importance is Importance.MUST),
        tuple(line for line in missing if line.line.requirement.importance is not Importance.MUST),
        coverage(graph, stated, essential),
        coverage(graph, implied, essential),
    )


def _usual(candidate: Candidate, graph: TaxonomyGraph) -> Mapping[str, Experience]:
    """Return the skills essential in an occupation held, each with the first position that is of one."""
    usual: dict[str, Experience] = {}
    for position in candidate.profile.experiences:
        if position.title and position.occupation and position.occupation in graph.taxonomy.occupations:
            for skill in graph.skills_of(position.occupation).essential:
                usual.setdefault(skill, position)
    return usual


def _line(line: LedgerLine, usual: Mapping[str, Experience], graph: TaxonomyGraph) -> SkillLine:
    """An unknown one with a quote is a skill that the person wants or is learning: no occupation implies it."""
    position = usual.get(line.requirement.value)
    if line.status is not Status.UNKNOWN or line.evidence is not None or position is None or position.title is None:
        return SkillLine(line)
    return SkillLine(line, graph.term(str(position.occupation)).label(), position.title.evidence)
