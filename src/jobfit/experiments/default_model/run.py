"""START HERE: train a recipe, measure it on what was kept apart, and write model, card and table."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from jobfit.errors import InputError
from jobfit.experiments.default_model.held_out_split import TEST, VALIDATION, Apart
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
    table_of,
)  # fmt: skip
from jobfit.experiments.default_model.mixture import Made, make_mixture
from jobfit.experiments.default_model.page import table_lines, verdict_lines
from jobfit.experiments.default_model.ranking_sets import Wanted, ranking_sets
from jobfit.experiments.default_model.recipe import Recipe
from jobfit.experiments.default_model.sources import Sources
from jobfit.experiments.default_model.views import Views
from jobfit.training.card import LIMITS, Card
from jobfit.training.loop import world
from jobfit.training.loop.checkpoint import write_atomically
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
    result: Mapping[str, Any]


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
    apart = Apart.of(sources, recipe.held_out)
    model = TrainableEncoder.load(backbone, recipe.model)
    made = make_mixture(recipe, sources, Views(sources, apart, recipe.mentions), model, folder)
    checked = Wanted(recipe.validation.queries, recipe.validation.documents)
    validator = SetsValidator(ranking_sets(sources, apart, VALIDATION, checked), recipe.rule.measure)
    facts = {"recipe": recipe.sha256, "model_options": asdict(recipe.model), "sources": dict(sources.facts)}
    trainer = Trainer(
        model, made.objective, recipe.loop, folder, data_hash=made.hash, validator=validator, facts=facts,
        on_progress=on_progress,
    )  # fmt: skip
    done = trainer.run(resume)
    lines, verdict = measure_against(recipe, sources, apart, model, backbone)
    if world.rank() == 0:
        model.save(folder / MODEL)
    result = _written(recipe, sources, (made, done), (lines, verdict), folder, backbone)
    return Finished(done, made, tuple(lines), verdict, result)


def measure_against(
    recipe: Recipe, sources: Sources, apart: Apart, model: TrainableEncoder, backbone: str
) -> tuple[list[Line], Verdict | None]:
    """Return the table on what was kept apart, and the rule's verdict (``None``: no set is large enough)."""
    sets = list(ranking_sets(sources, apart, TEST, Wanted(recipe.held_out.queries)))
    if not sets:
        return [], None
    raw = TrainableEncoder.load(backbone, recipe.model)
    found = {
        BM25: measure_words(sets),
        RAW: measure_model(raw, sets, recipe.loop),
        TRAINED: measure_model(model, sets, recipe.loop),
    }
    lines = table_of(sets, found)
    try:
        return lines, judge(lines, recipe.rule)
    except InputError:
        return lines, None


def _written(
    recipe: Recipe,
    sources: Sources,
    trained_on: tuple[Made, Trained],
    measured: tuple[Sequence[Line], Verdict | None],
    folder: Path,
    backbone: str,
) -> dict[str, Any]:
    """Write the card and ``result.json``; return the result."""
    (made, done), (lines, verdict) = trained_on, measured
    stated = asdict(recipe) | {"backbone": backbone}
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
    card = Card(stated, data, trained, done.best.metrics if done.best else {}, limits=(*OWN_LIMITS, *LIMITS))
    result = card.as_json() | {
        "kept_apart": [line.as_json() for line in lines],
        "verdict": None if verdict is None else asdict(verdict),
        "sizes": {name: dict(size) for name, size in made.sizes.items()},
        "left_out": list(made.left_out),
    }
    if world.rank() == 0:
        page = [card.markdown(), "## Measured on what was kept apart", "", *table_lines(lines), *verdict_lines(verdict)]
        write_atomically(folder / MODEL / "README.md", ("\n".join(page) + "\n").encode())
        write_atomically(
            folder / RESULT, (json.dumps(result, ensure_ascii=False, indent=2, default=str) + "\n").encode()
        )
    return result
