"""A pool of child processes that read untrusted files; the parent only sends bytes and receives JSON."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from queue import SimpleQueue

from jobfit.errors import InputError
from jobfit.ingest.parse import browser, office, protocol
from jobfit.ingest.parse.limits import DEFAULT_LIMITS, Limits
from jobfit.ingest.parse.protocol import EXTRACTORS
from jobfit.ingest.raw import RawDocument, RawRejection

Results = tuple[RawDocument | RawRejection, ...]
_SIGNALS: dict[int, str] = {
    signal.SIGXCPU: "it needs more processor time than a document may use",
    signal.SIGKILL: "its reader was killed",
}


class Child:
    """One process, started when it is first needed and replaced after it died or read enough documents."""

    def __init__(self, extractors: Mapping[str, str], limits: Limits) -> None:
        self._config = json.dumps({"limits": asdict(limits), "extractors": dict(extractors)})
        self._limits = limits
        self._process: subprocess.Popen[bytes] | None = None
        self._served = 0

    def read(self, name: str, data: bytes) -> Results:
        """The results for one file; a child that dies, hangs or talks nonsense gives a rejection instead."""
        process = self._process or self._start()
        late = threading.Event()

        def end() -> None:
            late.set()
            _kill(process)

        timer = threading.Timer(self._limits.wall_seconds, end)
        timer.start()
        try:
            answer = _ask(process, name, data, self._limits.decoded_bytes)
        finally:
            timer.cancel()
        self._served += 1
        if answer is None:
            with suppress(subprocess.TimeoutExpired):
                process.wait(timeout=1)  # so that its own cause of death is reported and not our signal
            self.close()
            return (RawRejection(_cause(process, late.is_set(), self._limits)),)
        results, retire = answer
        if retire or late.is_set() or self._served >= self._limits.documents_per_child:
            self.close()
        return results

    @property
    def pid(self) -> int | None:
        return None if self._process is None else self._process.pid

    def close(self) -> None:
        """End the process and wait for it; the next file starts a fresh one."""
        process, self._process = self._process, None
        if process is not None:
            _kill(process)
            process.wait()
            for pipe in filter(None, (process.stdin, process.stdout)):
                with suppress(OSError):  # unsent bytes of a child that has died
                    pipe.close()

    def _start(self) -> subprocess.Popen[bytes]:
        """Start a child that finds its modules where this process does and inherits nothing else."""
        environment = {"PYTHONPATH": os.pathsep.join(path or str(Path.cwd()) for path in sys.path), "LANG": "C.UTF-8"}
        # Threads and their arenas would eat the address space that the limit leaves to the document.
        environment |= {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "2"}
        environment |= {"ARROW_DEFAULT_MEMORY_POOL": "system"}
        self._process = subprocess.Popen(
            [sys.executable, "-S", "-s", "-P", "-B", "-m", "jobfit.ingest.parse.worker", self._config],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            cwd="/",
            start_new_session=True,  # Ctrl-C reaches the parent, which ends its children itself
        )
        self._served = 0
        return self._process


class ParserPool:
    """``workers`` child processes behind an order-preserving map; leaving its ``with`` ends every child.

    ``extract`` names the reader of each format as ``"module:function"``.

    >>> with ParserPool(workers=1) as pool:
    ...     [[document]] = pool.map([("text", b"Nurse with ten years of experience " * 8)])
    >>> document.text[:5]
    'Nurse'
    """

    def __init__(self, workers: int, extract: Mapping[str, str] = EXTRACTORS, limits: Limits = DEFAULT_LIMITS) -> None:
        if workers < 1:
            raise InputError(f"a parser pool needs at least one worker, not {workers}")
        self._limits = limits
        self._children = [Child(extract, limits) for _ in range(workers)]
        self._free: SimpleQueue[Child] = SimpleQueue()
        for child in self._children:
            self._free.put(child)
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="parser")

    def map(self, items: Iterable[tuple[str, bytes]]) -> Iterator[Results]:
        """For each (format, bytes) its results, in input order; at most two files per child are under way."""
        waiting: deque[Future[Results]] = deque()
        try:
            for name, data in items:
                waiting.append(self._threads.submit(self._read, name, data))
                if len(waiting) >= 2 * len(self._children):
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()

    def close(self) -> None:
        """End every child; files still under way are given up."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        for child in self._children:
            child.close()
        self._threads.shutdown(wait=True)

    def __enter__(self) -> ParserPool:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def _read(self, name: str, data: bytes) -> Results:
        if len(data) > self._limits.input_bytes:
            reason = f"the file has {len(data):,} bytes, more than {self._limits.input_bytes:,}; a CV is far smaller"
            return (RawRejection(reason),)
        if name in office.FORMATS:
            converted = office.to_docx(name, data)
            if isinstance(converted, RawRejection):
                return (converted,)
            name, data = "docx", converted
        child = self._free.get()
        try:
            results = child.read(name, data)
            if name in browser.FORMATS and len(results) == 1 and browser.decides(results[0]):
                printed = browser.to_pdf(name, data)
                if printed is not None and isinstance(results[0], RawDocument):
                    changes = name != "html" or b"<script" in data.lower()
                    results = (browser.painted_only(results[0], child.read("pdf", printed)[0], changes),)
            return results
        finally:
            self._free.put(child)


def _ask(process: subprocess.Popen[bytes], name: str, data: bytes, most: int) -> tuple[Results, bool] | None:
    """The child's answer; ``None`` where it gives none (dead, killed) or one that cannot be read."""
    assert process.stdin is not None and process.stdout is not None
    try:
        protocol.write_frame(process.stdin, name.encode())
        protocol.write_frame(process.stdin, data)
        payload = protocol.read_frame(process.stdout, most)
        return None if payload is None else protocol.from_json(payload)
    except (OSError, ValueError):
        return None


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End the child and whatever it may have forked: it leads a process group of its own."""
    if process.poll() is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


def _cause(process: subprocess.Popen[bytes], late: bool, limits: Limits) -> str:
    if late:
        took = f"reading it took longer than {limits.wall_seconds:g} seconds"
        return f"{took}; read it again when the machine has less to do. If it is slow again, the file looks damaged"
    number = -(process.returncode or 0)
    cause = _SIGNALS.get(number, f"its reader crashed (signal {number})" if number > 0 else "its reader ended")
    return f"{cause}; the file looks damaged or hostile. Save it again in its own program, or as PDF"
