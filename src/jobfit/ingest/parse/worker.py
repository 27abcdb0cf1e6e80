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

from jobfit.ingest.parse import gz, protocol
from jobfit.ingest.parse.clean import admit
from jobfit.ingest.parse.isolation import allow_cpu, confine
from jobfit.ingest.parse.limits import LIMITS, Limits
from jobfit.ingest.raw import RawDocument, RawRejection

Results = list[RawDocument | RawRejection]


def main(config: str) -> None:
    settings = json.loads(config)
    limits = Limits(**settings["limits"])
    LIMITS.set(limits)
    requests = sys.stdin.buffer
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # what a library prints must not get into the frames
    confine(limits)
    loaded: dict[str, protocol.Extract] = {}
    while (name := protocol.read_frame(requests, 100)) is not None:
        data = protocol.read_frame(requests, limits.input_bytes)
        if data is None:
            return
        allow_cpu(limits.cpu_seconds)
        payload = protocol.to_json(*_read(name.decode(), data, settings["extractors"], loaded))
        if len(payload) > limits.decoded_bytes:
            payload = protocol.to_json([RawRejection(f"its text takes more than {limits.decoded_bytes:,} bytes")], True)
        protocol.write_frame(answers, payload)


def _read(
    name: str, data: bytes, extractors: dict[str, str], loaded: dict[str, protocol.Extract]
) -> tuple[Results, bool]:
    """The results of one file, and whether this process should be replaced (after it ran out of memory)."""
    if name.endswith(".gz"):
        unpacked = gz.unpack(data, LIMITS.get().decoded_bytes)
        if isinstance(unpacked, RawRejection):
            return [unpacked], False
        name, data = name.removesuffix(".gz"), unpacked
    if name not in extractors:
        return [RawRejection(f"no reader for the format {name!r}", field="format", value=name)], False
    try:
        extract = loaded[name] = loaded.get(name) or protocol.resolve(extractors[name])
        return [admit(result) for result in extract(data)] or [RawRejection("nothing to read in this file")], False
    except ImportError as error:
        reason = f"the {name} reader cannot be loaded ({error.name}); reinstall jobfit"
    except MemoryError:
        return [RawRejection("reading it needs more memory than a document may use; is it damaged or a bomb?")], True
    except RecursionError:
        reason = "it is nested too deeply; save it again in its own program, or as PDF"
    except Exception as error:  # any error of any library, on any hostile file: one rejection, and the next file
        reason = f"the {name} reader failed ({type(error).__name__}); the file looks damaged"
    return [RawRejection(reason)], False


if __name__ == "__main__":
    main(sys.argv[1])
