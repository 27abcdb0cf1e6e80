"""What a step learns from: an objective gives batches of a type of its own, and the loss of a batch. The loop knows no
more: pairs, lists of candidates, numbers beside the texts, and two optimisers that play against each other all fit.
And what says how good the encoder is while it trains: a validator.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Generic, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray
from torch import Tensor, nn

from jobfit.evaluation.statistics import Estimate
from jobfit.training.loop.sampling import Sampler, Sampling

Vectors = Callable[[Sequence[str]], Tensor]
"""``vectors(keys)``: the vectors (n, d) of n texts of the batch, in the order of the keys, with their gradient."""


class Batch(Protocol):
    """What the loop must know of a batch; an objective puts whatever else its loss needs beside it.

    ``examples`` are names for messages, ``texts`` the keys of the texts to encode, each once.
    """

    @property
    def examples(self) -> Sequence[str]: ...

    @property
    def texts(self) -> Sequence[str]: ...


B = TypeVar("B", bound=Batch)


@dataclass(frozen=True, slots=True, eq=False)
class Turn(Generic[B]):
    """One optimiser, its loss and what it moves. The turns of a step see the same batches, one turn after the other.

    heads:   the objective's own modules that it moves, by name; ``None``: all of them.
    encoder: whether it moves the encoder too; without, texts are encoded without a gradient.
    rate:    its learning rate as a multiple of the loop's.
    """

    name: str
    loss: Callable[[Vectors, B], Tensor]
    heads: tuple[str, ...] | None = None
    encoder: bool = True
    rate: float = 1.0


class Objective(ABC, Generic[B]):
    """One stage of training: contrastive, preferences, a mixture, or one of your own."""

    @abstractmethod
    def __len__(self) -> int:
        """Return the number of examples."""

    @abstractmethod
    def texts(self) -> Mapping[str, Any]:
        """Return every text that a batch may ask for, by key: a string, or two for a model that reads them together."""

    @abstractmethod
    def facts(self) -> Mapping[str, object]:
        """Return what changes the result beside data and settings, as JSON; compared when training resumes."""

    @abstractmethod
    def batch(self, chosen: NDArray[np.intp], generator: np.random.Generator) -> B:
        """Return what the chosen examples need; whatever is drawn comes from ``generator``."""

    @abstractmethod
    def loss(self, vectors: Vectors, batch: B) -> Tensor:
        """Return the mean loss over the batch's examples, a scalar."""

    def heads(self) -> Mapping[str, nn.Module]:
        """Return modules of its own that are trained beside the encoder, by name; they are kept in checkpoints."""
        return {}

    def sampler(self, batch_size: int, seed: int, accumulate: int = 1) -> Sampling:
        """Return which examples each step sees: by default all, in a new order each epoch."""
        return Sampler(len(self), batch_size, seed, accumulate)

    def dealt(self, generator: np.random.Generator) -> NDArray[np.intp]:
        """Return all examples in the order in which a mixture makes batches of them."""
        return generator.permutation(len(self))

    def report(self) -> Mapping[str, float]:
        """Return what it counted since it was last asked, for a line of the log; nothing by default."""
        return {}

    def turns(self) -> Sequence[Turn[B]]:
        """Return what a step does: by default one optimiser that moves everything by :meth:`loss`."""
        return (Turn("all", self.loss),)


def each_once(*keys: Sequence[str]) -> tuple[str, ...]:
    """Return the keys of several sequences in order, each once: the texts of a batch."""
    return tuple(dict.fromkeys(key for some in keys for key in some))


def candidate_key(id_: str) -> str:
    """Return the key of a candidate's text where the texts of both sides are held together."""
    return "c:" + id_


def vacancy_key(id_: str) -> str:
    return "v:" + id_


@dataclass(frozen=True, slots=True, eq=False)
class PairBatch:
    """n pairs of a candidate and a vacancy by ids, row by row; what else a loss needs stands beside them."""

    candidates: tuple[str, ...]
    vacancies: tuple[str, ...]

    @property
    def examples(self) -> list[str]:
        return [f"{c}+{v}" for c, v in zip(self.candidates, self.vacancies, strict=True)]

    @property
    def keys(self) -> tuple[list[str], ...]:
        """The keys of the texts, side by side: those of the candidates first."""
        return [*map(candidate_key, self.candidates)], [*map(vacancy_key, self.vacancies)]

    @property
    def texts(self) -> tuple[str, ...]:
        return each_once(*self.keys)


Embed = Callable[[Sequence[str]], Any]
"""Keys of texts (n) to unit rows (n, d)."""


@dataclass(frozen=True, slots=True)
class Measured:
    """``score`` decides which weights are kept (larger is better); ``metrics`` hold each measure with its interval."""

    score: float
    metrics: Mapping[str, Estimate] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


class Validator(Protocol):
    """Scores an encoder on validation data: ``texts`` are those that it will ask ``embed`` for, by key."""

    def texts(self) -> Mapping[str, Any]: ...

    def measure(self, embed: Embed) -> Measured: ...
