"""A training that is killed at any moment and resumed ends in the bytes of an undisturbed one.

Few kills here; ``JOBFIT_TRAIN_KILLS`` sets the number for ``make faults-train``. Kills come at random moments between
the first step and the end, so some fall inside the writing of a checkpoint: there is one after every second step.
"""

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

KILLS = int(os.environ.get("JOBFIT_TRAIN_KILLS", "5"))
SOURCE = Path(__file__).resolve().parents[2] / "src"

# One process trains; killing one child of it a time keeps a kill cheap: torch is imported once.
SERVER = """
import os, sys
import torch
from pathlib import Path
from jobfit.training.data import Pair, TrainingSet
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
        """Train ``name``; kill it ``kill_after`` seconds after its first step. Returns the SHA-256, or ``None``."""
        self.say(name)
        child = int(self.expect("child")[0])
        if kill_after is None:
            self.say("wait")
        sha256 = None
        while (line := self.read())[0] != "gone":
            if line[0] == "failed":
                pytest.fail(" ".join(line))
            if line[0] == "done":
                sha256 = line[1]
            if line[0] == "begun" and kill_after is not None:
                time.sleep(kill_after)
                os.kill(child, signal.SIGKILL)
                self.say("wait")
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
def backbone(tmp_path):
    import torch
    from transformers import BertConfig, BertModel, BertTokenizerFast

    folder = tmp_path / "tiny-bert"
    folder.mkdir()
    words = [
        "[PAD]",
        "[UNK]",
        "[CLS]",
        "[SEP]",
        "[MASK]",
        "nurse",
        "cook",
        "welder",
        "driver",
        "ward",
        "soup",
        "steel",
        "truck",
        "years",
        "of",
        "with",
        "a",
        "team",
    ]
    (folder / "vocab.txt").write_text("\n".join(words))
    BertTokenizerFast(vocab=str(folder / "vocab.txt")).save_pretrained(folder)
    torch.manual_seed(0)
    size = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 64}
    BertModel(BertConfig(vocab_size=len(words), max_position_embeddings=64, **size)).save_pretrained(folder)
    return folder


def test_training_killed_at_random_moments_ends_in_the_bytes_of_an_undisturbed_one(backbone, tmp_path):
    server = Server(backbone, tmp_path)
    try:
        expected = server.run("whole")
        started = time.monotonic()
        assert server.run("timed") == expected
        usual = time.monotonic() - started
        dice = random.Random(7)
        killed = inside = ended = 0
        while killed < KILLS:
            name = f"killed-{ended}"  # some kills in one training, then to its end
            for _ in range(3):
                killed += server.run(name, kill_after=dice.uniform(0, 0.6) * usual) is None
                inside += any((tmp_path / name / "checkpoints").glob(".step-*.part"))
            assert server.run(name) == expected
            ended += 1
            result = json.loads((tmp_path / name / "result.json").read_text())
            assert result["trained"]["weights_sha256"] == expected
            assert not any((tmp_path / name / "checkpoints").glob(".step-*.part"))
    finally:
        server.close()
    print(f"{killed} kills, {inside} inside the writing of a checkpoint; {ended} trainings ended in the same SHA-256")
