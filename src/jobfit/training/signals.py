"""Learning a score over signals from graded lists: networks by any loss over lists, or LambdaMART.

``fit_net(lists, NetSettings(), ranking_loss("lambdaloss@k", k=10))`` and ``fit_trees(lists, "lightgbm")`` both give a
:class:`~jobfit.scorers.signals.SignalRanker`, so that how signals are weighed can be learnt for a ranking measure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from jobfit.errors import InputError
from jobfit.scorers.signals import NetSettings, SignalNet, SignalRanker
from jobfit.scorers.trees import Library, TreeSettings, fit_ranker
from jobfit.settings import Above0, Count, Whole, check_fields
from jobfit.training.errors import TrainingError
from jobfit.training.losses.lists import best_first
from jobfit.training.losses.ranking import RankingLoss

Floats = NDArray[np.float64]
TREES = TreeSettings()


@dataclass(frozen=True, slots=True, eq=False)
class SignalLists:
    """b lists of up to n documents: signals ``table`` (b, n, f), ``grades`` (b, n), ``left_out`` (b, n): none there.

    What nobody judged belongs to ``left_out`` too. NaN in the table is *unknown*.

    Raises:
        InputError: shapes that do not fit, an infinite signal, a grade below 0, or no list.
    """

    names: tuple[str, ...]
    table: NDArray[np.float32]
    grades: NDArray[np.int64]
    left_out: NDArray[np.bool_]

    def __post_init__(self) -> None:
        if self.table.shape != (*self.grades.shape, len(self.names)) or self.left_out.shape != self.grades.shape:
            raise InputError(
                f"{len(self.names)} signals, a table of {self.table.shape}, grades of {self.grades.shape} and left_out "
                f"of {self.left_out.shape} do not make lists"
            )
        if not self.grades.size:
            raise InputError("there is no list to learn from")
        if np.isinf(self.table).any() or (self.grades < 0).any():
            raise InputError("a signal is infinite or a grade below 0; what is unknown is NaN")

    def __len__(self) -> int:
        return len(self.grades)

    def some(self, rows: NDArray[np.intp]) -> SignalLists:
        return SignalLists(self.names, self.table[rows], self.grades[rows], self.left_out[rows])


@dataclass(frozen=True, slots=True)
class FitSettings:
    """How a network is trained: Adam, ``batch_size`` lists a step; ``seed`` deals them and breaks ties.

    With validation lists the weights of the epoch with the best nDCG@``k`` on them are kept.
    """

    epochs: Count = 30
    batch_size: Count = 32
    learning_rate: Above0 = 0.01
    k: Count = 10
    seed: Whole = 0

    def __post_init__(self) -> None:
        check_fields(self)


FIT = FitSettings()


def ndcg(scores: Floats, lists: SignalLists, ks: Sequence[int] = (10,), seed: int = 0) -> Floats:
    """Return nDCG (b, len(ks)) with the gain 2^grade − 1, NaN for a list without a grade above 0; ties at random.

    >>> one = SignalLists(("a",), np.zeros((1, 2, 1), np.float32), np.array([[0, 1]]), np.zeros((1, 2), bool))
    >>> ndcg(np.array([[2.0, 1.0]]), one, (1, 2)).round(4).tolist()
    [[0.0, 0.6309]]
    """
    real = torch.from_numpy(~lists.left_out)
    order = best_first(torch.from_numpy(scores), real, torch.Generator().manual_seed(seed)).numpy()
    gains = np.where(lists.left_out, 0.0, np.exp2(lists.grades) - 1)
    discounts = 1 / np.log2(np.arange(2, gains.shape[1] + 2))
    found = (np.take_along_axis(gains, order, axis=1) * discounts).cumsum(axis=1)
    ideal = (-np.sort(-gains, axis=1) * discounts).cumsum(axis=1)
    last = np.minimum(ks, gains.shape[1]) - 1
    with np.errstate(invalid="ignore"):
        return np.asarray(found[:, last] / ideal[:, last])


def fit_net(
    lists: SignalLists,
    net: NetSettings,
    loss: RankingLoss,
    settings: FitSettings = FIT,
    validation: SignalLists | None = None,
) -> SignalRanker:
    """Train a network over signals on graded lists; the same data and settings give the same weights.

    Raises:
        InputError: validation lists of other signals, or without a grade above 0.
        TrainingError: the scores or the loss are not finite any more.
    """
    if validation is not None and (validation.names != lists.names or not validation.grades.any()):
        raise InputError("the validation lists need the same signals and a grade above 0")
    model = SignalNet(len(lists.names), net)
    table, grades, left_out = map(torch.from_numpy, (lists.table, lists.grades, lists.left_out))
    model.fit_scale(table[~left_out])
    ranker = SignalRanker(lists.names, model)
    optimiser = torch.optim.Adam(model.parameters(), lr=settings.learning_rate)
    generator = torch.Generator().manual_seed(settings.seed)
    best, kept = -1.0, model.state_dict()
    for epoch in range(settings.epochs):
        for rows in torch.randperm(len(lists), generator=generator).split(settings.batch_size):
            optimiser.zero_grad()
            scores = model(table[rows])
            value = loss(scores, grades[rows], left_out[rows], generator) if scores.isfinite().all() else scores.sum()
            if not value.isfinite():
                raise TrainingError(f"epoch {epoch + 1}: the loss is {value.item()}; a lower learning rate may help")
            value.backward()
            optimiser.step()
        if validation is not None:
            found = float(
                np.nanmean(ndcg(ranker.scores(validation.table.astype(np.float64)), validation, (settings.k,)))
            )
            if found > best:
                best, kept = found, {name: value.clone() for name, value in model.state_dict().items()}
    if validation is not None:
        model.load_state_dict(kept)
    return SignalRanker(lists.names, model.train(False))


def fit_trees(lists: SignalLists, library: Library, settings: TreeSettings = TREES) -> SignalRanker:
    """Fit LambdaMART on graded lists. Errors: :func:`jobfit.scorers.trees.fit_ranker`."""
    real = ~lists.left_out
    sizes = real.sum(axis=1)
    trees = fit_ranker(
        library, lists.table[real].astype(np.float64), lists.grades[real], sizes[sizes > 0].tolist(), settings
    )
    return SignalRanker(lists.names, trees)
