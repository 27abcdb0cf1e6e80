"""One embedded server for all tests of the store; every test has a tenant of its own."""

from __future__ import annotations

import itertools
import shutil
import subprocess
import tempfile
from pathlib import Path

import numpy as np
import pytest

from jobfit.records import Candidate, CandidateProfile, Evidence, Source, Stated
from jobfit.store.embedded import EmbeddedServer
from jobfit.store.repository import Stored, open_store

_NUMBERS = itertools.count(1)


@pytest.fixture
def folder():
    """A folder that the server's account can pass through; pytest's own are closed to everybody else."""
    with tempfile.TemporaryDirectory(dir="/tmp", prefix="jobfit-test-", ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o711)
        yield Path(name)


@pytest.fixture(scope="session")
def server():
    folder = Path(tempfile.mkdtemp(dir="/tmp", prefix="jobfit-test-"))
    folder.chmod(0o711)
    with EmbeddedServer(folder / "home") as running:
        yield running
    shutil.rmtree(folder)


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
    with open_store(url=server.url, tenant=f"tenant-{next(_NUMBERS)}") as opened:
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
