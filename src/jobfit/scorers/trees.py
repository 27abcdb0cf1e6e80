"""Boosted trees of LightGBM and XGBoost over a table of numbers: classifiers and rankers, in files that run no code.

One thread and a fixed seed: the same table gives the same trees on every machine of one kind.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from jobfit.errors import InputError, MissingExtraError, ModelError
from jobfit.settings import Above0, Count, Whole, check_fields

Floats = NDArray[np.float64]
Library = Literal["lightgbm", "xgboost"]
_MOST_GRADE = 30  # both libraries' gain is 2^grade - 1, in whole numbers


@dataclass(frozen=True, slots=True)
class TreeSettings:
    """trees: how many, one after the other; leaves: the most of one tree; smallest: rows in a leaf, at least."""

    trees: Count = 200
    learning_rate: Above0 = 0.05
    leaves: Count = 15
    smallest: Count = 20
    seed: Whole = 0

    def __post_init__(self) -> None:
        check_fields(self)
        if self.leaves < 2:
            raise InputError("a tree of one leaf says nothing: leaves must be 2 or more")


@dataclass(frozen=True)
class Trees:
    """Fitted trees: ``columns`` numbers a row. Build them with :func:`fit_classifier` or :func:`fit_ranker`."""

    package: Library
    columns: int
    model: Any

    def scores(self, table: Floats) -> Floats:
        """Return a score (n,) for each row: log-odds of a classifier, on no scale of a ranker; larger is better.

        NaN in the table is *unknown*, for which every split has a side of its own.

        Raises:
            InputError: another number of columns, or an infinite value.
        """
        rows = _checked(table, self.columns)
        if not len(rows):
            return np.empty(0)
        if self.package == "lightgbm":
            return np.asarray(self.model.predict(rows, raw_score=True, num_threads=1), dtype=np.float64)
        matrix = _library("xgboost").DMatrix(rows, nthread=1)
        return np.asarray(self.model.predict(matrix, output_margin=True), dtype=np.float64)

    def to_text(self) -> str:
        """Return the library's own text of the trees: numbers alone, nothing that runs."""
        return self.model.model_to_string() if self.package == "lightgbm" else self.model.save_raw("json").decode()

    @classmethod
    def from_text(cls, library: Library, text: str, columns: int) -> Trees:
        """Read what :meth:`to_text` gave; ModelError where it cannot be read or reads another number of columns."""
        module = _library(library)
        try:
            if library == "lightgbm":
                model = module.Booster(model_str=text)
                there = model.num_feature()
            else:
                model = module.Booster({"nthread": 1})
                model.load_model(bytearray(text.encode()))
                there = model.num_features()
        except Exception as error:  # both raise errors of their own
            raise ModelError(f"the trees of {library} cannot be read: {str(error).splitlines()[0][:200]}") from error
        if there != columns:
            raise ModelError(f"the trees of {library} read {there} numbers a row, not {columns}")
        return cls(library, columns, model)


def fit_classifier(
    library: Library,
    table: Floats,
    labels: NDArray[np.bool_],
    settings: TreeSettings = TreeSettings(),
    positive_weight: float = 1.0,
) -> Trees:
    """Fit trees that tell positive rows from others by the logistic loss; a positive counts ``positive_weight`` times.

    Raises:
        InputError: no row, one class only, lengths that differ, an infinite value.
        MissingExtraError: the library is not installed.
    """
    rows, positive = _checked(table, None, len(labels)), np.asarray(labels, dtype=bool)
    if positive.all() or not positive.any():
        raise InputError(
            f"the {len(positive)} rows have one class only ({int(positive.sum())} positive): nothing to learn"
        )
    weights = np.where(positive, positive_weight, 1.0)
    objective = {"lightgbm": "binary", "xgboost": "binary:logistic"}[library]
    return _fit(library, objective, rows, positive.astype(np.float64), settings, weights=weights)


def fit_ranker(
    library: Library,
    table: Floats,
    grades: NDArray[np.int64],
    sizes: Sequence[int],
    settings: TreeSettings = TreeSettings(),
) -> Trees:
    """Fit trees that order the rows of each list by their grades (LambdaMART on nDCG, gain 2^grade − 1).

    The rows of a list stand together: the first ``sizes[0]`` are the first list. A list whose grades are all equal
    teaches nothing.

    Raises:
        InputError: lengths that differ, a grade that is not from 0 to 30, or no list with two different grades.
        MissingExtraError: the library is not installed.
    """
    rows, graded = _checked(table, None, len(grades)), np.asarray(grades)
    if sum(sizes) != len(rows) or min(sizes, default=1) < 1:
        raise InputError(f"lists of {sum(sizes)} rows in all do not make {len(rows)} rows")
    if ((graded < 0) | (graded > _MOST_GRADE) | (graded % 1 != 0)).any():
        raise InputError(f"a grade is a whole number from 0 to {_MOST_GRADE}")
    lists = np.split(graded, np.cumsum(sizes)[:-1])
    if not any(len(set(one.tolist())) > 1 for one in lists):
        raise InputError(f"none of the {len(lists)} lists has two different grades: nothing to learn an order from")
    objective = {"lightgbm": "lambdarank", "xgboost": "rank:ndcg"}[library]
    return _fit(library, objective, rows, graded.astype(np.float64), settings, sizes=list(sizes))


def _fit(
    library: Library,
    objective: str,
    rows: Floats,
    labels: Floats,
    settings: TreeSettings,
    *,
    weights: Floats | None = None,
    sizes: list[int] | None = None,
) -> Trees:
    module = _library(library)
    if library == "lightgbm":
        parameters = {
            "objective": objective, "learning_rate": settings.learning_rate, "num_leaves": settings.leaves,
            "min_data_in_leaf": settings.smallest, "seed": settings.seed, "num_threads": 1, "deterministic": True,
            "force_row_wise": True, "verbosity": -1,
        }  # fmt: skip
        data = module.Dataset(rows, labels, weight=weights, group=sizes, params={"verbosity": -1})
    else:
        parameters = {
            "objective": objective, "learning_rate": settings.learning_rate, "max_leaves": settings.leaves,
            "max_depth": 0, "grow_policy": "lossguide", "tree_method": "hist", "min_child_weight": 0,
            "seed": settings.seed, "nthread": 1, "verbosity": 0,
        }  # fmt: skip
        data = module.DMatrix(rows, labels, weight=weights, nthread=1)
        if sizes is not None:
            data.set_group(sizes)
    return Trees(library, rows.shape[1], module.train(parameters, data, settings.trees))


def _library(name: Library) -> Any:
    try:
        return import_module(name)
    except ImportError as error:
        raise MissingExtraError(name, "trees") from error


def _checked(table: Floats, columns: int | None, rows: int | None = None) -> Floats:
    values = np.asarray(table, dtype=np.float64)
    if values.ndim != 2 or (columns is not None and values.shape[1] != columns):
        raise InputError(f"a table of {columns or 'some'} columns is expected, not one of shape {values.shape}")
    if rows is not None and (len(values) != rows or not rows):
        raise InputError(f"{len(values)} rows and {rows} labels: each row needs one, and there must be some")
    if np.isinf(values).any():
        raise InputError("the table holds an infinite value; what is unknown is NaN")
    return values
