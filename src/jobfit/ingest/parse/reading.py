"""Files in, documents out: what a file is, then a child process that reads it."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import replace

from jobfit.ingest.parse.sandbox import ParserPool, Results
from jobfit.ingest.parse.sniff import mislabelled, sniff
from jobfit.ingest.raw import RawDocument, RawRejection


def read_files(pool: ParserPool, files: Iterable[tuple[str, bytes]]) -> Iterator[Results]:
    """For each (name, bytes) its documents and rejections, in input order and streaming.

    A file whose content is not what its name promises is read as what it is, with the flag ``mislabelled:FORMAT``.
    """
    verdicts: deque[tuple[str, str | RawRejection]] = deque()

    def readable() -> Iterator[tuple[str, bytes]]:
        for name, data in files:
            verdict = sniff(name, data)
            verdicts.append((name, verdict))
            yield (verdict, data) if isinstance(verdict, str) else ("refused", b"")

    for results in pool.map(readable()):
        name, verdict = verdicts.popleft()
        if isinstance(verdict, RawRejection):
            yield (verdict,)
        else:
            yield _flagged(results, mislabelled(name, verdict))


def _flagged(results: Results, flag: str | None) -> Results:
    if flag is None:
        return results
    return tuple(
        replace(item, flags=(flag, *item.flags)) if isinstance(item, RawDocument) else item for item in results
    )
