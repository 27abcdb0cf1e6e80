"""The four loops that are compared: sentence-transformers' trainer and ours, the published RankPO step and ours.

Each takes ``on_step``, which is called when the first step is about to begin and after every step.
"""

import copy
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from typing import Any

import torch

from jobfit.training.data import TrainingSet
from jobfit.training.loop.settings import TrainSettings
from jobfit.training.loop.trainer import Trainer
from jobfit.training.losses.preferences import RANKPO
from jobfit.training.model import ModelOptions, TrainableEncoder
from jobfit.training.objectives.contrastive import ContrastiveObjective
from jobfit.training.objectives.preferences import PreferenceObjective
from jobfit.training.stages import Stage, contrastive_loss, preference_loss, reference_scores

BATCH, TRIPLES, TOKENS, RATE = 32, 16, 256, 5e-5  # the rate and the temperature (0.05) are the library's defaults


@dataclass(frozen=True)
class Steps:
    """How many steps, of how many examples; ``None``: one epoch."""

    batch: int
    steps: int | None = None
    seed: int = 0
    on_step: Callable[[], None] = lambda: None


def settings(how: Steps, **changes: object) -> TrainSettings:
    """The settings that both loops share."""
    shared: dict[str, Any] = {"batch_size": how.batch, "max_steps": how.steps, "seed": how.seed, "device": "cpu"}
    return TrainSettings(**shared | {"learning_rate": RATE, "weight_decay": 0.0, "warm_up": 0.0} | changes)


def backbone(tokens: int, dropout: float | None = 0.0) -> TrainableEncoder:
    return TrainableEncoder.load(options=ModelOptions(max_tokens=tokens, dropout=dropout))


def their_loop(model: TrainableEncoder, train: TrainingSet, how: Steps) -> None:
    """sentence-transformers' trainer with its defaults, on the same texts."""
    from datasets import Dataset
    from sentence_transformers import SentenceTransformerTrainer, SentenceTransformerTrainingArguments
    from sentence_transformers.sentence_transformer.losses import MultipleNegativesRankingLoss
    from transformers import TrainerCallback

    class Stamp(TrainerCallback):
        def on_train_begin(self, *_: object, **__: object) -> None:
            how.on_step()

        def on_step_end(self, *_: object, **__: object) -> None:
            how.on_step()

    rows = {
        "anchor": [train.vacancies[p.vacancy_id] for p in train.positives],
        "positive": [train.candidates[p.candidate_id] for p in train.positives],
    }
    with tempfile.TemporaryDirectory() as folder:
        arguments = SentenceTransformerTrainingArguments(
            output_dir=folder, num_train_epochs=1, per_device_train_batch_size=how.batch, max_steps=how.steps or -1,
            learning_rate=RATE, seed=how.seed, use_cpu=True, save_strategy="no", report_to=[], disable_tqdm=True,
            logging_strategy="no",
        )  # fmt: skip
        sentence = model.sentence.train()
        loss = MultipleNegativesRankingLoss(sentence)
        data = Dataset.from_dict(rows)
        SentenceTransformerTrainer(sentence, arguments, train_dataset=data, loss=loss, callbacks=[Stamp()]).train()


def our_loop(model: TrainableEncoder, train: TrainingSet, how: Steps) -> None:
    """The loop here with its defaults."""
    _run(model, ContrastiveObjective(train, contrastive_loss(Stage())), settings(how), train.hash, how)


def published_rankpo(model: TrainableEncoder, train: TrainingSet, how: Steps) -> None:
    """32-bit floats, everything padded to the window, the reference run in every step."""
    frozen = copy.deepcopy(model).eval()
    optimiser = torch.optim.AdamW(model.parameters(), lr=1e-6)
    rows = cycle(train.preferences)
    model.train()
    how.on_step()
    for _ in range(how.steps or 0):
        chosen = [next(rows) for _ in range(how.batch)]
        texts = [train.vacancies[p.vacancy_id] for p in chosen]
        texts += [train.candidates[p.preferred_id] for p in chosen]
        texts += [train.candidates[p.rejected_id] for p in chosen]
        features = model.sentence.tokenizer(
            texts, padding="max_length", truncation=True, max_length=model.options.max_tokens, return_tensors="pt"
        )
        ids, mask = features["input_ids"], features["attention_mask"]
        with torch.no_grad():
            known = frozen(ids, mask)
        live = model(ids, mask)
        loss = RANKPO.loss(*_cosines(live), *_cosines(known))
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        how.on_step()


def our_rankpo(model: TrainableEncoder, train: TrainingSet, how: Steps) -> None:
    """The loop here; the reference is run once, for the triples that these steps see."""
    seen = TrainingSet(train.candidates, train.vacancies, preferences=train.preferences[: how.batch * (how.steps or 0)])
    reference = reference_scores(model, seen, bf16=True)
    objective = PreferenceObjective(seen, preference_loss(Stage("rankpo")), reference)
    _run(model, objective, settings(how, learning_rate=1e-6, epochs=100), seen.hash, how)


def _run(
    model: TrainableEncoder,
    objective: ContrastiveObjective | PreferenceObjective,
    chosen: TrainSettings,
    data_hash: str,
    how: Steps,
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        Trainer(
            model, objective, chosen, Path(folder) / "run", data_hash=data_hash, on_progress=lambda *_: how.on_step()
        ).run()


def _cosines(vectors: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    asked, preferred, rejected = vectors.chunk(3)
    return (asked * preferred).sum(dim=1), (asked * rejected).sum(dim=1)
