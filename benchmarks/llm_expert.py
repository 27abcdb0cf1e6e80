"""A small language model as the qualification expert: as it comes, and with an adapter -> results/llm-expert.json.

    python benchmarks/llm_expert.py --model FOLDER --work FOLDER

One simulated market. The adapter learns verdicts of its log, as many of each kind; tested on pairs of people who are
held out, one pair a person, drawn by the chance of an application, half of them qualified by the truth (P(accept) of
at least one half). Beside it stand the experts that read numbers, taught by the same verdicts and by all of the log,
and the cosine. WORK keeps what was read: a run that is stopped goes on.

The model is a folder of transformers; docs/experts.md says how the one of the committed numbers was made.
"""

import argparse
import json
import os
import time
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch
from sklearn.metrics import roc_auc_score

from environment import describe, write
from jobfit.artifacts import write_json
from jobfit.encoders.folder import MINILM
from jobfit.encoders.loading import load_encoder
from jobfit.experiments.jobrec import FunnelData, funnel_data
from jobfit.experiments.market import TODAY, MarketSizes
from jobfit.scorers.causal import Adapting, CausalScorer
from jobfit.scorers.pair_prompts import counted
from jobfit.training.causal_experts import CausalSettings, ReadPrompts, descend
from jobfit.training.expert_features import PairReader, PromptReader
from jobfit.training.experts import ExpertSettings, Shown, fit_experts, log_loss

QUALIFICATION, QUALIFIED = 1, 0.5
DRAWS = 2000
ZERO, LORA = "language model, as it comes", "language model, adapter trained"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", required=True, help="folder of a causal language model")
    parser.add_argument("--work", type=Path, required=True, help="folder for what was read and said")
    parser.add_argument("--people", type=int, default=600, help="to learn from; 60 vacancies")
    parser.add_argument("--train", type=int, default=48, help="verdicts, half of each kind")
    parser.add_argument("--test", type=int, default=80, help="pairs, half of each kind")
    parser.add_argument("--tokens", type=int, default=256)
    parser.add_argument("--layers", type=int, default=4, help="the last so many get adapters")
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--number", default="bfloat16", choices=("float32", "bfloat16"))
    parser.add_argument("--seed", type=int, default=5)
    options = parser.parse_args()
    (options.work / "below").mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    given = funnel_data(MarketSizes(options.people, 60, 4 * options.test, 10, seed=options.seed))
    taught, tested, labels = drawn(given, options)
    read = [given.log.pairs[row] for row in taught], tested
    people = {c for pairs in read for c, _ in pairs}
    prompts = PromptReader([given.candidates[c] for c in sorted(people)], given.vacancies.values(), TODAY)
    adapting = Adapting(layers=options.layers, seed=options.seed)
    settings = CausalSettings(steps=options.steps)
    scorer = CausalScorer.load(
        options.model, number=options.number, max_tokens=options.tokens, adapting=adapting, kept=options.work / "below"
    )
    train, test = (
        ReadPrompts(scorer, prompts.features(pairs), QUALIFICATION, lambda note: print(note, flush=True))
        for pairs in read
    )
    seconds = {"a pair, whole pass": once(options.work / "pass.json", lambda: a_pair(scorer, train))}
    said = {ZERO: once(options.work / "zero.json", lambda: test.said().tolist())}
    learnt = once(options.work / "lora.json", lambda: adapted(given, taught, train, test, settings, options.seed))
    said[LORA], seconds["a step, the layers below read"] = learnt["said"], learnt["step"]
    said |= once(options.work / "others.json", lambda: others(given, taught, tested))
    result = {
        **describe("torch", "transformers", "numpy"),
        "data": given.source,
        "model": {"sha256": scorer.fingerprint, "number": options.number},
        "adapting": asdict(adapting), "training": asdict(settings),
        "train": {"accepted": int((given.log.verdict[taught] == 1).sum()), **counted(train.tokens)},
        "test": {"qualified": int(labels.sum()), **counted(test.tokens)},
        "processor_seconds": seconds,
        "auc": {name: auc(labels, scores) for name, scores in said.items()},
        "differences": {
            f"{LORA} - {other}": difference(labels, said[LORA], scores)
            for other, scores in said.items() if other != LORA
        },
        "load_average_after": os.getloadavg()[0],
    }  # fmt: skip
    print(json.dumps(result["auc"], indent=1))
    print(write("llm-expert", result).name)


def drawn(given: FunnelData, options: argparse.Namespace) -> tuple[list[int], list[tuple[str, str]], np.ndarray]:
    """Return the rows of the log that teach, the pairs that are tested, and which of those are qualified."""
    dice = np.random.default_rng(options.seed)
    verdict = given.log.verdict
    rows = [dice.permutation(np.flatnonzero(verdict == kind))[: options.train // 2] for kind in (1, 0)]
    people, vacancies = list(given.data.held_out.candidates), list(given.data.held_out.vacancies)
    weights, good = given.applies, given.accepts >= QUALIFIED
    pairs: list[tuple[str, str]] = []
    labels: list[bool] = []
    for row in dice.permutation(len(people)).tolist():
        left = [kind for kind in (True, False) if labels.count(kind) < options.test // 2]
        odds = weights[row] * (good[row] == left[0] if len(left) == 1 else np.isin(good[row], left))
        if not left or not odds.any():
            continue
        # Where both kinds are wanted, the rare one is drawn where a person has it.
        odds = weights[row] * good[row] if True in left and good[row].any() else odds * ~good[row]
        column = int(dice.choice(len(vacancies), p=odds / odds.sum())) if odds.any() else -1
        if column >= 0 and bool(good[row, column]) in left:
            pairs.append((people[row], vacancies[column]))
            labels.append(bool(good[row, column]))
    return [int(row) for row in np.concatenate(rows)], pairs, np.array(labels)


def a_pair(scorer: CausalScorer, train: ReadPrompts) -> float:
    """Return the processor seconds of a pair, whole pass: the median of five."""
    found = []
    for one in train.tokens[:5]:
        began = time.process_time()
        scorer.read([one], QUALIFICATION)
        found.append(time.process_time() - began)
    return float(np.median(found))


def adapted(
    given: FunnelData, taught: list[int], train: ReadPrompts, test: ReadPrompts, settings: CausalSettings, seed: int
) -> dict[str, Any]:
    train.said()  # all are read by the layers below before a step is timed
    verdict = torch.from_numpy(given.log.verdict[taught]).float()
    began = time.process_time()
    descend(
        train, settings, seed, lambda dice: dice.choice(len(taught), settings.batch, replace=False),
        lambda rows, z: log_loss(z, verdict[rows]).mean(),
    )  # fmt: skip
    step = (time.process_time() - began) / settings.steps
    return {"said": test.said().tolist(), "step": step}


def others(given: FunnelData, taught: list[int], tested: list[tuple[str, str]]) -> Mapping[str, list[float]]:
    """Return what the experts that read numbers say, and the cosine."""
    everybody = sorted({c for c, _ in (*given.log.pairs, *tested)})
    reader = PairReader(load_encoder(MINILM), [given.candidates[c] for c in everybody], given.vacancies.values(), TODAY)
    shown, asked = given.log.shown(reader.features(given.log.pairs)), reader.features(tested)
    held = np.isin(shown.person, np.unique(shown.person)[::5])
    held[taught] = False
    few = np.full_like(shown.verdict, np.nan)
    few[taught] = shown.verdict[taught]
    part = np.isin(np.arange(len(held)), taught)
    small = Shown(shown.features, shown.person, shown.applied, few).part(part | ~shown.judged & ~held)
    settings = ExpertSettings(together=0)
    return {
        "experts of numbers, the same verdicts": fit_experts(small, shown.part(held), settings)
        .logits(asked)[1].tolist(),
        "experts of numbers, all verdicts": fit_experts(shown.part(~held), shown.part(held), settings)
        .logits(asked)[1].tolist(),
        "cosine, untrained": asked[:, -1].tolist(),
    }  # fmt: skip


def once(file: Path, made: Any) -> Any:
    if not file.is_file():
        write_json(file, made())
    return json.loads(file.read_text(encoding="utf-8"))


def auc(labels: np.ndarray, scores: list[float]) -> dict[str, float]:
    return interval(labels, lambda rows: roc_auc_score(labels[rows], np.array(scores)[rows]))


def difference(labels: np.ndarray, ours: list[float], other: list[float]) -> dict[str, float]:
    return interval(
        labels,
        lambda rows: (
            roc_auc_score(labels[rows], np.array(ours)[rows]) - roc_auc_score(labels[rows], np.array(other)[rows])
        ),
    )


def interval(labels: np.ndarray, of: Any) -> dict[str, float]:
    """Return the value and its 95 % interval over people drawn again within each kind."""
    dice, kinds = np.random.default_rng(0), [np.flatnonzero(labels == kind) for kind in (True, False)]
    values = [of(np.concatenate([dice.choice(kind, len(kind)) for kind in kinds])) for _ in range(DRAWS)]
    low, high = np.quantile(values, (0.025, 0.975))
    return {"mean": float(of(np.arange(len(labels)))), "low": float(low), "high": float(high), "n": len(labels)}


if __name__ == "__main__":
    main()
