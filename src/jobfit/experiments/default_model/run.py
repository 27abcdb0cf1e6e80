"""START HERE: train a recipe, measure it on what was held out, and write model, card and table."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from jobfit.artifacts import write_atomic
from jobfit.errors import InputError
from jobfit.experiments.default_model.held_out_split import TEST, VALIDATION, HeldOutSplit
from jobfit.experiments.default_model.measuring import (
    BM25,
    RAW,
    TRAINED,
    Line,
    SetsValidator,
    Verdict,
    judge,
    measure_model,
    measure_words,
    table_lines,
    table_of,
    verdict_lines,
)
from jobfit.experiments.default_model.mixture import Made, make_mixture
from jobfit.experiments.default_model.ranking_sets import Wanted, ranking_sets
from jobfit.experiments.default_model.recipe import Recipe
from jobfit.experiments.default_model.sources import Sources
from jobfit.experiments.default_model.views import Views
from jobfit.training.card import LIMITS, Card
from jobfit.training.loop import world
from jobfit.training.loop.trainer import OnProgress, Trained, Trainer
from jobfit.training.model import TrainableEncoder
from jobfit.training.stages import MODEL, RESULT

OWN_LIMITS = (
    "English first. The backbone's word pieces and its pre-training are English: French is read only as far as labels "
    "and titles taught it, other languages were not measured.",
    "Skills, titles and descriptions are those of ESCO and ROME; documents are those of a simulated market, which is "
    "no evidence for real ones.",
)


@dataclass(frozen=True, slots=True)
class Finished:
    """A recipe that was run: how it was trained, the table, and whether the model ships (``None``: not decidable)."""

    trained: Trained
    made: Made
    lines: tuple[Line, ...]
    verdict: Verdict | None
    card: Card

    @property
    def result(self) -> Mapping[str, Any]:
        return self.card.as_json() | {
            "kept_apart": [line.as_json() for line in self.lines],
            "verdict": None if self.verdict is None else asdict(self.verdict),
            "sizes": {name: dict(size) for name, size in self.made.sizes.items()},
            "left_out": list(self.made.left_out),
        }

    def write(self, folder: Path) -> None:
        page = [self.card.markdown(), "## Measured on what was held out", ""]
        page += [*table_lines(self.lines), *verdict_lines(self.verdict)]
        write_atomic(folder / MODEL / "README.md", "\n".join(page) + "\n")
        write_atomic(folder / RESULT, json.dumps(self.result, ensure_ascii=False, indent=2, default=str) + "\n")


def run_recipe(
    recipe: Recipe,
    sources: Sources,
    folder: Path,
    backbone: str,
    *,
    resume: bool = True,
    on_progress: OnProgress = lambda done, total: None,
) -> Finished:
    """Train ``recipe`` and write ``model/`` (with its card) and ``result.json`` below ``folder``.

    Raises:
        InputError: the sources do not allow the recipe.
        CheckpointError, TrainingError, Interrupted: see :meth:`~jobfit.training.loop.trainer.Trainer.run`.
    """
    split = HeldOutSplit.of(sources, recipe.held_out)
    model = TrainableEncoder.load(backbone, recipe.model)
    made = make_mixture(recipe, sources, Views(sources, split, recipe.mentions), model, folder)
    checked = Wanted(recipe.validation.queries, recipe.validation.documents)
    validator = SetsValidator(ranking_sets(sources, split, VALIDATION, checked), recipe.rule.measure)
    facts = {"recipe": recipe.sha256, "model_options": asdict(recipe.model), "sources": dict(sources.facts)}
    trainer = Trainer(
        model, made.objective, recipe.loop, folder, data_hash=made.hash, validator=validator, facts=facts,
        on_progress=on_progress,
    )  # fmt: skip
    done = trainer.run(resume)
    lines, verdict = _measured(recipe, sources, split, model, backbone)
    finished = Finished(done, made, tuple(lines), verdict, _card(recipe, sources, made, done, backbone))
    if world.rank() == 0:
        model.save(folder / MODEL)
        finished.write(folder)
    return finished


def _measured(
    recipe: Recipe, sources: Sources, split: HeldOutSplit, model: TrainableEncoder, backbone: str
) -> tuple[list[Line], Verdict | None]:
    sets = list(ranking_sets(sources, split, TEST, Wanted(recipe.held_out.queries)))
    if not sets:
        return [], None
    raw = TrainableEncoder.load(backbone, recipe.model)
    lines = table_of(sets, {
        BM25: measure_words(sets),
        RAW: measure_model(raw, sets, recipe.loop),
        TRAINED: measure_model(model, sets, recipe.loop),
    })  # fmt: skip
    try:
        return lines, judge(lines, recipe.rule)
    except InputError:
        return lines, None


def _card(recipe: Recipe, sources: Sources, made: Made, done: Trained, backbone: str) -> Card:
    data = {
        "mixture_sha256": made.hash, **sources.facts,
        **{f"batches of {name}": f"{size['batches']} of {size['batch']}, from {size['examples']:,} examples"
           for name, size in made.sizes.items()},
        "left out": "; ".join(made.left_out) or "nothing", "texts": done.texts, "texts_cut": done.cut,
    }  # fmt: skip
    trained = {
        "steps": done.steps, "weights_of_step": done.best_step, "weights_sha256": done.sha256,
        "start_sha256": done.start_sha256, "validation_scores": [list(look) for look in done.history],
    }  # fmt: skip
    stated = asdict(recipe) | {"backbone": backbone}
    return Card(stated, data, trained, done.best.metrics if done.best else {}, limits=(*OWN_LIMITS, *LIMITS))
