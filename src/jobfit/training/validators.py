"""Validators: rankings both ways, and preferences. A test set is refused by its type.

Results by group are for the model card alone: no training reads a group, they are measured afterwards.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from jobfit.errors import InputError
from jobfit.evaluation.measures import evaluate
from jobfit.evaluation.statistics import Estimate, mean_interval
from jobfit.groups import Groups
from jobfit.judged import qrels_of
from jobfit.ordering import tie_key
from jobfit.runs import Qrels, Ranking, Run
from jobfit.training.data import TrainingSet
from jobfit.training.loop.objective import Embed, Measured, candidate_key, vacancy_key
from jobfit.training.objectives.preferences import preference_keys, preference_texts


class RankingValidator:
    """Ranks both ways and takes the mean nDCG@10 of the two directions.

    The pool of each direction are the texts that the validation pairs name, and others of that side up to ``pool`` in
    all, chosen by a digest of their ids. Grades count; a pair without one is not relevant, as in ``jobfit evaluate``.
    """

    def __init__(self, data: TrainingSet, pool: int = 1000, measure: str = "nDCG@10") -> None:
        """Raises InputError: it is not a validation set, or has no positive."""
        _refuse_other(data)
        if not data.positives:
            raise InputError("the validation set has no positive pair: nothing can be ranked")
        pairs = (*data.positives, *data.rejects)
        self._candidates = _pool(data.candidates, {p.candidate_id for p in pairs}, pool)
        self._vacancies = _pool(data.vacancies, {p.vacancy_id for p in pairs}, pool)
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
        _refuse_other(data)
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


def _refuse_other(data: TrainingSet) -> None:
    if data.split != "validation":
        raise InputError(f"weights are chosen on a validation set, never on one of {data.split!r}")


def _pool(texts: Mapping[str, str], named: set[str], size: int) -> list[str]:
    others = sorted((i for i in texts if i not in named and texts[i].strip()), key=lambda i: tie_key("pool", i))
    return sorted(named | set(others[: max(0, size - len(named))]))


TOP, GAIN = 10, "nDCG@10"
ByGroup = tuple[tuple[str, Estimate], ...]
"""Rows of the card: what was measured for which group, and the estimate."""


def check_groups(groups: Groups, validation: TrainingSet | None) -> None:
    """Raise InputError, before anything is trained, where there is nothing to measure the groups on."""
    if validation is None or not validation.positives:
        raise InputError("results by group are measured on the pairs of a validation set: there are none")
    if not groups.values.keys() & validation.candidates.keys():
        raise InputError("no candidate of the validation set is in the file of groups: do their ids belong together?")


def by_group(validator: RankingValidator, embed: Embed, groups: Groups) -> ByGroup:
    """Return two rows for each attribute and group, both with 95 % bootstrap intervals.

    - nDCG@10 of the vacancies ranked for a candidate, over the group's candidates with a relevant vacancy (n);
    - the group's share of the ten candidates ranked best, over the vacancies (n); its share of the pool stands beside.

    A candidate who is not in the file, or states nothing, is *undeclared*, a group like the others.
    """
    (_, best, _), (_, run, judged) = validator.rankings(embed)
    gains = evaluate(run, judged, (GAIN,)).per_query[GAIN]
    tops = [ranking.document_ids[:TOP] for ranking in best.rankings.values()]
    pool = validator.candidates
    rows: list[tuple[str, Estimate]] = []
    for attribute in dict.fromkeys(name for values in groups.values.values() for name in values):
        of = {i: groups.of(i, attribute) for i in pool}
        for group in sorted(set(of.values())):
            share = sum(value == group for value in of.values()) / len(pool)
            found = mean_interval([gain for i, gain in gains.items() if of[i] == group])
            rows.append((f"{attribute} {group}: vacancies_for_candidate {GAIN}", found))
            shares = mean_interval([sum(of[i] == group for i in top) / len(top) for top in tops])
            rows.append((f"{attribute} {group}: share of the {TOP} ranked best (of the pool {share:.3f})", shares))
    return tuple(rows)
