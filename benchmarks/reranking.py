"""A small cross-encoder trained on the simulated market: what it adds to hybrid, and what a student learns from it.

    python benchmarks/reranking.py --work FOLDER

Train: one market's log (accepted, turned down, and people from the middle of the dense ranking as negatives), softmax
over lists of eight, from all-MiniLM-L6-v2 with a fresh head. Test: the truth of another market. Then the trained model
scores the training lists, and all-MiniLM-L6-v2 learns those scores with sentence-transformers' losses. FOLDER keeps
what is done, so that a run that is stopped goes on. Writes results/reranking.json.
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from scipy.stats import kendalltau

from environment import describe, write
from jobfit.encoders.loading import load_encoder
from jobfit.evaluation.compare import compare
from jobfit.evaluation.measures import evaluate
from jobfit.experiments.market import MarketSizes, market_data
from jobfit.records import Document
from jobfit.retrieval.rerank import rerank
from jobfit.retrieval.systems import rank
from jobfit.runs import Qrels, Ranking, Run
from jobfit.scorers.base import PersonJob
from jobfit.scorers.cross_encoder import CrossEncoderScorer, load_cross_encoder
from jobfit.training.cross_encoder import TrainableCrossEncoder
from jobfit.training.data import TrainingSet
from jobfit.training.distillation import DistillationObjective, TaughtList
from jobfit.training.loop.settings import TrainSettings
from jobfit.training.loop.trainer import Trainer
from jobfit.training.losses.ranking import ranking_loss
from jobfit.training.model import ModelOptions, TrainableEncoder
from jobfit.training.objectives.pair_lists import GradedList, PairListObjective, PairListValidator, graded_lists

MODEL = "all-MiniLM-L6-v2"
MEASURES = ("nDCG@10", "P@1", "RR@10")
BAND = (30, 90)  # ranks of the dense list from which negatives are drawn: the first ones may well fit


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, required=True, help="folder for what is learnt and ranked")
    parser.add_argument("--candidates", type=int, default=1500)
    parser.add_argument("--vacancies", type=int, default=450)
    parser.add_argument("--held-out-candidates", type=int, default=500)
    parser.add_argument("--held-out-vacancies", type=int, default=520)
    parser.add_argument("--steps", type=int, default=80, help="of 4 lists of 8 pairs")
    parser.add_argument("--top", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    sizes = MarketSizes(
        options.candidates, options.vacancies, options.held_out_candidates, options.held_out_vacancies,
        seed=options.seed,
    )  # fmt: skip
    data = market_data(sizes, MEASURES)
    print(data.source, flush=True)
    train, validation = (lists_of(part, options.seed) for part in (data.train, data.validation))
    trained = train_cross_encoder(data.train, data.validation, train, validation, options)
    scorer = load_cross_encoder(options.work / "cross-encoder", aggregate="max")
    task = next(task for task in data.held_out.tasks if task.name == "candidates_for_vacancy")
    qrels = Qrels(task.qrels.grades)
    queries = [Document(i, data.held_out.vacancies[i]) for i in sorted(qrels.grades)]
    corpus = [Document(i, text) for i, text in sorted(data.held_out.candidates.items())]
    runs = {name: first(options.work, name, queries, corpus) for name in ("bm25", "dense", "hybrid")}
    runs["hybrid + cross-encoder"] = rerank(runs["hybrid"], queries, corpus, scorer, options.top, on_progress=said)
    taught = [one for one in train if len(one.candidate_ids) > 1][: options.steps * 4]
    students, agreement = distil(data.train, taught, scorer, queries, corpus, runs["hybrid + cross-encoder"], options)
    result: dict[str, Any] = {
        **describe("torch", "sentence-transformers", "openvino", "numpy"),
        "data": data.source,
        "held_out": {"vacancies": len(queries), "candidates": len(corpus), "reranked": options.top},
        "training": trained,
        "systems": {name: measured(run, qrels) for name, run in (runs | students).items()},
        "cross_encoder_minus_hybrid": compared(runs["hybrid"], runs["hybrid + cross-encoder"], qrels),
        "student_minus_dense": {name: compared(runs["dense"], run, qrels) for name, run in students.items()},
        "agreement_with_teacher": agreement,
        "load_average_after": os.getloadavg()[0],
    }
    print(write("reranking", result).name)


def lists_of(data: TrainingSet, seed: int) -> tuple[GradedList, ...]:
    """Accepted, turned down, and five from the middle of the dense ranking of each vacancy."""
    encoder = load_encoder(MODEL)
    asked = sorted({pair.vacancy_id for pair in data.positives})
    people = [Document(i, text) for i, text in sorted(data.candidates.items())]
    run = rank("dense", [Document(i, data.vacancies[i]) for i in asked], people, BAND[1], encoder=lambda: encoder)
    dice = np.random.default_rng(seed)
    mined = {r.query_id: dice.choice(r.document_ids[BAND[0] :], 5, replace=False).tolist() for r in run}
    return graded_lists(data, mined)


def train_cross_encoder(
    train: TrainingSet, validation: TrainingSet, lists: Sequence[GradedList], held: Sequence[GradedList], options: Any
) -> dict[str, Any]:
    folder = options.work / "cross-encoder"
    if folder.is_dir():
        return dict(json.loads((options.work / "trained.json").read_text()))
    settings = TrainSettings(
        epochs=100, max_steps=options.steps, batch_size=4, learning_rate=1e-4, warm_up=0.1, seed=options.seed,
        evaluate_every=max(1, options.steps // 2), checkpoint_every=10,
    )  # fmt: skip
    model = TrainableCrossEncoder.load(MODEL, ModelOptions(max_tokens=512, seed=options.seed))
    objective = PairListObjective(train, lists, ranking_loss("softmax"), size=8, name="softmax")
    done = Trainer(
        model, objective, settings, options.work / "training", data_hash=train.hash,
        validator=PairListValidator(validation, held[:24]), on_progress=said,
    ).run()  # fmt: skip
    model.save(folder)
    facts = {"lists": len(lists), "pairs_seen": done.steps * 32, "settings": asdict(settings), "history": done.history}
    (options.work / "trained.json").write_text(json.dumps(facts))
    return facts


def first(work: Path, name: str, queries: Sequence[Document], corpus: Sequence[Document]) -> Run:
    encoder = load_encoder(MODEL, cache=work / "vectors.sqlite")
    return rank(name, queries, corpus, 100, encoder=lambda: encoder)


def distil(
    train: TrainingSet, lists: Sequence[GradedList], scorer: CrossEncoderScorer,
    queries: Sequence[Document], corpus: Sequence[Document], reranked: Run, options: Any,
) -> tuple[dict[str, Run], dict[str, Any]]:  # fmt: skip
    """Teach both of sentence-transformers' losses to fresh students; how far each orders the top as the teacher."""
    pairs = [
        PersonJob(Document(c, train.candidates[c]), Document(one.vacancy_id, train.vacancies[one.vacancy_id]))
        for one in lists
        for c in one.candidate_ids[:8]
    ]
    scores = iter(scorer.score(pairs, on_progress=said).tolist())
    taught = [
        TaughtList(one.vacancy_id, one.candidate_ids[:8], tuple(next(scores) for _ in one.candidate_ids[:8]))
        for one in lists
    ]
    tops = {r.query_id: [hit.document_id for hit in r.hits[: options.top]] for r in reranked}
    runs: dict[str, Run] = {}
    agreement = {"dense, before": tau(rank_dense(TrainableEncoder.load(MODEL), queries, corpus), tops)}
    for name in ("margin-mse", "kl"):
        model = TrainableEncoder.load(MODEL, ModelOptions(max_tokens=256))
        settings = TrainSettings(batch_size=8, learning_rate=3e-5, seed=options.seed)
        objective = DistillationObjective(train, taught, name)
        Trainer(model, objective, settings, options.work / name, data_hash=train.hash, on_progress=said).run()
        scored = rank_dense(model, queries, corpus)
        runs[f"student, {name}"] = Run(name, {q: Ranking.from_scores(q, *found, 100) for q, found in scored.items()})
        agreement[f"student, {name}"] = tau(scored, tops)
    return runs, agreement


def rank_dense(
    model: TrainableEncoder, queries: Sequence[Document], corpus: Sequence[Document]
) -> dict[str, tuple[list[str], np.ndarray]]:
    texts = {f"q{one.id}": one.text for one in queries} | {f"d{one.id}": one.text for one in corpus}
    tokens = model.tokenise(texts).tokens
    asked, found = (
        model.embed([tokens[f"{side}{one.id}"] for one in some], bf16=True)
        for side, some in (("q", queries), ("d", corpus))
    )
    ids = [one.id for one in corpus]
    return {one.id: (ids, row) for one, row in zip(queries, asked @ found.T, strict=True)}


def tau(scored: dict[str, tuple[list[str], np.ndarray]], tops: dict[str, list[str]]) -> dict[str, Any]:
    """Kendall's tau of a student with the teacher over the documents that the teacher read, a mean over queries."""
    from measure import mean

    values = []
    for query_id, top in tops.items():
        ids, row = scored[query_id]
        place = {document_id: row[i] for i, document_id in enumerate(ids)}
        values.append(float(kendalltau(range(len(top)), [-place[document_id] for document_id in top]).statistic))
    return mean(values)


def measured(run: Run, qrels: Qrels) -> dict[str, Any]:
    return {name: asdict(found) for name, found in evaluate(run, qrels, MEASURES).aggregate.items()}


def compared(base: Run, run: Run, qrels: Qrels) -> dict[str, Any]:
    return {name: asdict(row) for name, row in compare(base, run, qrels, MEASURES).items()}


def said(done: int, total: int) -> None:
    if done % 512 == 0 or done == total or total < 512:
        print(f"\r{done}/{total}", end="\n" if done == total else "", flush=True)


if __name__ == "__main__":
    main()
