"""What an experiment is, and how it is run: rows by seed, claims judged on them, a report."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jobfit.experiments.data import ExperimentData
from jobfit.experiments.report import Published, Report, Table
from jobfit.experiments.rows import Claim, Measured, Row, Verdict, joined, judge_claims
from jobfit.experiments.trial import Backbone, OnStep, RowCache, Trial


@dataclass(frozen=True, slots=True)
class Results:
    """The rows of all seeds, and what was kept besides them."""

    rows: tuple[Row, ...]
    cache: RowCache
    seeds: tuple[int, ...]

    @property
    def labels(self) -> dict[str, str]:
        return {row.key: row.label for row in self.rows}

    def row(self, key: str) -> Row:
        return next(row for row in self.rows if row.key == key)

    def kept(self, key: str) -> dict[int, Measured]:
        """Return what was measured under ``key``, by seed; a seed without it is left out."""
        return {seed: found for seed in self.seeds if (found := self.cache.find(key, seed)) is not None}


class Experiment(ABC):
    """A paper, or any comparison of systems: subclass it, say ``rows`` and ``claims``, and :func:`run` it.

    claims:    judged together, with Holm's correction over all of them.
    families:  further claims, each family corrected by itself, so that none changes a verdict of the others.
    published: the tables that stand next to ours.
    """

    title: str
    claims: Sequence[Claim] = ()
    families: Mapping[str, Sequence[Claim]] = {}
    published: Sequence[Published] = ()

    def __init__(self, data: ExperimentData, backbone: Backbone | None = None) -> None:
        self.data, self.backbone = data, backbone

    def facts(self) -> Mapping[str, Any]:
        """Return everything that a row depends on besides its key and seed; an old row of other facts is refused."""
        return {"source": self.data.source, "train": self.data.train.hash, "validation": self.data.validation.hash}

    @abstractmethod
    def rows(self, trial: Trial) -> Iterable[Row]:
        """Yield the rows of one seed, in the order of the report."""

    def judged_columns(self, results: Results) -> Sequence[str]:
        """Return the columns that claims are judged by: those of the first row."""
        return results.rows[0].columns

    def verdicts(self, results: Results) -> Sequence[Verdict]:
        return judge_claims(self.claims, _complete(results), self.judged_columns(results))

    def tables(self, results: Results) -> Sequence[Table]:
        """Return what was measured besides the ranking."""
        return ()

    def notes(self, results: Results) -> Sequence[str]:
        """Return what a reader has to know besides the tables."""
        return ()

    def plots(self, results: Results) -> Mapping[str, str]:
        """Return SVG by file name."""
        return {}


def run(
    experiment: Experiment,
    folder: Path,
    seeds: tuple[int, ...],
    scale: str = "",
    on_step: OnStep = lambda what, done, total: None,
) -> Report:
    """Run every row for every seed and return the report; rows finished in ``folder`` are read again.

    Raises:
        InputError: ``folder`` holds rows of another experiment, other data or other settings.
        Whatever a row raises; what is finished stays.
    """
    cache = RowCache(folder, experiment.facts())
    trials = [Trial(cache, seed, seeds, experiment.backbone, on_step) for seed in seeds]
    results = Results(joined(row for trial in trials for row in experiment.rows(trial)), cache, seeds)
    columns = experiment.judged_columns(results)
    judged = {family: judge_claims(c, _complete(results), columns) for family, c in experiment.families.items()}
    return Report(
        experiment.title, experiment.data.source, scale, results.rows, experiment.published,
        experiment.verdicts(results), {family: found for family, found in judged.items() if found},
        experiment.tables(results), experiment.notes(results), experiment.plots(results),
    )  # fmt: skip


def _complete(results: Results) -> list[Row]:
    """The rows of every seed; others cannot be paired by seed."""
    return [row for row in results.rows if row.seeds == tuple(sorted(results.seeds))]
