"""What a recipe is run on: parts that are apart, rows that are kept, preferences that are asked for."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from jobfit.embeddings import Embeddings
from jobfit.errors import InputError, LeakageError
from jobfit.experiments.data import ExperimentData, read_experiment_data
from jobfit.experiments.ranking import measure_bm25, measure_vectors
from jobfit.experiments.rankpo import Draw, agreement, ask, truly
from jobfit.experiments.rows import Measured, joined
from jobfit.experiments.trial import RowCache, Trial
from jobfit.judged import Judged, Pair, Preference, Task, Texts, both_ways
from jobfit.runs import Qrels
from jobfit.training.annotators import SimulatedAnnotator


def unit(ids, rows):
    vectors = np.array(rows, dtype=np.float32)
    return Embeddings(tuple(ids), vectors / np.linalg.norm(vectors, axis=1, keepdims=True), "f")


def held_out(grades, lists=None):
    task = Task("candidates_for_vacancy", "test", Qrels(grades), lists, measures=("RR", "R@1"))
    return Judged({"a": "nurse", "b": "cook", "c": "baker"}, {"v": "nurse wanted"}, (task,))


def test_held_out_pair_that_is_trained_on_is_refused(small_market):
    train, validation = small_market(), small_market("validation")
    pair = train.positives[0]
    part = Judged(train.candidates, train.vacancies, both_ways([pair]))
    with pytest.raises(LeakageError, match="1 held-out pairs are trained on"):
        ExperimentData("x", train, validation, part)


def test_prepared_folder_is_dealt_out_by_vacancy(tmp_path):
    (tmp_path / "funnel.json").write_text(json.dumps({"format": "jobfit-prepared-1"}))
    for side in ("candidates", "vacancies"):
        lines = [json.dumps({"_id": f"{side[0]}{i}", "text": f"text {i}"}) for i in range(28)]
        (tmp_path / f"{side}.jsonl").write_text("\n".join(lines))
    ids = {"candidate_id": [f"c{i}" for i in range(28)], "vacancy_id": [f"v{i % 14}" for i in range(28)]}
    parquet.write_table(pa.table({**ids, "binary": pa.array([1] * 28, pa.int32())}), tmp_path / "pairs.parquet")
    found = read_experiment_data(tmp_path, "prepare")
    sides = [{p.vacancy_id for p in part.positives} for part in (found.train, found.validation)]
    sides.append(set(found.held_out.vacancies))
    assert [len(side) for side in sides] == [10, 2, 2]
    assert len(set().union(*sides)) == 14
    assert {pair.vacancy_id for pair in found.labelled} == sides[2] and {p.grade for p in found.labelled} == {1}
    with pytest.raises(InputError, match="not 'beir'"):
        read_experiment_data(tmp_path, "beir")


def test_test_pairs_of_a_data_set_are_what_is_classified(monkeypatch):
    texts = {f"{side}{n}": f"text {n}" for side in "cv" for n in range(8)}
    task = Task("candidates_for_vacancy", "test", Qrels({"v7": {"c7": 1}}))
    test = (("c6", "v6", 0), ("c6", "v6", 1), ("c5", "v7", 0))
    train = tuple(Pair(f"c{n}", f"v{n}", 1) for n in range(4))
    pairs = {"train": train, "test": tuple(Pair(*pair) for pair in test)}
    dataset = Judged(texts, texts, (task,), pairs, name="d")
    monkeypatch.setattr("jobfit.experiments.data.read_dataset", lambda path, kind: dataset)
    found = read_experiment_data(Path("d"), "confit", ("RR",))
    assert found.labelled == (Pair("c5", "v7", 0), Pair("c6", "v6", 1))
    assert found.attribute is None


def test_confit_s_own_files_are_trained_on_and_its_lists_are_held_out(tmp_path):
    (tmp_path / "all_resume.csv").write_text("user_id,text_resume\n" + "".join(f"c{n},cook {n}\n" for n in range(9)))
    (tmp_path / "all_jd.csv").write_text("jd_no,text_job\n" + "".join(f"v{n},kitchen {n}\n" for n in range(9)))
    rows = [{"user_id": f"c{n}", "jd_no": f"v{n}", "satisfied": 1} for n in range(7)]
    (tmp_path / "train_labeled_data.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (tmp_path / "rank_resume.json").write_text(json.dumps({"v8": {"user_ids": ["c7", "c8"], "satisfied": [0, 1]}}))
    found = read_experiment_data(tmp_path, "confit", ("RR",))
    assert sorted(found.train.positives + found.validation.positives) == [Pair(f"c{n}", f"v{n}") for n in range(7)]
    [task] = found.held_out.tasks
    assert task.qrels.grades == {"v8": {"c7": 0, "c8": 1}}
    assert found.source.endswith("in the format of confit.")


def test_texts_of_one_side_are_replaced_in_every_part(small_market):
    data = ExperimentData("x", small_market(), small_market("validation"), held_out({"v": {"a": 1}}))
    found = data.with_candidates(lambda texts: {i: text.upper() for i, text in texts.items()}, "Louder.")
    assert found.source == "x Louder." and found.held_out.candidates["a"] == "NURSE"
    for part, before in ((found.train, data.train), (found.validation, data.validation)):
        assert part.candidates == {i: text.upper() for i, text in before.candidates.items()}
        assert (part.vacancies, part.positives) == (before.vacancies, before.positives)


def test_vectors_are_ranked_within_the_list_of_each_query():
    people = unit("abc", [[1, 0], [0.9, 0.1], [0, 1]])
    asked = unit("v", [[1, 0]])
    whole = measure_vectors(people, asked, held_out({"v": {"c": 1}}))
    listed = measure_vectors(people, asked, held_out({"v": {"c": 1}}, {"v": ("b", "c")}))
    assert whole["candidates_for_vacancy RR"] == {"v": (pytest.approx(1 / 3),)}
    assert listed["candidates_for_vacancy RR"] == {"v": (pytest.approx(1 / 2),)}
    assert measure_bm25(held_out({"v": {"a": 1}}))["candidates_for_vacancy R@1"] == {"v": (1.0,)}


def test_agreement_counts_a_tie_as_one_half():
    people = unit("abc", [[1, 0], [1, 0], [0, 1]])
    choices = [Preference("v", "a", "b"), Preference("v", "a", "c"), Preference("v", "c", "a")]
    assert agreement(unit("v", [[1, 0]]), people, choices) == {"v": [0.5, 1.0, 0.0]}


def test_judge_without_faults_gives_the_truth_and_is_asked_once(tmp_path):
    truth = {"a": 0.1, "b": 0.9, "c": 0.5}
    judge = SimulatedAnnotator(lambda vacancy, candidate: truth[candidate])
    sides = unit("v", [[1, 0]]), unit("abc", [[1, 0], [0.9, 0.1], [0.5, 0.5]])
    texts = Texts({"v": "wanted"}, {i: i for i in "abc"})
    found = ask(*sides, texts, judge, tmp_path / "votes.jsonl", Draw(3, 3, 0))
    assert {(p.preferred_id, p.rejected_id) for p in found.preferences} == {("b", "a"), ("b", "c"), ("c", "a")}
    written = (tmp_path / "votes.jsonl").read_bytes()
    assert ask(*sides, texts, judge, tmp_path / "votes.jsonl", Draw(3, 3, 0)) == found
    assert (tmp_path / "votes.jsonl").read_bytes() == written and found.report["share_agreed"] == 1.0


def test_truth_turns_wrong_preferences_round(small_market):
    data = ExperimentData(
        "x", small_market(), small_market("validation"), held_out({"v": {"a": 1}}), lambda v, c: ord(c)
    )
    assert truly(data, [Preference("v", "a", "b"), Preference("v", "c", "c")]) == (Preference("v", "b", "a"),)


def test_kept_row_is_read_again_and_an_altered_one_refused(tmp_path):
    row_cache = RowCache(tmp_path / "out", {"recipe": "x"})
    made = []

    def make():
        made.append(1)
        return Measured({"x": {"q": [0.5]}})

    rows = [Trial(row_cache, seed, (1, 2)).row("a", "A", make) for seed in (1, 2)]
    again = Trial(RowCache(tmp_path / "out", {"recipe": "x"}), 1, (1, 2)).row("a", "A", make)
    assert again == rows[0] and len(made) == 2
    assert joined(rows)[0].seeds == (1, 2)
    path = tmp_path / "out/rows/a.seed-1.json"
    path.write_text(path.read_text().replace("0.5", "0.9"))
    with pytest.raises(InputError, match="altered"):
        row_cache.find("a", 1)
    with pytest.raises(InputError, match="other data or settings"):
        RowCache(tmp_path / "out", {"recipe": "y"})
    with pytest.raises(InputError, match="not written by an experiment"):
        RowCache(tmp_path / "out/rows", {"recipe": "x"})
