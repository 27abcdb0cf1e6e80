"""How much each signal counts, by what is compared and in which language.

The weights stand in ``data/fusion.toml``, which says where they are from. They belong to the encoder that they were
learnt with; any other gets half of the score, and the other half is lexical (:data:`UNMEASURED`).
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any

from jobfit.documents.esco_text import rendered_in
from jobfit.errors import InputError
from jobfit.ingest.language import language_of
from jobfit.retrieval.kinds import TextKind, kind_of_comparison
from jobfit.retrieval.signals import Query
from jobfit.retrieval.text_index import TextIndex

OTHER = "other"  # the language of a text that is neither English nor French
LANGUAGES = ("en", "fr", OTHER)
SIGNALS = ("lexical", "characters", "dense", "taxonomy")  # that weights are learnt for


@dataclass(frozen=True, slots=True)
class Weights:
    """The share of each signal in a similarity; together 1.

    lexical:    words in common (BM25).         characters: 4-grams of characters in common.
    dense:      cosine of the embeddings.       taxonomy:   skills and occupations named by both.
    """

    lexical: float = 0.0
    characters: float = 0.0
    dense: float = 0.0
    taxonomy: float = 0.0

    def __post_init__(self) -> None:
        values = tuple(asdict(self).values())
        if not all(0 <= value <= 1 for value in values) or abs(math.fsum(values) - 1) > 1e-9:
            raise InputError(f"the weights of a fusion must be shares from 0 to 1 that sum to 1: {asdict(self)}")

    def without(self, *names: str) -> Weights:
        """Return the weights without some signals, the others raised in proportion; all is dense where none is left."""
        left = {name: 0.0 if name in names else value for name, value in asdict(self).items()}
        total = math.fsum(left.values())
        return Weights(**{name: value / total for name, value in left.items()}) if total else Weights(dense=1.0)

    def without_characters(self) -> Weights:
        """Return the weights with the characters' share given to the words: both tell what two texts spell alike."""
        return replace(self, lexical=self.lexical + self.characters, characters=0.0)


UNMEASURED = Weights(lexical=0.25, characters=0.25, dense=0.5)
WORDS = Weights(lexical=1.0)


@dataclass(frozen=True, slots=True)
class WeightTable:
    """Weights for one encoder: ``cells[kind, language]``; ``encoder`` begins the fingerprint of each build of it."""

    encoder: str
    cells: Mapping[tuple[TextKind, str], Weights]

    def weights(self, kind: TextKind, language: str | None, fingerprint: str) -> Weights:
        """Return the weights for a comparison; a language that is not English or French counts as ``other``.

        An encoder that the table was not learnt for, or a cell that it lacks, gives :data:`UNMEASURED`.
        """
        if not fingerprint.startswith(self.encoder):
            return UNMEASURED
        return self.cells.get((kind, language if language in LANGUAGES else OTHER), UNMEASURED)

    def shares(self, query: Query, texts: TextIndex, fingerprint: str, names: Collection[str]) -> Mapping[str, float]:
        """Return the weight of each signal in ``names``; what others would have had goes to these, so they sum to 1.

        Where query and corpus are rendered in a taxonomy's labels (the esco variant) in one language, words alone
        count: two texts share a term whole or do not have it, and every other signal only blurs that. It was the best
        single signal on each set of that kind, while learnt mixtures lost on ESCO (decision 0010).
        """
        if texts.labels is not None and rendered_in(query.text) == texts.labels:
            weights = WORDS
        else:
            weights = self.weights(*cell_of(query, texts), fingerprint)
        if "taxonomy" not in names:
            weights = weights.without("taxonomy")
        if "characters" not in names:
            weights = weights.without_characters()
        return {name: share for name, share in asdict(weights).items() if name in names}


def cell_of(query: Query, texts: TextIndex) -> tuple[TextKind, str | None]:
    """Return what decides the weights: the kind of the comparison, and the query's language."""
    return kind_of_comparison(query.text, texts.kind), language_of(query.text, texts.language)


def read_table(data: Mapping[str, Any], where: str) -> WeightTable:
    if not isinstance(data.get("encoder"), str) or not data["encoder"]:
        raise InputError(f"{where}: encoder must name the encoder that the weights were learnt with")
    cells: dict[tuple[TextKind, str], Weights] = {}
    for kind, languages in data.get("weights", {}).items():
        for language, shares in languages.items():
            if kind not in tuple(TextKind) or language not in LANGUAGES:
                raise InputError(f"{where}: [weights.{kind}] {language} does not name a kind of text and a language")
            try:
                cells[TextKind(kind), language] = Weights(**shares)
            except TypeError as error:
                raise InputError(f"{where}: [weights.{kind}] {language} names an unknown signal") from error
    return WeightTable(data["encoder"], cells)


@cache
def shipped_table() -> WeightTable:
    path = files("jobfit.retrieval").joinpath("data", "fusion.toml")
    return read_table(tomllib.loads(path.read_text(encoding="utf-8")), "fusion.toml")
