"""An explained shortlist for a vacancy or for a candidate."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import Field

from jobfit.app.encoding import (
    HyreFacts,
    cached_encoder,
    check_encodes,
    model_for,
    open_hyre,
    reading_pairs,
    tell_routes,
)
from jobfit.app.reranking import Reranker, RerankOptions, open_reranker, reranker_facts, tell_cut
from jobfit.app.weights import Weights
from jobfit.app.wire import AUTO, Fast, Hyre, K, Model, Progress, Request, Result, Tenant, Today, quiet
from jobfit.caveats import caveats, pair_caveats
from jobfit.errors import InputError, PolicyError, UnknownIdError, named
from jobfit.records import Candidate, Filler, Kind, Layer, Record, headline, layer_of, sides
from jobfit.shortlist import Contribution, Decision, LedgerLine, Plan, Price, Reason, Shortlist, Status

if TYPE_CHECKING:
    from jobfit.encoders.base import Encoder
    from jobfit.encoders.generated import GeneratedStore
    from jobfit.policy.base import Policy
    from jobfit.policy.floors import Floors
    from jobfit.policy.lagrangian import Floats
    from jobfit.policy.requirements import Requirements
    from jobfit.policy.trade_off import Chances, ExpertChances
    from jobfit.retrieval.corpus import Corpus
    from jobfit.store.repository import Store


class MatchRequest(Request):
    vacancy: str | None = Field(None, description="Id or file of a vacancy: rank candidates for it.")
    candidate: str | None = Field(None, description="Id or file of a candidate: rank vacancies for them.")
    k: K = 20
    policy: Path | None = Field(None, description="YAML: must-haves, nice-to-haves, location, languages, trade-offs.")
    qualification: Path | None = Field(
        None,
        description="Folder of `jobfit experts`, or of a calibrated pair classifier: the chances that the policy's "
        "trade_off weighs.",
    )
    model: Model = AUTO
    hyre: Hyre = None
    fast: Fast = False
    page: Path | None = Field(None, description="Write the shortlist as a page of HTML, too.")
    tenant: Tenant = "default"
    today: Today
    reranker: RerankOptions = RerankOptions()

    @property
    def asking(self) -> tuple[Kind, str]:
        if self.vacancy is not None and self.candidate is None:
            return Kind.VACANCY, self.vacancy
        if self.candidate is not None and self.vacancy is None:
            return Kind.CANDIDATE, self.candidate
        raise InputError("give either --vacancy or --candidate")


class Why(Result):
    code: str
    sentence: str


class Named(Result):
    """``flags``: what a person should look at in the file itself; as for :class:`Entry`."""

    kind: Kind
    id: str
    title: str
    path: str
    flags: tuple[Why, ...]


class Excluded(Result):
    id: str
    reasons: tuple[Why, ...]


class Considered(Result):
    """How many were looked at, how many of them are in the pool, and who is not."""

    considered: int
    eligible: int
    excluded: tuple[Excluded, ...]


class Line(Result):
    """A requirement held against the CV. The quote stands at ``start``..``end`` of its text, within the sentence.

    ``score``: 1 where it is met, else how much of it is there, from 0; ``null``: unknown. ``hard``: missing, by words
    that can be read in one way only. ``source``: who read the quote. ``asked_source``: who read in the vacancy what is
    held against the CV; ``null`` where a policy file asks.
    """

    requirement: str
    importance: str
    status: Status
    quote: str | None
    start: int | None
    end: int | None
    sentence: str | None
    sentence_start: int | None
    layer: Layer
    score: float | None
    hard: bool
    source: Filler | None
    asked_source: Filler | None


class Entry(Result):
    """One place on the shortlist; ``score`` is the exact sum of the contributions.

    ``flags`` say what a person should look at (hidden text, a copy of the advert, ...) and leave nobody out; what a
    copy, repetition or a wall of keywords gave is taken off by the contribution ``planted``. ``ledger``: must-haves
    first, of these what is missing, unknown, met; then nice-to-haves. ``start``: the candidate's notice held against
    the vacancy's start, where it states one; it is no part of the score.
    """

    rank: int
    id: str
    title: str
    path: str
    score: float
    flags: tuple[Why, ...]
    contributions: tuple[Contribution, ...]
    ledger: tuple[Line, ...]
    start: Line | None


class MatchResult(HyreFacts):
    """``outdated``: how many records, of those in the store that were compared, an older reader read.

    ``weights``: what the signals among the contributions compare, what each weighed and what that was learnt from.
    """

    query: Named
    outdated: int
    pool: Considered
    plan: Plan
    weights: Weights | None
    entries: tuple[Entry, ...]
    prices: tuple[Price, ...]
    reranker: Reranker | None = None


def match(request: MatchRequest, progress: Progress = quiet) -> MatchResult:
    """Print a shortlist: score, ledger with quotes, contributions, and who is not in the pool and why."""
    from jobfit.documents.render import render
    from jobfit.encoders.generated import store_facts
    from jobfit.matcher import Matcher
    from jobfit.policy.requirements import Requirements, load_requirements
    from jobfit.store.repository import open_store

    kind, name = request.asking
    requirements = load_requirements(request.policy) if request.policy else Requirements()
    scorer = open_reranker(request.reranker, progress)
    model = model_for(request.model, progress)
    with (
        open_hyre(request.hyre, model, progress=progress) as texts,
        open_store(tenant=request.tenant) as store,
    ):
        check_encodes(texts, "hybrid", fast=request.fast)
        query = find_record(store, kind, name)
        encoder = _encoded(store, cached_encoder(model, progress), texts, request, progress)
        corpus = store.corpus(kind.other, encoder.fingerprint)
        if not corpus.ids():
            raise InputError(
                f"the pool is empty: the store holds no {kind.other.value} of tenant {request.tenant!r}. "
                "Ingest some first (jobfit ingest PATH...)"
            )
        tell_routes(model, [render(query)], progress)
        policy = _policy(request, requirements, query, corpus, progress)
        matcher = Matcher(
            corpus, encoder, requirements, reranker=scorer, reranked=request.reranker.rerank_top, policy=policy,
            today=request.today, fast=request.fast,
        )  # fmt: skip
        shortlist = matcher.match(query, request.k)
        if scorer is not None:
            tell_cut(scorer, progress)
        records = corpus.records([entry.id for entry in shortlist.entries])
        outdated = count_outdated(store, query)
        if request.page:
            from jobfit.report.page import Example, write_report

            example = Example(query, shortlist, records, request.today)
            write_report(request.page, [example], [], {"Encoder": model}, request.today)
            progress.note(f"Page: {request.page.resolve()}")
        facts = store_facts(texts) | {"reranker": reranker_facts(request.reranker, scorer)}
        return match_result(query, shortlist, records, request.today, outdated, **facts)


def _policy(
    request: MatchRequest, requirements: Requirements, query: Record, corpus: Corpus, progress: Progress
) -> Policy | None:
    """Return the policy of trade-offs that the file asks for, ``None`` for the plain one."""
    if requirements.floors is None:
        if request.qualification is not None:
            raise InputError("--qualification is read by the trade_off of a policy file, and there is none")
        return None
    from jobfit.policy.trade_off import policy_of

    _check_exposure(requirements.floors, query, corpus)
    experts = _experts(request, query, corpus, progress) if request.qualification else None
    return policy_of(requirements.floors, experts)


def _check_exposure(floors: Floors, query: Record, corpus: Corpus) -> None:
    """Refuse bounds on exposure that are not of vacancies in the store."""
    if not floors.exposure:
        return
    if query.kind is Kind.VACANCY:
        raise PolicyError(
            "trade_off: exposure is of vacancies, and here a vacancy asks: leave it out, or ask --candidate"
        )
    asked = {vacancy for bound in floors.exposure for vacancy in bound.vacancies}
    if unknown := asked.difference(corpus.ids()):
        raise UnknownIdError(f"trade_off: exposure: no vacancy in the store has the id {named(unknown)}")


def _experts(request: MatchRequest, query: Record, corpus: Corpus, progress: Progress) -> ExpertChances:
    """Return the chances that experts or a pair classifier give the query and records of the corpus."""
    from jobfit.app.experts import expert_chances, is_experts
    from jobfit.policy.trade_off import ExpertChances

    folder = request.qualification
    assert folder is not None
    if is_experts(folder):
        return expert_chances(folder, query, corpus, request.today, progress)
    hired = _classified(folder, query, corpus, progress)
    return ExpertChances(hired, hired)


def _classified(folder: Path, query: Record, corpus: Corpus, progress: Progress) -> Chances:
    """Return the chances that a pair classifier gives the query and records of the corpus."""
    from jobfit.documents.render import render
    from jobfit.policy.trade_off import Chances
    from jobfit.scorers.base import person_job
    from jobfit.scorers.pair_classifier import load_pair_classifier

    classifier = load_pair_classifier(folder, lambda name: cached_encoder(name, progress))
    own = render(query)

    def of(ids: Sequence[str]) -> Floats:
        records = corpus.records(ids)
        return classifier.probabilities([person_job(own, render(records[i]), query.kind) for i in ids])

    return Chances(of, classifier.calibrator.method, f"the pair classifier in {folder}")


def _encoded(
    store: Store, encoder: Encoder, texts: GeneratedStore | None, request: MatchRequest, progress: Progress
) -> Encoder:
    """Encode what is searched and has no vector yet; return the encoder, which reads vacancies with ``texts``."""
    from jobfit.indexer import encode_missing

    # With HyRe the same texts mean another vector on the side that asks.
    asking, _ = request.asking
    kinds = tuple(Kind) if texts is None else (asking.other,)
    encoder = reading_pairs(encoder, texts, asking)
    encode_missing(store, encoder, progress.of("Encoding"), kinds, request.fast)
    return encoder


def find_record(store: Store, kind: Kind, name: str) -> Record:
    """Return the record with this id, or read it from this file (which is not stored).

    Raises:
        UnknownIdError: there is neither.
    """
    from jobfit.reading import read_records

    try:
        return store.get(kind, name)
    except UnknownIdError:
        if not Path(name).is_file():
            raise UnknownIdError(
                f"no {kind.value} with the id {name!r} in the store, and no file of that name; "
                f"the ids there are: jobfit list {kind.value}"
            ) from None
    records = read_records(name, kind, guess=False)
    if len(records) != 1:
        raise InputError(f"{name} holds {len(records)} {kind.value} records; ingest it and name one by its id")
    return records[0]


def count_outdated(store: Store, query: Record) -> int:
    """Return how many records of the other side, and the query itself, another reader read."""
    from jobfit.ingest.reader import reader_version

    reader = reader_version()
    return store.read_by_others(query.kind.other, reader) + (query.source.reader != reader)


def match_result(
    query: Record, shortlist: Shortlist, records: Mapping[str, Record], today: date, outdated: int = 0, **facts: Any
) -> MatchResult:
    """Return the result for a shortlist whose entries are ``records``; notices run from ``today``."""
    pool = shortlist.pool
    eligible = len(pool.eligible)
    return MatchResult.of(
        shortlist,
        query=name(query),
        outdated=outdated,
        weights=Weights.told(shortlist.weighed) if shortlist.weighed else None,
        pool=Considered.of(pool, considered=eligible + len(pool.excluded), eligible=eligible),
        entries=[_entry(query, entry, records[entry.id], today) for entry in shortlist.entries],
        **facts,
    )


def name(record: Record) -> Named:
    return Named.of(record, title=headline(record), path=record.source.path, flags=_flags(caveats(record)))


def _entry(query: Record, entry: Decision, other: Record, today: date) -> Entry:
    from jobfit.policy.ledger import start_line

    candidate, vacancy = sides(query, other)
    begins = start_line(candidate.profile, vacancy.profile, today)
    ledger = [line_of(line, candidate) for line in entry.ledger]
    flags = _flags(pair_caveats(query, other, entry.damped))
    start = begins and line_of(begins, candidate)
    return Entry.of(entry, title=headline(other), path=other.source.path, flags=flags, ledger=ledger, start=start)


def _flags(found: Iterable[Reason]) -> list[Why]:
    return [Why.of(caveat) for caveat in found]


def line_of(line: LedgerLine, candidate: Candidate) -> Line:
    """Return a line for programs; in the sentence around its quote name and contact details are covered."""
    from jobfit.documents.masking.hidden import beside
    from jobfit.structure.sections import sentence_around

    quote, of = line.evidence, line.requirement
    sentence = sentence_around(candidate.text, quote) if quote else None
    return Line.of(
        line,
        layer=layer_of(of.kind),
        requirement=of.label,
        source=quote and quote.source,
        asked_source=of.evidence and of.evidence.source,
        importance=of.importance,
        quote=quote and quote.text,
        start=quote and quote.start,
        end=quote and quote.end,
        sentence=quote and sentence and quote.text.join(beside(candidate, sentence, quote)),
        sentence_start=sentence and sentence.start,
    )
