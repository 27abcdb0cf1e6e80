"""Preferences from a judge: pairs of a model's top ranks, asked in both orders."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from jobfit.app.encoding import open_hyre, reading_pairs
from jobfit.app.llm import Asked, DryRun, Estimate, LlmOptions, llm_client
from jobfit.app.wire import Hyre, Out, Progress, Request, Result, Seed, quiet
from jobfit.errors import InputError
from jobfit.evaluation.alignment import Position

if TYPE_CHECKING:
    from jobfit.judged import Texts
    from jobfit.runs import Run
    from jobfit.training.annotation import Annotator, DrawnPair


class AnnotateRequest(Request):
    vacancies: Path = Field(description="JSON Lines as of BEIR, a `jobfit prepare` folder, or a data set.")
    candidates: Path = Field(description="The same for the candidates; may be the same path.")
    run: Path | None = Field(None, description="A TREC run of the current model, vacancies as queries.")
    model: str | None = Field(None, description="Instead of a run: the encoder that ranks the candidates.")
    hyre: Hyre = None
    out: Out
    pairs: Path | None = Field(
        None, description="Also write the preferences here, as annotated_pair_data*.jsonl of RankPO."
    )
    depth: int = Field(100, ge=2, description="Pairs are drawn from this many top ranks.")
    per_vacancy: int = Field(1, ge=1, description="Pairs of each vacancy.")
    disagreements: Literal["drop", "soft"] = Field(
        "drop", description="Two votes that differ are dropped, or a soft label."
    )
    simulate_from: Path | None = Field(
        None, description="Simulate the judge from a market's truth/pairs.parquet, or qrels: no language model."
    )
    noise: float = Field(0.0, ge=0, le=1, description="Simulated judge: share of wrong votes.")
    position_bias: float = Field(
        0.0, ge=-1, le=1, description="Simulated judge: share of votes for the first shown, whoever it is."
    )
    seed: Seed = 0
    llm: LlmOptions = Field(default_factory=LlmOptions)
    dry_run: DryRun = False


class Confidence(Result):
    mean: float | None
    share_of_100: float | None


class AnnotateResult(Result):
    out: Path
    asked: int
    failed: int
    failures: dict[str, int]
    llm: Asked | None
    pairs_file: Path | None
    annotator: str
    pairs: int
    agreement: dict[str, int]
    share_agreed: float | None
    decided: int
    soft: int
    shown_first: Position
    order_effect: Position
    confidence: Confidence


class AnnotateEstimate(Result):
    """What asking would take (``None``: a simulated judge takes nothing)."""

    annotator: str
    questions: int
    estimate: Estimate | None


def annotate(request: AnnotateRequest, progress: Progress = quiet) -> AnnotateResult | AnnotateEstimate:
    """Ask which of two candidates suits better, in both orders, and append each vote to OUT.

    A second run asks only what has no vote yet. Exit code 7: some questions got no usable answer.
    """
    from jobfit.judged import Texts
    from jobfit.training.annotation import check_texts, draw_pairs, questions_of
    from jobfit.training.annotation_files import check_pairs_file, read_texts
    from jobfit.training.annotators import LlmAnnotator

    if request.pairs is not None:
        check_pairs_file(request.pairs)
    texts = Texts(read_texts(request.vacancies, "vacancies"), read_texts(request.candidates, "candidates"))
    drawn = draw_pairs(_run(request, texts, progress), request.depth, request.per_vacancy, request.seed)
    if not drawn:
        raise InputError("no vacancy of the run has two candidates: there is nothing to compare")
    check_texts(drawn, texts)
    with _annotator(request, drawn, progress) as annotator:
        if not request.dry_run:
            return _ask(request, annotator, drawn, texts, progress)
        questions = list(questions_of(drawn, texts))
        estimate = Estimate.of(annotator.estimate(questions)) if isinstance(annotator, LlmAnnotator) else None
        return AnnotateEstimate(annotator=annotator.name, questions=len(questions), estimate=estimate)


def _run(request: AnnotateRequest, texts: Texts, progress: Progress) -> Run:
    model = request.model
    if (request.run is None) == (model is None):
        raise InputError("name the current model: --run, a TREC run of it, or --model, the encoder itself")
    if request.run is not None:
        from jobfit.ingest.formats.trec import read_run

        if request.hyre is not None:
            raise InputError("--hyre belongs to --model: a run is ranked already (`jobfit rank --hyre`)")
        return read_run(request.run)
    from jobfit.encoders.loading import load_encoder
    from jobfit.records import Document
    from jobfit.retrieval.systems import rank

    assert model is not None
    queries, corpus = ([Document(id_, text) for id_, text in side.items()] for side in (texts.queries, texts.documents))
    with open_hyre(request.hyre, model, progress=progress) as store:
        return rank("dense", queries, corpus, request.depth, encoder=lambda: reading_pairs(load_encoder(model), store))


@contextmanager
def _annotator(request: AnnotateRequest, drawn: tuple[DrawnPair, ...], progress: Progress) -> Iterator[Annotator]:
    from jobfit.training.annotators import LlmAnnotator, SimulatedAnnotator, read_truth

    truth = request.simulate_from
    if (truth is None) == (request.llm.url is None):
        raise InputError("say who judges: --llm-url and --llm-model, or --simulate-from (no language model)")
    if truth is None:
        with llm_client(request.llm) as client:
            yield LlmAnnotator(client)
        return
    known = read_truth(truth, (pair.vacancy_id for pair in drawn))
    if equal := sum(known(p.vacancy_id, p.x_id) == known(p.vacancy_id, p.y_id) for p in drawn):
        progress.note(f"{equal} of {len(drawn)} pairs have equal truth: the simulated judge tosses a coin for these")
    yield SimulatedAnnotator(known, request.noise, request.position_bias, request.seed, truth_name=truth.name)


def _ask(
    request: AnnotateRequest, annotator: Annotator, drawn: tuple[DrawnPair, ...], texts: Texts, progress: Progress
) -> AnnotateResult:
    from jobfit.training.annotation import VoteLog, annotate, collect, decide, open_questions, report_on
    from jobfit.training.annotation_files import write_annotated_pairs
    from jobfit.training.annotators import LlmAnnotator

    with VoteLog(request.out, annotator) as log:
        for note in log.notes:
            progress.note(note)
        asked = len(open_questions(drawn, texts, log))
        failures = annotate(drawn, texts, annotator, log, lambda done: progress.step("Asking", done, asked))
        collected = collect(drawn, texts, log)
    verdicts = [decide(votes, request.disagreements) for votes in collected]
    if request.pairs is not None:
        write_annotated_pairs(verdicts, texts, request.pairs, annotator.name)
    return AnnotateResult(
        out=request.out,
        asked=asked,
        failed=failures.total(),
        failures=dict(sorted(failures.items())),
        llm=Asked.of(annotator.client) if isinstance(annotator, LlmAnnotator) else None,
        pairs_file=request.pairs,
        **report_on(annotator.name, collected, verdicts).to_json(),
    )
