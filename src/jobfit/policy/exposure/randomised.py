"""Rankings that are drawn: ε-greedy, and the exposure programme of Singh & Joachims with its decomposition."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from jobfit.policy.exposure.base import Choice, Codes, Floats, Ints, PerList, Reordered, UpTo1, unit
from jobfit.runs import Ranking
from jobfit.settings import Count, Whole


@dataclass(frozen=True, slots=True)
class EpsilonGreedy(PerList):
    """With probability ``epsilon`` a place goes to anyone left at random, else to the best (Feng & Shah 2022).

    It reads no group. ``epsilon`` 1 is a random order of everyone, the baseline that every method has to beat.
    """

    epsilon: UpTo1 = 0.1
    seed: Whole = 0

    def _one(self, ranking: Ranking, codes: Codes, k: int) -> Reordered:
        return PerList._one(self, ranking, dict.fromkeys(ranking.document_ids, 0), k)

    def first(self, scores: Floats, codes: Ints, k: int, draw: np.random.Generator) -> Choice:
        left = list(range(len(scores)))
        return Choice(
            [left.pop(int(draw.integers(len(left))) if draw.random() < self.epsilon else 0) for _ in range(k)]
        )


@dataclass(frozen=True, slots=True)
class ExposureProgramme(PerList):
    """Singh & Joachims 2018: the distribution over orders of highest expected DCG with a constraint on mean exposure.

    Exposure of a group: the mean over its members of Σ_j P_ij / log2(j + 1), j ≤ k. It is equal for all groups
    (*demographic parity* of exposure), or with ``merit`` in proportion to their mean score on 0 … 1 (*disparate
    treatment*). One order is drawn from P by a Birkhoff–von Neumann decomposition, so a single list need not look
    equal: the promise is about many draws. Where a merit constraint cannot be kept, the nearest exposure is taken, and
    all k places are counted as unmet.

    The best ``depth`` documents take part; the others stay behind them.
    """

    merit: bool = False
    depth: Count = 50
    seed: Whole = 0

    def first(self, scores: Floats, codes: Ints, k: int, draw: np.random.Generator) -> Choice:
        if (codes == codes[0]).all():
            return Choice(range(k))
        taking_part = min(len(scores), max(self.depth, k))
        table, met = self.probabilities(scores[:taking_part], codes[:taking_part], k)
        chosen, reached, sought = np.arange(k), 0.0, draw.random()
        for weight, order in birkhoff(table):
            chosen, reached = order, reached + weight
            if reached > sought:
                break
        return Choice(chosen.tolist(), 0 if met else k)

    def probabilities(self, scores: Floats, codes: Ints, k: int) -> tuple[Floats, bool]:
        """Return P (n, k), the chance of each document to stand at each place, and whether the constraint holds."""
        n, gains = len(scores), unit(scores)
        discount = 1 / np.log2(np.arange(k) + 2)
        groups = [codes == codes[i] for i in np.sort(np.unique(codes, return_index=True)[1])]
        merits = np.array([gains[own].mean() if self.merit else 1.0 for own in groups])
        exposures = np.array([(np.outer(own, discount) / own.sum()).ravel() for own in groups])
        ranked = gains + 1e-4 * np.arange(n, 0, -1) / n  # equal scores: of many solutions the one by rank
        exact = self._solve(np.outer(ranked, discount).ravel(), exposures, merits, n, k, slack=False)
        if exact is not None:
            return exact, True
        nearest = self._solve(np.zeros(n * k), exposures, merits, n, k, slack=True)
        assert nearest is not None  # with slack every doubly stochastic table is feasible
        return nearest, False

    @staticmethod
    def _solve(value: Floats, exposures: Floats, merits: Floats, n: int, k: int, slack: bool) -> Floats | None:
        """Maximise value · P with exposures_g = c · merits_g for some c, or minimise the largest departure from it."""
        from scipy.optimize import linprog
        from scipy.sparse import coo_array, eye_array, hstack, kron, vstack

        more = 1 + int(slack)  # c, and the departure
        rows = hstack([kron(eye_array(n), np.ones((1, k))), coo_array((n, more))])
        columns = hstack([kron(np.ones((1, n)), eye_array(k)), coo_array((k, more))])
        gaps = np.hstack([exposures, -merits[:, None]])
        if slack:
            departure = np.ones((len(merits), 1))
            limits = [np.hstack([gaps, -departure]), np.hstack([-gaps, -departure])]
            upper = vstack([rows, *map(coo_array, limits)])
            solved = linprog(
                np.append(np.zeros(n * k + 1), 1.0),
                A_ub=upper, b_ub=np.append(np.ones(n), np.zeros(2 * len(merits))),
                A_eq=columns, b_eq=np.ones(k), bounds=(0, None), method="highs",
            )  # fmt: skip
        else:
            equal = vstack([columns, coo_array(gaps)])
            solved = linprog(
                np.append(-value, 0.0), A_ub=rows, b_ub=np.ones(n),
                A_eq=equal, b_eq=np.append(np.ones(k), np.zeros(len(merits))), bounds=(0, None), method="highs",
            )  # fmt: skip
        return np.clip(solved.x[: n * k].reshape(n, k), 0, 1) if solved.status == 0 else None


def birkhoff(table: Floats) -> Iterator[tuple[float, Ints]]:
    """Yield weights and orders (k,) whose mixture is ``table`` (n, k): columns add up to 1, rows to at most 1.

    Birkhoff 1946: the table is filled up to a doubly stochastic one, and perfect matchings on what is above 0 are taken
    off until less than 1e-9 is left. The weights add up to 1 within that.
    """
    from scipy.optimize import linear_sum_assignment

    n, k = table.shape
    left = np.zeros((n, n))
    left[:, :k] = table
    if n > k:
        left[:, k:] = ((1 - table.sum(axis=1)) / (n - k))[:, None]
    remaining = 1.0
    while remaining > 1e-9:
        columns, rows = linear_sum_assignment(np.where(left > 1e-12, -left, n).T)
        weight = float(min(left[rows, columns].min(), remaining))
        if weight <= 1e-12:
            break
        left[rows, columns] -= weight
        remaining -= weight
        yield weight, rows[:k]
