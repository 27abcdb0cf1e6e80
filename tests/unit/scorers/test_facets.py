"""MUSE.0: the score is the sum of its facets and one inner product; what is not stated adds nothing."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
import torch
from sklearn.neighbors import NearestNeighbors

from jobfit import candidate_from_text, vacancy_from_text
from jobfit.embeddings import Embeddings
from jobfit.errors import InputError, ModelError
from jobfit.geo.world import towns
from jobfit.scorers.facets import (
    SCALES_KM,
    FacetModel,
    FacetSettings,
    FacetTowers,
    facet_inputs,
    geography,
    load_facets,
)

CV = "Ana Silva\nNurse\nLeeds, UK\n\nSkills: triage, Python, wound care\nLooking for a part-time contract.\n"
ADVERT = "Nurse\nLocation: York, UK\nPart-time. Salary: £32,000 per year.\nRequired: wound care, triage.\n"
SIZES = {"text": 6, "skills": 16, "geography": 8, "pay": 3, "contract": 4}


@pytest.fixture(scope="module")
def records():
    return candidate_from_text(CV), vacancy_from_text(ADVERT)


def embedded(records, dimension=12, fingerprint="tiny"):
    drawn = np.random.default_rng(3).standard_normal((len(records), dimension))
    unit = (drawn / np.linalg.norm(drawn, axis=1, keepdims=True)).astype(np.float32)
    return Embeddings(tuple(record.id for record in records), unit, fingerprint)


@pytest.fixture(scope="module")
def model():
    towers = FacetTowers(FacetSettings(**SIZES, text_input=12))
    with torch.no_grad():
        for weight in towers.parameters():
            weight += 0.1 * torch.randn(weight.shape, generator=torch.Generator().manual_seed(1))
    return FacetModel(towers, "tiny")


def test_score_is_the_sum_of_the_facets_and_one_inner_product(model, records):
    person, opening = records
    u, v = (model.vectors([one], embedded([one]))[0] for one in (person, opening))
    shares = model.shares(u, v)
    assert list(shares) == list(SIZES) and all(shares[name] for name in ("text", "skills", "geography", "contract"))
    assert sum(shares.values()) == pytest.approx(float(np.dot(u.astype(float), v.astype(float))), abs=1e-6)
    # an independent computation: facet by facet, with the weights of its own two towers
    a, b = (torch.from_numpy(facet_inputs([one], embedded([one]))[0]) for one in (person, opening))
    start, expected = 0, {}
    for name, width in model.towers.settings.inputs.items():
        left = model.towers.candidate[name].weight @ a[start : start + width]
        right = model.towers.vacancy[name].weight @ b[start : start + width]
        expected[name], start = float((left @ right).detach()), start + width
    assert shares == pytest.approx(expected, abs=1e-5)


def test_first_thousand_by_the_index_are_those_of_the_summed_facets(model):
    generator = np.random.default_rng(5)
    width = sum(model.towers.settings.inputs.values())
    inputs = generator.standard_normal((2000, width)).astype(np.float32)
    people, openings = model.project(inputs[:3], "candidate"), model.project(inputs, "vacancy")
    table = model.scores(people, openings)
    summed = np.array([[sum(model.shares(u, v).values()) for v in openings] for u in people])
    assert np.allclose(table, summed, atol=1e-6)
    # one more coordinate makes the largest inner product the nearest neighbour (Bachrach et al. 2014)
    norms = np.linalg.norm(openings.astype(float), axis=1)
    padded = np.column_stack([openings, np.sqrt(norms.max() ** 2 - norms**2)])
    index = NearestNeighbors(n_neighbors=1000, algorithm="ball_tree").fit(padded)
    found = index.kneighbors(np.column_stack([people, np.zeros(len(people))]), return_distance=False)
    for row, by_index in zip(summed, found):
        assert set(by_index) == set(np.argsort(-row)[:1000])
        assert row[by_index] == pytest.approx(np.sort(row)[::-1][:1000], abs=1e-5)


def test_what_a_side_does_not_state_adds_exactly_nothing(model, records):
    person, opening = records
    silent = candidate_from_text("I work hard and learn quickly every single day of the week.")
    u, v = model.vectors([silent], embedded([silent]))[0], model.vectors([opening], embedded([opening]))[0]
    shares = model.shares(u, v)
    assert [shares[name] for name in ("skills", "geography", "pay", "contract")] == [0.0] * 4
    assert model.shares(model.vectors([person], embedded([person]))[0], v)["pay"] == 0.0  # no wish is stated


def test_skills_are_about_the_cosine_of_the_sets():
    one, other = (
        candidate_from_text(f"Nurse\n\nSkills: {skills}\n")
        for skills in ("Python, SQL, Docker, Git", "Python, SQL, Java, PHP")
    )
    ids = [{stated.value for stated in record.profile.skills} for record in (one, other)]
    start = 12
    a, b = (facet_inputs([record], embedded([record]))[0][start : start + 192] for record in (one, other))
    cosine = len(ids[0] & ids[1]) / math.sqrt(len(ids[0]) * len(ids[1]))
    assert float(a @ b) == pytest.approx(cosine, abs=0.2) and float(a @ a) == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize(
    ("here", "there"), [("leeds", "york"), ("leeds", "london"), ("paris", "lyon"), ("leeds", "leeds")]
)
def test_geography_is_a_kernel_of_the_distance(here, there):
    a, b = towns(here)[0], towns(there)[0]
    kilometres = a.kilometres_to(b)
    kernel = np.mean([math.exp(-(kilometres**2) / (2 * scale**2)) for scale in SCALES_KM])
    assert float(geography([a]) @ geography([b])) == pytest.approx(kernel, abs=0.2)  # 64 random frequencies


def test_no_town_is_no_direction():
    assert not geography([]).any()


def test_it_is_saved_and_read_again_and_an_altered_file_is_refused(model, records, tmp_path):
    model.save(tmp_path / "facets")
    again = load_facets(tmp_path / "facets")
    person = [records[0]]
    assert (again.vectors(person, embedded(person)) == model.vectors(person, embedded(person))).all()
    weights = tmp_path / "facets" / "towers.safetensors"
    weights.write_bytes(weights.read_bytes()[:-4] + b"\0\0\0\0")
    with pytest.raises(ModelError, match=r"towers\.safetensors"):
        load_facets(tmp_path / "facets")


def test_bad_input_is_named(model, records):
    person, opening = records
    with pytest.raises(InputError, match="vectors of tiny, not of other"):
        model.vectors([person], embedded([person], fingerprint="other"))
    with pytest.raises(InputError, match="one side at a time"):
        model.vectors([person, opening], embedded([person, opening]))
    with pytest.raises(InputError, match="1 records have no vector"):
        facet_inputs([person], embedded([opening]))
    with pytest.raises(InputError, match="finite numbers"):
        model.project(np.full((1, 3), np.nan, dtype=np.float32), "candidate")
    with pytest.raises(InputError, match="every facet is left out"):
        FacetSettings(**dict.fromkeys(SIZES, 0))
    assert facet_inputs([], embedded([person])).shape[0] == 0


def test_pair_facts_are_those_of_the_two_records(records):
    from jobfit.training.pair_facts import NAMES, pair_facts

    person, opening = records
    facts = dict(zip(NAMES, pair_facts(person, opening, date(2026, 1, 1)), strict=True))
    kilometres = towns("leeds")[0].kilometres_to(towns("york")[0])
    assert facts["kilometres"] == pytest.approx(math.log1p(kilometres)) and facts["skills met"] == 1.0
    assert math.isnan(facts["pay offered"]) and math.isnan(facts["years beyond"]) and math.isnan(facts["levels beyond"])
    assert facts["wishes met"] == 1.0 and facts["wishes missing"] == 0.0
    elsewhere = replace(opening, profile=replace(opening.profile, location=None))
    assert math.isnan(dict(zip(NAMES, pair_facts(person, elsewhere, date(2026, 1, 1))))["kilometres"])
