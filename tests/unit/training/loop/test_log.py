"""The log's numbers in tensorboard, where it was asked for."""

import importlib.util
import json

import pytest

from jobfit.errors import MissingExtraError

installed = importlib.util.find_spec("tensorboard") is not None


@pytest.mark.skipif(not installed, reason="tensorboard is not installed: pip install 'jobfit[tensorboard]'")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of tensorboard's own imports
def test_tensorboard_holds_every_number_of_the_log(make_trainer):
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    trainer = make_trainer(epochs=2, tensorboard=True)
    trainer.run()
    board = EventAccumulator(str(trainer.folder / "tensorboard"))
    board.Reload()
    for event, name in (("step", "loss"), ("step", "rate"), ("validation", "score")):
        rows = [json.loads(line) for line in (trainer.folder / "log.jsonl").read_text().splitlines()]
        logged = [(row["step"], row[name]) for row in rows if row["event"] == event]
        found = [(scalar.step, scalar.value) for scalar in board.Scalars(f"{event}/{name}")]
        assert [step for step, _ in found] == [step for step, _ in logged] != []
        assert [value for _, value in found] == pytest.approx([value for _, value in logged], rel=1e-6)


@pytest.mark.skipif(installed, reason="tensorboard is installed")
def test_tensorboard_asked_for_and_absent_names_the_command_before_any_step(make_trainer):
    steps = []
    trainer = make_trainer(tensorboard=True, on_progress=lambda done, total: steps.append(done))
    with pytest.raises(MissingExtraError, match=r"pip install 'jobfit\[tensorboard\]'") as missing:
        trainer.run()
    assert (missing.value.exit_code, steps) == (6, [])
