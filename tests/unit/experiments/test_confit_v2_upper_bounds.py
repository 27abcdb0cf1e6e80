"""Table A1's upper bounds: who is joined to which vacancy, and what the centroid is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from jobfit.experiments.confit_v2 import (
    accepted_in_test,
    best_graded,
    best_matched,
    centroid_columns,
    with_accepted,
)
from jobfit.experiments.data import ExperimentData
from jobfit.experiments.ranking import measure_vectors
from jobfit.judged import Judged, Pair, Task
from jobfit.runs import Qrels
from jobfit.training.data import TrainingSet
from jobfit.training.loop.encoder import embed_texts
from jobfit.training.loop.settings import TrainSettings

LOOP = TrainSettings(precision="f32", device="cpu", threads=1)


@pytest.fixture
def data():
    people = {"c1": "nurse", "c2": "baker", "c3": "baker oven", "c4": "nurse ward"}
    openings = {"v1": "nurse wanted", "v2": "baker wanted"}
    train = TrainingSet(people, openings, (Pair("c1", "v1"), Pair("c4", "v1", 2)))
    validation = replace(train, positives=(Pair("c2", "v2"),), split="validation")
    grades = Qrels({"t1": {"a": 1, "b": 3, "c": 0}, "t2": {"c": 0, "a": 1}})
    turned = Qrels({"a": {"t1": 1, "t2": 1}, "b": {"t1": 3}})
    tasks = (
        Task("down", "test", grades, measures=("RR", "R@1")),
        Task("up", "test", turned, by_vacancy=False, measures=("RR",)),
    )
    part = Judged(
        {"a": "nurse", "b": "ward nurse", "c": "oven"}, {"t1": "nurse wanted", "t2": "cook", "t3": "x"}, tasks
    )
    return ExperimentData("Synthetic.", train, validation, part)


def test_accepted_are_the_relevant_of_both_directions(data):
    assert accepted_in_test(data.held_out) == {"t1": {"a": 1, "b": 3}, "t2": {"a": 1}}


def test_best_graded_is_joined_where_hyre_joins_and_nothing_elsewhere(data):
    found = with_accepted(data, best_graded, "An accepted resume joined")
    marker = "\n[An Example Resume]\n"
    joined = {"v1": f"nurse wanted{marker}nurse ward", "v2": f"baker wanted{marker}baker"}
    assert found.train.vacancies == found.validation.vacancies == joined
    assert found.held_out.vacancies == {
        "t1": f"nurse wanted{marker}ward nurse",
        "t2": f"cook{marker}nurse",
        "t3": "x",
    }
    assert found.train.candidates == data.train.candidates and found.held_out.tasks == data.held_out.tasks
    assert found.source == "Synthetic. An accepted resume joined."


def test_best_matched_is_the_accepted_one_with_the_highest_cosine(data, encoder):
    model = encoder()
    people, openings = data.held_out.candidates, data.held_out.vacancies
    chosen = best_matched(model, LOOP)({"t1": {"a": 1, "b": 3, "c": 1}, "t2": {"a": 1}}, people, openings)
    left, right = (embed_texts(model, texts, LOOP) for texts in (people, openings))
    cosines = right.vectors[0] @ left.vectors.T
    assert chosen == {"t1": left.ids[int(np.argmax(cosines))], "t2": "a"}


def test_centroid_is_the_unit_mean_of_the_accepted(data, encoder):
    model, part = encoder(), data.held_out
    measured = centroid_columns(model, data, LOOP)
    columns = measured.columns
    assert measured.notes == {"centroids": 2, "vacancies": 3}
    left, right = (embed_texts(model, texts, LOOP) for texts in (part.candidates, part.vacancies))
    mean = (left.vectors[0] + left.vectors[1]) / 2
    vectors = np.stack([mean / np.linalg.norm(mean), left.vectors[0], right.vectors[2]])
    assert columns == measure_vectors(left, replace(right, vectors=vectors), part)
    assert columns["down RR"]["t2"] == (1.0,)  # the only accepted one is its own centroid
