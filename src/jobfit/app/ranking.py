"""Rank a corpus for every query: BEIR files in, a TREC run out, no database."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field

from jobfit.app.encoding import HyreFacts, check_encodes, open_hyre, reading_with
from jobfit.app.wire import DEFAULT_MODEL, Hyre, K, Mask, Model, Out, Progress, Request, Seed, quiet
from jobfit.errors import Rejection

System = Literal["random", "bm25", "dense", "hybrid"]


class RankRequest(Request):
    """What to rank, and by which system."""

    corpus: Path = Field(description="BEIR corpus.jsonl: _id, title, text.")
    queries: Path = Field(description="BEIR queries.jsonl: _id, text.")
    out: Out
    k: K = 100
    system: System = "hybrid"
    model: Model = DEFAULT_MODEL
    hyre: Hyre = None
    seed: Seed = 0
    mask: Mask = True


class RankResult(HyreFacts):
    """Where the run is, and how much was ranked."""

    run: Path
    system: System
    queries: int
    documents: int
    k: int


def rank(request: RankRequest, progress: Progress = quiet) -> RankResult:
    """Rank the corpus for every query and write a TREC run; documents without text are left out and noted.

    Raises:
        InputError: a file cannot be read or written, or the system has no encoder for hypothetical texts.
    """
    from jobfit.app.encoding import cached_encoder
    from jobfit.artifacts import check_writable
    from jobfit.encoders.generated import store_facts
    from jobfit.ingest.formats.trec import write_run
    from jobfit.reading import read_documents
    from jobfit.retrieval.systems import rank as rank_documents

    check_writable(request.out)
    empty: list[Rejection] = []
    queries, corpus = (
        read_documents(path, masked=request.mask, rejects=empty) for path in (request.queries, request.corpus)
    )
    encoded_by = [request.model] if request.system in ("dense", "hybrid") else []
    with open_hyre(request.hyre, *encoded_by, progress=progress) as store:
        check_encodes(store, request.system)
        run = rank_documents(
            request.system, queries, corpus, request.k, seed=request.seed,
            encoder=lambda: reading_with(cached_encoder(request.model), store, queries, corpus),
        )  # fmt: skip
        facts = store_facts(store)
    write_run(run, request.out)
    for rejection in empty:
        progress.note(f"left out: {rejection.file}, line {rejection.row}: {rejection.reason}")
    return RankResult(
        run=request.out, system=request.system, queries=len(run), documents=len(corpus), k=request.k, **facts
    )
