"""START HERE: steps, looks at the validation set, checkpoints; stopped at any moment, it goes on to the same bytes."""

from __future__ import annotations

import json
import math
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch

from jobfit.artifacts import make_folder, owners_alone, sha256_of
from jobfit.errors import InputError, MissingExtraError
from jobfit.training.errors import AGAIN, CheckpointError, Interrupted, TrainingError
from jobfit.training.loop import world
from jobfit.training.loop.checkpoint import (
    Best,
    State,
    checkpoints,
    random_states,
    read_checkpoint,
    read_facts,
    refuse_foreign,
    restore_random_states,
    weights_digest,
    write_checkpoint,
)
from jobfit.training.loop.determinism import choose_bf16, choose_device, deterministic, machine
from jobfit.training.loop.encoder import Encoder
from jobfit.training.loop.learners import Learners, put_weights
from jobfit.training.loop.objective import Measured, Objective, Validator
from jobfit.training.loop.settings import TrainSettings
from jobfit.training.loop.step import Stepper

LOG = "log.jsonl"
OnProgress = Callable[[int, int], None]
_CHECKPOINTS = "checkpoints"


@dataclass(frozen=True, slots=True)
class Trained:
    """How a training ended.

    sha256:  of the weights that the model now holds: the best on validation, or the last; with those of the objective's
             heads where it has any.
    cut:     of all texts, how many were longer than the model reads.
    stopped: why it ended before its last step.
    """

    steps: int
    sha256: str
    start_sha256: str
    best_step: int
    best: Measured | None
    history: tuple[tuple[int, float], ...]
    texts: int
    cut: int
    stopped: str = ""


class Trainer:
    """Trains ``model`` on an ``objective``, keeping everything in ``folder``.

    The validator alone chooses which weights are kept and when to stop; without one, the last weights are the result.
    """

    def __init__(
        self,
        model: Encoder,
        objective: Objective[Any],
        settings: TrainSettings,
        folder: Path,
        *,
        data_hash: str,
        validator: Validator | None = None,
        facts: Mapping[str, Any] | None = None,
        on_progress: OnProgress = lambda done, total: None,
    ) -> None:
        if settings.patience and validator is None:
            raise InputError("stopping early needs a validation set (patience is set and there is none)")
        self.model, self.objective, self.settings, self.folder = model, objective, settings, folder
        self.validator, self.on_progress = validator, on_progress
        self._data_hash, self._more = data_hash, dict(facts or {})
        self._device = choose_device(settings.device)
        self._bf16 = choose_bf16(settings.precision, self._device)
        self._sampler = objective.sampler(settings.batch_size, settings.seed, settings.accumulate)
        self._total = settings.epochs * self._sampler.steps_per_epoch
        if settings.max_steps is not None:
            self._total = min(self._total, settings.max_steps)

    def run(self, resume: bool = True) -> Trained:
        """Train to the end, from the last checkpoint if ``resume`` and there is one.

        Raises:
            CheckpointError: the checkpoint is torn, altered or of another training; or it is there and ``resume`` off.
            TrainingError: the loss is not a number (the message names step and pairs), or the disk is full.
            Interrupted: Ctrl-C; the state was kept.
        """
        world.join(self._device)
        with deterministic(self.settings, self._bf16), asked_to_stop() as stop:
            start_sha256 = self.model.digest()
            self.model.to(self._device)
            self._learners = Learners.of(self.model, self.objective, self.settings, self._device)
            self._facts = self._training_facts(start_sha256)
            self._step, self._best = self._resume(resume)
            with closing(Log(self.folder, self.settings.tensorboard and world.rank() == 0)) as self._log:
                return self._to_the_end(start_sha256, stop)

    def _to_the_end(self, start_sha256: str, stop: threading.Event) -> Trained:
        texts = dict(self.objective.texts()) | dict(self.validator.texts() if self.validator else {})
        tokenised = self.model.tokenise(texts)
        self._tokens, cut = tokenised.tokens, len(tokenised.cut)
        self._write_log("texts", 0, texts=len(texts), cut=cut)
        if self._step:
            self._write_log("resumed", self._step)
        stopped = self._steps(stop)
        best = self._best
        if best.measured:
            put_weights(self._learners.weights(), best.load(self.folder))
        self.model.train(False)
        self._learners.train(False)
        sha256 = self._digest()
        self._write_log("finished", self._step, sha256=sha256, best_step=best.step, stopped=stopped)
        kept = best.step if best.measured else self._step
        looks = tuple(best.history)
        return Trained(self._step, sha256, start_sha256, kept, best.measured, looks, len(texts), cut, stopped)

    def _digest(self) -> str:
        heads = weights_digest({k: v for k, v in self._learners.weights().items() if k not in self._learners.encoder})
        return sha256_of(self.model.digest() + heads) if self._learners.heads else self.model.digest()

    def _training_facts(self, start_sha256: str) -> dict[str, Any]:
        return {
            "data": self._data_hash,
            "start_weights": start_sha256,
            "trained": sorted(self._learners.weights()),
            "turns": [[turn.name, turn.encoder, turn.rate] for turn in self._learners.turns],
            "validated": self.validator is not None,
            "processes": world.size(),
            **{k: v for k, v in asdict(self.settings).items() if k not in ("tensorboard", "threads", "device")},
            **machine(self._bf16, self._device),
            **self.objective.facts(),
            **self._more,
        }

    def _steps(self, stop: threading.Event) -> str:
        """Take the steps that are left; return why it stopped early, if it did."""
        settings = self.settings
        stepper = Stepper(
            model=self.model, objective=self.objective, learners=self._learners, settings=settings,
            sampler=self._sampler, total=self._total, tokens=self._tokens,
            checkpoints=self.folder / _CHECKPOINTS, device=self._device, bf16=self._bf16,
        )  # fmt: skip
        began, examples = time.perf_counter(), 0
        losses: list[dict[str, float]] = []
        if self.validator and self._step == 0 and not self._best.history:
            self._look(self.validator)
        self.on_progress(self._step, self._total)
        while self._step < self._total:
            if settings.patience and self._best.without_gain >= settings.patience:
                return f"no better on validation in {settings.patience} looks"
            rate = stepper.rate(self._step)
            loss, seen = stepper.take(self._step)
            losses.append(loss)
            examples += seen
            self._step += 1
            self.on_progress(self._step, self._total)
            ended = self._step % self._sampler.steps_per_epoch == 0 or self._step == self._total
            if ended or self._step % 10 == 0:
                speed = examples / (time.perf_counter() - began)
                seen_by_it = self.objective.report()
                self._write_log(
                    "step", self._step, **_means(losses), rate=rate, examples_per_second=speed, **seen_by_it
                )
                losses = []
            look = self.validator is not None and self._due(settings.evaluate_every, ended)
            if self.validator and look:
                self._look(self.validator)
            if look or self._due(settings.checkpoint_every, ended):
                self._keep()
            if world.agree(stop.is_set(), torch.device(self._device)):
                self._keep()
                raise Interrupted(
                    f"stopped at step {self._step} of {self._total}; the state is kept in {self.folder}. To go on, "
                    f"{AGAIN}"
                )
        return ""

    def _due(self, every: int, ended: bool) -> bool:
        """Whether something that happens ``every`` so many steps (0: each epoch) happens now."""
        return ended or (every > 0 and self._step % every == 0)

    def _look(self, validator: Validator) -> None:
        self._learners.train(False)
        measured = validator.measure(lambda keys: self.model.embed([self._tokens[key] for key in keys], self._bf16))
        if not math.isfinite(measured.score):
            raise TrainingError(f"step {self._step}: the validation score is {measured.score}")
        better = self._best.add(self._step, measured)
        if better and world.rank() == 0:
            self._best.keep(self.folder, self._learners.weights())
        world.barrier()
        self._write_log("validation", self._step, best=better, **measured.as_json())

    def _keep(self) -> None:
        """Write a checkpoint, then remove the best weights that no checkpoint names any more."""
        if world.rank() == 0:
            folder = self.folder / _CHECKPOINTS
            states, facts = random_states()
            facts = {"training": self._facts, "random": facts, "best": asdict(self._best)}
            write_checkpoint(folder, State(self._step, self._learners.tensors() | states, facts))
            self._best.tidy(self.folder, [read_facts(path)["best"] for _, path in checkpoints(folder)])
        world.barrier()

    def _resume(self, resume: bool) -> tuple[int, Best]:
        make_folder(self.folder)
        earlier = checkpoints(self.folder / _CHECKPOINTS)
        if not earlier:
            return 0, Best()
        path = earlier[-1][1]
        if not resume:
            raise CheckpointError(
                f"{self.folder} holds checkpoints of an earlier training: resume it or choose another"
            )
        state = read_checkpoint(path)
        refuse_foreign(state, self._facts, path)
        self._learners.restore(state.tensors)
        restore_random_states(state.tensors, state.facts["random"])
        return state.step, Best.from_json(state.facts["best"], self.folder)

    def _write_log(self, event: str, step: int, **values: Any) -> None:
        if world.rank() == 0:
            self._log.write(event, step, **values)


def _means(losses: list[dict[str, float]]) -> dict[str, float]:
    """The mean loss since the last line of the log; of several optimisers, each under the name of its turn."""
    means = {name: sum(loss[name] for loss in losses) / len(losses) for name in losses[0]}
    return {"loss": next(iter(means.values()))} if len(means) == 1 else {f"loss {n}": v for n, v in means.items()}


class Log:
    """Appends events to ``log.jsonl``. A line that a kill cut short is ended first; earlier lines are never changed."""

    def __init__(self, folder: Path, tensorboard: bool = False) -> None:
        """Raises MissingExtraError: tensorboard was asked for and is not installed."""
        self._path = folder / LOG
        self._board: Any = None
        if tensorboard:
            try:
                from torch.utils.tensorboard import SummaryWriter
            except ImportError as error:
                raise MissingExtraError("tensorboard", "tensorboard") from error
            self._board = SummaryWriter(str(folder / "tensorboard"))
        if self._path.exists() and self._path.read_bytes()[-1:] not in (b"", b"\n"):
            self._append("\n")

    def write(self, event: str, step: int, **values: Any) -> None:
        self._append(json.dumps({"event": event, "step": step, **values}, ensure_ascii=False) + "\n")
        if self._board:
            for name, value in values.items():
                if isinstance(value, int | float):
                    self._board.add_scalar(f"{event}/{name}", value, step)
            self._board.flush()

    def close(self) -> None:
        if self._board:
            self._board.close()

    def _append(self, text: str) -> None:
        try:
            with open(self._path, "a", encoding="utf-8", opener=owners_alone) as file:
                file.write(text)
        except OSError as error:
            raise TrainingError(f"{self._path} cannot be written ({error.strerror}). Make room and {AGAIN}") from error


@contextmanager
def asked_to_stop() -> Iterator[threading.Event]:
    """An event that the first Ctrl-C or SIGTERM sets; the second Ctrl-C stops at once."""
    stop = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield stop
        return

    def note(number: int, frame: object) -> None:
        stop.set()
        signal.signal(signal.SIGINT, signal.default_int_handler)

    before = {number: signal.signal(number, note) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
