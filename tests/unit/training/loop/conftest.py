"""A trainer on the tiny market."""

from __future__ import annotations

import pytest


@pytest.fixture
def make_trainer(encoder, small_market, loss, tmp_path):
    """``make_trainer(epochs=2, ...)``: a trainer with these settings, in the test's own folder."""
    from jobfit.training.loop.objective import ContrastiveObjective
    from jobfit.training.loop.settings import TrainSettings
    from jobfit.training.loop.trainer import Trainer
    from jobfit.training.loop.validation import RankingValidator

    def make(name="run", model=None, objective=None, validate=True, data=None, on_progress=None, **settings):
        data = data or small_market()
        chosen = {"batch_size": 8, "learning_rate": 3e-3, "precision": "f32", "device": "cpu", "threads": 1} | settings
        return Trainer(
            model or encoder(),
            objective or ContrastiveObjective(data, loss),
            TrainSettings(**chosen),
            tmp_path / name,
            data_hash=data.hash,
            validator=RankingValidator(small_market("validation")) if validate else None,
            **({"on_progress": on_progress} if on_progress else {}),
        )

    return make
