"""What every committed number carries beside it: the command, the versions and the machine (never a host or a path)."""

import json
import os
import platform
import sys
from importlib.metadata import version
from pathlib import Path

RESULTS = Path(__file__).resolve().parent.parent / "results"


def describe(*packages: str) -> dict[str, object]:
    """Return the command line, Python and package versions, processor model and number of cores."""
    cpu = next((line.split(":")[1].strip() for line in _cpuinfo() if line.startswith("model name")), platform.machine())
    return {
        "command": " ".join(["python", f"benchmarks/{Path(sys.argv[0]).name}", *sys.argv[1:]]),
        "python": platform.python_version(),
        "versions": {name: version(name) for name in ("jobfit", *packages)},
        "machine": {"cpu": cpu, "cores": os.cpu_count(), "memory_gib": round(_memory() / 2**30, 1)},
    }


def write(name: str, value: dict[str, object]) -> Path:
    """Write ``results/<name>.json`` and return its path."""
    path = RESULTS / f"{name}.json"
    path.write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return path


def _cpuinfo() -> list[str]:
    path = Path("/proc/cpuinfo")
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


def _memory() -> int:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
