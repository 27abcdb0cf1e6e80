"""START HERE: Linker maps titles, or mentions of skills, to the concepts of a taxonomy, or to no match."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from jobfit.errors import InputError
from jobfit.ordering import order
from jobfit.taxonomy.linking.candidates import FEATURES, Candidates, Encode, Readings, compare, nearest, unit
from jobfit.taxonomy.linking.labels import Bag, Labels, Profiles
from jobfit.taxonomy.linking.mentions import forms
from jobfit.taxonomy.linking.model import Kind, Model, shipped
from jobfit.taxonomy.linking.translation import WordTable
from jobfit.taxonomy.model import Taxonomy

_BATCH = 512  # mentions compared at a time
_NEAREST = 60  # labels that are compared for each reading of a mention
_DENSE = 20  # concepts that an encoder adds to them


@dataclass(frozen=True, slots=True)
class Match:
    """A concept: its id, the calibrated probability that it is what was meant, and the label that was nearest."""

    id: str
    score: float
    label: str


@dataclass(frozen=True, slots=True)
class Link:
    """What a mention means: ``best`` at or above the threshold, or ``None`` for no match.

    ``alternatives`` are the next concepts, best first; without a match they begin with the concept that was too
    unlikely. Empty where no label shares anything with the mention.
    """

    mention: str
    best: Match | None
    alternatives: tuple[Match, ...]


class Linker:
    """The labels of one kind of concept, indexed for linking.

    taxonomy: whose ``occupations`` or ``skills`` are linked to.
    encode:   texts to vectors (n, d), or ``None`` for words and character n-grams alone. It adds candidates, and a
              feature whose weight was fitted with all-MiniLM-L6-v2.
    words:    a table from words of another language to words of the labels, for mentions in a language that the
              taxonomy has no labels in.

    Raises:
        InputError: the kind is neither ``occupation`` nor ``skill``, or the taxonomy has none of it.

    >>> from jobfit.taxonomy.compact import load_compact
    >>> linker = Linker(load_compact())
    >>> link, = linker.link(["Développeuse web (H/F) - Nantes"], "fr")
    >>> link.best.id, link.best.label
    ('web-developer', 'développeur web')
    >>> linker.link(["something else entirely"], "en")[0].best is None
    True
    """

    def __init__(
        self,
        taxonomy: Taxonomy,
        kind: Kind = "occupation",
        encode: Encode | None = None,
        words: WordTable | None = None,
    ) -> None:
        if kind not in ("occupation", "skill"):
            raise InputError(f"cannot link to {kind!r}; choose occupation or skill")
        self.taxonomy, self.kind, self.encode, self.words = taxonomy, kind, encode, words
        self.terms = taxonomy.occupations if kind == "occupation" else taxonomy.skills
        if not self.terms:
            raise InputError(f"taxonomy {taxonomy.version} has no {kind}s to link to")
        self.labels = Labels(self.terms)
        self._profiles: dict[str | None, Profiles] = {}

    def link(
        self, mentions: Sequence[str], language: str | None = None, k: int = 5, threshold: float | None = None
    ) -> list[Link]:
        """Return one link per mention, in their order, each with at most ``k`` concepts in all.

        language:  two letters; labels in it are read, and those of concepts without one. A language that the taxonomy
                   does not have, or ``None``: all labels are read.
        threshold: the smallest score that is a match; the calibrated one where ``None``.

        Equal scores are ordered as everywhere (:mod:`jobfit.ordering`). An empty mention has no match and no
        alternatives.

        Raises:
            InputError: ``k`` is below 1, or the threshold is not between 0 and 1.
        """
        if k < 1:
            raise InputError(f"k must be 1 or more, not {k}")
        model = self.model(language)
        cut = model.threshold if threshold is None else threshold
        if not 0 <= cut <= 1:
            raise InputError(f"a threshold is between 0 and 1, not {cut}")
        links = []
        for start in range(0, len(mentions), _BATCH):
            batch = mentions[start : start + _BATCH]
            candidates = self.candidates(batch, language)
            concepts = candidates.best(model.scores(candidates.features)).by_mention(len(batch))
            links += [self._link(mention, mine, model, k, cut) for mention, mine in zip(batch, concepts)]
        return links

    def model(self, language: str | None) -> Model:
        """Return the weights, calibration and threshold that mentions in ``language`` are read with."""
        return shipped(self.kind, "translated" if self._translates(language) else language or "en", bool(self.encode))

    def candidates(self, mentions: Sequence[str], language: str | None = None) -> Candidates:
        """Return the compared candidates of ``mentions``: what weights and calibrations are fitted on.

        A mention without words has none.
        """
        words = self.words if self._translates(language) else None
        if words:
            language = words.target
        known = (lambda word: True) if words else self.labels.space.words.__contains__
        bags: list[Bag] = []
        owners: list[int] = []
        for owner, mention in enumerate(mentions):
            for form in forms(mention, known):
                bags.append(words.translate(form) if words else dict.fromkeys(form, 1.0))
                owners.append(owner)
        readings = Readings(self.labels, bags, owners)
        reading, row = nearest(self.labels, self.labels.view(language), readings, _NEAREST)
        similar = unit(self.encode, mentions) @ self._vectors.T if self.encode else None
        if similar is not None:
            k = min(_DENSE, similar.shape[1])
            read_mentions, first = np.unique(readings.owner, return_index=True)
            top = np.argpartition(-similar, k - 1, axis=1)[read_mentions, :k]
            nearest_rows = self.labels.preferred_row[top].ravel()
            pairs = np.column_stack([[*reading, *np.repeat(first, k)], [*row, *nearest_rows]])
            reading, row = np.unique(pairs.astype(np.int64), axis=0).T
        features = compare(self.labels, readings, reading, row)
        concept, mention_of = self.labels.owner[row], readings.owner[reading]
        features[:, FEATURES.index("profile")] = self.profiles(language).cosines(bags, reading, concept)
        if similar is not None:
            features[:, FEATURES.index("dense")] = similar[mention_of, concept]
        return Candidates(mention_of, row, concept, features)

    def _link(self, mention: str, found: Candidates, model: Model, k: int, threshold: float) -> Link:
        scores = model.scores(found.features)
        chances = model.probabilities(scores, found.features)
        ids = [self.labels.ids[concept] for concept in found.concept]
        top = order(mention, ids, scores, k)
        matches = tuple(Match(ids[i], float(chances[i]), self.labels.text[found.row[i]]) for i in top)
        if matches and matches[0].score >= threshold:
            return Link(mention, matches[0], matches[1:])
        return Link(mention, None, matches)

    def _translates(self, language: str | None) -> bool:
        return self.words is not None and self.words.source == language and language not in self.labels.languages

    def profiles(self, language: str | None) -> Profiles:
        """Return what the concepts are about, in ``language`` where the taxonomy has labels in it."""
        key = language if language in self.labels.languages else None
        if key not in self._profiles:
            self._profiles[key] = Profiles(self.labels, list(self.terms.values()), self.taxonomy.skills, key)
        return self._profiles[key]

    @cached_property
    def _vectors(self) -> NDArray[np.float32]:
        assert self.encode is not None
        return unit(self.encode, [self.labels.text[row] for row in self.labels.preferred_row])
