"""jobfit evaluate --data, split and convert, on a small data set and a small market."""

import csv
import json

import pytest

from jobfit.evaluation.datasets.formats import read_dataset, write_dataset
from jobfit.judged import CANDIDATES_FOR_VACANCY, Choice, Judged, Pair, Task
from jobfit.runs import Qrels

TRADES = ["nurse", "welder", "cook", "driver", "accountant", "tailor", "gardener", "plumber"]


@pytest.fixture
def dataset():
    """Eight vacancies, two candidates each of the same trade."""
    queries = {f"v{n}": f"we look for a {trade} for our team" for n, trade in enumerate(TRADES)}
    corpus = {f"c{n}-{i}": f"{trade} with {i} years of work" for n, trade in enumerate(TRADES) for i in range(2)}
    grades = {f"v{n}": {f"c{n}-0": 1} for n in range(4)}
    lists = {f"v{n}": tuple(corpus) for n in range(4)}
    pairs = {
        "train": tuple(Pair(f"c{n}-1", f"v{n}", 1) for n in (6, 7)),
        "validation": (Pair("c4-0", "v4", 1), Pair("c5-0", "v4", 0)),
        "test": (Pair("c5-0", "v5", 1), Pair("c4-0", "v5", 0)),
    }
    tasks = (Task(CANDIDATES_FOR_VACANCY, "test", Qrels(grades), lists),)
    return Judged(corpus, queries, tasks, pairs, (Choice("v1", "c1-0", "c2-0", "A"),), "d")


@pytest.fixture
def stored(dataset, tmp_path):
    write_dataset(dataset, tmp_path / "data", "parquet")
    return tmp_path / "data"


@pytest.mark.parametrize("system", ["random", "bm25", "tfidf", "dense", "hybrid"])
def test_evaluate_data_scores_rankings_pairs_and_preferences(jobfit, stored, system):
    measures = ("--measures", "R@2,AP")
    answer = jobfit("evaluate", "--data", stored, "--system", system, "--model", "hashing", *measures, "--json")
    assert answer.code == 0, answer.err
    found = answer.json
    assert (found["format"], found["system"], found["split"], found["masked"]) == ("parquet", system, "test", True)
    recall = found["rankings"][CANDIDATES_FOR_VACANCY]["measures"]["R@2"]
    assert recall["chance"] == pytest.approx(2 / 16)
    assert recall["pool"] == {"min": 16, "median": 16.0, "max": 16}
    assert set(found["guard"]) == {CANDIDATES_FOR_VACANCY, "pairs"}
    if system != "random":
        assert recall["mean"] == 1
        assert found["pairs"]["measures"]["roc_auc"]["mean"] == 1
        assert found["preferences"]["accuracy"]["mean"] == 1


def test_evaluate_data_prints_tables_and_what_to_know_first(jobfit, stored):
    answer = jobfit("evaluate", "--data", stored, "--system", "tfidf")
    assert answer.code == 0
    assert "each of 4 queries ranks its own list (60 listed pairs are unjudged)" in answer.err
    assert "guard: passed" in answer.err
    assert "document rate" in answer.out
    assert "chance is a random order" in answer.out


def test_evaluate_data_refuses_what_training_leaks_into(jobfit, dataset, tmp_path):
    leaky = Judged(dataset.candidates, dataset.vacancies, dataset.tasks, {"train": (Pair("c1-0", "v1", 1),)})
    write_dataset(leaky, tmp_path / "leaky", "parquet")
    run = ("evaluate", "--data", tmp_path / "leaky", "--system", "tfidf", "--json")
    answer = jobfit(*run)
    assert (answer.code, answer.json["error"]["type"]) == (2, "LeakageError")
    assert "('v1', 'c1-0')" in answer.json["error"]["message"]
    off = jobfit(*run, "--no-guard")
    assert off.code == 0
    assert "guard: switched off; nothing was checked for leakage" in off.json["notes"]


def test_evaluate_needs_a_run_or_a_data_set_and_not_both(jobfit, stored):
    assert "give --run and --qrels, or a data set" in jobfit("evaluate").err
    both = jobfit("evaluate", "--data", stored, "--qrels", stored / "dataset.json")
    assert (both.code, "brings its own judgements" in both.err) == (2, True)


def test_convert_says_what_has_no_place(jobfit, stored, tmp_path):
    answer = jobfit("convert", stored, tmp_path / "beir", "--to", "beir", "--json")
    assert (answer.code, answer.json["format"], answer.json["queries"]) == (0, "parquet", 8)
    assert "1 preferences" in answer.json["left_out"]
    assert read_dataset(tmp_path / "beir").tasks[0].qrels.grades["v0"] == {"c0-0": 1}
    plain = jobfit("convert", stored, tmp_path / "confit", "--to", "confit")
    assert "left out: 1 preferences" in plain.err
    assert jobfit("convert", stored, tmp_path / "x", "--to", "auto").code == 2


@pytest.fixture
def pairs(tmp_path):
    """300 pairs with dates and labels that nothing predicts; other columns, one of them with line breaks."""
    path = tmp_path / "pairs.csv"
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["candidate_id", "vacancy_id", "time", "label", "note"])
        for n in range(300):
            vacancy = n * 60 // 300
            day = 1 + vacancy // 6
            writer.writerow(
                [f"c{n * 7 % 290}", f"v{vacancy}", f"2024-01-{day:02}T08:00:00+00:00", n * 11 % 3 // 2, "a\nb"]
            )
    for side, count in (("v", 60), ("c", 290)):
        rows = (
            json.dumps({"_id": f"{side}{n}", "text": f"{side} text number {n} alone {n * n}"}) for n in range(count)
        )
        (tmp_path / f"{side}.jsonl").write_text("\n".join(rows))
    return tmp_path


def split(jobfit, pairs, *arguments, out="out"):
    texts = ("--vacancies", pairs / "v.jsonl", "--candidates", pairs / "c.jsonl")
    return jobfit("split", "--pairs", pairs / "pairs.csv", "--out", pairs / out, *texts, *arguments, "--json")


def rows_of(path):
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("by", ["vacancy", "candidate", "both", "time"])
def test_split_writes_every_row_once_with_its_columns(jobfit, pairs, by):
    answer = split(jobfit, pairs, "--by", by, "--fractions", "0.6,0.2,0.2")
    assert answer.code == 0, answer.err
    written = [row for part in answer.json["parts"].values() for row in rows_of(pairs / "out" / part["file"])]
    key = [(row["candidate_id"], row["vacancy_id"], row["time"], row["label"], row["note"]) for row in written]
    assert sorted(key) == sorted(tuple(row.values()) for row in rows_of(pairs / "pairs.csv"))
    manifest = json.loads((pairs / "out/split.json").read_text())
    assert manifest == {k: v for k, v in answer.json.items() if k != "folder"}
    assert sum(part["rows"] for part in manifest["parts"].values()) == 300 == manifest["funnel"][0]["left"]
    assert manifest["funnel"][-1]["left"] == 300 - manifest["parts"].get("dropped", {"rows": 0})["rows"]
    assert set(manifest["guard"]) == {"validation", "test"}
    assert all(not report["overlaps"] for report in manifest["guard"].values())


def test_split_is_the_same_for_the_same_seed(jobfit, pairs):
    one, two, other = (
        split(jobfit, pairs, "--seed", seed, out=out).json["parts"] for seed, out in ((1, "a"), (1, "b"), (2, "c"))
    )
    assert one == two != other


def test_split_by_time_takes_cut_dates(jobfit, pairs):
    answer = split(jobfit, pairs, "--by", "time", "--cut", "2024-01-06", "--cut", "2024-01-08", "--unseen", "none")
    assert answer.json["cuts"] == ["2024-01-06", "2024-01-08"]
    assert max(row["time"] for row in rows_of(pairs / "out/train.csv")) < "2024-01-06"
    assert min(row["time"] for row in rows_of(pairs / "out/test.csv")) >= "2024-01-08"


def test_split_reads_and_writes_parquet(jobfit, pairs):
    from pyarrow import csv as arrow_csv
    from pyarrow import parquet

    options = arrow_csv.ParseOptions(newlines_in_values=True)
    table = arrow_csv.read_csv(pairs / "pairs.csv", parse_options=options)
    parquet.write_table(table, pairs / "pairs.parquet")
    answer = jobfit(
        "split", "--pairs", pairs / "pairs.parquet", "--out", pairs / "out", "--near-duplicates", 0, "--json"
    )
    parts = [parquet.read_table(pairs / "out" / part["file"]) for part in answer.json["parts"].values()]
    assert sum(part.num_rows for part in parts) == 300
    read = parquet.read_schema(pairs / "pairs.parquet")
    assert all(part.schema == read for part in parts)


def test_split_refuses_a_table_whose_labels_a_memoriser_knows(jobfit, pairs):
    """Candidates who are always taken come back in test: known by their rate, refused, and accepted only by name."""
    with (pairs / "pairs.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["candidate_id", "vacancy_id", "label"])
        writer.writerows([f"c{c}", f"v{v}", int(c < 10)] for v in range(60) for c in range(20))
    answer = split(jobfit, pairs)
    assert (answer.code, answer.json["error"]["type"]) == (2, "LeakageError")
    assert "'document rate' is above chance" in answer.json["error"]["message"]
    assert not (pairs / "out").exists()
    accepted = split(jobfit, pairs, "--accept", "document rate", "--accept", "document count")
    assert accepted.code == 0, accepted.err
    assert accepted.json["guard"]["test"]["above_chance"] == ["document rate", "document count"]


def test_split_reads_the_columns_of_prepare_and_takes_an_empty_label_for_unknown(jobfit, pairs):
    rows = [f"c{v}-{i},v{v},{'' if i == 2 else i},2024-01-01 08:00:00.000000Z" for v in range(20) for i in range(3)]
    (pairs / "pairs.csv").write_text("candidate_id,vacancy_id,binary,time\n" + "\n".join(rows))
    answer = split(jobfit, pairs, "--near-duplicates", 0, "--fractions", "0.5,0,0.5")
    assert answer.code == 0, answer.err
    assert answer.json["guard"]["test"]["random"]["first_by_chance"] == 1 / 2  # two of each three are known


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--label-column", "lable"), "no column 'lable'"),
        (("--label-column", "note"), "label 'a\\nb' is not a number"),
        (("--by", "time", "--date-column", "note"), "is not a date"),
        (("--vacancy-column", "job"), "no column 'job'; there are: candidate_id"),
        (("--fractions", "a,b"), "three numbers"),
        (("--fractions", "0.5,0.1,0.1"), "sum 1"),
    ],
)
def test_split_says_what_is_wrong_with_table_or_rule(jobfit, pairs, arguments, message):
    answer = split(jobfit, pairs, *arguments)
    assert answer.code == 2
    assert message in answer.json["error"]["message"]
