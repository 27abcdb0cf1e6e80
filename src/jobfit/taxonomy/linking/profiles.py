"""What a concept is about beyond its names: a title that shares no word with a name may share some with its skills."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jobfit.taxonomy.linking.fold import fold_all
from jobfit.taxonomy.linking.labels import Labels, Term
from jobfit.taxonomy.linking.vectors import Bag, Csr, Space, build, embed
from jobfit.taxonomy.model import Skill

_ROWS = 256  # readings compared with every profile at a time


@dataclass(frozen=True, slots=True)
class Profiles:
    """One n-gram vector per concept: its labels and those of the skills it needs.

    ``columns`` has one column per concept, in their order, and one row per n-gram.
    """

    space: Space
    columns: Csr

    def cosines(self, bags: Sequence[Bag], bag: NDArray[np.int64], concept: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the cosine of reading ``bag[i]`` and the profile of ``concept[i]``, pair by pair."""
        result = np.empty(len(bag), np.float32)
        _, gram = embed(self.space, bags)
        for start in range(0, len(bags), _ROWS):
            mine = (bag >= start) & (bag < start + _ROWS)
            table = (gram[start : start + _ROWS] @ self.columns).toarray()
            result[mine] = table[bag[mine] - start, concept[mine]]
        return result


def profiles(labels: Labels, terms: Sequence[Term], skills: Mapping[str, Skill], language: str | None) -> Profiles:
    """Return the profiles of ``terms``, which ``labels`` are the labels of, in ``language``, or in all for ``None``.

    A profile is the words of the concept's labels and of the preferred labels of its essential skills, with
    repetitions: what most of a concept's skills name weighs more. A term without a label in the language keeps the
    others that it has.
    """
    documents: list[list[str]] = [[] for _ in terms]
    for row in labels.view(language).rows.tolist():
        documents[labels.owner[row]] += labels.words[row]
    needed = dict.fromkeys(id_ for term in terms for id_ in term.essential)
    said = dict(zip(needed, fold_all(skills[id_].label(language or "en") for id_ in needed)))
    for document, term in zip(documents, terms):
        document += (word for id_ in term.essential for word in said[id_])
    space, _, gram = build(documents)
    return Profiles(space, gram.T.tocsr())
