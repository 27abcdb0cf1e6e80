"""jobfit mine, run as a user runs it."""

from __future__ import annotations

import json

import pytest

from jobfit.training.mining.mined import load_mined

TRADES = ("nurse", "welder", "cook", "python developer", "accountant", "driver")
TOWNS = ("Lyon", "Nantes", "Lille", "Metz")


@pytest.fixture
def mine(jobfit, monkeypatch, tmp_path):
    """``mine(...)`` with the fast model and a home of its own."""
    monkeypatch.setenv("JOBFIT_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: jobfit("mine", "--model", "hashing", "--out", "mined", *arguments)


@pytest.fixture
def data(tmp_path):
    """24 vacancies and 48 candidates as `jobfit prepare` names them; every vacancy has one or two positives."""
    vacancies = {f"v{i}": f"{trade} wanted in {town}" for i, (trade, town) in enumerate(both())}
    candidates = {f"c{i}": f"{trade} from {town}, {years} years" for i, (trade, town, years) in enumerate(people())}
    pairs = [(f"v{i}", f"c{2 * i}", 2) for i in range(24)] + [("v0", "c1", 1), ("v1", "c9", 0)]
    write(tmp_path / "vacancies.jsonl", vacancies)
    write(tmp_path / "candidates.jsonl", candidates)
    rows = "".join(f"{v}\t{c}\t{grade}\n" for v, c, grade in pairs)
    (tmp_path / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\n" + rows)
    return tmp_path


def both():
    return [(trade, town) for trade in TRADES for town in TOWNS]


def people():
    return [(trade, town, years) for trade, town in both() for years in (2, 9)]


def write(path, texts):
    path.write_text("".join(json.dumps({"_id": i, "text": text}) + "\n" for i, text in texts.items()))


def test_mine_both_directions_of_a_prepared_folder(mine, data):
    ran = mine("--data", data, "--json")
    assert ran.code == 0
    queries, documents = ran.json["directions"]["queries"], ran.json["directions"]["documents"]
    assert (queries["anchors"], queries["pool"], queries["window"]) == (24, 48, {"first": 10, "last": 11})
    assert (documents["anchors"], documents["without_positive"], documents["pool"]) == (25, 23, 24)
    for side in ("queries", "documents"):
        for anchor, found in load_mined(data / "mined" / f"for-{side}"):
            assert len(found) == 1
            assert {anchor[1:], found[0][1:]} != {"0", "1"}


def test_mine_never_gives_the_pairs_of_a_file_in_either_direction(mine, data):
    wanted = ("--data", data, "--strategy", "topk", "-k", "3", "--json")
    assert mine(*wanted).code == 0
    given = {(q, d) for q, found in load_mined(data / "mined" / "for-queries") for d in found}
    rows = "".join(f"{q}\t{d}\t0\n" for q, d in given)
    (data / "ineligible.tsv").write_text("query-id\tcorpus-id\tscore\n" + rows)
    ran = mine(*wanted, "--never", data / "ineligible.tsv", "--out", "kept-apart")
    assert ran.code == 0
    assert ran.json["directions"]["queries"]["negatives"] == 24 * 3
    for side in ("queries", "documents"):
        for anchor, found in load_mined(data / "kept-apart" / f"for-{side}"):
            pairs = {(anchor, i) if side == "queries" else (i, anchor) for i in found}
            assert not pairs & given


def test_mine_the_second_time_the_finished_result_is_there(mine, data):
    arguments = (
        "--data",
        data,
        "--strategy",
        "topk",
        "-k",
        3,
        "--direction",
        "queries",
        "--format",
        "parquet",
        "--json",
    )
    first = mine(*arguments)
    assert mine(*arguments).json == first.json
    assert [path.name for path in (data / "mined").iterdir()] == ["for-queries"]
    refused = mine(*arguments, "--seed", 1)
    assert refused.code == 2 and "seed differ" in refused.err


def test_mine_beir_files_by_name(mine, data):
    files = ("--queries", "vacancies.jsonl", "--documents", "candidates.jsonl", "--positives", "qrels.tsv")
    ran = mine(*files, "--strategy", "bm25", "-k", 2)
    assert ran.code == 0
    assert "48 negatives for 24 anchors, from ranks 0 to 47 of 48" in ran.out
    assert "23 without a positive were not mined for" in ran.out


@pytest.mark.parametrize(
    ("change", "arguments", "message"),
    [
        (("qrels.tsv", "v1\tc99\t1\n"), (), "1 of 26 documents that the positive pairs name are unknown: 'c99'"),
        (("qrels.tsv", "v99\tc1\t1\n"), (), "1 of 25 queries that the positive pairs name are unknown: 'v99'"),
        (("vacancies.jsonl", None), (), "no document with a text"),
        (("qrels.tsv", None), (), "no judgement in this file"),
        (None, ("--strategy", "topk", "--skip", 3), "--skip means nothing to --strategy topk"),
        (None, ("--strategy", "sample", "--low", 0.5), "--low is a rank for --strategy sample"),
        (None, ("--low", 0.5, "--high", 0.4), "low must be below high: 0.5 and 0.4"),
        (None, ("--queries", "vacancies.jsonl"), "give --data FOLDER, or all of"),
        (None, ("--out", "."), "was not written by `jobfit mine`"),
    ],
)  # fmt: skip
def test_mine_bad_input_is_one_clear_line(mine, data, change, arguments, message):
    if change:
        name, line = change
        (data / name).write_text((data / name).read_text() + line if line else "")
    if "--out" in arguments:
        (data / "for-queries").mkdir()
        (data / "for-queries" / "notes.txt").write_text("mine")
    ran = mine("--data", data, *arguments)
    assert ran.code == 2
    assert message in ran.err
    assert "Traceback" not in ran.err


def test_mine_one_vacancy_only_is_refused_with_the_way_out(mine, data):
    write(data / "vacancies.jsonl", {"v0": "nurse"})
    (data / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\nv0\tc0\t1\n")
    ran = mine("--data", data)
    assert ran.code == 2 and "--direction queries" in ran.err
    assert mine("--data", data, "--direction", "queries").code == 0


def test_mine_only_rejections_is_refused(mine, data):
    (data / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\nv0\tc0\t0\n")
    ran = mine("--data", data)
    assert ran.code == 2 and "no pair has a grade above 0" in ran.err


def test_mine_lines_without_a_text_are_counted(mine, data):
    write(
        data / "candidates.jsonl", {f"c{i}": "" if i == 0 else f"{t} {w} {y}" for i, (t, w, y) in enumerate(people())}
    )
    ran = mine("--data", data, "--direction", "queries", "--json")
    assert ran.code == 0
    left = {"queries without a text": 0, "documents without a text": 1, "positive pairs without a text": 1}
    assert ran.json["left_out"] == left


def test_mine_leaves_out_a_prepared_record_for_which_the_variant_has_no_text(mine, data):
    (data / "funnel.json").write_text(json.dumps({"format": "jobfit-prepared-1"}))
    (data / "qrels.tsv").write_text((data / "qrels.tsv").read_text() + "v1\tc99\t1\n")
    (data / "locations.csv").write_text("kind,id\ncandidate,c99\n")
    ran = mine("--data", data, "--direction", "queries", "--json")
    assert (ran.code, ran.json["left_out"]["positive pairs without a text"]) == (0, 1)
