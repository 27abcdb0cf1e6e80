"""A full disk and Ctrl-C in every command of training: clear words, the right exit code, and nothing is lost.

The disk is really full: the process may write no file larger than a limit (RLIMIT_FSIZE), and every write beyond it
fails in the system. Ctrl-C is a real SIGINT at a stated moment. Afterwards the same command goes on and ends as if
nothing had happened.
"""

import json
import os
import signal

import pyarrow as pa
import pytest
import yaml
from pyarrow import parquet

from jobfit.ingest.formats.trec import write_run
from jobfit.keyed_lines import KeyedLines
from jobfit.reading import read_documents
from jobfit.retrieval.systems import rank
from jobfit.training.loop.step import Stepper
from jobfit.training.mining.mined import MiningFolder

TRADES = ("nurse", "cook", "welder", "driver", "baker", "clerk", "teacher")
LOOP = {"batch_size": 4, "precision": "f32", "threads": 1, "learning_rate": 1e-3, "checkpoint_every": 1}
FAST = [word for name, value in LOOP.items() for word in ("--set", f"loop.{name}={value}")]


@pytest.fixture
def command(jobfit, monkeypatch, tmp_path):
    """``command(...)`` runs jobfit in a folder and with a home of the test's own."""
    monkeypatch.setenv("JOBFIT_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored where tests run in the background
    yield jobfit
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def data(tmp_path, save_bert):
    """A folder as `jobfit prepare` writes it, 14 candidates and 7 vacancies; a run of it; a backbone in ``bert``."""
    folder = tmp_path / "prepared"
    folder.mkdir()
    (folder / "funnel.json").write_text(json.dumps({"format": "jobfit-prepared-1"}))
    texts = {"candidates": [f"{trade} of {n} years" for n in (3, 8) for trade in TRADES]}
    texts["vacancies"] = [f"{trade} wanted" for trade in TRADES]
    for side, found in texts.items():
        rows = [json.dumps({"_id": f"{side[0]}{i}", "text": text}) for i, text in enumerate(found)]
        (folder / f"{side}.jsonl").write_text("\n".join(rows))
    pairs = [(f"c{i}", f"v{i % 7}", 1) for i in range(14)] + [(f"c{i}", f"v{(i + 1) % 7}", 0) for i in range(14)]
    columns = dict(zip(("candidate_id", "vacancy_id", "binary"), zip(*pairs)))
    parquet.write_table(pa.table(columns), folder / "pairs.parquet")
    qrels = "".join(f"{v}\t{c}\t{grade}\n" for c, v, grade in pairs)
    (folder / "qrels.tsv").write_text(f"query-id\tcorpus-id\tscore\n{qrels}")
    queries, corpus = (tuple(read_documents(folder / f"{side}.jsonl")) for side in ("vacancies", "candidates"))
    write_run(rank("random", queries, corpus, 10), tmp_path / "run.trec")
    save_bert(tmp_path / "bert", [*TRADES, "wanted", "of", "years", "3", "8"])
    return folder


def fill(monkeypatch, kind, method, full):
    """The disk is full while ``kind.method`` runs."""
    real = getattr(kind, method)

    def filled(self, *arguments):
        with full():
            return real(self, *arguments)

    monkeypatch.setattr(kind, method, filled)


def press(monkeypatch, kind, method, call):
    """Press Ctrl-C when ``kind.method`` has run ``call`` times."""
    real, calls = getattr(kind, method), []

    def pressed(self, *arguments, **named):
        found = real(self, *arguments, **named)
        calls.append(1)
        if len(calls) == call:
            os.kill(os.getpid(), signal.SIGINT)
        return found

    monkeypatch.setattr(kind, method, pressed)


def train(data, out):
    return ("train", "--data", data, "--out", out, "--model", "bert", *FAST, "--hold-out", 0.3, "--json")


def mine(data, out):
    return ("mine", "--data", data, "--out", out, "--model", "hashing", "--strategy", "topk", "-k", 2, "--json")


def hyre(data, out):
    return ("hyre", "--vacancies", data, "--out", out, "--offline", "--json")


def annotate(data, out):
    asked = ("--vacancies", data, "--candidates", data, "--run", "run.trec", "--per-vacancy", 4)
    return ("annotate", *asked, "--simulate-from", data / "qrels.tsv", "--out", out, "--json")


def contents(path):
    """The bytes of every file that says what came out."""
    files = [path] if path.is_file() else sorted(path.rglob("negatives.npy"))
    return [file.read_bytes() for file in files]


def test_train_on_a_full_disk_says_so_and_resumes_to_the_same_bytes(command, data, tmp_path, full_disk):
    whole = command(*train(data, "whole"))
    with full_disk(100_000):
        stopped = command(*train(data, "cut"))
    assert stopped.code == 8
    message = stopped.json["error"]["message"]
    assert message.startswith("step 1: cut/checkpoints/step-000000001 cannot be written (File too large); ")
    assert message.endswith("Make room and run it again (jobfit train: with --resume): the result will be the same")
    assert not list((tmp_path / "cut").rglob(".*.part"))
    assert command(*train(data, "cut"), "--resume").json["sha256"] == whole.json["sha256"]


def test_train_interrupted_keeps_the_step_and_resumes_to_the_same_bytes(command, data, monkeypatch):
    whole = command(*train(data, "whole"))
    with monkeypatch.context() as patch:
        press(patch, Stepper, "take", 2)
        stopped = command(*train(data, "cut"))
    assert stopped.code == 130
    assert "stopped at step 2 of 3; the state is kept in cut. " in stopped.json["error"]["message"]
    assert command(*train(data, "cut"), "--resume").json["sha256"] == whole.json["sha256"]


def test_train_on_a_loss_that_is_no_number_names_step_and_pairs(command, data, tmp_path):
    stopped = command(*train(data, "cut"), "--set", "loop.learning_rate=1e12", "--set", "loop.warm_up=0")
    assert stopped.code == 8
    message = stopped.json["error"]["message"]
    assert "step 2: the loss is nan. Its examples: c" in message
    assert "The checkpoint of step 1 is whole. Look at these texts; a lower learning rate" in message
    assert [path.name for path in (tmp_path / "cut/checkpoints").iterdir()] == ["step-000000001"]


CASES = pytest.mark.parametrize(
    ("words", "kind", "method", "call", "room"),
    [(mine, MiningFolder, "keep", 1, 100), (hyre, KeyedLines, "add", 3, 1000), (annotate, KeyedLines, "add", 9, 2500)],
    ids=["mine", "hyre", "annotate"],
)


@CASES
def test_a_full_disk_says_so_and_the_next_run_goes_on(
    command, data, tmp_path, monkeypatch, full_disk, words, kind, method, call, room
):
    whole = command(*words(data, "whole"))
    assert whole.code == 0, whole.err
    with monkeypatch.context() as patch:
        fill(patch, kind, method, lambda: full_disk(room))
        stopped = command(*words(data, "cut"))
    message = stopped.json["error"]["message"]
    assert stopped.code == 2
    assert message.startswith("cut") and "cannot be written (File too large)" in message and "again" in message
    again = command(*words(data, "cut"))
    assert again.code == 0, again.err
    assert contents(tmp_path / "cut") == contents(tmp_path / "whole") != []


@CASES
def test_an_interrupt_keeps_what_was_done_and_the_next_run_goes_on(
    command, data, tmp_path, monkeypatch, words, kind, method, call, room
):
    command(*words(data, "whole"))
    with monkeypatch.context() as patch:
        press(patch, kind, method, call)
        stopped = command(*words(data, "cut"))
    assert stopped.code == 130
    assert "Interrupted. Every finished batch is kept; run the command again to go on." in stopped.err
    again = command(*words(data, "cut"))
    assert again.code == 0, again.err
    assert again.json.get("kept", call) == call
    assert contents(tmp_path / "cut") == contents(tmp_path / "whole") != []


RECIPE = {"backbone": "bert", "iterations": 1, "windows": [[0.1, 0.5]]}


@pytest.fixture
def reproduce(data, small_trees, tmp_path):
    """The words of a small run of ConFit v2 on the prepared data."""
    tables = {"recipe": RECIPE, "model": {"max_tokens": 16, "freeze_layers": 0}, "loop": LOOP | {"max_steps": 2}}
    (tmp_path / "settings.yaml").write_text(yaml.safe_dump(tables))
    return ("reproduce", "confit-v2", "--quick", "--data", data, "--settings", "settings.yaml", "--json", "--out")


def test_reproduce_cut_short_twice_ends_in_the_same_rows(command, reproduce, tmp_path, monkeypatch, full_disk):
    whole = command(*reproduce, "whole")
    assert whole.code == 0, whole.err
    with monkeypatch.context() as patch:
        press(patch, Stepper, "take", 3)
        stopped = command(*reproduce, "cut")
    assert stopped.code == 130 and "the state is kept in" in stopped.json["error"]["message"]
    kept = {path.name: path.stat().st_mtime_ns for path in (tmp_path / "cut/rows").iterdir()}
    with full_disk(100_000):
        full = command(*reproduce, "cut")
    assert full.code == 8 and "seed-1" in full.json["error"]["message"]
    ended = command(*reproduce, "cut")
    assert ended.json == whole.json
    assert kept.items() <= {path.name: path.stat().st_mtime_ns for path in (tmp_path / "cut/rows").iterdir()}.items()
