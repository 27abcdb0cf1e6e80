"""Everything that is compared of decisions, rankings or shortlists, for each attribute of a file of groups."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from jobfit.audit.by_group import (
    GAPS,
    MERIT_RATES,
    RANKING_GAPS,
    RANKING_RATES,
    RATES,
    SHORTLIST_GAPS,
    SHORTLIST_RATES,
    ByGroup,
    by_group,
)
from jobfit.audit.counts import Counts, Judged, counts_of_decisions, counts_of_rankings, counts_of_shortlists
from jobfit.audit.evenness import Evenness, evenness
from jobfit.errors import InputError
from jobfit.groups import Coded, Groups, coded
from jobfit.runs import Qrels, Ranking

Attributes = Mapping[str, Sequence[str]]
"""What is compared, by name: one attribute, or several whose intersections are the groups."""


@dataclass(frozen=True, slots=True)
class Assessed:
    """What one attribute, or intersection, showed.

    people:   of each group in these data.
    unknown:  people of these data whose group nobody knows: they are in no number.
    evenness: of lists; empty for decisions.
    """

    people: Mapping[str, int]
    unknown: int
    found: ByGroup
    evenness: tuple[Evenness, ...] = ()


def attributes_of(groups: Groups, names: Sequence[str] = (), intersections: bool = False) -> dict[str, Sequence[str]]:
    """Return each attribute of the file (or of ``names``) by itself and, with ``intersections``, all of them together.

    Raises:
        InputError: the file holds no attribute, or none of a name; or intersections of one attribute are asked for.

    >>> attributes_of(Groups({"c1": {"sex": "f", "age": "50+"}}), intersections=True)
    {'sex': ['sex'], 'age': ['age'], 'sex and age': ['sex', 'age']}
    """
    there = list(dict.fromkeys(name for values in groups.values.values() for name in values))
    if absent := [name for name in names if name not in there] or ([] if there else ["an attribute"]):
        raise InputError(f"the file of groups has no column {absent[0]!r}; there are: {', '.join(there) or 'none'}")
    chosen = list(dict.fromkeys(names)) or there
    if intersections and len(chosen) < 2:
        raise InputError(f"intersections are of two attributes or more, and {chosen[0]!r} is one")
    alone: dict[str, Sequence[str]] = {name: [name] for name in chosen}
    return alone | ({" and ".join(chosen): chosen} if intersections else {})


def assess_decisions(
    pairs: Judged, groups: Groups, attributes: Attributes, threshold: float, seed: int = 0
) -> dict[str, Assessed]:
    """Return the rates and gaps of decisions, probability ≥ ``threshold``, for each of the attributes.

    Raises:
        InputError: no pair, none of these candidates is in the file, or all of a known group are of one.
    """

    def of(known: Coded) -> tuple[ByGroup, tuple[Evenness, ...]]:
        return by_group(counts_of_decisions(pairs, known, threshold), RATES, GAPS, seed), ()

    return _assessed(pairs.candidates, groups, attributes, of)


def assess_rankings(
    rankings: Sequence[Ranking],
    groups: Groups,
    attributes: Attributes,
    k: int,
    qrels: Qrels | None = None,
    seed: int = 0,
    excluded: Mapping[str, Sequence[str]] | None = None,
) -> dict[str, Assessed]:
    """Return the rates, gaps and evenness of rankings at k, for each of the attributes; by merit with ``qrels``.

    ``excluded`` holds, by query, who was considered and is not in its list: then the way into the pool is compared too.

    Raises:
        InputError: as for :func:`assess_decisions`, or k below 1.
    """
    people = [hit.document_id for ranking in rankings for hit in ranking.hits]
    people += [i for ids in (excluded or {}).values() for i in ids]
    rates, gaps = RANKING_RATES, RANKING_GAPS
    if qrels is not None:
        rates = {**rates, **MERIT_RATES}
    if excluded is not None:
        rates, gaps = {**SHORTLIST_RATES, **rates}, {**SHORTLIST_GAPS, **gaps}

    def counts(known: Coded) -> Counts:
        if excluded is None:
            return counts_of_rankings(rankings, known, k, qrels)
        return counts_of_shortlists(rankings, excluded, known, k, qrels)

    def of(known: Coded) -> tuple[ByGroup, tuple[Evenness, ...]]:
        return by_group(counts(known), rates, gaps, seed), evenness(rankings, known, k)

    return _assessed(people, groups, attributes, of)


def _assessed(
    candidates: Iterable[str],
    groups: Groups,
    attributes: Attributes,
    of: Callable[[Coded], tuple[ByGroup, tuple[Evenness, ...]]],
) -> dict[str, Assessed]:
    people = set(candidates)
    if not people:
        raise InputError("nobody was considered: there is nothing to compare")
    assessed = {}
    for name, columns in attributes.items():
        known = coded(groups, columns, people)
        if len(known.names) < 2:
            said = known.names[0] if known.names else "no known group"
            raise InputError(
                f"{name}: all of the {len(people)} people whose group is known are of one ({said}), so there is "
                "nothing to compare. Leave this attribute out (--attribute names the others), or complete the file"
            )
        numbers = list(known.codes.values())
        counted = {group: numbers.count(code) for code, group in enumerate(known.names)}
        assessed[name] = Assessed(counted, len(people) - len(known.codes), *of(known))
    return assessed
