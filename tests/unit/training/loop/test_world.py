"""Two processes train as one: the same weights, up to the order of a sum."""

import os
import runpy
import socket
import subprocess
import sys
from pathlib import Path

import torch
from safetensors.torch import load_file

SOURCE = Path(__file__).resolve().parents[4] / "src"
# Of two processes the second is a fork of the first after its imports, which take longest.
PROGRAM = """
import os, sys
from pathlib import Path
import torch
from safetensors.torch import save_file
from jobfit.judged import Pair
from jobfit.training.data import TrainingSet
from jobfit.training.loop import world
from jobfit.training.loop.settings import TrainSettings
from jobfit.training.model import ModelOptions, TrainableEncoder
from jobfit.training.loop.trainer import Trainer
from jobfit.training.objectives.contrastive import ContrastiveObjective
from jobfit.training.stages import Stage, contrastive_loss, fit

texts = ["nurse of ward", "cook of soup and bread with years", "welder", "driver with a truck", "baker of bread a team"]
train = TrainingSet({f"c{i}": t + " years" for i, t in enumerate(texts)}, {f"v{i}": t for i, t in enumerate(texts)},
                    tuple(Pair(f"c{i}", f"v{i}") for i in range(5)),
                    (Pair("c0", "v3", 0), Pair("c2", "v4", 0)))
settings = TrainSettings(epochs=3, batch_size=3, precision="f32", device="cpu", threads=1, learning_rate=1e-3)
model = TrainableEncoder.load(sys.argv[1], ModelOptions(max_tokens=32))
two = "WORLD_SIZE" in os.environ
other = os.fork() if two else None
if two:
    os.environ["RANK"] = "1" if other == 0 else "0"
fit(model, train, None, Path(sys.argv[2]), settings)


class Headed(ContrastiveObjective):
    "The same pairs through a layer of the objective's own, which sees all vectors in every process."

    head = torch.nn.Linear(32, 32, bias=False)

    def heads(self):
        return {"layer": self.head}

    def loss(self, vectors, batch):
        return super().loss(lambda keys: torch.nn.functional.normalize(self.head(vectors(keys)), dim=1), batch)


torch.nn.init.orthogonal_(Headed.head.weight, generator=torch.Generator().manual_seed(1))
headed = TrainableEncoder.load(sys.argv[1], ModelOptions(max_tokens=32))
objective = Headed(train, contrastive_loss(Stage()))
Trainer(headed, objective, settings, Path(sys.argv[2] + "-headed"), data_hash="x").run()
weights = dict(model.trained()) | {f"headed {n}": v for n, v in headed.trained().items()} | {"head": Headed.head.weight}
save_file({n: v.detach() for n, v in weights.items()}, sys.argv[2] + f"-{world.rank()}.safetensors")
if other:
    assert os.waitpid(other, 0)[1] == 0
"""


def test_two_processes_end_in_the_weights_of_one(plain, tmp_path, monkeypatch):
    """The biases of the keys are left out: softmax cancels them, their gradient is rounding, and Adam scales it up."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    environment = dict(os.environ) | {"PYTHONPATH": str(SOURCE), "OMP_NUM_THREADS": "1", "WORLD_SIZE": "2"}
    environment |= {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": port}
    command = [sys.executable, "-W", "ignore", str(program), str(plain), str(tmp_path / "two")]
    two = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE)
    monkeypatch.setattr(sys, "argv", ["program", str(plain), str(tmp_path / "one")])
    runpy.run_path(str(program))
    _, said = two.communicate(timeout=280)
    assert two.returncode == 0, said.decode()[-2000:]
    one, first, second = (load_file(tmp_path / f"{name}.safetensors") for name in ("one-0", "two-0", "two-1"))
    for name, value in one.items():
        assert torch.equal(first[name], second[name])
        if not name.endswith("key.bias"):
            torch.testing.assert_close(first[name], value, atol=2e-5, rtol=1e-3)
