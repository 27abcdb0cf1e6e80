"""LGIR (Du et al. 2024): few-shot people get vectors like those of people of whom more is known.

    quality        C(x) = σ(w ReLU(W x)): is x like the vectors of people with many interactions
    generator      G(x) = W₂ ReLU(W₁ x), and a discriminator D of the same form that tells G's vectors from good ones
    selection      z = x where C(x) ≥ 0.5, else G(x)
    score          s(z, y) = MLP([z + y; z − y; z ⊙ y])

The published score is linear in these three blocks; then the first two are f(person) + g(vacancy) and change no order,
so that only z ⊙ y matters: here it is a network with a hidden layer (``hidden=0`` is the published one). The published
vectors hold an embedding of the id; ours do not, so that new people score. What G makes belongs to nobody: it is a
representation, never a fact about a person and never shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from jobfit.errors import InputError
from jobfit.settings import Count, Share, Whole, check_fields

Floats = NDArray[np.float32]
HEADS = ("quality", "generator", "discriminator", "pair")


@dataclass(frozen=True, slots=True)
class LgirSettings:
    """``hidden`` units of the pair score (0: linear, as printed), ``inner`` of C, G, D; ``seed``: first weights."""

    dimension: Count = 384
    hidden: Whole = 128
    inner: Count = 128
    dropout: Share = 0.1
    seed: Whole = 0

    def __post_init__(self) -> None:
        check_fields(self)


class PairScore(nn.Module):
    """``forward(people, vacancies)``, rows (n, d) each, to scores (n,)."""

    def __init__(self, settings: LgirSettings) -> None:
        super().__init__()
        width = 3 * settings.dimension
        if settings.hidden:
            layers = (nn.Linear(width, settings.hidden), nn.ReLU(), nn.Dropout(settings.dropout))
            self.layers = nn.Sequential(*layers, nn.Linear(settings.hidden, 1))
        else:
            self.layers = nn.Sequential(nn.Linear(width, 1))
        self.cosine = nn.Parameter(torch.tensor(1.0))

    def forward(self, people: Tensor, vacancies: Tensor) -> Tensor:
        blocks = torch.cat([people + vacancies, people - vacancies, people * vacancies], dim=1)
        learnt: Tensor = self.layers(blocks)
        return learnt[:, 0] + self.cosine * (people * vacancies).sum(dim=1)

    def table(self, people: Tensor, vacancies: Tensor) -> Iterator[Tensor]:
        """Yield what ``forward`` gives each of n people with all m vacancies, (m,): the first two blocks of the first
        layer are sums of a person's part and a vacancy's, made once.
        """
        first, *others = self.layers
        assert isinstance(first, nn.Linear)
        plus, minus, product = first.weight.split(people.shape[1], dim=1)
        of_people = nn.functional.linear(people, plus + minus, first.bias)
        of_vacancies = nn.functional.linear(vacancies, plus - minus)
        for person, part in zip(people, of_people):
            learnt = of_vacancies + part + nn.functional.linear(vacancies, product * person)
            for layer in others:
                learnt = layer(learnt)
            yield learnt[:, 0] + self.cosine * (vacancies @ person)


def _network(dimension: int, inner: int, outputs: int) -> nn.Sequential:
    return nn.Sequential(nn.Linear(dimension, inner), nn.ReLU(), nn.Linear(inner, outputs))


class Lgir(nn.Module):
    """The four networks. ``pair`` begins near the inner product, ``generator`` near the identity.

    ``use_generator`` is off until the generator is trained: then z = x for everybody.
    """

    def __init__(self, settings: LgirSettings = LgirSettings()) -> None:
        super().__init__()
        self.settings, self.use_generator = settings, False
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(settings.seed)
            self.quality = _network(settings.dimension, settings.inner, 1)
            self.generator = _Residual(settings)
            self.discriminator = _network(settings.dimension, settings.inner, 1)
            self.pair = PairScore(settings)

    def is_low(self, people: Tensor) -> Tensor:
        """Return (n,): whose vectors C takes for those of people of whom little is known."""
        return self.quality(people)[:, 0] < 0

    def selected(self, people: Tensor) -> Tensor:
        """Return z (n, d) of vectors x (n, d)."""
        if not self.use_generator:
            return people
        return torch.where(self.is_low(people)[:, None], self.generator(people), people)

    def forward(self, people: Tensor, vacancies: Tensor) -> Tensor:
        scores: Tensor = self.pair(self.selected(people), vacancies)
        return scores


class _Residual(nn.Module):
    """G(x) = x + W₂ ReLU(W₁ x), with W₂ small at first: training starts from each person's own vector."""

    def __init__(self, settings: LgirSettings) -> None:
        super().__init__()
        self.change = _network(settings.dimension, settings.inner, settings.dimension)
        last = self.change[-1]
        assert isinstance(last, nn.Linear)
        nn.init.normal_(last.weight, std=1e-3)
        nn.init.zeros_(last.bias)

    def forward(self, people: Tensor) -> Tensor:
        moved: Tensor = people + self.change(people)
        return moved


def score_table(model: Lgir, people: Floats, vacancies: Floats) -> NDArray[np.float64]:
    """Return the scores (n, m) of all pairs, without dropout."""
    if people.shape[1:] != vacancies.shape[1:]:
        raise InputError(f"people and vacancies have vectors of {people.shape[1:]} and {vacancies.shape[1:]} numbers")
    model.train(False)
    with torch.inference_mode():
        scored = model.pair.table(model.selected(torch.from_numpy(people)), torch.from_numpy(vacancies))
        rows = [row.double().numpy() for row in scored]
    return np.stack(rows) if rows else np.zeros((0, len(vacancies)))


@dataclass(frozen=True, slots=True)
class Collapse:
    """Whether generated vectors still tell people apart.

    low:       the share of people whose vector is replaced.
    retrieved: of these, the share whose own x is the nearest of all x to G(x), by cosine; NaN where nobody is replaced.
    different: different first tens of these people, as a share of them.
    """

    low: float
    retrieved: float
    different: float

    @property
    def alarm(self) -> bool:
        """True where fewer than a tenth find themselves again, or fewer than a fifth have a first ten of their own."""
        return self.low > 0 and (self.retrieved < 0.1 or self.different < 0.2)


def collapse(model: Lgir, people: Floats, first_tens: Sequence[tuple[str, ...]]) -> Collapse:
    """Return the signs of a mode collapse for people (n, d) and the first ten vacancies of each."""
    model.train(False)
    with torch.inference_mode():
        vectors = torch.from_numpy(people)
        low = model.is_low(vectors)
        if not bool(low.any()):
            return Collapse(0.0, float("nan"), 1.0)
        made = nn.functional.normalize(model.generator(vectors[low]), dim=1)
        nearest = (made @ nn.functional.normalize(vectors, dim=1).T).argmax(dim=1)
    rows = low.nonzero()[:, 0]
    tens = {first_tens[row] for row in rows.tolist()}
    return Collapse(float(low.float().mean()), float((nearest == rows).float().mean()), len(tens) / len(rows))
