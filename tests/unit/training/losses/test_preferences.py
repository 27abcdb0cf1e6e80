import math
from dataclasses import replace

import pytest
import torch

from jobfit.errors import InputError
from jobfit.training.losses.preferences import (
    METHODS,
    RANKPO,
    RANKPO_HINGE,
    SFT,
    SIMRANKPO,
    SIMRANKPO_HINGE,
    PreferenceSettings,
    implicit_reward,
    preference_loss,
)


def scores(*values):
    return tuple(torch.tensor([value], dtype=torch.float64) for value in values)


PAIR = scores(0.71, 0.65, 0.60, 0.66)  # s_w, s_l, ref_w, ref_l; beta 2, temperature 0.1


@pytest.mark.parametrize(
    ("settings", "given", "expected"),
    [
        (RANKPO, PAIR, 0.0868361522),
        (RANKPO_HINGE, PAIR, 0.0),
        (RANKPO_HINGE, scores(0.61, 0.65, 0.60, 0.66), 0.6),
        (PreferenceSettings(label_smoothing=0.1), PAIR, 0.3268361522),
        (PreferenceSettings(margin=0.5), PAIR, 0.2204174099),
        (SIMRANKPO, PAIR, 0.2632824673),
        (SFT, PAIR, 0.4374879505),
        (PreferenceSettings(reference_free=True, beta=1.0), PAIR, 0.4374879505),
    ],
    ids=["sigmoid", "hinge", "hinge-low", "smoothing", "margin", "simrankpo", "sft", "simrankpo-beta-1"],
)
def test_preference_loss_gives_the_published_unit_vectors(settings, given, expected):
    assert settings.loss(*given).item() == pytest.approx(expected, abs=1e-9, rel=0)  # the vectors have ten decimals


def log_sigmoid(x):
    return -math.log(1 + math.exp(-x))


def test_unit_vectors_as_arithmetic():
    gap = ((0.71 - 0.65) - (0.60 - 0.66)) / 0.1
    assert preference_loss(*PAIR).item() == pytest.approx(-log_sigmoid(2 * gap), abs=1e-12)
    smoothed = -0.9 * log_sigmoid(2 * gap) - 0.1 * log_sigmoid(-2 * gap)
    assert preference_loss(*PAIR, label_smoothing=0.1).item() == pytest.approx(smoothed, abs=1e-12)
    low = ((0.61 - 0.65) - (0.60 - 0.66)) / 0.1
    s_w, s_l, *reference = scores(0.61, 0.65, 0.60, 0.66)
    assert preference_loss(s_w, s_l, *reference, kind="hinge").item() == pytest.approx(1 - 2 * low, abs=1e-12)


def random_scores(n=7, rows=4):
    generator = torch.Generator().manual_seed(1)
    return torch.rand(rows, n, generator=generator, dtype=torch.float64) * 2 - 1


@pytest.mark.parametrize("kind", ["sigmoid", "hinge"])
@pytest.mark.parametrize("reference_free", [True, False])
def test_preference_loss_with_everything_set_equals_the_formula_spelt_out(kind, reference_free):
    s_w, s_l, ref_w, ref_l = random_scores()
    right = torch.linspace(0, 1, 7, dtype=torch.float64)
    expected = 0.0
    for i in range(7):
        gap = s_w[i] - s_l[i] - (0 if reference_free else ref_w[i] - ref_l[i])
        x = 1.5 * (float(gap) / 0.2 - 0.3)
        if kind == "hinge":
            p = float(right[i])
            expected += p * max(0, 1 - x) + (1 - p) * max(0, 1 + x)
        else:
            p = 0.9 * float(right[i]) + 0.1 * (1 - float(right[i]))
            expected -= p * log_sigmoid(x) + (1 - p) * log_sigmoid(-x)
    smoothing = 0.1 if kind == "sigmoid" else 0.0
    settings = PreferenceSettings(kind, 1.5, 0.2, 0.3, smoothing, reference_free)
    assert settings.loss(s_w, s_l, ref_w, ref_l, right).item() == pytest.approx(expected / 7, abs=1e-12)


def test_sft_is_simrankpo_with_beta_1_and_no_margin_and_cross_entropy_of_two():
    s_w, s_l, *_ = random_scores()
    simrankpo = preference_loss(s_w, s_l, beta=1.0, temperature=0.1, reference_free=True)
    two = torch.stack([s_w, s_l], dim=1) / 0.1
    entropy = torch.nn.functional.cross_entropy(two, torch.zeros(7, dtype=torch.long))
    assert SFT.loss(s_w, s_l).item() == pytest.approx(simrankpo.item(), abs=1e-12)
    assert SFT.loss(s_w, s_l).item() == pytest.approx(entropy.item(), abs=1e-12)


def test_only_beta_over_temperature_matters_without_margin_and_sft_is_half_as_steep_as_simrankpo():
    given = random_scores()
    assert preference_loss(*given, beta=2.0, temperature=0.1).item() == pytest.approx(
        preference_loss(*given, beta=1.0, temperature=0.05).item(), abs=1e-12
    )
    s_w, s_l, *_ = given
    steeper = replace(SFT, temperature=0.05)
    assert steeper.loss(s_w, s_l).item() == pytest.approx(SIMRANKPO.loss(s_w, s_l).item(), abs=1e-12)


def test_hinge_saturates_where_the_gap_has_grown_by_temperature_over_beta():
    for gap, loss in ((0.05, 0.0), (0.04, 1 - 2 * 0.04 / 0.1), (0.06, 0.0)):
        assert RANKPO_HINGE.loss(*scores(0.5 + gap, 0.5, 0.5, 0.5)).item() == pytest.approx(loss, abs=1e-12)


def test_joint_loss_is_the_weighted_sum():
    given = random_scores()
    settings = PreferenceSettings(preference_weight=0.7, sft_weight=0.2)
    expected = 0.7 * RANKPO.loss(*given).item() + 0.2 * SFT.loss(*given).item()
    assert settings.loss(*given).item() == pytest.approx(expected, abs=1e-12)


def test_preference_loss_gradient_passes_gradcheck_and_leaves_the_reference_alone():
    given = [one.clone().requires_grad_() for one in random_scores()]
    for settings in (RANKPO, RANKPO_HINGE, PreferenceSettings(label_smoothing=0.1, margin=0.2, sft_weight=0.5)):
        assert torch.autograd.gradcheck(lambda w, r, s=settings: s.loss(w, r, *given[2:]), given[:2])
    RANKPO.loss(*given).backward()
    assert given[0].grad.abs().min() > 0
    assert given[2].grad is None
    assert given[3].grad is None


def test_soft_label_of_one_half_wants_no_gap_and_below_it_the_order_turns():
    s_w, s_l = torch.tensor([0.0], requires_grad=True), torch.tensor([0.0])
    for right, sign in ((0.5, 0), (0.9, -1), (0.1, 1)):
        (slope,) = torch.autograd.grad(SIMRANKPO.loss(s_w, s_l, probability=torch.tensor([right])), s_w)
        assert torch.sign(slope).item() == sign


def test_label_smoothing_is_a_soft_label_and_a_certain_label_changes_nothing():
    given = random_scores()
    smoothed = preference_loss(*given, label_smoothing=0.2).item()
    assert smoothed == pytest.approx(preference_loss(*given, probability=torch.full((7,), 0.8)).item(), abs=1e-7)
    assert preference_loss(*given, probability=torch.ones(7)).item() == preference_loss(*given).item()


def test_hinge_ignores_label_smoothing_with_a_warning():
    given = random_scores()
    with pytest.warns(UserWarning, match="ignores label smoothing"):
        smoothed = preference_loss(*given, kind="hinge", label_smoothing=0.1)
    assert smoothed.item() == RANKPO_HINGE.loss(*given).item()
    with pytest.warns(UserWarning, match="ignores label smoothing"):
        PreferenceSettings(kind="hinge", label_smoothing=0.1)


def test_half_precision_scores_are_widened_before_they_are_subtracted():
    s_w, s_l = torch.tensor([0.7109375], dtype=torch.bfloat16), torch.tensor([0.65234375], dtype=torch.bfloat16)
    with torch.autocast("cpu", torch.bfloat16):
        loss = SIMRANKPO.loss(s_w, s_l)
    assert loss.dtype == torch.float32
    assert loss.item() == pytest.approx(-log_sigmoid(20 * (0.7109375 - 0.65234375)), rel=1e-6)


def test_implicit_reward_is_without_temperature_and_without_gradient():
    s, reference = torch.tensor([0.7], requires_grad=True), torch.tensor([0.6])
    reward = implicit_reward(s, reference, 2.0)
    assert reward.item() == pytest.approx(0.2, abs=1e-6)
    assert not reward.requires_grad


def test_reward_accuracy_and_alignment_can_disagree():
    s_w, s_l, ref_w, ref_l = scores(0.50, 0.60, 0.20, 0.50)
    assert s_w < s_l  # not aligned
    assert implicit_reward(s_w, ref_w) > implicit_reward(s_l, ref_l)


def test_methods_are_the_five_of_the_published_figure():
    assert sorted(METHODS) == ["rankpo", "rankpo-hinge", "sft", "simrankpo", "simrankpo-hinge"]
    assert METHODS["simrankpo-hinge"] == SIMRANKPO_HINGE
    assert [name for name, one in METHODS.items() if one.needs_reference] == ["rankpo", "rankpo-hinge"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"kind": "square"}, "'sigmoid' or 'hinge'"),
        ({"beta": 0.0}, "above 0"),
        ({"temperature": -1.0}, "above 0"),
        ({"label_smoothing": 0.5}, "below 0.5"),
        ({"preference_weight": 0.0}, "not both 0"),
        ({"sft_weight": -1.0}, "sft_weight should be greater than or equal to 0"),
    ],
)
def test_settings_out_of_range_are_refused(change, message):
    with pytest.raises(InputError, match=message):
        PreferenceSettings(**change)


def test_scores_that_make_no_pairs_are_refused():
    one, two = torch.zeros(1), torch.zeros(2)
    with pytest.raises(InputError, match="needs the reference"):
        preference_loss(one, one)
    with pytest.raises(InputError, match="one length"):
        preference_loss(one, two, one, one)
    with pytest.raises(InputError, match="one length"):
        SFT.loss(torch.zeros(0), torch.zeros(0))
    with pytest.raises(InputError, match="1 pairs and reference scores for 2"):
        preference_loss(one, one, two, two)
    with pytest.raises(InputError, match="soft labels of shape"):
        sft_like = {"reference_free": True, "probability": two}
        preference_loss(one, one, **sft_like)
    with pytest.raises(InputError, match="between 0 and 1"):
        preference_loss(one, one, reference_free=True, probability=torch.tensor([95.0]))
