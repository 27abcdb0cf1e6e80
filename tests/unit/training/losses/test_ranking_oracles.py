"""Losses over lists against rax (JAX) and sentence-transformers: other people's code for the same formulas."""

import math
import warnings
from functools import partial

import numpy as np
import pytest
import torch

from jobfit.training.losses.cross_encoder import LambdaLossAtK, ListLoss
from jobfit.training.losses.ranking import ranking_loss

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import jax
    import jax.numpy as jnp
    import rax

N = 12


@pytest.fixture(scope="module")
def lists():
    generator = np.random.default_rng(0)
    scores = generator.normal(size=(6, N)).astype(np.float32)
    labels = generator.integers(0, 5, size=(6, N)).astype(np.float32)
    where = np.arange(N) < np.array([12, 12, 7, 9, 2, 12])[:, None]
    return scores, labels, where


def ours(name, lists, rows=slice(None), **settings):
    """Our value and gradient, in 64 bits."""
    scores, labels, where = (torch.from_numpy(one[rows]) for one in lists)
    given = scores.double().requires_grad_()
    loss = ranking_loss(name, **settings)(given, labels, ~where)
    loss.backward()
    return loss.item(), given.grad.numpy()


def theirs(loss, lists):
    """rax's sum over pairs or documents, the mean of lists, and its gradient."""

    def mean(scores):
        each = jax.vmap(lambda s, y, w: loss(s, y, where=w, reduce_fn=jnp.sum))(scores, lists[1], lists[2])
        return each.mean()

    value, gradient = jax.value_and_grad(mean)(jnp.asarray(lists[0]))
    return float(value), np.asarray(gradient)


def logistic(weight=None, **settings):
    def loss(scores, labels, **given):
        chosen = weight and (lambda *a, **b: weight(*a, **b, normalize=True, **settings))
        return rax.pairwise_logistic_loss(scores, labels, lambdaweight_fn=chosen, **given)

    return loss


def approx_ndcg(scores, labels, **given):
    """What rax's ``approx_t12n(ndcg_metric, 0.1)`` returns; its wrapper needs a function that JAX 0.10 took away."""
    ranks = partial(rax.utils.approx_ranks, step_fn=lambda gap: jax.nn.sigmoid(gap / 0.1))
    return -rax.ndcg_metric(scores, labels, rank_fn=ranks, **given)


NATS = math.log(2)
AT_K = [
    (f"{name}@k", {"k": k}, logistic(weight, topn=k), NATS * N)
    for name, weight in (("lambdarank", rax.dcg_lambdaweight), ("lambdaloss", rax.dcg2_lambdaweight))
    for k in (1, 3, 5, 10, 50)
]


@pytest.mark.parametrize(
    ("name", "settings", "oracle", "scale"),
    [
        *AT_K,
        ("lambdarank", {}, logistic(rax.dcg_lambdaweight), NATS * N),
        ("ndcg-loss2", {}, logistic(rax.dcg2_lambdaweight), NATS * N),
        ("ranknet", {}, logistic(), NATS),
        (
            "arp-loss2",
            {},
            lambda s, y, **given: rax.pairwise_logistic_loss(s, y, lambdaweight_fn=rax.labeldiff_lambdaweight, **given),
            NATS,
        ),
        ("hinge", {}, rax.pairwise_hinge_loss, 1),
        (
            "softmax",
            {},
            lambda s, y, **given: rax.softmax_loss(s, y, label_fn=rax.utils.normalize_probabilities, **given),
            1,
        ),
        ("approx-ndcg", {}, approx_ndcg, 1),
    ],
)
def test_value_and_gradient_equal_rax(lists, name, settings, oracle, scale):
    """rax sums in nats, and multiplies the weights of DCG by the padded length of a list."""
    value, gradient = ours(name, lists, **settings)
    expected, expected_gradient = theirs(oracle, lists)
    assert value * scale == pytest.approx(expected, rel=2e-5)
    np.testing.assert_allclose(gradient * scale, expected_gradient, rtol=1e-3, atol=2e-5)


def test_listmle_equals_rax_where_no_labels_are_equal(lists):
    scores, _, where = lists
    labels = np.tile(np.arange(N, dtype=np.float32), (6, 1))[:, ::-1].copy()
    given = (scores, labels, where)
    value, gradient = ours("listmle", given)
    expected, expected_gradient = theirs(rax.listmle_loss, given)
    assert value == pytest.approx(expected, rel=1e-5)
    np.testing.assert_allclose(gradient, expected_gradient, rtol=1e-3, atol=2e-5)


def test_pointwise_losses_equal_rax_on_lists_of_one_length(lists):
    scores, labels, _ = lists
    whole = (scores, labels, np.ones_like(scores, dtype=bool))
    assert ours("mse", whole)[0] == pytest.approx(float(rax.pointwise_mse_loss(scores, labels)), rel=1e-5)
    expected = float(rax.pointwise_sigmoid_loss(scores, labels / 4))
    assert ours("bce", whole)[0] == pytest.approx(expected, rel=1e-5)


# sentence-transformers' losses get logits from a model; this one reads its logits out of the texts.


class Written(torch.nn.Module):
    """A stand-in for a CrossEncoder: each document is the number that it scores."""

    num_labels = 1
    device = torch.device("cpu")

    def preprocess(self, pairs, prompt=None, task=None):
        return {"numbers": torch.tensor([float(document) for _, document in pairs])}

    def forward(self, tokens):
        return {"scores": tokens["numbers"][:, None]}


def texts(lists):
    scores, labels, where = lists
    docs = [[repr(float(s)) for s in row[real]] for row, real in zip(scores, where, strict=True)]
    return [["q"] * len(docs), docs], [torch.from_numpy(row[real]) for row, real in zip(labels, where, strict=True)]


def pairs_of(labels, where):
    return sum(int((row[real][:, None] > row[real]).sum()) for row, real in zip(labels, where, strict=True))


def schemes():
    from sentence_transformers.cross_encoder import losses

    return {
        "ranknet": losses.NoWeightingScheme(),
        "lambdarank": losses.LambdaRankScheme(),
        "ndcg-loss2": losses.NDCGLoss2Scheme(),
        "ndcg-loss2++": losses.NDCGLoss2PPScheme(),
        "lambdaloss@k": LambdaLossAtK(k=3),
        "lambdaloss@1": LambdaLossAtK(k=1),
        "lambdaloss@50": LambdaLossAtK(k=50),
    }


@pytest.mark.parametrize("name", schemes())
def test_lambda_loss_of_sentence_transformers_is_ours_with_the_mean_over_pairs(lists, name):
    """Our scheme in their loss gives LambdaLoss@K, padding and unequal lists included; theirs divides by all pairs."""
    from sentence_transformers.cross_encoder.losses import LambdaLoss

    oracle = LambdaLoss(Written(), weighting_scheme=schemes()[name])(*texts(lists)).item()
    settings = {"k": schemes()[name].k} if name.startswith("lambdaloss") else {}
    value, _ = ours("lambdaloss@k" if settings else name, lists, **settings)
    assert value * 6 / pairs_of(*lists[1:]) == pytest.approx(oracle, rel=1e-5)


@pytest.mark.parametrize("name", ["listnet", "listmle", "p-listmle"])
def test_listwise_losses_equal_sentence_transformers(lists, name):
    from sentence_transformers.cross_encoder import losses

    theirs = {"listnet": losses.ListNetLoss, "listmle": losses.ListMLELoss, "p-listmle": losses.PListMLELoss}[name]
    scores, labels, where = lists
    if name != "listnet":
        labels = np.tile(np.arange(N, dtype=np.float32), (6, 1))[:, ::-1].copy()
    given = (scores, labels, where)
    assert ours(name, given)[0] == pytest.approx(theirs(Written())(*texts(given)).item(), rel=1e-5)


def test_module_over_lists_of_unequal_length_is_the_function_on_padded_tensors(lists):
    expected, _ = ours("lambdaloss@k", lists, k=3)
    for size in (None, 1, 5):
        module = ListLoss(Written(), "lambdaloss@k", mini_batch_size=size, k=3)
        assert module(*texts(lists)).item() == pytest.approx(expected, rel=1e-6)
    assert module.get_config_dict() == {"loss": "lambdaloss@k", "mini_batch_size": 5, "k": 3}
