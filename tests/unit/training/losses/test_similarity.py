"""keep_similarities against plain loops over pairs, and what it must not notice."""

import math

import pytest
import torch

from jobfit.errors import InputError
from jobfit.training.losses.contrastive import keep_similarities


def by_hand(vectors, reference):
    """The mean over ordered pairs i != j of (cos of i and j - cos of the reference's i and j)^2, in plain Python."""

    def cosine(a, b):
        lengths = math.sqrt(sum(x * x for x in a)) * math.sqrt(sum(x * x for x in b))
        return sum(x * y for x, y in zip(a, b)) / lengths

    n = len(vectors)
    pairs = [(i, j) for i in range(n) for j in range(n) if i != j]
    apart = [cosine(vectors[i], vectors[j]) - cosine(reference[i], reference[j]) for i, j in pairs]
    return sum(one * one for one in apart) / len(pairs)


def test_keep_similarities_is_the_mean_over_pairs():
    generator = torch.Generator().manual_seed(1)
    vectors = torch.randn(5, 4, generator=generator, dtype=torch.float64)
    reference = torch.randn(5, 7, generator=generator, dtype=torch.float64)
    expected = by_hand(vectors.tolist(), reference.tolist())
    assert keep_similarities(vectors, reference).item() == pytest.approx(expected, abs=1e-12)


def test_keep_similarities_of_a_rotation_is_zero():
    generator = torch.Generator().manual_seed(2)
    vectors = torch.randn(6, 3, generator=generator, dtype=torch.float64)
    turn, _ = torch.linalg.qr(torch.randn(3, 3, generator=generator, dtype=torch.float64))
    assert keep_similarities(vectors @ turn, vectors).item() == pytest.approx(0.0, abs=1e-24)


def test_keep_similarities_of_two_texts_is_their_squared_difference():
    vectors, reference = torch.tensor([[1.0, 0.0], [0.8, 0.6]]), torch.tensor([[0.0, 1.0], [1.0, 0.0]])
    assert keep_similarities(vectors, reference).item() == pytest.approx((0.8 - 0.0) ** 2)


def test_keep_similarities_gradient_leads_back_to_the_reference():
    generator = torch.Generator().manual_seed(3)
    reference = torch.randn(4, 8, generator=generator)
    vectors = (reference + 0.5 * torch.randn(4, 8, generator=generator)).requires_grad_()
    reference.requires_grad_()
    loss = keep_similarities(vectors, reference)
    loss.backward()
    assert reference.grad is None
    assert keep_similarities(vectors - 0.1 * vectors.grad, reference) < loss


def test_keep_similarities_refuses_what_has_no_pair():
    for rows, others in ((1, 1), (3, 2)):
        with pytest.raises(InputError, match="two or more of the same texts"):
            keep_similarities(torch.ones(rows, 2), torch.ones(others, 2))
