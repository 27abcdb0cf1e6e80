"""Homes of stopped servers, and a tenant of its own for every test that needs a running one."""

from __future__ import annotations

import itertools
import subprocess

import numpy as np
import pytest

from jobfit.records import Candidate, CandidateProfile, Evidence, Source, Stated
from jobfit.store.embedded import EmbeddedServer
from jobfit.store.repository import Stored, open_store

_NUMBERS = itertools.count(1)


@pytest.fixture
def folder(open_folder):
    return open_folder


@pytest.fixture(scope="session")
def made_home(server):
    """A home whose database files are made and whose server is stopped."""
    home = server.home.with_name("made")
    with EmbeddedServer(home):
        pass
    return home


@pytest.fixture
def home(folder, made_home):
    """A copy of it: copying is quicker than making."""
    subprocess.run(["cp", "-a", made_home, folder / "home"], check=True)
    return folder / "home"


@pytest.fixture
def store(server):
    with open_store(url=server.url, tenant=f"store-{next(_NUMBERS)}") as opened:
        yield opened


def make_stored(record_id="c1", text="Knows python and sql.", sha256="1", vector=(3, 4), fingerprint="fp"):
    """A candidate who knows python, with two dimensions of meaning."""
    skill = Stated("python", Evidence("python", 6, 12))
    record = Candidate(
        record_id,
        text,
        "en",
        Source(f"cvs/{record_id}.txt", "text", sha256),
        CandidateProfile(skills=(skill,) if "python" in text else ()),
        flags=("hidden_text:white",),
    )
    values = None if vector is None else np.array(vector, dtype=np.float32)
    return Stored(record, tuple(text.lower().rstrip(".").split()), values, fingerprint)


@pytest.fixture
def stored():
    return make_stored
