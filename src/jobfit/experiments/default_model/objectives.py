"""The two objectives of the mixture: texts that belong to one concept, and texts whose similarities are to stay."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray
from torch import Tensor, from_numpy

from jobfit.errors import InputError
from jobfit.training.loop.objective import Batch, Vectors
from jobfit.training.losses.contrastive import two_sided_loss
from jobfit.training.losses.similarity import keep_similarities

TEXT = "t:"
"""What stands before a text where it is its own key."""
Concepts = Mapping[str, frozenset[str]]
"""The concepts that each text speaks of."""


@dataclass(frozen=True, slots=True)
class Example:
    """A text and those of the other side that fit it; one of them is drawn each time."""

    left: str
    right: tuple[str, ...]


class PairObjective:
    """Pairs of texts against the other pairs of the batch, both ways (ConFit v2's equation 1).

    ``left`` and ``right`` say which concepts each text speaks of: two texts that share one are never each other's
    negative, nor are two of the same words.

    Raises:
        InputError: fewer than two examples, or an example without a text to draw.
    """

    def __init__(self, examples: Sequence[Example], left: Concepts, right: Concepts, temperature: float = 0.05) -> None:
        """Train on ``examples``."""
        if len(examples) < 2:
            raise InputError(f"{len(examples)} pairs: two or more are needed, each is the other's negative")
        if empty := next((one.left for one in examples if not one.right), None):
            raise InputError(f"the text {empty[:60]!r} has no text to go with")
        self._examples, self._left, self._right = tuple(examples), left, right
        self._temperature = temperature

    def __len__(self) -> int:
        """Return the number of examples."""
        return len(self._examples)

    def texts(self) -> Mapping[str, str]:
        """Every text of both sides, by itself."""
        both = {text for one in self._examples for text in (one.left, *one.right)}
        return {TEXT + text: text for text in sorted(both)}

    def facts(self) -> Mapping[str, object]:
        """The temperature, and the digest of examples and concepts."""
        digest = sha256()
        for one in self._examples:
            digest.update(repr((one, sorted(self._left[one.left]))).encode("utf-8", "surrogatepass"))
        for text in sorted(self._right):
            digest.update(repr((text, sorted(self._right[text]))).encode("utf-8", "surrogatepass"))
        return {"objective": "pairs", "temperature": self._temperature, "examples": digest.hexdigest()}

    def batch(self, chosen: NDArray[np.intp], generator: np.random.Generator) -> Batch:
        """The chosen texts, each with one of its others."""
        rows = [self._examples[i] for i in chosen]
        drawn = [one.right[generator.integers(len(one.right))] for one in rows]
        used = {"left": tuple(TEXT + one.left for one in rows), "right": tuple(TEXT + text for text in drawn)}
        texts = tuple(dict.fromkeys((*used["left"], *used["right"])))
        return Batch(tuple(f"{one.left[:40]} + {text[:40]}" for one, text in zip(rows, drawn)), texts, used)

    def loss(self, batch: Batch, vectors: Vectors) -> Tensor:
        """Return equation 1 with false negatives left out."""
        return two_sided_loss(
            vectors("left"), vectors("right"), known=from_numpy(self.fits(batch)), temperature=self._temperature
        )

    def fits(self, batch: Batch) -> NDArray[np.bool_]:
        """Return (b, b), true where row's left text and column's right text share a concept or are the same words."""
        left, right = ([key[len(TEXT) :] for key in batch.used[side]] for side in ("left", "right"))
        of_left, of_right = [self._left[text] for text in left], [self._right[text] for text in right]
        same = [[not a.isdisjoint(b) for b in of_right] for a in of_left]
        words = [[_words(a) == b for b in map(_words, right)] for a in left]
        return np.array(same, dtype=bool) | np.array(words, dtype=bool)


def _words(text: str) -> str:
    return " ".join(text.split()).casefold()


class KeepObjective:
    """Texts whose cosines with each other are to stay what they are for ``reference`` (n, d), one row for each text."""

    def __init__(self, texts: Sequence[str], reference: NDArray[np.float32]) -> None:
        """Hold the similarities of ``texts``.

        Raises:
            InputError: fewer than two texts, or another number of rows.
        """
        if len(texts) < 2 or len(reference) != len(texts):
            raise InputError(f"{len(texts)} texts to keep and {len(reference)} vectors of the reference")
        self._all, self._reference = tuple(texts), reference

    def __len__(self) -> int:
        """Return the number of texts."""
        return len(self._all)

    def texts(self) -> Mapping[str, str]:
        """The texts, by themselves."""
        return {TEXT + text: text for text in self._all}

    def facts(self) -> Mapping[str, object]:
        """The digest of the texts and of the reference's vectors."""
        digest = sha256("\0".join(self._all).encode("utf-8", "surrogatepass"))
        digest.update(np.ascontiguousarray(self._reference).tobytes())
        return {"objective": "keep", "reference": digest.hexdigest()}

    def batch(self, chosen: NDArray[np.intp], generator: np.random.Generator) -> Batch:
        """The chosen texts; nothing is drawn."""
        keys = tuple(TEXT + self._all[i] for i in chosen)
        places = tuple(str(int(i)) for i in chosen)
        return Batch(tuple(key[:40] for key in keys), tuple(dict.fromkeys(keys)), {"texts": keys, "places": places})

    def loss(self, batch: Batch, vectors: Vectors) -> Tensor:
        """Return the mean squared difference of the cosines from the reference's."""
        rows = [int(place) for place in batch.used["places"]]
        return keep_similarities(vectors("texts"), from_numpy(self._reference[rows]))
