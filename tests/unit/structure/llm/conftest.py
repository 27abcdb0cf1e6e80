"""Records, and structurers that ask the local server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from jobfit.documents.llm_text import shown
from jobfit.llm.client import Client
from jobfit.llm.settings import Settings
from jobfit.records import Candidate, Source, Vacancy
from jobfit.structure.llm.structurer import LlmStructurer


@pytest.fixture
def candidate() -> Callable[..., Candidate]:
    def make(text: str, language: str = "en", id: str = "c1") -> Candidate:
        return Candidate(id, text, language, Source("cv.txt", "text", ""))

    return make


@pytest.fixture
def vacancy() -> Callable[..., Vacancy]:
    def make(text: str, language: str = "en", id: str = "v1") -> Vacancy:
        return Vacancy(id, text, language, Source("v.txt", "text", ""))

    return make


@pytest.fixture
def structurer(llm_server: Any) -> Iterator[Callable[..., LlmStructurer]]:
    clients = []

    def make(cache: Path | None = None, **settings: Any) -> LlmStructurer:
        options = {"first_wait": 0.001, "seconds": 10, "attempts": 3, **settings}
        clients.append(Client(llm_server.url, "m", cache=cache, settings=Settings(**options)))
        return LlmStructurer(clients[-1], shown)

    yield make
    for client in clients:
        client.close()
