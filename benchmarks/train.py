"""Training speed, paired in one run on the same data: pairs per second at batch 32 and 256 tokens, and a RankPO step.

    python benchmarks/train.py                    three rounds and how it grows -> results/bench-train.json
    python benchmarks/train.py --smoke            a few steps, nothing written

It needs what sentence-transformers' trainer needs: pip install accelerate datasets.

*Contrastive.* sentence-transformers' own trainer as it comes (MultipleNegativesRankingLoss, 32-bit floats, dropout on,
a batch padded to its longest text, which at these texts is the window) against the loop here (bf16 autocast, dropout 0,
pieces of one length). Same pairs, batch, rate and schedule; the time is of the whole call, tokenising and checkpoint
included. Then nDCG@10 of both on vacancies that neither saw, with intervals. The order alternates.

*RankPO.* The published step (32-bit floats, dropout of the backbone, everything padded to the window, the reference run
again in each step) against ours (the reference's two numbers kept).
"""

import argparse
import copy
import statistics
import tempfile
import time
from itertools import cycle
from pathlib import Path

import numpy as np
import torch

from environment import describe, write
from jobfit.ingest.formats.trec import read_qrels
from jobfit.reading import read_documents
from jobfit.simulation.writer import simulate_to
from jobfit.training.data import Pair, Preference, TrainingSet
from jobfit.training.loop.objective import ContrastiveObjective, PreferenceObjective
from jobfit.training.loop.settings import TrainSettings
from jobfit.training.loop.trainer import Trainer
from jobfit.training.loop.validation import RankingValidator
from jobfit.training.losses.preferences import RANKPO
from jobfit.training.model import ModelOptions, TrainableEncoder
from jobfit.training.stages import Stage, contrastive_loss, preference_loss, reference_scores

BATCH, TOKENS, RATE = 32, 256, 5e-5  # the rate and the temperature (0.05) are sentence-transformers' defaults


def main() -> None:
    """Run the benchmark and write the result."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=512)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--smoke", action="store_true")
    options = parser.parse_args()
    if options.smoke:
        options.pairs, options.rounds = 32, 1
    torch.manual_seed(0)
    train, held = market(options.pairs, 10 if options.smoke else 60)
    contrastive = [one_round(train, held, number) for number in range(options.rounds)]
    preferences = [rankpo_round(train, 1 if options.smoke else 6, number) for number in range(options.rounds)]
    result = {
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
    else:
        print(write("bench-train", result).name)


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
    model = TrainableEncoder.load(options=ModelOptions(max_tokens=512))
    used = {p.candidate_id: train.candidates[p.candidate_id] for p in train.positives}
    used |= {p.vacancy_id: train.vacancies[p.vacancy_id] for p in train.positives}
    counts = [len(tokens) for tokens in model.tokenise(used).tokens.values()]
    return {"median": float(np.median(counts)), "share_of_256_or_more": float(np.mean(np.array(counts) >= TOKENS))}


def settings(**changes) -> TrainSettings:
    base = {"batch_size": BATCH, "learning_rate": RATE, "weight_decay": 0.0, "warm_up": 0.0, "device": "cpu"}
    return TrainSettings(**base | changes)


def one_round(train: TrainingSet, held: TrainingSet, number: int) -> dict[str, dict[str, float]]:
    """Both loops once, in an order that alternates; seconds of the call, then quality."""
    found = {}
    for name in ("theirs", "ours")[:: 1 if number % 2 == 0 else -1]:
        model = TrainableEncoder.load(options=ModelOptions(max_tokens=TOKENS))
        began = time.perf_counter()
        (their_loop if name == "theirs" else our_loop)(model, train, number)
        seconds = time.perf_counter() - began
        found[name] = {"rate": len(train.positives) / seconds, "quality": quality(model, held)}
    return found


def their_loop(model: TrainableEncoder, train: TrainingSet, seed: int) -> None:
    """sentence-transformers' trainer with its defaults, on the same texts."""
    from datasets import Dataset
    from sentence_transformers import SentenceTransformerTrainer, SentenceTransformerTrainingArguments
    from sentence_transformers.sentence_transformer.losses import MultipleNegativesRankingLoss

    rows = {
        "anchor": [train.vacancies[p.vacancy_id] for p in train.positives],
        "positive": [train.candidates[p.candidate_id] for p in train.positives],
    }
    with tempfile.TemporaryDirectory() as folder:
        arguments = SentenceTransformerTrainingArguments(
            output_dir=folder, num_train_epochs=1, per_device_train_batch_size=BATCH, learning_rate=RATE, seed=seed,
            use_cpu=True, save_strategy="no", report_to=[], disable_tqdm=True, logging_strategy="no",
        )  # fmt: skip
        sentence = model.sentence.train()
        loss = MultipleNegativesRankingLoss(sentence)
        SentenceTransformerTrainer(sentence, arguments, train_dataset=Dataset.from_dict(rows), loss=loss).train()


def our_loop(model: TrainableEncoder, train: TrainingSet, seed: int) -> None:
    """The loop here with its defaults."""
    with tempfile.TemporaryDirectory() as folder:
        objective = ContrastiveObjective(train, contrastive_loss(Stage()))
        Trainer(model, objective, settings(seed=seed), Path(folder) / "run", data_hash=train.hash).run()


def quality(model: TrainableEncoder, held: TrainingSet) -> dict[str, object]:
    """nDCG@10 of both directions on the held-out vacancies, in 32-bit floats."""
    validator = RankingValidator(held)
    tokens = model.tokenise(validator.texts()).tokens
    measured = validator.measure(lambda keys: model.embed([tokens[key] for key in keys]))
    return measured.as_json()["metrics"]


def rankpo_round(train: TrainingSet, steps: int, number: int) -> dict[str, dict[str, float]]:
    """Steps of 16 triples: the published scheme and ours."""
    found = {}
    for name in ("theirs", "ours")[:: 1 if number % 2 == 0 else -1]:
        dropout = None if name == "theirs" else 0.0
        model = TrainableEncoder.load(options=ModelOptions(max_tokens=TOKENS, dropout=dropout))
        began = time.perf_counter()
        (published_rankpo if name == "theirs" else our_rankpo)(model, train, steps)
        found[name] = {"rate": 16 * steps / (time.perf_counter() - began)}
    return found


def published_rankpo(model: TrainableEncoder, train: TrainingSet, steps: int) -> None:
    """32-bit floats, everything padded to the window, the reference run in every step."""
    frozen = copy.deepcopy(model).eval()
    optimiser = torch.optim.AdamW(model.parameters(), lr=1e-6)
    rows = cycle(train.preferences)
    model.train()
    for _ in range(steps):
        chosen = [next(rows) for _ in range(16)]
        texts = [train.vacancies[p.vacancy_id] for p in chosen]
        texts += [train.candidates[i] for p in chosen for i in (p.preferred_id,)]
        texts += [train.candidates[i] for p in chosen for i in (p.rejected_id,)]
        features = model.sentence.tokenizer(
            texts, padding="max_length", truncation=True, max_length=TOKENS, return_tensors="pt"
        )
        ids, mask = features["input_ids"], features["attention_mask"]
        with torch.no_grad():
            known = frozen(ids, mask)
        live = model(ids, mask)
        loss = RANKPO.loss(*_cosines(live), *_cosines(known))
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()


def _cosines(vectors: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    asked, preferred, rejected = vectors.chunk(3)
    return (asked * preferred).sum(dim=1), (asked * rejected).sum(dim=1)


def our_rankpo(model: TrainableEncoder, train: TrainingSet, steps: int) -> None:
    """The loop here; the time to compute the reference once is counted, for the triples that these steps see."""
    seen = TrainingSet(train.candidates, train.vacancies, preferences=train.preferences[: 16 * steps])
    reference = reference_scores(model, seen, bf16=True)
    objective = PreferenceObjective(seen, preference_loss(Stage("rankpo")), reference)
    with tempfile.TemporaryDirectory() as folder:
        chosen = settings(batch_size=16, learning_rate=1e-6, epochs=100, max_steps=steps)
        Trainer(model, objective, chosen, Path(folder) / "run", data_hash=seen.hash).run()


def summary(rounds: list[dict], unit: str) -> dict[str, object]:
    """The median rate of both, the median of the paired ratios, and every round."""
    ratios = [one["ours"]["rate"] / one["theirs"]["rate"] for one in rounds]
    rates = {name: statistics.median(one[name]["rate"] for one in rounds) for name in ("theirs", "ours")}
    return {"unit": unit, **rates, "times_as_fast": statistics.median(ratios), "ratios": ratios, "rounds": rounds}


def growth(train: TrainingSet) -> list[dict[str, float]]:
    """Pairs per second of the loop here by batch and by window: two steps each, without the checkpoint."""
    rows = []
    for batch, tokens in ((8, 256), (16, 256), (32, 256), (64, 256), (32, 64), (32, 128), (32, 512)):
        model = TrainableEncoder.load(options=ModelOptions(max_tokens=tokens))
        objective = ContrastiveObjective(train, contrastive_loss(Stage()))
        stamps: list[float] = []
        with tempfile.TemporaryDirectory() as folder:
            trainer = Trainer(
                model, objective, settings(batch_size=batch, max_steps=3), Path(folder) / "run", data_hash="",
                on_progress=lambda done, total: stamps.append(time.perf_counter()),  # noqa: B023
            )  # fmt: skip
            trainer.run()
        rows.append({"batch": batch, "tokens": tokens, "pairs_per_second": 2 * batch / (stamps[3] - stamps[1])})
    return rows


if __name__ == "__main__":
    main()
