"""The plain form of the training loss, and quick clients of tests/llm_server."""

from __future__ import annotations

import pytest

from jobfit.llm.client import Client
from jobfit.llm.meter import Meter
from jobfit.llm.settings import Settings

QUICK = Settings(first_wait=0.001, seconds=5, attempts=3, concurrency=2)


def info_nce(contrast, temperature=0.1):
    """Both directions, known pairs left out; the plain form of the loss that training uses."""
    import torch
    from torch.nn import functional

    def one(rows, columns, known):
        scores = rows @ columns.T / temperature
        own = torch.eye(len(rows), len(columns), dtype=torch.bool)
        scores = scores.masked_fill(known & ~own, -torch.inf)
        return functional.cross_entropy(scores, torch.arange(len(rows)))

    b = len(contrast.candidates)
    vacancies, candidates = contrast.vacancies, contrast.candidates
    if contrast.hard_vacancies is not None:
        vacancies = torch.cat([vacancies, contrast.hard_vacancies])
    if contrast.hard_candidates is not None:
        candidates = torch.cat([candidates, contrast.hard_candidates])
    return one(contrast.candidates, vacancies, contrast.known[:b]) + one(
        contrast.vacancies, candidates, contrast.known.T[:b]
    )


@pytest.fixture
def loss():
    return info_nce


@pytest.fixture
def make_trainer(encoder, small_market, loss, tmp_path):
    """``make_trainer(epochs=2, ...)``: a trainer with these settings, in the test's own folder."""
    from jobfit.training.loop.settings import TrainSettings
    from jobfit.training.loop.trainer import Trainer
    from jobfit.training.objectives.contrastive import ContrastiveObjective
    from jobfit.training.validators import RankingValidator

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


@pytest.fixture
def client(llm_server, tmp_path):
    """``client()`` asks the test server; the clients of a test share a cache folder unless ``cache`` names another."""
    made = []

    def make(settings=QUICK, cache="cache", **options):
        made.append(Client(llm_server.url, "m", cache=tmp_path / cache, settings=settings, meter=Meter(**options)))
        return made[-1]

    yield make
    for one in made:
        one.close()
