"""What someone has against what is asked: met, missing, and near.

A skill that a text states is *evidenced*; a skill that is only usual in an occupation somebody held is *implied*. The
two are never added up: every met skill says which of the two it is, and coverage is given for each.
"""

from __future__ import annotations

from collections.abc import Iterable, Set
from dataclasses import dataclass

from jobfit.taxonomy.graph import TaxonomyGraph

NEAR = 0.7


@dataclass(frozen=True, slots=True)
class Held:
    """The skills of a person. ``implied`` are those of the occupations held that are not ``evidenced``."""

    evidenced: frozenset[str]
    implied: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Asked:
    """The skills that a vacancy, or another person's profile, asks for; none is both."""

    essential: frozenset[str]
    optional: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Met:
    """An asked skill that is there. ``evidenced``: stated, not only implied by an occupation."""

    skill: str
    evidenced: bool


@dataclass(frozen=True, slots=True)
class Near:
    """A *missing* skill with a held one beside it in the hierarchy: ``credit`` is their closeness, no evidence."""

    skill: str
    held: str
    credit: float
    evidenced: bool


@dataclass(frozen=True, slots=True)
class Gap:
    """The result; the lists are ordered by how telling the skill is (:meth:`TaxonomyGraph.idf`), then by id.

    near:               for missing skills only, essential or optional; they stay missing.
    coverage:           of the essential skills, by evidenced ones alone; ``None`` where none is asked.
    coverage_implied:   the same with implied skills counted as if they were stated.
    coverage_hierarchy: the same as ``coverage`` with the credit of near evidenced skills added.
    """

    met_essential: tuple[Met, ...]
    met_optional: tuple[Met, ...]
    missing_essential: tuple[str, ...]
    missing_optional: tuple[str, ...]
    near: tuple[Near, ...]
    coverage: float | None
    coverage_implied: float | None
    coverage_hierarchy: float | None


def held(graph: TaxonomyGraph, skills: Iterable[str] = (), occupations: Iterable[str] = ()) -> Held:
    """Return what a person has: ``skills`` are evidenced; the essential ones of ``occupations`` are implied."""
    evidenced = frozenset(graph.term(id_).id for id_ in skills)
    implied = frozenset(skill for id_ in occupations for skill in graph.skills_of(id_).essential)
    return Held(evidenced, implied - evidenced)


def asked(
    graph: TaxonomyGraph, skills: Iterable[str] = (), nice: Iterable[str] = (), occupations: Iterable[str] = ()
) -> Asked:
    """Return what is asked: ``skills`` and the essential ones of ``occupations``; ``nice`` and their optional ones."""
    needs = [graph.skills_of(id_) for id_ in occupations]
    essential = {graph.term(id_).id for id_ in skills} | {skill for need in needs for skill in need.essential}
    optional = {graph.term(id_).id for id_ in nice} | {skill for need in needs for skill in need.optional}
    return Asked(frozenset(essential), frozenset(optional - essential))


def gap(graph: TaxonomyGraph, has: Held, wants: Asked, near: float = NEAR) -> Gap:
    """Compare what someone ``has`` with what somebody ``wants``.

    A missing skill is *near* where the closest held skill (:meth:`TaxonomyGraph.closeness`; evidenced before implied,
    then the smaller id) reaches ``near``. Nothing held: everything is missing.

    >>> from jobfit.taxonomy.compact import load_compact
    >>> graph = TaxonomyGraph(load_compact())
    >>> gap(graph, held(graph, ["sql"]), asked(graph, ["sql"], nice=["java"])).missing_optional
    ('java',)
    """
    essential, optional = (
        sorted(skills, key=lambda skill: (-graph.idf(skill), skill)) for skills in (wants.essential, wants.optional)
    )
    there = has.evidenced | has.implied
    missing = [skill for skill in (*essential, *optional) if skill not in there]
    credits = {item.skill: item.credit for s in missing if (item := _nearest(graph, s, Held(has.evidenced), near))}
    return Gap(
        tuple(Met(skill, skill in has.evidenced) for skill in essential if skill in there),
        tuple(Met(skill, skill in has.evidenced) for skill in optional if skill in there),
        tuple(skill for skill in essential if skill not in there),
        tuple(skill for skill in optional if skill not in there),
        tuple(item for skill in missing if (item := _nearest(graph, skill, has, near))),
        coverage(graph, dict.fromkeys(has.evidenced, 1.0), wants.essential),
        coverage(graph, dict.fromkeys(there, 1.0), wants.essential),
        coverage(graph, credits | dict.fromkeys(has.evidenced, 1.0), wants.essential),
    )


def coverage(graph: TaxonomyGraph, credit: dict[str, float], essential: Set[str]) -> float | None:
    """Return the share of the ``essential`` skills that is met, each weighing its IDF.

    ``sum of idf(s) credit(s) / sum of idf(s)`` over the essential skills, ``credit`` 1 for a skill that is there, 0 for
    one that is not named: the IDF-weighted essential-skill coverage that the talent pool is ranked by. ``None`` where
    nothing is essential.
    """
    weights = {skill: graph.idf(skill) for skill in sorted(essential)}
    if not weights:
        return None
    return sum(weight * credit.get(skill, 0.0) for skill, weight in weights.items()) / sum(weights.values())


def _nearest(graph: TaxonomyGraph, skill: str, has: Held, least: float) -> Near | None:
    closest = (Near(skill, s, graph.closeness(skill, s), s in has.evidenced) for s in has.evidenced | has.implied)
    close = (one for one in closest if one.credit >= least)
    return min(close, key=lambda one: (-one.credit, not one.evidenced, one.held), default=None)
