"""START HERE. The talent pool: ``TalentPool(corpus, applications, encoder).source(vacancy, k) -> Sourced``.

    log ─► who applied, was not hired, is still within retention ─► score all ─► policy ─► the k best with their gaps

The score is

    alpha * cosine + (1 - alpha) * coverage

with the cosine of the masked texts, and coverage the IDF-weighted share of the vacancy's essential skills that the CV
states (:func:`jobfit.taxonomy.gap.coverage`); a skill that an occupation only implies counts nothing. A vacancy that
names no essential skill leaves the cosine alone. Nobody leaves the pool by a reading: only by what the log says,
retention, and what a person wrote under ``exclude``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import UTC, date, datetime

import numpy as np

from jobfit.documents.render import render
from jobfit.encoders.base import Encoder
from jobfit.errors import InputError
from jobfit.policy.eligibility import eligible, needed_fields
from jobfit.policy.ledger import ledger
from jobfit.policy.requirements import Requirements
from jobfit.records import Application, Candidate, Importance, Kind, Requirement, RequirementKind, Vacancy
from jobfit.retrieval.corpus import Corpus
from jobfit.retrieval.signals import encode_queries
from jobfit.runs import Hit
from jobfit.shortlist import Exclusion
from jobfit.sourcing.gap import asked_skills, essential_ids, skill_gap
from jobfit.sourcing.log import ApplicationLog, Flags, Standing, end_of, months_before, seconds_of
from jobfit.sourcing.results import LogCounts, PastCandidate, PoolCounts, Sourced, Terms
from jobfit.sourcing.scoring import Floats, Parts, Rows
from jobfit.taxonomy.compact import load_compact
from jobfit.taxonomy.graph import TaxonomyGraph

_NOBODY = np.zeros(0, dtype=np.intp)


@dataclass(frozen=True, slots=True)
class _Place:
    rank: int
    score: float
    candidate: Candidate


class TalentPool:
    """A snapshot of candidates, their vectors and skills, and of a log. What changes later is not in it.

    100,000 people with 384 numbers each take about 200 MB.
    """

    def __init__(self, corpus: Corpus, applications: Sequence[Application], encoder: Encoder) -> None:
        """Read all vectors and skills of ``corpus``, the candidates, whose vectors ``encoder`` has made.

        Raises:
            InputError: the corpus is of vacancies, or was encoded by another encoder.
            UnknownIdError: a record has no vector.
        """
        if corpus.kind is not Kind.CANDIDATE or corpus.fingerprint != encoder.fingerprint:
            raise InputError(
                f"a talent pool needs candidates encoded by {encoder.fingerprint}, not {corpus.kind} records "
                f"encoded by {corpus.fingerprint}"
            )
        self.log = ApplicationLog(applications)
        self.graph = TaxonomyGraph(load_compact())
        self.ids = np.array(corpus.ids(), dtype=object)
        self._corpus, self._encoder = corpus, encoder
        self._vectors = corpus.vectors(corpus.ids())
        self._lengths = np.sqrt(np.einsum("nd,nd->n", self._vectors, self._vectors, dtype=np.float64))
        self._rows = {record_id: row for row, record_id in enumerate(self.ids)}
        self._holders = _holders(self._rows, corpus.skills())
        self._person = np.full(len(self.ids), -1)  # of each record, its row in the log; -1: it has none
        for person, candidate_id in enumerate(self.log.people):
            if candidate_id in self._rows:
                self._person[self._rows[candidate_id]] = person

    def source(self, vacancy: Vacancy, terms: Terms, k: int = 10, requirements: Requirements | None = None) -> Sourced:
        """Return the ``k`` best of the pool for ``vacancy``; fewer where the pool is smaller, none where it is empty.

        ``requirements`` are those of a policy file: its skills are asked as well, and its ``exclude`` leaves people out
        as in :class:`~jobfit.matcher.Matcher`; its weights are for that matcher alone.

        Raises:
            InputError: ``k`` < 1.
        """
        if k < 1:
            raise InputError(f"k must be at least 1, not {k}")
        requirements = requirements or Requirements()
        needed_fields(vacancy, requirements)  # refuses a constraint that cannot exclude
        standing = self.log.standing(moment := end_of(terms.as_of))
        rows, counts = self.members(vacancy.id, moment, standing, terms)
        asked = requirements.requirements_for(vacancy)
        [parts] = self.parts([vacancy], requirements)
        places, excluded = self._places(vacancy, parts, rows, terms, k, requirements)
        entries = tuple(self._entry(place, parts, asked, standing, terms) for place in places)
        there = int((self._person >= 0).sum())
        log = LogCounts(len(self.log), standing.later, len(self.log.people) - there)
        alpha = 1.0 if parts.coverage is None else terms.alpha
        return Sourced(vacancy.id, alpha, counts, log, *_essential(asked, self.graph), entries, excluded)

    def members(self, vacancy_id: str, moment: datetime, standing: Standing, terms: Terms) -> tuple[Rows, PoolCounts]:
        """Return the rows of :attr:`ids` who are in the pool at ``moment``, and where everybody else has gone."""
        known = self._person >= 0

        def of_records(flags: Flags) -> Flags:
            return known & flags[self._person] if len(flags) else known & False

        kept_from = seconds_of(months_before(terms.as_of, terms.retention_months))
        expired = (standing.last < kept_from) & ~standing.undated
        steps = {
            "never_applied": ~of_records(standing.applied),
            "hired": of_records(standing.hired),
            "applied_here": of_records(self.log.applied_for(vacancy_id, moment)),
            "other_outcome": of_records(~standing.pooled) & terms.talent_pool_only,
            "beyond_retention": of_records(expired),
        }
        left, gone = np.ones(len(self.ids), dtype=bool), {}
        for step, flags in steps.items():
            gone[step] = int((left & flags).sum())
            left &= ~flags
        unknown = of_records(standing.undated & (standing.last < kept_from))
        counts = PoolCounts(len(self.ids), **gone, pool=int(left.sum()), contact_unknown=int((left & unknown).sum()))
        return np.flatnonzero(left), counts

    def parts(self, vacancies: Sequence[Vacancy], requirements: Requirements) -> Iterator[Parts]:
        """Yield what everybody's scores are made of, for each vacancy."""
        queries = encode_queries([render(vacancy) for vacancy in vacancies], self._encoder)
        for vacancy, query in zip(vacancies, queries, strict=True):
            covered = self._coverage(essential_ids(requirements.requirements_for(vacancy), self.graph))
            yield Parts(vacancy.id, self.ids, self._vectors, self._lengths / query.stretch, query.vector, covered)

    def _coverage(self, essential: Set[str]) -> Floats | None:
        """:func:`jobfit.taxonomy.gap.coverage` of everybody, added up in its order: the same to the last bit."""
        weights = {skill: self.graph.idf(skill) for skill in sorted(essential)}
        if not weights:
            return None
        covered = np.zeros(len(self.ids))
        for skill, weight in weights.items():
            covered[self._holders.get(skill, _NOBODY)] += weight
        return covered / sum(weights.values())

    def _places(
        self, vacancy: Vacancy, parts: Parts, rows: Rows, terms: Terms, k: int, requirements: Requirements
    ) -> tuple[list[_Place], tuple[Exclusion, ...]]:
        """Go down the ranking until ``k`` places are given; who is excluded on the way is told."""
        places: list[_Place] = []
        excluded: list[Exclusion] = []
        for hits in _portions(parts, rows, terms.alpha, k):
            records = self._corpus.records([hit.document_id for hit in hits])
            profiles = [(record_id, record.profile) for record_id, record in records.items()]
            out = {one.id: one for one in eligible(vacancy, profiles, requirements, terms.as_of).excluded}
            for hit in hits:
                if hit.document_id in out:
                    excluded.append(out[hit.document_id])
                elif isinstance(record := records[hit.document_id], Candidate):
                    places.append(_Place(len(places) + 1, hit.score, record))
                if len(places) == k:
                    return places, tuple(excluded)
        return places, tuple(excluded)

    def _entry(
        self, place: _Place, parts: Parts, asked: Sequence[Requirement], standing: Standing, terms: Terms
    ) -> PastCandidate:
        candidate = place.candidate
        row = self._rows[candidate.id]
        person = int(self._person[row])
        others = [r for r in asked if r.kind is not RequirementKind.SKILL]
        return PastCandidate(
            place.rank,
            candidate,
            place.score,
            float(parts.cosines(np.array([row]))[0]),
            None if parts.coverage is None else float(parts.coverage[row]),
            skill_gap(asked_skills(asked, self.graph), candidate, self.graph, terms.as_of),
            ledger(others, candidate.profile, candidate.text, terms.as_of),
            _contact(standing, person, seconds_of(months_before(terms.as_of, terms.retention_months))),
            self.log.last_event(person, end_of(terms.as_of)),
        )


def _holders(rows: Mapping[str, int], skills: Mapping[str, Sequence[str]]) -> dict[str, Rows]:
    """Return the rows of those who claim each skill."""
    holders: dict[str, list[int]] = {}
    for record_id, claimed in skills.items():
        for skill in set(claimed):
            if record_id in rows:
                holders.setdefault(skill, []).append(rows[record_id])
    return {skill: np.array(of, dtype=np.intp) for skill, of in holders.items()}


def _portions(parts: Parts, rows: Rows, alpha: float, k: int) -> Iterator[tuple[Hit, ...]]:
    """Yield the ranking in portions that grow: whoever needs no more than the first does not pay for the rest."""
    done, limit = 0, k
    while done < len(rows):
        hits = parts.best(rows, alpha, limit).hits
        yield hits[done:]
        done, limit = len(hits), 4 * limit


def _contact(standing: Standing, person: int, kept_from: int) -> date | None:
    """Return the last contact; ``None`` where an event has no date, and no dated one is within retention."""
    if standing.undated[person] and standing.last[person] < kept_from:
        return None
    return datetime.fromtimestamp(int(standing.last[person]), UTC).date()


def _essential(asked: Iterable[Requirement], graph: TaxonomyGraph) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the labels of the essential skills that coverage weighs, and of those that it cannot."""
    skills = [r for r in asked_skills(asked, graph) if r.importance is Importance.MUST]
    weighed = essential_ids(skills, graph)
    return tuple(r.label for r in skills if r.value in weighed), tuple(
        r.label for r in skills if r.value not in weighed
    )
