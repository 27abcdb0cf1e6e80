"""Kills, full disks, a database that goes and comes back, links, swaps and races: what was acknowledged stays.

Each function returns (what, n, failed). The checks are those of tests/faults, which run a few of each.
"""

# mypy: disable-error-code="misc"
# It finds no type of a lambda that binds the variable of a loop.
from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

sys.path.append(str(Path(__file__).resolve().parents[1] / "tests" / "faults"))

import test_ingest_kill as ingests
import test_store_kill as kills
from full_disk import full_disk

from jobfit.errors import JobfitError
from jobfit.ingest.parse.sandbox import ParserPool
from jobfit.ingest.readers import read_raw
from jobfit.ingest.sources import find_files
from jobfit.records import Kind
from jobfit.store.embedded import EmbeddedServer
from jobfit.store.repository import open_store

Counted = tuple[str, int, int]
TEXT = "Waitress with ten years of experience in busy restaurants, evening shifts and a team of twelve people. " * 3


@contextmanager
def _home() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(dir="/tmp", prefix="jobfit-faults-", ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o711)
        yield Path(name) / "home"


def killed_writers(seconds: float) -> Counted:
    """Writers of records, terms and vectors are killed at random; after each, all that was acknowledged is whole."""
    draw, end, n, failed, done = random.Random(3), time.monotonic() + seconds, 0, 0, 0
    with _home() as home:
        with EmbeddedServer(home) as server, open_store(url=server.url) as store:
            while time.monotonic() < end:
                delay = draw.uniform(0, 0.06)
                given = kills.write_until_killed(server.url, done, delay, lambda pid: os.kill(pid, signal.SIGKILL))
                n += 1
                failed += not _holds(partial(kills.check, store, done + given))
                done = store.counts()[Kind.CANDIDATE] // kills.BATCH
        failed += not _holds(lambda: kills.assert_checksums_hold(home))
    return "kills of a writer (records, terms and vectors)", n, failed


def killed_ingests(seconds: float) -> Counted:
    """An ingest of 40 CVs is killed at random, twice, and goes on to its end: the same records, terms and vectors."""
    draw, n, failed, killed = random.Random(7), 0, 0, 0
    with _home() as home, tempfile.TemporaryDirectory() as name:
        folder = ingests.write_cvs(Path(name))
        ingests.finish(ingests.start(home, folder))
        expected, began = ingests.kept(home), time.monotonic()
        ingests.finish(ingests.start(home, folder, "timed"))
        usual = time.monotonic() - began
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            tenant = f"killed{n}"
            for _ in range(2):
                process = ingests.start(home, folder, tenant)
                time.sleep(draw.uniform(0.3, 0.95) * usual)
                process.kill()
                process.communicate()
                killed += process.returncode == -signal.SIGKILL
            n += 1
            ingests.finish(ingests.start(home, folder, tenant))
            failed += not _holds(lambda tenant=tenant: _equal(ingests.kept(home, tenant), expected))
    return f"ingests that were killed, and went on to their end ({killed} kills)", n, failed


def _equal(found: object, expected: object) -> None:
    assert found == expected


def killed_servers(seconds: float) -> Counted:
    """PostgreSQL is killed under a writer and started again."""
    draw, end, n, failed, done = random.Random(4), time.monotonic() + seconds, 0, 0, 0
    with _home() as home:
        while time.monotonic() < end:
            with EmbeddedServer(home) as server:
                pid = int((home / "store/data/postmaster.pid").read_text().split()[0])
                delay = draw.uniform(0, 0.1)
                done += kills.write_until_killed(
                    server.url, done, delay, lambda _, pid=pid: os.kill(pid, signal.SIGKILL)
                )
            n += 1
            with EmbeddedServer(home) as server, open_store(url=server.url) as store:
                failed += not _holds(partial(kills.check, store, done))
                done = store.counts()[Kind.CANDIDATE] // kills.BATCH
        failed += not _holds(lambda: kills.assert_checksums_hold(home))
    return "kills of the database's server under a writer", n, failed


def killed_migrations(seconds: float) -> Counted:
    """The upgrade of a new database is killed at random; the next one who opens it finds it whole or makes it."""
    draw, end, n, failed = random.Random(5), time.monotonic() + seconds, 0, 0
    with _home() as home, EmbeddedServer(home) as server:
        import psycopg

        while time.monotonic() < end:
            name = f"made{n}"
            with psycopg.connect(server.url, autocommit=True) as owner:
                owner.execute(f"CREATE DATABASE {name}")  # a name of ours
            url = server.url.replace("/postgres?", f"/{name}?")
            child = kills.FORK.Process(target=_upgrade, args=(url,))
            child.start()
            time.sleep(draw.uniform(0, 0.4))
            child.kill()
            child.join()
            n += 1
            failed += not _holds(lambda url=url: _takes_a_batch(url))
    return "kills of an upgrade of the database", n, failed


def _upgrade(url: str) -> None:
    open_store(url=url).close()


def _takes_a_batch(url: str) -> None:
    with open_store(url=url) as store:
        store.put(kills.batch(0))
        kills.check(store, 1)


def database_that_returns(times: int) -> Counted:
    """The server is stopped while a store is open: a named error; started again: the same store goes on."""
    failed = 0
    with _home() as home:
        server = EmbeddedServer(home)
        server.start()
        store = open_store(url=server.url)
        try:
            for number in range(times):
                store.put(kills.batch(number))
                server.stop()
                failed += not _named(lambda number=number: store.put(kills.batch(number + 1)))
                server.start()
                failed += not _holds(lambda number=number: kills.check(store, number + 1))
        finally:
            store.close()
            server.stop()
    return "a database that goes and comes back", times, failed


def full_disks() -> Counted:
    """Each kind of file is written on a disk that is full after so many bytes: a named error, and the old one whole."""
    n, failed = 0, 0
    with tempfile.TemporaryDirectory() as name:
        for site, write in _sites().items():
            for room in (0, 1, 64, 500, 2_000, 9_000):
                folder = Path(name, f"{n}")
                folder.mkdir()
                write(folder)
                before = _content(folder)
                with full_disk(room):
                    fine = _holds(lambda write=write, folder=folder: write(folder)) or _was_named
                whole = _content(folder) == before or site in _APPENDED or _says_unfinished(folder)
                n += 1
                failed += not (fine and whole)
                if not (fine and whole):
                    print("full disk:", site, room, "error" if not fine else "content", flush=True)
                shutil.rmtree(folder)
    return "full disks (each kind of file, with room for 0 to 9,000 bytes)", n, failed


def _says_unfinished(folder: Path) -> bool:
    """Whether there is a market that says it is not whole: it is made again from its seed."""
    path = folder / "market/market.json"
    return path.exists() and json.loads(path.read_bytes()).get("complete") is False


# What is written before the disk is full stays.
_APPENDED = {"a cache of vectors", "rows that are added", "the log of a training"}
_was_named = False


def _holds(check: Callable[[], object]) -> bool:
    """Whether ``check`` raises nothing; ``_was_named`` says whether it raised one of our own errors."""
    global _was_named
    _was_named = False
    try:
        check()
    except JobfitError:
        _was_named = True
        return False
    except Exception:
        traceback.print_exc(limit=3)
        return False
    return True


def _named(act: Callable[[], object]) -> bool:
    return not _holds(act) and _was_named


def _content(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _sites() -> dict[str, Callable[[Path], Any]]:
    """What writes each kind of file, the same every time, so that the old one and the new one are equal."""
    import torch

    from jobfit.artifacts import new_folder, write_lines, write_manifest
    from jobfit.encoders.cache import CachedEncoder
    from jobfit.encoders.hashing import HashingEncoder
    from jobfit.errors import Rejection
    from jobfit.geo.stored import import_places
    from jobfit.ingest.formats.trec import write_run
    from jobfit.ingest.rejects import write_rejects
    from jobfit.keyed_lines import KeyedLines
    from jobfit.llm.cache import AnswerCache
    from jobfit.records import Document
    from jobfit.runs import Hit, Ranking, Run
    from jobfit.simulation.settings import MarketSettings
    from jobfit.simulation.stream import stream_market
    from jobfit.simulation.writer import simulate_to
    from jobfit.training.loop.checkpoint import State, write_checkpoint
    from jobfit.training.loop.trainer import Log

    ranking = Ranking("q", tuple(Hit(f"d{number}", 1.0 / number) for number in range(1, 400)))
    documents = [Document(f"{number}", f"text {number}") for number in range(300)]

    def folder_of_files(folder: Path) -> None:
        with new_folder(folder / "model", replace=True) as draft:
            (draft / "model.safetensors").write_bytes(bytes(20_000))
            write_manifest(draft, "test", {})

    def rows(folder: Path) -> None:
        with KeyedLines(folder / "rows.jsonl", "rows", {"of": 1}) as lines:
            for number in range(300):
                lines.add(f"{len(lines)}-{number}", {"value": "x" * 40})

    def places(folder: Path) -> None:
        source = folder / "BE-postal.txt"
        if not source.exists():
            towns = (f"BE\t{1000 + n}\tTown{n}\tFlanders\tVLG\tAntwerp\tVAN\t\t\t51.2\t4.4\t4\n" for n in range(900))
            source.write_text("".join(towns), encoding="utf-8")
        import_places(source, folder, "be")

    return {
        "rejects": lambda folder: write_rejects(
            folder / "rejects.jsonl", [Rejection("a", row, "cv", "aaa", "no text") for row in range(200)]
        ),
        "a run": lambda folder: write_run(Run("r", {"q": ranking}), folder / "run.trec"),
        "a table": lambda folder: write_lines(folder / "a.csv", ["id,value", *("x,1" for _ in range(4_000))]),
        "a folder of a model": folder_of_files,
        "an answer of a language model": lambda folder: AnswerCache(folder).write("ab" * 32, {"text": "x" * 20_000}),
        "a cache of vectors": lambda folder: CachedEncoder(HashingEncoder(64), folder / "c.sqlite").encode(
            documents, "document"
        ),
        "rows that are added": rows,
        "a simulated market": lambda folder: simulate_to(folder / "market", 4, 2, 1),
        "a streamed market": lambda folder: stream_market(
            folder / "market", MarketSettings(candidates=4, vacancies=2), 1
        ),
        "places": places,
        "a checkpoint": lambda folder: write_checkpoint(
            folder, State(7, {"weights": torch.zeros(9_000)}, {"training": {}})
        ),
        "the log of a training": lambda folder: Log(folder).write("loss", 7, text="x" * 9_000),
    }


def links_and_swaps(times: int) -> Counted:
    """Files that become links, FIFOs, folders or other files between listing and reading, and loops of links."""
    draw, failed = random.Random(6), 0
    with tempfile.TemporaryDirectory() as name, ParserPool(1) as pool:
        for number in range(times):
            folder = Path(name, f"{number}")
            folder.mkdir()
            outside = Path(name, f"outside{number}.txt")
            outside.write_text("OUTSIDE " + TEXT)
            for file in ("a.txt", "b.txt", "c.txt"):
                (folder / file).write_text(TEXT + file)
            (folder / "loop").symlink_to(folder)
            (folder / "self").symlink_to(folder / "self")
            found = find_files([str(folder)])
            target = folder / draw.choice(("a.txt", "b.txt"))
            kind = draw.randrange(6)
            swapped = threading.Thread(target=_swap, args=(target, outside, kind, draw.choice((0, 0.002, 0.01))))
            swapped.start()
            results = list(read_raw(found.files, pool, Kind.CANDIDATE))
            swapped.join()
            texts = [result.raw.text for result in results if hasattr(result, "raw")]
            failed += any("OUTSIDE" in text for text in texts) or not any("c.txt" in text for text in texts)
            failed += len(results) != 3
    return "files that become links, FIFOs or folders while they are read; loops of links", times, failed


def _swap(target: Path, outside: Path, kind: int, wait: float) -> None:
    time.sleep(wait)
    target.unlink()
    match kind:
        case 0:
            target.symlink_to(outside)
        case 1:
            os.mkfifo(target)
        case 2:
            target.mkdir()
        case 3:
            target.symlink_to("/dev/zero")
        case 4:
            target.symlink_to(target)
        case _:
            pass
