import numpy as np
import pytest

from jobfit.errors import InputError
from jobfit.policy.places import kilometres
from jobfit.reading import candidate_from_text, vacancy_from_text
from jobfit.training.expert_features import SCHEMA, expert_features, schema_features

CV = "Developer\n\nWork experience\nDeveloper, 2014 - 2020\nWrote Python services.\n\nI have never used Docker.\n"
AD = "Developer\n\nRequirements\n- Python is required\n- Docker is required\n- SQL is required\n"


def test_unknown_has_a_column_of_its_own():
    candidate, vacancy = candidate_from_text(CV), vacancy_from_text(AD)
    found = dict(zip(SCHEMA, schema_features(candidate, vacancy).tolist()))
    musts = {name: found[f"must: {name}"] for name in ("met", "missing", "unknown")}
    assert musts == pytest.approx({"met": 1 / 3, "missing": 1 / 3, "unknown": 1 / 3})
    assert found["must: how many"] == pytest.approx(np.log(4))
    assert [found[f"nice: {name}"] for name in ("met", "missing", "unknown", "how many")] == [0, 0, 0, 0]


def test_layers_have_a_score_and_how_much_of_them_is_known():
    candidate = candidate_from_text(f"Ann Lee\nLeeds, UK\n{CV}\nSalary expectation: £40,000 a year\n")
    vacancy = vacancy_from_text(AD + "\nLocation: York, UK\nSalary: £30,000 per year\n5 years of experience\n")
    found = dict(zip(SCHEMA, schema_features(candidate, vacancy).tolist(), strict=True))
    assert found["capability: score"] == pytest.approx(0.5) and found["capability: known"] == pytest.approx(2 / 3)
    assert (found["thresholds: score"], found["thresholds: known"]) == (1, 1)
    near = np.exp(-((kilometres("leeds", "York, UK") / 30) ** 2) / 2)
    assert found["logistics: score"] == pytest.approx((0.75 + near) / 2)  # the pay wished, and the way to work
    assert found["pay offered"] == pytest.approx(np.log(3 / 4)) and found["pay offered: known"] == 1
    assert (found["levels beyond"], found["levels beyond: known"]) == (0, 0)
    assert found["wish: missing"] == 1 and found["years beyond: known"] == 1


def test_features_are_products_schema_and_cosine():
    u, v = np.array([[0.6, 0.8]], np.float32), np.array([[1.0, 0.0]], np.float32)
    schema = [np.arange(len(SCHEMA), dtype=np.float32)]
    found = expert_features(u, v, schema)[0]
    assert found.tolist() == pytest.approx([0.6, 0.0, *range(len(SCHEMA)), 0.6])
    assert expert_features(u[:0], v[:0], []).shape == (0, 2 + len(SCHEMA) + 1)
    with pytest.raises(InputError, match="0 rows of schema"):
        expert_features(u, v, [])
