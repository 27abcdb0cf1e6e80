"""The child process: ``python -m jobfit.ingest.parse.worker CONFIG``, files on stdin, answers on stdout.

CONFIG is JSON: ``{"limits": {...}, "extractors": {"pdf": "module:function", ...}}``. The process gives up its rights
first (:mod:`isolation`), then answers one file after another until stdin ends. An error of an extractor becomes a
rejection; what cannot be caught (a crash in a native library, the processor limit) ends the process, and the parent
writes the rejection.
"""

from __future__ import annotations

import json
import os
import sys
from typing import BinaryIO

from jobfit.ingest.parse import protocol
from jobfit.ingest.parse.isolation import allow_cpu, confine
from jobfit.ingest.parse.limits import LIMITS, Limits
from jobfit.ingest.parse.protocol import Extract, resolve
from jobfit.ingest.parse.quality import admit
from jobfit.ingest.raw import RawDocument, RawRejection

Results = list[RawDocument | RawRejection]


def main(config: str) -> None:
    """Serve until the parent closes stdin."""
    settings = json.loads(config)
    limits = Limits(**settings["limits"])
    LIMITS.set(limits)
    requests = sys.stdin.buffer
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # what a library prints must not get into the frames
    confine(limits)
    serve(requests, answers, settings["extractors"], limits)


def serve(requests: BinaryIO, answers: BinaryIO, extractors: dict[str, str], limits: Limits) -> None:
    """Answer each request in turn."""
    loaded: dict[str, Extract] = {}
    while (name := protocol.read_frame(requests, 100)) is not None:
        data = protocol.read_frame(requests, limits.input_bytes)
        if data is None:
            return
        allow_cpu(limits.cpu_seconds)
        results, retire = read(name.decode(), data, extractors, loaded)
        payload = protocol.to_json(results, retire)
        if len(payload) > limits.decoded_bytes:
            payload = protocol.to_json([RawRejection(f"its text takes more than {limits.decoded_bytes:,} bytes")], True)
        protocol.write_frame(answers, payload)


def read(name: str, data: bytes, extractors: dict[str, str], loaded: dict[str, Extract]) -> tuple[Results, bool]:
    """The results of one file, and whether this process should be replaced (after it ran out of memory)."""
    try:
        extract = loaded.get(name)
        if extract is None:
            if name not in extractors:
                return [RawRejection(f"no reader for the format {name!r}", field="format", value=name)], False
            extract = loaded[name] = resolve(extractors[name])
        results = [admit(result) for result in extract(data)]
        return results or [RawRejection("nothing to read in this file")], False
    except ImportError as error:
        return [RawRejection(f"the {name} reader cannot be loaded ({error.name}); reinstall jobfit")], False
    except MemoryError:
        return [RawRejection("reading it needs more memory than a document may use; is it damaged or a bomb?")], True
    except RecursionError:
        return [RawRejection("it is nested too deeply; save it again in its own program, or as PDF")], False
    except Exception as error:  # any error of any library, on any hostile file: one rejection, and the next file
        return [RawRejection(f"the {name} reader failed ({type(error).__name__}); the file looks damaged")], False


if __name__ == "__main__":
    main(sys.argv[1])
