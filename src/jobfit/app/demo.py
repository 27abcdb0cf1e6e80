"""The whole chain on a simulated market, ending in a report: each step is what a user would do with one command."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import Field

from jobfit.app.match import MatchResult, match_result
from jobfit.app.wire import AUTO, Model, Out, Progress, Request, Result, Seed, quiet
from jobfit.evaluation.statistics import Estimate
from jobfit.records import Kind

if TYPE_CHECKING:
    from jobfit.encoders.base import Encoder
    from jobfit.report.page import Evaluation, Example
    from jobfit.runs import Run
    from jobfit.store.repository import Store

CANDIDATES, VACANCIES = 240, 30
SHOWN, EXAMPLES, DEPTH = 5, 3, 100
TODAY = date(2026, 1, 1)  # the market's calendar ends here, so that the demo prints the same on every day
MEASURES = ("nDCG@10", "AP", "R@100", "P@10", "RR")
TITLES = {
    Kind.VACANCY: ("candidates_for_vacancy", "Candidates for vacancies"),
    Kind.CANDIDATE: ("vacancies_for_candidate", "Vacancies for candidates"),
}


class DemoRequest(Request):
    out: Out = Path("demo")
    seed: Seed = 1
    model: Model = AUTO


class DemoResult(Result):
    """The page, the facts at its top, and each system's measures by direction; ``examples`` are not in the JSON."""

    report: Path
    facts: dict[str, str]
    evaluations: dict[str, dict[str, dict[str, Estimate]]]
    examples: tuple[MatchResult, ...] = Field(exclude=True)


def demo(request: DemoRequest, now: datetime, progress: Progress = quiet) -> DemoResult:
    """Simulate a market, ingest its files, match both ways, evaluate against the truth; the report is dated ``now``."""
    from jobfit.app.encoding import cached_encoder, model_for
    from jobfit.report.page import write_report
    from jobfit.store.repository import open_store

    started = time.perf_counter()
    market = _simulated_market(request.out / "market", request.seed)
    progress.note(f"Market: {market}")
    model = model_for(request.model, progress)
    encoder = cached_encoder(model, progress)
    own = f"demo-{sha256(str(market.resolve()).encode()).hexdigest()[:8]}"  # apart from all else, other demos included
    with open_store(tenant=own) as store:
        facts = _ingest_market(store, encoder, market, progress)
        examples = _examples(store, encoder)
        matched = {asking: _match_everything(store, encoder, asking) for asking in TITLES}
    evaluations = [_evaluation_of(asking, market, encoder, runs) for asking, runs in matched.items()]
    facts |= {"Encoder": model, "Time": f"{time.perf_counter() - started:.0f} s"}
    report = request.out / "report.html"
    write_report(report, examples, evaluations, facts, now)
    return DemoResult(
        report=report.resolve(),
        facts=facts,
        evaluations={
            one.title: {name: dict(report.aggregate) for name, report in one.systems.items()} for one in evaluations
        },
        examples=tuple(match_result(one.query, one.shortlist, one.records, TODAY) for one in examples),
    )


def _simulated_market(folder: Path, seed: int) -> Path:
    from jobfit.artifacts import read_json
    from jobfit.simulation.writer import FORMAT, simulate_to

    description = folder / "market.json"
    if description.exists():
        written = read_json(description)
        if (written.get("format"), written.get("seed"), written.get("complete")) == (FORMAT, seed, True):
            return folder
    simulate_to(folder, CANDIDATES, VACANCIES, seed, rendered_share=0.3)
    return folder


def _ingest_market(store: Store, encoder: Encoder, market: Path, progress: Progress) -> dict[str, str]:
    from jobfit.groups import read_groups
    from jobfit.indexer import Ingest
    from jobfit.ingest.applications import read_applications
    from jobfit.ingest.sources import find_files

    found = find_files([str(market / "cvs"), str(market / "vacancies")])
    report = Ingest(store, encoder).run(found, progress.of("Ingesting"))
    store.put_groups(read_groups(market / "groups.csv"))
    store.put_applications(read_applications(market / "applications.csv"))
    counts = store.counts()
    return {
        "Candidates": str(counts[Kind.CANDIDATE]),
        "Vacancies": str(counts[Kind.VACANCY]),
        "Newly read": str(report.accepted),
        "Unchanged": str(report.unchanged),
        "Rejected": str(len(report.rejected)),
    }


def _examples(store: Store, encoder: Encoder) -> list[Example]:
    from jobfit.matcher import Matcher
    from jobfit.report.page import Example

    examples = []
    for asking, count in ((Kind.VACANCY, EXAMPLES), (Kind.CANDIDATE, 1)):
        matcher = Matcher(store.corpus(asking.other, encoder.fingerprint), encoder, today=TODAY)
        for row in store.list(asking)[:count]:
            query = store.get(asking, row.id)
            shortlist = matcher.match(query, SHOWN)
            examples.append(Example(query, shortlist, matcher.corpus.records([e.id for e in shortlist.entries]), TODAY))
    return examples


def _match_everything(store: Store, encoder: Encoder, asking: Kind) -> dict[str, Run]:
    from jobfit.matcher import Matcher, index_in_memory
    from jobfit.runs import Run

    records = {kind: [store.get(kind, row.id) for row in store.list(kind)] for kind in Kind}
    corpus = index_in_memory(records[asking.other], encoder)
    matcher = Matcher(corpus, encoder, today=TODAY)
    return {"match": Run("match", {query.id: matcher.match(query, DEPTH).ranking for query in records[asking]})}


def _evaluation_of(asking: Kind, market: Path, encoder: Encoder, matched: Mapping[str, Run]) -> Evaluation:
    from jobfit.evaluation.measures import evaluate
    from jobfit.ingest.formats.trec import read_qrels
    from jobfit.reading import read_documents
    from jobfit.report.page import Evaluation
    from jobfit.retrieval.systems import SYSTEMS, rank

    folder, title = TITLES[asking]
    data = market / "beir" / folder
    queries, corpus = read_documents(data / "queries.jsonl"), read_documents(data / "corpus.jsonl")
    qrels = read_qrels(data / "qrels" / "test.tsv")
    runs = {system: rank(system, queries, corpus, DEPTH, encoder=lambda: encoder) for system in SYSTEMS}
    return Evaluation(
        title,
        "Measured on the simulated market, whose truth is known. random to hybrid rank the texts alone. match adds the "
        "requirement ledger and leaves nobody out. The market's texts are written with the taxonomy that reads the "
        "ledger: expect less from match on texts of your own.",
        {name: evaluate(run, qrels, MEASURES) for name, run in {**runs, **matched}.items()},
    )
