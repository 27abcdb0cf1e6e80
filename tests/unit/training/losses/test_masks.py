import random

import pytest

from jobfit.errors import InputError
from jobfit.training.losses.contrastive import false_negative_mask

E = False
X = True


def test_mask_of_a_vacancy_that_occurs_twice_marks_both_columns_for_both_candidates():
    mask = false_negative_mask(["a", "b", "c"], ["v", "w", "v"], {}, pairs=3)
    assert mask.tolist() == [[X, E, X], [E, X, E], [X, E, X]]


def test_mask_of_a_candidate_that_occurs_twice_marks_both_vacancies():
    mask = false_negative_mask(["a", "b", "a"], ["v", "w", "x"], {}, pairs=3)
    assert mask.tolist() == [[X, E, X], [E, X, E], [X, E, X]]


def test_mask_with_known_positives_marks_them_among_pairs_and_hard_negatives():
    known = {"a": {"w", "h", "elsewhere"}, "k": {"v"}, "elsewhere": {"v"}}
    mask = false_negative_mask(["a", "b", "k"], ["v", "w", "h"], known, pairs=2)
    assert mask.tolist() == [[X, X, X], [E, X, E], [X, E, E]]  # the last row: a hard candidate, who fits v


def test_mask_of_equal_texts_under_other_ids_treats_them_as_one_record():
    mask = false_negative_mask(
        ["a", "b"],
        ["v", "w", "h"],
        {"a": {"h"}},
        pairs=2,
        candidate_texts=["Nurse in Lyon", "nurse  in LYON"],
        vacancy_texts=["x", "y", "z"],
    )
    assert mask.tolist() == [[X, X, X], [X, X, X]]
    mask = false_negative_mask(
        ["a", "b"], ["v", "w", "h"], {}, pairs=2, candidate_texts=["p", "q"], vacancy_texts=["x", "y", "X"]
    )
    assert mask.tolist() == [[X, E, X], [E, X, E]]


def test_mask_does_not_pair_hard_negatives_with_each_other():
    assert false_negative_mask(["a", "h"], ["v", "g"], {}, pairs=1).tolist() == [[X, E], [E, E]]


def test_mask_equals_the_definition_on_random_ids():
    draw = random.Random(0)
    candidates = [f"c{draw.randrange(12)}" for _ in range(9)]
    vacancies = [f"v{draw.randrange(12)}" for _ in range(11)]
    known = {(f"c{draw.randrange(12)}", f"v{draw.randrange(12)}") for _ in range(20)}
    fits = {one: {v for c, v in known if c == one} for one, _ in known}
    mask = false_negative_mask(candidates, vacancies, fits, pairs=6)
    positives = known | set(zip(candidates[:6], vacancies[:6], strict=True))
    assert mask.tolist() == [[(one, other) in positives for other in vacancies] for one in candidates]
    assert 0 < mask.sum() < mask.numel()


def test_mask_of_no_ids_is_empty_and_of_what_does_not_fit_an_error():
    assert false_negative_mask([], [], {}, pairs=0).shape == (0, 0)
    with pytest.raises(InputError, match="3 pairs of 2 candidates"):
        false_negative_mask(["a", "b"], ["v", "w", "x"], {}, pairs=3)
    with pytest.raises(InputError, match="2 ids and 1 texts"):
        false_negative_mask(["a", "b"], ["v", "w"], {}, pairs=2, candidate_texts=["one"])
