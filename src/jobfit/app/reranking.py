"""The reranker of a use case: a cross-encoder's folder, how many documents it reads, and how long ones are read."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from jobfit.app.wire import Progress, Request, Result, quiet

if TYPE_CHECKING:
    from jobfit.records import Document, Kind
    from jobfit.runs import Run
    from jobfit.scorers.cross_encoder import CrossEncoderScorer


class RerankOptions(Request):
    title: ClassVar[str] = "Reranker"

    rerank: Path | None = Field(None, description="Folder of a cross-encoder that reads the best again, in pairs.")
    rerank_top: int = Field(50, ge=1, description="How many of the best it reads for each query.")
    rerank_passages: Literal["max", "first", "mean"] = Field(
        "max", description="Of a text longer than the model's window: its best passage, the first alone, or the mean."
    )


class Reranker(Result):
    """What read the best again. ``licence`` is what the model's card or its name says."""

    folder: Path
    model: str
    licence: str
    top: int


def open_reranker(options: RerankOptions, progress: Progress = quiet) -> CrossEncoderScorer | None:
    """Load the reranker that is asked for, if any; its licence is told where it needs a look."""
    if options.rerank is None:
        return None
    from jobfit.app.encoding import private_cache
    from jobfit.scorers.cross_encoder import load_cross_encoder

    return load_cross_encoder(
        options.rerank,
        graphs=private_cache() / "graphs",
        aggregate=options.rerank_passages,
        on_convert=lambda name: progress.note(f"Preparing {name} for this machine, once"),
        on_warning=lambda text: progress.note(f"WARNING: {text}"),
    )


def reranked(
    options: RerankOptions,
    scorer: CrossEncoderScorer | None,
    run: Run,
    queries: Sequence[Document],
    corpus: Sequence[Document],
    asking: Kind,
    progress: Progress = quiet,
) -> Run:
    """Return the run as the reranker orders its best; as it is where there is none."""
    if scorer is None:
        return run
    from jobfit.retrieval.rerank import rerank

    told = progress.of("Reranking")
    done = rerank(run, queries, corpus, scorer, options.rerank_top, asking=asking, on_progress=told)
    tell_cut(scorer, progress)
    return done


def tell_cut(scorer: CrossEncoderScorer, progress: Progress) -> None:
    if scorer.cut_vacancies:
        progress.note(
            f"{scorer.cut_vacancies} pairs hold a vacancy too long for {scorer.name}'s window of "
            f"{scorer.passages.max_tokens} tokens: its end was not read in them"
        )


def reranker_facts(options: RerankOptions, scorer: CrossEncoderScorer | None) -> Reranker | None:
    if options.rerank is None or scorer is None:
        return None
    return Reranker(
        folder=options.rerank, model=scorer.fingerprint, licence=scorer.licence.name, top=options.rerank_top
    )
