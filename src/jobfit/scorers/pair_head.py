"""The head of the pair classifier: two unit vectors to the log-odds that the candidate is hired.

Three kinds, over the features of a pair: *binary* (rejected, hired), *three-class* (rejected, talent pool, hired, in no
order) and *ordinal* (rejected < talent pool < hired, cumulative logits). A fourth, *distance*, has no weights: it
scores by the distance of the vectors, which contrastive and triplet losses train.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from jobfit.errors import InputError
from jobfit.settings import Share, Whole, check_fields

Kind = Literal["binary", "three-class", "ordinal", "distance"]
Features = Literal["interaction", "signed"]
CLASSES = ("rejected", "talent_pool", "hired")
"""The classes in their order; the codes 0, 1, 2 are :attr:`jobfit.judgements.Judgement.ordinal`."""
HIRED = 2


@dataclass(frozen=True, slots=True)
class HeadSettings:
    """What a head is made of.

    kind:     see the module. ``binary`` and ``distance`` learn from hired and rejected alone.
    features: ``interaction``: [U; V; |U−V|; U⊙V]. ``signed``: [U; V; U−V], an ablation: without a hidden layer its
              score is f(candidate) + g(vacancy), so that every vacancy has the same order of candidates.
    hidden:   units of a hidden layer (ReLU); 0: one linear layer.
    dropout:  of the features and of the hidden layer, while it is trained.
    seed:     of the first weights.
    """

    kind: Kind = "binary"
    features: Features = "interaction"
    hidden: Whole = 0
    dropout: Share = 0.0
    seed: Whole = 0

    def __post_init__(self) -> None:
        check_fields(self)
        if self.kind == "distance" and (self.hidden or self.dropout or self.features != "interaction"):
            raise InputError("a distance has no features, no hidden layer and no dropout: leave them out")

    @property
    def classes(self) -> tuple[str, ...]:
        return CLASSES if self.kind in ("three-class", "ordinal") else (CLASSES[0], CLASSES[HIRED])


BINARY = HeadSettings()


def pair_features(candidates: Tensor, vacancies: Tensor, features: Features = "interaction") -> Tensor:
    """Return the features (n, 4 d) of n pairs of rows (n, d), or (n, 3 d) of the signed ablation.

    The first is what sentence-transformers' SoftmaxLoss concatenates with its multiplication on; see
    :class:`HeadSettings` for what the second cannot do.

    >>> pair_features(torch.tensor([[3.0]]), torch.tensor([[5.0]])).tolist()
    [[3.0, 5.0, 2.0, 15.0]]
    """
    if candidates.shape != vacancies.shape or candidates.ndim != 2:
        raise InputError(f"{tuple(candidates.shape)} and {tuple(vacancies.shape)} are not n pairs of vectors (n, d)")
    apart = candidates - vacancies
    rest = [apart] if features == "signed" else [apart.abs(), candidates * vacancies]
    return torch.cat([candidates, vacancies, *rest], dim=1)


def ordinal_log_probabilities(latent: Tensor, thresholds: Tensor) -> Tensor:
    """Return log P(class) (n, k) of n latent scores by k − 1 rising thresholds.

    P(y ≤ j) = σ(θ_j − η) (McCullagh 1980, the proportional-odds model). With a = θ_j − η and b = θ_{j+1} − η,
    log(σ(b) − σ(a)) = log σ(b) + log σ(−a) + log(1 − e^{a−b}), which stays finite where both sigmoids are 0 or 1.
    """
    bounds = thresholds[None, :] - latent[:, None]
    log_p = functional.logsigmoid
    between = log_p(bounds[:, 1:]) + log_p(-bounds[:, :-1]) + torch.log(-torch.expm1(-thresholds.diff()))
    return torch.cat([log_p(bounds[:, :1]), between, log_p(-bounds[:, -1:])], dim=1)


class PairHead(nn.Module):
    """``forward(candidates, vacancies)``, rows (n, d) each, gives its outputs (n, k), which the other methods read.

    >>> head = PairHead(2, HeadSettings("ordinal"))
    >>> outputs = head(torch.eye(2), torch.eye(2))
    >>> bool(torch.allclose(head.log_probabilities(outputs)[:, 2].exp(), head.logits(outputs).sigmoid()))
    True
    """

    def __init__(self, dimension: int, settings: HeadSettings = HeadSettings()) -> None:
        super().__init__()
        self.dimension, self.settings = dimension, settings
        self.thresholds_from: nn.Parameter | None = None
        if settings.kind == "distance":
            return
        size = dimension * (4 if settings.features == "interaction" else 3)
        outputs = 3 if settings.kind == "three-class" else 1
        bias = settings.kind != "ordinal"  # the thresholds are its bias
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(settings.seed)
            if settings.hidden:
                first = nn.Linear(size, settings.hidden), nn.ReLU(), nn.Dropout(settings.dropout)
                layers = nn.Sequential(*first, nn.Linear(settings.hidden, outputs, bias))
            else:
                layers = nn.Sequential(nn.Linear(size, outputs, bias))
        self.drop, self.layers = nn.Dropout(settings.dropout), layers
        if settings.kind == "ordinal":
            self.thresholds_from = nn.Parameter(torch.tensor([0.0, 0.0]))

    def forward(self, candidates: Tensor, vacancies: Tensor) -> Tensor:
        if candidates.ndim != 2 or candidates.shape[1] != self.dimension:
            raise InputError(f"this head reads vectors of {self.dimension} numbers, not {tuple(candidates.shape)}")
        if self.settings.kind == "distance":
            return -torch.linalg.vector_norm(candidates - vacancies, dim=1, keepdim=True)
        outputs: Tensor = self.layers(self.drop(pair_features(candidates, vacancies, self.settings.features)))
        return outputs

    @property
    def thresholds(self) -> Tensor:
        """The two thresholds of the ordinal kind, θ and θ + softplus(δ): the second is above the first, whatever δ."""
        if self.thresholds_from is None:
            raise InputError(f"a head of the kind {self.settings.kind} has no thresholds")
        first, step = self.thresholds_from
        return torch.stack([first, first + functional.softplus(step) + 1e-6])

    def logits(self, outputs: Tensor) -> Tensor:
        """Return log-odds (n,) of *hired*: what ranks. Of a distance it is the negative distance, from −2 to 0."""
        if self.settings.kind == "three-class":
            return outputs[:, HIRED] - outputs[:, :HIRED].logsumexp(dim=1)
        if self.settings.kind == "ordinal":
            return outputs[:, 0] - self.thresholds[1]
        return outputs[:, 0]

    def log_probabilities(self, outputs: Tensor) -> Tensor:
        """Return log P(class) (n, k) in the order of ``settings.classes``, before any calibration."""
        if self.settings.kind == "three-class":
            return functional.log_softmax(outputs, dim=1)
        if self.settings.kind == "ordinal":
            return ordinal_log_probabilities(outputs[:, 0], self.thresholds)
        if self.settings.kind == "distance":
            raise InputError("a distance is no probability: calibrate it on validation (platt or isotonic)")
        return torch.stack([functional.logsigmoid(-outputs[:, 0]), functional.logsigmoid(outputs[:, 0])], dim=1)

    def start_at(self, shares: Sequence[float]) -> None:
        """Set biases so that a head whose weights say nothing gives each class its share.

        ``shares`` are those of ``settings.classes``, above 0 (pos_weight and the like counted in); the shares of the
        training pairs, so that the first steps are not spent on learning how rare a hire is.
        """
        if self.settings.kind == "distance":
            return
        given = torch.tensor(shares, dtype=torch.float64)
        given = given / given.sum()
        last = self.layers[-1]
        assert isinstance(last, nn.Linear)  # as __init__ made it
        bias = last.bias
        with torch.no_grad():
            if self.thresholds_from is not None:
                below = torch.logit(given.cumsum(0)[:2])
                step = below[1] - below[0] - 1e-6
                self.thresholds_from.copy_(torch.stack([below[0], torch.log(torch.expm1(step))]))
            elif self.settings.kind == "three-class":
                bias.copy_(given.log())
            else:
                bias.fill_(float(torch.log(given[1] / given[0])))


Vectors = NDArray[np.float32]
_AT_ONCE = 4096  # pairs: bounds the memory of their features


def head_outputs(head: PairHead, candidates: Vectors, vacancies: Vectors) -> NDArray[np.float64]:
    """Return the outputs (n, k) of n pairs of rows (n, d), without a gradient and without dropout.

    Computed in 64 bits and rounded to 32, so that the score of a pair does not show how many others are in the call.
    """
    exact = copy.deepcopy(head).cpu().double().train(False)
    parts = [np.zeros((0, 3 if head.settings.kind == "three-class" else 1))]
    with torch.inference_mode():
        for start in range(0, len(candidates), _AT_ONCE):
            sides = (torch.from_numpy(side[start : start + _AT_ONCE]).double() for side in (candidates, vacancies))
            parts.append(exact(*sides).numpy())
    return np.concatenate(parts).astype(np.float32).astype(np.float64)


def head_logits(head: PairHead, candidates: Vectors, vacancies: Vectors) -> NDArray[np.float64]:
    """Return the log-odds (n,) of n pairs of rows (n, d), as :func:`head_outputs` computes."""
    outputs = torch.from_numpy(head_outputs(head, candidates, vacancies))
    with torch.inference_mode():
        return head.logits(outputs).double().cpu().numpy()
