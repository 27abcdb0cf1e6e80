"""A recipe from its file to a folder: card, result, resumed, left out, refused."""

import json

import pytest

from jobfit.errors import InputError
from jobfit.experiments.default_model.recipe import read_recipe
from jobfit.experiments.default_model.run import run_recipe
from jobfit.training.errors import CheckpointError

OWN = """
name = "tiny"
[held_out]
test = 4
validation = 4
[validation]
queries = 5
documents = 12
[rule]
enough = 10
[[task]]
name = "names"
left = "occupation.alias"
right = "occupation.label"
batch = 6
[[task]]
name = "ROME"
left = "rome.title"
right = "occupation.label@fr"
batch = 6
[keep]
share = 0.5
batch = 6
texts = ["skill.description", "sentences"]
[mixture]
batches = 6
[loop]
batch_size = 1
precision = "f32"
device = "cpu"
threads = 1
learning_rate = 1e-3
[model]
max_tokens = 16
"""


@pytest.fixture
def recipe(tmp_path):
    path = tmp_path / "tiny.toml"
    path.write_text(OWN)
    return read_recipe(path)


def test_run_trains_measures_and_writes_the_card(recipe, sources, plain, one_thread, tmp_path):
    done = run_recipe(recipe, sources, tmp_path / "out", str(plain))
    assert done.trained.steps == 6
    assert done.trained.sha256 != done.trained.start_sha256 or done.trained.best_step == 0
    assert {line.name for line in done.lines} >= {"title: descriptions", "ROME titles to French", "sentences: ads"}
    assert done.made.left_out == () and done.verdict is not None
    assert done.made.sizes["keep"]["batches"] >= 1
    result = json.loads((tmp_path / "out/result.json").read_text())
    assert result["trained"]["weights_sha256"] == done.trained.sha256
    assert result["trained"]["weights_sha256"] == done.sha256 == done.trained.sha256
    assert result["recipe"]["held_out"]["test"] == 4 and result["data"]["esco"] == "sixty trades"
    card = (tmp_path / "out/model/README.md").read_text()
    for said in ("## Measured on what was held out", "mixture_sha256", "Measured in: English, French", "ship"):
        assert said in card
    again = run_recipe(recipe, sources, tmp_path / "out", str(plain))
    assert again.trained.sha256 == done.trained.sha256  # nothing was left to train; measured anew, all the same
    assert again.lines == done.lines
    half = read_recipe(tmp_path / "tiny.toml", {"merge": {"shares": [0.5]}})
    merged = run_recipe(half, sources, tmp_path / "out", str(plain))  # another share: nothing is trained again
    assert merged.trained.sha256 == done.trained.sha256 != merged.sha256
    with pytest.raises(CheckpointError, match="earlier training"):
        run_recipe(recipe, sources, tmp_path / "out", str(plain), resume=False)


def test_run_computes_the_reference_once_and_again_where_it_is_torn(
    recipe, sources, plain, one_thread, tmp_path, monkeypatch
):
    from jobfit.experiments.default_model.run import make_mixture
    from jobfit.experiments.default_model.sources import HeldOutSplit
    from jobfit.experiments.default_model.views import Views
    from jobfit.training.model import TrainableEncoder

    def made(model):
        views = Views(sources, HeldOutSplit.of(sources, recipe.held_out), recipe.mentions)
        return make_mixture(recipe, sources, views, model, tmp_path / "out").hash

    model = TrainableEncoder.load(str(plain), recipe.model)
    first = made(model)
    model.embed = None  # would be called to compute it again
    assert made(model) == first
    with monkeypatch.context() as patch, pytest.raises(TypeError):  # other threads: other last bits, computed again
        patch.setattr("jobfit.experiments.default_model.run.machine", lambda bf16, device: {"threads": 2})
        made(model)
    path = tmp_path / "out/reference.safetensors"
    path.write_bytes(path.read_bytes()[:40])
    assert made(TrainableEncoder.load(str(plain), recipe.model)) == first


def test_run_names_the_tasks_it_leaves_out(recipe, sources, plain, one_thread, tmp_path):
    from dataclasses import replace

    done = run_recipe(recipe, replace(sources, rome=(), sentences=()), tmp_path / "out", str(plain))
    assert done.made.left_out == ("ROME (needs rome)",)
    assert "ROME (needs rome)" in (tmp_path / "out/model/README.md").read_text()
    assert not [line for line in done.lines if "ROME" in line.name or "sentences" in line.name]


def test_run_without_any_source_is_refused(recipe, sources, plain, one_thread, tmp_path):
    from dataclasses import replace

    with pytest.raises(InputError, match="no task is left"):
        run_recipe(recipe, replace(sources, taxonomy=None, rome=()), tmp_path / "out", str(plain))
