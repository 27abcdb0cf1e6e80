"""How a language model becomes both experts: an adapter for each, by the losses of :mod:`jobfit.training.experts`.

A step draws what one person was shown (preference), or pairs by the weight that the treatment gives them
(qualification). Every prompt is read once by the layers that are not trained; a step costs the layers above. There is
no second stage: each has an adapter of its own, and neither reads the other's. ``dr`` begins as the expert of the
applicants, which is its g.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from jobfit.scorers.causal import CausalScorer
from jobfit.scorers.causal_experts import CausalExperts
from jobfit.scorers.experts import Floats
from jobfit.scorers.pair_prompts import PairPrompt, counted
from jobfit.settings import Above0, Count, Whole, check_fields
from jobfit.training.calibrating import fit_calibrator
from jobfit.training.experts import (
    ExpertSettings,
    Shown,
    Taught,
    fit_calibrators,
    lists_of,
    preference_loss,
    propensity,
    refuse_one_sided,
)

OnStep = Callable[[str], None]
_TOLD = 50  # pairs between two notes
Draw = Callable[[np.random.Generator], NDArray[np.intp]]


def _quietly(note: str) -> None:
    pass


@dataclass(frozen=True, slots=True)
class CausalSettings:
    """How the adapters are trained: ``steps`` of ``batch`` pairs for each question; the validation set is looked at
    ``looks`` times on the way, the start included, and the best of them is kept.
    """

    steps: Whole = 100
    batch: Count = 8
    learning_rate: Above0 = 5e-4
    looks: Count = 4

    def __post_init__(self) -> None:
        check_fields(self)


def fit_causal_experts(
    scorer: CausalScorer,
    train: Shown,
    validation: Shown,
    settings: ExpertSettings,
    own: CausalSettings,
    on_step: OnStep = _quietly,
) -> CausalExperts:
    """Train both adapters of ``scorer``, and calibrate them; ``settings`` as for the experts that read numbers.

    Of those treatment, clip, calibration and seed matter.

    Raises:
        InputError: nobody applied or everybody did, or a set lacks verdicts of both kinds.
        ModelError: the model's room is too small for the question.
    """
    refuse_one_sided(train, validation)
    parts = [ReadPrompts(scorer, one.features, 0, on_step) for one in (train, validation)]
    applied, lists = [torch.from_numpy(one.applied).float() for one in (train, validation)], lists_of(validation)
    descend(
        parts[0], own, settings.seed, _lists(train, own.batch),
        lambda rows, z: preference_loss(z, applied[0][rows], torch.zeros(len(rows), dtype=torch.long)),
        lambda: preference_loss(torch.from_numpy(parts[1].said()).float(), applied[1], lists),
    )  # fmt: skip
    first = [parts[0].said() if settings.treatment != "applicants" else np.zeros(len(train.applied)), parts[1].said()]
    read = [counted(part.tokens) for part in parts]
    applies = fit_calibrator(settings.calibration, first[1], validation.applied)
    chances = [propensity(applies.probabilities(z), one) for z, one in zip(first, (train, validation))]
    parts = [ReadPrompts(scorer, one.features, 1, on_step) for one in (train, validation)]
    fit = _Qualification(parts, (train, validation), first, chances, own)
    guesses: list[Tensor | None] = [None, None]
    if settings.treatment == "dr":
        fit(replace(settings, treatment="applicants"), guesses)
        guesses = [torch.sigmoid(torch.from_numpy(part.said()).float()) for part in parts]
    fit(settings, guesses)
    calibrators = fit_calibrators((first[1], parts[1].said()), validation, settings)
    facts = {"settings": asdict(settings), "adapters": asdict(own), "read": read[0], "read to validate": read[1]}
    return CausalExperts(scorer, calibrators, settings.treatment, facts=facts)


class ReadPrompts:
    """Prompts (p,) with one question; each is read by the layers that are not trained when it is first asked for."""

    def __init__(
        self, scorer: CausalScorer, prompts: Iterable[PairPrompt], question: int, on_step: OnStep = _quietly
    ) -> None:
        self.scorer, self.question, self.on_step = scorer, question, on_step
        self.tokens = scorer.tokens(prompts, question)
        self._below: dict[int, Tensor] = {}

    def _states(self, rows: Sequence[int]) -> list[Tensor]:
        for row in rows:
            if row not in self._below:
                self._below[row] = self.scorer.below(self.tokens[row].ids)
                done, total = len(self._below), len(self.tokens)
                if done % _TOLD == 0 or done == total:
                    self.on_step(f"question {self.question + 1}: {done} of {total} pairs read")
        return [self._below[row] for row in rows]

    def logits(self, rows: Sequence[int]) -> Tensor:
        """Return the logits of some pairs, with a gradient."""
        return self.scorer.logits(self.question, [self.tokens[row].ids for row in rows], self._states(rows))

    def said(self, rows: Sequence[int] | None = None) -> Floats:
        """Return the logits of some pairs, or of all, without one."""
        rows = range(len(self.tokens)) if rows is None else rows
        return self.scorer.read([self.tokens[row] for row in rows], self.question, self._states(rows))


@dataclass(eq=False)
class _Qualification:
    parts: Sequence[ReadPrompts]
    sets: tuple[Shown, Shown]
    first: Sequence[Floats]
    chances: Sequence[Floats]
    own: CausalSettings

    def __call__(self, settings: ExpertSettings, guesses: Sequence[Tensor | None]) -> None:
        taught, held = (
            Taught.of(one, chances, guess, settings) for one, chances, guess in zip(self.sets, self.chances, guesses)
        )
        first = [torch.from_numpy(z).float() for z in self.first]
        weights = taught.share.double().numpy()
        looked = np.flatnonzero(held.share.numpy())

        def validation() -> Tensor:
            said = torch.from_numpy(self.parts[1].said(looked.tolist())).float()
            return (held.share[looked] * held.losses(first[1][looked], said, looked)).sum()

        def drawn(dice: np.random.Generator) -> NDArray[np.intp]:
            most = min(self.own.batch, int((weights > 0).sum()))
            return dice.choice(len(weights), size=most, replace=False, p=weights / weights.sum())

        descend(
            self.parts[0], self.own, settings.seed, drawn,
            lambda rows, z: taught.losses(first[0][rows], z, rows).mean(), validation,
        )  # fmt: skip


def _lists(train: Shown, most: int) -> Draw:
    """Draw what one person was shown; of a longer list ``most``, with an application where there is one."""
    people = np.unique(train.person)

    def drawn(dice: np.random.Generator) -> NDArray[np.intp]:
        rows = dice.permutation(np.flatnonzero(train.person == dice.choice(people)))
        first = np.argmax(train.applied[rows])
        return np.concatenate([rows[[first]], np.delete(rows, first)])[:most]

    return drawn


def descend(
    train: ReadPrompts,
    own: CausalSettings,
    seed: int,
    draw: Draw,
    loss: Callable[[NDArray[np.intp], Tensor], Tensor],
    validation: Callable[[], Tensor] | None = None,
) -> None:
    """Train the adapter of a question: ``loss`` of the rows that ``draw`` gives, and of their logits.

    It ends as it was best by ``validation``, the start included; without it, as the last step leaves it.
    """
    adapter = train.scorer.adapters[train.question]
    dice, optimiser = np.random.default_rng(seed), torch.optim.AdamW(adapter.values(), own.learning_rate)
    at = set(np.linspace(0, own.steps, own.looks + 1).round().astype(int).tolist())
    best, kept = np.inf, {name: value.detach().clone() for name, value in adapter.items()}
    for step in range(own.steps + 1):
        if validation is not None and step in at:
            value = float(validation())
            train.on_step(f"question {train.question + 1}: step {step} of {own.steps}, validation {value:.4f}")
            if value < best:
                best, kept = value, {name: value.detach().clone() for name, value in adapter.items()}
        if step < own.steps:
            rows = draw(dice)
            optimiser.zero_grad()
            loss(rows, train.logits(rows.tolist())).backward()
            torch.nn.utils.clip_grad_norm_(adapter.values(), 1.0)
            optimiser.step()
    if validation is not None:
        with torch.no_grad():
            for name, weights in kept.items():
                adapter[name].copy_(weights)
