"""The losses over lists for sentence-transformers' ``CrossEncoderTrainer`` (6.2).

A row of the dataset is a query, a list of documents and a list of their grades; lists may have different lengths.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from sentence_transformers.cross_encoder import CrossEncoder
from sentence_transformers.cross_encoder.losses.lambda_loss import BaseWeightingScheme
from sentence_transformers.util import batch_to_device
from torch import Tensor, nn
from torch.nn.utils.rnn import pad_sequence

from jobfit.errors import InputError
from jobfit.training.losses.lists import Lists, check_settings, normalised_gains
from jobfit.training.losses.pairwise import multiplier, step
from jobfit.training.losses.ranking import ranking_loss


class ListLoss(nn.Module):
    """A loss of :data:`~jobfit.training.losses.ranking.RANKING_LOSSES` by name, with its settings, on a cross-encoder.

    ``mini_batch_size`` pairs are read at a time (``None``: all of the batch). The value is that of the function: sums
    over a list's pairs, then the mean of lists, where sentence-transformers' own losses divide by all pairs of a batch.
    """

    def __init__(
        self, model: CrossEncoder, loss: str = "lambdaloss@k", *, mini_batch_size: int | None = None, **settings: Any
    ) -> None:
        super().__init__()
        if model.num_labels != 1:
            raise InputError(f"a loss over lists needs a model with one score per pair, not {model.num_labels}")
        if mini_batch_size is not None and mini_batch_size < 1:
            raise InputError(f"mini_batch_size is 1 or more, or None for all at once, not {mini_batch_size}")
        self.model, self.mini_batch_size = model, mini_batch_size
        self._name, self._settings, self._loss = loss, settings, ranking_loss(loss, **settings)

    def forward(
        self,
        inputs: Sequence[Any],
        labels: Sequence[Tensor],
        prompt: str | None = None,
        task: str | None = None,
    ) -> Tensor:
        """Return the loss of ``inputs``, the queries and a list of documents of each, and of their grades."""
        queries, documents = inputs
        lengths = [len(some) for some in documents]
        if lengths != [len(some) for some in labels]:
            raise InputError(f"lists of {lengths} documents and of {[len(some) for some in labels]} labels")
        pairs = [(query, one) for query, some in zip(queries, documents, strict=True) for one in some]
        size = self.mini_batch_size or len(pairs)
        parts = []
        for start in range(0, len(pairs), size):
            features = self.model.preprocess(pairs[start : start + size], prompt=prompt, task=task)
            parts.append(self.model(batch_to_device(features, self.model.device))["scores"].view(-1))
        scores = pad_sequence(torch.cat(parts).split(lengths), batch_first=True)
        grades = pad_sequence([torch.as_tensor(some) for some in labels], batch_first=True).to(scores.device)
        places = torch.arange(scores.shape[1], device=scores.device)
        return self._loss(scores, grades, places >= torch.tensor(lengths, device=scores.device)[:, None])

    def get_config_dict(self) -> dict[str, Any]:
        return {"loss": self._name, "mini_batch_size": self.mini_batch_size, **self._settings}


class LambdaLossAtK(BaseWeightingScheme):
    """LambdaLoss@K's exact weights for sentence-transformers' own loss: ``LambdaLoss(model, LambdaLossAtK(k=10))``.

    Leave ``LambdaLoss``'s own ``k`` unset: it drops the pairs beyond it, which have a weight here. Its value is that of
    ``lambdaloss@k`` times the number of lists over the number of all pairs of the batch.
    """

    def __init__(self, k: int = 10) -> None:
        super().__init__()
        check_settings(k)
        self.k = k

    def forward(self, gain: Tensor, discount: Tensor, true_sorted: Tensor) -> Tensor:
        """Return the weights (b, n, n); ``gain`` is over the ideal DCG of the whole list, so it is taken anew, at k."""
        labels = true_sorted.clamp(min=0)
        gains = normalised_gains(Lists(labels, labels, torch.ones_like(labels, dtype=torch.bool)), self.k)
        rank = torch.arange(1, labels.shape[1] + 1, device=labels.device)
        own, others = rank[:, None], rank[None, :]
        weight = step(own, others, gains.dtype) * multiplier(own, others, self.k, gains.dtype)
        return weight * (gains[:, :, None] - gains[:, None, :]).abs()
