from datetime import date

import numpy as np
import pytest

from jobfit.encoders.hashing import HashingEncoder
from jobfit.errors import InputError
from jobfit.policy.places import kilometres
from jobfit.reading import candidate_from_text, vacancy_from_text
from jobfit.training.expert_features import SCHEMA, PairReader, PromptReader, expert_features, schema_features

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


def test_features_are_the_schema_and_the_cosine():
    schema = np.arange(len(SCHEMA), dtype=np.float32)[None]
    assert expert_features(np.array([0.6], np.float32), schema)[0].tolist() == pytest.approx([*range(len(SCHEMA)), 0.6])
    assert expert_features(np.empty(0, np.float32), schema[:0]).shape == (0, len(SCHEMA) + 1)
    with pytest.raises(InputError, match="1 cosines and 0 rows of schema"):
        expert_features(np.ones(1, np.float32), schema[:0])


def test_pairs_are_read_by_id_in_any_order():
    people = [candidate_from_text(CV, id="a"), candidate_from_text("Nurse\n\nSkills\nPython, SQL, Docker\n", id="b")]
    vacancy, today = vacancy_from_text(AD, id="v"), date(2026, 1, 1)
    reader = PairReader(HashingEncoder(), people, [vacancy], today)
    both = reader.features([("a", "v"), ("b", "v")])
    assert np.array_equal(reader.features([("b", "v"), ("a", "v")]), both[::-1])
    for row, person in zip(both, people):
        assert np.array_equal(row[:-1], schema_features(person, vacancy, today))
    assert both[:, -1] == pytest.approx(reader.vectors[0] @ reader.vectors[1][0], abs=1e-6)
    assert not np.array_equal(both[0], both[1])


def test_a_prompt_holds_no_id_and_no_name_and_what_the_rules_found():
    cv = f"Ann Quillfeather\nann@quillfeather.example\n+44 7700 900123\n\n{CV}"
    person, vacancy = candidate_from_text(cv, id="person-4711"), vacancy_from_text(AD, id="vacancy-0815")
    reader = PromptReader([person], [vacancy], date(2026, 1, 1))
    (prompt,) = reader.features([("person-4711", "vacancy-0815")])
    said = " ".join((prompt.vacancy, prompt.cv, prompt.facts))
    assert not [one for one in ("4711", "0815", "Ann", "Quillfeather", "900123") if one.lower() in said.lower()]
    assert "Wrote Python services" in prompt.cv and "SQL is required" in prompt.vacancy
    assert "must 1 met, 1 missing, 1 unknown" in prompt.facts and "kilometres" not in prompt.facts
