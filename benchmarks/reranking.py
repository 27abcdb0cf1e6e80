"""What a reranker adds to hybrid: a cross-encoder trained on the market, and a language model four people at a time.

    python benchmarks/reranking.py --work FOLDER
    python benchmarks/reranking.py --work FOLDER --llm-url http://127.0.0.1:8089/v1 --llm-model NAME --queries 100

The cross-encoder starts from all-MiniLM-L6-v2 with a fresh head and learns the log of one simulated market, with people
from functools import partial
from the middle of the hybrid ranking as negatives, by LambdaLoss@10. It is tested on the truth of another market, and,
where JOBFIT_SHARED_DATA is set, on it-resumes (real resumes and adverts; weak labels: the same category). FOLDER keeps
what is done, answers included: a run that is stopped goes on. Writes results/reranking.json; a run with --llm-url adds
its part to what is there, five queries of each set at a time.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from environment import RESULTS, describe, write
from jobfit.encoders.loading import load_encoder
from jobfit.evaluation.compare import compare
from jobfit.evaluation.measures import evaluate
from jobfit.experiments.carried_over import read_other
from jobfit.experiments.market import MarketSizes, market_data
from jobfit.ingest.formats.trec import read_run, write_run
from jobfit.judged import CANDIDATES_FOR_VACANCY, Judged
from jobfit.llm.client import Client
from jobfit.llm.settings import Settings
from jobfit.ordering import tie_key
from jobfit.records import Document
from jobfit.retrieval.listwise import Listwise, Reordered, rerank_listwise
from jobfit.retrieval.rerank import rerank
from jobfit.retrieval.systems import rank
from jobfit.runs import Ranking, Run
from jobfit.scorers.cross_encoder import load_cross_encoder
from jobfit.training.cross_stage import CrossStage, fit_cross_encoder
from jobfit.training.data import TrainingSet
from jobfit.training.loop.settings import TrainSettings
from jobfit.training.model import ModelOptions

MODEL, HYBRID, CROSS, LISTWISE = "all-MiniLM-L6-v2", "hybrid", "hybrid + cross-encoder", "hybrid + listwise"
BAND, MINED = (20, 60), 4  # ranks of hybrid from which so many negatives are drawn: the first ones may well fit
STAGE = CrossStage(size=6)
ASKED = 5  # queries that a language model is asked about between two files
PART = 100  # queries that are read again between two files
RESULT = RESULTS / "reranking.json"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, required=True, help="folder for what is learnt, ranked and answered")
    parser.add_argument("--candidates", type=int, default=250)
    parser.add_argument("--vacancies", type=int, default=100)
    parser.add_argument("--held-out-candidates", type=int, default=200)
    parser.add_argument("--held-out-vacancies", type=int, default=1050)
    parser.add_argument("--steps", type=int, default=30, help=f"of 4 lists of {STAGE.size} pairs")
    parser.add_argument("--tokens", type=int, default=160)
    parser.add_argument("--freeze", type=int, default=4, help="layers, of six, that stay as they are")
    parser.add_argument("--top", type=int, default=5, help="how many are read again")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--llm-url")
    parser.add_argument("--llm-model")
    parser.add_argument("--queries", type=int, default=100, help="with --llm-url: of each set, so many, drawn")
    parser.add_argument("--llm-top", type=int, default=8)
    parser.add_argument("--llm-characters", type=int, default=1200, help="of each text that are sent")
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    sizes = MarketSizes(
        options.candidates, options.vacancies, options.held_out_candidates, options.held_out_vacancies,
        seed=options.seed,
    )  # fmt: skip
    data = market_data(sizes, ("nDCG@10",))
    print(data.source, flush=True)
    held_out = replace(data.held_out, tasks=(data.held_out.task(CANDIDATES_FOR_VACANCY),), name="market")
    sets = {"market": held_out, **real()}
    if options.llm_url:
        ask_listwise(sets, options)
        return
    trained = train(data.train, data.validation, options)
    result = {
        **describe("torch", "sentence-transformers", "openvino", "numpy"),
        "data": data.source,
        "not_measured": {} if len(sets) > 1 else {"it-resumes": "JOBFIT_SHARED_DATA is not set"},
        "read_again": options.top,
        "training": trained,
        "sets": {name: cross_encoded(name, judged, options) for name, judged in sets.items()},
        "load_average_after": os.getloadavg()[0],
    }
    print(write("reranking", result).name)


def real() -> dict[str, Judged]:
    folder = os.environ.get("JOBFIT_SHARED_DATA")
    if not folder:
        print("it-resumes is left out: JOBFIT_SHARED_DATA is not set", flush=True)
        return {}
    return {"it-resumes": read_other(Path(folder) / "it-resumes" / CANDIDATES_FOR_VACANCY)}


def train(data: TrainingSet, validation: TrainingSet, options: argparse.Namespace) -> dict[str, Any]:
    """Train into FOLDER/trained/model; return what was done."""
    facts = options.work / "trained.json"
    if facts.is_file():
        return dict(json.loads(facts.read_text(encoding="utf-8")))
    settings = TrainSettings(
        epochs=100, max_steps=options.steps, batch_size=4, learning_rate=2e-4, warm_up=0.1, seed=options.seed,
        evaluate_every=max(1, options.steps // 2), checkpoint_every=10, threads=1,
    )  # fmt: skip
    model = ModelOptions(max_tokens=options.tokens, freeze_layers=options.freeze, seed=options.seed)
    done = fit_cross_encoder(
        MODEL, data, validation, options.work / "trained", settings, stage=STAGE, options=model,
        mined=mined(data, options), on_progress=said,
    )  # fmt: skip
    found = {
        "stage": asdict(STAGE), "model": asdict(model), "settings": asdict(settings), "mined_ranks": BAND,
        "validation": done.trained.history, "weights_of_step": done.trained.best_step, "temperature": done.temperature,
        "sha256": done.trained.sha256,
    }  # fmt: skip
    facts.write_text(json.dumps(found, default=str), encoding="utf-8")
    return dict(json.loads(facts.read_text(encoding="utf-8")))


def mined(data: TrainingSet, options: argparse.Namespace) -> dict[str, list[str]]:
    asked = {pair.vacancy_id: data.vacancies[pair.vacancy_id] for pair in data.positives}
    run = ranked("train", HYBRID, asked, data.candidates, options, BAND[1])
    dice = np.random.default_rng(options.seed)
    return {one.query_id: dice.choice(one.document_ids[BAND[0] :], MINED, replace=False).tolist() for one in run}


def ranked(
    name: str, system: str, asked: Mapping[str, str], people: Mapping[str, str], options: argparse.Namespace, k: int
) -> Run:
    """Return what a system ranks first, from FOLDER where it is there."""

    def make() -> Run:
        encoder = load_encoder(MODEL, cache=options.work / "vectors.sqlite")
        queries, corpus = documents(asked), documents(people)
        return rank(system, queries, corpus, k, encoder=lambda: encoder)

    return kept(options.work / f"{name}-{system}.trec", make)


def kept(path: Path, make: Callable[[], Run]) -> Run:
    if not path.is_file():
        write_run(make(), path)
    return read_run(path)


def documents(texts: Mapping[str, str]) -> list[Document]:
    return [Document(i, text) for i, text in sorted(texts.items())]


def cross_encoded(name: str, judged: Judged, options: argparse.Namespace) -> dict[str, Any]:
    task = judged.tasks[0]
    asked = {i: judged.vacancies[i] for i in task.qrels.grades}
    runs = {system: ranked(name, system, asked, judged.candidates, options, 100) for system in ("bm25", HYBRID)}
    scorer = load_cross_encoder(
        options.work / "trained/model", max_tokens=options.tokens, aggregate="first", graphs=options.work / "graphs"
    )
    rankings: dict[str, Ranking] = {}
    ids = sorted(runs[HYBRID].rankings)
    for start in range(0, len(ids), PART):
        part = Run(HYBRID, {i: runs[HYBRID].rankings[i] for i in ids[start : start + PART]})
        again = kept(
            options.work / f"{name}-cross-{options.top}-{start}.trec",
            partial(rerank, part, documents(asked), documents(judged.candidates), scorer, options.top),
        )
        rankings |= again.rankings
        said(start + PART, len(ids))
    runs[CROSS] = Run(CROSS, rankings)
    return {
        "vacancies": len(asked), "candidates": len(judged.candidates), "temperature_used": False,
        **compared(runs, HYBRID, CROSS, judged),
    }  # fmt: skip


def compared(runs: Mapping[str, Run], before: str, after: str, judged: Judged) -> dict[str, Any]:
    measures, qrels = ("P@1", "nDCG@5", "nDCG@10", "RR@10"), judged.tasks[0].qrels
    return {
        "systems": {
            name: {m: asdict(found) for m, found in evaluate(run, qrels, measures).aggregate.items()}
            for name, run in runs.items()
        },
        f"{after} minus {before}": {
            m: asdict(row) for m, row in compare(runs[before], runs[after], qrels, measures).items()
        },
    }


def ask_listwise(sets: Mapping[str, Judged], options: argparse.Namespace) -> None:
    """Let the language model order the first of hybrid, four at a time; answers are kept in FOLDER."""
    reading = Listwise(characters=options.llm_characters, seed=options.seed)
    settings = Settings(concurrency=ASKED, seconds=1800, answer_tokens=64, longest_answer=128)
    drawn = {
        name: sorted(judged.tasks[0].qrels.grades, key=lambda i: tie_key("listwise", i))[: options.queries]
        for name, judged in sets.items()
    }
    done: dict[str, list[Reordered]] = {name: [] for name in sets}
    started = time.monotonic()
    with Client(options.llm_url, options.llm_model, cache=options.work / "answers", settings=settings) as client:
        for start in range(0, options.queries, ASKED):
            for name, judged in sets.items():
                if not (part := drawn[name][start : start + ASKED]):
                    continue
                asked = {i: judged.vacancies[i] for i in judged.tasks[0].qrels.grades}
                base = ranked(name, HYBRID, asked, judged.candidates, options, 100)
                done[name].append(
                    rerank_listwise(
                        Run(HYBRID, {i: base.rankings[i] for i in part}), documents(asked),
                        documents(judged.candidates), client, options.llm_top, settings=reading,
                    )
                )  # fmt: skip
                kept = json.loads(RESULT.read_text(encoding="utf-8")) if RESULT.is_file() else {}
                kept["listwise"] = {
                    "model": options.llm_model, "read_again": options.llm_top, "settings": asdict(reading),
                    "spent_in_this_run": asdict(client.spent),
                    "seconds_of_this_run": round(time.monotonic() - started),
                    "sets": {n: listwise(n, sets[n], parts, options) for n, parts in done.items() if parts},
                }  # fmt: skip
                write("reranking", kept)
                said(start + len(part), len(drawn[name]))


def listwise(name: str, judged: Judged, parts: list[Reordered], options: argparse.Namespace) -> dict[str, Any]:
    """Compare what came out so far with hybrid, on the same queries."""
    rankings = {i: ranking for one in parts for i, ranking in one.run.rankings.items()}
    task = judged.tasks[0]
    every = {i: judged.vacancies[i] for i in task.qrels.grades}
    base = ranked(name, HYBRID, every, judged.candidates, options, 100)
    asked = replace(task, qrels=replace(task.qrels, grades={i: task.qrels.grades[i] for i in rankings}))
    return {
        "vacancies": len(rankings), "candidates": len(judged.candidates),
        "windows_asked": sum(one.asked for one in parts),
        "order_kept": dict(sum((Counter(one.kept) for one in parts), Counter())),
        "texts_cut": sum(one.cut for one in parts),
        **compared(
            {HYBRID: Run(HYBRID, {i: base.rankings[i] for i in rankings}), LISTWISE: Run(LISTWISE, rankings)},
            HYBRID, LISTWISE, replace(judged, tasks=(asked,)),
        ),
    }  # fmt: skip


def said(done: int, total: int) -> None:
    if done % 10 == 0 or done >= total:
        print(f"{min(done, total)}/{total}", flush=True)


if __name__ == "__main__":
    main()
