"""What benchmarks have in common: times, memory, a process of its own, paired tests, pictures."""

import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from jobfit.evaluation.statistics import holm, mean_interval, paired_randomisation

BLUE, ORANGE, GREEN, GREY = "#2b6cb0", "#c05621", "#2f855a", "#718096"


class Taken(NamedTuple):
    """Seconds of the clock and of the processor."""

    seconds: float
    processor: float


def timed(work: Callable[[], Any]) -> tuple[Taken, Any]:
    """Return how long ``work`` took, and what it gave."""
    wall, processor = time.perf_counter(), time.process_time()
    value = work()
    return Taken(time.perf_counter() - wall, time.process_time() - processor), value


def spread(values: Sequence[float], digits: int = 1) -> dict[str, float]:
    """Return median, minimum and maximum."""
    found = {"median": statistics.median(values), "min": min(values), "max": max(values)}
    return {name: round(value, digits) for name, value in found.items()}


def in_a_process(file: str, *arguments: object) -> dict[str, Any]:
    """Return the JSON that ``file`` prints last, run in a process of its own, so that its peak memory is its own."""
    command = [sys.executable, file, *map(str, arguments)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def peak_gib() -> float:
    """Return the most memory that this process has had."""
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20, 3)


def busy_seconds() -> float:
    """Return the processor seconds that all processes have used, where the system tells."""
    path = Path("/proc/stat")
    if not path.exists():
        return 0.0
    ticks = list(map(int, path.read_text().splitlines()[0].split()[1:9]))
    return (sum(ticks) - ticks[3] - ticks[4]) / os.sysconf("SC_CLK_TCK")


def mean(values: ArrayLike) -> dict[str, Any]:
    """Return the mean with its 95 % interval."""
    return asdict(mean_interval(values))


def share(count: int, n: int) -> dict[str, Any]:
    """Return ``count`` of ``n`` as a share with Wilson's 95 % interval (Wilson 1927); no share of nothing."""
    if not n:
        return {"share": None, "low": None, "high": None, "count": 0, "n": 0}
    z, p = 1.959964, count / n
    middle, half = p + z * z / (2 * n), z * ((p * (1 - p) + z * z / (4 * n)) / n) ** 0.5
    low, high = ((middle + sign * half) / (1 + z * z / n) for sign in (-1, 1))
    return {"share": p, "low": max(0.0, low), "high": min(1.0, high), "count": count, "n": n}


def paired(values: Mapping[str, float] | np.ndarray, base: Any) -> dict[str, Any]:
    """Return the difference of ``values`` from ``base``, query by query, with its interval and the paired test's p."""
    if isinstance(values, Mapping):
        differences = [value - base[query] for query, value in values.items()]
    else:
        differences = (np.asarray(values) - base).tolist()
    return {"difference": mean(differences), "p": paired_randomisation(differences)}


def corrected(tests: Sequence[dict[str, Any]]) -> None:
    """Add p after Holm's correction over all of ``tests`` to each."""
    for test, adjusted in zip(tests, holm([test["p"] for test in tests]), strict=True):
        test["p_holm"] = adjusted


@contextmanager
def picture(path: Path, rows: int, columns: int, size: tuple[float, float], **style: Any) -> Iterator[Any]:
    """Give the axes of an SVG that is the same each time it is drawn."""
    import matplotlib

    matplotlib.use("svg")
    import matplotlib.pyplot as plt

    settings: Any = {
        "svg.hashsalt": "jobfit", "svg.fonttype": "none", "figure.constrained_layout.use": True,
        "axes.spines.top": False, "axes.spines.right": False, **style,
    }  # fmt: skip
    plt.rcParams.update(settings)
    figure, axes = plt.subplots(rows, columns, figsize=size)
    yield axes
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, metadata={"Date": None} if path.suffix == ".svg" else None, dpi=110)
    plt.close(figure)
