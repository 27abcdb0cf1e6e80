"""Mined negatives for a training: read whatever the form, and refused where they are not of these data."""

import json
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from jobfit.embeddings import Embeddings
from jobfit.errors import InputError, UnknownIdError
from jobfit.judged import Pair, Texts
from jobfit.training.data import TrainingSet
from jobfit.training.mining.mine import MineSettings, mine
from jobfit.training.mining.reading import for_copies, read_negatives
from jobfit.training.mining.strategies import TopK


@pytest.fixture
def data(small_market):
    return small_market()


def vectors(texts, seed):
    rows = np.random.default_rng(seed).normal(size=(len(texts), 8)).astype(np.float32)
    return Embeddings(tuple(texts), rows / np.linalg.norm(rows, axis=1, keepdims=True), "random")


@pytest.fixture
def mined(data, tmp_path):
    """``mined(file="npy", data=data)``: the folder of both directions, and what mining found in each."""

    def make(file="npy", of=data, queries="vacancies"):
        folder = tmp_path / "mined"
        sides = {"vacancies": of.vacancies, "candidates": of.candidates}
        positives = {"vacancies": of.positives_of_vacancies(), "candidates": of.positives_of_candidates()}
        found = {}
        for name, side in (
            ("for-queries", queries),
            ("for-documents", "vacancies candidates".replace(queries, "").strip()),
        ):
            other = "candidates" if side == "vacancies" else "vacancies"
            anchors, pool = (vectors(sides[s], 1 + (s == "vacancies")) for s in (side, other))
            settings = MineSettings(near_duplicates=None, file=file, threads=1)
            texts = Texts(sides[side], sides[other])
            found[side] = mine(anchors, pool, positives[side], TopK(k=3), settings, texts=texts, folder=folder / name)
        return folder, {side: dict(one) for side, one in found.items()}

    return make


@pytest.mark.parametrize("file", ["npy", "parquet"])
def test_negatives_of_both_directions_are_those_that_were_mined(data, mined, file):
    folder, found = mined(file)
    negatives = read_negatives(folder, data)
    assert dict(negatives.candidates) == found["vacancies"] and dict(negatives.vacancies) == found["candidates"]
    assert negatives.count() == sum(len(ids) for lists in found.values() for ids in lists.values()) > 0


def test_negatives_of_one_direction_or_its_file_leave_the_other_empty(data, mined):
    folder, found = mined("parquet")
    for path in (folder / "for-documents", folder / "for-documents" / "negatives.parquet"):
        negatives = read_negatives(path, data)
        assert (negatives.candidates, dict(negatives.vacancies)) == ({}, found["candidates"])


def test_negatives_whose_queries_are_candidates_go_to_the_candidates(data, mined):
    folder, found = mined(queries="candidates")
    negatives = read_negatives(folder, data)
    assert dict(negatives.vacancies) == found["candidates"] and dict(negatives.candidates) == found["vacancies"]


def test_negatives_with_the_same_ids_on_both_sides_take_the_vacancies_as_queries(mined):
    texts = {f"{i}": f"text {i}" for i in range(8)}
    both = TrainingSet(texts, texts, tuple(Pair(i, i) for i in texts))
    folder, found = mined(of=both)
    assert dict(read_negatives(folder / "for-queries", both).candidates) == found["vacancies"]
    assert dict(read_negatives(folder / "for-documents", both).vacancies) == found["candidates"]


def test_negatives_of_anchors_without_a_pair_to_train_on_are_left_out(data, mined):
    folder, _ = mined()
    kept = data.positives[0]
    fewer = replace(data, positives=(kept,), preferences=())
    negatives = read_negatives(folder, fewer)
    assert (list(negatives.candidates), list(negatives.vacancies)) == ([kept.vacancy_id], [kept.candidate_id])


def test_negatives_mined_from_masked_texts_are_of_the_unmasked_ones(data, mined):
    texts = {**data.vacancies, "train-v0": "nurse, call 06 12 34 56 78 or ana@example.org"}
    from jobfit.documents.masking import mask

    hidden = replace(data, vacancies={i: mask(text).text for i, text in texts.items()})
    assert hidden.vacancies != texts
    folder, _ = mined(of=hidden)
    assert read_negatives(folder, replace(data, vacancies=texts)).count() == read_negatives(folder, hidden).count()


def test_negatives_of_another_text_an_unknown_id_or_a_positive_are_refused(data, mined):
    folder, found = mined()
    changed = replace(data, candidates={**data.candidates, "train-c0": "somebody else"})
    with pytest.raises(InputError, match="the candidates have other texts than when it was mined"):
        read_negatives(folder, changed)
    fewer = {i: text for i, text in data.candidates.items() if i != "train-c8"}
    without = TrainingSet(fewer, data.vacancies, tuple(p for p in data.positives if p.candidate_id != "train-c8"))
    with pytest.raises(
        UnknownIdError, match=r"1 of 24 negatives are not candidates of these data: 'train-c8'\. Mine on"
    ):
        read_negatives(folder, without)
    vacancy, (candidate, *_) = next((v, ids) for v, ids in found["vacancies"].items() if ids)
    more = replace(data, positives=(*data.positives, Pair(candidate, vacancy)))
    with pytest.raises(InputError, match="1 negatives are positives of these data"):
        read_negatives(folder, more)


def test_a_folder_that_is_not_complete_altered_or_something_else_is_refused(data, mined, tmp_path):
    folder, _ = mined()
    array = folder / "for-queries" / "negatives.npy"
    array.write_bytes(array.read_bytes()[:-4] + b"\0\0\0\0")
    with pytest.raises(InputError, match="altered since it was mined"):
        read_negatives(folder, data)
    manifest = folder / "for-queries" / "manifest.json"
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"complete": False}))
    with pytest.raises(InputError, match="not complete"):
        read_negatives(folder, data)
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match="holds no mined negatives"):
        read_negatives(tmp_path / "empty", data)
    (tmp_path / "x.npy").write_bytes(b"")
    with pytest.raises(InputError, match="no manifest beside it"):
        read_negatives(tmp_path / "x.npy", data)


def table(path, rows):
    columns = {"query_id": [anchor for anchor, _ in rows], "negatives": [ids for _, ids in rows]}
    parquet.write_table(pa.table(columns), path)
    return path


def test_a_table_of_ones_own_is_read_and_checked(data, tmp_path):
    negatives = read_negatives(table(tmp_path / "own.parquet", [("train-v0", ["train-c1", "train-c2"])]), data)
    assert dict(negatives.candidates) == {"train-v0": ("train-c1", "train-c2")} and not negatives.vacancies
    with pytest.raises(UnknownIdError, match="1 of 1 negatives are not candidates of these data: 'nobody'"):
        read_negatives(table(tmp_path / "a.parquet", [("train-v0", ["nobody"])]), data)
    with pytest.raises(InputError, match="1 anchors stand in two rows: 'train-v0'"):
        read_negatives(table(tmp_path / "b.parquet", [("train-v0", ["train-c1"])] * 2), data)
    with pytest.raises(InputError, match="no negative for any anchor of the 24 positive pairs"):
        read_negatives(table(tmp_path / "c.parquet", [("train-v0", [])]), data)
    (tmp_path / "d.parquet").write_text("torn")
    with pytest.raises(InputError, match="cannot be read as a table of query_id"):
        read_negatives(tmp_path / "d.parquet", data)


def test_copies_draw_from_the_lists_of_their_originals(data, tmp_path):
    negatives = read_negatives(table(tmp_path / "own.parquet", [("train-v0", ["train-c1"])]), data)
    copies = replace(data, vacancies={**data.vacancies, "aug:eda:train-v0": "nurse", "aug:eda:train-v1": "cook"})
    found = for_copies(negatives, copies)
    assert dict(found.candidates) == {"train-v0": ("train-c1",), "aug:eda:train-v0": ("train-c1",)}
