"""jobfit train: from a prepared folder to a model, resumed, and refused clearly."""

import json

import pyarrow as pa
import pytest
from pyarrow import parquet

WORDS = ("nurse", "cook", "welder", "driver", "baker", "clerk")


@pytest.fixture
def backbone(save_bert, tmp_path):
    return save_bert(tmp_path / "tiny-bert", [*WORDS, "wanted"])


@pytest.fixture
def prepared(tmp_path):
    """``prepared(labels)``: a folder as `jobfit prepare` writes it; pair i is (c{i}, v{i mod vacancies})."""

    def write(labels=(1,) * 12, vacancies=6, long=False):
        folder = tmp_path / "prepared"
        folder.mkdir()
        (folder / "funnel.json").write_text(json.dumps({"format": "jobfit-prepared-1"}))
        texts = [f"{WORDS[i % 6]} " * (100_000 if long and i == 0 else 2) for i in range(len(labels))]
        for side, count in (("candidates", len(labels)), ("vacancies", vacancies)):
            rows = [json.dumps({"_id": f"{side[0]}{i}", "text": f"{texts[i]}"}) for i in range(count)]
            (folder / f"{side}.jsonl").write_text("\n".join(rows))
        table = {
            "candidate_id": [f"c{i}" for i in range(len(labels))],
            "vacancy_id": [f"v{i % vacancies}" for i in range(len(labels))],
            "binary": pa.array(labels, pa.int32()),
        }
        parquet.write_table(pa.table(table), folder / "pairs.parquet")
        return folder

    return write


FAST = ("--set", "loop.threads=1", "--set", "loop.precision=f32", "--set", "loop.batch_size=4", "--hold-out", "0.3")


def test_train_writes_a_model_and_says_what_it_is(jobfit, prepared, backbone, tmp_path):
    done = jobfit("train", "--data", prepared(), "--out", tmp_path / "out", "--model", backbone, *FAST, "--json")
    assert done.code == 0, done.err
    assert (tmp_path / "out/model/modules.json").is_file()
    assert done.json["sha256"] and done.json["validation"]["metrics"]
    assert "Training on 8 pairs, 0 rejects" in done.err
    again = jobfit("train", "--data", tmp_path / "prepared", "--out", tmp_path / "out", "--model", backbone, *FAST)
    assert (again.code, "earlier training" in again.err) == (2, True)
    resumed = jobfit(
        "train",
        "--data",
        tmp_path / "prepared",
        "--out",
        tmp_path / "out",
        "--model",
        backbone,
        *FAST,
        "--resume",
        "--json",
    )
    assert resumed.json == done.json


@pytest.mark.parametrize("more", [(), ("--rounds", "1")], ids=["once", "rounds"])
def test_groups_are_measured_for_the_card_and_printed(jobfit, prepared, backbone, tmp_path, more):
    (tmp_path / "g.csv").write_text("candidate_id,sex\n" + "".join(f"c{i},{'fm'[i % 2]}\n" for i in range(12)))
    said = ("train", "--data", prepared(), "--model", backbone, *FAST, *more, "--groups", tmp_path / "g.csv")
    done = jobfit(*said, "--out", tmp_path / "out", "--json")
    assert done.code == 0, done.err
    names = [row["group"] for row in done.json["groups"]]
    assert [name.partition(":")[0] for name in names] == ["sex f", "sex f", "sex m", "sex m"]
    assert f"| {names[1]} | " in (tmp_path / "out/model/README.md").read_text()
    assert f"{names[1]}: " in jobfit(*said, "--out", tmp_path / "shown").out


def test_train_reads_a_settings_file_and_options_go_over_it(jobfit, prepared, backbone, tmp_path):
    (tmp_path / "s.yaml").write_text("loop: {epochs: 3, batch_size: 4, threads: 1}\nmodel: {pooling: cls}\n")
    said = ("--settings", tmp_path / "s.yaml", "--set", "loop.epochs=1", "--set", "loop.learning_rate=2e-5")
    done = jobfit(
        "train",
        "--data",
        prepared(),
        "--out",
        tmp_path / "out",
        "--model",
        backbone,
        *said,
        "--hold-out",
        "0",
        "--json",
    )
    assert done.json["steps"] == 3  # 12 pairs in batches of 4, once
    assert json.loads((tmp_path / "out/result.json").read_text())["recipe"]["model_options"]["pooling"] == "cls"


@pytest.mark.parametrize(
    ("labels", "vacancies", "words"),
    [
        ((0,) * 6, 6, "no positive pair and no preference for train (6 rejects)"),
        ((1,) * 4, 1, "needed, one to learn from and one to validate on, not 1"),
    ],
)
def test_train_on_labels_that_teach_nothing_says_why(jobfit, prepared, backbone, tmp_path, labels, vacancies, words):
    folder = prepared(labels, vacancies)
    done = jobfit("train", "--data", folder, "--out", tmp_path / "out", "--model", backbone, *FAST)
    assert done.code == 2
    assert words in " ".join(done.err.split())


def test_train_on_one_vacancy_without_a_validation_set_says_why(jobfit, prepared, backbone, tmp_path):
    folder = prepared((1,) * 4, 1)
    done = jobfit("train", "--data", folder, "--out", tmp_path / "out", "--model", backbone, "--hold-out", "0")
    assert done.code == 2
    assert "all positives are of one vacancy ('v0')" in " ".join(done.err.split())


def test_train_on_a_text_of_100000_words_cuts_it_and_says_so(jobfit, prepared, backbone, tmp_path):
    folder = prepared(long=True)
    done = jobfit("train", "--data", folder, "--out", tmp_path / "out", "--model", backbone, *FAST)
    assert done.code == 0, done.err
    assert "1 of 18 texts are longer than" in done.err or "2 of 18 texts are longer than" in done.err


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (("--set", "loop.epoch=1"), "unknown setting 'epoch'; there are: epochs"),
        (("--set", "epochs=1"), "tables loop, model, stage"),
        (("--set", "stage.method=dpo"), "should be 'contrastive', 'ranking', 'rankpo'"),
        (("--pairs", "missing.parquet"), "missing.parquet cannot be read as a table"),
    ],
)
def test_train_refuses_what_it_does_not_know(jobfit, prepared, backbone, tmp_path, said, words):
    done = jobfit("train", "--data", prepared(), "--out", tmp_path / "out", "--model", backbone, *said)
    assert done.code == 2
    assert words in " ".join(done.err.split())
    assert not (tmp_path / "out").exists()


def test_rounds_keep_the_best_model_and_a_line_for_each(jobfit, prepared, backbone, tmp_path):
    arguments = ("train", "--data", prepared(), "--out", tmp_path / "out", "--model", backbone, *FAST, "--json")
    rounds = ("--rounds", 1, "--rounds-mode", "combined", "--strategy", "topk")
    done = jobfit(*arguments, *rounds)
    assert done.code == 0, done.err
    assert [one["round"] for one in done.json["rounds"]] == [0, 1]
    assert (tmp_path / "out/model/modules.json").is_file() and "round 1: nDCG@10" in done.err
    best = max(done.json["rounds"], key=lambda one: (one["validation"], -one["round"]))
    assert (done.json["best_round"], done.json["sha256"]) == (best["round"], best["sha256"])
    again = jobfit(*arguments, *rounds)
    assert (again.code, "earlier training" in again.err) == (2, True)
    assert jobfit(*arguments, *rounds, "--resume").json == done.json
