"""A training that is killed at any moment and resumed ends in the bytes of an undisturbed one.

Few kills here; ``JOBFIT_TRAIN_KILLS`` sets the number for ``make faults-train``. Kills come at random moments (another
seed each time) between the first look at validation and the end, so many fall inside the writing of a checkpoint: there
is one after every second step, flushed to disk. Each training is killed once or twice, then resumed to its end; another
SHA-256 fails the test at once.
"""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

KILLS = int(os.environ.get("JOBFIT_TRAIN_KILLS", "2"))
RESULT = os.environ.get("JOBFIT_TRAIN_KILLS_RESULT")  # a file for what was found
SOURCE = Path(__file__).resolve().parents[2] / "src"

# One process trains; killing one child of it a time keeps a kill cheap: torch is imported once.
SERVER = """
import os, sys
import torch
from pathlib import Path
from jobfit.judged import Pair
from jobfit.training.data import TrainingSet
from jobfit.training.loop.settings import TrainSettings
from jobfit.training.model import ModelOptions, TrainableEncoder
from jobfit.training.stages import Stage, fit
from jobfit.training.loop import checkpoint

backbone, base = sys.argv[1], Path(sys.argv[2])
words = "nurse cook welder driver ward soup steel truck years of with a team".split()
def text(i, side):
    return " ".join(words[(i * k + side) % len(words)] for k in range(1, 5 + i % 7))
train = TrainingSet({f"c{i}": text(i, 0) for i in range(40)}, {f"v{i}": text(i, 1) for i in range(40)},
                    tuple(Pair(f"c{i}", f"v{i}") for i in range(40)))
held = TrainingSet({f"x{i}": text(i, 2) for i in range(8)}, {f"y{i}": text(i, 3) for i in range(8)},
                   tuple(Pair(f"x{i}", f"y{i}") for i in range(8)), split="validation")
settings = TrainSettings(epochs=3, batch_size=4, accumulate=2, learning_rate=1e-3, checkpoint_every=2, evaluate_every=5,
                         precision="f32", device="cpu", threads=1)
torch.set_num_threads(1)
TrainableEncoder.load(backbone)  # imports all that every child needs

def train_once(name):
    from jobfit.training.loop import trainer
    model = TrainableEncoder.load(backbone, ModelOptions(max_tokens=32, dropout=0.1))
    begun = []
    def progress(done, total):
        if not begun:
            begun.append(1)
            print("begun", flush=True)
    done = fit(model, train, held, base / name, settings, on_progress=progress)
    print("done", done.sha256, flush=True)

for line in sys.stdin:
    child = os.fork()
    if child == 0:
        try:
            train_once(line.strip())
        except BaseException as error:
            print("failed", type(error).__name__, str(error).replace(chr(10), " "), flush=True)
        os._exit(0)
    print("child", child, flush=True)
    sys.stdin.readline()  # until then a child that ended keeps its id
    os.waitpid(child, 0)
    print("gone", flush=True)
"""


class Server:
    def __init__(self, backbone, base):
        environment = dict(os.environ) | {"PYTHONPATH": str(SOURCE), "HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1"}
        self.process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", SERVER, str(backbone), str(base)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment,
        )  # fmt: skip

    def run(self, name, kill_after=None):
        """Train ``name``; kill it ``kill_after`` seconds after its first look. Returns the SHA-256, or ``None``.

        :attr:`seconds` is the time from that look to the end.
        """
        self.say(name)
        child = int(self.expect("child")[0])
        if kill_after is None:
            self.say("wait")
        sha256, began = None, time.monotonic()
        while (line := self.read())[0] != "gone":
            if line[0] == "failed":
                pytest.fail(" ".join(line))
            if line[0] == "done":
                sha256 = line[1]
            if line[0] == "begun":
                began = time.monotonic()
            if line[0] == "begun" and kill_after is not None:
                time.sleep(kill_after)
                os.kill(child, signal.SIGKILL)
                self.say("wait")
        self.seconds = time.monotonic() - began
        return sha256

    def say(self, line):
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()

    def expect(self, word):
        line = self.read()
        assert line[0] == word, line
        return line[1:]

    def read(self):
        line = self.process.stdout.readline()
        assert line, "the training process ended"
        return line.split()

    def close(self):
        self.process.stdin.close()
        self.process.wait(timeout=60)
        self.process.stdout.close()


@pytest.fixture
def backbone(save_bert, tmp_path):
    words = ["nurse", "cook", "welder", "driver", "ward", "soup", "steel", "truck", "years", "of", "with", "a", "team"]
    return save_bert(tmp_path / "tiny-bert", words)


def where_it_fell(folder):
    """What the kill left: the writing that it cut, or the last whole checkpoint."""
    if any((folder / "checkpoints").glob(".step-*.part")):
        return "inside the writing of a checkpoint"
    if any(folder.glob(".best-*.part")):
        return "inside the writing of the best weights"
    steps = sorted((folder / "checkpoints").glob("step-*"))
    return f"after the checkpoint of step {int(steps[-1].name[5:])}" if steps else "before the first checkpoint"


def test_training_killed_at_random_moments_ends_in_the_bytes_of_an_undisturbed_one(backbone, tmp_path):
    started = time.monotonic()
    server, dice, fell, identical, number = Server(backbone, tmp_path), random.Random(), Counter(), 0, 0
    try:
        expected, usual = server.run("whole"), server.seconds
        while identical < KILLS:
            name = f"killed-{number}"
            number += 1
            before = fell.total()
            for _ in range(dice.choice((1, 1, 2))):
                ended = server.run(name, kill_after=dice.uniform(0, usual))
                if ended is not None:  # the kill came too late
                    break
                fell[where_it_fell(tmp_path / name)] += 1
            assert server.run(name) == expected
            identical += fell.total() > before
            result = json.loads((tmp_path / name / "result.json").read_text())
            assert result["trained"]["weights_sha256"] == expected
            assert not any((tmp_path / name / "checkpoints").glob(".step-*.part"))
            shutil.rmtree(tmp_path / name)
    finally:
        server.close()
    facts = {
        "kills": fell.total(), "killed_trainings_that_ended_in_the_same_sha256": identical, "in_another": 0,
        "sha256": expected, "seconds": round(time.monotonic() - started, 1),
        "where_the_kills_fell": dict(sorted(fell.items())),
    }  # fmt: skip
    print(json.dumps(facts))
    if RESULT:
        write_result(facts)


def write_result(facts):
    """Write ``facts`` with the machine they are of, as every number in ``results/`` has it."""
    import environment

    described = environment.describe("torch", "transformers") | {"command": "make faults-train"}
    Path(RESULT).write_text(json.dumps(described | facts, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
