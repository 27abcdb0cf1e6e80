"""What a concept is about beyond its names: a title that shares no word with a name may share some with its skills."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from jobfit.taxonomy.linking.fold import fold_all
from jobfit.taxonomy.linking.vectors import Bag, Csr, Space, build, embed
from jobfit.taxonomy.model import Labels, Occupation, Skill, Taxonomy


@dataclass(frozen=True, slots=True)
class Profiles:
    """One n-gram vector per concept, in the order of the concepts: its labels and those of the skills it needs."""

    space: Space
    gram: Csr

    def cosines(
        self, bags: Sequence[Bag], bag: NDArray[np.int64], concept: NDArray[np.int64]
    ) -> NDArray[np.float32]:
        """Return the cosine of reading ``bag[i]`` and the profile of ``concept[i]``, pair by pair."""
        if not len(bag):
            return np.empty(0, np.float32)
        _, gram = embed(self.space, bags)
        return np.asarray(gram[bag].multiply(self.gram[concept]).sum(axis=1), np.float32).ravel()


def profiles(taxonomy: Taxonomy, terms: Sequence[Occupation | Skill], language: str | None) -> Profiles:
    """Return the profiles of ``terms`` in ``language``, or in all languages for ``None``.

    A profile is the words of the concept's labels and of the preferred labels of its essential skills, with
    repetitions: what most of a concept's skills name weighs more. A term without a label in the language keeps its others.
    """
    skills = {id_: _in(skill.labels, language)[:1] for id_, skill in taxonomy.skills.items()}
    texts = [[*_in(t.labels, language), *chain.from_iterable(skills[s] for s in t.essential)] for t in terms]
    folded = iter(fold_all(chain.from_iterable(texts)))
    documents = [[word for _ in labels for word in next(folded)] for labels in texts]
    space, _, gram = build(documents)
    return Profiles(space, gram)


def _in(labels: Labels, language: str | None) -> tuple[str, ...]:
    return labels.get(language or "", ()) or tuple(chain.from_iterable(labels.values()))
