import numpy as np
import pytest

from jobfit.embeddings import Embeddings
from jobfit.errors import InputError, UnknownIdError
from jobfit.training.losses.preferences import reference_scores


def embeddings(ids, unit, fingerprint="one"):
    return Embeddings(tuple(ids), unit(len(ids), 8).float().numpy(), fingerprint)


def test_reference_scores_are_the_cosines_of_each_pair_in_order(unit):
    vacancies, candidates = embeddings("vw", unit), embeddings("abc", unit)
    found = reference_scores(vacancies, candidates, [("w", "a", "c"), ("v", "b", "a"), ("w", "c", "b")])
    cosines = vacancies.vectors @ candidates.vectors.T
    np.testing.assert_allclose(found[:, 0], [cosines[1, 0], cosines[0, 1], cosines[1, 2]], atol=1e-7)
    np.testing.assert_allclose(found[:, 1], [cosines[1, 2], cosines[0, 0], cosines[1, 1]], atol=1e-7)
    assert found.shape == (3, 2)


def test_reference_scores_of_no_preferences_are_empty(unit):
    assert len(reference_scores(embeddings("v", unit), embeddings("a", unit), [])) == 0


def test_reference_scores_of_what_was_not_encoded_are_refused(unit):
    with pytest.raises(UnknownIdError, match="preference 1: the candidate 'x'"):
        reference_scores(embeddings("v", unit), embeddings("ab", unit), [("v", "a", "b"), ("v", "a", "x")])
    with pytest.raises(UnknownIdError, match="vacancy 'a'"):
        reference_scores(embeddings("v", unit), embeddings("ab", unit), [("a", "a", "b")])
    with pytest.raises(InputError, match="one model"):
        reference_scores(embeddings("v", unit), embeddings("ab", unit, "two"), [("v", "a", "b")])
