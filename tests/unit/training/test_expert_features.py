from datetime import date

import numpy as np
import pytest

from jobfit.encoders.hashing import HashingEncoder
from jobfit.errors import InputError
from jobfit.reading import candidate_from_text, vacancy_from_text
from jobfit.training.expert_features import PairReader, expert_features
from jobfit.training.pair_facts import NAMES

TODAY = date(2026, 1, 1)
CV = "Developer\n\nWork experience\nDeveloper, 2014 - 2020\nWrote Python services.\n\nI have never used Docker.\n"
AD = "Developer\n\nRequirements\n- Python is required\n- Docker is required\n- SQL is required\n"


def test_features_are_facts_what_is_known_and_the_cosine():
    found = expert_features(np.array([0.6], np.float32), np.array([[3.0, np.nan]], np.float32))[0]
    assert found.tolist() == pytest.approx([3.0, 0.0, 1.0, 0.0, 0.6])
    assert expert_features(np.empty(0, np.float32), np.empty((0, 2), np.float32)).shape == (0, 5)
    with pytest.raises(InputError, match="1 cosines and 0 rows of facts"):
        expert_features(np.ones(1, np.float32), np.empty((0, 2), np.float32))


def test_unknown_has_a_column_of_its_own_and_is_neither_met_nor_missing():
    reader = PairReader(HashingEncoder(), [candidate_from_text(CV)], [vacancy_from_text(AD)], TODAY)
    found = reader.features([("candidate", "vacancy")])[0]
    k = len(NAMES)
    facts, known = (dict(zip(NAMES, found[start : start + k].tolist())) for start in (0, k))
    assert facts["must met"] == pytest.approx(1 / 3) and facts["must missing"] == pytest.approx(1 / 3)
    assert known["must met"] == 1.0
    assert (facts["kilometres"], known["kilometres"]) == (0.0, 0.0)  # no town on either side


def test_pairs_are_read_by_id_in_any_order():
    people = [candidate_from_text(CV, id="a"), candidate_from_text("Nurse\n\nSkills\nPython, SQL, Docker\n", id="b")]
    reader = PairReader(HashingEncoder(), people, [vacancy_from_text(AD, id="v")], TODAY)
    both = reader.features([("a", "v"), ("b", "v")])
    assert np.array_equal(reader.features([("b", "v"), ("a", "v")]), both[::-1])
    assert both[:, -1] == pytest.approx(reader.vectors[0] @ reader.vectors[1][0], abs=1e-6)
    assert not np.array_equal(both[0], both[1])
