"""jobfit annotate: pairs from a model's top ranks, judged in both orders by a language model or a simulated judge."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from jobfit.cli.hyre import finish, spent_json
from jobfit.cli.hyre_options import Hyre, open_hyre, reading_pairs
from jobfit.cli.llm_options import DryRun, LlmOptions, asks_a_model, llm_client
from jobfit.cli.options import AsJson, Out, Seed
from jobfit.cli.output import progress, stderr
from jobfit.errors import InputError

if TYPE_CHECKING:
    from jobfit.judged import Texts
    from jobfit.runs import Run
    from jobfit.training.annotation import Annotator, DrawnPair


class Disagreements(StrEnum):
    """What becomes of a pair whose two votes differ."""

    DROP = "drop"
    SOFT = "soft"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(annotate)


@asks_a_model()
def annotate(
    *,
    vacancies: Annotated[Path, typer.Option(help="JSON Lines as of BEIR, a `jobfit prepare` folder, or a data set.")],
    candidates: Annotated[Path, typer.Option(help="The same for the candidates; may be the same path.")],
    run: Annotated[Path | None, typer.Option(help="A TREC run of the current model, vacancies as queries.")] = None,
    model: Annotated[str | None, typer.Option(help="Instead of a run: the encoder that ranks the candidates.")] = None,
    hyre: Hyre = None,
    out: Out,
    pairs: Annotated[
        Path | None, typer.Option(help="Also write the preferences here, as annotated_pair_data*.jsonl of RankPO.")
    ] = None,
    depth: Annotated[int, typer.Option(min=2, help="Pairs are drawn from this many top ranks.")] = 100,
    per_vacancy: Annotated[int, typer.Option(min=1, help="Pairs of each vacancy.")] = 1,
    disagreements: Annotated[
        Disagreements, typer.Option(help="Two votes that differ are dropped, or a soft label.")
    ] = Disagreements.DROP,
    simulate_from: Annotated[
        Path | None,
        typer.Option(help="Simulate the judge from a market's truth/pairs.parquet, or qrels: no language model."),
    ] = None,
    noise: Annotated[float, typer.Option(min=0, max=1, help="Simulated judge: share of wrong votes.")] = 0.0,
    position_bias: Annotated[
        float, typer.Option(min=-1, max=1, help="Simulated judge: share of votes for the first shown, whoever it is.")
    ] = 0.0,
    seed: Seed = 0,
    llm: LlmOptions,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Ask which of two candidates suits better, in both orders, and append each vote to OUT.

    A second run asks only what has no vote yet. Exit code 7: some questions got no usable answer.
    """
    texts = _texts(vacancies, candidates)
    drawn = _drawn(_run(run, (model, hyre), texts, depth), (depth, per_vacancy, seed), texts)
    with _annotator(llm, simulate_from, (noise, position_bias, seed), drawn) as annotator:
        answer = _dry_run(annotator, drawn, texts) if dry_run else _ask(annotator, drawn, texts, out)
        if not dry_run:
            answer |= _verdicts(annotator, drawn, texts, (out, pairs, disagreements.value))
    finish(answer, as_json, llm.keep_incomplete)


def _texts(vacancies: Path, candidates: Path) -> Texts:
    from jobfit.judged import Texts
    from jobfit.training.annotation_files import read_texts

    return Texts(read_texts(vacancies, "vacancies"), read_texts(candidates, "candidates"))


def _run(path: Path | None, encoder: tuple[str | None, Path | None], texts: Texts, depth: int) -> Run:
    model, hyre = encoder
    if (path is None) == (model is None):
        raise InputError("name the current model: --run, a TREC run of it, or --model, the encoder itself")
    if model is None and hyre is not None:
        raise InputError("--hyre belongs to --model: a run is ranked already (`jobfit rank --hyre`)")
    if path is not None:
        from jobfit.ingest.formats.trec import read_run

        return read_run(path)
    from jobfit.encoders.loading import load_encoder
    from jobfit.records import Document
    from jobfit.retrieval.systems import rank

    queries, corpus = ([Document(id_, text) for id_, text in side.items()] for side in (texts.queries, texts.documents))
    with open_hyre(hyre, model or "") as store:
        return rank("dense", queries, corpus, depth, encoder=lambda: reading_pairs(load_encoder(model or ""), store))


def _drawn(run: Run, how: tuple[int, int, int], texts: Texts) -> tuple[DrawnPair, ...]:
    """Draw the pairs, by (depth, pairs a vacancy, seed), and refuse ids without a text before anything is written."""
    from jobfit.training.annotation import check_texts, draw_pairs

    drawn = draw_pairs(run, *how)
    if not drawn:
        raise InputError("no vacancy of the run has two candidates: there is nothing to compare")
    check_texts(drawn, texts)
    return drawn


@contextmanager
def _annotator(
    options: LlmOptions, truth: Path | None, faults: tuple[float, float, int], drawn: tuple[DrawnPair, ...]
) -> Iterator[Annotator]:
    from jobfit.training.annotators import LlmAnnotator, SimulatedAnnotator
    from jobfit.training.known_truth import read_truth

    if (truth is None) == (options.url is None):
        raise InputError("say who judges: --llm-url and --llm-model, or --simulate-from (no language model)")
    if truth is not None:
        known = read_truth(truth, (pair.vacancy_id for pair in drawn))
        if equal := sum(known(p.vacancy_id, p.x_id) == known(p.vacancy_id, p.y_id) for p in drawn):
            stderr.print(f"{equal} of {len(drawn)} pairs have equal truth: the simulated judge tosses a coin for these")
        yield SimulatedAnnotator(known, *faults, truth_name=truth.name)
        return
    with llm_client(options) as client:
        yield LlmAnnotator(client)


def _dry_run(annotator: Annotator, drawn: tuple[DrawnPair, ...], texts: Texts) -> dict[str, Any]:
    from jobfit.training.annotation import questions_of
    from jobfit.training.annotators import LlmAnnotator

    questions = list(questions_of(drawn, texts))
    estimate = asdict(annotator.estimate(questions)) if isinstance(annotator, LlmAnnotator) else None
    return {"annotator": annotator.name, "questions": len(questions), "estimate": estimate}


def _ask(annotator: Annotator, drawn: tuple[DrawnPair, ...], texts: Texts, out: Path) -> dict[str, Any]:
    from jobfit.training.annotation import VoteLog, annotate, open_questions
    from jobfit.training.annotators import LlmAnnotator

    with VoteLog(out, annotator) as log, progress("Asking") as update:
        for note in log.notes:
            stderr.print(note)
        asked = len(open_questions(drawn, texts, log))
        failures = annotate(drawn, texts, annotator, log, lambda done: update(done, asked))
    return {
        "out": str(out),
        "asked": asked,
        "failed": failures.total(),
        "failures": dict(sorted(failures.items())),
        "llm": spent_json(annotator.client) if isinstance(annotator, LlmAnnotator) else None,
    }


def _verdicts(
    annotator: Annotator, drawn: tuple[DrawnPair, ...], texts: Texts, where: tuple[Path, Path | None, Any]
) -> dict[str, Any]:
    from jobfit.training.annotation import VoteLog, collect
    from jobfit.training.annotation_files import write_annotated_pairs
    from jobfit.training.verdicts import decide, report_on

    out, pairs, disagreements = where
    with VoteLog(out, annotator) as log:
        collected = collect(drawn, texts, log)
    verdicts = [decide(votes, disagreements) for votes in collected]
    if pairs is not None:
        write_annotated_pairs(verdicts, texts, pairs, annotator.name)
    return {"pairs_file": str(pairs) if pairs else None, **report_on(annotator.name, collected, verdicts).to_json()}
