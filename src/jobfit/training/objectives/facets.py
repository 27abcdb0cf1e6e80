"""MUSE.0's training: positives against the other texts of the batch, through one tower for each facet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from jobfit.errors import InputError
from jobfit.scorers.facets import FacetTowers, Side
from jobfit.settings import Above0, check_fields
from jobfit.training.data import TrainingSet
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
from jobfit.training.losses.contrastive import softmax_loss
from jobfit.training.validators import RankingValidator


@dataclass(frozen=True, slots=True)
class FacetLoss:
    """How positives are set against the rest of the batch.

    kind:        ``softmax``: against all others, in both directions. ``triplet``: against one, with a margin.
    temperature: of the softmax.
    log_q:       take log q off every score, q the share of the positives that a text has: in a batch, what is often a
                 positive is as often a negative (Yi et al. 2019, sampling-bias correction).
    margin:      of the triplet: max(0, margin − s(positive) + s(other)).
    """

    kind: Literal["softmax", "triplet"] = "softmax"
    temperature: Above0 = 0.1
    log_q: bool = True
    margin: Above0 = 0.2

    def __post_init__(self) -> None:
        check_fields(self)


@dataclass(frozen=True, slots=True, eq=False)
class FacetBatch(PairBatch):
    """b positives by ids, and ``known`` (b, b): true where candidate i and vacancy j are a positive of the data."""

    known: NDArray[np.bool_]


class FacetObjective(Objective[FacetBatch]):
    """The loop's "vectors" are the inputs of the towers (:func:`~jobfit.scorers.facets.facet_inputs`), held frozen.

    Raises:
        InputError: the data have no positive pair.
    """

    def __init__(self, data: TrainingSet, towers: FacetTowers, loss: FacetLoss = FacetLoss()) -> None:
        if not data.positives:
            raise InputError("there is no positive pair to learn from")
        self._data, self.towers, self._settings = data, towers, loss
        self._known = {pair[:2] for pair in data.positives}
        self._log_q = tuple(
            {
                i: float(np.log(n / len(data.positives)))
                for i, n in Counter(pair[side] for pair in data.positives).items()
            }
            for side in (0, 1)
        )

    def __len__(self) -> int:
        return len(self._data.positives)

    def texts(self) -> Mapping[str, str]:
        pairs = self._data.positives
        texts = {candidate_key(i): self._data.candidates[i] for i in sorted({p.candidate_id for p in pairs})}
        return texts | {vacancy_key(i): self._data.vacancies[i] for i in sorted({p.vacancy_id for p in pairs})}

    def facts(self) -> Mapping[str, object]:
        return {"objective": "facets", "towers": asdict(self.towers.settings), "loss": asdict(self._settings)}

    def heads(self) -> Mapping[str, nn.Module]:
        return {"towers": self.towers}

    def turns(self) -> Sequence[Turn[FacetBatch]]:
        return (Turn("all", self.loss, encoder=False),)

    def batch(self, chosen: NDArray[np.intp], generator: np.random.Generator) -> FacetBatch:
        pairs = [self._data.positives[i] for i in chosen]
        candidates, vacancies = (tuple(pair[side] for pair in pairs) for side in (0, 1))
        known = np.array([[(c, v) in self._known for v in vacancies] for c in candidates])
        return FacetBatch(candidates, vacancies, known)

    def loss(self, vectors: Vectors, batch: FacetBatch) -> Tensor:
        candidates, vacancies = (
            self.towers(vectors(keys), side) for keys, side in zip(batch.keys, ("candidate", "vacancy"), strict=True)
        )
        scores = candidates @ vacancies.T
        known = torch.from_numpy(batch.known).to(scores.device)
        if self._settings.kind == "triplet":
            return self._triplet(scores, known)
        scores = scores / self._settings.temperature
        right = torch.eye(len(scores), dtype=torch.bool, device=scores.device)
        of_people, of_openings = scores, scores.T
        if self._settings.log_q:
            log_q = [
                scores.new_tensor([q[i] for i in ids])
                for q, ids in zip(self._log_q, (batch.candidates, batch.vacancies))
            ]
            of_people, of_openings = of_people - log_q[1], of_openings - log_q[0]
        return (softmax_loss(of_people, right, known) + softmax_loss(of_openings, right, known.T)) / 2

    def _triplet(self, scores: Tensor, known: Tensor) -> Tensor:
        """Every positive against the hardest other text of its row and of its column that is no positive of it."""
        own = scores.diagonal()
        others = scores.masked_fill(known, -torch.inf)
        hardest = torch.cat([others.amax(dim=1), others.amax(dim=0)])
        return (self._settings.margin - torch.cat([own, own]) + hardest).clamp(min=0).mean()


class FacetValidator(RankingValidator):
    """The ranking validator on vectors of the towers."""

    def __init__(self, data: TrainingSet, towers: FacetTowers, pool: int = 1000) -> None:
        super().__init__(data, pool)
        self._towers = towers

    def measure(self, embed: Embed) -> Measured:
        def projected(keys: Sequence[str]) -> NDArray[np.float32]:
            side: Side = "candidate" if keys[0].startswith("c:") else "vacancy"
            with torch.inference_mode():
                return self._towers(torch.from_numpy(np.asarray(embed(keys), dtype=np.float32)), side).numpy()

        return super().measure(projected)
