"""Table A1's upper bounds: what a vacancy would look like if the accepted candidates were known. They see the answers.

The paper names these rows without defining them further. Our reading, said here and in the report:

    Max-match, human    the text of one accepted candidate of the vacancy joined to it, where HyRe joins a hypothetical
                        resume: the one with the highest grade, ties by a digest of the ids
    Max-match, encoder  the same with the accepted candidate whom the untrained backbone ranks highest for the vacancy
    Centroid            the mean of the accepted candidates' vectors, scaled to length 1, as the vacancy's vector

*Accepted* are the positives in training and validation, and in the held-out part what its ranking counts as relevant
(grade 1 or more): these rows say what could be gained, and are no systems. A vacancy without an accepted candidate
stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from jobfit.embeddings import Embeddings
from jobfit.encoders.generated import HYPOTHETICAL_RESUME, MARKERS
from jobfit.experiments.data import ExperimentData
from jobfit.experiments.ranking import measure_vectors
from jobfit.experiments.rows import Columns
from jobfit.judged import Judged, Pair
from jobfit.ordering import tie_key
from jobfit.training.loop.encoder import Encoder, embed_texts
from jobfit.training.loop.settings import TrainSettings

CENTROID = "a1-centroid"
Grades = Mapping[str, Mapping[str, int]]
"""The grades of the accepted candidates, by vacancy id."""
Texts = Mapping[str, str]
Choose = Callable[[Grades, Texts, Texts], Mapping[str, str]]
"""(accepted, texts of candidates, texts of vacancies) to one accepted candidate for each vacancy that has one."""


def accepted_in_training(data: ExperimentData) -> Grades:
    """Return the positives of train and validation."""
    return _by_vacancy((*data.train.positives, *data.validation.positives))


def accepted_in_test(held_out: Judged) -> Grades:
    """Return what the held-out rankings count as relevant, both directions together."""
    pairs = (
        Pair(document, query, grade) if task.by_vacancy else Pair(query, document, grade)
        for task in held_out.tasks
        for query, judged in task.qrels.grades.items()
        for document, grade in judged.items()
    )
    return _by_vacancy(tuple(pair for pair in pairs if pair.grade > 0))


def _by_vacancy(pairs: tuple[Pair, ...]) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for pair in pairs:
        of = found.setdefault(pair.vacancy_id, {})
        of[pair.candidate_id] = max(pair.grade, of.get(pair.candidate_id, 0))
    return found


def best_graded(accepted: Grades, candidates: Texts, vacancies: Texts) -> dict[str, str]:
    """Return the accepted candidate of the highest grade for each vacancy; equals by a digest of both ids.

    >>> best_graded({"v": {"a": 1, "b": 3}}, {}, {})
    {'v': 'b'}
    """
    return {
        vacancy: min(of, key=lambda i: (-of[i], tie_key(f"max-match {vacancy}", i))) for vacancy, of in accepted.items()
    }


def best_matched(model: Encoder, loop: TrainSettings) -> Choose:
    """Return what chooses the accepted candidate of the highest cosine by ``model``; equals by a digest of the ids."""

    def choose(accepted: Grades, candidates: Texts, vacancies: Texts) -> dict[str, str]:
        named = sorted({i for of in accepted.values() for i in of})
        people = embed_texts(model, {i: candidates[i] for i in named}, loop)
        asked = embed_texts(model, {i: vacancies[i] for i in accepted}, loop)
        left, right = dict(zip(people.ids, people.vectors)), dict(zip(asked.ids, asked.vectors))
        return {
            vacancy: min(of, key=lambda i: (-float(left[i] @ right[vacancy]), tie_key(f"max-match {vacancy}", i)))
            for vacancy, of in accepted.items()
        }

    return choose


def with_accepted(data: ExperimentData, choose: Choose, what: str) -> ExperimentData:
    """Return the data with one accepted candidate's text joined to every vacancy that has one, everywhere.

    The form is HyRe's (:func:`jobfit.encoders.generated.augmented_text`). Train and validation are told of their own
    accepted candidates, the held-out part of its own.
    """
    people = {**data.train.candidates, **data.validation.candidates}
    openings = {**data.train.vacancies, **data.validation.vacancies}
    learnt, part = choose(accepted_in_training(data), people, openings), data.held_out
    told = choose(accepted_in_test(part), part.candidates, part.vacancies)
    train, validation = (
        replace(one, vacancies=_joined(one.vacancies, people, learnt)) for one in (data.train, data.validation)
    )
    held_out = replace(part, vacancies=_joined(part.vacancies, part.candidates, told))
    return replace(data, source=f"{data.source} {what}.", train=train, validation=validation, held_out=held_out)


def _joined(vacancies: Texts, candidates: Texts, chosen: Mapping[str, str]) -> dict[str, str]:
    marker = MARKERS[HYPOTHETICAL_RESUME]
    return {i: f"{text}\n{marker}\n{candidates[chosen[i]]}" if i in chosen else text for i, text in vacancies.items()}


def centroid_columns(model: Encoder, data: ExperimentData, loop: TrainSettings) -> tuple[Columns, Mapping[str, Any]]:
    """Return the columns with each held-out vacancy's vector replaced by the centroid of its accepted candidates.

    The centroid is the mean of their unit vectors, grades not weighed, scaled to length 1; where that mean is 0, or no
    candidate is accepted, the vacancy keeps its own vector.
    """
    part = data.held_out
    candidates, vacancies = (embed_texts(model, texts, loop) for texts in (part.candidates, part.vacancies))
    accepted, row = accepted_in_test(part), {i: n for n, i in enumerate(candidates.ids)}
    vectors, replaced = np.array(vacancies.vectors), 0
    for n, vacancy in enumerate(vacancies.ids):
        if not (of := accepted.get(vacancy)):
            continue
        mean = candidates.vectors[[row[i] for i in sorted(of)]].mean(axis=0)
        if (length := float(np.linalg.norm(mean))) > 0:
            vectors[n], replaced = mean / length, replaced + 1
    centroids = Embeddings(vacancies.ids, vectors, f"{vacancies.fingerprint} centroids")
    return measure_vectors(candidates, centroids, part), {"centroids": replaced, "vacancies": len(vectors)}
