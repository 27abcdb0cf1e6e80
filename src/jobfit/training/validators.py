"""Validators: rankings both ways, preferences, and labelled pairs. A test set is refused by its type."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jobfit.errors import InputError
from jobfit.evaluation.measures import evaluate
from jobfit.evaluation.statistics import Estimate, mean_interval
from jobfit.judged import Pair, qrels_of
from jobfit.ordering import tie_key
from jobfit.runs import Qrels, Ranking, Run
from jobfit.scorers.pair_head import PairHead, head_logits
from jobfit.training.data import TrainingSet
from jobfit.training.loop.objective import Embed, Measured, candidate_key, vacancy_key
from jobfit.training.objectives.pair_lists import pair_texts
from jobfit.training.objectives.preferences import preference_keys, preference_texts
from jobfit.training.objectives.ranking import Graded, graded_lists


class RankingValidator:
    """Ranks both ways and takes the mean nDCG@10 of the two directions.

    The pool of each direction are the texts that the validation pairs name, and others of that side up to ``pool`` in
    all, chosen by a digest of their ids. Grades count; a pair without one is not relevant, as in ``jobfit evaluate``.
    """

    def __init__(self, data: TrainingSet, pool: int = 1000, measure: str = "nDCG@10") -> None:
        """Raises InputError: it is not a validation set, or has no positive."""
        refuse_other(data)
        if not data.positives:
            raise InputError("the validation set has no positive pair: nothing can be ranked")
        pairs = (*data.positives, *data.rejects)
        candidates, vacancies = (
            [i for i, text in side.items() if text.strip()] for side in (data.candidates, data.vacancies)
        )
        self._candidates = pool_of(candidates, {p.candidate_id for p in pairs}, pool)
        self._vacancies = pool_of(vacancies, {p.vacancy_id for p in pairs}, pool)
        self._data, self._measure = data, measure
        self._qrels = (qrels_of(pairs), qrels_of(pairs, by_vacancy=False))

    def texts(self) -> Mapping[str, str]:
        texts = {candidate_key(i): self._data.candidates[i] for i in self._candidates}
        return texts | {vacancy_key(i): self._data.vacancies[i] for i in self._vacancies}

    @property
    def candidates(self) -> tuple[str, ...]:
        return tuple(self._candidates)

    def rankings(self, embed: Embed) -> Iterator[tuple[str, Run, Qrels]]:
        """Yield candidates ranked for each vacancy, then vacancies for each candidate, both with what was judged."""
        candidates = np.asarray(embed([*map(candidate_key, self._candidates)]), dtype=np.float64)
        vacancies = np.asarray(embed([*map(vacancy_key, self._vacancies)]), dtype=np.float64)
        scores = vacancies @ candidates.T
        sides = (
            ("candidates_for_vacancy", self._qrels[0], self._vacancies, self._candidates, scores),
            ("vacancies_for_candidate", self._qrels[1], self._candidates, self._vacancies, scores.T),
        )
        for name, qrels, queries, documents, table in sides:
            judged = ((query, row) for query, row in zip(queries, table) if query in qrels.grades)
            yield name, Run(name, {q: Ranking.from_scores(q, documents, row, 100) for q, row in judged}), qrels

    def measure(self, embed: Embed) -> Measured:
        estimates = {}
        for name, run, qrels in self.rankings(embed):
            result = evaluate(run, qrels, (self._measure,)).aggregate[self._measure]
            estimates[f"{name} {self._measure}"] = Estimate(result.mean, result.low, result.high, result.n)
        return Measured(float(np.mean([value.mean for value in estimates.values()])), estimates)


class PreferenceValidator:
    """Alignment: the share of preferences whose preferred candidate scores higher; a tie counts a half."""

    def __init__(self, data: TrainingSet) -> None:
        """Raises InputError: it is not a validation set, or has no preference."""
        refuse_other(data)
        if not data.preferences:
            raise InputError("the validation set has no preference")
        self._data = data

    def texts(self) -> Mapping[str, str]:
        return preference_texts(self._data)

    def measure(self, embed: Embed) -> Measured:
        vacancies, preferred, rejected = (
            np.asarray(embed(keys), dtype=np.float64) for keys in preference_keys(self._data.preferences)
        )
        gap = (vacancies * (preferred - rejected)).sum(axis=1)
        estimate = mean_interval(((np.sign(gap) + 1) / 2).tolist())
        assert estimate.mean is not None  # there are preferences
        return Measured(estimate.mean, {"alignment": estimate})


class PairValidator:
    """Average precision of *hired* against *rejected* by a head over both vectors; the talent pool is in neither."""

    def __init__(self, data: TrainingSet, head: PairHead) -> None:
        """Raises InputError: it is not a validation set, or has pairs of one class only."""
        self.pairs, self._labels = judged_classes(data)
        self._data, self._head = data, head

    def texts(self) -> Mapping[str, str]:
        texts = {candidate_key(p.candidate_id): self._data.candidates[p.candidate_id] for p in self.pairs}
        return texts | {vacancy_key(p.vacancy_id): self._data.vacancies[p.vacancy_id] for p in self.pairs}

    def logits(self, embed: Embed) -> NDArray[np.float64]:
        """Return the log-odds (n,) of the validation pairs, in the order of ``pairs``."""
        rows = {key: n for n, key in enumerate(self.texts())}
        vectors = np.asarray(embed(list(rows)), dtype=np.float32)
        sides = ([candidate_key(p.candidate_id) for p in self.pairs], [vacancy_key(p.vacancy_id) for p in self.pairs])
        candidates, vacancies = (vectors[[rows[key] for key in keys]] for keys in sides)
        return head_logits(self._head, candidates, vacancies)

    def measure(self, embed: Embed) -> Measured:
        from sklearn.metrics import average_precision_score

        value = float(average_precision_score(self._labels, self.logits(embed)))
        return Measured(value, {"pr_auc of hired": Estimate(value, None, None, len(self.pairs))})


class _ListValidator(ABC):
    """Ranks the list of each validation vacancy by the scores of its pairs; the mean of one measure decides."""

    def __init__(self, data: TrainingSet, lists: Graded, measure: str) -> None:
        refuse_other(data)
        self._lists = {v: dict(judged) for v, judged in lists.items() if len(set(judged.values())) > 1}
        if not self._lists:
            raise InputError("no validation vacancy has candidates of different grades: nothing can be ranked")
        self._data, self._measure = data, measure

    @abstractmethod
    def texts(self) -> Mapping[str, Any]: ...

    @abstractmethod
    def _scores(self, embed: Embed) -> NDArray[np.float64]:
        """Return the scores (n,) of all pairs, list by list."""

    def measure(self, embed: Embed) -> Measured:
        scores = iter(self._scores(embed).tolist())
        rankings = {v: Ranking.from_scores(v, tuple(j), [next(scores) for _ in j]) for v, j in self._lists.items()}
        result = evaluate(Run("lists", rankings), Qrels(self._lists), (self._measure,)).aggregate[self._measure]
        assert result.mean is not None  # every list has a grade above another
        estimate = Estimate(result.mean, result.low, result.high, result.n)
        return Measured(result.mean, {f"lists {self._measure}": estimate})


class GradedListValidator(_ListValidator):
    """nDCG of a head over both vectors on the graded candidates of each validation vacancy: whatever trained it."""

    def __init__(self, data: TrainingSet, head: PairHead, measure: str = "nDCG@10") -> None:
        """Raises InputError: it is not a validation set, or no vacancy has candidates of different grades."""
        super().__init__(data, graded_lists(data), measure)
        self._head = head

    def texts(self) -> Mapping[str, str]:
        people = {c for judged in self._lists.values() for c in judged}
        texts = {candidate_key(i): self._data.candidates[i] for i in sorted(people)}
        return texts | {vacancy_key(i): self._data.vacancies[i] for i in self._lists}

    def _scores(self, embed: Embed) -> NDArray[np.float64]:
        rows = {key: n for n, key in enumerate(self.texts())}
        vectors = np.asarray(embed(list(rows)), dtype=np.float32)
        pairs = [(v, c) for v, judged in self._lists.items() for c in judged]
        sides = ([rows[candidate_key(c)] for _, c in pairs], [rows[vacancy_key(v)] for v, _ in pairs])
        return head_logits(self._head, *(vectors[side] for side in sides))


class PairListValidator(_ListValidator):
    """nDCG of a model that reads pairs together, on ``lists`` of a validation set."""

    def __init__(self, data: TrainingSet, lists: Graded, measure: str = "nDCG@10") -> None:
        """Raises InputError: it is not a validation set, or no list has an order."""
        super().__init__(data, lists, measure)

    def texts(self) -> Mapping[str, tuple[str, str]]:
        return pair_texts(self._data, self._lists)

    def _scores(self, embed: Embed) -> NDArray[np.float64]:
        return np.asarray(embed(list(self.texts())), dtype=np.float64)[:, 0]


def judged_classes(data: TrainingSet) -> tuple[tuple[Pair, ...], NDArray[np.bool_]]:
    """Return the hired and rejected pairs of a validation set, and which are hired.

    Raises InputError: it is not a validation set, or has pairs of one class only.
    """
    refuse_other(data)
    if not (data.positives and data.rejects):
        counted = f"{len(data.positives)} hired, {len(data.rejects)} rejected"
        raise InputError(
            f"the validation pairs have one class only ({counted}): nothing can be chosen on them. Hold out more"
        )
    pairs = (*data.positives, *data.rejects)
    return pairs, np.array([pair.grade > 0 for pair in pairs])


def refuse_other(data: TrainingSet) -> None:
    """Raise InputError for anything but a validation set; a test set cannot even be built."""
    if data.split != "validation":
        raise InputError(f"weights are chosen on a validation set, never on one of {data.split!r}")


def pool_of(ids: Iterable[str], named: set[str], size: int) -> list[str]:
    """Return the ``named`` ids and others up to ``size`` in all, chosen by a digest, sorted."""
    others = sorted((i for i in ids if i not in named), key=lambda i: tie_key("pool", i))
    return sorted(named | set(others[: max(0, size - len(named))]))
