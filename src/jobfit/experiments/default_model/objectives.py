"""The two objectives of the mixture: texts that belong to one concept, and texts whose similarities are to stay."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray
from torch import Tensor, from_numpy

from jobfit.errors import InputError
from jobfit.training.loop.objective import Objective, Vectors, each_once
from jobfit.training.losses.contrastive import keep_similarities, two_sided_loss

TEXT = "t:"
"""What stands before a text where it is its own key."""
Concepts = Mapping[str, frozenset[str]]
"""The concepts that each text speaks of."""


@dataclass(frozen=True, slots=True)
class Example:
    """A text and those of the other side that fit it; one of them is drawn each time.

    ``concept``: what it was drawn for; ``group``: of concepts that are alike.
    """

    left: str
    right: tuple[str, ...]
    concept: str = ""
    group: str = ""


@dataclass(frozen=True, slots=True)
class Guide:
    """Another encoder's unit vectors of the texts: what it takes for more alike than the right pair is no negative.

    A pair of a batch that no source knows to be right is left out where its cosine plus ``margin`` is above those of
    both right pairs that it would be held against (Solatorio 2024, GISTEmbed, arXiv 2402.16829).
    """

    rows: Mapping[str, int]
    vectors: NDArray[np.float32]
    margin: float = 0.0

    def too_alike(self, left: Sequence[str], right: Sequence[str]) -> NDArray[np.bool_]:
        """Return (b, b), true where left text and right text of other rows are more alike than their own pairs."""
        cosines = self._of(left) @ self._of(right).T
        own = np.diagonal(cosines)
        return cosines + self.margin > np.maximum(own[:, None], own[None, :])

    def _of(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self.vectors[[self.rows[text] for text in texts]]


@dataclass(frozen=True, slots=True)
class TextPairs:
    """Texts that go together, row by row; a text is its own id."""

    left: tuple[str, ...]
    right: tuple[str, ...]

    @property
    def examples(self) -> list[str]:
        return [f"{left[:40]} + {right[:40]}" for left, right in zip(self.left, self.right, strict=True)]

    @property
    def texts(self) -> tuple[str, ...]:
        return each_once(_keys(self.left), _keys(self.right))


class PairObjective(Objective[TextPairs]):
    """Pairs of texts against the other pairs of the batch, both ways (ConFit v2's equation 1).

    ``left`` and ``right`` say which concepts each text speaks of: two texts that share one are never each other's
    negative, nor are two of the same words, nor two that the ``guide`` takes for too alike. ``near``: so many examples
    of a batch are of one group, of other concepts where it has as many: hard negatives.
    """

    def __init__(
        self, examples: Sequence[Example], left: Concepts, right: Concepts, temperature: float = 0.05, near: int = 1,
        guide: Guide | None = None,
    ) -> None:  # fmt: skip
        if len(examples) < 2:
            raise InputError(f"{len(examples)} pairs: two or more are needed, each is the other's negative")
        if empty := next((one.left for one in examples if not one.right), None):
            raise InputError(f"the text {empty[:60]!r} has no text to go with")
        self._examples, self._left, self._right = tuple(examples), left, right
        self._temperature, self._near, self._guide = temperature, near, guide

    def __len__(self) -> int:
        return len(self._examples)

    def dealt(self, generator: np.random.Generator) -> NDArray[np.intp]:
        order = super().dealt(generator)
        if self._near == 1:
            return order
        seen: Counter[str] = Counter()
        place = []
        for i in order:  # of each concept one text, then of each a second one
            place.append((self._examples[i].group, seen[self._examples[i].concept]))
            seen[self._examples[i].concept] += 1
        beside = order[sorted(range(len(order)), key=place.__getitem__)]
        runs = [beside[start : start + self._near] for start in range(0, len(beside), self._near)]
        return np.concatenate([runs[i] for i in generator.permutation(len(runs))])

    def texts(self) -> Mapping[str, str]:
        both = {text for one in self._examples for text in (one.left, *one.right)}
        return {TEXT + text: text for text in sorted(both)}

    def facts(self) -> Mapping[str, object]:
        digest = sha256()
        for one in self._examples:
            digest.update(repr((one, sorted(self._left[one.left]))).encode("utf-8", "surrogatepass"))
        for text in sorted(self._right):
            digest.update(repr((text, sorted(self._right[text]))).encode("utf-8", "surrogatepass"))
        if self._guide:
            digest.update(repr(self._guide.margin).encode() + np.ascontiguousarray(self._guide.vectors).tobytes())
        return {
            "objective": "pairs", "temperature": self._temperature, "near": self._near, "examples": digest.hexdigest(),
        }  # fmt: skip

    def batch(self, chosen: NDArray[np.intp], generator: np.random.Generator) -> TextPairs:
        rows = [self._examples[i] for i in chosen]
        drawn = [one.right[generator.integers(len(one.right))] for one in rows]
        return TextPairs(tuple(one.left for one in rows), tuple(drawn))

    def loss(self, vectors: Vectors, batch: TextPairs) -> Tensor:
        left, right = vectors(_keys(batch.left)), vectors(_keys(batch.right))
        left_out = self.fits(batch)
        if self._guide:
            left_out |= self._guide.too_alike(batch.left, batch.right)
        return two_sided_loss(left, right, known=from_numpy(left_out), temperature=self._temperature)

    def fits(self, batch: TextPairs) -> NDArray[np.bool_]:
        """Return (b, b), true where row's left text and column's right text share a concept or are the same words."""
        right = [(self._right[text], _words(text)) for text in batch.right]
        left = [(self._left[text], _words(text)) for text in batch.left]
        return np.array(
            [[not a.isdisjoint(b) or mine == theirs for b, theirs in right] for a, mine in left], dtype=bool
        )


def _keys(texts: Sequence[str]) -> list[str]:
    return [TEXT + text for text in texts]


def _words(text: str) -> str:
    return " ".join(text.split()).casefold()


@dataclass(frozen=True, slots=True)
class KeptTexts:
    kept: tuple[str, ...]
    rows: NDArray[np.intp]

    @property
    def examples(self) -> list[str]:
        return [text[:40] for text in self.kept]

    @property
    def texts(self) -> tuple[str, ...]:
        return each_once(_keys(self.kept))


class KeepObjective(Objective[KeptTexts]):
    """Texts whose cosines with each other are to stay what they are for ``reference`` (n, d), one row for each text."""

    def __init__(self, texts: Sequence[str], reference: NDArray[np.float32]) -> None:
        if len(texts) < 2 or len(reference) != len(texts):
            raise InputError(f"{len(texts)} texts to keep and {len(reference)} vectors of the reference")
        self._all, self._reference = tuple(texts), reference

    def __len__(self) -> int:
        return len(self._all)

    def texts(self) -> Mapping[str, str]:
        return {TEXT + text: text for text in self._all}

    def facts(self) -> Mapping[str, object]:
        digest = sha256("\0".join(self._all).encode("utf-8", "surrogatepass"))
        digest.update(np.ascontiguousarray(self._reference).tobytes())
        return {"objective": "keep", "reference": digest.hexdigest()}

    def batch(self, chosen: NDArray[np.intp], generator: np.random.Generator) -> KeptTexts:
        return KeptTexts(tuple(self._all[i] for i in chosen), chosen)

    def loss(self, vectors: Vectors, batch: KeptTexts) -> Tensor:
        return keep_similarities(vectors(_keys(batch.kept)), from_numpy(self._reference[batch.rows]))
