"""Small records for the contract suites."""

from __future__ import annotations

import pytest

from jobfit.records import Candidate, CandidateProfile, Evidence, Source, Stated, Vacancy, VacancyProfile


@pytest.fixture
def make_candidate():
    def make(id, text="nurse in a hospital with ten years of night shifts", **fields):
        return Candidate(id, text, "en", Source(f"{id}.txt", "text", f"sha-{id}"), CandidateProfile(**fields))

    return make


@pytest.fixture
def make_vacancy():
    def make(id, text="we look for a nurse", **fields):
        return Vacancy(id, text, "en", Source(f"{id}.txt", "text", f"sha-{id}"), VacancyProfile(**fields))

    return make


@pytest.fixture
def stated():
    """``stated(value, text, quote)``: the value with the first place of the quote in the text."""

    def make(value, text, quote):
        start = text.index(quote)
        return Stated(value, Evidence(quote, start, start + len(quote)))

    return make
