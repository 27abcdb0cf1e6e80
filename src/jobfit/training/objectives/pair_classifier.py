"""Labelled pairs and a head over both vectors: rejected, talent pool or hired. What is trained is what ranks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Literal, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from jobfit.errors import InputError
from jobfit.judged import Pair
from jobfit.scorers.pair_head import CLASSES, HIRED, PairHead
from jobfit.settings import Above0, From0, Whole, check_fields
from jobfit.training.data import TrainingSet, unlabelled_pairs
from jobfit.training.loop.objective import PairBatch, Turn, Vectors, candidate_key, vacancy_key
from jobfit.training.losses.pairs import (
    adaptive_margin,
    binary_loss,
    class_loss,
    contrastive_distance_loss,
    ordinal_loss,
    triplet_loss,
)
from jobfit.training.objectives.scored import UNJUDGED, ScoredPairs, ScoringObjective

REJECTED, POOLED = 0, 1


@dataclass(frozen=True, slots=True, eq=False)
class LabelledBatch(PairBatch):
    """n pairs: the ids of both sides row by row, and ``classes`` (n,): 0 rejected, 1 talent pool, 2 hired."""

    classes: NDArray[np.int64]

    @property
    def hired(self) -> NDArray[np.bool_]:
        return self.classes == HIRED


@dataclass(frozen=True, slots=True)
class PairLoss:
    """How the pairs count.

    positive_weight: what a hired pair weighs; 0: as much as rejected pairs per hired one, which makes halves equal.
                     Anything but 1 moves the probabilities away from the data's: calibrate them.
    unlabelled:      pairs drawn at random for each hired one and learnt as rejected. Nobody rejected these: leave it at
                     0 to learn from decisions alone.
    distance:        what a distance is trained by.
    margin:          of the distance: m of the contrastive loss, m₀ of the triplets' m₀ (class_p − class_n) / 2.
    seed:            of the pairs drawn at random.
    """

    positive_weight: From0 = 1.0
    unlabelled: Whole = 0
    distance: Literal["contrastive", "triplet"] = "contrastive"
    margin: Above0 = 1.0
    seed: Whole = 0

    def __post_init__(self) -> None:
        check_fields(self)


class Labelled(NamedTuple):
    candidate_id: str
    vacancy_id: str
    label: int


class PairObjective(ScoringObjective[LabelledBatch]):
    """Labelled pairs through ``head``.

    A binary head and a distance see hired and rejected; the other kinds the talent pool too. ``train_encoder=False``
    moves the head alone, and the texts are encoded without a gradient.

    Raises:
        InputError: a class that the head learns has no pair (all labels equal); the message counts them.
    """

    def __init__(
        self, data: TrainingSet, head: PairHead, loss: PairLoss = PairLoss(), *, train_encoder: bool = True
    ) -> None:
        self._data, self.head, self._settings, self._train_encoder = data, head, loss, train_encoder
        self._pairs = self._labelled()
        counts = np.bincount([pair.label for pair in self._pairs], minlength=len(CLASSES))
        self._weight = loss.positive_weight or float(counts[REJECTED] / counts[HIRED])
        if head.settings.kind != "distance":
            shown = counts * np.array([1.0, 1.0, self._weight])
            head.start_at([float(shown[CLASSES.index(name)]) for name in head.settings.classes])

    def _labelled(self) -> list[Labelled]:
        data, settings = self._data, self._settings
        drawn = unlabelled_pairs(data, settings.unlabelled, settings.seed)
        listed: list[tuple[int, Sequence[Pair]]] = [(REJECTED, (*data.rejects, *drawn)), (HIRED, data.positives)]
        if POOLED in map(CLASSES.index, self.head.settings.classes):
            listed.insert(1, (POOLED, data.pool))
        if empty := [CLASSES[label] for label, pairs in listed if not pairs]:
            counted = ", ".join(f"{len(pairs)} {CLASSES[label]}" for label, pairs in listed)
            raise InputError(
                f"the kind {self.head.settings.kind!r} learns to tell {' from '.join(self.head.settings.classes)}, and "
                f"no pair is {empty[0]} ({counted}): add some, or choose another kind"
            )
        return [Labelled(*pair[:2], label) for label, pairs in listed for pair in pairs]

    def __len__(self) -> int:
        return len(self._pairs)

    def texts(self) -> Mapping[str, str]:
        texts = {candidate_key(i): self._data.candidates[i] for i in sorted({p.candidate_id for p in self._pairs})}
        vacancies = sorted({p.vacancy_id for p in self._pairs})
        return texts | {vacancy_key(i): self._data.vacancies[i] for i in vacancies}

    def facts(self) -> Mapping[str, object]:
        head, loss = asdict(self.head.settings), asdict(self._settings)
        return {"objective": "pair classifier", "head": head, "loss": loss, "train_encoder": self._train_encoder}

    def heads(self) -> Mapping[str, nn.Module]:
        return {"pairs": self.head} if any(True for _ in self.head.parameters()) else {}

    def turns(self) -> Sequence[Turn[LabelledBatch]]:
        return (Turn("all", self.loss, encoder=self._train_encoder),)

    def batch(self, chosen: NDArray[np.intp], generator: np.random.Generator) -> LabelledBatch:
        return batch_of([self._pairs[i] for i in chosen])

    def scored(self, vectors: Vectors, batch: LabelledBatch) -> tuple[Tensor, ScoredPairs]:
        """Return the loss, and the log-odds of *hired* that will rank; the talent pool is :data:`UNJUDGED` there."""
        candidates, vacancies = map(vectors, batch.keys)
        outputs = self.head(candidates, vacancies)
        labels = torch.tensor([0, UNJUDGED, 1], device=outputs.device)[torch.from_numpy(batch.classes)]
        scored = ScoredPairs(self.head.logits(outputs), labels, batch.candidates, batch.vacancies)
        if self.head.settings.kind == "distance":
            return self._distance_loss(candidates, vacancies, batch), scored
        return self._class_loss(outputs, torch.from_numpy(batch.classes).to(outputs.device)), scored

    def examples(self) -> tuple[Sequence[str], Sequence[int]]:
        ended = {REJECTED: 0, POOLED: UNJUDGED, HIRED: 1}
        return [pair.candidate_id for pair in self._pairs], [ended[pair.label] for pair in self._pairs]

    def _class_loss(self, outputs: Tensor, classes: Tensor) -> Tensor:
        if self.head.settings.kind == "binary":
            return binary_loss(outputs[:, 0], classes == HIRED, self._weight)
        weights = outputs.new_tensor([1.0, 1.0, self._weight])
        if self.head.settings.kind == "three-class":
            return class_loss(outputs, classes, weights)
        return ordinal_loss(outputs[:, 0], self.head.thresholds, classes, weights)

    def _distance_loss(self, candidates: Tensor, vacancies: Tensor, batch: LabelledBatch) -> Tensor:
        hired = torch.from_numpy(batch.hired).to(candidates.device)
        return contrastive_distance_loss(candidates, vacancies, hired, self._settings.margin)


class TripletObjective(PairObjective):
    """A distance from triplets: a vacancy, a candidate, and one of the same vacancy who ended worse, drawn each time.

    Classes are the relevance (rejected 0, talent pool 1, hired 2), so the talent pool counts on both sides. The first
    half of a batch are the better ones, the second the worse. A vacancy whose pairs all ended alike is left out. An
    example stands for the better one.

    Raises:
        InputError: no vacancy has pairs that ended differently, or the head has weights, which a distance does not.
    """

    def _labelled(self) -> list[Labelled]:
        data = self._data
        if self.head.settings.kind != "distance":
            raise InputError(f"triplets train a distance, not a head of the kind {self.head.settings.kind!r}")
        listed = ((REJECTED, data.rejects), (POOLED, data.pool), (HIRED, data.positives))
        pairs = [Labelled(*pair[:2], label) for label, some in listed for pair in some]
        self._of_vacancy: dict[str, list[Labelled]] = {}
        for pair in pairs:
            self._of_vacancy.setdefault(pair.vacancy_id, []).append(pair)
        better = [pair for pair in pairs if self._of_vacancy[pair.vacancy_id][0].label < pair.label]
        if not better:
            raise InputError("no vacancy has two candidates that ended differently: no triplet can be drawn")
        return better

    def texts(self) -> Mapping[str, str]:
        vacancies = sorted({pair.vacancy_id for pair in self._pairs})
        people = sorted({pair.candidate_id for i in vacancies for pair in self._of_vacancy[i]})
        texts = {candidate_key(i): self._data.candidates[i] for i in people}
        return texts | {vacancy_key(i): self._data.vacancies[i] for i in vacancies}

    def batch(self, chosen: NDArray[np.intp], generator: np.random.Generator) -> LabelledBatch:
        better = [self._pairs[i] for i in chosen]
        worse = []
        for pair in better:
            below = [other for other in self._of_vacancy[pair.vacancy_id] if other.label < pair.label]
            worse.append(below[generator.integers(len(below))])
        return batch_of([*better, *worse])

    def _distance_loss(self, candidates: Tensor, vacancies: Tensor, batch: LabelledBatch) -> Tensor:
        (better, worse), (anchors, _) = candidates.chunk(2), vacancies.chunk(2)
        of_better, of_worse = torch.from_numpy(batch.classes).to(candidates).chunk(2)
        margin = adaptive_margin(of_better, of_worse, HIRED, self._settings.margin)
        return triplet_loss(anchors, better, worse, margin)


def batch_of(pairs: Sequence[Labelled]) -> LabelledBatch:
    candidates, vacancies, labels = zip(*pairs, strict=True)
    return LabelledBatch(candidates, vacancies, np.array(labels, dtype=np.int64))


def pair_objective(
    data: TrainingSet, head: PairHead, loss: PairLoss = PairLoss(), *, train_encoder: bool = True
) -> PairObjective:
    """Return the objective that the head and the loss ask for: pairs, or triplets of a distance."""
    triplets = head.settings.kind == "distance" and loss.distance == "triplet"
    return (TripletObjective if triplets else PairObjective)(data, head, loss, train_encoder=train_encoder)
