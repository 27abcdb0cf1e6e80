"""Fixtures for the whole suite."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

os.environ.setdefault("HF_HUB_OFFLINE", "1")

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of public development data; its tests are skipped visibly where it does not exist."""
    folder = Path(os.environ.get("JOBFIT_SHARED_DATA") or ROOT.parent / "shared" / "data")
    if not folder.is_dir():
        pytest.skip(f"the development data are not here ({folder}); set JOBFIT_SHARED_DATA to their folder")
    return folder
