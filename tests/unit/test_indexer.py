"""Starting an ingest: the database and the model at the same time, and nothing left open."""

import threading

import pytest

from jobfit import indexer
from jobfit.errors import ModelError, StoreError
from jobfit.indexer import Clock, ready


class Closing:
    """A store that remembers whether it was closed."""

    closed = False

    def close(self):
        self.closed = True


@pytest.fixture
def store(monkeypatch):
    opened = Closing()
    monkeypatch.setattr(indexer, "open_store", lambda tenant: opened)
    return opened


def test_database_and_model_start_at_the_same_time(monkeypatch):
    both = threading.Barrier(2, timeout=20)  # breaks unless the two wait for each other

    def opened(tenant):
        both.wait()
        return Closing()

    monkeypatch.setattr(indexer, "open_store", opened)
    with ready("default", both.wait, Clock()) as (store, _):
        assert not store.closed
    assert store.closed


def test_without_a_model_the_phases_are_counted(store):
    clock = Clock()
    with ready("default", None, clock) as (opened, encoder):
        assert (opened, encoder) == (store, None)
        with clock.phase("parsing"):
            pass
    times = clock.times()
    assert store.closed
    assert times["storing"] == 0.0 and 0 <= times["parsing"] <= clock.seconds


def test_model_that_cannot_be_loaded_closes_the_database(store):
    def load():
        raise ModelError("no such model")

    with pytest.raises(ModelError), ready("default", load, Clock()):
        pass
    assert store.closed


def test_database_that_cannot_be_opened_is_the_error(monkeypatch):
    def refused(tenant):
        raise StoreError("no server")

    monkeypatch.setattr(indexer, "open_store", refused)
    with pytest.raises(StoreError), ready("default", lambda: None, Clock()):
        pass
