"""The head of the pair classifier: its features, what the signed ones cannot do, its kinds against other libraries."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional

from jobfit.errors import InputError
from jobfit.scorers.pair_head import HeadSettings, PairHead, ordinal_log_probabilities, pair_features

KINDS = ("binary", "three-class", "ordinal")


@pytest.fixture
def rows():
    generator = torch.Generator().manual_seed(5)
    return lambda n, d=8: functional.normalize(torch.randn(n, d, generator=generator), dim=1)


def orders(head, candidates, vacancies):
    """The order of all candidates for each vacancy."""
    with torch.no_grad():
        return {
            tuple(head.logits(head(candidates, vacancy.expand_as(candidates))).argsort().tolist())
            for vacancy in vacancies
        }


@pytest.mark.parametrize("kind", KINDS)
def test_signed_features_give_every_vacancy_one_order(rows, kind):
    """w1·U + w2·V + w3·(U − V) = (w1 + w3)·U + (w2 − w3)·V: a term of the candidate and a term of the vacancy."""
    candidates, vacancies = rows(20), rows(7)
    signed, default = (PairHead(8, HeadSettings(kind, features, seed=3)) for features in ("signed", "interaction"))
    if kind != "three-class":  # a difference of two classes' scores is additive, a log-sum-exp over three is not quite
        assert len(orders(signed, candidates, vacancies)) == 1
    assert len(orders(default, candidates, vacancies)) == 7


def test_signed_features_score_by_a_sum_over_the_two_sides(rows):
    candidates, vacancies = rows(4), rows(4)
    head = PairHead(8, HeadSettings("binary", "signed")).double()
    w, b = head.layers[0].weight[0], head.layers[0].bias[0]
    u, v = candidates.double(), vacancies.double()
    expected = u @ (w[:8] + w[16:]) + v @ (w[8:16] - w[16:]) + b
    assert torch.allclose(head.logits(head(u, v)), expected, atol=1e-12)


def test_a_hidden_layer_gives_signed_features_an_order_for_each_vacancy(rows):
    head = PairHead(8, HeadSettings("binary", "signed", hidden=16, seed=1))
    assert len(orders(head, rows(20), rows(7))) > 1


@pytest.mark.parametrize("kind", KINDS)
def test_outputs_are_those_of_sentence_transformers_softmax_loss(rows, kind):
    from sentence_transformers.sentence_transformer.losses import SoftmaxLoss

    class Model(nn.Module):
        device = torch.device("cpu")

        def __init__(self, columns):
            super().__init__()
            self.columns = iter(columns)

        def forward(self, features):
            return {"sentence_embedding": next(self.columns)}

    u, v = rows(5), rows(5)
    head = PairHead(8, HeadSettings(kind))
    outputs = 3 if kind == "three-class" else 1
    loss = SoftmaxLoss(Model([u, v]), 8, outputs, concatenation_sent_multiplication=True)
    with torch.no_grad():
        loss.classifier.weight.copy_(head.layers[0].weight)
        bias = head.layers[0].bias
        loss.classifier.bias.copy_(torch.zeros(1) if bias is None else bias)
    _, expected = loss([{}, {}], None)
    assert torch.allclose(head(u, v), expected, atol=1e-6)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("hidden", [0, 6])
def test_probabilities_sum_to_one_and_hired_is_the_sigmoid_of_the_logit(rows, kind, hidden):
    head = PairHead(8, HeadSettings(kind, hidden=hidden))
    outputs = head(rows(9), rows(9))
    table = head.log_probabilities(outputs).exp()
    assert table.shape == (9, len(head.settings.classes))
    assert torch.allclose(table.sum(dim=1), torch.ones(9), atol=1e-6)
    assert torch.allclose(table[:, -1], head.logits(outputs).sigmoid(), atol=1e-6)


def test_ordinal_probabilities_are_differences_of_sigmoids():
    latent, thresholds = torch.tensor([-2.0, 0.3, 1.7]), torch.tensor([-0.5, 1.1])
    below = torch.sigmoid(thresholds[None] - latent[:, None])
    expected = torch.stack([below[:, 0], below[:, 1] - below[:, 0], 1 - below[:, 1]], dim=1)
    assert torch.allclose(ordinal_log_probabilities(latent, thresholds).exp(), expected, atol=1e-6)


def test_ordinal_thresholds_rise_whatever_the_weights():
    head = PairHead(4, HeadSettings("ordinal"))
    for step in (-1e6, -50.0, 0.0, 50.0):
        with torch.no_grad():
            head.thresholds_from.copy_(torch.tensor([0.3, step]))
        first, second = head.thresholds.tolist()
        assert second > first


def test_trained_ordinal_head_finds_the_coefficients_of_statsmodels(rows):
    """A linear ordinal head on free features, trained to the end, is statsmodels' maximum-likelihood fit."""
    from statsmodels.miscmodels.ordinal_model import OrderedModel

    dice = np.random.default_rng(0)
    table = dice.normal(size=(400, 2))
    latent = table @ [1.5, -0.7] + dice.logistic(size=400)
    classes = np.digitize(latent, [-0.5, 1.0])
    fit = OrderedModel(classes, table, distr="logit").fit(method="bfgs", disp=False)
    head = PairHead(2, HeadSettings("ordinal")).double()
    weight = nn.Parameter(torch.zeros(2, dtype=torch.float64))
    optimiser = torch.optim.LBFGS([weight, head.thresholds_from], max_iter=200, tolerance_grad=1e-9)
    x, y = torch.from_numpy(table), torch.from_numpy(classes)

    def closure():
        optimiser.zero_grad()
        loss = functional.nll_loss(ordinal_log_probabilities(x @ weight, head.thresholds), y)
        loss.backward()
        return loss

    optimiser.step(closure)
    assert weight.tolist() == pytest.approx(fit.params[:2].tolist(), abs=1e-3)
    assert head.thresholds.tolist() == pytest.approx(fit.model.transform_threshold_params(fit.params)[1:-1], abs=1e-3)


@pytest.mark.parametrize("kind", KINDS)
def test_start_gives_each_class_its_share_where_the_weights_say_nothing(rows, kind):
    head = PairHead(8, HeadSettings(kind))
    shares = [0.9, 0.08, 0.02] if len(head.settings.classes) == 3 else [0.98, 0.02]
    with torch.no_grad():
        head.layers[0].weight.zero_()
    head.start_at(shares)
    found = head.log_probabilities(head(rows(1), rows(1)))[0].exp()
    assert found.tolist() == pytest.approx(shares, abs=1e-5)


def test_distance_scores_by_the_distance_alone(rows):
    head = PairHead(8, HeadSettings("distance"))
    u, v = rows(6), rows(6)
    assert not list(head.parameters())
    assert torch.allclose(head.logits(head(u, v)), -(u - v).norm(dim=1))
    with pytest.raises(InputError, match="no probability"):
        head.log_probabilities(head(u, v))


def test_weights_come_from_the_seed(rows):
    first, again, other = (PairHead(8, HeadSettings("binary", hidden=4, seed=seed)) for seed in (1, 1, 2))
    u, v = rows(3), rows(3)
    assert torch.equal(first(u, v), again(u, v)) and not torch.equal(first(u, v), other(u, v))


def test_what_does_not_fit_is_refused(rows):
    with pytest.raises(InputError, match="reads vectors of 8"):
        PairHead(8)(rows(2, 4), rows(2, 4))
    with pytest.raises(InputError, match="not n pairs"):
        pair_features(rows(2), rows(3))
    with pytest.raises(InputError, match="leave them out"):
        HeadSettings("distance", hidden=3)
    with pytest.raises(InputError, match="kind"):
        HeadSettings("trinary")
