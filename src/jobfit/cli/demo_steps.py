"""The steps of the demo: each is what a user would do with one command or one call."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from hashlib import sha256
from pathlib import Path

from jobfit.cli.output import progress
from jobfit.encoders.base import Encoder
from jobfit.evaluation.measures import evaluate
from jobfit.groups import read_groups
from jobfit.indexer import Ingest
from jobfit.ingest.formats.trec import read_qrels
from jobfit.ingest.sources import find_files
from jobfit.matcher import Matcher, index_in_memory
from jobfit.policy.requirements import Requirements
from jobfit.reading import read_documents
from jobfit.records import Kind
from jobfit.report.page import Evaluation, Example
from jobfit.retrieval.systems import SYSTEMS, rank
from jobfit.runs import Run
from jobfit.simulation.writer import FORMAT, simulate_to
from jobfit.store.repository import Store

CANDIDATES, VACANCIES = 240, 30
SHOWN, EXAMPLES, DEPTH = 5, 3, 100
TODAY = date(2026, 1, 1)  # the market's calendar ends here, so that the demo prints the same on every day
MEASURES = ("nDCG@10", "AP", "R@100", "P@10", "RR")
TITLES = {
    Kind.VACANCY: ("candidates_for_vacancy", "Candidates for vacancies"),
    Kind.CANDIDATE: ("vacancies_for_candidate", "Vacancies for candidates"),
}


def tenant_of(market: Path) -> str:
    """Return the tenant that keeps this market apart from everything else in the store, other demos included."""
    return f"demo-{sha256(str(market.resolve()).encode()).hexdigest()[:8]}"


def simulated_market(folder: Path, seed: int) -> Path:
    """Write the market unless the folder already holds this one."""
    description = folder / "market.json"
    if description.exists():
        written = json.loads(description.read_text(encoding="utf-8"))
        if (written.get("format"), written.get("seed"), written.get("complete")) == (FORMAT, seed, True):
            return folder
    simulate_to(folder, CANDIDATES, VACANCIES, seed, rendered_share=0.3)
    return folder


def ingest_market(store: Store, encoder: Encoder, market: Path) -> dict[str, str]:
    """Ingest the CVs, the vacancies and the protected attributes; return what the report says about it."""
    found = find_files([str(market / "cvs"), str(market / "vacancies")])
    with progress("Ingesting") as update:
        report = Ingest(store, encoder, TODAY).run(found, update)
    store.put_groups(read_groups(market / "groups.csv"))
    counts = store.counts()
    return {
        "Candidates": str(counts[Kind.CANDIDATE]),
        "Vacancies": str(counts[Kind.VACANCY]),
        "Newly read": str(report.accepted),
        "Unchanged": str(report.unchanged),
        "Rejected": str(len(report.rejected)),
    }


def match_examples(store: Store, encoder: Encoder) -> list[Example]:
    """Match a few vacancies and one candidate, to be shown."""
    examples = []
    for asking, count in ((Kind.VACANCY, EXAMPLES), (Kind.CANDIDATE, 1)):
        matcher = Matcher(store.corpus(asking.other, encoder.fingerprint), encoder)
        for row in store.list(asking)[:count]:
            query = store.get(asking, row.id)
            shortlist = matcher.match(query, SHOWN)
            examples.append(Example(query, shortlist, matcher.corpus.records([e.id for e in shortlist.entries])))
    return examples


def match_everything(store: Store, encoder: Encoder, asking: Kind) -> dict[str, Run]:
    """Match every record of one kind, with the pool and without; return the two runs by their names."""
    records = {kind: [store.get(kind, row.id) for row in store.list(kind)] for kind in Kind}
    corpus = index_in_memory(records[asking.other], encoder)
    runs = {}
    for name, policy in (("match", Requirements()), ("match --everyone", Requirements(everyone=True))):
        matcher = Matcher(corpus, encoder, policy)
        runs[name] = Run(name, {query.id: matcher.match(query, DEPTH).ranking for query in records[asking]})
    return runs


def evaluation_of(asking: Kind, market: Path, encoder: Encoder, matched: Mapping[str, Run]) -> Evaluation:
    """Evaluate the four systems and the full matcher on one direction of the market."""
    folder, title = TITLES[asking]
    data = market / "beir" / folder
    queries, corpus = read_documents(data / "queries.jsonl"), read_documents(data / "corpus.jsonl")
    qrels = read_qrels(data / "qrels" / "test.tsv")
    runs = {system: rank(system, queries, corpus, DEPTH, encoder=lambda: encoder) for system in SYSTEMS}
    return Evaluation(
        title,
        "Measured on the simulated market, whose truth is known. random to hybrid rank the texts alone. match adds the "
        "requirement ledger, and leaves out whom a must-have rules out; the market's truth is softer and still gives "
        "some of those a grade, so that --everyone, which leaves out nobody, finds more of them. The market's texts "
        "are written with the taxonomy that reads the ledger: expect less from match on texts of your own.",
        {name: evaluate(run, qrels, MEASURES) for name, run in {**runs, **matched}.items()},
    )
