"""The talent pool: past candidates who were not hired, for a vacancy; and whether it would have helped in the past."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import Field

from jobfit.app.encoding import cached_encoder, model_for
from jobfit.app.match import Excluded, Line, Named, count_outdated, find_record, line_of, name
from jobfit.app.wire import AUTO, K, Model, Progress, Request, Result, Seed, Tenant, quiet
from jobfit.errors import InputError
from jobfit.evaluation.compare import Difference
from jobfit.evaluation.measures import Aggregate
from jobfit.records import Candidate, Kind, Outcome, Vacancy, headline
from jobfit.sourcing.results import ALPHA, RETENTION_MONTHS, LogCounts, PastCandidate, PoolCounts, Sourced, Terms

if TYPE_CHECKING:
    from jobfit.encoders.base import Encoder
    from jobfit.sourcing.gap import SkillLine
    from jobfit.sourcing.pool import TalentPool
    from jobfit.store.repository import Store


class SourceRequest(Request):
    vacancy: str | None = Field(None, description="Id or file of a vacancy.")
    evaluate: bool = Field(False, description="Instead: ask past vacancies of the log, and see whom they hired later.")
    k: K = 20
    policy: Path | None = Field(None, description="YAML: skills asked as well, and who is excluded; as for match.")
    as_of: date = Field(description="The day: what the log dates later does not count.")
    retention_months: int = Field(
        RETENTION_MONTHS, ge=1, description="Whoever was last in touch longer ago is not shown, and counted."
    )
    talent_pool_only: bool = Field(False, description="Only people with an application that ended in the talent pool.")
    alpha: float = Field(ALPHA, ge=0, le=1, description="Share of the cosine; the rest is coverage of skills.")
    model: Model = AUTO
    tenant: Tenant = "default"
    seed: Seed = 0

    def terms(self) -> Terms:
        return Terms(self.as_of, self.retention_months, self.talent_pool_only, self.alpha)


class Skill(Line):
    """A skill that is asked, held against the CV: as a line of a ledger.

    One that the CV does not state may be usual in an ``occupation`` that the person held, which the quote ``position``
    (``position_start``..``position_end`` of the CV) states. That is no evidence of the skill.
    """

    occupation: str | None
    position: str | None
    position_start: int | None
    position_end: int | None


class Gap(Result):
    """Every skill asked. ``met``: stated (status *met*) or only implied by an occupation (*unknown*).

    The missing ones are neither: *missing* where the CV denies the skill, else *unknown*, not found.
    """

    met: tuple[Skill, ...]
    missing_essential: tuple[Skill, ...]
    missing_optional: tuple[Skill, ...]


class LastEvent(Result):
    """The last that the log says of a person; ``null`` is unknown, for status and outcome also *not decided yet*."""

    vacancy: str
    date: date | None
    status: str | None
    outcome: Outcome | None


class SourceEntry(Result):
    """One place. ``score`` is alpha x cosine + (1 - alpha) x coverage. ``days_ago``: since ``last_contact``.

    ``coverage`` is of the essential skills that the CV states, ``coverage_implied`` with the implied ones; ``null``:
    none is asked. ``ledger``: what is asked besides skills, which is shown and earns nothing.
    """

    rank: int
    id: str
    title: str
    path: str
    score: float
    cosine: float
    coverage: float | None
    coverage_implied: float | None
    last_contact: date | None
    days_ago: int | None
    last_event: LastEvent
    gap: Gap
    ledger: tuple[Line, ...]


class SourceResult(Result):
    """``excluded``: whom the policy leaves out, down to the last place given; ``empty``: why nobody is shown.

    ``essential``: the skills that coverage is of; without any the score is the cosine alone, and ``alpha`` is 1.
    """

    query: Named
    as_of: date
    retention_months: int
    alpha: float
    essential: tuple[str, ...]
    outdated: int
    pool: PoolCounts
    log: LogCounts
    notes: tuple[str, ...]
    empty: str | None
    entries: tuple[SourceEntry, ...]
    excluded: tuple[Excluded, ...]


class SourceEvaluation(Result):
    """The log's own vacancies, as of their first application. The fields: :mod:`jobfit.sourcing.evaluation`."""

    validation: int
    test: int
    relevant: int
    without: int
    chosen: float
    grid: dict[str, float]
    systems: dict[str, dict[str, Aggregate]]
    differences: dict[str, dict[str, Difference]]


def source(request: SourceRequest, progress: Progress = quiet) -> SourceResult | SourceEvaluation:
    """Rank past candidates who were not hired for a vacancy: skill gap with quotes, and when they were last in touch.

    Needs the log of applications (`jobfit applications LOG`). Hired people, this vacancy's own applicants and whoever
    was last in touch longer ago than may be kept are left out, and counted. --evaluate asks past vacancies instead.

    Raises:
        UnknownIdError: there is no such vacancy.
    """
    from jobfit.policy.requirements import load_requirements
    from jobfit.store.repository import open_store

    if (request.vacancy is None) is not request.evaluate:
        raise InputError("give either --vacancy or --evaluate")
    if request.evaluate and request.policy:
        raise InputError("--policy belongs to --vacancy: past vacancies are asked with their own requirements")
    requirements = load_requirements(request.policy) if request.policy else None
    with open_store(tenant=request.tenant) as store:
        if request.vacancy is None:
            return _evaluated(store, request, progress)
        vacancy = find_record(store, Kind.VACANCY, request.vacancy)
        assert isinstance(vacancy, Vacancy)
        pool = talent_pool(store, cached_encoder(model_for(request.model, progress), progress), progress)
        found = pool.source(vacancy, request.terms(), request.k, requirements)
        return source_result(vacancy, found, request, count_outdated(store, vacancy))


def talent_pool(store: Store, encoder: Encoder, progress: Progress = quiet) -> TalentPool:
    """Return the pool of a store as it is now; whoever has no vector of the ``encoder`` is encoded first.

    Raises:
        InputError: the store holds no candidate, or no applications.
    """
    from jobfit.indexer import encode_missing
    from jobfit.sourcing.pool import TalentPool

    log = store.applications()
    if not log:
        raise InputError(
            "the store holds no applications, so nobody is known to be a past candidate. "
            "Store a log first (jobfit applications LOG --statuses TABLE)"
        )
    if not store.counts()[Kind.CANDIDATE]:
        raise InputError("the store holds no candidate. Ingest some first (jobfit ingest PATH...)")
    encode_missing(store, encoder, progress.of("Encoding"), (Kind.CANDIDATE,))
    return TalentPool(store.corpus(Kind.CANDIDATE, encoder.fingerprint), log, encoder)


def _evaluated(store: Store, request: SourceRequest, progress: Progress) -> SourceEvaluation:
    from jobfit.sourcing.evaluation import evaluate_sourcing, questions, split

    pool = talent_pool(store, cached_encoder(model_for(request.model, progress), progress), progress)
    ids = pool.log.hires().keys() & store.current_hashes(Kind.VACANCY).keys()
    records = [store.get(Kind.VACANCY, vacancy_id) for vacancy_id in sorted(ids)]
    asked = questions(pool, [record for record in records if isinstance(record, Vacancy)], request.terms())
    without = len(pool.log.first_applications()) - len(asked)
    report = evaluate_sourcing(*split(asked), without=without, default=request.alpha, seed=request.seed)
    return SourceEvaluation.of(report)


def source_result(vacancy: Vacancy, found: Sourced, request: SourceRequest, outdated: int = 0) -> SourceResult:
    return SourceResult.of(
        found,
        query=name(vacancy),
        as_of=request.as_of,
        retention_months=request.retention_months,
        outdated=outdated,
        pool=found.counts,
        notes=tuple(_notes(found)),
        empty=None if found.entries else _why_empty(found, request),
        entries=[_entry(entry, request.as_of) for entry in found.entries],
    )


def _entry(entry: PastCandidate, as_of: date) -> SourceEntry:
    person, gap, contact = entry.candidate, entry.gap, entry.last_contact
    lists = {
        name: [_skill(line, person) for line in getattr(gap, name)]
        for name in ("met", "missing_essential", "missing_optional")
    }
    return SourceEntry.of(
        entry,
        id=person.id,
        title=headline(person),
        path=person.source.path,
        coverage_implied=gap.coverage_implied,
        days_ago=None if contact is None else (as_of - contact).days,
        last_event=LastEvent.of(entry.last_event, vacancy=entry.last_event.vacancy_id),
        gap=Gap(**lists),
        ledger=[line_of(line, person) for line in entry.ledger],
    )


def _skill(skill: SkillLine, person: Candidate) -> Skill:
    position = skill.position
    return Skill(
        **dict(line_of(skill.line, person)),
        occupation=skill.occupation,
        position=position and position.text,
        position_start=position and position.start,
        position_end=position and position.end,
    )


def _notes(found: Sourced) -> Iterator[str]:
    if not found.essential:
        yield "The vacancy names no essential skill that can be weighed: the score is the cosine alone."
    if found.not_weighed:
        named = ", ".join(found.not_weighed)
        yield f"Looked up in the CVs shown, and no part of the score, because the taxonomy does not know it: {named}."
    if unknown := found.counts.contact_unknown:
        yield f"Of {unknown} in the pool the log has no date of the last contact: check before writing."
    if found.log.later:
        yield f"{found.log.later} applications are dated after the day that is asked about and do not count."
    if found.log.without_record:
        yield f"{found.log.without_record} people of the log have no record and cannot be shown."


def _why_empty(found: Sourced, request: SourceRequest) -> str:
    """Say which step left nobody, and what to do."""
    counts = found.counts
    if counts.pool:
        return f"The policy file excludes every one of the {counts.pool} in the pool; its reasons follow."
    if counts.never_applied == counts.considered:
        said = f"none of the {counts.considered} candidates has an application by {request.as_of}"
        return f"The pool is empty: {said}. Do the ids of the log name these candidates (jobfit list candidate)?"
    steps = {
        "hired": counts.hired,
        "applied for this vacancy": counts.applied_here,
        "never ended in the talent pool (--talent-pool-only)": counts.other_outcome,
        f"last in touch more than {request.retention_months} months ago": counts.beyond_retention,
    }
    past = counts.considered - counts.never_applied
    gone = ", ".join(f"{count} {step}" for step, count in steps.items() if count)
    return f"The pool is empty: of {past} past candidates {gone}."
