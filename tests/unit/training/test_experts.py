"""The two experts on a funnel whose truth is known, with each treatment of what the funnel hides."""

import numpy as np
import pytest
import torch

from jobfit.errors import InputError
from jobfit.training.experts import (
    ExpertNet,
    ExpertSettings,
    Shown,
    _list_loss,
    fit_experts,
    weighed,
)

FAST = {"hidden": 8, "steps": 60, "together": 15, "learning_rate": 0.05}


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def chances(x):
    """Who likes it is who is good at it: applications are a biased sample."""
    return sigmoid(2 * x[:, 0] + 0.5 * x[:, 1]), sigmoid(1.5 * x[:, 0] - 1.0 * x[:, 2] - 0.3)


def funnel(seed, people=90, seen=10, judged=0.7):
    dice = np.random.default_rng(seed)
    x = dice.normal(size=(people * seen, 3)).astype(np.float32)
    applies, accepts = chances(x)
    applied = dice.random(len(x)) < applies
    verdict = np.where(dice.random(len(x)) < accepts, 1.0, 0.0)
    verdict[~applied | (dice.random(len(x)) > judged)] = np.nan
    return Shown(x, np.repeat(np.arange(people), seen), applied, verdict)


@pytest.fixture(scope="module")
def sets():
    return funnel(1), funnel(2)


@pytest.mark.parametrize("treatment", ["applicants", "ips", "dr", "esmm"])
def test_experts_recover_the_known_chances_of_everybody(sets, treatment):
    experts = fit_experts(*sets, ExpertSettings(treatment=treatment, **FAST))
    x = np.random.default_rng(3).normal(size=(3000, 3)).astype(np.float32)
    applies, accepts = chances(x)
    first, second = experts.chances(x)
    assert abs(first - applies).mean() < 0.08
    assert abs(second - accepts).mean() < 0.13
    assert np.corrcoef(second, accepts)[0, 1] > 0.9
    assert experts.treatment == treatment and experts.calibrators[1].method == "platt"


def test_applications_without_a_verdict_do_not_teach_the_qualification(sets):
    train, validation = sets
    settings = ExpertSettings(hidden=4, steps=30, together=0, calibration="none")
    plain = fit_experts(train, validation, settings)
    # the same verdicts, and other people among those never judged: only how features are scaled may change, so keep it
    turned = train.features.copy()
    hidden = np.flatnonzero(train.applied & ~train.judged)
    turned[hidden] = turned[hidden[::-1]]
    other = fit_experts(Shown(turned, train.person, train.applied, train.verdict), validation, settings)
    assert other.logits(validation.features)[1] == pytest.approx(plain.logits(validation.features)[1], abs=1e-4)


def test_same_seed_gives_the_same_experts(sets):
    settings = ExpertSettings(hidden=4, steps=20, together=10, treatment="ips")
    one, other = (fit_experts(*sets, settings).chances(sets[1].features) for _ in range(2))
    assert np.array_equal(one[0], other[0]) and np.array_equal(one[1], other[1])


def test_cooperation_starts_from_what_each_learnt_alone():
    net = ExpertNet(3, ExpertSettings(hidden=4))
    x = torch.randn(5, 3, generator=torch.Generator().manual_seed(0))
    alone = [head(torch.relu(trunk(x))).squeeze(1) for trunk, head in zip(net.trunks, net.heads)]
    assert [torch.equal(a, b) for a, b in zip(net(x), alone)] == [True, True]


def test_no_task_can_lose_all_weight():
    # losses a thousand times apart, a hundred steps: a softmax of free weights would be at 1 and 0
    weights = torch.zeros(2, requires_grad=True)
    losses = (torch.tensor(0.001), torch.tensor(1.0))
    optimiser = torch.optim.Adam([weights], 0.5)
    for _ in range(100):
        optimiser.zero_grad()
        weighed(weights, losses).backward()
        optimiser.step()
    shares = torch.exp(-weights.detach().clamp(-2, 2))
    assert shares.min() >= np.exp(-2) - 1e-6 and shares.max() <= np.exp(2) + 1e-6


def test_list_loss_is_the_log_softmax_within_each_list_and_stands_large_logits():
    logits = torch.tensor([1.0, 2.0, 0.5, -1.0, 3.0])
    labels = torch.tensor([1.0, 0.0, 1.0, 0.0, 1.0])
    lists = torch.tensor([0, 0, 2, 2, 2])
    first, second = torch.log_softmax(logits[:2], 0), torch.log_softmax(logits[2:], 0)
    expected = -(first[0] + second[0] + second[2]) / 3
    assert _list_loss(logits, labels, lists).item() == pytest.approx(expected.item(), abs=1e-6)
    large = torch.tensor([1000.0, -1000.0], requires_grad=True)
    loss = _list_loss(large, torch.tensor([0.0, 1.0]), torch.zeros(2, dtype=torch.int64))
    loss.backward()
    assert loss.item() == 2000.0 and torch.isfinite(large.grad).all()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"features": np.full((4, 1), np.nan, np.float32)}, "not a finite number"),
        ({"person": np.zeros(3, np.intp)}, "a row of features, a person"),
        ({"verdict": np.array([1.0, 0.0, 1.0, np.nan])}, "none without an application"),
        ({"verdict": np.array([1.0, 0.5, np.nan, np.nan])}, "is 1, 0 or nan"),
    ],
)
def test_a_log_that_contradicts_itself_is_refused(change, said):
    good = {
        "features": np.zeros((4, 1), np.float32),
        "person": np.zeros(4, np.intp),
        "applied": np.array([True, True, False, False]),
        "verdict": np.array([1.0, 0.0, np.nan, np.nan]),
    }
    Shown(**good)
    with pytest.raises(InputError, match=said):
        Shown(**(good | change))


def test_verdicts_of_one_kind_are_too_few():
    shown = funnel(4, people=5)
    one_kind = Shown(shown.features, shown.person, shown.applied, np.where(shown.judged, 1.0, np.nan))
    with pytest.raises(InputError, match="verdicts of both kinds"):
        fit_experts(one_kind, shown)
