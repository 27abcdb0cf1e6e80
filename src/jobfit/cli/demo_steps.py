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
from jobfit.matcher import Matcher
from jobfit.reading import read_documents
from jobfit.records import Kind
from jobfit.report.page import Evaluation, Example
from jobfit.retrieval.systems import SYSTEMS, rank
from jobfit.runs import Run
from jobfit.simulation.writer import simulate_to
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
    if description.exists() and json.loads(description.read_text(encoding="utf-8")).get("seed") == seed:
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


def match_market(store: Store, encoder: Encoder) -> tuple[list[Example], Mapping[Kind, Run]]:
    """Match every vacancy and every candidate; return a few to show, and a run for each direction."""
    examples: list[Example] = []
    runs: dict[Kind, Run] = {}
    for asking in (Kind.VACANCY, Kind.CANDIDATE):
        matcher = Matcher(store.corpus(asking.other, encoder.fingerprint), encoder)
        rankings = {}
        ids = [row.id for row in store.list(asking)]
        with progress(f"Matching every {asking.value}") as update:
            for number, query_id in enumerate(ids, start=1):
                query = store.get(asking, query_id)
                rankings[query_id] = matcher.match(query, DEPTH).ranking
                if number <= (EXAMPLES if asking is Kind.VACANCY else 1):
                    shown = matcher.match(query, SHOWN)
                    examples.append(Example(query, shown, matcher.corpus.records([e.id for e in shown.entries])))
                update(number, len(ids))
        runs[asking] = Run("jobfit match", rankings)
    return examples, runs


def evaluation_of(asking: Kind, market: Path, encoder: Encoder, matched: Run) -> Evaluation:
    """Evaluate the four systems and the full matcher on one direction of the market."""
    folder, title = TITLES[asking]
    data = market / "beir" / folder
    queries, corpus = read_documents(data / "queries.jsonl"), read_documents(data / "corpus.jsonl")
    qrels = read_qrels(data / "qrels" / "test.tsv")
    runs = {system: rank(system, queries, corpus, DEPTH, encoder=lambda: encoder) for system in SYSTEMS}
    return Evaluation(
        title,
        "Measured on the simulated market, whose truth is known. random to hybrid rank the texts alone; jobfit match "
        "adds the requirement ledger and the pool.",
        {name: evaluate(run, qrels, MEASURES) for name, run in {**runs, "jobfit match": matched}.items()},
    )
