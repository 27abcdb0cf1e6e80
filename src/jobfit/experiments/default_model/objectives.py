"""The two objectives of the mixture: texts that belong to one concept, and texts whose similarities are to stay."""

from __future__ import annotations

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
    """A text and those of the other side that fit it; one of them is drawn each time."""

    left: str
    right: tuple[str, ...]


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
    negative, nor are two of the same words.
    """

    def __init__(self, examples: Sequence[Example], left: Concepts, right: Concepts, temperature: float = 0.05) -> None:
        if len(examples) < 2:
            raise InputError(f"{len(examples)} pairs: two or more are needed, each is the other's negative")
        if empty := next((one.left for one in examples if not one.right), None):
            raise InputError(f"the text {empty[:60]!r} has no text to go with")
        self._examples, self._left, self._right = tuple(examples), left, right
        self._temperature = temperature

    def __len__(self) -> int:
        return len(self._examples)

    def texts(self) -> Mapping[str, str]:
        both = {text for one in self._examples for text in (one.left, *one.right)}
        return {TEXT + text: text for text in sorted(both)}

    def facts(self) -> Mapping[str, object]:
        digest = sha256()
        for one in self._examples:
            digest.update(repr((one, sorted(self._left[one.left]))).encode("utf-8", "surrogatepass"))
        for text in sorted(self._right):
            digest.update(repr((text, sorted(self._right[text]))).encode("utf-8", "surrogatepass"))
        return {"objective": "pairs", "temperature": self._temperature, "examples": digest.hexdigest()}

    def batch(self, chosen: NDArray[np.intp], generator: np.random.Generator) -> TextPairs:
        rows = [self._examples[i] for i in chosen]
        drawn = [one.right[generator.integers(len(one.right))] for one in rows]
        return TextPairs(tuple(one.left for one in rows), tuple(drawn))

    def loss(self, vectors: Vectors, batch: TextPairs) -> Tensor:
        left, right = vectors(_keys(batch.left)), vectors(_keys(batch.right))
        return two_sided_loss(left, right, known=from_numpy(self.fits(batch)), temperature=self._temperature)

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
