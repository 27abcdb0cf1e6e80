"""How long masking one CV takes, in milliseconds of processor time, on real CVs: the shortest of several runs of each.

The CVs are the files of cv-docx and the rows of it-resumes. Other work on the machine makes the times longer.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from jobfit.documents.masking import mask
from jobfit.errors import Rejection
from jobfit.ingest.parse.sandbox import ParserPool
from jobfit.ingest.readers import read_raw
from jobfit.records import Kind
from measure import mean, spread, timed

SETS = {"cv-docx": "cv-docx/*.docx", "it-resumes": "it-resumes/candidates_for_vacancy/corpus.jsonl"}
_RUNS = 5


def measure(data: Path) -> dict[str, Any]:
    """Return the times of each set that is in ``data``, of one whose texts are not there that it was skipped."""
    return {name: _times(sorted(data.glob(files)), files) for name, files in SETS.items()}


def _times(files: list[Path], what: str) -> dict[str, Any]:
    if not files:
        return {"skipped": f"{what} is not there"}
    with ParserPool(workers=1) as pool:
        found = list(read_raw(files, pool, Kind.CANDIDATE))
    texts = [result.raw.text for result in found if not isinstance(result, Rejection)]
    times = [1000 * min(timed(partial(mask, text))[0].processor for _ in range(_RUNS)) for text in texts]
    return {
        "characters": spread([len(text) for text in texts], 0),
        "ms of a CV": mean(times) | {"median": round(sorted(times)[len(times) // 2], 2), "max": round(max(times), 2)},
    }
