"""How the two experts of :mod:`jobfit.scorers.experts` are trained: apart, then together; and then calibrated.

In the second stage each head also reads the other's representation, through weights that start at 0, so that nothing
changes at first and cooperation has to earn its place.

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

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Annotated, Any, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from pydantic import Field
from torch import Tensor, nn
from torch.nn.functional import logsigmoid

from jobfit.errors import InputError
from jobfit.evaluation import calibration as measured
from jobfit.evaluation.pairs import ScoredPairs
from jobfit.judgements.table import Judgement, Side, StatusTable
from jobfit.records import Application, Outcome
from jobfit.scorers.calibrators import Calibration, Calibrator
from jobfit.scorers.experts import ExpertNet, Experts, Floats, Treatment
from jobfit.settings import Above0, Count, From0, Whole, check_fields
from jobfit.training.calibrating import fit_calibrator

WIDEST = 2.0  # a task's log-weight stays within this of 0: neither task can lose the other's attention
_LEAST = 1e-3  # of a propensity
_LOOK = 5  # steps between two looks at validation
_YES = 3  # the grade of an offer that was declined; a hire has 4


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """Pairs that a log says were shown: ``features`` (p, f), the ``person`` (p,) by number, ``applied`` (p,) booleans.

    ``verdict`` (p,): 1 accepted, 0 turned down, nan where there is none. A language model reads a prompt (p,) where
    the other experts read numbers.

    Raises:
        InputError: shapes that differ, features that are not finite, or a verdict without an application.
    """

    features: NDArray[Any]
    person: NDArray[np.intp]
    applied: NDArray[np.bool_]
    verdict: Floats

    def __post_init__(self) -> None:
        n = len(self.features)
        numbers = self.features.dtype != object
        if self.features.ndim != 1 + numbers or {len(self.person), len(self.applied), len(self.verdict)} != {n}:
            raise InputError("shown pairs need a row of features, a person, applied and a verdict each")
        if numbers and not np.isfinite(self.features).all():
            raise InputError("a feature is not a finite number: give what is unknown a column of its own")
        judged = ~np.isnan(self.verdict)
        if (judged & ~self.applied).any() or not np.isin(self.verdict[judged], (0, 1)).all():
            raise InputError("a verdict is 1, 0 or nan, and there is none without an application")

    @property
    def judged(self) -> NDArray[np.bool_]:
        return ~np.isnan(self.verdict)

    def part(self, rows: NDArray[np.bool_]) -> Shown:
        """Return the pairs where ``rows`` (p,) is true."""
        return Shown(self.features[rows], self.person[rows], self.applied[rows], self.verdict[rows])


@dataclass(frozen=True, slots=True)
class FunnelLog:
    """What a log says of pairs of a candidate's and a vacancy's id: shown, applied to, and the employer's verdict."""

    pairs: tuple[tuple[str, str], ...]
    applied: NDArray[np.bool_]
    verdict: Floats

    @classmethod
    def of(
        cls, exposures: Iterable[tuple[str, str]], applications: Sequence[Application], statuses: StatusTable
    ) -> FunnelLog:
        """Join what was shown with where people applied; whoever applied had seen it. Pairs are sorted, each once.

        Of several applications of one pair a yes counts before a no, and a no before no verdict.

        Raises:
            InputError: a status that the table does not have.
        """
        verdicts: dict[tuple[str, str], float] = {}
        for one in applications:
            pair, said = (one.candidate_id, one.vacancy_id), employers_verdict(statuses.judge(one.status))
            verdicts[pair] = float(np.fmax(said, verdicts.get(pair, np.nan)))
        pairs = tuple(sorted({*exposures, *verdicts}))
        applied = np.array([pair in verdicts for pair in pairs], dtype=bool)
        return cls(pairs, applied, np.array([verdicts.get(pair, np.nan) for pair in pairs], dtype=np.float64))

    def part(self, rows: NDArray[np.bool_]) -> FunnelLog:
        """Return the pairs where ``rows`` (p,) is true."""
        kept = tuple(pair for pair, inside in zip(self.pairs, rows.tolist(), strict=True) if inside)
        return FunnelLog(kept, self.applied[rows], self.verdict[rows])

    def shown(self, features: NDArray[Any]) -> Shown:
        """Return the pairs with what is read of each, people as numbers; see :class:`Shown`."""
        person = np.unique([candidate for candidate, _ in self.pairs], return_inverse=True)[1]
        return Shown(features, person.astype(np.intp), self.applied, self.verdict)

    def counts(self) -> dict[str, int]:
        return {
            "pairs": len(self.pairs), "applied": int(self.applied.sum()),
            "judged": int((~np.isnan(self.verdict)).sum()), "accepted": int((self.verdict == 1).sum()),
        }  # fmt: skip


def employers_verdict(judgement: Judgement) -> float:
    """Return 1 where the employer said yes, 0 for a no, nan where nobody knows.

    A grade of 3 or 4 is a yes, an offer that was declined among them; an end for a reason of the person's own is no
    verdict, nor is the talent pool.
    """
    by_person = judgement.reason is not None and judgement.reason.side is Side.PREFERENCE
    if (judgement.grade or 0) >= _YES:
        return 1.0
    return 0.0 if judgement.outcome is Outcome.REJECTED and not by_person else float("nan")


class Calibrated(Protocol):
    """What both kinds of experts are to whoever uses them."""

    @property
    def calibrators(self) -> tuple[Calibrator, Calibrator]: ...
    @property
    def reads(self) -> tuple[str, ...]: ...
    def logits(self, features: NDArray[Any], /) -> tuple[Floats, Floats]: ...
    def chances(self, features: NDArray[Any], /) -> tuple[Floats, Floats]: ...


@dataclass(frozen=True, slots=True)
class ExpertSettings:
    """How the experts are trained.

    hidden: units of each representation. steps, together: the most full-batch steps of the stages; each ends with the
    weights that were best on validation. clip: of 1 / propensity.
    """

    treatment: Treatment = "applicants"
    hidden: Count = 16
    steps: Count = 200
    together: Whole = 100
    learning_rate: Above0 = 0.01
    weight_decay: From0 = 0.1
    clip: Annotated[float, Field(ge=1, allow_inf_nan=False)] = 10.0
    calibration: Calibration = "platt"
    seed: Whole = 0

    def __post_init__(self) -> None:
        check_fields(self)


def fit_experts(train: Shown, validation: Shown, settings: ExpertSettings = ExpertSettings()) -> Experts:
    """Train both experts on ``train``; stop and calibrate on ``validation``.

    The qualification of every treatment but ``applicants`` is calibrated on verdicts drawn again by 1 / propensity, so
    that the calibration is not to applicants either.

    Raises:
        InputError: nobody applied or everybody did, or a set lacks verdicts of both kinds.
    """
    refuse_one_sided(train, validation)
    net = ExpertNet(train.features.shape[1], settings.hidden, settings.seed)
    net.fit_scale(train.features)
    plain, kept = Calibrator(), {"settings": asdict(settings)}
    experts = Experts(net, (plain, plain), settings.treatment, facts=kept)
    sets = train, validation
    preference = _Two(*(_preference(net, one) for one in sets))
    _descend(net.task(0), preference, settings, settings.steps)
    logits = [experts.logits(one.features)[0] for one in sets]
    applies = fit_calibrator(settings.calibration, logits[1], validation.applied)
    chances = [propensity(applies.probabilities(z), one) for z, one in zip(logits, sets)]
    guesses = _guesses(train, validation, chances, settings) if settings.treatment == "dr" else [None, None]
    made = (_qualification(net, *parts, settings) for parts in zip(sets, chances, guesses, strict=True))
    qualification = _Two(*made)
    _descend(net.task(1), qualification, settings, settings.steps)
    if settings.together:
        shared = [*net.task(0), *net.task(1), *net.others.parameters(), net.log_weights]
        both = _Two(
            lambda: weighed(net.log_weights, (preference.train(), qualification.train())),
            lambda: preference.validation() + qualification.validation(),
        )
        _descend(shared, both, settings, settings.together)
    net.train(False)
    calibrators = fit_calibrators(experts.logits(validation.features), validation, settings)
    return Experts(net, calibrators, settings.treatment, facts=kept)


def refuse_one_sided(train: Shown, validation: Shown) -> None:
    """Raise InputError where nobody applied or everybody did, or a set lacks verdicts of both kinds."""
    for name, shown in (("train", train), ("validation", validation)):
        yes, no = (int((shown.verdict[shown.judged] == verdict).sum()) for verdict in (1, 0))
        if not yes or not no or shown.applied.all():
            raise InputError(
                f"{name}: of {len(shown.applied)} pairs {int(shown.applied.sum())} are applications, {yes} of them "
                f"accepted and {no} turned down: the experts need pairs nobody applied for, and verdicts of both kinds"
            )


def reliability(
    experts: Calibrated, validation: Shown, settings: ExpertSettings, bins: int = 5
) -> tuple[measured.Calibration, measured.Calibration] | None:
    """Return how well both are calibrated on validation, of people whose own pairs had no part in it.

    The people are dealt into two halves, and each half's chances are calibrated on the other: of preference over all
    pairs shown, of qualification over the judged applications, whatever the treatment. Bins of equal mass, intervals
    over people. ``None`` where a half has no verdicts of both kinds.
    """
    logits = experts.logits(validation.features)
    people = np.unique(validation.person)
    drawn = np.random.default_rng(settings.seed).permutation(people)[: len(people) // 2]
    first = np.isin(validation.person, drawn)
    said = np.zeros((2, len(first)))
    for half in (first, ~first):
        other = validation.part(~half)
        if set(other.verdict[other.judged].tolist()) != {0.0, 1.0} or other.applied.all() or not half.any():
            return None
        fitted = fit_calibrators((logits[0][~half], logits[1][~half]), other, settings)
        for number, calibrator in enumerate(fitted):
            said[number, half] = calibrator.probabilities(logits[number][half])
    ids = [(str(person), str(row)) for row, person in enumerate(validation.person.tolist())]
    judged = np.flatnonzero(validation.judged)
    pairs = (
        ScoredPairs.of(ids, validation.applied, said[0]),
        ScoredPairs.of([ids[row] for row in judged], validation.verdict[judged] == 1, said[1][judged]),
    )
    found = [measured.calibration(one, bins, "mass", settings.seed) for one in pairs]
    return found[0], found[1]


def fit_calibrators(
    logits: tuple[Floats, Floats], shown: Shown, settings: ExpertSettings
) -> tuple[Calibrator, Calibrator]:
    """Return the calibrators of preference and qualification, from the logits (p,) of pairs that taught neither."""
    first, second = logits
    applies = fit_calibrator(settings.calibration, first, shown.applied)
    drawn = np.flatnonzero(shown.judged)
    if settings.treatment != "applicants":
        weights = np.minimum(1 / propensity(applies.probabilities(first), shown)[drawn], settings.clip)
        again = np.random.default_rng(settings.seed).choice(drawn, size=4 * len(drawn), p=weights / weights.sum())
        drawn = again if len(set(shown.verdict[again].tolist())) == 2 else drawn
    return applies, fit_calibrator(settings.calibration, second[drawn], shown.verdict[drawn] == 1)


def propensity(applies: Floats, shown: Shown) -> Floats:
    """The chance of a verdict: of an application, times the share of applications that are judged."""
    return np.maximum(applies * shown.judged.sum() / shown.applied.sum(), _LEAST)


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


@dataclass(frozen=True, slots=True)
class _Two:
    """One loss on the training pairs, and on those of validation, which choose when to stop."""

    train: Callable[[], Tensor]
    validation: Callable[[], Tensor]


def _preference(net: ExpertNet, shown: Shown) -> Callable[[], Tensor]:
    x, applied = torch.from_numpy(shown.features), torch.from_numpy(shown.applied).float()
    lists = lists_of(shown)
    return lambda: preference_loss(net(x)[0], applied, lists)


def lists_of(shown: Shown) -> Tensor:
    """Return the number of each pair's list (p,): what one person was shown."""
    return torch.from_numpy(np.unique(shown.person, return_inverse=True)[1].astype(np.int64))


def preference_loss(logits: Tensor, applied: Tensor, lists: Tensor) -> Tensor:
    """Return the log loss of applications, and that of their places in the lists (p,), each numbered from 0."""
    return log_loss(logits, applied).mean() + list_loss(logits, applied, lists)


def _qualification(
    net: ExpertNet, shown: Shown, chances: Floats, guess: Tensor | None, settings: ExpertSettings
) -> Callable[[], Tensor]:
    x, taught = torch.from_numpy(shown.features), Taught.of(shown, chances, guess, settings)

    def loss() -> Tensor:
        return (taught.share * taught.losses(*net(x))).sum()

    return loss


@dataclass(frozen=True, slots=True, eq=False)
class Taught:
    """What a treatment teaches of the qualification: what each pair weighs, ``share`` (p,) with the sum 1, and toward
    what, ``outcome`` (p,). ``product``: by P(apply) x P(accept) in place of P(accept).
    """

    share: Tensor
    outcome: Tensor
    product: bool

    @classmethod
    def of(cls, shown: Shown, chances: Floats, guess: Tensor | None, settings: ExpertSettings) -> Taught:
        """``chances`` (p,) are the propensities of a verdict, ``guess`` (p,) is g of ``dr``."""
        judged = torch.from_numpy(shown.judged)
        verdict = torch.from_numpy(np.nan_to_num(shown.verdict)).float()
        weights = judged * (1 / torch.from_numpy(chances).float()).clamp_max(settings.clip)
        if settings.treatment == "esmm":
            share, outcome = torch.from_numpy(shown.judged | ~shown.applied).float(), verdict
        elif guess is not None:
            share, outcome = torch.ones_like(verdict), guess + weights * (verdict - guess)
        else:
            share, outcome = judged.float() if settings.treatment == "applicants" else weights, verdict
        return cls(share / share.sum(), outcome, settings.treatment == "esmm")

    def losses(self, first: Tensor, second: Tensor, rows: slice | NDArray[np.intp] = slice(None)) -> Tensor:
        """Return the losses of pairs, ``rows`` of them, from the logits of preference and qualification."""
        outcome = self.outcome[rows]
        if self.product:
            both = logsigmoid(first) + logsigmoid(second)
            return -(outcome * both + (1 - outcome) * torch.log(-torch.expm1(both.clamp_max(-1e-6))))
        return log_loss(second, outcome)


def _guesses(
    train: Shown, validation: Shown, chances: Sequence[Floats], settings: ExpertSettings
) -> list[Tensor | None]:
    """Return what an expert of the applicants alone says of every pair: g of ``dr``."""
    alone = ExpertNet(train.features.shape[1], settings.hidden, settings.seed)
    alone.fit_scale(train.features)
    plain, sets = replace(settings, treatment="applicants"), (train, validation)
    loss = _Two(*(_qualification(alone, one, c, None, plain) for one, c in zip(sets, chances)))
    _descend(alone.task(1), loss, settings, settings.steps)
    with torch.no_grad():
        return [torch.sigmoid(alone(torch.from_numpy(one.features))[1]) for one in sets]


def log_loss(logits: Tensor, labels: Tensor) -> Tensor:
    """Return the log loss of each; a label that corrects for what is not seen may lie outside 0 to 1."""
    return -(labels * logsigmoid(logits) + (1 - labels) * logsigmoid(-logits))


def list_loss(logits: Tensor, labels: Tensor, lists: Tensor) -> Tensor:
    """The mean over applications of −log softmax within what the same person was shown, by log-sums of exponentials."""
    size = int(lists.max()) + 1
    top = torch.full((size,), -torch.inf).scatter_reduce(0, lists, logits.detach(), "amax")
    total = torch.zeros(size).index_add(0, lists, torch.exp(logits - top[lists]))
    return -(labels * (logits - top[lists] - torch.log(total)[lists])).sum() / labels.sum().clamp_min(1)


def _descend(parameters: list[nn.Parameter], loss: _Two, settings: ExpertSettings, steps: int) -> None:
    """Take at most ``steps`` full-batch steps and end with the weights that were best on validation, looked at often.

    The weights at the start are among them: a stage can leave what it found.
    """
    optimiser = torch.optim.AdamW(parameters, settings.learning_rate, weight_decay=settings.weight_decay)
    best, kept = np.inf, [one.detach().clone() for one in parameters]
    for step in range(steps + 1):
        if step % _LOOK == 0 or step == steps:
            with torch.no_grad():
                value = float(loss.validation())
            if value < best:
                best, kept = value, [one.detach().clone() for one in parameters]
        if step < steps:
            optimiser.zero_grad()
            loss.train().backward()
            torch.nn.utils.clip_grad_norm_(parameters, 1.0)
            optimiser.step()
    with torch.no_grad():
        for one, value_kept in zip(parameters, kept):
            one.copy_(value_kept)
