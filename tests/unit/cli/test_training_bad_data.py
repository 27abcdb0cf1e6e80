"""What the commands of training say of data that cannot teach, and what of data that are merely odd.

Rows are changes to good data; cells are the exit code and words of the message, or of the answer where the command goes
on. `jobfit align` has data of its own kind: see the end.
"""

import json
import os
import signal

import pyarrow as pa
import pytest
from pyarrow import parquet

from jobfit.training.loop.step import Stepper

TRADES = ("nurse", "cook", "welder", "driver", "baker", "clerk", "teacher")
LONG = "nurse wanted " * 50_000


@pytest.fixture
def here(tmp_path, monkeypatch, save_bert):
    """A folder and a home of the test's own, with a backbone in ``bert``."""
    monkeypatch.setenv("JOBFIT_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    save_bert(tmp_path / "bert", [*TRADES, "wanted", "of", "years"])
    return tmp_path


def write(folder, vacancies, pairs):
    """A folder as `jobfit prepare` writes it, a run, and settings of a minuscule recipe."""
    data = folder / "prepared"
    data.mkdir()
    (data / "funnel.json").write_text(json.dumps({"format": "jobfit-prepared-1"}))
    sides = {"candidates": [f"{trade} of years" for trade in (*TRADES, *TRADES)], "vacancies": vacancies}
    for side, found in sides.items():
        rows = [json.dumps({"_id": f"{side[0]}{i}", "text": text}) for i, text in enumerate(found)]
        (data / f"{side}.jsonl").write_text("\n".join(rows))
    columns = dict(zip(("candidate_id", "vacancy_id", "binary"), zip(*pairs)))
    parquet.write_table(pa.table(columns), data / "pairs.parquet")
    qrels = "".join(f"{v}\t{c}\t{grade}\n" for c, v, grade in pairs)
    (data / "qrels.tsv").write_text(f"query-id\tcorpus-id\tscore\n{qrels}")
    asked = sorted({v for _, v, _ in pairs})
    ranked = "".join(f"{v} Q0 c{n} {n} {9 - n} m\n" for v in asked for n in range(1, 8))
    (folder / "run.trec").write_text(ranked.replace("c7", "c99") if ("c99", "v3", 1) in pairs else ranked)
    (folder / "settings.yaml").write_text("loop: {max_steps: 1, threads: 1}\nrecipe: {backbone: bert}")


FITTING = [(f"c{i}", f"v{i % 7}", 1) for i in range(14)]
WANTED = [f"{trade} wanted" for trade in TRADES]
CHANGES = {
    "unknown id": (WANTED, [*FITTING, ("c99", "v3", 1)]),
    "100,000 words": ([LONG, *WANTED[1:]], FITTING),
    "no positive": (WANTED, [(c, v, 0) for c, v, _ in FITTING]),
    "all positive": (WANTED, [(f"c{i}", f"v{j}", 1) for i in range(14) for j in range(7)]),
    "one vacancy": (WANTED[:1], [(f"c{i}", "v0", 1) for i in range(3)]),
    "no vacancy": ([], FITTING),
}
COMMANDS = {
    "train": "train --data prepared --out out --model bert --hold-out 0.3 --set loop.max_steps=1 --set loop.threads=1",
    "mine": "mine --data prepared --out out --model hashing --strategy topk -k 2",
    "hyre": "hyre --vacancies prepared --out out --offline",
    "annotate": "annotate --vacancies prepared --candidates prepared --run run.trec --simulate-from prepared/qrels.tsv"
    " --per-vacancy 9 --out out",
    "reproduce": "reproduce confit-v2 --quick --data prepared --settings settings.yaml --out out",
}


@pytest.mark.parametrize(
    ("change", "command", "code", "words"),
    [
        ("unknown id", "train", 2, "1 of 15 candidates are not in prepared (prepare them too, or leave"),
        ("unknown id", "mine", 2, "1 of 15 documents that the positive pairs name are unknown: 'c99'. Give"),
        ("unknown id", "annotate", 2, "pairs: 1 of 7 candidates have no text: 'c99'"),
        ("unknown id", "reproduce", 2, "1 of 15 candidates are not in prepared (prepare them too"),
        ("100,000 words", "train", 0, '"cut": 1'),
        ("100,000 words", "mine", 0, '"anchors": 7'),
        ("100,000 words", "hyre", 0, '"written": 7'),
        ("100,000 words", "annotate", 0, '"failed": 0'),
        ("no positive", "train", 2, "no positive pair and no preference for train (14 rejects). Training needs some"),
        ("no positive", "mine", 2, "no pair has a grade above 0 and a text on both sides: nothing to mine for"),
        ("no positive", "reproduce", 2, "no positive pair and no preference for train (14 rejects)"),
        ("all positive", "train", 0, '"steps": 1'),
        ("all positive", "mine", 0, '"negatives": 0, "fewer": 0, "none": 7'),
        ("one vacancy", "train", 2, "needed, one to learn from and one to validate on, not 1"),
        ("one vacancy", "mine", 2, "Mine the other way only: --direction queries"),
        ("one vacancy", "hyre", 0, '"written": 1'),
        ("one vacancy", "annotate", 0, '"pairs": 9'),
        ("one vacancy", "reproduce", 2, "needed, one to learn from and one to validate on, not 1"),
        ("no vacancy", "train", 2, "7 of 7 vacancies are not in prepared"),
        ("no vacancy", "mine", 2, "prepared/vacancies.jsonl: no document with a text"),
        ("no vacancy", "hyre", 2, "prepared: no text of vacancies here"),
        ("no vacancy", "annotate", 2, "prepared: no text of vacancies here"),
        ("no vacancy", "reproduce", 2, "7 of 7 vacancies are not in prepared"),
    ],
)  # fmt: skip
def test_odd_data_get_an_answer_or_one_clear_line(jobfit, here, change, command, code, words):
    write(here, *CHANGES[change])
    ran = jobfit(*COMMANDS[command].split(), "--json")
    assert (ran.code, "Traceback" in ran.err) == (code, False)
    assert words in (ran.json["error"]["message"] if code else ran.out)
    if command != "annotate":  # its file of votes begins before the pairs are looked at
        assert (here / "out").exists() == (code == 0)  # a refusal leaves nothing behind


def sweep(here, rate):
    """RankPO's files for six trades, and a sweep of one point."""
    folder = here / "pairs"
    folder.mkdir()
    trades = TRADES[:6]
    rows = [{"query": f"{t} wanted", "positives": [f"{t} of years"], "negatives": [f"{trades[i - 1]} of years"]}
            for i, t in enumerate(trades)]  # fmt: skip
    (folder / "train_data.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    pairs = [
        {"query": row["query"], "passage1": row["positives"][0], "passage2": row["negatives"][0], "preferred": "A",
         "query_id": f"q{i}", "passage_id1": f"a{i}", "passage_id2": f"b{i}"} for i, row in enumerate(rows)
    ]  # fmt: skip
    (folder / "annotated_pair_data.jsonl").write_text("".join(json.dumps(row) + "\n" for row in pairs))
    loop = "{batch_size: 2, threads: 1, precision: f32, warm_up: 0.0, epochs: 9, max_steps: 3}"
    (here / "sweep.yaml").write_text(
        f"recipe: {{rates: [{rate}], methods: [rankpo]}}\nalignment_loop: {loop}\nloop: {loop}\n"
        "model: {max_tokens: 16}"
    )
    return (
        "align",
        "--sweep",
        "sweep.yaml",
        "--data",
        folder,
        "--model",
        "bert",
        "--out",
        "out",
        "--seeds",
        1,
        "--json",
    )


def test_sweep_with_a_loss_that_is_no_number_names_step_and_pairs_and_keeps_its_rows(jobfit, here):
    ran = jobfit(*sweep(here, "1.0e+12"))
    assert ran.code == 8, ran.err
    assert "step 2: the loss is nan. Its examples: " in ran.json["error"]["message"]
    assert "lower learning rate" in ran.json["error"]["message"]
    assert "stage-1.seed-1.json" in {path.name for path in (here / "out/rows").iterdir()}


def test_sweep_interrupted_keeps_its_rows_and_goes_on(jobfit, here, monkeypatch):
    words = (*sweep(here, "1.0e-3"), "--json")
    real, taken = Stepper.take, []

    def take(self, step):
        taken.append(step)
        if len(taken) == 2:
            os.kill(os.getpid(), signal.SIGINT)
        return real(self, step)

    with monkeypatch.context() as patch:
        patch.setattr(Stepper, "take", take)
        stopped = jobfit(*words)
    assert stopped.code == 130
    assert "the state is kept in out" in stopped.json["error"]["message"]
    before = {path: path.stat().st_mtime_ns for path in (here / "out/rows").iterdir()}
    ended = jobfit(*words)
    assert (ended.code, [row["key"] for row in ended.json["rows"]][-2:]) == (0, ["stage-1", "rankpo@0.001-beta-2"])
    assert before.items() <= {path: path.stat().st_mtime_ns for path in (here / "out/rows").iterdir()}.items() != set()


PREFERENCES = [{"query_id": f"q{i}", "preferred": "A", "score_a": 0.9, "score_b": 0.1} for i in range(3)]


@pytest.mark.parametrize(
    ("rows", "more", "code", "words"),
    [
        ([], (), 2, "no preference: nothing to evaluate"),
        (PREFERENCES[:1], (), 0, '"queries": 1'),
        (PREFERENCES, (), 0, '"judge": {"n": 3, "first": 3, "share": 1.0'),  # all labels equal
        ([PREFERENCES[0] | {"preferred": "C"}], (), 2, "scored.jsonl:1: query 'q0': preferred is A or B, not 'C'"),
        ([PREFERENCES[0] | {"score_a": float("nan")}], (), 2, "scored.jsonl:1: NaN is not a JSON value"),
        (PREFERENCES, ("--run", "one.run", "--qrels", "qrels.txt"), 2, "no query in common: do they belong together"),
    ],
)  # fmt: skip
def test_align_of_odd_preferences_answers_or_says_why(jobfit, tmp_path, monkeypatch, rows, more, code, words):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "scored.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (tmp_path / "one.run").write_text("q0 Q0 d1 1 3.0 m\n")
    (tmp_path / "qrels.txt").write_text("q9 0 d1 1\n")
    ran = jobfit("align", "scored.jsonl", *more, "--json")
    assert ran.code == code
    assert words in (ran.json["error"]["message"] if code else ran.out)
