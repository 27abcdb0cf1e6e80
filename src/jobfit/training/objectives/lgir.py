"""LGIR's three stages: BPR with everybody's own vector, the quality classifier on the extremes, the game of G and D.

The objectives printed in a secondary source are faulty (log outside of 1 − D: unbounded); these are the usual ones:

    L_D = BCE(D(x_high), 1) + BCE(D(G(x_low)), 0)        on logits
    L_G = BCE(D(G(x_low)), 1)                            non-saturating
    generator's turn: BPR + α L_G + γ |G(x_low) − x_low|²

A batch without a member of one side gives that side's term 0, connected and counted.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from jobfit.errors import InputError
from jobfit.evaluation.measures import evaluate
from jobfit.evaluation.statistics import Estimate
from jobfit.judged import Pair, qrels_of
from jobfit.runs import Ranking, Run
from jobfit.scorers.lgir import Lgir, score_table
from jobfit.settings import From0, check_fields
from jobfit.training.loop.objective import (
    Embed,
    Measured,
    Objective,
    PairBatch,
    Turn,
    Vectors,
    candidate_key,
    each_once,
    vacancy_key,
)
from jobfit.training.validators import pool_of


@dataclass(frozen=True, slots=True)
class GameWeights:
    """``adversarial`` is α and ``identity`` γ of the generator's turn; ``discriminator_rate`` of the loop's rate."""

    adversarial: From0 = 0.1
    identity: From0 = 1.0
    discriminator_rate: From0 = 0.5

    def __post_init__(self) -> None:
        check_fields(self)


@dataclass(frozen=True, slots=True, eq=False)
class TripleBatch(PairBatch):
    """b people with a vacancy that each interacted with, and ``others`` that they did not, by ids."""

    others: tuple[str, ...]

    @property
    def keys(self) -> tuple[list[str], ...]:
        vacancies = ([*map(vacancy_key, ids)] for ids in (self.vacancies, self.others))
        return ([*map(candidate_key, self.candidates)], *vacancies)


class _OverTriples(Objective[TripleBatch]):
    """Interactions, each with a vacancy drawn from those that the person had nothing to do with."""

    def __init__(self, pairs: Sequence[Pair], vacancies: Sequence[str], model: Lgir) -> None:
        self._pairs, self._vacancies, self.model = tuple(sorted(pairs)), tuple(sorted(vacancies)), model
        if not self._pairs:
            raise InputError("there is no interaction to learn from")
        self._known: dict[str, set[str]] = {}
        for pair in self._pairs:
            self._known.setdefault(pair.candidate_id, set()).add(pair.vacancy_id)
        if full := [c for c, known in self._known.items() if len(known) >= len(self._vacancies)]:
            raise InputError(
                f"{len(full)} people interacted with every vacancy, the first {full[0]!r}: nothing is left"
            )

    def __len__(self) -> int:
        return len(self._pairs)

    def texts(self) -> Mapping[str, str]:
        return dict.fromkeys([*map(candidate_key, self._known), *map(vacancy_key, self._vacancies)], "")

    def batch(self, chosen: NDArray[np.intp], generator: np.random.Generator) -> TripleBatch:
        pairs = [self._pairs[i] for i in chosen]
        others = []
        for pair in pairs:
            while (other := self._vacancies[generator.integers(len(self._vacancies))]) in self._known[
                pair.candidate_id
            ]:
                pass
            others.append(other)
        return TripleBatch(tuple(p.candidate_id for p in pairs), tuple(p.vacancy_id for p in pairs), tuple(others))

    def facts(self) -> Mapping[str, object]:
        return {"objective": type(self).__name__, "networks": asdict(self.model.settings)}

    @abstractmethod
    def loss(self, vectors: Vectors, batch: TripleBatch) -> Tensor: ...


class BprObjective(_OverTriples):
    """The warm-up: −log σ(s(x, positive) − s(x, other)), with everybody's own vector (Rendle et al. 2009)."""

    def heads(self) -> Mapping[str, nn.Module]:
        return {"pair": self.model.pair}

    def turns(self) -> Sequence[Turn[TripleBatch]]:
        return (Turn("pair", self.loss, encoder=False),)

    def loss(self, vectors: Vectors, batch: TripleBatch) -> Tensor:
        people, positives, others = map(vectors, batch.keys)
        return bpr(self.model.pair(people, positives), self.model.pair(people, others))


class GameObjective(_OverTriples):
    """The alternation, a step of D and a step of G and the pair score; C is as it was trained and does not move.

    Raises:
        InputError: C takes everybody for the same side; then there is no game.
    """

    def __init__(
        self,
        pairs: Sequence[Pair],
        vacancies: Sequence[str],
        model: Lgir,
        people: Mapping[str, NDArray[np.float32]],
        weights: GameWeights = GameWeights(),
    ) -> None:
        super().__init__(pairs, vacancies, model)
        self._weights, self._empty = weights, 0
        with torch.inference_mode():
            low = model.is_low(torch.from_numpy(np.stack([people[i] for i in sorted(self._known)])))
        if bool(low.all()) or not bool(low.any()):
            side = "few" if bool(low.all()) else "many"
            raise InputError(f"the quality classifier takes all {len(low)} people for ones with {side} interactions")

    def heads(self) -> Mapping[str, nn.Module]:
        return {name: getattr(self.model, name) for name in ("generator", "discriminator", "pair")}

    def facts(self) -> Mapping[str, object]:
        return {**super().facts(), "weights": asdict(self._weights)}

    def turns(self) -> Sequence[Turn[TripleBatch]]:
        rate = self._weights.discriminator_rate
        return (
            Turn("discriminator", self.discriminator_loss, ("discriminator",), encoder=False, rate=rate),
            Turn("generator", self.loss, ("generator", "pair"), encoder=False),
        )

    def report(self) -> Mapping[str, float]:
        empty, self._empty = self._empty, 0
        return {"batches_without_a_side": float(empty)}

    def discriminator_loss(self, vectors: Vectors, batch: TripleBatch) -> Tensor:
        people = vectors(batch.keys[0])
        low = self.model.is_low(people).detach()
        self._empty += int(bool(low.all()) or not bool(low.any()))
        real = self.model.discriminator(people[~low])[:, 0]
        made = self.model.discriminator(self.model.generator(people[low]).detach())[:, 0]
        return _mean(functional.softplus(-real)) + _mean(functional.softplus(made))

    def loss(self, vectors: Vectors, batch: TripleBatch) -> Tensor:
        people, positives, others = map(vectors, batch.keys)
        low = self.model.is_low(people).detach()
        made = self.model.generator(people)
        chosen = torch.where(low[:, None], made, people)
        fooled = _mean(functional.softplus(-self.model.discriminator(made[low])[:, 0]))
        moved = _mean((made[low] - people[low]).square().sum(dim=1))
        ranked = bpr(self.model.pair(chosen, positives), self.model.pair(chosen, others))
        return ranked + self._weights.adversarial * fooled + self._weights.identity * moved


def bpr(better: Tensor, worse: Tensor) -> Tensor:
    """Return the mean of −log σ(better − worse), a scalar, for scores (b,)."""
    return functional.softplus(worse - better).mean()


def _mean(values: Tensor) -> Tensor:
    return values.mean() if len(values) else values.sum()


@dataclass(frozen=True, slots=True, eq=False)
class PeopleBatch:
    """b people by ids, and whether each has many interactions (b,)."""

    candidates: tuple[str, ...]
    many: NDArray[np.bool_]

    @property
    def examples(self) -> tuple[str, ...]:
        return self.candidates

    @property
    def texts(self) -> tuple[str, ...]:
        return each_once([*map(candidate_key, self.candidates)])


class QualityObjective(Objective[PeopleBatch]):
    """C on the extremes alone: people with at least ``many`` interactions against those with at most ``few``.

    Both sides weigh the same, however many people they have.

    Raises:
        InputError: ``few`` is not below ``many``, or one of the extremes is empty.
    """

    def __init__(self, counts: Mapping[str, int], few: int, many: int, model: Lgir) -> None:
        if few >= many:
            raise InputError(f"few ({few}) must be below many ({many})")
        self._people = [(i, n >= many) for i, n in sorted(counts.items()) if n <= few or n >= many]
        self.model, self._limits = model, (few, many)
        sides = [side for _, side in self._people]
        if len(set(sides)) < 2:
            raise InputError(f"nobody has at most {few}, or nobody at least {many} interactions: choose other limits")
        self._weight = sides.count(False) / sides.count(True)

    def __len__(self) -> int:
        return len(self._people)

    def texts(self) -> Mapping[str, str]:
        return dict.fromkeys((candidate_key(i) for i, _ in self._people), "")

    def facts(self) -> Mapping[str, object]:
        return {"objective": "quality", "limits": self._limits, "networks": asdict(self.model.settings)}

    def heads(self) -> Mapping[str, nn.Module]:
        return {"quality": self.model.quality}

    def turns(self) -> Sequence[Turn[PeopleBatch]]:
        return (Turn("quality", self.loss, encoder=False),)

    def batch(self, chosen: NDArray[np.intp], generator: np.random.Generator) -> PeopleBatch:
        people, many = zip(*(self._people[i] for i in chosen), strict=True)
        return PeopleBatch(people, np.array(many))

    def loss(self, vectors: Vectors, batch: PeopleBatch) -> Tensor:
        logits = self.model.quality(vectors([*map(candidate_key, batch.candidates)]))[:, 0]
        weight = logits.new_tensor(self._weight)
        return functional.binary_cross_entropy_with_logits(
            logits, torch.from_numpy(batch.many).to(logits), pos_weight=weight
        )


class FewShotValidator:
    """nDCG@10 of validation interactions, of the people with few training interactions alone: whom all this is for.

    ``known`` are the training interactions; a person's own are not ranked again. Ranked are the vacancies of these
    validation interactions and others up to ``pool`` in all, chosen by a digest of their ids.
    """

    def __init__(
        self,
        pairs: Sequence[Pair],
        known: Mapping[str, set[str]],
        vacancies: Sequence[str],
        few: int,
        model: Lgir,
        pool: int = 1000,
    ) -> None:
        """Raises InputError: nobody with so few interactions has one in ``pairs``."""
        kept = [pair for pair in pairs if len(known.get(pair.candidate_id, ())) <= few]
        if not kept:
            raise InputError(f"nobody with at most {few} training interactions has one to validate on")
        self._qrels, self._known, self.model = qrels_of(kept, by_vacancy=False), known, model
        self._vacancies = pool_of(vacancies, {pair.vacancy_id for pair in kept}, pool)

    def texts(self) -> Mapping[str, str]:
        return dict.fromkeys([*map(candidate_key, self._qrels.grades), *map(vacancy_key, self._vacancies)], "")

    def measure(self, embed: Embed) -> Measured:
        people = list(self._qrels.grades)
        vectors = (np.asarray(embed([*map(key, ids)]), dtype=np.float32) for key, ids in (
            (candidate_key, people), (vacancy_key, self._vacancies)))  # fmt: skip
        table = without_known(score_table(self.model, *vectors), people, self._vacancies, self._known)
        rankings = {i: Ranking.from_scores(i, self._vacancies, row, 100) for i, row in zip(people, table)}
        found = evaluate(Run("few", rankings), self._qrels, ("nDCG@10",)).aggregate["nDCG@10"]
        assert found.mean is not None
        return Measured(found.mean, {"few-shot nDCG@10": Estimate(found.mean, found.low, found.high, found.n)})


def without_known(
    table: NDArray[np.float64], people: Sequence[str], vacancies: Sequence[str], known: Mapping[str, set[str]]
) -> NDArray[np.float64]:
    """Return scores (n, m) with each person's training interactions below everything else."""
    place = {i: column for column, i in enumerate(vacancies)}
    result = table.copy()
    for row, i in enumerate(people):
        columns = [place[v] for v in known.get(i, ()) if v in place]
        result[row, columns] = table.min() - 1
    return result
