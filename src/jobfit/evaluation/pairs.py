"""Scored pairs with a yes-or-no label, their files, and bootstrap intervals that resample whole queries.

Files of scored pairs and scored preferences are CSV with a header, or JSON Lines; one row per pair."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray

from jobfit.artifacts import csv_rows
from jobfit.errors import InputError
from jobfit.evaluation.alignment import ScoredPreference
from jobfit.evaluation.datasets.rows import json_lines
from jobfit.evaluation.statistics import Estimate, resampled_counts

Pair = tuple[str, str]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ScoredPairs:
    """Labelled pairs and one system's scores: ``labels`` and ``scores`` of shape (n,). Build it with :meth:`of`.

    A pair is (query id, document id). ``query`` numbers the pair's query from 0: the pairs of one query share their
    vacancy (or candidate) and are not independent, so that intervals resample queries, not pairs.
    """

    pairs: tuple[Pair, ...]
    labels: NDArray[np.bool_]
    scores: Floats
    query: NDArray[np.int64]

    @classmethod
    def of(cls, pairs: Sequence[Pair], labels: ArrayLike, scores: ArrayLike) -> ScoredPairs:
        """Check and build.

        Raises:
            InputError: no pair, lengths that differ, a pair twice, a label other than 0 and 1, or a score that is not a
                finite number (a pair without a score cannot be classified: score it or leave it out on purpose).
        """
        given, values = np.asarray(labels), np.asarray(scores, dtype=np.float64)
        if not len(pairs) == given.size == values.size:
            raise InputError(f"{len(pairs)} pairs need a label and a score each, not {given.size} and {values.size}")
        if not pairs:
            raise InputError("no labelled pair: nothing to evaluate")
        seen: set[Pair] = set()
        for pair, label, value in zip(pairs, given.tolist(), values.tolist()):
            if pair in seen:
                raise InputError(f"pair {pair!r} occurs twice: its label would count twice")
            if label not in (0, 1):
                raise InputError(f"pair {pair!r}: label {label!r} is neither 0 nor 1; leave censored pairs out")
            if not np.isfinite(value):
                raise InputError(f"pair {pair!r}: score {value!r} is not a finite number")
            seen.add(pair)
        numbers: dict[str, int] = {}
        query = np.array([numbers.setdefault(query_id, len(numbers)) for query_id, _ in pairs])
        return cls(tuple((q, d) for q, d in pairs), given.astype(bool), values, query)

    def __len__(self) -> int:
        return len(self.pairs)

    @property
    def queries(self) -> int:
        return int(self.query.max()) + 1

    @property
    def positives(self) -> int:
        return int(self.labels.sum())

    @property
    def prevalence(self) -> float:
        return float(self.labels.mean())

    def per_query(self) -> NDArray[np.int64]:
        return np.bincount(self.query)

    def check_probabilities(self) -> None:
        """Refuse a score outside [0, 1]; the message says when it looks like a percentage."""
        outside = np.flatnonzero((self.scores < 0) | (self.scores > 1))
        if outside.size:
            first = int(outside[0])
            percentages = self.scores.min() >= 0 and self.scores.max() > 2
            advice = (
                "They look like percentages: divide by 100" if percentages else "Calibrate cosines and logits first"
            )
            raise InputError(
                f"pair {self.pairs[first]!r}: score {self.scores[first]:g} is not a probability in [0, 1]; "
                f"{outside.size} of {len(self)} are not. {advice}."
            )


def intervals(
    scored: ScoredPairs,
    values: Mapping[str, float | None],
    resample: Callable[[Floats], Mapping[str, Floats]],
    seed: int,
) -> dict[str, Estimate]:
    """Put a 95 % percentile interval beside each value by resampling whole queries (2,000 times).

    ``resample`` takes weights of shape (b, queries), how often each query was drawn, and returns b values of each
    measure, NaN where undefined; those are left out of the quantiles. Fewer than two queries, or an undefined value,
    have no interval. ``n`` of each estimate is the number of pairs.
    """
    drawn: dict[str, list[Floats]] = {name: [] for name in values}
    if scored.queries > 1:
        for weights in resampled_counts(scored.queries, len(scored), seed):
            for name, found in resample(weights).items():
                drawn[name].append(found)
    return {name: _estimate(value, drawn[name], len(scored)) for name, value in values.items()}


def _estimate(value: float | None, drawn: Sequence[Floats], n: int) -> Estimate:
    defined = np.concatenate(drawn) if drawn else np.empty(0)
    defined = defined[~np.isnan(defined)]
    if value is None or not defined.size:
        return Estimate(value, None, None, n)
    low, high = np.quantile(defined, (0.025, 0.975))
    return Estimate(value, float(low), float(high), n)


PAIR_COLUMNS = ("query_id", "document_id", "label", "score")
PREFERENCE_COLUMNS = ("query_id", "preferred", "score_a", "score_b")


def read_scored_pairs(path: Path) -> ScoredPairs:
    """Read ``query_id``, ``document_id``, ``label`` (0 or 1) and ``score``; other columns are ignored.

    Raises:
        InputError: the file cannot be read, lacks a column, or holds a value that is not a number, a label other than 0
            and 1, or a pair twice. The message names file and line, or the pair.
    """
    pairs, labels, scores = [], [], []
    for place, row in _rows(path, PAIR_COLUMNS):
        label = _number(row, "label", place)
        if label not in (0, 1):
            raise InputError(f"{place}: label {row['label']!r} is neither 0 nor 1; leave censored pairs out")
        pairs.append((_text(row, "query_id", place), _text(row, "document_id", place)))
        labels.append(label)
        scores.append(_number(row, "score", place))
    try:
        return ScoredPairs.of(pairs, labels, scores)
    except InputError as error:
        raise InputError(f"{path}: {error}") from error


def read_scored_preferences(path: Path) -> list[ScoredPreference]:
    """Read ``query_id``, ``preferred`` (A or B), ``score_a``, ``score_b``; perhaps ``length_a`` and ``length_b``."""
    preferences = []
    for place, row in _rows(path, PREFERENCE_COLUMNS):
        lengths = [_length(row, name, place) for name in ("length_a", "length_b")]
        a, b = (_number(row, name, place) for name in ("score_a", "score_b"))
        try:
            preferred = _text(row, "preferred", place)
            preferences.append(ScoredPreference(_text(row, "query_id", place), preferred, a, b, *lengths))
        except InputError as error:
            raise InputError(f"{place}: {error}") from error
    return preferences


def _rows(path: Path, needed: tuple[str, ...]) -> Iterator[tuple[str, Mapping[str, object]]]:
    is_json = path.suffix.lower() in (".jsonl", ".ndjson", ".json")
    for place, row in json_lines(path) if is_json else csv_rows(path, needed):
        if missing := [name for name in needed if row.get(name) is None]:
            raise InputError(f"{place}: no {missing[0]!r}; a row needs {', '.join(needed)}")
        yield place, row


def _text(row: Mapping[str, object], name: str, place: str) -> str:
    value = str(row[name]).strip()
    if not value:
        raise InputError(f"{place}: {name} is empty")
    return value


def _length(row: Mapping[str, object], name: str, place: str) -> int | None:
    if row.get(name) in (None, ""):
        return None
    value = _number(row, name, place)
    if value < 0 or value % 1:
        raise InputError(f"{place}: {name} {row[name]!r} is not a length: a whole number from 0")
    return int(value)


def _number(row: Mapping[str, object], name: str, place: str) -> float:
    value = row[name]
    try:
        if isinstance(value, bool) or (isinstance(value, str) and "_" in value):
            raise ValueError
        return float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        raise InputError(f"{place}: {name} {value!r} is not a number") from None
