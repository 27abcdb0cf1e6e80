"""Training sets: checked, hashed, never a test set; and where they are read from."""

import json
from dataclasses import replace
from hashlib import sha256

import pyarrow as pa
import pytest
from pyarrow import parquet

from jobfit.errors import InputError, LeakageError, UnknownIdError
from jobfit.judged import Pair, Preference
from jobfit.training.data import TrainingSet, check_apart, hold_out, unlabelled_pairs
from jobfit.training.reading import read_training_set

C = {f"c{i}": f"candidate {i}" for i in range(6)}
V = {f"v{i}": f"vacancy {i}" for i in range(4)}
PAIRS = tuple(Pair(f"c{i}", f"v{i % 4}") for i in range(6))


def test_hash_of_two_orders_is_one_and_is_the_digest_of_the_lines():
    data = TrainingSet({"c1": "é"}, {"v1": "w"}, (Pair("c1", "v1", 2),))
    lines = ['"train"', '["candidates",1]', '["c1","é"]', '["vacancies",1]', '["v1","w"]', '["positives",1]']
    lines += ['["c1","v1",2]', '["rejects",0]', '["preferences",0]', ""]
    assert data.hash == sha256("\n".join(lines).encode()).hexdigest()
    assert TrainingSet(C, V, PAIRS).hash == TrainingSet(dict(reversed(C.items())), V, PAIRS[::-1]).hash


@pytest.mark.parametrize(
    "change",
    [
        {"candidates": C | {"c0": "other"}},
        {"positives": PAIRS[1:]},
        {"rejects": (Pair("c0", "v3", 0),)},
        {"preferences": (Preference("v0", "c0", "c1"),)},
        {"split": "validation"},
    ],
)
def test_hash_of_other_contents_differs(change):
    whole = {"candidates": C, "vacancies": V, "positives": PAIRS}
    assert TrainingSet(**whole).hash != TrainingSet(**whole | change).hash


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        ({"positives": (Pair("c9", "v0"),)}, UnknownIdError, "1 of 1 candidates have no text: 'c9'"),
        ({"rejects": (Pair("c0", "v9", 0),)}, UnknownIdError, "'v9'"),
        ({"preferences": (Preference("v0", "c0", "c9"),)}, UnknownIdError, "'c9'"),
        ({"positives": (Pair("c0", "v0"), Pair("c0", "v0", 2))}, InputError, "occurs twice"),
        ({"positives": (Pair("c0", "v0", 0),)}, InputError, "grade of 1 or more"),
        ({"rejects": (Pair("c0", "v0", 1),)}, InputError, "grade 0"),
        ({"positives": (Pair("c0", "v0"),), "rejects": (Pair("c0", "v0", 0),)}, InputError, "both accepted and rej"),
        ({"preferences": (Preference("v0", "c0", "c0"),)}, InputError, "against itself"),
        ({"preferences": (Preference("v0", "c0", "c1", 0.0),)}, InputError, "confidence"),
        ({"candidates": C | {"c0": " "}, "positives": (Pair("c0", "v0"),)}, InputError, "empty text: 'c0'"),
        ({"split": "test"}, InputError, "jobfit evaluate"),
    ],
)
def test_set_that_contradicts_itself_is_refused(change, error, words):
    with pytest.raises(error, match=words.replace("(", r"\(")):
        TrainingSet(**{"candidates": C, "vacancies": V} | change)


def test_blank_text_that_no_pair_names_is_left_alone():
    assert len(TrainingSet(C | {"c9": ""}, V, PAIRS)) == 6


def test_positives_of_each_side_hold_every_known_pair():
    data = TrainingSet(C, V, PAIRS)
    assert data.positives_of_vacancies()["v0"] == {"c0", "c4"}
    assert data.positives_of_candidates()["c4"] == {"v0"}


def test_hold_out_keeps_each_vacancy_on_one_side_and_loses_nothing():
    data = TrainingSet(C, V, PAIRS, (Pair("c5", "v0", 0),), (Preference("v0", "c0", "c5"),))
    train, validation = hold_out(data, 0.5)
    assert {p.vacancy_id for p in train.positives} & {p.vacancy_id for p in validation.positives} == set()
    for name in ("positives", "rejects", "preferences"):
        assert sorted((*getattr(train, name), *getattr(validation, name))) == list(getattr(data, name))
    assert len({p.vacancy_id for p in validation.positives}) == 2
    check_apart(train, validation)
    assert hold_out(data, 0.5)[1].hash == validation.hash != hold_out(data, 0.5, seed=3)[1].hash


def test_hold_out_of_one_vacancy_says_how_many_there_are():
    with pytest.raises(InputError, match="needed, one to learn from and one to validate on, not 1"):
        hold_out(TrainingSet(C, V, (Pair("c0", "v0"), Pair("c1", "v0"))), 0.2)


def test_shared_pair_in_train_and_validation_is_leakage():
    with pytest.raises(LeakageError, match="1 positives are in train and in validation"):
        check_apart(TrainingSet(C, V, PAIRS), TrainingSet(C, V, PAIRS[:1], split="validation"))
    with pytest.raises(InputError, match="not train and train"):
        check_apart(TrainingSet(C, V, PAIRS), TrainingSet(C, V, PAIRS[:1]))


def prepared(folder, labels):
    folder.mkdir()
    (folder / "funnel.json").write_text(json.dumps({"format": "jobfit-prepared-1"}))
    for side, texts in (("candidates", C), ("vacancies", V)):
        rows = [json.dumps({"_id": i, "text": text}) for i, text in texts.items()]
        (folder / f"{side}.jsonl").write_text("\n".join(rows))
    table = {
        "candidate_id": [f"c{i}" for i in range(len(labels))],
        "vacancy_id": ["v1"] * len(labels),
        "binary": pa.array(labels, pa.int32()),
    }
    parquet.write_table(pa.table(table), folder / "pairs.parquet")
    return folder


def test_prepared_folder_gives_positives_and_rejects_and_leaves_out_what_is_neither(tmp_path):
    data = read_training_set(prepared(tmp_path / "p", [1, 0, None, 1]))
    assert (data.positives, data.rejects) == ((Pair("c0", "v1"), Pair("c3", "v1")), (Pair("c1", "v1", 0),))
    assert data.candidates == C


def test_prepared_folder_tells_the_talent_pool_from_what_is_censored(tmp_path):
    folder = prepared(tmp_path / "p", [1, 0, None, None])
    table = parquet.read_table(folder / "pairs.parquet")
    outcomes = pa.array(["hired", "rejected", "talent_pool", "censored"])
    parquet.write_table(table.append_column("outcome", outcomes), folder / "pairs.parquet")
    data = read_training_set(folder)
    assert (len(data.positives), len(data.rejects)) == (1, 1)
    assert data.pool == (Pair("c2", "v1"),)


def test_prepared_folder_without_a_positive_says_so(tmp_path):
    with pytest.raises(InputError, match=r"no positive pair and no preference for train \(2 rejects\)"):
        read_training_set(prepared(tmp_path / "p", [0, 0]))


def test_prepared_pair_with_an_id_that_was_never_prepared_is_refused_by_name(tmp_path):
    folder = prepared(tmp_path / "p", [1, 1])
    table = parquet.read_table(folder / "pairs.parquet")
    part = tmp_path / "mine.parquet"
    parquet.write_table(table.set_column(0, "candidate_id", pa.array(["c0", "c77"])), part)
    with pytest.raises(UnknownIdError, match=r"mine\.parquet: 1 of 2 candidates are not in .*p \(.*\): 'c77'"):
        read_training_set(folder, pairs=part)
    (folder / "locations.csv").write_text("kind,id\ncandidate,c77\n")  # prepared, but this variant has no text for it
    assert read_training_set(folder, pairs=part).positives == (Pair("c0", "v1"),)


def test_part_of_a_split_is_read_in_the_place_of_all_pairs(tmp_path):
    folder = prepared(tmp_path / "p", [1, 1])
    part = tmp_path / "validation.parquet"
    parquet.write_table(parquet.read_table(folder / "pairs.parquet").slice(1), part)
    assert read_training_set(folder, "validation", pairs=part).positives == (Pair("c1", "v1"),)


def confit(folder):
    folder.mkdir()
    (folder / "all_resume.csv").write_text("user_id,text_resume\nc0,zero\nc1,one\n")
    (folder / "all_jd.csv").write_text("jd_no,text_job\nv0,nought\n")
    rows = [{"user_id": f"c{i}", "jd_no": "v0", "satisfied": 1 - i} for i in (0, 1)]
    for name in ("train_labeled_data", "test_classification_data"):
        (folder / f"{name}.jsonl").write_text("\n".join(json.dumps(row) for row in rows))
    return folder


def test_confit_folder_gives_accepted_as_positives_and_never_its_test_pairs(tmp_path):
    folder = confit(tmp_path / "confit")
    data = read_training_set(folder)
    assert (data.positives, data.rejects) == ((Pair("c0", "v0"),), (Pair("c1", "v0", 0),))
    with pytest.raises(InputError, match="never 'test'"):
        read_training_set(folder, "test")
    with pytest.raises(InputError, match="no positive pair and no preference for validation"):
        read_training_set(folder, "validation")


def test_rankpo_file_gives_preferences_with_their_confidence(tmp_path):
    row = {"query": "q", "passage1": "a", "passage2": "b", "preferred": "B", "confidence_score": 65}
    ids = {"query_id": "v0", "passage_id1": "c0", "passage_id2": "c1"}
    file = tmp_path / "annotated_pair_data.jsonl"
    file.write_text(json.dumps(row | ids))
    assert read_training_set(file).preferences == (Preference("v0", "c1", "c0", 0.65),)


def test_talent_pool_is_a_list_of_its_own_and_changes_no_hash_where_there_is_none():
    people, openings = {"c1": "nurse", "c2": "cook"}, {"v1": "ward"}
    plain = TrainingSet(people, openings, (Pair("c1", "v1"),))
    assert replace(plain, pool=()).hash == plain.hash
    pooled = replace(plain, pool=(Pair("c2", "v1", 2),))
    assert pooled.hash != plain.hash and len(pooled) == 1
    with pytest.raises(InputError, match="of the talent pool were decided too"):
        replace(plain, pool=(Pair("c1", "v1", 2),))
    with pytest.raises(InputError, match=r"talent pool .* a grade of 1 or more"):
        replace(plain, pool=(Pair("c2", "v1", 0),))
    with pytest.raises(UnknownIdError, match="'c9'"):
        replace(plain, pool=(Pair("c9", "v1"),))


def test_hold_out_by_judged_vacancies_keeps_the_share_of_positives():
    people = {f"c{i}": "nurse" for i in range(2)}
    openings = {f"v{i}": "ward" for i in range(100)}
    positives = tuple(Pair("c0", f"v{i}") for i in range(10))
    rejects = tuple(Pair("c1", f"v{i}", 0) for i in range(100))
    data = TrainingSet(people, openings, positives, rejects)
    _, usual = hold_out(data, 0.5, seed=1)
    _, kept = hold_out(data, 0.5, seed=1, judged=True)
    assert (len(usual.positives), len(usual.rejects)) == (5, 5)
    assert len(kept.rejects) == 50 and 1 <= len(kept.positives) <= 9


def test_unlabelled_pairs_are_pairs_that_nobody_judged():
    people, openings = {f"c{i}": "nurse" for i in range(5)} | {"blank": " "}, {"v": "ward", "w": "ward"}
    data = TrainingSet(people, openings, (Pair("c0", "v"),), (Pair("c1", "v", 0),), pool=(Pair("c2", "v"),))
    drawn = unlabelled_pairs(data, 50, seed=3)
    assert {pair[:2] for pair in drawn} == {("c3", "v"), ("c4", "v")} and len(drawn) == 2
    assert drawn == unlabelled_pairs(data, 50, seed=3) and unlabelled_pairs(data, 0, seed=3) == []
