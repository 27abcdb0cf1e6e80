"""START HERE: train a recipe, measure it on what was held out, and write model, card and table.

A recipe and its sources become a mixture: each task an objective, and the term that keeps similarities.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from math import ceil
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load as load_arrays
from safetensors.numpy import save as dump_arrays

from jobfit.artifacts import make_folder, sha256_of, write_atomic
from jobfit.encoders.loading import load_encoder
from jobfit.errors import InputError
from jobfit.experiments.default_model.measuring import (
    BM25,
    HYBRID_RAW,
    RAW,
    SPOKEN,
    SYSTEM,
    TRAINED,
    Line,
    RankingSet,
    SetsValidator,
    Verdict,
    judge,
    measure_system,
    ranking_sets,
    table_lines,
    table_of,
    verdict_lines,
)
from jobfit.experiments.default_model.merging import Merged, merge
from jobfit.experiments.default_model.objectives import Example, Guide, KeepObjective, PairObjective
from jobfit.experiments.default_model.recipe import Recipe, SetSizes, Task
from jobfit.experiments.default_model.sources import TEST, VALIDATION, HeldOutSplit, Sources, share
from jobfit.experiments.default_model.views import Views
from jobfit.training.card import LIMITS, Card
from jobfit.training.loop import world
from jobfit.training.loop.determinism import choose_bf16, choose_device, deterministic, machine
from jobfit.training.loop.encoder import embed_texts
from jobfit.training.loop.objective import Objective
from jobfit.training.loop.trainer import OnProgress, Trained, Trainer
from jobfit.training.model import TrainableEncoder
from jobfit.training.objectives.contrastive import ContrastiveObjective
from jobfit.training.objectives.mixture import MixedObjective, Part
from jobfit.training.stages import MODEL, RESULT, Stage, contrastive_loss

KEEP, MARKET = "keep", "market"
_DRAWN = 4  # of the texts that fit another one: so many may be drawn for it
_REFERENCE, _BACKBONE, _VECTORS = "reference.safetensors", "backbone", "vectors.sqlite"
OWN_LIMIT = (
    "Skills, titles and descriptions are those of ESCO and ROME; documents that it learnt from are those of a "
    "simulated market, which is no evidence for real ones."
)


@dataclass(frozen=True, slots=True)
class Made:
    """The mixture, the examples and batches of each part, and the tasks left out because a source is not there."""

    objective: MixedObjective
    sizes: Mapping[str, Mapping[str, int]]
    left_out: tuple[str, ...]

    @property
    def hash(self) -> str:
        return sha256_of(json.dumps(self.objective.facts(), sort_keys=True, default=str))


def make_mixture(recipe: Recipe, sources: Sources, views: Views, model: TrainableEncoder, folder: Path) -> Made:
    """Build the objective of ``recipe``; the backbone's vectors of the kept texts are kept in ``folder``.

    A task whose source was not given is left out and named; the shares of the others grow.
    """
    given = sources.given()
    tasks = [task for task in recipe.tasks if task.needs() <= given]
    left_out = [f"{t.name} (needs {', '.join(sorted(t.needs() - given))})" for t in recipe.tasks if t not in tasks]
    drawn = sum(task.share for task in tasks) + recipe.keep.share
    most = {task.name: task.batch * (1 + ceil(recipe.mixture.batches * task.share / drawn)) for task in tasks}
    examples = {task.name: _examples(task, views, most[task.name]) for task in tasks if task.left != MARKET}
    guide = _guide(recipe, (one for task in tasks if task.near > 1 for one in examples[task.name]), folder)
    parts = []
    for task in tasks:
        pairs = examples.get(task.name)
        objective = _market(task, sources) if pairs is None else _pairs(task, pairs, views, guide)
        parts.append(Part(task.name, objective, task.batch, task.share, task.weight))
    if not parts:
        raise InputError(f"recipe {recipe.name!r}: no task is left. Left out: {'; '.join(left_out)}")
    if recipe.keep.share:
        found = dict.fromkeys(text for view in recipe.keep.texts for text in views.kept(view))
        texts = sorted(found, key=lambda text: share(text, 2**60))[: recipe.keep.most]
        keep = KeepObjective(texts, _reference(model, texts, recipe, folder))
        parts.append(Part(KEEP, keep, recipe.keep.batch, recipe.keep.share, recipe.keep.weight))
    mixed = MixedObjective(parts, recipe.mixture.batches, recipe.loop.seed)
    counts = mixed.counts()
    sizes = {p.name: {"examples": len(p.objective), "batches": counts[p.name], "batch": p.batch_size} for p in parts}
    return Made(mixed, sizes, tuple(left_out))


def _examples(task: Task, views: Views, most: int) -> list[Example]:
    """The pairs of a task, and of them ``most`` by digest: no more are drawn, so no more have to be tokenised."""
    right = views.view(task.right).drawn
    found = []
    for concept, texts in views.view(task.left).drawn.items():
        for text in texts:
            if others := [one for one in right.get(concept, ()) if one.casefold() != text.casefold()]:
                found.append((text, concept, others))
    chosen = sorted(found, key=lambda one: share((task.name, one[0]), 2**60))[:most]
    return [
        Example(text, tuple(sorted(others, key=lambda one: share((text, one), 2**60))[:_DRAWN]), concept, group)
        for text, concept, others in chosen
        for group in (views.group(concept),)
    ]


def _pairs(task: Task, examples: Sequence[Example], views: Views, guide: Guide | None) -> Objective[Any]:
    left, right = views.view(task.left), views.view(task.right)
    try:
        guard = guide if task.near > 1 else None
        return PairObjective(examples, left.fits, right.fits, task.temperature, task.near, guard)
    except InputError as error:
        raise InputError(f"task {task.name!r}: {error}") from error


def _guide(recipe: Recipe, examples: Iterable[Example], folder: Path) -> Guide | None:
    """The guard's vectors of the texts that may stand beside their neighbours, kept in ``folder``."""
    if not recipe.guard.model:
        return None
    texts = sorted({text for one in examples for text in (one.left, *one.right)})
    model = TrainableEncoder.load(recipe.guard.model, recipe.model)
    vectors = _reference(model, texts, recipe, folder / "guard")
    return Guide({text: row for row, text in enumerate(texts)}, vectors, recipe.guard.margin)


def _market(task: Task, sources: Sources) -> Objective[Any]:
    assert sources.market  # given, as was asked
    loss = contrastive_loss(Stage(temperature=task.temperature))
    return ContrastiveObjective(sources.market.train, loss, name=task.name)


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
    vectors = embed_texts(model, {str(i): text for i, text in enumerate(texts)}, recipe.loop).vectors
    make_folder(folder)
    write_atomic(path, dump_arrays({key: np.ascontiguousarray(vectors)}))
    return vectors


@dataclass(frozen=True, slots=True)
class Finished:
    """A recipe that was run: how it was trained, the table, and whether the model ships (``None``: not decidable).

    ``sha256``: of the weights that were saved, after merging.
    """

    trained: Trained
    sha256: str
    merged: Merged
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
    also: Sequence[RankingSet] = (),
    resume: bool = True,
    on_progress: OnProgress = lambda done, total: None,
) -> Finished:
    """Train ``recipe`` and write ``model/`` (with its card) and ``result.json`` below ``folder``.

    ``also``: sets to measure on besides those that the sources hold out.

    Raises :class:`InputError` where the sources do not allow it, and what
    :meth:`~jobfit.training.loop.trainer.Trainer.run` raises.
    """
    split = HeldOutSplit.of(sources, recipe.held_out)
    model = TrainableEncoder.load(backbone, recipe.model)
    made = make_mixture(recipe, sources, Views(sources, split, recipe.mentions), model, folder)
    validator = SetsValidator(ranking_sets(sources, split, VALIDATION, recipe.validation), recipe.rule.measure)
    facts = {"recipe": recipe.trained_by, "model_options": asdict(recipe.model), "sources": dict(sources.facts)}
    trainer = Trainer(
        model, made.objective, recipe.loop, folder, data_hash=made.hash, validator=validator, facts=facts,
        on_progress=on_progress,
    )  # fmt: skip
    done = trainer.run(resume)
    raw = TrainableEncoder.load(backbone, recipe.model)
    merged = merge(model, raw, recipe.merge, validator, recipe.loop)
    if world.rank() == 0:
        model.save(folder / MODEL)
    world.barrier()
    asked = SetSizes(recipe.held_out.queries, recipe.held_out.documents, recipe.validation.languages)
    sets = [*ranking_sets(sources, split, TEST, asked), *also]
    lines, verdict = _measured(recipe, sets, raw, folder / MODEL)
    card = _card(recipe, sources, made, done, merged, model.digest(), backbone)
    finished = Finished(done, model.digest(), merged, made, tuple(lines), verdict, card)
    if world.rank() == 0:
        finished.write(folder)
    return finished


def _measured(
    recipe: Recipe, sets: Sequence[RankingSet], raw: TrainableEncoder, trained: Path
) -> tuple[list[Line], Verdict | None]:
    if not sets:
        return [], None
    cache = trained.with_name(_VECTORS)
    before = load_encoder(_as_user_has_it(raw, trained.with_name(_BACKBONE)), cache=cache)
    after = load_encoder(str(trained), cache=cache)
    lines = table_of(sets, {
        BM25: measure_system("bm25", sets),
        RAW: measure_system("dense", sets, before), TRAINED: measure_system("dense", sets, after),
        HYBRID_RAW: measure_system("hybrid", sets, before), SYSTEM: measure_system("hybrid", sets, after),
    })  # fmt: skip
    try:
        return lines, judge(lines, recipe.rule)
    except InputError:
        return lines, None


def _as_user_has_it(raw: TrainableEncoder, folder: Path) -> str:
    """The raw encoder; a plain folder of transformers, which alone ranks nothing, is first saved with its pooling."""
    path = Path(raw.name)
    if path.is_dir() and not (path / "modules.json").is_file():
        raw.save(folder)
        return str(folder)
    return raw.name


def _card(
    recipe: Recipe, sources: Sources, made: Made, done: Trained, merged: Merged, digest: str, backbone: str
) -> Card:
    data = {
        "mixture_sha256": made.hash, **sources.facts,
        **{f"batches of {name}": f"{size['batches']} of {size['batch']}, from {size['examples']:,} examples"
           for name, size in made.sizes.items()},
        "left out": "; ".join(made.left_out) or "nothing", "texts": done.texts, "texts_cut": done.cut,
    }  # fmt: skip
    trained = {
        "steps": done.steps, "weights_of_step": done.best_step, "weights_sha256": digest,
        "start_sha256": done.start_sha256, "merged": asdict(merged),
        "validation_scores": [list(look) for look in done.history],
    }  # fmt: skip
    languages = ", ".join(SPOKEN[one] for one in recipe.validation.languages)
    spoken = f"Measured in: {languages}. Nothing is known of other languages."
    stated, metrics = asdict(recipe) | {"backbone": backbone}, done.best.metrics if done.best else {}
    return Card(stated, data, trained, metrics, limits=(spoken, OWN_LIMIT, *LIMITS))
