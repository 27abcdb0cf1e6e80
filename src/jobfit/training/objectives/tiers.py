"""MUSE.1 and MUSE.2's training: shown pairs, who applied, and who was hired of those whose outcome is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from jobfit.errors import InputError
from jobfit.evaluation.statistics import Estimate
from jobfit.scorers.tiers import PairNet, pair_scores
from jobfit.settings import From0, check_fields
from jobfit.training.loop.objective import (
    Embed,
    Measured,
    Objective,
    PairBatch,
    Turn,
    Vectors,
    candidate_key,
    vacancy_key,
)

UNKNOWN = -1


class Shown(NamedTuple):
    """A pair that a person came across: ``applied`` 0 or 1; ``hired`` 0, 1, or -1 where nobody knows how it ended.

    Who did not apply was not hired. An application whose end is censored has ``hired`` -1: it teaches the first head
    alone.
    """

    candidate_id: str
    vacancy_id: str
    applied: int
    hired: int


@dataclass(frozen=True, slots=True)
class TierLoss:
    """Tier 2: hire loss + ``apply_weight`` · apply loss + ``head_weight`` · loss of the hire head among applicants."""

    apply_weight: From0 = 1.0
    head_weight: From0 = 0.5

    def __post_init__(self) -> None:
        check_fields(self)


@dataclass(frozen=True, slots=True, eq=False)
class ShownBatch(PairBatch):
    """n shown pairs: ids of both sides, ψ (n, k), ``applied`` (n,) and ``hired`` (n,), -1 unknown."""

    facts: NDArray[np.float32]
    applied: NDArray[np.int64]
    hired: NDArray[np.int64]


class TierObjective(Objective[ShownBatch]):
    """Binary cross-entropy of the hire over all shown pairs whose end is known; in tier 2 that of applying as well.

    The loop's "vectors" are those of the facet towers, held frozen. ``facts`` (n, k) are ψ of ``pairs``.

    Raises:
        InputError: no pair was hired, or (tier 2) all applied, or none: a head would have one class.
    """

    def __init__(
        self, pairs: Sequence[Shown], facts: NDArray[np.float32], net: PairNet, loss: TierLoss = TierLoss()
    ) -> None:
        ends = {pair.hired for pair in pairs}
        if not {0, 1} <= ends:
            raise InputError(
                f"of {len(pairs)} shown pairs {'none was' if 1 not in ends else 'all were'} hired: one class"
            )
        if net.settings.tier == 2 and len({pair.applied for pair in pairs}) < 2:
            raise InputError("everybody applied, or nobody: the apply head needs both; train tier 1")
        if len(facts) != len(pairs):
            raise InputError(f"{len(facts)} rows of facts for {len(pairs)} pairs")
        self._pairs, self._facts, self.net, self._settings = tuple(pairs), facts, net, loss
        net.fit_scale(facts)

    def __len__(self) -> int:
        return len(self._pairs)

    def texts(self) -> Mapping[str, str]:
        return _keys(self._pairs)

    def facts(self) -> Mapping[str, object]:
        return {"objective": "tiers", "net": asdict(self.net.settings), "loss": asdict(self._settings)}

    def heads(self) -> Mapping[str, nn.Module]:
        return {"net": self.net}

    def turns(self) -> Sequence[Turn[ShownBatch]]:
        return (Turn("all", self.loss, encoder=False),)

    def batch(self, chosen: NDArray[np.intp], generator: np.random.Generator) -> ShownBatch:
        pairs = [self._pairs[i] for i in chosen]
        candidates, vacancies, applied, hired = zip(*pairs, strict=True)
        return ShownBatch(candidates, vacancies, self._facts[chosen], np.array(applied), np.array(hired))

    def loss(self, vectors: Vectors, batch: ShownBatch) -> Tensor:
        candidates, vacancies = map(vectors, batch.keys)
        outputs = self.net(candidates, vacancies, torch.from_numpy(batch.facts).to(candidates.device))
        applied, hired = (torch.from_numpy(side).to(candidates.device) for side in (batch.applied, batch.hired))
        if outputs.applied is None or outputs.hired is None:
            return _known_loss(outputs.hire, hired)
        of_applying = functional.binary_cross_entropy_with_logits(outputs.applied, applied.to(outputs.applied))
        among_applicants = _known_loss(outputs.hired, torch.where(applied > 0, hired, UNKNOWN))
        settings = self._settings
        return (
            _known_loss(outputs.hire, hired)
            + settings.apply_weight * of_applying
            + settings.head_weight * among_applicants
        )


def _keys(pairs: Sequence[Shown]) -> dict[str, str]:
    people, openings = {pair.candidate_id for pair in pairs}, {pair.vacancy_id for pair in pairs}
    return dict.fromkeys([*map(candidate_key, sorted(people)), *map(vacancy_key, sorted(openings))], "")


def _known_loss(logits: Tensor, labels: Tensor) -> Tensor:
    """The mean cross-entropy of the pairs whose label is known; 0, connected to the logits, where none is."""
    known = labels != UNKNOWN
    if not bool(known.any()):
        return logits.sum() * 0.0
    return functional.binary_cross_entropy_with_logits(logits[known], labels[known].to(logits))


class TierValidator:
    """Average precision of the hires among shown validation pairs whose end is known."""

    def __init__(self, pairs: Sequence[Shown], facts: NDArray[np.float32], net: PairNet) -> None:
        """Raises InputError: the validation pairs have one end only."""
        known = [n for n, pair in enumerate(pairs) if pair.hired != UNKNOWN]
        self._pairs, self._facts, self._net = [pairs[n] for n in known], facts[known], net
        if len({pair.hired for pair in self._pairs}) < 2:
            raise InputError(f"the {len(self._pairs)} validation pairs with a known end ended alike: hold out more")

    def texts(self) -> Mapping[str, str]:
        return _keys(self._pairs)

    def measure(self, embed: Embed) -> Measured:
        from sklearn.metrics import average_precision_score

        keys = list(self.texts())
        rows, place = np.asarray(embed(keys), dtype=np.float32), {key: n for n, key in enumerate(keys)}
        candidates = rows[[place[candidate_key(pair.candidate_id)] for pair in self._pairs]]
        vacancies = rows[[place[vacancy_key(pair.vacancy_id)] for pair in self._pairs]]
        scores = pair_scores(self._net, candidates, vacancies, self._facts)
        value = float(average_precision_score([pair.hired for pair in self._pairs], scores))
        return Measured(value, {"AP of hires": Estimate(value, None, None, len(self._pairs))})
