"""The loop learns, stops, resumes to the same bytes, and loses nothing."""

import json
import os
import signal
from contextlib import ExitStack

import numpy as np
import pytest
import torch

from jobfit.errors import InputError
from jobfit.judged import Pair
from jobfit.training.data import TrainingSet
from jobfit.training.errors import CheckpointError, Interrupted, TrainingError
from jobfit.training.loop import checkpoint, world
from jobfit.training.loop.checkpoint import checkpoints
from jobfit.training.loop.objective import Measured
from jobfit.training.objectives.contrastive import ContrastiveObjective


class StopHere(Exception):
    pass


def stop_at(step):
    def progress(done, total):
        if done == step:
            raise StopHere

    return progress


def assert_same_weights(one, other):
    """Equal up to the order of sums. The biases of keys are left out: softmax cancels them, so their gradient is
    rounding alone, and Adam scales it up to whole steps."""
    for name, value in one.items():
        if not name.endswith("key.bias"):
            torch.testing.assert_close(value, other[name], atol=1e-5, rtol=1e-4)


def events(folder, kind):
    return [row for row in map(json.loads, (folder / "log.jsonl").read_text().splitlines()) if row["event"] == kind]


def test_training_lifts_validation_above_the_start(make_trainer, tmp_path):
    done = make_trainer(epochs=4).run()
    assert done.steps == 12
    assert done.best.score > done.history[0][1] + 0.1
    assert done.best.score == max(score for _, score in done.history)
    assert done.sha256 != done.start_sha256
    losses = [row["loss"] for row in events(tmp_path / "run", "step")]
    assert losses[-1] < losses[0]


def test_two_runs_give_the_same_bytes_and_another_seed_others(make_trainer):
    one, two = (make_trainer(name, epochs=2).run().sha256 for name in ("one", "two"))
    assert one == two
    assert make_trainer("three", epochs=2, seed=1).run().sha256 != one


@pytest.mark.parametrize("settings", [{}, {"accumulate": 2, "batch_size": 4}, {"schedule": "cosine"}])
def test_resumed_training_gives_the_bytes_of_an_undisturbed_one(make_trainer, encoder, settings):
    options = {"dropout": 0.1}
    settings = {"epochs": 3, "checkpoint_every": 3} | settings
    whole = make_trainer("whole", encoder(**options), **settings).run()
    for step in (1, 4, 8):
        with pytest.raises(StopHere):
            make_trainer("cut", encoder(**options), on_progress=stop_at(step), **settings).run()
    again = make_trainer("cut", encoder(**options), **settings).run()
    assert (again.sha256, again.history) == (whole.sha256, whole.history)


def test_finished_training_run_again_changes_nothing(make_trainer, tmp_path):
    first = make_trainer().run()
    assert make_trainer().run().sha256 == first.sha256
    with pytest.raises(CheckpointError, match="earlier training"):
        make_trainer().run(resume=False)


def test_accumulated_batches_step_by_the_mean_of_all_their_examples(make_trainer, small_market):
    """One step over 24 pairs: gradients of batches of 10, 10 and 4, weighted 10, 10 and 4 of 24, then clipped once."""
    data = small_market()
    options = {"batch_size": 10, "accumulate": 3, "max_steps": 1, "warm_up": 0.0, "clip": 0.5, "weight_decay": 0.0}
    trainer = make_trainer(validate=False, **options)
    reference = make_trainer("reference", validate=False, **options)
    batches = reference._sampler.batches(0)
    model, objective = reference.model, reference.objective
    tokens = model.tokenise(objective.texts()).tokens
    total = 0
    for rows in batches:
        batch = objective.batch(rows, np.random.default_rng(0))
        keys = list(batch.texts)
        found = model.encode_tokens([tokens[key] for key in keys])
        part = objective.loss(lambda wanted: found[[keys.index(key) for key in wanted]], batch)  # noqa: B023
        total = total + part * len(rows)
    (total / 24).backward()
    torch.nn.utils.clip_grad_norm_(model.trained().values(), 0.5)
    torch.optim.AdamW(model.trained().values(), lr=3e-3, weight_decay=0).step()
    trainer.run()
    assert [len(rows) for rows in batches] == [10, 10, 4]
    assert len(data.positives) == 24
    assert_same_weights(trainer.model.trained(), model.trained())


def test_grad_cache_gives_the_weights_of_the_whole_batch(make_trainer):
    plain, cached = make_trainer("plain"), make_trainer("cached", grad_cache=True)
    plain.run()
    cached.run()
    assert_same_weights(plain.model.trained(), cached.model.trained())


class Scripted:
    """A validator whose scores are given."""

    def __init__(self, scores):
        self._scores = iter(scores)

    def texts(self):
        return {}

    def measure(self, embed):
        return Measured(next(self._scores))


def test_early_stop_keeps_the_best_weights_and_not_the_last(make_trainer):
    trainer = make_trainer(epochs=9, validate=False, evaluate_every=1, patience=0)
    trainer.validator = Scripted([0.1, 0.2, 0.9, *[0.3] * 40])
    weights = {}
    trainer.on_progress = lambda done, total: weights.setdefault(done, trainer.model.digest())
    object.__setattr__(trainer.settings, "patience", 3)
    done = trainer.run()
    assert (done.steps, done.best_step, done.stopped) == (5, 2, "no better on validation in 3 looks")
    assert done.sha256 == weights[2] != weights[5]


def test_equal_scores_keep_the_earlier_weights(make_trainer):
    trainer = make_trainer(epochs=1, validate=False)
    trainer.validator = Scripted([0.5] * 9)
    done = trainer.run()
    assert done.best_step == 0
    assert done.sha256 == done.start_sha256


def test_patience_without_a_validation_set_is_refused(make_trainer):
    with pytest.raises(InputError, match="stopping early needs a validation set"):
        make_trainer(validate=False, patience=1)


def test_not_a_number_stops_with_step_and_pairs_and_keeps_the_checkpoint(make_trainer, small_market, loss):
    seen = []

    def sometimes(contrast):
        seen.append(1)
        return loss(contrast) * (float("nan") if len(seen) == 3 else 1.0)

    objective = ContrastiveObjective(small_market(), sometimes)
    trainer = make_trainer(objective=objective, validate=False, checkpoint_every=1)
    with pytest.raises(TrainingError, match=r"step 3: the loss is nan. Its examples: train-c\d+\+train-v\d.*of step 2"):
        trainer.run()
    assert checkpoints(trainer.folder / "checkpoints")[-1][0] == 2


def test_interrupt_finishes_the_step_keeps_the_state_and_says_how_to_go_on(make_trainer):
    def press(done, total):
        if done == 2:
            os.kill(os.getpid(), signal.SIGINT)

    before = signal.getsignal(signal.SIGINT)  # ignored where the tests were started in the background
    whole = make_trainer("whole", epochs=2).run()
    with pytest.raises(Interrupted, match=r"stopped at step 2 of 6; .*--resume") as stopped:
        make_trainer("cut", epochs=2, on_progress=press).run()
    assert stopped.value.exit_code == 130
    assert make_trainer("cut", epochs=2).run().sha256 == whole.sha256
    assert signal.getsignal(signal.SIGINT) is before


def test_full_disk_during_a_checkpoint_keeps_the_one_before_and_resumes(make_trainer, full_disk):
    whole = make_trainer("whole", epochs=2, checkpoint_every=1, validate=False).run()
    with ExitStack() as stack:

        def fill(done, total):
            if done == 3:
                stack.enter_context(full_disk(10_000))

        trainer = make_trainer("full", epochs=2, checkpoint_every=1, validate=False, on_progress=fill)
        words = r"step 3: .*\(File too large\); the checkpoint of step 2 is whole\. Make room and run it again"
        with pytest.raises(TrainingError, match=words):
            trainer.run()
    assert [step for step, _ in checkpoints(trainer.folder / "checkpoints")] == [1, 2]
    assert not list((trainer.folder / "checkpoints").glob(".*"))
    assert make_trainer("full", epochs=2, checkpoint_every=1, validate=False).run().sha256 == whole.sha256


@pytest.mark.parametrize("file", ["tensors.safetensors", "manifest.json"])
@pytest.mark.parametrize("harm", ["torn", "altered", "missing"])
def test_harmed_checkpoint_is_refused_and_names_the_file(make_trainer, file, harm):
    trainer = make_trainer(validate=False, checkpoint_every=1)
    trainer.run()
    path = checkpoints(trainer.folder / "checkpoints")[-1][1] / file
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    if harm == "missing":
        path.unlink()
    else:
        path.write_bytes(content if harm == "altered" else content[:-7])
    with pytest.raises(CheckpointError, match=rf"{file}.*Remove this folder to resume from the checkpoint before"):
        make_trainer(validate=False, checkpoint_every=1).run()
    for left in path.parent.iterdir():
        left.unlink()
    path.parent.rmdir()
    make_trainer(validate=False, checkpoint_every=1).run()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"learning_rate": 1e-3}, r"learning_rate was 0\.003 and is 0\.001"),
        ({"seed": 4}, "seed was 0 and is 4"),
        ({"threads": 2}, "threads was 1 and is 2"),
        ({"precision": "bf16"}, "precision was 'f32' and is 'bf16'"),
    ],
)
def test_checkpoint_of_other_settings_is_refused_and_says_what_differs(make_trainer, change, words):
    make_trainer(validate=False).run()
    with pytest.raises(CheckpointError, match=words):
        make_trainer(validate=False, **change).run()


def test_checkpoint_of_other_data_or_other_weights_is_refused(make_trainer, encoder, small_market):
    make_trainer(validate=False).run()
    with pytest.raises(CheckpointError, match=r"data was '"):
        make_trainer(validate=False, data=small_market(seed=1)).run()
    model = encoder()
    with torch.no_grad():
        next(iter(model.trained().values()))[0, 0] += 1
    with pytest.raises(CheckpointError, match=r"start_weights was '"):
        make_trainer(validate=False, model=model).run()


def test_checkpoints_keep_the_last_two_and_the_best_weights_they_name(make_trainer):
    trainer = make_trainer(epochs=2, checkpoint_every=1, evaluate_every=1)
    trainer.run()
    kept = checkpoints(trainer.folder / "checkpoints")
    assert [step for step, _ in kept] == [5, 6]
    named = {checkpoint.read_facts(path)["best"]["step"] for _, path in kept}
    assert {int(path.stem[5:]) for path in trainer.folder.glob("best-*")} == named


def test_altered_best_weights_are_refused(make_trainer):
    trainer = make_trainer(epochs=2)
    trainer.run()
    best = sorted(trainer.folder.glob("best-*"))[-1]
    best.write_bytes(best.read_bytes()[:-1] + b"x")
    with pytest.raises(CheckpointError, match=r"best-.* is torn or altered"):
        make_trainer(epochs=2).run()


def test_log_cut_short_by_a_kill_is_ended_and_goes_on(make_trainer):
    trainer = make_trainer(validate=False)
    trainer.folder.mkdir()
    (trainer.folder / "log.jsonl").write_text('{"event": "st')
    trainer.run()
    lines = (trainer.folder / "log.jsonl").read_text().splitlines()
    assert lines[0] == '{"event": "st'
    assert json.loads(lines[-1])["event"] == "finished"


def test_everything_frozen_is_refused(make_trainer, encoder):
    model = encoder()
    model.requires_grad_(False)
    with pytest.raises(InputError, match="nothing to train"):
        make_trainer(model=model).run()


def test_one_process_is_a_world_of_one():
    assert (world.size(), world.rank()) == (1, 0)
    value = torch.ones(2, 3)
    assert world.encode_shared([1, 2], lambda items: value) is value


def test_texts_that_were_cut_are_counted(make_trainer, small_market):
    data = small_market()
    longer = {i: text + " ward" * 100 for i, text in list(data.candidates.items())[:3]}
    data = TrainingSet(dict(data.candidates) | longer, data.vacancies, data.positives)
    assert make_trainer(data=data, validate=False).run().cut >= 3


def test_one_vacancy_only_is_refused_unless_there_is_a_hard_negative(small_market, loss):
    data = small_market()
    one = TrainingSet(data.candidates, data.vacancies, (Pair("train-c0", "train-v0"), Pair("train-c8", "train-v0")))
    with pytest.raises(InputError, match="all positives are of one vacancy \\('train-v0'\\)"):
        ContrastiveObjective(one, loss)
    ContrastiveObjective(one, loss, hard_vacancies={"train-c0": ["train-v1"]})


def test_checkpoint_holds_everything_that_decides_the_next_step(make_trainer, small_market):
    trainer = make_trainer(checkpoint_every=2)
    trainer.run()
    state = checkpoint.read_checkpoint(checkpoints(trainer.folder / "checkpoints")[-2][1])
    names = trainer.model.trained()
    assert state.step == 2  # the position of schedule and sampler: both are functions of it
    moments = {f"optimiser.all.{name}.{key}" for name in names for key in ("step", "exp_avg", "exp_avg_sq")}
    assert state.tensors.keys() >= moments | {f"weights.{name}" for name in names} | {"random.torch"}
    assert state.facts["random"].keys() == {"python", "numpy"}
    assert state.facts["training"]["data"] == small_market().hash
    assert state.facts["training"].items() >= {"seed": 0, "schedule": "linear", "threads": 1}.items()
