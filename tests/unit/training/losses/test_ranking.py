"""Losses over lists: the sums spelt out in floats, what must hold for each of them, and the faults of others."""

import math
import os
import subprocess
import sys
from itertools import permutations, product

import pytest
import torch
from torch.nn.functional import logsigmoid

from jobfit.errors import InputError
from jobfit.training.losses import pairwise
from jobfit.training.losses.contrastive import softmax_loss
from jobfit.training.losses.lists import PAIRS_AT_ONCE, best_first, nothing_to_order
from jobfit.training.losses.ranking import POINTWISE, RANKING_LOSSES, ranking_loss

SCORES = [[1.2, 0.3, -0.4, 2.0, 0.9], [0.1, 0.7, 0.2, 0.0, 0.0]]
LABELS = [[3, 0, 1, 0, 2], [0, 2, 1, 0, 0]]
LENGTHS = [5, 3]  # the second list is padded
ORDERED = [name for name in RANKING_LOSSES if name not in POINTWISE]


def lists():
    """Scores, labels and mask of two lists of unequal lengths, with nonsense in the padding."""
    scores = torch.tensor(SCORES, dtype=torch.float64)
    labels, mask = torch.tensor(LABELS, dtype=torch.float64), torch.zeros(2, 5, dtype=torch.bool)
    mask[1, 3:] = True
    scores[1, 3:], labels[1, 3:] = math.nan, 7.0
    return scores, labels, mask


def seeded():
    return torch.Generator().manual_seed(0)


# The definitions spelt out term by term in Python floats.


def d(rank):
    return math.log2(1 + rank)


def ranks_of(scores):
    return [1 + sum(other > score for other in scores) for score in scores]


def gains_of(labels, k=None):
    ideal = sum((2**y - 1) / d(r) for r, y in enumerate(sorted(labels, reverse=True), 1) if k is None or r <= k)
    return [(2**y - 1) / ideal for y in labels]


def pairs_sum(weight, k=None, everyone=False, loss=lambda gap: math.log2(1 + math.exp(-gap))):
    def of(scores, labels):
        rank, gain = ranks_of(scores), gains_of(labels, k)
        total = 0.0
        for i, j in product(range(len(scores)), repeat=2):
            if i != j and (everyone or labels[i] > labels[j]):
                total += weight(rank[i], rank[j], gain[i], gain[j], labels[i], labels[j]) * loss(scores[i] - scores[j])
        return total

    return of


def delta(a, b):
    return 1 / d(abs(a - b)) - 1 / d(abs(a - b) + 1)


def m(a, b, k):
    return 1.0 if max(a, b) <= k else 1 / (1 - 1 / d(max(a, b)))


def rho(a, b, k=99):
    return abs((a <= k) / d(a) - (b <= k) / d(b))


def listmle(scores, labels, weights=None):
    """For lists without equal labels."""
    order = sorted(range(len(scores)), key=lambda i: -labels[i])
    places = [math.log(sum(math.exp(scores[j]) for j in order[r:])) - scores[i] for r, i in enumerate(order)]
    weights = weights or [1.0] * len(scores)
    return sum(w * place for w, place in zip(weights, places, strict=True))


def p_listmle(scores, labels):
    n = len(scores)
    alpha = [2 ** (n - r) - 1 for r in range(1, n + 1)]
    return listmle(scores, labels, [a / sum(alpha) for a in alpha])


def shares(values):
    total = sum(math.exp(value) for value in values)
    return [math.exp(value) / total for value in values]


def cross_entropy(target, scores):
    return -sum(t * math.log(p) for t, p in zip(target, shares(scores), strict=True))


def approx(scores, labels):
    total = 0.0
    for i, gain in enumerate(gains_of(labels)):
        above = sum(1 / (1 + math.exp((scores[i] - scores[j]) / 0.1)) for j in range(len(scores)) if j != i)
        total -= gain / math.log2(2 + above)
    return total


def bce_of(score, share):
    p = 1 / (1 + math.exp(-score))
    return -share * math.log(p) - (1 - share) * math.log(1 - p)


def mean(values):
    values = list(values)
    return sum(values) / len(values)


SPELT_OUT = {
    "bce": lambda s, y: mean(bce_of(a, b / 4) for a, b in zip(s, y, strict=True)),
    "mse": lambda s, y: mean((a - b) ** 2 for a, b in zip(s, y, strict=True)),
    "hinge": pairs_sum(lambda *_: 1.0, loss=lambda gap: max(0.0, 1 - gap)),
    "ranknet": pairs_sum(lambda *_: 1.0),
    "arp-loss2": pairs_sum(lambda pi, pj, gi, gj, yi, yj: yi - yj),
    "lambdarank": pairs_sum(lambda pi, pj, gi, gj, *_: (gi - gj) * rho(pi, pj)),
    "lambdarank@k": pairs_sum(lambda pi, pj, gi, gj, *_: (gi - gj) * rho(pi, pj, 2), k=2),
    "ndcg-loss1": pairs_sum(lambda pi, pj, gi, *_: gi / d(pi), everyone=True),
    "ndcg-loss2": pairs_sum(lambda pi, pj, gi, gj, *_: (gi - gj) * delta(pi, pj)),
    "ndcg-loss2++": pairs_sum(lambda pi, pj, gi, gj, *_: (gi - gj) * (rho(pi, pj) + 10 * delta(pi, pj))),
    "lambdaloss@k": pairs_sum(lambda pi, pj, gi, gj, *_: (gi - gj) * delta(pi, pj) * m(pi, pj, 2), k=2),
    "softmax": lambda s, y: cross_entropy([label / sum(y) for label in y], s),
    "listnet": lambda s, y: cross_entropy(shares(y), s),
    "listmle": listmle,
    "p-listmle": p_listmle,
    "approx-ndcg": approx,
}


@pytest.mark.parametrize("name", SPELT_OUT)
def test_loss_is_the_sum_spelt_out_and_the_mean_of_lists_of_unequal_length(name):
    scores, labels, mask = lists()
    if "listmle" in name:
        labels[0] = torch.tensor([4.0, 0, 2, 1, 3])
    settings = {"k": 2} if name.endswith("@k") else {}
    found = ranking_loss(name, **settings)(scores, labels, mask, seeded())
    rows = [(scores[row, :n].tolist(), labels[row, :n].tolist()) for row, n in enumerate(LENGTHS)]
    assert found.item() == pytest.approx(mean(SPELT_OUT[name](*row) for row in rows), abs=1e-12)


def test_gumbel_noise_has_the_distribution_and_the_loss_is_the_mean_of_its_samples():
    """With one document above the other, P(the noisy order is kept) is σ(gap / β): that of a logistic variable."""
    scores, labels = torch.tensor([[0.7, 0.0]], dtype=torch.float64), torch.tensor([[1, 0]])
    sharp = ranking_loss("gumbel-approx-ndcg", temperature=1e-4, samples=100_000, beta=2.0)
    kept = 1 / (1 + math.exp(-0.35))
    expected = -(kept + (1 - kept) / math.log2(3))
    assert sharp(scores, labels, None, seeded()).item() == pytest.approx(expected, abs=4e-3)
    loss = ranking_loss("gumbel-approx-ndcg", beta=1e-12)
    assert loss(*lists()).item() == pytest.approx(ranking_loss("approx-ndcg")(*lists()).item(), abs=1e-9)


@pytest.mark.parametrize("name", RANKING_LOSSES)
def test_gradient_passes_gradcheck_and_padding_gets_none(name):
    scores, labels, mask = lists()
    scores = scores.nan_to_num(5.0).requires_grad_()
    loss = ranking_loss(name)
    assert torch.autograd.gradcheck(lambda given: loss(given, labels, mask, seeded()), (scores,))
    loss(scores, labels, mask, seeded()).backward()
    assert scores.grad[1, 3:].abs().max() == 0
    assert (scores.grad[mask.logical_not()] != 0).sum() >= 6


@pytest.mark.parametrize("name", ORDERED)
def test_a_few_steps_put_the_list_in_the_order_of_its_labels(name):
    labels = torch.tensor([[0, 3, 1, 2, 0, 0]])
    scores = torch.linspace(0.3, -0.3, 6)[None].requires_grad_()
    optimiser = torch.optim.Adam([scores], lr=0.05)
    generator = seeded()
    for _ in range(200):
        optimiser.zero_grad()
        ranking_loss(name)(scores, labels, None, generator).backward()
        optimiser.step()
    order = scores[0].argsort(descending=True).tolist()
    assert order[:3] == [1, 3, 2] if name != "softmax" else order[0] == 1


@pytest.mark.parametrize("name", RANKING_LOSSES)
def test_order_of_documents_and_of_lists_changes_nothing(name):
    if name in ("gumbel-approx-ndcg", "listmle", "p-listmle"):
        pytest.skip("draws noise or ties document by document")
    scores, labels, mask = lists()
    mixed = torch.tensor([3, 0, 4, 1, 2])
    loss = ranking_loss(name)
    there = loss(scores, labels, mask).item()
    assert loss(scores[:, mixed].flip(0), labels[:, mixed].flip(0), mask[:, mixed].flip(0)).item() == pytest.approx(
        there, abs=1e-12
    )


def test_deltas_above_a_document_telescope_to_what_it_costs_at_k():
    """Σ_{j above i} δ_ij m_ij is 1 for a document beyond K, and else 1 − 1/D(π_i)."""
    rank = torch.arange(1, 301)
    above = rank[None, :] < rank[:, None]
    weight = pairwise.step(rank[:, None], rank[None, :])
    for k in (1, 3, 10, 100):
        total = (weight * pairwise.multiplier(rank[:, None], rank[None, :], k) * above).sum(dim=1)
        expected = torch.where(rank > k, 1.0, 1 - 1 / torch.log2(1 + rank.double()))
        assert (total - expected).abs()[1:].max() < 1e-12
    assert pairwise.multiplier(rank[:1], rank[[1, 2, 5, 10, 20, 100]], 1).tolist() == pytest.approx(
        [2.7095, 2.0, 1.5533, 1.3869, 1.2891, 1.1763], abs=5e-5
    )


def test_lambdaloss_at_the_length_of_the_list_or_more_is_ndcg_loss2():
    for k in (5, 6, 1000):
        assert ranking_loss("lambdaloss@k", k=k)(*lists()).item() == ranking_loss("ndcg-loss2")(*lists()).item()
        assert ranking_loss("lambdarank@k", k=k)(*lists()).item() == ranking_loss("lambdarank")(*lists()).item()


def test_softmax_equals_the_contrastive_softmax_loss():
    scores, labels, mask = lists()
    labels = labels.masked_fill(mask, 0)
    expected = softmax_loss(scores.nan_to_num(0.0), labels, mask)
    assert ranking_loss("softmax")(scores, labels, mask).item() == pytest.approx(expected.item(), abs=1e-12)


@pytest.mark.parametrize("name", RANKING_LOSSES)
def test_list_with_nothing_to_order_is_counted_and_adds_a_connected_zero(name):
    """One document, equal labels, nothing but padding. Pointwise losses learn from the first two all the same."""
    labels = torch.tensor([[2, 1, 0], [1, 1, 1], [3, 0, 0], [9, 9, 9], [0, 0, 0]])
    mask = torch.tensor([[0, 0, 0], [0, 0, 0], [0, 1, 1], [1, 1, 1], [0, 0, 0]]).bool()
    assert nothing_to_order(labels, mask).tolist() == [False, True, True, True, True]
    scores = torch.tensor([[0.1, 0.2, 0.3]] * 5, requires_grad=True)
    loss = ranking_loss(name)(scores, labels, mask, seeded())
    loss.backward()
    assert torch.isfinite(loss) and torch.isfinite(scores.grad).all()
    assert scores.grad[3].tolist() == [0, 0, 0]
    assert scores.grad[0].abs().max() > 0
    if name not in POINTWISE:
        assert scores.grad[1:].abs().max() == 0
        alone = ranking_loss(name)(scores[1:], labels[1:], mask[1:], seeded())
        assert alone.item() == 0 and alone.requires_grad
        only_first = ranking_loss(name)(scores[:1], labels[:1], mask[:1], seeded())
        assert name == "gumbel-approx-ndcg" or loss.item() == pytest.approx(only_first.item() / 5, rel=1e-6)


@pytest.mark.parametrize("name", RANKING_LOSSES)
def test_everything_is_computed_in_32_bits_under_autocast(name):
    scores, labels, mask = lists()
    scores = (scores.nan_to_num(0.0) * 3).bfloat16().requires_grad_()
    with torch.autocast("cpu", dtype=torch.bfloat16):
        inside = ranking_loss(name)(scores, labels, mask, seeded())
    outside = ranking_loss(name)(scores.detach().float(), labels, mask, seeded())
    assert inside.dtype == torch.float32 and inside.item() == outside.item()


def test_ranks_of_equal_scores_are_shuffled_by_the_generator_and_padding_is_last():
    values, real = torch.zeros(2000, 4), torch.ones(2000, 4, dtype=torch.bool)
    real[:, 1] = False
    order = best_first(values, real, seeded())
    assert torch.equal(order, best_first(values, real, seeded()))
    assert (order[:, 3] == 1).all()
    assert {tuple(row) for row in order[:, :3].tolist()} == {*permutations((0, 2, 3))}
    share = (order[:, 0] == 0).float().mean().item()
    assert share == pytest.approx(1 / 3, abs=0.04)


def test_weights_of_tied_scores_do_not_depend_on_the_order_of_the_input():
    """At the start all scores are equal; a stable sort would teach the order in which documents were listed."""
    labels, generator = torch.tensor([[1, 0, 0, 0], [0, 0, 0, 1]]).repeat(2000, 1), seeded()
    scores = torch.zeros(4000, 4, requires_grad=True)
    ranking_loss("lambdarank")(scores, labels, None, generator).backward()
    first, last = scores.grad[0::2, 0].mean().item(), scores.grad[1::2, 3].mean().item()
    assert first == pytest.approx(last, rel=0.05) and first < 0


# Bad input.


@pytest.mark.parametrize("name", RANKING_LOSSES)
@pytest.mark.parametrize(
    ("scores", "labels", "mask", "words"),
    [
        ([[0.0, math.nan]], [[1, 0]], None, "list 0, document 1 of the batch: the score is nan"),
        ([[0.0, 0.0], [math.inf, 0.0]], [[1, 0], [1, 0]], None, "list 1, document 0 of the batch: the score is inf"),
        ([[0.0, 1.0]], [[1, -1]], None, "document 1 of the batch: the label is -1"),
        ([[0.0, 1.0]], [[1, math.nan]], None, "the label is nan"),
        ([[0.0, 1.0]], [[1, 0, 0]], None, "one shape"),
        ([[0.0, 1.0]], [[1, 0]], [[False]], "pad shorter lists"),
        ([0.0, 1.0], [1, 0], None, "one shape"),
        ([[]], [[]], None, "needs a list and a document"),
    ],
)
def test_input_that_is_not_a_batch_of_lists_is_refused_by_name(name, scores, labels, mask, words):
    mask = None if mask is None else torch.tensor(mask)
    with pytest.raises(InputError, match=words):
        ranking_loss(name)(torch.tensor(scores), torch.tensor(labels), mask)


@pytest.mark.parametrize(
    ("name", "settings", "words"),
    [
        ("lambdaloss@k", {"k": 0}, "1 or more, not 0"),
        ("lambdarank@k", {"k": -3}, "1 or more, not -3"),
        ("ndcg-loss2", {"k": 3}, "no setting 'k'; it has: sigma, gain"),
        ("softmax", {"k": 3}, "it has: none"),
        ("ranknet", {"sigma": 0.0}, "sigma must be above 0"),
        ("ndcg-loss2++", {"mu": 0.0}, "mu must be above 0"),
        ("approx-ndcg", {"temperature": -1.0}, "temperature must be above 0"),
        ("gumbel-approx-ndcg", {"samples": 0}, "samples is 1 or more"),
        ("bce", {"top": 0.5}, "above top=0.5"),
        ("lambdaloss", {}, "there are: bce, mse"),
    ],
)
def test_settings_that_do_not_fit_are_refused_before_the_first_step(name, settings, words):
    with pytest.raises(InputError, match=words):
        ranking_loss(name, **settings)


def test_label_that_is_no_grade_has_no_exponential_gain():
    scores, labels = torch.zeros(1, 2), torch.tensor([[200.0, 0.0]])
    with pytest.raises(InputError, match="linear"):
        ranking_loss("ndcg-loss2")(scores, labels)
    assert torch.isfinite(ranking_loss("ndcg-loss2", gain="linear")(scores, labels))


@pytest.mark.parametrize("name", ["lambdaloss@k", "lambdarank@k"])
def test_k_of_1_is_finite_with_ties_and_one_document(name):
    for scores, labels in (([[0.0, 0.0]], [[1, 0]]), ([[1.0, 0.0, 0.0]], [[2, 0, 1]]), ([[3.0]], [[1]])):
        given = torch.tensor(scores, requires_grad=True)
        loss = ranking_loss(name, k=1)(given, torch.tensor(labels))
        loss.backward()
        assert torch.isfinite(loss) and torch.isfinite(given.grad).all()


# What other libraries do, spelt out, and that ours does not.


def test_worst_pair_keeps_its_gradient_where_a_clamped_log_has_none():
    """allRank and older sentence-transformers: log2(clamp(σ(Δ)^w, 1e-10)); for two documents w = 11 · 0.369 = 4.06."""
    weight = 11 * (1 - 1 / math.log2(3))
    theirs = torch.tensor([0.0, 6.0], requires_grad=True)
    loss = -(theirs[0] - theirs[1]).sigmoid().clamp(min=1e-10).pow(weight).clamp(min=1e-10).log2()
    loss.backward()
    assert loss.item() == pytest.approx(33.219, abs=1e-3) and theirs.grad.abs().max() == 0
    for gap in (6.0, 100.0, 1e6):
        ours = torch.tensor([[0.0, gap]], requires_grad=True)
        ranking_loss("ndcg-loss2++")(ours, torch.tensor([[1, 0]])).backward()
        assert ours.grad[0].tolist() == pytest.approx([-weight / math.log(2), weight / math.log(2)], rel=5e-3)


def test_step_of_neighbours_is_that_from_rank_1_to_2_and_not_one_further():
    """pytorchltr 0.2.1 takes 1/D(d + 1) − 1/D(d + 2)."""
    assert pairwise.step(torch.tensor(4), torch.tensor(5)).item() == pytest.approx(1 - 1 / math.log2(3), abs=1e-15)
    assert pairwise.step(torch.tensor(7), torch.tensor(5)).item() == pytest.approx(1 / math.log2(3) - 1 / 2, abs=1e-15)


def test_positive_below_k_learns_where_a_mask_of_both_in_the_top_gives_nothing():
    """allRank: pairs of which both are in the top k; the positive at rank 6 with k = 3 then has no pair at all."""
    scores, labels = torch.linspace(1, 0, 6)[None].requires_grad_(), torch.tensor([[0, 0, 0, 0, 0, 1]])
    rank = torch.arange(1, 7)
    kept = (labels[0, :, None] > labels[0]) & (rank[:, None] <= 3) & (rank <= 3)
    assert kept.sum() == 0
    ranking_loss("lambdaloss@k", k=3)(scores, labels).backward()
    assert scores.grad[0, 5] < 0 and (scores.grad[0, :5] > 0).all()


def test_empty_set_of_pairs_is_zero_where_its_mean_is_not_a_number():
    assert math.isnan(logsigmoid(torch.zeros(0)).mean().item())
    assert ranking_loss("ndcg-loss2")(torch.zeros(1, 3), torch.ones(1, 3)).item() == 0


def test_long_lists_do_not_outweigh_short_ones_by_their_number_of_pairs():
    """A mean over all pairs of a batch: of 1 pair and 40 it gives the short list 1/41. Here each list counts alike."""
    scores, labels, mask = torch.zeros(2, 41), torch.zeros(2, 41), torch.zeros(2, 41, dtype=torch.bool)
    labels[:, 0], mask[0, 2:] = 1, True
    scores.requires_grad_()
    ranking_loss("ndcg-loss2")(scores, labels, mask, seeded()).backward()
    assert scores.grad[0, 0].item() == pytest.approx((1 - 1 / math.log2(3)) / (2 * 2 * math.log(2)) * -1, rel=1e-5)


def test_p_listmle_has_weights_for_lists_whose_powers_of_two_overflow():
    scores, labels = torch.zeros(1, 2000, requires_grad=True), torch.zeros(1, 2000)
    labels[0, 1234] = 1
    loss = ranking_loss("p-listmle")(scores, labels, None, seeded())
    loss.backward()
    assert loss.item() == pytest.approx(sum(2.0**-r * math.log(2000 - r + 1) for r in range(1, 60)), rel=1e-5)
    assert scores.grad[0].argmin() == 1234


# All pairs of long lists.


@pytest.mark.parametrize("name", sorted({*ORDERED} - {"softmax", "listnet", "listmle", "p-listmle"}))
def test_pairs_in_chunks_give_the_same_loss_and_gradient(monkeypatch, name):
    generator = seeded()
    scores = torch.randn(4, 30, generator=generator, dtype=torch.float64, requires_grad=True)
    labels = torch.randint(0, 4, (4, 30), generator=generator)
    found = []
    for size in (1 << 20, 100, 1):
        monkeypatch.setattr("jobfit.training.losses.lists.PAIRS_AT_ONCE", size)
        scores.grad = None
        loss = ranking_loss(name)(scores, labels, None, seeded())
        loss.backward()
        found.append(torch.cat([loss.detach()[None], scores.grad.flatten()]))
    assert torch.allclose(found[1], found[0], atol=1e-12) and torch.allclose(found[2], found[0], atol=1e-12)


MEMORY = """
import re, sys
from pathlib import Path
import torch
from jobfit.training.losses import lists
from jobfit.training.losses.ranking import ranking_loss

torch.set_num_threads(1)
def run(n):
    scores = torch.randn(16, n, requires_grad=True)
    labels = torch.randint(0, 5, (16, n))
    ranking_loss(sys.argv[1])(scores, labels).backward()
    assert torch.isfinite(scores.grad).all()
    return int(re.search("VmHWM: *(.*) kB", Path("/proc/self/status").read_text().replace("\t", " "))[1])
before = run(200)
for lists.PAIRS_AT_ONCE in map(int, sys.argv[2:]):
    print((run(1000) - before) / 1024)
"""


@pytest.mark.parametrize("name", ["lambdaloss@k", "ndcg-loss1"])
def test_memory_of_all_pairs_of_lists_of_a_thousand_is_bounded(name):
    """16 lists have 16 million pairs: 61 MiB for one number of each, and a loss keeps about ten of them. In MiB."""
    command = [sys.executable, "-c", MEMORY, name, str(PAIRS_AT_ONCE), str(1 << 30)]
    path = {"PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=os.environ | path)
    bounded, whole = map(float, done.stdout.split())
    assert bounded < 200 < 300 < whole  # 396 where the allocator found room
