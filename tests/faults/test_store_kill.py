"""Writers and servers that are killed: what was acknowledged stays, nothing is half there, the next one goes on.

The counts are small here; ``JOBFIT_KILLS`` sets them for ``make faults``. 0 failures in n kills bound the rate of
failure by 3/n with 95 % confidence.
"""

import multiprocessing
import os
import random
import signal
import time

import numpy as np
import pytest

from jobfit.errors import StoreError
from jobfit.records import Candidate, Kind, Source
from jobfit.store.codec import Stored
from jobfit.store.embedded import EmbeddedServer, find_programs, run_as_server
from jobfit.store.home import prepare
from jobfit.store.queries import statement as named
from jobfit.store.repository import open_store

KILLS = int(os.environ.get("JOBFIT_KILLS", "8"))
BATCH = 5
FORK = multiprocessing.get_context("fork")


@pytest.fixture
def home(open_folder):
    return open_folder / "home"


def batch(number):
    """Five records; each batch after the first also changes one record of the batch before."""
    ids = [f"{number}-{n}" for n in range(BATCH)] + ([f"{number - 1}-0"] if number else [])
    vector = np.array([number + 1, 1], dtype=np.float32)
    return [Stored(Candidate(i, f"CV {i}", None, Source(i, "text", f"{number}")), ("cv", i), vector, "fp") for i in ids]


def write_for_ever(url, start, pipe):
    """Put batch after batch and acknowledge each one only when the store has."""
    try:
        with open_store(url=url) as store:
            for number in range(start, 100_000):
                store.put(batch(number))
                os.write(pipe, b"%d\n" % number)
    except StoreError:
        os._exit(5)  # the server was killed


def check(store, acknowledged):
    """Everything acknowledged is there, at most one batch more, nothing in parts."""
    with store._ingest.begin() as connection:
        connection.execute(
            named("lock_tenant"), {"tenant": "default"}
        )  # waits for a commit that the killed writer had already sent

        def ask(statement):
            return connection.execute(statement).fetchone()

        current = ask("SELECT count(*) FROM records WHERE current")[0]
        assert current in (acknowledged * BATCH, (acknowledged + 1) * BATCH)
        batches = current // BATCH
        assert ask("SELECT count(*) FROM records")[0] == current + max(batches - 1, 0)  # the old versions
        parts = (
            "SELECT count(*) FILTER (WHERE d.id IS NULL OR d.version <> r.version) AS documents, "
            "count(*) FILTER (WHERE e.id IS NULL) AS vectors "
            "FROM records r LEFT JOIN documents d USING (tenant_id, kind, id) "
            "LEFT JOIN embeddings e USING (tenant_id, kind, id) WHERE r.current"
        )
        assert tuple(ask(parts)) == (0, 0)
        assert ask("SELECT count(*) FROM documents")[0] == ask("SELECT count(*) FROM embeddings")[0] == current
        if batches:
            assert tuple(ask("SELECT sequence, (SELECT count(*) FROM events) FROM tenants")) == (batches, batches)
    corpus = store.corpus(Kind.CANDIDATE, "fp")
    assert len(corpus.dense("q", np.ones(2, np.float32), corpus.ids(), 3)[0]) == min(3, current)
    return batches


def write_until_killed(url, start, delay, kill):
    """Run a writer, call ``kill(pid)`` ``delay`` seconds after its first acknowledgement; return how many it gave."""
    reading, writing = os.pipe()
    writer = FORK.Process(target=write_for_ever, args=(url, start, writing))
    writer.start()
    os.close(writing)
    received = os.read(reading, 100)
    time.sleep(delay)
    kill(writer.pid)
    writer.join()
    while chunk := os.read(reading, 65536):
        received += chunk
    os.close(reading)
    writer.close()
    return received.count(b"\n")


def test_writer_killed_at_random_loses_nothing_acknowledged(home):
    seconds = random.Random(20)
    with EmbeddedServer(home) as server, open_store(url=server.url) as store:
        done = 0
        for _ in range(KILLS):
            acknowledged = write_until_killed(
                server.url, done, seconds.uniform(0, 0.06), lambda pid: os.kill(pid, signal.SIGKILL)
            )
            done = check(store, done + acknowledged)
    assert done >= KILLS
    assert_checksums_hold(home)


def test_server_killed_at_random_loses_nothing_acknowledged(home):
    seconds = random.Random(21)
    done = 0
    for _ in range(max(3, KILLS // 10)):
        with EmbeddedServer(home) as server:
            pid = int((home / "store/data/postmaster.pid").read_text().split()[0])
            done += write_until_killed(
                server.url, done, seconds.uniform(0, 0.1), lambda _, pid=pid: os.kill(pid, signal.SIGKILL)
            )
        with EmbeddedServer(home) as server, open_store(url=server.url) as store:
            done = check(store, done)
    assert done >= 3
    assert_checksums_hold(home)


def test_two_writers_at_once_both_get_everything_in(home):
    with EmbeddedServer(home) as server, open_store(url=server.url) as store:
        writers = [FORK.Process(target=write_some, args=(server.url, name)) for name in ("a", "b")]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join()
            assert writer.exitcode == 0
        assert store.counts()[Kind.CANDIDATE] == 2 * 20 * BATCH + 1
        assert store.missing_vectors(Kind.CANDIDATE, "fp") == ()


def write_some(url, name):
    """Twenty batches of one's own records, and in each a record that both writers change all the time."""
    vector = np.ones(2, dtype=np.float32)
    with open_store(url=url) as store:
        for number in range(20):
            ids = [f"{name}-{number}-{n}" for n in range(BATCH)] + ["contested"]
            sources = [Source(i, "text", f"{name}{number}") for i in ids]
            store.put([Stored(Candidate(i, "CV", None, s), ("cv",), vector, "fp") for i, s in zip(ids, sources)])


def assert_checksums_hold(home):
    """Every page of the stopped database has the checksum it was written with."""
    layout = prepare(home)
    assert not (layout.data / "postmaster.pid").exists()
    result = run_as_server(layout, [str(find_programs(layout) / "pg_checksums"), "--check", "-D", "data"])
    assert result.returncode == 0, result.stdout
    assert "Bad checksums:  0" in result.stdout
