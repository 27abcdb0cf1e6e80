"""From a recipe and its sources to the mixture that is trained: each task an objective, and the term that keeps."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load as load_arrays
from safetensors.numpy import save as dump_arrays

from jobfit.artifacts import write_atomic
from jobfit.errors import InputError
from jobfit.experiments.default_model.held_out_split import share
from jobfit.experiments.default_model.objectives import Example, KeepObjective, PairObjective
from jobfit.experiments.default_model.recipe import Recipe, Task
from jobfit.experiments.default_model.sources import Sources
from jobfit.experiments.default_model.views import View, Views
from jobfit.training.loop.determinism import choose_bf16, choose_device, deterministic, machine
from jobfit.training.loop.objective import Objective
from jobfit.training.model import TrainableEncoder
from jobfit.training.objectives.contrastive import ContrastiveObjective
from jobfit.training.objectives.mixture import MixedObjective, Part
from jobfit.training.stages import Stage, contrastive_loss

KEEP, MARKET = "keep", "market"
_REFERENCE = "reference.safetensors"


@dataclass(frozen=True, slots=True)
class Made:
    """The mixture, the examples and batches of each part, and the tasks left out because a source is not there."""

    objective: MixedObjective
    sizes: Mapping[str, Mapping[str, int]]
    left_out: tuple[str, ...]

    @property
    def hash(self) -> str:
        stated = json.dumps(self.objective.facts(), sort_keys=True, default=str)
        return sha256(stated.encode()).hexdigest()


def make_mixture(recipe: Recipe, sources: Sources, views: Views, model: TrainableEncoder, folder: Path) -> Made:
    """Build the objective of ``recipe``; the backbone's vectors of the kept texts are kept in ``folder``.

    A task whose source was not given is left out and named; the shares of the others grow.

    Raises:
        InputError: no task is left, or one of them has no pairs.
    """
    given = sources.given()
    parts, left_out = [], []
    for task in recipe.tasks:
        needs = task.needs()
        if needs <= given:
            objective = _market(task, sources) if task.left == MARKET else _pairs(task, views)
            parts.append(Part(task.name, objective, task.batch, task.share, task.weight))
        else:
            left_out.append(f"{task.name} (needs {', '.join(sorted(needs - given))})")
    if not parts:
        raise InputError(f"recipe {recipe.name!r}: no task is left. Left out: {'; '.join(left_out)}")
    if recipe.keep.share:
        texts = _kept(recipe, views)
        reference = _reference(model, texts, recipe, folder)
        keep = KeepObjective(texts, reference)
        parts.append(Part(KEEP, keep, recipe.keep.batch, recipe.keep.share, recipe.keep.weight))
    mixed = MixedObjective(parts, recipe.mixture.batches, recipe.loop.seed)
    counts = mixed.counts()
    sizes = {p.name: {"examples": len(p.objective), "batches": counts[p.name], "batch": p.batch_size} for p in parts}
    return Made(mixed, sizes, tuple(left_out))


def _pairs(task: Task, views: Views) -> Objective[Any]:
    left, right = views.view(task.left), views.view(task.right)
    examples = [
        Example(text, others)
        for concept, texts in left.drawn.items()
        for text in texts
        if (others := _others(text, concept, right))
    ]
    try:
        return PairObjective(examples, left.fits, right.fits, task.temperature)
    except InputError as error:
        raise InputError(f"task {task.name!r}: {error}") from error


def _others(text: str, concept: str, right: View) -> tuple[str, ...]:
    return tuple(one for one in right.drawn.get(concept, ()) if one.casefold() != text.casefold())


def _market(task: Task, sources: Sources) -> Objective[Any]:
    assert sources.market  # given, as was asked
    return ContrastiveObjective(
        sources.market.train, contrastive_loss(Stage(temperature=task.temperature)), name=task.name
    )


def _kept(recipe: Recipe, views: Views) -> list[str]:
    found = dict.fromkeys(text for view in recipe.keep.texts for text in views.kept(view))
    return sorted(found, key=lambda text: share(text, 2**60))[: recipe.keep.most]


def _reference(model: TrainableEncoder, texts: list[str], recipe: Recipe, folder: Path) -> NDArray[np.float32]:
    """The backbone's vectors, computed once: a file of other texts, weights, threads or precision is not read."""
    device = choose_device(recipe.loop.device)
    bf16 = choose_bf16(recipe.loop.precision, device)
    with deterministic(recipe.loop, bf16):
        made_by = [model.digest(), *(f"{name}={value}" for name, value in machine(bf16, device).items())]
    key = sha256("\0".join([*made_by, *texts]).encode("utf-8", "surrogatepass")).hexdigest()
    path = folder / _REFERENCE
    try:
        found = load_arrays(path.read_bytes())
        if key in found and found[key].shape == (len(texts), model.dimension):
            return np.asarray(found[key], dtype=np.float32)
    except (OSError, SafetensorError, ValueError):
        pass  # not there or torn: computed again
    model.to(device)
    tokens = model.tokenise({str(i): text for i, text in enumerate(texts)}).tokens
    with deterministic(recipe.loop, bf16):
        vectors = model.embed([tokens[str(i)] for i in range(len(texts))], bf16)
    folder.mkdir(parents=True, exist_ok=True)
    write_atomic(path, dump_arrays({key: np.ascontiguousarray(vectors)}))
    return vectors
