"""The reranker of a use case: a trained model's folder, how many documents it reads, and how long ones are read."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Literal, Protocol

from pydantic import Field

from jobfit.app.llm import Asked, LlmOptions, llm_client
from jobfit.app.wire import Progress, Request, Result, quiet
from jobfit.artifacts import MANIFEST, sha256_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from jobfit.records import Document, Kind
    from jobfit.runs import Run
    from jobfit.scorers.base import PersonJob
    from jobfit.scorers.licences import Licence


class RerankOptions(Request):
    title: ClassVar[str] = "Reranker"

    rerank: Path | None = Field(
        None, description="Folder of a cross-encoder, or of a pair classifier, that reads the best again, in pairs."
    )
    rerank_top: int = Field(50, ge=1, description="How many of the best are read again for each query.")
    rerank_passages: Literal["max", "first", "mean"] = Field(
        "max",
        description="Of a text longer than a cross-encoder's window: its best passage, the first alone, or the mean.",
    )


class Reranker(Result):
    """What read the best again. ``licence`` is what the model's card or its name says."""

    folder: Path
    model: str
    licence: str
    top: int


class ListReranker(Asked):
    """The language model that ordered the best: windows asked about, and in how many the order was kept, by reason.

    ``texts_cut``: of so many texts only the beginning was sent.
    """

    top: int
    windows: int
    order_kept: dict[str, int]
    texts_cut: int


class ReadingAgain(Protocol):
    """What reads the best again: a scorer with a name, a licence, and a count of vacancies that found no room."""

    fingerprint: str
    name: str
    licence: Licence
    cut_vacancies: int

    def score(self, pairs: Sequence[PersonJob]) -> NDArray[np.float64]: ...


class _Classifier:
    """A pair classifier that reranks; its encoder reads long texts whole, so no vacancy is cut."""

    cut_vacancies = 0

    def __init__(self, folder: Path, progress: Progress) -> None:
        from jobfit.app.encoding import cached_encoder
        from jobfit.scorers.licences import licence_of
        from jobfit.scorers.pair_classifier import load_pair_classifier

        self._classifier = load_pair_classifier(folder, lambda name: cached_encoder(name, progress))
        self.name = folder.resolve().name
        self.fingerprint = f"{self.name}-{sha256_of(folder / MANIFEST)[:16]}"
        self.licence = licence_of(Path(str(self._classifier.facts.get("backbone", self.name))))

    def score(self, pairs: Sequence[PersonJob]) -> NDArray[np.float64]:
        return self._classifier.score(pairs)


def open_reranker(options: RerankOptions, progress: Progress = quiet) -> ReadingAgain | None:
    """Load the reranker that is asked for, if any; its licence is told where it needs a look."""
    if options.rerank is None:
        return None
    if (options.rerank / MANIFEST).is_file():
        classifier = _Classifier(options.rerank, progress)
        if classifier.licence.warning:
            progress.note(f"WARNING: {classifier.name}: {classifier.licence.warning}")
        return classifier
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
    scorer: ReadingAgain | None,
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


def tell_cut(scorer: ReadingAgain, progress: Progress) -> None:
    if scorer.cut_vacancies:
        progress.note(
            f"{scorer.cut_vacancies} pairs hold a vacancy too long for {scorer.name}'s window: its end was not read in "
            "them"
        )


def reranker_facts(options: RerankOptions, scorer: ReadingAgain | None) -> Reranker | None:
    if options.rerank is None or scorer is None:
        return None
    return Reranker(
        folder=options.rerank, model=scorer.fingerprint, licence=scorer.licence.name, top=options.rerank_top
    )


def reordered(
    options: RerankOptions,
    llm: LlmOptions,
    run: Run,
    queries: Sequence[Document],
    corpus: Sequence[Document],
    asking: Kind,
    progress: Progress = quiet,
) -> tuple[Run, ListReranker | None]:
    """Return the run as a language model orders its best, and what it did; as it is where none is named."""
    if llm.url is None and llm.model is None:
        return run, None
    from jobfit.retrieval.listwise import rerank_listwise

    told = progress.of("Ordering")
    with llm_client(llm, progress) as client:
        done = rerank_listwise(run, queries, corpus, client, options.rerank_top, asking=asking, on_progress=told)
        facts = ListReranker(
            url=client.url, model=client.model, spent=client.spent, top=options.rerank_top, windows=done.asked,
            order_kept=dict(done.kept), texts_cut=done.cut,
        )  # fmt: skip
    if done.kept:
        reasons = ", ".join(f"{reason} {count}" for reason, count in sorted(done.kept.items()))
        progress.note(f"{sum(done.kept.values())} of {done.asked} answers were no order and changed nothing: {reasons}")
    return done.run, facts
