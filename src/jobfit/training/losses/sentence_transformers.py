"""The losses as modules for sentence-transformers' own trainer (6.2): ``loss=...`` of ``SentenceTransformerTrainer``.

The columns of the dataset are texts in a fixed order, said at each class; a ``label`` column, where one is used, holds
numbers. Vectors are normalised here. Two texts are the same text when the model reads the same tokens.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import normalize

from jobfit.errors import InputError
from jobfit.training.losses.contrastive import EQUATION_1, Known, Several, Weights, false_negative_mask, two_sided_loss
from jobfit.training.losses.cross_device import gather_ids, gather_rows
from jobfit.training.losses.grad_cache import encode_in_chunks, split_features
from jobfit.training.losses.preferences import RANKPO, PreferenceSettings

Features = Iterable[Mapping[str, Any]]
Names = tuple[list[str], list[str]]


class _TextLoss(nn.Module):
    def __init__(self, model: nn.Module, chunk: int | None, gather: bool) -> None:
        super().__init__()
        self.model = model
        self.chunk = chunk
        self.gather = gather

    def _vectors(self, column: Mapping[str, Any]) -> Tensor:
        if self.chunk is None:
            vectors = self._encode(column)
        else:
            vectors = encode_in_chunks(self._encode, split_features(column, self.chunk))
        return gather_rows(vectors) if self.gather else vectors

    def _encode(self, features: Mapping[str, Any]) -> Tensor:
        """Return unit vectors; the model gets a copy, since it writes into what it is given."""
        return normalize(self.model(dict(features))["sentence_embedding"].float(), dim=1)

    def _texts(self, column: Mapping[str, Any]) -> list[str]:
        """Return a text for each row that is the same for the same tokens."""
        if "attention_mask" not in column or "input_ids" not in column:
            raise InputError("these losses need a model that reads padded token ids (input_ids, attention_mask)")
        rows = zip(column["input_ids"].tolist(), column["attention_mask"].tolist(), strict=True)
        texts = [" ".join(str(one) for one, read in zip(ids, mask, strict=True) if read) for ids, mask in rows]
        return self._all(texts, column["input_ids"].device)

    def _all(self, names: list[str], device: torch.device) -> list[str]:
        return gather_ids(names, device) if self.gather else names

    def _names(self, columns: Sequence[Mapping[str, Any]], labels: Tensor | None) -> list[Names]:
        """Return (ids, texts) of each column; the texts stand for the ids where there is no ``label`` column."""
        texts = [self._texts(column) for column in columns]
        if labels is None:
            return [(column, column) for column in texts]
        if labels.ndim != 2 or labels.shape[1] != len(columns):
            raise InputError(f"label must hold one id for each of the {len(columns)} texts of a row: {labels.shape}")
        ids = ([str(int(one)) for one in column] for column in labels.T)
        return [(self._all(own, labels.device), text) for own, text in zip(ids, texts, strict=True)]


class TwoSidedContrastiveLoss(_TextLoss):
    """ConFit v2's equation 1. Columns: candidate, vacancy, ``hard_candidates`` more candidates, then more vacancies.

    ``label`` (optional) holds the whole-number id of each text of the row, columns in order; with it, texts of one id
    and ``known_positives`` (candidate id, vacancy id) are false negatives, and without it equal texts are.
    ``own_hard``: an anchor sees its own hard negatives only, not those of the whole batch. ``chunk``: GradCache with so
    many texts at a time. ``gather``: negatives from all processes. The rest: see ``two_sided_loss``.
    """

    def __init__(
        self,
        model: nn.Module,
        temperature: float = 0.05,
        weights: Weights = EQUATION_1,
        *,
        hard_candidates: int = 0,
        own_hard: bool = False,
        known_positives: Iterable[tuple[int, int]] = (),
        treat_known: Known = "mask",
        several: Several = "mean",
        chunk: int | None = None,
        gather: bool = False,
    ) -> None:
        super().__init__(model, chunk, gather)
        self.temperature, self.weights = temperature, weights
        self.hard_candidates, self.own_hard = hard_candidates, own_hard
        self.treat_known: Known = treat_known
        self.several: Several = several
        self.known_positives: dict[str, set[str]] = {}
        for candidate, vacancy in known_positives:
            self.known_positives.setdefault(str(candidate), set()).add(str(vacancy))

    def forward(self, sentence_features: Features, labels: Tensor | None = None) -> Tensor:
        columns = list(sentence_features)
        split = 2 + self.hard_candidates
        if len(columns) < split:
            raise InputError(f"{len(columns)} columns for a candidate, a vacancy and {self.hard_candidates} candidates")
        names = self._names(columns, labels)
        candidates, vacancies, *hard = (self._vectors(column) for column in columns)
        return two_sided_loss(
            candidates,
            vacancies,
            self._hard(hard[: self.hard_candidates]),
            self._hard(hard[self.hard_candidates :]),
            _known([names[0], *names[2:split]], [names[1], *names[split:]], self.known_positives),
            self.temperature,
            self.weights,
            treat_known=self.treat_known,
            several=self.several,
        )

    def _hard(self, columns: list[Tensor]) -> Tensor | None:
        """Return the hard negatives (b, k, d), or (bk, d) when they are shared."""
        hard = torch.stack(columns, dim=1) if columns else None
        return hard if hard is None or self.own_hard else hard.flatten(0, 1)

    def get_config_dict(self) -> dict[str, Any]:
        names = ("temperature", "hard_candidates", "own_hard", "treat_known", "several", "chunk", "gather")
        return {"weights": tuple(self.weights), **{name: getattr(self, name) for name in names}}


class RankPOLoss(_TextLoss):
    """RankPO, SimRankPO, SFT or a sum, as ``settings`` say. Columns: vacancy, preferred candidate, rejected candidate.

    ``label`` holds the numbers of a pair: the reference's two scores (``reference_scores`` computes them once), where
    the settings need them, then the probability that the preference is right, where there is one. No second model
    is in memory.
    """

    def __init__(self, model: nn.Module, settings: PreferenceSettings = RANKPO, *, chunk: int | None = None) -> None:
        super().__init__(model, chunk, gather=False)
        self.settings = settings

    def forward(self, sentence_features: Features, labels: Tensor | None = None) -> Tensor:
        vacancies, preferred, rejected = (self._vectors(column) for column in sentence_features)
        s_w, s_l = ((vacancies * side).sum(dim=1) for side in (preferred, rejected))
        numbers = s_w.new_empty((len(s_w), 0)) if labels is None else labels.reshape(len(s_w), -1)
        count = 2 if self.settings.needs_reference else 0
        if numbers.shape[1] not in (count, count + 1):
            raise InputError(
                f"label holds {numbers.shape[1]} numbers per pair; these settings read {count} reference scores, "
                "and then a probability if there is one"
            )
        ref_w, ref_l = (numbers[:, 0], numbers[:, 1]) if count else (None, None)
        probability = numbers[:, count] if numbers.shape[1] > count else None
        return self.settings.loss(s_w, s_l, ref_w, ref_l, probability)

    def get_config_dict(self) -> dict[str, Any]:
        names = PreferenceSettings.__dataclass_fields__
        return {name: getattr(self.settings, name) for name in names} | {"chunk": self.chunk}


def _known(candidates: list[Names], vacancies: list[Names], positives: Mapping[str, set[str]]) -> Tensor:
    """Return which texts of the columns of candidates fit which of the vacancies; the pairs stand in the first ones."""
    left, left_texts = _row_by_row(candidates)
    right, right_texts = _row_by_row(vacancies)
    pairs = len(candidates[0][0])
    return false_negative_mask(
        left, right, positives, pairs=pairs, candidate_texts=left_texts, vacancy_texts=right_texts
    )


def _row_by_row(columns: list[Names]) -> Names:
    """Return the ids and texts: all of the first column, then those of the others, row by row."""
    ids, texts = (
        [*first, *(one for row in zip(*others, strict=True) for one in row)] for first, *others in zip(*columns)
    )
    return ids, texts
