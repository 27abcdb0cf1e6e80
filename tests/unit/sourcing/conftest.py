"""People, vacancies and logs in a few words."""

from datetime import UTC, date, datetime, timedelta

import pytest

from jobfit.encoders.hashing import HashingEncoder
from jobfit.judgements import load_table
from jobfit.matcher import index_in_memory
from jobfit.reading import candidate_from_text, vacancy_from_text
from jobfit.records import Application
from jobfit.sourcing.pool import TalentPool

TODAY = date(2026, 1, 31)
CVS = {
    "ana": "Ana\n\nSoftware developer\n\nWork experience\nSoftware developer, Acme, 2015 - 2022\n"
    "Wrote services in Python, SQL and Docker.\n\nLanguages\nEnglish: native\n",
    "ben": "Ben\n\nSoftware developer\n\nWork experience\nSoftware developer, Acme, 2015 - 2022\n"
    "Wrote services in Java. I have never used Docker.\n\nLanguages\nEnglish: A2\n",
    "cleo": "Cleo\n\nCook\n\nWork experience\nCook, Small House, 2016 - 2021\nCooked soup and bread for the guests.\n",
    "dan": "Dan\n\nAnalyst\n\nWork experience\nAnalyst, Acme, 2018 - 2023\nBuilt reports with SQL. Learning Python.\n",
}
ADVERT = (
    "Software developer\n\nWe are looking for a software developer.\n\nRequirements\n- Python is required\n"
    "- SQL is required\n- Fluent English\n\nNice to have\n- Docker\n"
)


@pytest.fixture(scope="session")
def people():
    return {name: candidate_from_text(text, id=name) for name, text in CVS.items()}


@pytest.fixture(scope="session")
def advert():
    return vacancy_from_text(ADVERT, id="dev")


@pytest.fixture
def apply():
    """``apply("ana", "rejected", 10, vacancy="v1")``: an application 10 days before TODAY; ``None``: undated."""

    def make(who, status="rejected", ago=10, vacancy="old", decided=None):
        time, end = (
            None if days is None else datetime.combine(TODAY, datetime.min.time(), UTC) - timedelta(days=days)
            for days in (ago, decided)
        )
        return Application(who, vacancy, status, load_table("ats").judge(status).outcome, time, end)

    return make


@pytest.fixture
def pool_of(people):
    """``pool_of(applications)``: the pool of the four people with this log."""

    def make(applications):
        encoder = HashingEncoder(64)
        return TalentPool(index_in_memory(list(people.values()), encoder), applications, encoder)

    return make
