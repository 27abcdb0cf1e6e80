"""Heads over frozen vectors of a labelled market: trained from its log, and what they score."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jobfit.encoders.base import Encoder
from jobfit.experiments.labelled_market import LabelledMarket
from jobfit.judged import Judged
from jobfit.scorers.pair_head import PairHead, head_logits
from jobfit.training.data import TrainingSet
from jobfit.training.frozen import FrozenEncoder
from jobfit.training.loop.objective import Objective, Validator, candidate_key, vacancy_key
from jobfit.training.loop.settings import TrainSettings
from jobfit.training.loop.trainer import Trainer
from jobfit.training.pair_stage import frozen

Floats = NDArray[np.float64]
Vectors = NDArray[np.float32]
ScorePairs = Callable[[Sequence[Any]], Floats]
"""Scores (n,) of pairs that begin with the id of the candidate and that of the vacancy."""


def market_vectors(encoder: Encoder, market: LabelledMarket, others: Sequence[Judged] = ()) -> FrozenEncoder:
    """Return the vectors of all texts of both markets, and of ``others``, each encoded once."""
    return frozen(encoder, keyed(market.train), keyed(market.held_out), *map(keyed, others))


def keyed(data: TrainingSet | Judged) -> dict[str, str]:
    texts = {candidate_key(i): text for i, text in data.candidates.items()}
    return texts | {vacancy_key(i): text for i, text in data.vacancies.items()}


def on_vectors(vectors: FrozenEncoder, score: Callable[[Vectors, Vectors], Floats]) -> ScorePairs:
    """Return the scores of pairs by ids, given those of rows (n, d) of candidates and of vacancies."""

    def rows(keys: Sequence[str]) -> Vectors:
        tokens = vectors.tokenise(dict.fromkeys(keys, "")).tokens
        return vectors.embed([tokens[key] for key in keys])

    def of_pairs(pairs: Sequence[tuple[str, ...]]) -> Floats:
        return score(rows([candidate_key(p[0]) for p in pairs]), rows([vacancy_key(p[1]) for p in pairs]))

    return of_pairs


def cosine_of(vectors: FrozenEncoder) -> ScorePairs:
    return on_vectors(vectors, lambda u, v: np.einsum("nd,nd->n", u, v, dtype=np.float64))


def fit_head(
    vectors: FrozenEncoder,
    objective: Objective[Any],
    head: PairHead,
    validator: Validator,
    loop: TrainSettings,
    folder: Path,
    data_hash: str,
) -> ScorePairs:  # fmt: skip
    """Train ``head`` by the objective, its best weights chosen by the validator, and return what it scores."""
    Trainer(vectors, objective, loop, folder, data_hash=data_hash, validator=validator).run()
    return on_vectors(vectors, lambda u, v: head_logits(head, u, v))
