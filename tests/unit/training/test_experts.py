"""The two experts on a funnel whose truth is known, with each treatment of what the funnel hides."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from jobfit.encoders.hashing import HashingEncoder
from jobfit.errors import InputError, ModelError
from jobfit.judgements import load_table
from jobfit.records import Application, Outcome
from jobfit.scorers.calibrators import Calibrator
from jobfit.scorers.experts import ExpertNet, load_experts, save_experts
from jobfit.training.experts import (
    ExpertSettings,
    FunnelLog,
    Shown,
    employers_verdict,
    fit_experts,
    list_loss,
    reliability,
    weighed,
)

FAST = {"hidden": 8, "steps": 60, "together": 15, "learning_rate": 0.05}


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def chances(x):
    """Who likes it is who is good at it: applications are a biased sample."""
    return sigmoid(2 * x[:, 0] + 0.5 * x[:, 1]), sigmoid(1.5 * x[:, 0] - 1.0 * x[:, 2] - 0.3)


def funnel(seed, people=90, seen=10, judged=0.7, of=chances):
    dice = np.random.default_rng(seed)
    x = dice.normal(size=(people * seen, 3)).astype(np.float32)
    applies, accepts = of(x)
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


def test_each_treatment_takes_off_bias_where_people_seldom_apply():
    """An expert too plain for the truth fits those who apply; the bias elsewhere is what the treatments are for."""

    def truth(x):
        return sigmoid(2.5 * x[:, 0] - 0.5), sigmoid(1.5 * np.abs(x[:, 0]) - 1.5)

    def bias(treatment, seed):
        settings = ExpertSettings(
            treatment=treatment, hidden=1, steps=60, together=0, learning_rate=0.05, seed=seed
        )  # fmt: skip
        parts = (funnel(base + seed, people=120, judged=0.8, of=truth) for base in (10, 20))
        return (fit_experts(*parts, settings).chances(x)[1] - accepts)[applies < 0.3].mean()

    x = np.random.default_rng(9).normal(size=(4000, 3)).astype(np.float32)
    applies, accepts = truth(x)
    left = {one: np.mean([bias(one, seed) for seed in range(2)]) for one in ("applicants", "ips", "dr", "esmm")}
    assert left["applicants"] < -0.2
    assert all(left["applicants"] * 0.85 < left[one] < 0 for one in ("ips", "dr", "esmm")), left


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
    net = ExpertNet(3, 4)
    x = torch.randn(5, 3, generator=torch.Generator().manual_seed(0))
    alone = [head(torch.relu(trunk(x))).squeeze(1) for trunk, head in zip(net.trunks, net.heads)]
    assert [torch.equal(a, b) for a, b in zip(net(x), alone)] == [True, True]


def test_few_verdicts_gain_from_cooperation_where_both_sides_want_the_same():
    """Planted: one hidden quality moves both; 2,000 people say whether they apply, few are judged."""

    def shown(seed, n, judged, weights):
        dice = np.random.default_rng(seed)
        x = dice.normal(size=(n, 30)).astype(np.float32)
        chance = 1 / (1 + np.exp(1.5 - 2 * np.maximum(x @ weights, 0)))
        applied = dice.random(n) < chance
        verdict = np.where(applied & (dice.random(n) < judged), dice.random(n) < chance, np.nan)
        return Shown(x, np.arange(n) % 100, applied, verdict), chance

    near = {0: [], 100: []}
    for seed in range(4):
        weights = np.random.default_rng(100 + seed).normal(size=30) / np.sqrt(8)
        (train, _), (validation, _) = shown(seed, 2000, 0.15, weights), shown(seed + 50, 600, 0.3, weights)
        test, chance = shown(seed + 99, 4000, 0.0, weights)
        for steps, found in near.items():
            experts = fit_experts(train, validation, ExpertSettings(together=steps, seed=seed))
            found.append(np.corrcoef(chance, experts.chances(test.features)[1])[0, 1])
    assert np.mean(near[100]) > np.mean(near[0]) + 0.005


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
    assert list_loss(logits, labels, lists).item() == pytest.approx(expected.item(), abs=1e-6)
    large = torch.tensor([1000.0, -1000.0], requires_grad=True)
    loss = list_loss(large, torch.tensor([0.0, 1.0]), torch.zeros(2, dtype=torch.int64))
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


def test_saved_experts_say_the_same_and_know_their_encoder(sets, tmp_path):
    experts = fit_experts(*sets, ExpertSettings(hidden=4, steps=20, together=10, calibration="isotonic"))
    save_experts(replace(experts, reads=("a", "b"), facts={"n": 3}), tmp_path / "m", "hashing")
    loaded, encoder = load_experts(tmp_path / "m")
    assert encoder.fingerprint == HashingEncoder().fingerprint
    for said, before in zip(loaded.chances(sets[1].features), experts.chances(sets[1].features)):
        assert np.array_equal(said, before)
    assert (loaded.reads, loaded.treatment, loaded.facts) == (("a", "b"), "applicants", {"n": 3})
    assert loaded.calibrators == experts.calibrators
    with pytest.raises(InputError, match=r"read 3 numbers of a pair, not an array \(2, 4\)"):
        loaded.logits(np.zeros((2, 4), np.float32))


@pytest.mark.parametrize("spoilt", ["missing", "unexpected", "shape", "nan"])
def test_saved_experts_that_are_not_whole_are_refused(sets, tmp_path, spoilt):
    experts = fit_experts(*sets, ExpertSettings(hidden=4, steps=5, together=0))
    state = experts.net.state_dict()
    if spoilt == "missing":
        del state["log_weights"]
    elif spoilt == "unexpected":
        state["more"] = torch.zeros(1)
    elif spoilt == "shape":
        state["mean"] = torch.zeros(4)
    else:
        state["mean"] = torch.full((3,), torch.nan)
    experts.net.state_dict = lambda: state
    save_experts(experts, tmp_path / "m", "hashing")
    with pytest.raises(ModelError, match="is not whole"):
        load_experts(tmp_path / "m")


def test_reliability_is_of_people_who_had_no_part_in_the_calibration(sets):
    settings = ExpertSettings(**FAST)
    experts = fit_experts(*sets, settings)
    preference, qualification = reliability(experts, sets[1], settings)
    shown = sets[1]
    assert sum(one.n for one in preference.bins) == len(shown.applied)
    assert sum(one.n for one in qualification.bins) == shown.judged.sum()
    # by hand: the mean observed share is that of the labels, and what the calibration of the other half says is near it
    for found, labels in ((preference, shown.applied), (qualification, shown.verdict[shown.judged])):
        observed = sum(one.n * one.observed for one in found.bins) / sum(one.n for one in found.bins)
        assert observed == pytest.approx(labels.mean())
        assert found.measures["ece"].mean < 0.12 < found.baselines["always_negative"]["ece"]
    # each half is calibrated anew on the other: what was fitted on both has no part in it
    plain = replace(experts, calibrators=(Calibrator(), Calibrator()))
    assert reliability(plain, shown, settings)[0].measures["ece"] == preference.measures["ece"]


def test_reliability_of_too_few_verdicts_is_not_measured(sets):
    settings = ExpertSettings(hidden=4, steps=5, together=0)
    experts = fit_experts(*sets, settings)
    verdict = np.full(len(sets[1].verdict), np.nan)
    verdict[np.flatnonzero(sets[1].applied)[:2]] = [0.0, 1.0]
    assert reliability(experts, replace(sets[1], verdict=verdict), settings) is None


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        ("hired", 1.0),
        ("offer declined", 1.0),  # the employer said yes
        ("rejected_cv", 0.0),
        ("rejected after interview", 0.0),
        ("talent pool", np.nan),
        ("no response", np.nan),
        ("withdrawn", np.nan),
        ("applied", np.nan),
    ],
)
def test_a_verdict_is_the_employers_alone(status, verdict):
    assert employers_verdict(load_table("ats").judge(status)) == pytest.approx(verdict, nan_ok=True)


def test_log_joins_what_was_shown_with_where_people_applied():
    def filed(candidate, vacancy, status):
        return Application(candidate, vacancy, status, Outcome.CENSORED, None)

    log = FunnelLog.of(
        [("b", "v"), ("a", "v"), ("a", "v"), ("a", "w")],
        [
            filed("a", "v", "rejected"), filed("a", "v", "hired"), filed("a", "v", "no response"),
            filed("c", "w", "no response"), filed("b", "v", "rejected"),
        ],
        load_table("ats"),
    )  # fmt: skip
    assert log.pairs == (("a", "v"), ("a", "w"), ("b", "v"), ("c", "w"))  # c applied: it was seen
    assert log.applied.tolist() == [True, False, True, True]
    assert log.verdict.tolist() == pytest.approx([1.0, np.nan, 0.0, np.nan], nan_ok=True)
    assert log.counts() == {"pairs": 4, "applied": 3, "judged": 2, "accepted": 1}
    shown = log.part(np.array([True, False, True, True])).shown(np.zeros((3, 2), np.float32))
    assert shown.person.tolist() == [0, 1, 2] and shown.judged.tolist() == [True, True, False]
