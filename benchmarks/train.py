"""Training speed, paired in one run on the same data: pairs per second at batch 32 and 256 tokens, and a RankPO step.

    python benchmarks/train.py                    three rounds and how it grows -> results/bench-train.json
    python benchmarks/train.py --smoke            a few steps, nothing written
    python benchmarks/train.py --growth-only      only how it grows, into the result that is there
    python benchmarks/train.py --plot             only docs/training/speed.svg and speed.md, from the results

It needs what sentence-transformers' trainer needs: pip install accelerate datasets.

*Contrastive.* sentence-transformers' own trainer as it comes (MultipleNegativesRankingLoss, 32-bit floats, dropout on,
a batch padded to its longest text, which at these texts is the window) against the loop here (bf16 autocast, dropout 0,
pieces of one length). Same pairs, batch, rate and schedule; the time is of the whole call, tokenising and checkpoint
included. Then nDCG@10 of both on vacancies that neither saw, with intervals. The order alternates.

*RankPO.* The published step (32-bit floats, dropout of the backbone, everything padded to the window, the reference run
again in each step) against ours (the reference's two numbers kept).
"""

import argparse
import json
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch

from environment import RESULTS, describe, write
from jobfit.ingest.formats.trec import read_qrels
from jobfit.judged import Pair, Preference
from jobfit.reading import read_documents
from jobfit.simulation.writer import simulate_to
from jobfit.training.data import TrainingSet
from jobfit.training.model import TrainableEncoder
from jobfit.training.validators import RankingValidator
from speed_page import write_page
from train_growth import draw, growth
from train_loops import (
    BATCH,
    RATE,
    TOKENS,
    TRIPLES,
    Steps,
    backbone,
    our_loop,
    our_rankpo,
    published_rankpo,
    their_loop,
)


def main() -> None:
    """Run the benchmark and write the result."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=512)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--smoke", action="store_true")
    parser.add_argument(
        "--growth-only", action="store_true", help="measure growth alone, into the result that is there"
    )
    parser.add_argument(
        "--plot", action="store_true", help="write docs/training/speed.svg and speed.md from the results that are there"
    )
    options = parser.parse_args()
    if options.plot:
        draw(stored())
        write_page()
        return
    if options.growth_only:
        only_growth(options.pairs)
        return
    if options.smoke:
        options.pairs, options.rounds = 32, 1
    torch.manual_seed(0)
    train, held = market(options.pairs, 10 if options.smoke else 60)
    contrastive = [one_round(train, held, number) for number in range(options.rounds)]
    preferences = [rankpo_round(train, 1 if options.smoke else 6, number) for number in range(options.rounds)]
    result: dict[str, Any] = {
        **describe("torch", "sentence-transformers", "transformers"),
        "data": {
            "what": "simulated market, masked as in ranking; a vacancy with its best candidates",
            "sha256": train.hash, "pairs": len(train.positives), "held_out_vacancies": len(held.vacancies),
            "batch": BATCH, "tokens": TOKENS, "rate": RATE, "threads": torch.get_num_threads(),
            "tokens_per_text": lengths(train),
        },
        "contrastive": summary(contrastive, "pairs_per_second"),
        "rankpo": summary(preferences, "triples_per_second"),
        "growth": [] if options.smoke else growth(train),
    }  # fmt: skip
    for name in ("contrastive", "rankpo"):
        print(name, result[name]["times_as_fast"])
    if options.smoke:
        print(result)
        return
    draw(result)
    print(write("bench-train", result).name)
    write_page()


def stored() -> dict[str, Any]:
    """The committed result."""
    found: dict[str, Any] = json.loads((RESULTS / "bench-train.json").read_text(encoding="utf-8"))
    return found


def only_growth(pairs: int) -> None:
    """Measure growth again and leave the rest of the result as it is; another machine or other versions are refused."""
    result, now = stored(), describe("torch", "sentence-transformers", "transformers")
    if other := [name for name in ("machine", "versions", "python") if result[name] != now[name]]:
        raise SystemExit(f"bench-train.json was measured elsewhere ({', '.join(other)}): run the whole benchmark")
    torch.manual_seed(0)
    result |= {"growth": growth(market(pairs, 60)[0]), "growth_command": now["command"]}
    draw(result)
    print(write("bench-train", result).name)
    write_page()


def market(pairs: int, held: int) -> tuple[TrainingSet, TrainingSet]:
    """A market's vacancies with their best candidates: ``pairs`` to train on, ``held`` vacancies apart."""
    with tempfile.TemporaryDirectory() as folder:
        simulate_to(Path(folder) / "market", 800, held + pairs // 4, 11, rendered_share=0)
        data = Path(folder) / "market" / "beir" / "candidates_for_vacancy"
        vacancies = {d.id: d.text for d in read_documents(data / "queries.jsonl")}
        candidates = {d.id: d.text for d in read_documents(data / "corpus.jsonl")}
        judged = read_qrels(data / "qrels" / "test.tsv").grades
    best = {v: sorted(judged[v], key=lambda c: (-judged[v][c], c))[:4] for v in sorted(judged)}
    found = {v: [Pair(c, v, judged[v][c]) for c in chosen if judged[v][c] > 0] for v, chosen in best.items()}
    names = [v for v in sorted(found) if found[v]]
    learnt = [pair for v in names[held:] for pair in found[v]][:pairs]
    choices = [
        Preference(v, found[v][0].candidate_id, c)
        for v in names[held:]
        for c in sorted(set(candidates) - set(best[v]))[:2]
    ]
    train = TrainingSet(candidates, vacancies, tuple(learnt), preferences=tuple(choices))
    apart = {v: vacancies[v] for v in names[:held]}
    graded = tuple(Pair(c, v, g) for v in apart for c, g in judged[v].items() if g > 0)
    return train, TrainingSet(candidates, apart, graded, split="validation")


def lengths(train: TrainingSet) -> dict[str, float]:
    """How long the texts of the pairs are, in tokens, before they are cut."""
    model = backbone(512)
    used = {p.candidate_id: train.candidates[p.candidate_id] for p in train.positives}
    used |= {p.vacancy_id: train.vacancies[p.vacancy_id] for p in train.positives}
    counts = [len(tokens) for tokens in model.tokenise(used).tokens.values()]
    return {"median": float(np.median(counts)), "share_of_256_or_more": float(np.mean(np.array(counts) >= TOKENS))}


def one_round(train: TrainingSet, held: TrainingSet, number: int) -> dict[str, dict[str, Any]]:
    """Both loops once, in an order that alternates; seconds of the call, then quality."""
    found = {}
    for name in ("theirs", "ours")[:: 1 if number % 2 == 0 else -1]:
        model = backbone(TOKENS)
        began = time.perf_counter()
        (their_loop if name == "theirs" else our_loop)(model, train, Steps(BATCH, seed=number))
        seconds = time.perf_counter() - began
        found[name] = {"rate": len(train.positives) / seconds, "quality": quality(model, held)}
    return found


def quality(model: TrainableEncoder, held: TrainingSet) -> dict[str, Any]:
    """nDCG@10 of both directions on the held-out vacancies, in 32-bit floats."""
    validator = RankingValidator(held)
    tokens = model.tokenise(validator.texts()).tokens
    measured = validator.measure(lambda keys: model.embed([tokens[key] for key in keys]))
    return measured.as_json()["metrics"]


def rankpo_round(train: TrainingSet, steps: int, number: int) -> dict[str, dict[str, float]]:
    """Steps of 16 triples: the published scheme, and ours with the time to run the reference once."""
    found = {}
    for name in ("theirs", "ours")[:: 1 if number % 2 == 0 else -1]:
        model = backbone(TOKENS, None if name == "theirs" else 0.0)
        began = time.perf_counter()
        (published_rankpo if name == "theirs" else our_rankpo)(model, train, Steps(TRIPLES, steps))
        found[name] = {"rate": TRIPLES * steps / (time.perf_counter() - began)}
    return found


def summary(rounds: list[dict], unit: str) -> dict[str, Any]:
    """The median rate of both, the median of the paired ratios, and every round."""
    ratios = [one["ours"]["rate"] / one["theirs"]["rate"] for one in rounds]
    rates = {name: statistics.median(one[name]["rate"] for one in rounds) for name in ("theirs", "ours")}
    return {"unit": unit, **rates, "times_as_fast": statistics.median(ratios), "ratios": ratios, "rounds": rounds}


if __name__ == "__main__":
    main()
