"""A table from the words of one language to those of another, learnt from terms that have labels in both."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from scipy import sparse

from jobfit.taxonomy.linking.labels import Bag
from jobfit.taxonomy.linking.mentions import fold_all
from jobfit.taxonomy.model import Labels

_ROUNDS = 8
_KEPT = 3  # translations of a word
_LEAST = 0.05  # a translation less probable than this is noise


@dataclass(frozen=True, slots=True)
class WordTable:
    """``words[source word]`` are its translations with their probabilities; folded words on both sides."""

    source: str
    target: str
    words: Mapping[str, Mapping[str, float]]

    def translate(self, words: Sequence[str]) -> Bag:
        """Return the translations of ``words`` together, the higher probability where two give the same word.

        A word that is not in the table stays as it is: names and words that both languages share.
        """
        bag: dict[str, float] = {}
        for word in words:
            for other, chance in self.words.get(word, {word: 1.0}).items():
                bag[other] = max(bag.get(other, 0.0), chance)
        return bag


def learn_words(labels: Iterable[Labels], source: str, target: str) -> WordTable:
    """Return the table that IBM Model 1 learns from the preferred labels (Brown et al. 1993, section 4.2).

    t(e|f) is re-estimated eight times by expectation maximisation from even chances, over folded words and without a
    null word; the three best translations of a word are kept if they have at least 0.05. Terms without a label in
    both languages teach nothing; no pair gives an empty table.

    >>> pairs = [{"fr": ("vin rouge",), "en": ("red wine",)}, {"fr": ("vin",), "en": ("wine",)}]
    >>> max(learn_words(pairs, "fr", "en").translate(["roug"]).items(), key=lambda item: item[1])[0]
    'red'
    """
    both = [(one[source][0], one[target][0]) for one in labels if one.get(source) and one.get(target)]
    left, right = (fold_all(side) for side in zip(*both)) if both else ([], [])
    from_ids, to_ids = _numbered(left), _numbered(right)
    counted = [(from_ids[f], to_ids[e], p * 100_000 + j) for p, (a, b) in enumerate(zip(left, right)) for j, e in
               enumerate(b) for f in a]  # fmt: skip
    if not counted:
        return WordTable(source, target, {})
    f, e, slot = np.array(counted).T
    _, slot = np.unique(slot, return_inverse=True)
    pair, cell = np.unique(f * len(to_ids) + e, return_inverse=True)
    of = pair // len(to_ids)
    chance = np.ones(len(pair))
    for _ in range(_ROUNDS):
        weight = chance[cell]
        weight = weight / np.bincount(slot, weight)[slot]
        expected = np.bincount(cell, weight, len(pair))
        chance = expected / np.bincount(of, expected)[of]
    table = sparse.csr_array((chance, (of, pair % len(to_ids))), shape=(len(from_ids), len(to_ids)))
    words = {}
    targets = list(to_ids)
    for number, word in enumerate(from_ids):
        row = slice(table.indptr[number], table.indptr[number + 1])
        best = sorted(zip(-table.data[row], (targets[column] for column in table.indices[row])))[:_KEPT]
        words[word] = {other: float(-chance) for chance, other in best if -chance >= _LEAST}
    return WordTable(source, target, {word: best for word, best in words.items() if best})


def _numbered(texts: Sequence[Sequence[str]]) -> dict[str, int]:
    return {word: number for number, word in enumerate(dict.fromkeys(chain.from_iterable(texts)))}
