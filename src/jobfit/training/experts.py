"""Two experts of a pair: would the candidate apply (preference), would the employer accept them (qualification).

Both read the same features of a pair: both texts' vectors, and what the ledger found. They are trained apart, then
together: in the second stage each head also reads the other's representation, through weights that start at 0, so that
nothing changes at first and cooperation has to earn its place.

What is known: only pairs that were *shown*. Whoever was not shown a vacancy did not decline it, and whoever did not
apply was not turned down: no such pair is a negative. Applications without a verdict are left out of the verdicts.
Four treatments of this censoring, for the qualification:

    applicants  log loss on judged applications: what P(accept) looks like among those who apply
    ips         the same, each weighted by 1 / propensity, clipped at ``clip`` (Horvitz & Thompson 1952; Schnabel 2016)
    dr          doubly robust (Robins et al. 1994; Wang et al. 2019): over all shown pairs, with the outcome
                g + judged/propensity x (verdict − g), g being the applicants-only expert
    esmm        entire space (Ma et al. 2018): P(apply) x P(accept) against "applied and accepted", over all shown pairs

The propensity of a verdict is the preference expert's chance of an application times the share of applications that are
judged. It sees what the features say, and cannot correct for what they leave out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Annotated, Literal

import numpy as np
import torch
from numpy.typing import NDArray
from pydantic import Field
from torch import Tensor, nn
from torch.nn.functional import logsigmoid

from jobfit.errors import InputError
from jobfit.scorers.calibrators import Calibration, Calibrator
from jobfit.settings import Above0, Count, From0, Whole, check_fields
from jobfit.training.calibrating import fit_calibrator

Floats = NDArray[np.float64]
Treatment = Literal["applicants", "ips", "dr", "esmm"]
WIDEST = 2.0  # a task's log-weight stays within this of 0: neither task can lose the other's attention
_LEAST = 1e-3  # of a propensity


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """Pairs that a log says were shown: ``features`` (p, f), the ``person`` (p,) by number, ``applied`` (p,) booleans.

    ``verdict`` (p,): 1 accepted, 0 turned down, nan where there is none.

    Raises:
        InputError: shapes that differ, features that are not finite, or a verdict without an application.
    """

    features: NDArray[np.float32]
    person: NDArray[np.intp]
    applied: NDArray[np.bool_]
    verdict: Floats

    def __post_init__(self) -> None:
        n = len(self.features)
        if self.features.ndim != 2 or {len(self.person), len(self.applied), len(self.verdict)} != {n}:
            raise InputError("shown pairs need a row of features, a person, applied and a verdict each")
        if not np.isfinite(self.features).all():
            raise InputError("a feature is not a finite number: give what is unknown a column of its own")
        judged = ~np.isnan(self.verdict)
        if (judged & ~self.applied).any() or not np.isin(self.verdict[judged], (0, 1)).all():
            raise InputError("a verdict is 1, 0 or nan, and there is none without an application")

    @property
    def judged(self) -> NDArray[np.bool_]:
        return ~np.isnan(self.verdict)


@dataclass(frozen=True, slots=True)
class ExpertSettings:
    """How the experts are trained.

    hidden: units of each representation. steps, together: full-batch steps of the stages. clip: of 1 / propensity.
    """

    treatment: Treatment = "applicants"
    hidden: Count = 32
    steps: Count = 200
    together: Whole = 100
    learning_rate: Above0 = 0.01
    weight_decay: From0 = 1e-3
    clip: Annotated[float, Field(ge=1, allow_inf_nan=False)] = 10.0
    calibration: Calibration = "platt"
    seed: Whole = 0

    def __post_init__(self) -> None:
        check_fields(self)


class ExpertNet(nn.Module):
    """Two representations and two heads; ``forward`` gives the logits of preference and qualification, (p,) each."""

    def __init__(self, features: int, settings: ExpertSettings) -> None:
        super().__init__()
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(settings.seed)
            self.trunks = nn.ModuleList(nn.Linear(features, settings.hidden) for _ in range(2))
            self.heads = nn.ModuleList(nn.Linear(settings.hidden, 1) for _ in range(2))
        self.others = nn.ModuleList(nn.Linear(settings.hidden, 1, bias=False) for _ in range(2))
        for other in self.others:
            nn.init.zeros_(other.weight)  # type: ignore[arg-type]
        self.log_weights = nn.Parameter(torch.zeros(2))

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        seen = [torch.relu(trunk(x)) for trunk in self.trunks]
        first, second = (
            (head(own) + other(apart)).squeeze(1)
            for head, other, own, apart in zip(self.heads, self.others, seen, seen[::-1])
        )
        return first, second

    def task(self, number: int) -> list[nn.Parameter]:
        return [*self.trunks[number].parameters(), *self.heads[number].parameters()]


@dataclass(frozen=True, eq=False)
class Experts:
    """Both experts, calibrated on validation. ``treatment`` says how the censoring was treated.

    ``calibrators``: of the preference and of the qualification; the policy refuses one of the method ``none``.
    """

    net: ExpertNet
    scale: tuple[NDArray[np.float32], NDArray[np.float32]]
    calibrators: tuple[Calibrator, Calibrator]
    treatment: Treatment

    def logits(self, features: NDArray[np.float32]) -> tuple[Floats, Floats]:
        with torch.inference_mode():
            first, second = self.net(_scaled(features, self.scale))
        return first.double().numpy(), second.double().numpy()

    def chances(self, features: NDArray[np.float32]) -> tuple[Floats, Floats]:
        """Return P(apply | shown) and P(accept | applied), each (p,)."""
        first, second = (cal.probabilities(z) for cal, z in zip(self.calibrators, self.logits(features)))
        return first, second


def fit_experts(train: Shown, validation: Shown, settings: ExpertSettings = ExpertSettings()) -> Experts:
    """Train both experts on ``train`` and calibrate them on ``validation``.

    The qualification of every treatment but ``applicants`` is calibrated on verdicts drawn again by 1 / propensity, so
    that the calibration is not to applicants either.

    Raises:
        InputError: nobody applied or everybody did, or a set lacks verdicts of both kinds.
    """
    for name, shown in (("train", train), ("validation", validation)):
        verdicts = set(shown.verdict[shown.judged].tolist())
        if verdicts != {0.0, 1.0} or shown.applied.all():
            raise InputError(
                f"{name}: {int(shown.applied.sum())} of {len(shown.applied)} pairs are applications, their verdicts "
                f"{sorted(verdicts)}: the experts need pairs that were declined, and verdicts of both kinds"
            )
    mean, deviation = train.features.mean(axis=0), train.features.std(axis=0)
    scale = mean, np.where(deviation > 0, deviation, 1.0).astype(np.float32)
    net, x = ExpertNet(train.features.shape[1], settings), _scaled(train.features, scale)
    applied, lists = torch.from_numpy(train.applied).float(), torch.from_numpy(train.person.astype(np.int64))

    def preference() -> Tensor:
        logits, _ = net(x)
        return _log_loss(logits, applied).mean() + _list_loss(logits, applied, lists)

    _descend(net.task(0), preference, settings, settings.steps)
    applies = fit_calibrator(settings.calibration, _logits(net, validation, scale)[0], validation.applied)
    rate = float(train.judged.sum() / train.applied.sum())
    chance = torch.from_numpy(applies.probabilities(_logits(net, train, scale)[0]) * rate).clamp_min(_LEAST)
    qualification = _qualification(net, train, x, chance, settings)
    _descend(net.task(1), qualification, settings, settings.steps)
    if settings.together:
        shared = [*net.task(0), *net.task(1), *net.others.parameters(), net.log_weights]
        _descend(shared, lambda: weighed(net.log_weights, (preference(), qualification())), settings, settings.together)
    first, second = _logits(net, validation, scale)
    applies = fit_calibrator(settings.calibration, first, validation.applied)
    drawn = np.flatnonzero(validation.judged)
    if settings.treatment != "applicants":
        weights = np.minimum(1 / np.maximum(applies.probabilities(first[drawn]) * rate, _LEAST), settings.clip)
        again = np.random.default_rng(settings.seed).choice(drawn, size=4 * len(drawn), p=weights / weights.sum())
        drawn = again if len(set(validation.verdict[again].tolist())) == 2 else drawn
    accepts = fit_calibrator(settings.calibration, second[drawn], validation.verdict[drawn] == 1)
    return Experts(net.train(False), scale, (applies, accepts), settings.treatment)


def weighed(log_weights: Tensor, losses: tuple[Tensor, ...]) -> Tensor:
    """Return Σ exp(−a_k) L_k + a_k with a_k held within 2 of 0 (Kendall et al. 2018, with the term that holds it up).

    A weight is between e⁻² and e², whatever the losses: no task is ever switched off. A softmax of free weights, by
    contrast, goes to the task whose loss is lower.

    >>> round(weighed(torch.tensor([9.0, 0.0]), (torch.tensor(1.0), torch.tensor(1.0))).item(), 4)  # e^-2 + 2 + 1 + 0
    3.1353
    """
    held = log_weights.clamp(-WIDEST, WIDEST)
    return sum(
        (torch.exp(-a) * loss + a for a, loss in zip(held, losses, strict=True)), torch.zeros((), dtype=held.dtype)
    )


def _qualification(
    net: ExpertNet, train: Shown, x: Tensor, chance: Tensor, settings: ExpertSettings
) -> Callable[[], Tensor]:
    judged = torch.from_numpy(train.judged)
    verdict = torch.from_numpy(np.nan_to_num(train.verdict)).float()
    weights = torch.where(judged, (1 / chance).clamp_max(settings.clip), torch.zeros_like(chance)).float()
    if settings.treatment == "esmm":
        known = torch.from_numpy(train.judged | ~train.applied)

        def entire() -> Tensor:
            first, second = net(x)
            both = (logsigmoid(first) + logsigmoid(second))[known]
            hit = verdict[known]
            return -(hit * both + (1 - hit) * torch.log(-torch.expm1(both.clamp_max(-1e-6)))).mean()

        return entire
    if settings.treatment == "dr":
        alone = ExpertNet(x.shape[1], settings)
        guessing = _qualification(alone, train, x, chance, replace(settings, treatment="applicants"))
        _descend(alone.task(1), guessing, settings, settings.steps)
        with torch.no_grad():
            guess = torch.sigmoid(alone(x)[1])
        outcome = guess + weights * (verdict - guess)

        def robust() -> Tensor:
            _, logits = net(x)
            return (torch.nn.functional.softplus(logits) - outcome * logits).mean()

        return robust
    if settings.treatment == "applicants":
        weights = judged.float()
    share = weights / weights.sum()

    def verdicts() -> Tensor:
        _, logits = net(x)
        return (share * _log_loss(logits, verdict)).sum()

    return verdicts


def _log_loss(logits: Tensor, labels: Tensor) -> Tensor:
    return -(labels * logsigmoid(logits) + (1 - labels) * logsigmoid(-logits))


def _list_loss(logits: Tensor, labels: Tensor, lists: Tensor) -> Tensor:
    """The mean over applications of −log softmax within what the same person was shown, by log-sums of exponentials."""
    size = int(lists.max()) + 1
    top = torch.full((size,), -torch.inf).scatter_reduce(0, lists, logits.detach(), "amax")
    total = torch.zeros(size).index_add(0, lists, torch.exp(logits - top[lists]))
    return -(labels * (logits - top[lists] - torch.log(total)[lists])).sum() / labels.sum().clamp_min(1)


def _descend(parameters: list[nn.Parameter], loss: Callable[[], Tensor], settings: ExpertSettings, steps: int) -> None:
    optimiser = torch.optim.AdamW(parameters, settings.learning_rate, weight_decay=settings.weight_decay)
    for _ in range(steps):
        optimiser.zero_grad()
        value = loss()
        value.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimiser.step()


def _logits(net: ExpertNet, shown: Shown, scale: tuple[NDArray[np.float32], NDArray[np.float32]]) -> list[Floats]:
    with torch.inference_mode():
        return [z.double().numpy() for z in net(_scaled(shown.features, scale))]


def _scaled(features: NDArray[np.float32], scale: tuple[NDArray[np.float32], NDArray[np.float32]]) -> Tensor:
    return torch.from_numpy(((features - scale[0]) / scale[1]).astype(np.float32))
