"""What a recipe is run on: train and validation, and a held-out part that is only ranked, never learned from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from jobfit.encoders.generated import HYPOTHETICAL_RESUME, GeneratedStore, augmented_texts, store_facts
from jobfit.errors import InputError, LeakageError
from jobfit.evaluation.datasets.formats import detect, read_dataset
from jobfit.judged import Judged, Pair, both_ways
from jobfit.training.data import TrainingSet, check_apart, hold_out
from jobfit.training.reading import from_dataset, is_prepared, read_prepared

Truth = Callable[[str, str], float]
"""``truth(vacancy id, candidate id)`` in [0, 1]."""
FORMATS = ("prepare", "confit", "rankpo")


@dataclass(frozen=True, slots=True)
class Attribute:
    """A protected attribute that no text says: its ``name`` and the group of each held-out candidate by id."""

    name: str
    groups: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ExperimentData:
    """The data of one recipe.

    source:    says in a sentence where they are from; it stands at the top of every report.
    truth:     where the truth is known (the simulated market); an annotator can be simulated from it.
    labelled:  held-out pairs for classification, grade 1 accepted and 0 turned down; none where no log is held out.
    attribute: a protected attribute of the held-out candidates, where it is known.
    notes:     what the cards of models trained on them say (HyRe).

    Raises:
        LeakageError: a vacancy with pairs is both trained on and held out, or a labelled pair is.
    """

    source: str
    train: TrainingSet
    validation: TrainingSet
    held_out: Judged
    truth: Truth | None = None
    labelled: tuple[Pair, ...] = ()
    attribute: Attribute | None = None
    notes: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        check_apart(self.train, self.validation)
        parts = (self.train, self.validation)
        known = {p[:2] for part in parts for p in (*part.positives, *part.rejects)}
        if shared := known & {p[:2] for p in self.labelled}:
            raise LeakageError(
                f"{len(shared)} labelled pairs of the held-out part are trained on, the first {min(shared)}"
            )
        used = {p[:2] for part in parts for p in part.positives}
        if shared := used & {p[:2] for task in self.held_out.tasks for p in task.pairs() if p.grade > 0}:
            raise LeakageError(f"{len(shared)} held-out pairs are trained on, the first {min(shared)}")

    def with_hyre(self, store: GeneratedStore) -> ExperimentData:
        """Return the data with a hypothetical resume beside each vacancy, in train, validation and held-out alike."""
        if store.kind != HYPOTHETICAL_RESUME:
            raise InputError(f"recipes put hypothetical resumes beside vacancies; the store holds a {store.kind}")
        written = self._rewritten("vacancies", lambda texts: augmented_texts(texts, store), f"HyRe by {store.name}.")
        return replace(written, notes=store_facts(store))

    def with_candidates(self, write: Callable[[Mapping[str, str]], Mapping[str, str]], source: str) -> ExperimentData:
        return self._rewritten("candidates", write, source)

    def _rewritten(
        self, side: str, write: Callable[[Mapping[str, str]], Mapping[str, str]], source: str
    ) -> ExperimentData:
        parts: list[Any] = [self.train, self.validation, self.held_out]
        train, validation, held_out = (replace(part, **{side: write(getattr(part, side))}) for part in parts)
        return replace(self, source=f"{self.source} {source}", train=train, validation=validation, held_out=held_out)


def read_experiment_data(path: Path, kind: str, measures: tuple[str, ...] = ("nDCG@10", "R@10")) -> ExperimentData:
    """Read data of one's own: ConFit's or RankPO's files, or a folder of ``jobfit prepare``.

    Where the data have no validation split, a seventh of the training vacancies is held out for it; where they have no
    test split, another seventh.
    """
    if kind not in FORMATS:
        raise InputError(f"the format is one of {', '.join(FORMATS)}, not {kind!r}")
    if kind == "prepare":
        if not is_prepared(path):
            raise InputError(f"{path} was not written by `jobfit prepare`")
        train, validation, held_out, labelled = _dealt_out(read_prepared(path), measures)
        source = f"{path.name}, prepared by `jobfit prepare`."
        return ExperimentData(source, train, validation, held_out, labelled=labelled)
    dataset = read_dataset(path, kind)
    train = from_dataset(dataset, "train")
    if tasks := tuple(replace(task, measures=measures) for task in dataset.tasks if task.split == "test"):
        held_out, labelled = Judged(dataset.candidates, dataset.vacancies, tasks), _labelled(dataset)
        try:
            validation = from_dataset(dataset, "validation")
        except InputError:
            train, validation = hold_out(train, 1 / 7, seed=1)
    else:
        train, validation, held_out, labelled = _dealt_out(train, measures)
    return ExperimentData(f"{path.name}, in the format of {kind}.", train, validation, held_out, labelled=labelled)


def read_any(path: Path, measures: tuple[str, ...]) -> ExperimentData:
    """Read data in whichever of the known formats they are."""
    return read_experiment_data(path, "prepare" if is_prepared(path) else detect(path), measures)


def _labelled(dataset: Judged) -> tuple[Pair, ...]:
    """The test pairs of ConFit's classification files, each once; one labelled both ways counts as accepted."""
    found: dict[tuple[str, str], int] = {}
    for pair in dataset.pairs.get("test", ()):
        key = (pair.candidate_id, pair.vacancy_id)
        found[key] = max(found.get(key, 0), int(pair.grade > 0))
    return tuple(sorted(Pair(*key, grade) for key, grade in found.items()))


def _dealt_out(
    data: TrainingSet, measures: tuple[str, ...]
) -> tuple[TrainingSet, TrainingSet, Judged, tuple[Pair, ...]]:
    """Deal one labelled set out by vacancy: five sevenths train, one validation, one held out."""
    rest, test = hold_out(data, 1 / 7, seed=2)
    train, validation = hold_out(rest, 1 / 6, seed=1)
    if not test.positives:
        raise InputError("no positive pair is left to test on: more vacancies with a positive are needed")
    judged = (*test.positives, *test.rejects)
    asked = {i: data.vacancies[i] for i in sorted({pair.vacancy_id for pair in judged})}
    labelled = tuple(sorted(pair._replace(grade=int(pair.grade > 0)) for pair in judged))
    return train, validation, Judged(data.candidates, asked, both_ways(judged, measures=measures)), labelled
