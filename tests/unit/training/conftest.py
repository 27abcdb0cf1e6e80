"""Quick clients against the server of tests/llm_server."""

import pytest

from jobfit.llm.client import Client
from jobfit.llm.meter import Meter
from jobfit.llm.settings import Settings

QUICK = Settings(first_wait=0.001, seconds=5, attempts=3, concurrency=2)


@pytest.fixture
def client(llm_server, tmp_path):
    """``client()`` asks the test server; the clients of a test share a cache folder unless ``cache`` names another."""
    made = []

    def make(settings=QUICK, cache="cache", **options):
        made.append(Client(llm_server.url, "m", cache=tmp_path / cache, settings=settings, meter=Meter(**options)))
        return made[-1]

    yield make
    for one in made:
        one.close()
