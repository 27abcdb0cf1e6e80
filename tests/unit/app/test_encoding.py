from stat import S_IMODE

import pytest

from jobfit.app.encoding import cached_encoder
from jobfit.records import Document


@pytest.mark.parametrize("model", ["hashing", "all-MiniLM-L6-v2"])
def test_cache_of_a_new_home_is_for_its_owner_only(model, tmp_path, monkeypatch):
    monkeypatch.setenv("JOBFIT_HOME", str(tmp_path / "home"))
    cached_encoder(model).encode([Document("a", "nurse")], "document")
    cache = tmp_path / "home" / "cache"
    assert S_IMODE(cache.stat().st_mode) == 0o700
    assert S_IMODE((cache / "embeddings.sqlite").stat().st_mode) == 0o600
