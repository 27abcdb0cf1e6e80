"""Contrastive losses: ConFit v2's equation 1 in both directions, and the one-sided InfoNCE of RankPO's first stage.
Which texts of a batch are false negatives, and a term that holds what an encoder already knows.

Scores are inner products of the rows given; give unit rows, and they are cosines. The temperature is applied once,
here. Everything is computed in 32-bit floats or better, also inside a bf16 autocast, and with log-sum-exp, so that a
temperature of 0.01 can't overflow. A value that is not a number stays one: nothing is replaced silently.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Literal, NamedTuple

import numpy as np
import torch
from torch import Tensor

from jobfit.errors import InputError

Several = Literal["mean", "sum"]
Known = Literal["mask", "positive"]


class Weights(NamedTuple):
    """How much each direction counts: candidate → vacancy (L_R) and vacancy → candidate (L_J)."""

    candidate_to_vacancy: float = 1.0
    vacancy_to_candidate: float = 1.0


EQUATION_1 = Weights(1.0, 1.0)
"""L = L_R + L_J, as ConFit v2 prints it."""


def confit_code_weights(balance: float = 0.5) -> Weights:
    """Return λ and 1 − λ, as ConFit's published code weighs L_R and L_J; at λ = 0.5 this is half of equation 1.

    >>> confit_code_weights(0.5)
    Weights(candidate_to_vacancy=0.5, vacancy_to_candidate=0.5)
    """
    if not 0 <= balance <= 1:
        raise InputError(f"the balance of the two directions must be between 0 and 1, not {balance}")
    return Weights(balance, 1 - balance)


def softmax_loss(scores: Tensor, labels: Tensor, mask: Tensor | None = None, *, several: Several = "mean") -> Tensor:
    """Return the mean softmax cross-entropy of the rows of ``scores``: a scalar, in nats.

    ``scores``, ``labels`` and ``mask`` are (b, n): the scores of n documents for each of b queries, already divided by
    a temperature; how right each document is for the query, 0 or more (bool: right or not); and, where true, that the
    document is left out of the query's softmax. A document with a label above 0 is never left out. With z the scores,
    y the labels, A_i the columns that are not masked:

    - ``mean``: −Σ_j y_ij [z_ij − log Σ_{a∈A_i} exp z_ia] / Σ_j y_ij. With grades this is ListNet's top-one loss with
      the grades' shares as the target (Cao et al. 2007; the softmax loss of Rax); with one kind of positive it is L_out
      of supervised contrastive learning (Khosla et al. 2020, equation 2): each positive must score.
    - ``sum``: −[log Σ_{j: y_ij>0} exp z_ij − log Σ_{a∈A_i} exp z_ia], MIL-NCE (Miech et al. 2020, equation 1): one good
      positive is enough. Grades are read as positive or not.

    The result is 0 where nothing but positives is left in a row of ``sum``.

    Raises:
        InputError: shapes that differ, no row, a label below 0, or a row without a label above 0.

    >>> round(softmax_loss(torch.eye(2), torch.eye(2)).item(), 6)  # log(e + 1) - 1
    0.313262
    """
    positive = labels > 0
    _check(scores, labels, mask, positive)
    with torch.autocast(scores.device.type, enabled=False):
        logits = wide(scores)
        if mask is not None:
            logits = logits.masked_fill(mask & ~positive, -torch.inf)
        total = logits.logsumexp(dim=1)
        if several == "sum":
            return (total - logits.masked_fill(~positive, -torch.inf).logsumexp(dim=1)).mean()
        chosen = logits.masked_fill(~positive, 0.0)
        if labels.dtype != torch.bool:
            chosen = chosen * labels
        return (total - chosen.sum(dim=1) / labels.sum(dim=1)).mean()


def contrastive_loss(
    queries: Tensor,
    documents: Tensor,
    positives: Tensor,
    mask: Tensor | None = None,
    temperature: float = 0.05,
    *,
    several: Several = "mean",
) -> Tensor:
    """Return the InfoNCE loss of the rows of ``queries`` (b, d) against ``documents`` (n, d): a scalar, in nats.

    It is :func:`softmax_loss` on <q_i, d_j> / T with ``positives`` (b, n) as labels and ``mask`` (b, n), true where a
    document is left out for a query (a false negative, another query's own hard negative). With one positive in the
    row it is ConFit v2's equation 1 and RankPO's L_CL.

    Raises:
        InputError: as :func:`softmax_loss`, or a temperature that is not above 0.
    """
    if not temperature > 0:
        raise InputError(f"the temperature must be above 0, not {temperature}")
    with torch.autocast(queries.device.type, enabled=False):
        return softmax_loss(wide(queries) @ wide(documents).T / temperature, positives, mask, several=several)


def two_sided_loss(
    candidates: Tensor,
    vacancies: Tensor,
    hard_candidates: Tensor | None = None,
    hard_vacancies: Tensor | None = None,
    known: Tensor | None = None,
    temperature: float = 0.05,
    weights: Weights = EQUATION_1,
    *,
    treat_known: Known = "mask",
    several: Several = "mean",
) -> Tensor:
    """Return ConFit v2's equation 1, ``weights[0]``·L_R + ``weights[1]``·L_J: a scalar, in nats.

    Row i of ``candidates`` (b, d) belongs with row i of ``vacancies`` (b, d). L_R sets each candidate against all
    vacancies and ``hard_vacancies``; L_J sets each vacancy against all candidates and ``hard_candidates``. Hard
    negatives of shape (h, d) are shared by every anchor, those of shape (b, k, d) are seen by their own anchor alone.

    ``known`` is true where a candidate and a vacancy are known or implied to fit: one row per candidate (the b of the
    batch, then the hard ones in order), one column per vacancy likewise: what :func:`false_negative_mask` gives. With
    ``treat_known="mask"`` such a pair is left out of both softmaxes; with ``"positive"`` it counts as one more positive
    (``several`` says how, see :func:`contrastive_loss`).

    Raises:
        InputError: as :func:`contrastive_loss`; or ``known`` has another shape than the texts it speaks about.
    """
    pairs = len(candidates)
    if len(vacancies) != pairs:
        raise InputError(f"{pairs} candidates and {len(vacancies)} vacancies do not make pairs")
    all_candidates, others_candidates = _with_hard(candidates, hard_candidates)
    all_vacancies, others_vacancies = _with_hard(vacancies, hard_vacancies)
    shape = (len(all_candidates), len(all_vacancies))
    if known is not None:
        if known.shape != shape:
            raise InputError(f"the known pairs have the shape {tuple(known.shape)}; these texts need {shape}")
        known = known.to(candidates.device)
    loss = candidates.new_zeros((), dtype=wide(candidates[:0]).dtype)
    sides = (
        (candidates, all_vacancies, others_vacancies, None if known is None else known[:pairs]),
        (vacancies, all_candidates, others_candidates, None if known is None else known.T[:pairs]),
    )
    for weight, (rows, columns, others, fits) in zip(weights, sides, strict=True):
        if weight:
            positives = torch.zeros_like(others).fill_diagonal_(True)
            mask = others
            if fits is not None and treat_known == "positive":
                positives = positives | (fits & ~others)
            elif fits is not None:
                mask = others | fits
            loss = loss + weight * contrastive_loss(rows, columns, positives, mask, temperature, several=several)
    return loss


def _with_hard(rows: Tensor, hard: Tensor | None) -> tuple[Tensor, Tensor]:
    """Return all columns of one direction, and (b, n) true where a column is another anchor's own hard negative."""
    pairs = len(rows)
    count = 0 if hard is None else hard[..., 0].numel()
    others = torch.zeros(pairs, pairs + count, dtype=torch.bool, device=rows.device)
    if hard is None:
        return rows, others
    if hard.ndim == 3:
        if len(hard) != pairs:
            raise InputError(f"own hard negatives for {len(hard)} anchors in a batch of {pairs}")
        own = torch.eye(pairs, dtype=torch.bool, device=rows.device).repeat_interleave(hard.shape[1], dim=1)
        others[:, pairs:] = ~own
    return torch.cat([rows, hard.reshape(count, rows.shape[1])]), others


def wide(values: Tensor) -> Tensor:
    """Return ``values`` in 32-bit floats, or as they are when they are wider."""
    return values if values.dtype == torch.float64 else values.float()


def _check(scores: Tensor, labels: Tensor, mask: Tensor | None, positive: Tensor) -> None:
    shapes = [tuple(given.shape) for given in (scores, labels, mask) if given is not None]
    if scores.ndim != 2 or len(set(shapes)) > 1:
        raise InputError(f"scores, labels and mask must have one shape (queries, documents), not {shapes}")
    if not len(scores):
        raise InputError("a softmax loss needs at least one query")
    if (labels < 0).any():
        raise InputError("a label is 0 or more")
    without = ~positive.any(dim=1)
    if without.any():
        raise InputError(f"row {int(without.nonzero()[0])} of the batch has no positive document")


def false_negative_mask(
    candidates: Sequence[str],
    vacancies: Sequence[str],
    known: Mapping[str, AbstractSet[str]],
    *,
    pairs: int = 0,
    candidate_texts: Sequence[str] | None = None,
    vacancy_texts: Sequence[str] | None = None,
) -> Tensor:
    """Return a bool tensor (c, v), true where candidate i and vacancy j are known or implied to fit.

    ``candidates`` and ``vacancies`` are the ids of a batch. ``known`` holds the vacancies that fit each candidate,
    whether they are in the batch or not; the first ``pairs`` rows of both sides fit each other besides. Ids with the
    same text (white space and case aside) stand for one record: a cell is true when its pair, or one that stands for
    the same two records, is known. So a second copy of a vacancy is true in the row of every candidate that fits it.

    Raises:
        InputError: fewer ids than ``pairs``, or texts that are not as many as the ids.

    >>> false_negative_mask(["ann", "bob"], ["v1", "v1"], {}, pairs=2).tolist()
    [[True, True], [True, True]]
    """
    if pairs > min(len(candidates), len(vacancies)):
        raise InputError(f"{pairs} pairs of {len(candidates)} candidates and {len(vacancies)} vacancies")
    rows, columns = _records(candidates, candidate_texts), _records(vacancies, vacancy_texts)
    fits = np.zeros((max(rows, default=-1) + 1, max(columns, default=-1) + 1), dtype=bool)
    fits[rows[:pairs], columns[:pairs]] = True
    record_of = dict(zip(vacancies, columns, strict=True))
    for candidate, row in zip(candidates, rows, strict=True):
        for vacancy in record_of.keys() & known.get(candidate, frozenset()):
            fits[row, record_of[vacancy]] = True
    return torch.from_numpy(fits[np.ix_(rows, columns)])


def _records(ids: Sequence[str], texts: Sequence[str] | None) -> list[int]:
    """A number for each id, the same for the same id and for ids of one text."""
    if texts is None:
        texts = ids
    elif len(texts) != len(ids):
        raise InputError(f"{len(ids)} ids and {len(texts)} texts")
    else:
        texts = [" ".join(text.split()).casefold() for text in texts]
    text_of: dict[str, str] = {}
    number: dict[str, int] = {}
    return [number.setdefault(text_of.setdefault(id_, text), len(number)) for id_, text in zip(ids, texts, strict=True)]


def keep_similarities(vectors: Tensor, reference: Tensor) -> Tensor:
    """Return how far the cosines of ``vectors`` are from those of ``reference``, squared, in the mean: a scalar >= 0.

    ``vectors`` (b, d) and ``reference`` (b, e) hold a row for each of the same b texts; d and e may differ, because
    only similarities are compared (similarity-preserving distillation, Tung & Mori 2019, on cosines). With s_ij and
    r_ij the cosines of rows i and j: Σ_{i≠j} (s_ij − r_ij)² / (b² − b). A rotation of all vectors changes nothing. No
    gradient goes to the reference. A row of zeros has cosine 0 with every other.

    Raises:
        InputError: fewer than two texts, or another number of rows in the reference.

    >>> keep_similarities(torch.eye(2), torch.tensor([[1.0, 0.0], [0.6, 0.8]])).item()
    0.36000001430511475
    """
    rows = len(vectors)
    if rows < 2 or len(reference) != rows:
        raise InputError(
            f"{rows} vectors and {len(reference)} of the reference: two or more of the same texts are needed"
        )
    with torch.autocast(vectors.device.type, enabled=False):
        apart = _cosines(vectors) - _cosines(reference.detach().to(vectors.device))
        apart = apart.masked_fill(torch.eye(rows, dtype=torch.bool, device=vectors.device), 0.0)
        return apart.square().sum() / (rows * rows - rows)


def _cosines(rows: Tensor) -> Tensor:
    unit = torch.nn.functional.normalize(wide(rows), dim=1)
    return unit @ unit.T
