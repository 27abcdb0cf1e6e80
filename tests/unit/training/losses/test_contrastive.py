import math

import pytest
import torch

from jobfit.errors import InputError
from jobfit.training.losses.contrastive import (
    Weights,
    confit_code_weights,
    contrastive_loss,
    softmax_loss,
    two_sided_loss,
)

# The losses spelt out term by term in Python floats: what everything below is compared with.


def dot(one, other):
    return sum(x * y for x, y in zip(one.tolist(), other.tolist(), strict=True))


def row_loss(anchor, documents, positives, left_out=(), temperature=0.05, several="mean"):
    terms = {
        j: math.exp(dot(anchor, document) / temperature)
        for j, document in enumerate(documents)
        if j in positives or j not in left_out
    }
    if several == "sum":
        return -math.log(sum(terms[j] for j in positives) / sum(terms.values()))
    return sum(-math.log(terms[j] / sum(terms.values())) for j in positives) / len(positives)


def mean(values):
    values = list(values)
    return sum(values) / len(values)


@pytest.mark.parametrize("several", ["mean", "sum"])
def test_contrastive_loss_with_several_positives_and_a_mask_equals_the_sum_spelt_out(unit, several):
    queries, documents = unit(3, 8), unit(5, 8)
    positives = [{0, 3}, {1}, {2, 0, 4}]
    left_out = [{1}, {0, 1, 4}, set()]  # column 1 of row 1 is a positive, so it stays
    loss = contrastive_loss(queries, documents, matrix(positives, 5), matrix(left_out, 5), 0.1, several=several)
    expected = mean(
        row_loss(q, documents, p, m, 0.1, several) for q, p, m in zip(queries, positives, left_out, strict=True)
    )
    assert loss.item() == pytest.approx(expected, abs=1e-12)


def matrix(rows, columns):
    return torch.tensor([[j in row for j in range(columns)] for row in rows])


def test_contrastive_loss_gradient_passes_gradcheck(unit):
    queries, documents = unit(3, 4).requires_grad_(), unit(5, 4).requires_grad_()
    positives, mask = matrix([{0, 3}, {1}, {2}], 5), matrix([{1}, {0, 4}, set()], 5)
    for several in ("mean", "sum"):
        assert torch.autograd.gradcheck(
            lambda q, d, s=several: contrastive_loss(q, d, positives, mask, 0.2, several=s), (queries, documents)
        )


def test_masked_document_gets_no_gradient_and_changes_nothing(unit):
    queries, documents = unit(1, 4), unit(3, 4).requires_grad_()
    mask = matrix([{2}], 3)
    loss = contrastive_loss(queries, documents, matrix([{0}], 3), mask)
    loss.backward()
    assert documents.grad[2].abs().max() == 0
    assert documents.grad[1].abs().max() > 0
    assert loss.item() == contrastive_loss(queries, documents[:2], matrix([{0}], 2)).item()


@pytest.mark.parametrize("temperature", [0.01, 0.05, 1.0])
def test_two_sided_loss_with_shared_hard_negatives_is_equation_1(unit, temperature):
    candidates, vacancies, hard_candidates, hard_vacancies = unit(4, 8), unit(4, 8), unit(2, 8), unit(3, 8)
    every_vacancy, every_candidate = [*vacancies, *hard_vacancies], [*candidates, *hard_candidates]
    left = mean(row_loss(c, every_vacancy, {i}, (), temperature) for i, c in enumerate(candidates))
    right = mean(row_loss(v, every_candidate, {i}, (), temperature) for i, v in enumerate(vacancies))
    given = (candidates, vacancies, hard_candidates, hard_vacancies, None, temperature)
    assert two_sided_loss(*given).item() == pytest.approx(left + right, abs=1e-9)
    assert two_sided_loss(*given, Weights(1.0, 0.3)).item() == pytest.approx(left + 0.3 * right, abs=1e-9)
    assert two_sided_loss(*given, Weights(1.0, 0.0)).item() == pytest.approx(left, abs=1e-9)
    code = two_sided_loss(*given, confit_code_weights(0.25)).item()
    assert code == pytest.approx(0.25 * left + 0.75 * right, abs=1e-9)


def test_confit_code_at_its_default_is_half_of_equation_1(unit):
    given = (unit(4, 8), unit(4, 8), unit(2, 8), unit(2, 8))
    assert 2 * two_sided_loss(*given, weights=confit_code_weights()).item() == pytest.approx(
        two_sided_loss(*given).item(), abs=1e-12
    )


def test_two_sided_loss_with_own_hard_negatives_shows_them_to_their_anchor_only(unit):
    candidates, vacancies, hard_candidates, hard_vacancies = unit(3, 8), unit(3, 8), unit(3, 2, 8), unit(3, 1, 8)
    left = mean(row_loss(c, [*vacancies, *hard_vacancies[i]], {i}) for i, c in enumerate(candidates))
    right = mean(row_loss(v, [*candidates, *hard_candidates[i]], {i}) for i, v in enumerate(vacancies))
    loss = two_sided_loss(candidates, vacancies, hard_candidates, hard_vacancies).item()
    assert loss == pytest.approx(left + right, abs=1e-10)
    shared = two_sided_loss(candidates, vacancies, hard_candidates.flatten(0, 1), hard_vacancies.flatten(0, 1)).item()
    assert shared > loss


def test_known_pairs_are_left_out_of_both_directions_or_become_positives(unit):
    candidates, vacancies, hard_candidates, hard_vacancies = unit(3, 8), unit(3, 8), unit(1, 8), unit(2, 8)
    fits = {(0, 0), (1, 1), (2, 2), (0, 2), (1, 4), (3, 2)}  # (3, 2): the hard candidate fits vacancy 2
    known = torch.tensor([[(i, j) in fits for j in range(5)] for i in range(4)])
    every_vacancy, every_candidate = [*vacancies, *hard_vacancies], [*candidates, *hard_candidates]
    rows = [{j for j in range(5) if (i, j) in fits} for i in range(3)]
    columns = [{i for i in range(4) if (i, j) in fits} for j in range(3)]
    given = (candidates, vacancies, hard_candidates, hard_vacancies, known)

    masked = mean(row_loss(c, every_vacancy, {i}, rows[i]) for i, c in enumerate(candidates)) + mean(
        row_loss(v, every_candidate, {j}, columns[j]) for j, v in enumerate(vacancies)
    )
    assert two_sided_loss(*given).item() == pytest.approx(masked, abs=1e-10)
    for several in ("mean", "sum"):
        positive = mean(row_loss(c, every_vacancy, rows[i], several=several) for i, c in enumerate(candidates)) + mean(
            row_loss(v, every_candidate, columns[j], several=several) for j, v in enumerate(vacancies)
        )
        loss = two_sided_loss(*given, treat_known="positive", several=several).item()
        assert loss == pytest.approx(positive, abs=1e-10)


def test_known_hard_negative_of_another_anchor_does_not_become_a_positive(unit):
    candidates, vacancies, hard_vacancies = unit(2, 8), unit(2, 8), unit(2, 1, 8)
    known = torch.zeros(2, 4, dtype=torch.bool)
    known[0, 3] = True  # anchor 1's own hard negative fits candidate 0, who never sees it
    given = (candidates, vacancies, None, hard_vacancies)
    assert two_sided_loss(*given, known, treat_known="positive").item() == two_sided_loss(*given).item()


def test_loss_under_bf16_autocast_is_computed_in_32_bits(unit):
    given = [rows.float() for rows in (unit(8, 32), unit(8, 32), unit(4, 32), unit(4, 32))]
    exact = two_sided_loss(*given, temperature=0.01)
    with torch.autocast("cpu", torch.bfloat16):
        loss = two_sided_loss(*given, temperature=0.01)
    assert loss.dtype == torch.float32
    assert loss.item() == exact.item()
    half = two_sided_loss(*(rows.bfloat16() for rows in given))
    assert half.dtype == torch.float32


def test_loss_at_a_tiny_temperature_stays_finite_where_exp_overflows():
    rows = torch.eye(2)
    assert math.isinf(torch.tensor(1 / 0.001).exp().item())
    loss = two_sided_loss(rows, rows.flip(0), temperature=0.001)
    assert loss.item() == pytest.approx(2 * 1000, rel=1e-6)


def test_value_that_is_not_a_number_stays_one():
    rows = torch.eye(2)
    assert math.isnan(two_sided_loss(rows, rows * torch.nan).item())


def test_softmax_loss_with_grades_equals_the_sum_spelt_out():
    scores = torch.tensor([[0.3, -1.0, 2.0], [0.0, 0.5, 0.1]], dtype=torch.float64)
    grades = torch.tensor([[2, 1, 0], [0, 0, 3]])
    mask = torch.tensor([[False, False, True], [True, False, False]])
    first = [math.log(math.exp(0.3) + math.exp(-1.0)) - z for z in (0.3, -1.0)]
    second = math.log(math.exp(0.5) + math.exp(0.1)) - 0.1
    expected = ((2 * first[0] + first[1]) / 3 + second) / 2
    assert softmax_loss(scores, grades, mask).item() == pytest.approx(expected, abs=1e-12)


def test_softmax_loss_never_leaves_out_a_document_with_a_label():
    scores, labels = torch.randn(3, 4, generator=torch.Generator().manual_seed(0)), torch.eye(3, 4)
    everything = softmax_loss(scores, labels, torch.ones(3, 4, dtype=torch.bool))
    assert everything.item() == pytest.approx(0.0, abs=1e-6)


def test_softmax_loss_refuses_a_label_below_0():
    with pytest.raises(InputError, match="0 or more"):
        softmax_loss(torch.eye(2), torch.eye(2) - 0.5)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"temperature": 0.0}, "above 0"),
        ({"temperature": math.nan}, "above 0"),
        ({"positives": torch.tensor([[True, False], [False, False]])}, "row 1 of the batch"),
        ({"positives": torch.eye(3).bool()}, "shape"),
        ({"mask": torch.eye(3).bool()}, "shape"),
        ({"queries": torch.zeros(0, 2), "positives": torch.zeros(0, 2).bool()}, "at least one query"),
    ],
)
def test_contrastive_loss_of_what_does_not_fit_says_so(change, message):
    given = {"queries": torch.eye(2), "documents": torch.eye(2), "positives": torch.eye(2).bool()}
    with pytest.raises(InputError, match=message):
        contrastive_loss(**given | change)


def test_two_sided_loss_of_what_makes_no_pairs_says_so(unit):
    with pytest.raises(InputError, match="3 candidates and 2 vacancies"):
        two_sided_loss(unit(3, 4), unit(2, 4))
    with pytest.raises(InputError, match="known pairs"):
        two_sided_loss(unit(3, 4), unit(3, 4), None, unit(2, 4), torch.eye(3).bool())
    with pytest.raises(InputError, match="2 anchors in a batch of 3"):
        two_sided_loss(unit(3, 4), unit(3, 4), None, unit(2, 1, 4))
    with pytest.raises(InputError, match="between 0 and 1"):
        confit_code_weights(1.5)


def test_published_in_batch_loss_uses_a_known_positive_as_a_negative_and_ours_does_not(unit):
    """Two candidates of one vacancy in a batch: the published loss pushes each away from its own vacancy."""
    candidates, vacancy = unit(2, 8), unit(1, 8)
    vacancies = vacancy.repeat(2, 1)
    known = torch.ones(2, 2, dtype=torch.bool)
    left = two_sided_loss(candidates, vacancies, weights=Weights(1.0, 0.0)).item()
    assert left == pytest.approx(math.log(2), abs=1e-12)  # whatever the vectors: nothing can bring it down
    assert two_sided_loss(candidates, vacancies, known=known).item() == pytest.approx(0, abs=1e-12)
