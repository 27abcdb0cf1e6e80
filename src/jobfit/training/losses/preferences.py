"""Preference losses on pairs of candidates for one vacancy: RankPO, SimRankPO, SFT and their weighted sums.

RankPO (arXiv 2503.10723) puts π(y|x) ∝ exp(s(x, y)/τ) in DPO's objective; the normaliser is
the same for both candidates of a vacancy and cancels. With s_w, s_l the cosines of the preferred and the rejected
candidate under the model, ref_w, ref_l those under the frozen model it started from:

    h = ((s_w − s_l) − (ref_w − ref_l)) / τ − g        SimRankPO (reference-free): h = (s_w − s_l) / τ − g
    sigmoid: −p log σ(βh) − (1 − p) log σ(−βh)         hinge: p max(0, 1 − βh) + (1 − p) max(0, 1 + βh)

p is the probability that the preference is right: 1 by default, 1 − ε under label smoothing ε. SFT is −log σ((s_w −
s_l) / τ), which is SimRankPO-sigmoid with β = 1 and g = 0. Scores are raw cosines; τ is applied once, here. Scores in
half precision are widened to 32 bits first.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import logsigmoid

from jobfit.embeddings import Embeddings
from jobfit.errors import InputError, UnknownIdError
from jobfit.settings import From0, check_fields
from jobfit.training.losses.contrastive import wide

Rows = NDArray[np.float32]
Kind = Literal["sigmoid", "hinge"]


def preference_loss(
    s_w: Tensor,
    s_l: Tensor,
    ref_w: Tensor | None = None,
    ref_l: Tensor | None = None,
    *,
    kind: Kind = "sigmoid",
    beta: float = 2.0,
    temperature: float = 0.1,
    margin: float = 0.0,
    label_smoothing: float = 0.0,
    reference_free: bool = False,
    probability: Tensor | None = None,
) -> Tensor:
    """Return the mean RankPO loss (SimRankPO if ``reference_free``) of n pairs, a scalar; the formula is above.

    All tensors are of shape (n,). ``margin`` is g, in units of score / τ. ``probability`` (n,) in [0, 1] is a soft
    label: the confidence that the preference is right (0.5 says nothing, below 0.5 the order is turned round).
    Smoothing makes it (1 − ε)p + ε(1 − p). The reference gets no gradient. A hinge ignores ``label_smoothing`` with a
    warning, as the published code does, but not ``probability``, which is data.

    Raises:
        InputError: an argument out of its range, no pairs, shapes that differ, or no reference where one is needed.

    >>> w, l = torch.tensor([0.71]).double(), torch.tensor([0.65]).double()
    >>> round(preference_loss(w, l, reference_free=True).item(), 6)  # log(1 + exp(-2 * 0.06 / 0.1))
    0.263282
    """
    check_settings(kind, beta, temperature, label_smoothing)
    gap = _gap(s_w, s_l)
    if not reference_free:
        if ref_w is None or ref_l is None:
            raise InputError("RankPO needs the reference's scores; without a reference, say reference_free=True")
        reference = _gap(ref_w, ref_l).detach()
        if reference.shape != gap.shape:
            raise InputError(f"{len(gap)} pairs and reference scores for {len(reference)}")
        gap = gap - reference
    logits = beta * (gap / temperature - margin)
    right = _label(logits, probability, label_smoothing if kind == "sigmoid" else 0.0)
    if kind == "hinge":
        return (right * (1 - logits).relu() + (1 - right) * (1 + logits).relu()).mean()
    return -(right * logsigmoid(logits) + (1 - right) * logsigmoid(-logits)).mean()


def implicit_reward(scores: Tensor, reference: Tensor, beta: float = 2.0) -> Tensor:
    """Return β(s − s_ref) (n,), the reward that the published code logs: without 1/τ, and without a gradient.

    *Reward accuracy* is how often the preferred candidate's is higher. It is not alignment, which compares the
    model's own scores.
    """
    return beta * (scores - reference).detach()


def check_settings(kind: str, beta: float, temperature: float, label_smoothing: float) -> None:
    """Raise where a setting of a preference loss is out of its range; warn where it has no effect.

    Raises:
        InputError: which one, and what it may be.
    """
    if kind not in ("sigmoid", "hinge"):
        raise InputError(f"the kind of a preference loss is sigmoid or hinge, not {kind!r}")
    if not temperature > 0 or not beta > 0:
        raise InputError(f"beta and temperature must be above 0, not {beta} and {temperature}")
    if not 0 <= label_smoothing < 0.5:
        raise InputError(f"label smoothing must be at least 0 and below 0.5, not {label_smoothing}")
    if kind == "hinge" and label_smoothing:
        warnings.warn("a hinge loss ignores label smoothing", UserWarning, stacklevel=3)


@dataclass(frozen=True, slots=True)
class PreferenceSettings:
    """A weighted sum of a preference loss and SFT; the defaults are RankPO with the published script's values.

    ``preference_weight`` · L_po + ``sft_weight`` · L_sft; the other fields are those of :func:`preference_loss`. SFT
    has the same temperature, no β and no margin.

    Raises:
        InputError: a value out of its range, or both weights 0.
    """

    kind: Kind = "sigmoid"
    beta: float = 2.0
    temperature: float = 0.1
    margin: float = 0.0
    label_smoothing: float = 0.0
    reference_free: bool = False
    preference_weight: From0 = 1.0
    sft_weight: From0 = 0.0

    def __post_init__(self) -> None:
        check_fields(self)
        check_settings(self.kind, self.beta, self.temperature, self.label_smoothing)
        if not self.preference_weight + self.sft_weight:
            raise InputError("the weights of a preference loss and of SFT are not both 0")

    @property
    def needs_reference(self) -> bool:
        return self.preference_weight > 0 and not self.reference_free

    def loss(
        self,
        s_w: Tensor,
        s_l: Tensor,
        ref_w: Tensor | None = None,
        ref_l: Tensor | None = None,
        probability: Tensor | None = None,
    ) -> Tensor:
        """Return the weighted sum for n pairs, a scalar. Arguments and errors: :func:`preference_loss`."""
        total = s_w.new_zeros((), dtype=_gap(s_w, s_l).dtype)
        if self.preference_weight:
            own: Any = {name: value for name, value in asdict(self).items() if not name.endswith("_weight")}
            ranked = preference_loss(s_w, s_l, ref_w, ref_l, probability=probability, **own)
            total = total + self.preference_weight * ranked
        if self.sft_weight:
            alike: Any = {"beta": 1.0, "temperature": self.temperature, "reference_free": True}
            total = total + self.sft_weight * preference_loss(s_w, s_l, probability=probability, **alike)
        return total


RANKPO = PreferenceSettings()
RANKPO_HINGE = PreferenceSettings(kind="hinge")
SIMRANKPO = PreferenceSettings(reference_free=True)
SIMRANKPO_HINGE = PreferenceSettings(kind="hinge", reference_free=True)
SFT = PreferenceSettings(preference_weight=0.0, sft_weight=1.0)
METHODS = {
    "rankpo": RANKPO,
    "rankpo-hinge": RANKPO_HINGE,
    "simrankpo": SIMRANKPO,
    "simrankpo-hinge": SIMRANKPO_HINGE,
    "sft": SFT,
}
"""The five curves of RankPO's figure 2, by name."""


def _gap(first: Tensor, second: Tensor) -> Tensor:
    if first.shape != second.shape or first.ndim != 1 or not len(first):
        raise InputError(f"scores of pairs must be two lists of one length, not {first.shape} and {second.shape}")
    return wide(first) - wide(second)


def _label(logits: Tensor, probability: Tensor | None, smoothing: float) -> Tensor:
    """Return the probability (n,) that each preference is right, smoothed."""
    if probability is None:
        return torch.full_like(logits, 1 - smoothing)
    if probability.shape != logits.shape:
        raise InputError(f"{len(logits)} pairs and soft labels of shape {tuple(probability.shape)}")
    right = probability.to(logits).detach()
    if not ((right >= 0) & (right <= 1)).all():
        raise InputError("a soft label is a probability between 0 and 1 (a confidence of 95 % is 0.95)")
    return right * (1 - smoothing) + (1 - right) * smoothing


def pair_scores(vacancies: Rows, preferred: Rows, rejected: Rows) -> Rows:
    """Return the cosines (n, 2) of n vacancies with their preferred and rejected candidates, all unit rows (n, d)."""
    return np.stack([np.einsum("nd,nd->n", vacancies, side) for side in (preferred, rejected)], axis=1)


def reference_scores(
    vacancies: Embeddings, candidates: Embeddings, preferences: Iterable[tuple[str, str, str]]
) -> Rows:
    """Return the scores (n, 2) of ``preferences`` (vacancy id, preferred id, rejected id), in their order.

    The embeddings are those of the frozen model that training starts from; its parameters are never needed again.

    Raises:
        InputError: vacancies and candidates were encoded by different models.
        UnknownIdError: a preference names a text that has no embedding.
    """
    if vacancies.fingerprint != candidates.fingerprint:
        raise InputError(
            f"the reference scores need one model: vacancies were encoded by {vacancies.fingerprint}, "
            f"candidates by {candidates.fingerprint}"
        )
    rows_of = [{id_: row for row, id_ in enumerate(side.ids)} for side in (vacancies, candidates, candidates)]
    rows = []
    for number, ids in enumerate(preferences):
        for id_, known, kind in zip(ids, rows_of, ("vacancy", "candidate", "candidate"), strict=True):
            if id_ not in known:
                raise UnknownIdError(f"preference {number}: the {kind} {id_!r} has no embedding; encode it first")
            rows.append(known[id_])
    chosen = np.array(rows, dtype=np.intp).reshape(-1, 3).T
    return pair_scores(vacancies.vectors[chosen[0]], *(candidates.vectors[side] for side in chosen[1:]))
