"""An ingest that is killed at any moment and started again ends where an undisturbed one does.

Few kills here; ``JOBFIT_FAULTS`` sets the number for ``make faults``.
"""

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from jobfit.records import Kind
from jobfit.store.repository import open_store

KILLS = int(os.environ.get("JOBFIT_FAULTS", "2"))
SOURCE = Path(__file__).resolve().parents[2] / "src"
FILES = 40
BATCH = 8
FINGERPRINT = "hashing-1-1024"
INGEST = f"import jobfit.indexer; jobfit.indexer.BATCH = {BATCH}; from jobfit.cli import main; main()"
WORK = ("wrote Python services", "cooked soup and bread", "cared for patients", "drove a forklift", "welded pipelines")


@pytest.fixture
def home(open_folder):
    return open_folder / "home"


@pytest.fixture
def cvs(tmp_path):
    return write_cvs(tmp_path)


def write_cvs(parent):
    folder = parent / "cvs"
    folder.mkdir()
    for number in range(FILES):
        work = WORK[number % len(WORK)]
        (folder / f"cv-{number:02}.txt").write_text(
            f"Work experience\nEmployee {number}, Acme, 2015 - 2022\nFor seven years I {work} with a team "
            f"of {number + 2} people, kept the records and trained those who were new.\n\nEducation\nSchool, 2014\n"
        )
    return folder


def start(home, folder, tenant="default"):
    environment = {name: value for name, value in os.environ.items() if name != "JOBFIT_DATABASE_URL"}
    environment |= {"JOBFIT_HOME": str(home), "PYTHONPATH": str(SOURCE)}
    command = [sys.executable, "-c", INGEST, "ingest", str(folder), "--model", "hashing", "--json", "--tenant", tenant]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=folder.parent)


def finish(process):
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err.decode()
    return json.loads(out)


def descendants(pid):
    """Every process below ``pid``."""
    parents = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                parents[int(folder.name)] = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue
    found, fresh = set(), {pid}
    while fresh:
        fresh = {child for child, parent in parents.items() if parent in fresh} - found
        found |= fresh
    return found


def alive(pid):
    try:
        return (Path("/proc") / str(pid) / "stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def wait_until_gone(pids, seconds=20):
    until = time.monotonic() + seconds
    while left := {pid for pid in pids if alive(pid)}:
        assert time.monotonic() < until, f"still running: {left}"
        time.sleep(0.05)


def postgres_processes(home):
    """The servers that run in this home."""
    found = set()
    for folder in Path("/proc").iterdir():
        try:
            if folder.name.isdigit() and Path(os.readlink(folder / "cwd")).is_relative_to(home):  # noqa: PTH115
                found.add(int(folder.name))
        except OSError:
            continue
    return found


def kept(home, tenant="default"):
    """id -> (version, sha256, text) of every record, after a look that each has its terms and its vector."""
    with open_store(home=home, tenant=tenant) as store:
        hashes = store.current_hashes(Kind.CANDIDATE)
        assert store.missing_vectors(Kind.CANDIDATE, FINGERPRINT) == ()
        corpus = store.corpus(Kind.CANDIDATE, FINGERPRINT)
        assert len(corpus.texts().words.rank("q", ["acme", "employee"], corpus.ids(), FILES)) == len(hashes)
        assert store.counts()[Kind.VACANCY] == 0
        versions = {row.id: row.version for row in store.list(Kind.CANDIDATE)}
        return {i: (versions[i], digest, store.get(Kind.CANDIDATE, i).text) for i, digest in hashes.items()}


def test_ingest_killed_at_random_and_started_again_ends_as_an_undisturbed_one(home, cvs):
    open_store(home=home).close()  # makes the database, which the usual ingest finds
    started = time.monotonic()
    assert finish(start(home, cvs))["accepted"] == FILES
    usual = time.monotonic() - started
    expected = kept(home)
    moments = random.Random(7)
    killed = 0
    for number in range(KILLS):
        tenant = f"killed-{number // 2}"  # twice in one ingest, then to its end
        process = start(home, cvs, tenant)
        time.sleep(moments.uniform(0.4, 0.95) * usual)
        children = descendants(process.pid) - postgres_processes(home)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        killed += process.returncode == -signal.SIGKILL
        usual *= 1 if process.returncode == -signal.SIGKILL else 0.6  # it had ended: the first one had a busier hour
        wait_until_gone(children)  # the parsers; the server stays until the next ingest leaves it
        if number % 2 or number == KILLS - 1:
            last = finish(start(home, cvs, tenant))
            assert (last["accepted"] + last["unchanged"], last["rejected"], last["updated"]) == (FILES, 0, 0)
            assert kept(home, tenant) == expected
            wait_until_gone(postgres_processes(home))
    again = finish(start(home, cvs, tenant))
    assert (again["accepted"], again["unchanged"]) == (0, FILES)
    wait_until_gone(postgres_processes(home))
    assert killed


def test_ingest_killed_after_its_first_batch_keeps_that_batch_and_no_half_of_another(home, cvs):
    process = start(home, cvs)
    with open_store(home=home) as store:  # also keeps the server, as a second user does
        until = time.monotonic() + 60
        while not (done := len(store.current_hashes(Kind.CANDIDATE))):
            assert time.monotonic() < until
        process.send_signal(signal.SIGKILL)
        process.communicate()
        done = len(store.current_hashes(Kind.CANDIDATE))
        assert done % BATCH == 0 or done == FILES
    report = finish(start(home, cvs))
    assert report["unchanged"] >= done
    assert report["accepted"] + report["unchanged"] == FILES
