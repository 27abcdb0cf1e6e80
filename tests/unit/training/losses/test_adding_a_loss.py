"""A loss is added as CONTRIBUTING says: a function of tensors with an oracle in plain floats. The loop takes it."""

import pytest
import torch

from jobfit.training.losses.contrastive import softmax_loss
from jobfit.training.objectives.contrastive import ContrastiveObjective


def hinge_loss(scores, labels, mask=None, *, margin=0.2):
    """Return the mean over rows of Σ max(0, margin − z_i + z_j) / pairs, i with a higher label than j: a scalar."""
    above = labels[:, :, None] > labels[:, None, :]
    if mask is not None:
        above = above & ~mask[:, :, None] & ~mask[:, None, :]
    loss = (margin - scores[:, :, None] + scores[:, None, :]).relu() * above
    return (loss.sum(dim=(1, 2)) / above.sum(dim=(1, 2)).clamp(min=1)).mean()


SCORES = [[0.9, 0.1, 0.5], [0.2, 0.3, 0.4]]
LABELS = [[2, 0, 1], [1, 0, 0]]


def test_new_loss_is_the_sum_spelt_out():
    rows = []
    for scores, labels in zip(SCORES, LABELS, strict=True):
        pairs = [(i, j) for i in range(3) for j in range(3) if labels[i] > labels[j]]
        rows.append(sum(max(0.0, 0.2 - scores[i] + scores[j]) for i, j in pairs) / len(pairs))
    found = hinge_loss(torch.tensor(SCORES, dtype=torch.float64), torch.tensor(LABELS))
    assert found.item() == pytest.approx(sum(rows) / 2, abs=1e-12)


@pytest.mark.parametrize("loss", [hinge_loss, softmax_loss], ids=["hinge", "softmax"])
def test_losses_share_one_signature_and_pass_gradcheck(loss):
    scores = torch.tensor(SCORES, dtype=torch.float64, requires_grad=True)
    left_out = torch.tensor([[False, True, False], [False, False, False]])
    for mask in (None, left_out):
        assert torch.autograd.gradcheck(lambda z, mask=mask: loss(z, torch.tensor(LABELS), mask), (scores,))


def test_loop_trains_with_a_new_loss_and_ranks_better(make_trainer, small_market):
    def both_ways(contrast):
        scores = contrast.candidates @ contrast.vacancies.T
        own = torch.eye(len(scores), dtype=torch.bool)
        known = contrast.known[: len(scores), : len(scores)] & ~own
        return hinge_loss(scores, own, known) + hinge_loss(scores.T, own, known.T)

    trained = make_trainer(objective=ContrastiveObjective(small_market(), both_ways), epochs=3).run()
    (_, before), *_ = trained.history
    assert trained.best.score > before
