"""The share of a training that is kept: by hand, and against numpy."""

import numpy as np
import pytest
import torch

from jobfit.experiments.default_model.merging import low_rank, merge
from jobfit.experiments.default_model.recipe import MergeSettings
from jobfit.training.loop.objective import Measured
from jobfit.training.loop.settings import TrainSettings
from jobfit.training.model import ModelOptions, TrainableEncoder


def test_low_rank_is_numpy_s_best_approximation():
    matrix = np.random.default_rng(0).normal(size=(5, 7))
    left, values, right = np.linalg.svd(matrix, full_matrices=False)
    for rank in (1, 3):
        expected = sum(values[i] * np.outer(left[:, i], right[i]) for i in range(rank))
        assert low_rank(torch.from_numpy(matrix), rank).numpy() == pytest.approx(expected)
    assert low_rank(torch.ones(3), 1) is not None and low_rank(torch.from_numpy(matrix), 0).numpy() is not matrix


class Nearest:
    """Best where the vectors are those of half of what was learnt: what is wanted is known beforehand."""

    def __init__(self, wanted):
        self.wanted = wanted

    def texts(self):
        return {"t:a cook": "a cook", "t:a welder": "a welder"}

    def measure(self, embed):
        return Measured(-float(np.abs(np.asarray(embed(list(self.texts()))) - self.wanted).sum()), {})


def test_merge_takes_the_share_that_ranks_best(plain, one_thread):
    loop = TrainSettings(precision="f32", device="cpu", threads=1)
    options = ModelOptions(freeze_embeddings=True, max_tokens=8)

    def moved(share):
        model = TrainableEncoder.load(str(plain), options)
        generator = torch.Generator().manual_seed(1)
        with torch.no_grad():
            for value in model.trained().values():
                value += share * 0.3 * torch.randn(value.shape, generator=generator)
        return model

    base, half = TrainableEncoder.load(str(plain), options), moved(0.5)
    tokens = half.tokenise(Nearest(None).texts()).tokens
    validator = Nearest(half.embed(list(tokens.values())))
    model = moved(1.0)
    found = merge(model, base, MergeSettings(shares=(0.25, 0.5, 1.0)), validator, loop)
    assert found.share == 0.5 and found.lost == 0 and list(found.scores) == [0.25, 0.5, 1.0]
    for name, value in model.trained().items():
        torch.testing.assert_close(value, half.trained()[name])
    cut = merge(moved(1.0), base, MergeSettings(rank=2), validator, loop)
    assert 0 < cut.lost < 1 and cut.share == 1.0 and not cut.scores
