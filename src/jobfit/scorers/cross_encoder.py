"""Cross-encoders: vacancy and CV read together, word against word. START HERE for rerankers: docs/reranking.md."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from jobfit.encoders.base import OnProgress, check_texts, no_progress
from jobfit.encoders.graphs import GraphStore
from jobfit.encoders.loading import Backend, ModelKind, open_model
from jobfit.encoders.model_folder import ModelFolder
from jobfit.encoders.torch_backend import Precision
from jobfit.encoders.transformer import TokenEncoder
from jobfit.encoders.windows import batches, stack
from jobfit.errors import ModelError
from jobfit.scorers.base import PersonJob
from jobfit.scorers.licences import Licence, licence_of
from jobfit.scorers.pair_model import PairFacts, find_cross_encoder, load_pair_model
from jobfit.scorers.pair_windows import Aggregate, PairWindower, Passages

Scale = Literal["logit", "probability"]
_OVERLAP = 32  # tokens
_SLICE = 512  # pairs cut into windows at a time: bounds the memory, and leaves enough to sort by length
_LONGEST = 512  # tokens: models that read many thousands are given windows of this size unless more is asked for
_KIND = ModelKind(load_pair_model, PairFacts.from_json, rows_apart=True)


class CrossEncoderScorer:
    """A cross-encoder behind the :class:`~jobfit.scorers.base.Scorer` protocol; the vacancy is read first.

    The score of a pair is the model's logit (with two labels the log-odds of the second), or with ``scale``
    "probability" σ(logit / T), where T is the temperature kept in the folder (1 without one). A pair that fits the
    window has the score of ``sentence_transformers.CrossEncoder.predict``; of a longer one the CV is read in passages
    (:class:`~jobfit.scorers.pair_windows.Passages`), whose scores are aggregated before σ. ``cut_vacancies`` counts
    the pairs so far in which the end of the vacancy found no room.
    """

    def __init__(
        self, folder: ModelFolder, facts: PairFacts, tokens: TokenEncoder, passages: Passages, scale: Scale = "logit"
    ) -> None:
        if scale not in ("logit", "probability"):
            raise ModelError(f"unknown scale {scale!r}; choose logit or probability")
        self._facts, self._tokens, self.passages, self.scale = facts, tokens, passages, scale
        self.licence: Licence = licence_of(folder.path)
        self.name = folder.name
        self.cut_vacancies = 0
        self._windower = PairWindower(facts.tokenizer, passages, facts.frame, facts.typed)
        settings = {
            "folder": folder.sha256,
            "precision": tokens.precision,
            "passages": [passages.max_tokens, passages.overlap, passages.aggregate],
            "scale": scale,
        }
        digest = hashlib.sha256(json.dumps(settings, sort_keys=True).encode()).hexdigest()
        self.fingerprint = f"{folder.name}-{tokens.precision}-{passages.max_tokens}-{digest[:16]}"

    def score(self, pairs: Sequence[PersonJob], *, on_progress: OnProgress = no_progress) -> NDArray[np.float64]:
        """Score as the protocol says; equal pairs of texts once.

        Raises:
            InputError: a text is empty. ModelError: the model fails or gives a value that is not finite.
        """
        check_texts([document for pair in pairs for document in (pair.vacancy, pair.candidate)])
        texts = list(dict.fromkeys((pair.vacancy.text, pair.candidate.text) for pair in pairs))
        found: dict[tuple[str, str], float] = {}
        for start in range(0, len(texts), _SLICE):
            part = texts[start : start + _SLICE]
            found |= zip(part, self._score_texts(part), strict=True)
            on_progress(min(start + _SLICE, len(texts)) * len(pairs) // len(texts), len(pairs))
        scores = np.array([found[pair.vacancy.text, pair.candidate.text] for pair in pairs], dtype=np.float64)
        if self.scale == "probability":
            scores = 1 / (1 + np.exp(-np.clip(scores / self._facts.temperature, -700, 700)))
        return scores

    def _score_texts(self, texts: Sequence[tuple[str, str]]) -> list[float]:
        cut = [self._windower.cut(vacancy, candidate) for vacancy, candidate in texts]
        self.cut_vacancies += sum(one.cut_first for one in cut)
        windows = [window for one in cut for window in one.windows]
        outputs = np.empty((len(windows), self._facts.labels), dtype=np.float64)
        for positions in batches(windows):
            batch = stack([windows[position] for position in positions], self._facts.pad_id, self._facts.limit)
            outputs[positions] = self._tokens.encode(*batch)
        scores = outputs[:, -1] - outputs[:, 0] if self._facts.labels == 2 else outputs[:, 0]
        if not np.isfinite(scores).all():
            raise ModelError(f"{self.name} gave a score that is not finite; its weights are damaged or overflow")
        starts = np.cumsum([0, *(len(one.windows) for one in cut[:-1])])
        if self.passages.aggregate == "mean":
            sums = np.add.reduceat(scores, starts)
            return list(sums / np.array([len(one.windows) for one in cut]))
        return list(np.maximum.reduceat(scores, starts))


def load_cross_encoder(
    name: str | Path,
    *,
    graphs: Path | None = None,
    backend: Backend = "auto",
    precision: Precision = "auto",
    max_tokens: int | None = None,
    aggregate: Aggregate = "max",
    scale: Scale = "logit",
    on_convert: Callable[[str], None] = lambda name: None,
    on_warning: Callable[[str], None] = lambda text: None,
) -> CrossEncoderScorer:
    """Return the cross-encoder in the local folder ``name``; see :mod:`jobfit.scorers.pair_model` for what can be read.

    graphs:     a folder in which the converted model is kept; a later start does not import torch.
    backend, precision: as :func:`~jobfit.encoders.loading.load_encoder`.
    max_tokens: the window; the model's own where ``None``, but at most 512.
    aggregate:  ``max``, ``first`` or ``mean`` over the passages of a CV that is longer than the window.
    scale:      ``logit`` or ``probability``.
    on_convert: called with the model's name before it is converted.
    on_warning: called with a sentence where the licence is unknown or forbids commercial use.

    Raises:
        ModelError: it is no such folder, is not whole, would run code of its own, or reads fewer tokens.
    """
    folder = find_cross_encoder(name)
    kept = None if graphs is None else GraphStore(Path(graphs))
    facts, tokens = open_model(folder, _KIND, backend, precision, kept, partial(on_convert, folder.name))
    window = min(facts.max_tokens, _LONGEST) if max_tokens is None else max_tokens
    if window > facts.limit:
        raise ModelError(f"{folder.name} reads at most {facts.limit} tokens at a time; max_tokens is {window}")
    passages = Passages(window, min(_OVERLAP, window // 4), aggregate)
    scorer = CrossEncoderScorer(folder, facts, tokens, passages, scale)
    if scorer.licence.warning:
        on_warning(f"{folder.name}: {scorer.licence.warning}")
    return scorer
