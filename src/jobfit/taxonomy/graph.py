"""TaxonomyGraph: questions about the links of a taxonomy, in both directions; and a term by what a person types.

Two relations, never mixed: what an occupation *needs* (its essential and optional skills) and what is *broader* than a
term (a directed graph without cycles; a term may have several broader ones).
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from jobfit.errors import InputError, UnknownIdError
from jobfit.taxonomy.model import Group, Occupation, Skill, Taxonomy

ESSENTIAL_WEIGHT, OPTIONAL_WEIGHT = 1.0, 0.5
_SHOWN = 5
_NOT = 5
Term = Skill | Occupation | Group


@dataclass(frozen=True, slots=True)
class Needs:
    """Ids of one direction of the needs relation: what is needed, or what needs it."""

    essential: tuple[str, ...]
    optional: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Distance:
    """The shortest way between two terms through one that is broader than both: ``steps`` edges, up to ``via``."""

    steps: int
    via: str


class TaxonomyGraph:
    """A taxonomy with its links inverted. Building it costs nothing; what a question needs is kept.

    >>> from jobfit.taxonomy.compact import load_compact
    >>> graph = TaxonomyGraph(load_compact())
    >>> "cooking" in graph.skills_of("cook").essential, "cook" in graph.occupations_of("cooking").essential
    (True, True)
    """

    def __init__(self, taxonomy: Taxonomy) -> None:
        self.taxonomy = taxonomy
        self._up: dict[str, dict[str, int]] = {}

    def term(self, id_: str) -> Term:
        taxonomy = self.taxonomy
        term = taxonomy.skills.get(id_) or taxonomy.occupations.get(id_) or taxonomy.groups.get(id_)
        if term is None:
            raise UnknownIdError(
                f"taxonomy {taxonomy.version} has no term {id_!r}; list them with: jobfit taxonomy show"
            )
        return term

    def skills_of(self, id_: str) -> Needs:
        """Return the skills that an occupation (or a skill) needs, in the order of the source."""
        term = self.term(id_)
        if isinstance(term, Group):
            raise UnknownIdError(f"{id_!r} is a group; only occupations and skills need skills")
        return Needs(term.essential, term.optional)

    def occupations_of(self, skill: str) -> Needs:
        """Return the occupations for which ``skill`` is essential, and optional; empty where no occupation names it."""
        if skill not in self.taxonomy.skills:
            raise UnknownIdError(f"taxonomy {self.taxonomy.version} has no skill {skill!r}")
        essential, optional = self._users
        return Needs(tuple(essential.get(skill, ())), tuple(optional.get(skill, ())))

    @cached_property
    def _users(self) -> tuple[Mapping[str, list[str]], Mapping[str, list[str]]]:
        occupations = self.taxonomy.occupations.values()
        return _inverted((o.id, o.essential) for o in occupations), _inverted((o.id, o.optional) for o in occupations)

    @cached_property
    def _below(self) -> Mapping[str, list[str]]:
        return _inverted((term.id, term.broader) for term in self.taxonomy.terms())

    def narrower(self, id_: str) -> tuple[str, ...]:
        """Return the ids directly below a term: skills, then occupations, then groups; empty for a leaf."""
        return tuple(self._below.get(self.term(id_).id, ()))

    def above(self, id_: str) -> Mapping[str, int]:
        """Return every broader term, with the fewest steps to it; the term itself at 0."""
        if id_ not in self._up:
            known = {self.term(id_).id: 0}
            queue = deque(known)
            while queue:
                here = queue.popleft()
                for broader in self.term(here).broader:
                    if broader not in known:
                        known[broader] = known[here] + 1
                        queue.append(broader)
            self._up[id_] = known
        return self._up[id_]

    def depth(self, id_: str) -> int:
        """Return the fewest steps from a term up to one that nothing is broader than; 0 for such a root."""
        return min(steps for broader, steps in self.above(id_).items() if not self.term(broader).broader)

    def distance(self, a: str, b: str) -> Distance | None:
        """Return the shortest path from ``a`` up to a common broader term and down to ``b``.

        ``steps = min over c of up(a, c) + up(b, c)``, with ``up`` the fewest broader edges and ``c`` any term at or
        above both: the path length of Rada et al. (1989, "Development and application of a metric on semantic nets"),
        taken through one common ancestor, because a detour through a *narrower* term with several parents says nothing
        about the two. Equal steps: the ancestor that lies deeper, then the smaller id. 0 steps for the same term;
        ``None`` where nothing is above both (ESCO's pillars have several roots; most compact skills stand alone).
        """
        up_a, up_b = self.above(a), self.above(b)
        common = up_a.keys() & up_b.keys()
        if not common:
            return None
        best = min(common, key=lambda c: (up_a[c] + up_b[c], -self.depth(c), c))
        return Distance(up_a[best] + up_b[best], best)

    def closeness(self, a: str, b: str) -> float:
        """Return how close two terms lie in the hierarchy, from 0 (nothing but a root in common) to 1 (the same term).

        ``max over c of 2 d(c) / (up(a, c) + up(b, c) + 2 d(c))``, with ``d`` the :meth:`depth` of a common broader
        term: Wu and Palmer (1994, "Verb semantics and lexical selection"), the best over the common ancestors because
        terms have several parents.
        """
        if a == b:
            return 1.0
        up_a, up_b = self.above(a), self.above(b)
        common = ((2 * self.depth(c), up_a[c] + up_b[c]) for c in up_a.keys() & up_b.keys())
        return max((twice / (steps + twice) for twice, steps in common), default=0.0)

    def similarity(self, a: str, b: str) -> float | None:
        """Return the cosine of two occupations' skills, or of the occupations that use two skills.

        Salton's cosine ``a . b / (|a| |b|)``, essential weighing 1 and optional 0.5; from 0 (nothing shared) to 1.
        ``None`` where either has no links at all, or for a skill and an occupation.
        """
        one, other = self._weights(a), self._weights(b)
        if not one or not other or (a in self.taxonomy.skills) != (b in self.taxonomy.skills):
            return None
        dot = sum(weight * other.get(id_, 0.0) for id_, weight in one.items())
        a_square, b_square = (sum(weight * weight for weight in side.values()) for side in (one, other))
        return min(1.0, dot / math.sqrt(a_square * b_square))

    def _weights(self, id_: str) -> dict[str, float]:
        needs = self.occupations_of(id_) if id_ in self.taxonomy.skills else self.skills_of(id_)
        return dict.fromkeys(needs.optional, OPTIONAL_WEIGHT) | dict.fromkeys(needs.essential, ESSENTIAL_WEIGHT)

    def idf(self, skill: str) -> float:
        """Return how telling a skill is: ``ln((1 + N) / (1 + n)) + 1``.

        N is the number of occupations, n of those for which it is essential: the smoothed inverse document frequency of
        Spärck Jones (1972) in the form that scikit-learn uses. Never below 1, so no skill counts for nothing.
        """
        n = len(self.occupations_of(skill).essential)
        return math.log((1 + len(self.taxonomy.occupations)) / (1 + n)) + 1.0


def _inverted(links: Iterable[tuple[str, Iterable[str]]]) -> Mapping[str, list[str]]:
    sources: dict[str, list[str]] = {}
    for source, targets in links:
        for target in targets:
            sources.setdefault(target, []).append(source)
    return sources


def find_term(taxonomy: Taxonomy, text: str) -> Term:
    """Return the term with this id, else this ESCO or group code, else this label in any language (case aside).

    A preferred label goes before an alternative one, and that before a hidden one.

    Raises:
        UnknownIdError: nothing has this name; the message gives labels that contain it.
        InputError: several terms share it; the message gives their ids.
    """
    wanted = " ".join(text.split()).casefold()
    tiers: dict[int, list[Term]] = {}
    for term in taxonomy.terms():
        tiers.setdefault(_tier(term, text, wanted), []).append(term)
    tiers.pop(_NOT, None)
    best = tiers[min(tiers)] if tiers else []
    if len(best) == 1:
        return best[0]
    if best:
        ids = ", ".join(f"{term.id} ({kind_of(term)} {term.label()!r})" for term in best[:_SHOWN])
        raise InputError(f"{text!r} names {len(best)} terms of {taxonomy.version}; give an id: {ids}")
    labels = {label for term in taxonomy.terms() for some in term.labels.values() for label in some}
    like = sorted((label for label in labels if wanted and wanted in label.casefold()), key=lambda x: (len(x), x))
    hint = (
        f"labels that contain it: {', '.join(like[:_SHOWN])}" if like else "labels are matched whole, in any language"
    )
    raise UnknownIdError(f"{taxonomy.version} has no term {text!r}; {hint}")


def kind_of(term: Term) -> str:
    return "skill" if isinstance(term, Skill) else "occupation" if isinstance(term, Occupation) else "group"


def _tier(term: Term, text: str, wanted: str) -> int:
    """Return how a term has this name: 0 id, 1 code, 2 preferred, 3 alternative, 4 hidden label; 5: not at all."""
    if term.id == text:
        return 0
    if not isinstance(term, Skill) and term.code and term.code.casefold() == wanted:
        return 1
    if any(labels[0].casefold() == wanted for labels in term.labels.values()):
        return 2
    if any(label.casefold() == wanted for labels in term.labels.values() for label in labels):
        return 3
    hidden = {} if isinstance(term, Group) else term.hidden
    return 4 if any(label.casefold() == wanted for labels in hidden.values() for label in labels) else _NOT
