"""How much each signal counts, by what is compared and by whether the encoder knows the language.

The weights stand in ``data/fusion.toml``, which says where they are from. They count standard deviations
(:mod:`jobfit.retrieval.signals`), so they hold for any encoder; a cell that the table lacks gets :data:`UNMEASURED`.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

from jobfit.documents.esco_text import rendered_in
from jobfit.encoders.scripts import knows_script
from jobfit.errors import InputError
from jobfit.ingest.language import language_of
from jobfit.retrieval.kinds import Comparison, comparison
from jobfit.retrieval.signals import Query
from jobfit.retrieval.text_index import TextIndex
from jobfit.shortlist import SIGNALS, Weighed

KNOWN, UNKNOWN = "known", "unknown"
Cell = tuple[Comparison, str]  # with KNOWN or UNKNOWN: whether the encoder knows the query's language
Weights = Mapping[str, float]

NOT_MEASURED = "not measured"
UNMEASURED: Weights = {"lexical": 0.4, "characters": 0.4, "dense": 1.0}
_ENGLISH_ONLY = ("all-MiniLM",)  # how the names of encoders begin that know no other language


@dataclass(frozen=True, slots=True)
class WeightTable:
    """The weight of each signal, at least 0, by what is compared and whether the encoder knows the language.

    learnt: what the weights of a cell are from.
    """

    cells: Mapping[Cell, Weights]
    learnt: Mapping[Cell, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for cell, weights in self.cells.items():
            if not weights.keys() <= set(SIGNALS):
                raise InputError(f"{cell}: unknown signals: {', '.join(sorted(weights.keys() - set(SIGNALS)))}")
            if not all(0 <= value < math.inf for value in weights.values()) or not any(weights.values()):
                raise InputError(f"{cell}: weights are numbers of at least 0, one of them above: {dict(weights)}")

    def weigh(self, query: Query, texts: TextIndex, fingerprint: str, names: Collection[str]) -> Weighed:
        """Return the weight of each signal in ``names``; that of missing characters goes to the words.

        Both tell what two texts spell alike. Where none of the signals has a weight, they count equally.
        """
        cell = cell_of(query, texts, fingerprint)
        weights = dict(self.cells.get(cell, UNMEASURED))
        if "characters" not in names:
            weights["lexical"] = weights.get("lexical", 0.0) + weights.get("characters", 0.0)
        found = {name: weights.get(name, 0.0) for name in names}
        learnt = self.learnt.get(cell, NOT_MEASURED)
        if not any(found.values()):
            found, learnt = dict.fromkeys(names, 1.0), NOT_MEASURED
        return Weighed(cell[0], cell[1] == KNOWN, found, learnt)


def knows_english_alone(name: str) -> bool:
    """Tell whether an encoder of this name or fingerprint knows no language but English."""
    return name.startswith(_ENGLISH_ONLY)


def cell_of(query: Query, texts: TextIndex, fingerprint: str) -> Cell:
    """Return what decides the weights of a query."""
    rendered = texts.labels is not None and rendered_in(query.text) == texts.labels
    if knows_english_alone(fingerprint):
        known = language_of(query.text, texts.language) == "en"
    else:
        known = knows_script(query.text)
    return comparison(query.text, texts.kind, rendered), KNOWN if known else UNKNOWN


def read_table(data: Mapping[str, Any], where: str) -> WeightTable:
    """Return the table of a parsed file: ``[known.titles]``, and under it each signal's weight and ``learnt``.

    Raises:
        InputError: it names what is no comparison or no signal, or a weight is none.
    """
    cells: dict[Cell, Weights] = {}
    learnt: dict[Cell, str] = {}
    for knows, kinds in data.items():
        for kind, weights in kinds.items():
            if knows not in (KNOWN, UNKNOWN) or kind not in tuple(Comparison):
                raise InputError(f"{where}: [{knows}.{kind}] does not name a comparison")
            cell = Comparison(kind), knows
            cells[cell] = {name: weight for name, weight in weights.items() if name != "learnt"}
            learnt[cell] = weights.get("learnt", NOT_MEASURED)
    return WeightTable(cells, learnt)


@cache
def shipped_table(fast: bool = False) -> WeightTable:
    """Return the weights that come with jobfit; those of the ``fast`` ones need no vector but that of titles."""
    name = "fast.toml" if fast else "fusion.toml"
    path = files("jobfit.retrieval").joinpath("data", name)
    return read_table(tomllib.loads(path.read_text(encoding="utf-8")), name)
