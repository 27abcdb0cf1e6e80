"""The scorer protocol: pairs of a candidate and a vacancy to scores."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from jobfit.records import Document, Kind


@dataclass(frozen=True, slots=True)
class PersonJob:
    """The (masked) documents of one pair. The sides are named, so one scorer serves both directions of search."""

    candidate: Document
    vacancy: Document


def person_job(query: Document, document: Document, asking: Kind = Kind.VACANCY) -> PersonJob:
    """Return the pair of a query and a document, the query being of the kind ``asking``."""
    return PersonJob(document, query) if asking is Kind.VACANCY else PersonJob(query, document)


class Scorer(Protocol):
    """Anything that scores pairs: a cross-encoder, a classifier over features, trees.

    Larger is better. A score may be on any scale, and scores of different scorers are not comparable; one that is a
    probability says so in its class. One contract suite (``tests/contracts/test_scorers.py``) runs on every scorer.
    """

    def score(self, pairs: Sequence[PersonJob]) -> NDArray[np.float64]:
        """Return one finite score per pair, shape (n,), in the order given; no pairs give shape (0,).

        A score depends on the two texts alone: not on their ids, nor on the other pairs of the call.

        Raises:
            InputError: a text is empty where this scorer needs one.
            ModelError: the model fails, or gives a value that is not finite.
        """
        ...
