"""A tiny backbone (2 layers, 32 dimensions, random weights), a tiny market, and quick clients of tests/llm_server."""

from __future__ import annotations

import random

import pytest

from jobfit.llm.client import Client
from jobfit.llm.meter import Meter
from jobfit.llm.settings import Settings
from jobfit.training.data import Pair, Preference, TrainingSet

QUICK = Settings(first_wait=0.001, seconds=5, attempts=3, concurrency=2)
TRADES = ("nurse", "cook", "welder", "driver", "baker", "teacher", "plumber", "clerk")
WORDS = ["ward", "soup", "steel", "truck", "bread", "school", "pipes", "files", "years", "of", "with", "a", "team"]


@pytest.fixture
def one_thread():
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="session")
def plain(save_bert, tmp_path_factory):
    """The folder of a plain transformers model: no pooling, no modules.json."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    pieces = [*letters, *(f"##{letter}" for letter in letters)]
    words = [*TRADES, *WORDS, *(piece for piece in pieces if piece != "a")]
    return save_bert(tmp_path_factory.mktemp("plain") / "tiny-bert", words, initializer_range=0.2)


@pytest.fixture
def encoder(plain, one_thread):
    """A fresh encoder of 32 tokens, or with other options: ``encoder(pooling="cls")``."""
    from jobfit.training.model import ModelOptions, TrainableEncoder

    return lambda **options: TrainableEncoder.load(str(plain), ModelOptions(**{"max_tokens": 32} | options))


def market(split="train", candidates=24, vacancies=8, seed=0):
    """Candidates and vacancies of eight trades; a pair suits where the trade is the same."""
    dice = random.Random(f"{seed}{split}")

    def text(trade, length):
        return " ".join([trade, *dice.choices(WORDS, k=length)])

    people = {f"{split}-c{i}": text(TRADES[i % 8], 2 + i) for i in range(candidates)}
    openings = {f"{split}-v{i}": text(TRADES[i % 8], 4 + i) for i in range(vacancies)}
    every = [(c, v) for i, c in enumerate(people) for j, v in enumerate(openings) if i % 8 == j % 8]
    choices = [Preference(v, c, other) for (c, v), other in zip(every, list(people)[::-1]) if other != c]
    return TrainingSet(people, openings, tuple(Pair(*pair) for pair in every), preferences=tuple(choices), split=split)


@pytest.fixture
def small_market():
    return market


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
