"""What an expert reads of a pair: the layers of the two profiles, compared, and the cosine of both texts.

The product of both texts' vectors, number by number, is no part of it: with some thousand pairs it is learnt by heart
(docs/experts.md).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from jobfit.documents.render import render
from jobfit.encoders.base import Encoder
from jobfit.errors import InputError
from jobfit.policy.ledger import compare
from jobfit.records import Candidate, Layer, RequirementKind, Vacancy, layer_of
from jobfit.scorers.pair_prompts import QUESTIONS, SYSTEM, PairPrompt
from jobfit.shortlist import LedgerLine, Status
from jobfit.training.pair_facts import NUMBERS, pair_numbers

Rows = NDArray[np.float32]
_COMPARED = tuple(layer for layer in Layer if layer is not Layer.IDENTITY)
SCHEMA = (
    *(f"{group}: {what}" for group in ("must", "nice", "wish") for what in (*(str(s) for s in Status), "how many")),
    *(f"{layer}: {what}" for layer in _COMPARED for what in ("score", "known")),
    *(f"{number}{what}" for number in NUMBERS for what in ("", ": known")),
)
"""The columns of :func:`schema_features`: unknown has one of its own, and is neither met nor missing."""


def schema_features(candidate: Candidate, vacancy: Vacancy, today: date | None = None) -> NDArray[np.float32]:
    """Return the columns :data:`SCHEMA` of a pair, from the lines of :func:`jobfit.policy.ledger.compare`.

    Of the vacancy's musts, its nice-to-haves and the candidate's wishes: shares met, missing, unknown, and log(1 +
    lines); all 0 without lines. Of each layer: the mean score of the lines that have one, and their share. Last the
    :func:`~jobfit.training.pair_facts.pair_numbers`, 0 where they are not known, each with 1 where it is. When one can
    begin is left out: it depends on the day on which it is asked, and a log is of other days.
    ``today``: as for :func:`jobfit.policy.ledger.check`.
    """
    today = today or date.today()
    groups, layers = _compared(candidate, vacancy, today)
    numbers = pair_numbers(candidate.profile, vacancy.profile, today)
    values = [
        *(value for group in ("must", "nice", "wish") for value in _shares(groups[group])),
        *(value for layer in _COMPARED for value in _scores(layers[layer])),
        *(value for number in numbers for value in ((0.0, 0.0) if math.isnan(number) else (number, 1.0))),
    ]
    return np.array(values, dtype=np.float32)


def schema_words(candidate: Candidate, vacancy: Vacancy, today: date) -> str:
    """Return what :func:`schema_features` counts as a line of words; what is not known is left out.

    >>> from jobfit.records import Source
    >>> sides = [kind(kind.__name__, "A text.", "en", Source("a.txt", "text", "")) for kind in (Candidate, Vacancy)]
    >>> schema_words(*sides, date(2026, 1, 1))
    'Compared by rules: nothing could be compared.'
    """
    groups, layers = _compared(candidate, vacancy, today)
    counts = {name: Counter(str(line.status) for line in groups[name]) for name in ("must", "nice", "wish")}
    told = [
        f"{name} {', '.join(f'{n} {what}' for what, n in count.items())}" for name, count in counts.items() if count
    ]
    for layer, lines in layers.items():
        score, known = _scores(lines)
        told += [f"{layer} {score:.1f}"] if known else []
    numbers = zip(NUMBERS, pair_numbers(candidate.profile, vacancy.profile, today))
    told += [f"{name} {number:.1f}" for name, number in numbers if not math.isnan(number)]
    return f"Compared by rules: {'; '.join(told) or 'nothing could be compared'}."


def _compared(
    candidate: Candidate, vacancy: Vacancy, today: date
) -> tuple[dict[str, list[LedgerLine]], dict[Layer, list[LedgerLine]]]:
    """The lines of a pair by what they are about, and by layer."""
    groups: dict[str, list[LedgerLine]] = {"must": [], "nice": [], "wish": [], "": []}
    layers: dict[Layer, list[LedgerLine]] = {layer: [] for layer in _COMPARED}
    for line in compare(candidate, vacancy, today):
        of = line.requirement
        if of.kind is RequirementKind.START:
            continue
        layers[layer_of(of.kind)].append(line)
        of_pair = of.kind in (RequirementKind.OCCUPATION, RequirementKind.DISTANCE)
        groups["" if of_pair else "wish" if of.id.startswith("wish:") else str(of.importance)].append(line)
    return groups, layers


def _scores(lines: Iterable[LedgerLine]) -> tuple[float, float]:
    scores = [line.score for line in lines]
    known = [score for score in scores if score is not None]
    return (math.fsum(known) / len(known), len(known) / len(scores)) if known else (0.0, 0.0)


def _shares(lines: Iterable[LedgerLine]) -> list[float]:
    statuses = [line.status for line in lines]
    return [*(statuses.count(s) / max(1, len(statuses)) for s in Status), math.log1p(len(statuses))]


def expert_features(cosines: Rows, schema: Rows) -> Rows:
    """Return the features (p, len(SCHEMA) + 1) of p pairs: the schema's columns, and the cosine of both texts (p,).

    Raises:
        InputError: not as many rows of each.
    """
    if len(schema) != len(cosines):
        raise InputError(f"{len(cosines)} cosines and {len(schema)} rows of schema")
    return np.concatenate([schema, cosines[:, None]], axis=1, dtype=np.float32)


class Reader(Protocol):
    """What gives experts of one kind what they read of pairs."""

    @property
    def reads(self) -> tuple[str, ...]: ...
    def features(self, pairs: Sequence[tuple[str, str]], /) -> NDArray[Any]: ...


class PairReader:
    """Features of pairs by id: every text is encoded once, masked, as a search encodes it."""

    reads = SCHEMA

    def __init__(
        self, encoder: Encoder, candidates: Iterable[Candidate], vacancies: Iterable[Vacancy], today: date
    ) -> None:
        self.candidates = {one.id: one for one in candidates}
        self.vacancies = {one.id: one for one in vacancies}
        self.today = today
        people = encoder.encode([render(one) for one in self.candidates.values()], "document")
        openings = encoder.encode([render(one) for one in self.vacancies.values()], "query")
        self._rows = {i: row for row, i in enumerate(people.ids)}, {i: row for row, i in enumerate(openings.ids)}
        self.vectors = people.vectors, openings.vectors

    def cosines(self, pairs: Sequence[tuple[str, str]]) -> Rows:
        """Return the cosines (p,) of both texts."""
        rows, columns = ([of[pair[side]] for pair in pairs] for side, of in enumerate(self._rows))
        return np.einsum("pd,pd->p", self.vectors[0][rows], self.vectors[1][columns])

    def features(self, pairs: Sequence[tuple[str, str]]) -> Rows:
        """Return the features of pairs; see :func:`expert_features`."""
        rows = [schema_features(self.candidates[c], self.vacancies[v], self.today) for c, v in pairs]
        table = np.array(rows, dtype=np.float32).reshape(len(pairs), len(SCHEMA))
        return expert_features(self.cosines(pairs), table)


class PromptReader:
    """Prompts of pairs by id, for a language model: both masked texts and what the rules found. No id is in them."""

    reads = (SYSTEM, *QUESTIONS)

    def __init__(self, candidates: Iterable[Candidate], vacancies: Iterable[Vacancy], today: date) -> None:
        self.candidates = {one.id: one for one in candidates}
        self.vacancies = {one.id: one for one in vacancies}
        self.today = today
        sides = self.candidates, self.vacancies
        self._texts: tuple[dict[str, str], ...] = tuple({i: render(one).text for i, one in s.items()} for s in sides)

    def features(self, pairs: Sequence[tuple[str, str]]) -> NDArray[np.object_]:
        """Return a :class:`PairPrompt` (p,) for each pair."""
        found = np.empty(len(pairs), dtype=object)
        for row, (c, v) in enumerate(pairs):
            facts = schema_words(self.candidates[c], self.vacancies[v], self.today)
            found[row] = PairPrompt(self._texts[1][v], self._texts[0][c], facts)
        return found
