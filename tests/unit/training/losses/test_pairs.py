"""Losses of labelled pairs against torch, sentence-transformers, statsmodels, and sums written out."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from torch.nn import functional

from jobfit.errors import InputError
from jobfit.training.losses.pairs import (
    adaptive_margin,
    binary_loss,
    class_loss,
    contrastive_distance_loss,
    ordinal_loss,
    triplet_loss,
)


@pytest.fixture
def draw():
    generator = torch.Generator().manual_seed(11)
    return lambda *shape: torch.randn(*shape, generator=generator, dtype=torch.float64)


def test_binary_loss_is_the_sum_written_out_and_torchs(draw):
    logits, labels, weight = draw(7), torch.tensor([1, 0, 0, 1, 0, 0, 1]), 5.5
    by_hand = [
        -(weight * y * math.log(1 / (1 + math.exp(-z))) + (1 - y) * math.log(1 / (1 + math.exp(z))))
        for z, y in zip(logits.tolist(), labels.tolist())
    ]
    found = binary_loss(logits, labels, weight)
    assert found.item() == pytest.approx(sum(by_hand) / 7, abs=1e-12)
    torchs = functional.binary_cross_entropy_with_logits(logits, labels.double(), pos_weight=torch.tensor(weight))
    assert found.item() == pytest.approx(torchs.item(), abs=1e-12)


def test_class_loss_is_the_weighted_sum_written_out(draw):
    outputs, classes, weights = draw(5, 3), torch.tensor([0, 2, 1, 2, 0]), [1.0, 2.0, 4.0]
    total, mass = 0.0, 0.0
    for row, k in zip(outputs.tolist(), classes.tolist()):
        total += weights[k] * (math.log(sum(map(math.exp, row))) - row[k])
        mass += weights[k]
    assert class_loss(outputs, classes, torch.tensor(weights)).item() == pytest.approx(total / mass, abs=1e-12)


def test_ordinal_loss_is_the_likelihood_of_statsmodels(draw):
    from statsmodels.miscmodels.ordinal_model import OrderedModel

    features, weights = draw(60, 2), torch.tensor([0.8, -0.5], dtype=torch.float64)
    latent = features @ weights
    thresholds = torch.tensor([-0.4, 0.9], dtype=torch.float64)
    classes = torch.tensor(np.random.default_rng(3).integers(3, size=60))
    model = OrderedModel(classes.numpy(), features.numpy(), distr="logit")
    # statsmodels keeps the first threshold and the logarithm of the step to the next
    parameters = np.array([*weights.tolist(), -0.4, math.log(0.9 + 0.4)])
    expected = -model.loglike(parameters) / 60
    assert ordinal_loss(latent, thresholds, classes).item() == pytest.approx(expected, abs=1e-10)


def test_ordinal_loss_stays_finite_far_from_the_thresholds():
    latent = torch.tensor([90.0, -90.0, 90.0, 0.0], requires_grad=True)
    loss = ordinal_loss(latent, torch.tensor([-1.0, 1.0]), torch.tensor([0, 2, 1, 1]))
    loss.backward()
    # far away, −log P is the distance to the threshold, for the middle class less log(1 − e^−2)
    middle = 90 - 1 - math.log(1 - math.exp(-2))
    inside = -math.log(1 / (1 + math.exp(-1)) - 1 / (1 + math.exp(1)))
    assert loss.item() == pytest.approx((91 + 91 + middle + inside) / 4, rel=1e-5)
    assert torch.isfinite(latent.grad).all() and latent.grad[0] > 0 > latent.grad[1]


def test_contrastive_distance_is_the_sum_written_out_and_sentence_transformers(draw):
    from sentence_transformers.sentence_transformer.losses import ContrastiveLoss

    left, right = (functional.normalize(draw(6, 3), dim=1) for _ in range(2))
    labels, margin = torch.tensor([1, 0, 1, 0, 0, 1]), 1.2
    by_hand = 0.0
    for u, v, y in zip(left.tolist(), right.tolist(), labels.tolist()):
        d = math.dist(u, v)
        by_hand += 0.5 * (y * d * d + (1 - y) * max(0.0, margin - d) ** 2)
    found = contrastive_distance_loss(left, right, labels, margin)
    assert found.item() == pytest.approx(by_hand / 6, abs=1e-12)
    other = ContrastiveLoss(
        _Columns(left, right), distance_metric=lambda u, v: torch.linalg.vector_norm(u - v, dim=1), margin=margin
    )
    assert found.item() == pytest.approx(other([{}, {}], labels).item(), abs=1e-12)


def test_contrastive_distance_of_a_rejected_twin_has_no_gradient_and_no_nan():
    left = torch.ones(1, 3, requires_grad=True)
    loss = contrastive_distance_loss(left, torch.ones(1, 3), torch.tensor([0]), 1.0)
    loss.backward()
    assert loss.item() == 0.5 and left.grad.tolist() == [[0.0, 0.0, 0.0]]


def test_triplets_are_the_sum_written_out_and_sentence_transformers(draw):
    from sentence_transformers.sentence_transformer.losses import TripletLoss

    anchors, better, worse = (functional.normalize(draw(5, 4), dim=1) for _ in range(3))
    margins = [0.5, 0.25, 0.5, 0.1, 0.9]
    by_hand = sum(
        max(0.0, math.dist(a, p) - math.dist(a, n) + m)
        for a, p, n, m in zip(anchors.tolist(), better.tolist(), worse.tolist(), margins)
    )
    found = triplet_loss(anchors, better, worse, torch.tensor(margins, dtype=torch.float64))
    assert found.item() == pytest.approx(by_hand / 5, abs=1e-12)
    norm = lambda u, v: torch.linalg.vector_norm(u - v, dim=1)  # noqa: E731
    other = TripletLoss(_Columns(anchors, better, worse), distance_metric=norm, triplet_margin=0.7)
    expected = other([{}, {}, {}], torch.empty(0)).item()
    assert triplet_loss(anchors, better, worse, 0.7).item() == pytest.approx(expected, abs=1e-12)


def test_margin_is_wider_the_farther_the_grades_are_apart():
    better, worse = torch.tensor([4.0, 4.0, 2.0]), torch.tensor([0.0, 2.0, 1.0])
    assert adaptive_margin(better, worse, most=4, base=0.5).tolist() == [0.5, 0.25, 0.125]
    with pytest.raises(InputError, match="above its worse one"):
        adaptive_margin(worse, better, most=4)


def test_gradients_are_those_of_finite_differences(draw):
    labels, classes = torch.tensor([1, 0, 1, 0]), torch.tensor([2, 0, 1, 0])
    logits, left, right, third = draw(4), draw(4, 3), draw(4, 3), draw(4, 3)
    free = draw(2)
    checked = (
        (lambda z: binary_loss(z, labels, 3.0), (logits,)),
        (lambda z: class_loss(z, classes, torch.tensor([1.0, 2.0, 3.0])), (draw(4, 3),)),
        (lambda z, t: ordinal_loss(z, torch.stack([t[0], t[0] + t[1].exp()]), classes), (logits, free)),
        (lambda u, v: contrastive_distance_loss(u, v, labels, 2.5), (left, right)),
        (lambda a, p, n: triplet_loss(a, p, n, 2.0), (left, right, third)),
    )
    for loss, inputs in checked:
        assert torch.autograd.gradcheck(loss, [x.clone().requires_grad_() for x in inputs])


def test_no_pair_is_a_zero_that_is_connected():
    none, rows = torch.empty(0, requires_grad=True), torch.empty(0, 3, requires_grad=True)
    labels = torch.empty(0, dtype=torch.long)
    losses = (
        binary_loss(none, labels), class_loss(rows, labels), ordinal_loss(none, torch.tensor([0.0, 1.0]), labels),
        contrastive_distance_loss(rows, rows, labels), triplet_loss(rows, rows, rows),
    )  # fmt: skip
    for loss in losses:
        assert loss.item() == 0.0
        loss.backward()
    assert none.grad is not None and rows.grad is not None


def test_losses_are_the_same_in_a_bf16_autocast(draw):
    logits, rows = draw(4).float(), draw(4, 3).float()
    labels = torch.tensor([1, 0, 1, 0])

    def values():
        return [binary_loss(logits, labels).item(), contrastive_distance_loss(rows, rows.flip(0), labels).item()]

    plain = values()
    with torch.autocast("cpu", dtype=torch.bfloat16):
        assert values() == plain


def test_a_value_that_is_not_a_number_stays_one():
    assert math.isnan(binary_loss(torch.tensor([math.nan, 1.0]), torch.tensor([1, 0])).item())
    assert math.isnan(ordinal_loss(torch.tensor([math.nan]), torch.tensor([0.0, 1.0]), torch.tensor([1])).item())


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: binary_loss(torch.zeros(2), torch.zeros(3)), "labels must be"),
        (lambda: binary_loss(torch.zeros(1), torch.tensor([2])), "a binary label is 0 or 1"),
        (lambda: binary_loss(torch.zeros(1), torch.tensor([1]), 0.0), "positive weight"),
        (lambda: class_loss(torch.zeros(1, 3), torch.tensor([3])), "from 0 to 2"),
        (lambda: class_loss(torch.zeros(1, 3), torch.tensor([-1])), "censored"),
        (lambda: ordinal_loss(torch.zeros(1), torch.tensor([1.0, 1.0]), torch.tensor([0])), "must rise"),
        (lambda: contrastive_distance_loss(torch.zeros(2, 3), torch.zeros(2, 3), torch.zeros(1)), "1 labels"),
        (lambda: contrastive_distance_loss(torch.zeros(1, 3), torch.zeros(1, 3), torch.zeros(1), 0), "margin"),
        (lambda: triplet_loss(torch.zeros(2, 3), torch.zeros(2, 3), torch.zeros(1, 3)), "1 worse"),
    ],
)
def test_what_does_not_fit_is_refused(call, said):
    with pytest.raises(InputError, match=said):
        call()


class _Columns(torch.nn.Module):
    """Stands for a sentence-transformers model: gives the columns' vectors one after the other."""

    def __init__(self, *columns):
        super().__init__()
        self.columns = iter(columns)

    def forward(self, features):
        return {"sentence_embedding": next(self.columns)}
