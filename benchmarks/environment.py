"""What every committed number carries beside it: the command, the versions and the machine (never a host or a path)."""

import json
import os
import platform
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

RESULTS = Path(__file__).resolve().parent.parent / "results"
INSTRUCTIONS = ("avx2", "avx512f", "avx512_bf16", "amx_bf16")


def describe(*packages: str) -> dict[str, object]:
    """Return the command line, the versions of Python and of ``packages``, and the machine.

    Of the machine: the processor, those of its vector instructions that matter here, the cores that may be used, and
    the memory. Absolute paths in the command are cut to their last part.
    """
    words = (Path(word).name if Path(word).is_absolute() else word for word in sys.argv[1:])
    facts = _cpuinfo()
    return {
        "command": " ".join(["python", _script(Path(sys.argv[0])), *words]),
        "python": platform.python_version(),
        "versions": {name: _version(name) for name in ("jobfit", *packages)},
        "machine": {
            "cpu": facts.get("model name", platform.machine()),
            "family": facts.get("cpu family", ""),
            "instructions": [flag for flag in INSTRUCTIONS if flag in facts.get("flags", "").split()],
            "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
            "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        },
    }


def _script(path: Path) -> str:
    """Return what was run: a file of this folder, or a package in it."""
    return f"benchmarks/{path.parent.name if path.name == '__main__.py' else path.name}"


def beside_others() -> dict[str, bool]:
    """Return ``{"busy": True}`` for a row whose seconds were taken while more wants to run than there are cores."""
    return {"busy": True} if os.getloadavg()[0] > (os.cpu_count() or 1) else {}


def write(name: str, value: dict[str, object]) -> Path:
    """Write ``results/<name>.json`` and return its path."""
    path = RESULTS / f"{name}.json"
    path.write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return path


def _cpuinfo() -> dict[str, str]:
    """Return what Linux tells of the last processor; nothing elsewhere."""
    path = Path("/proc/cpuinfo")
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    pairs = (line.split(":", 1) for line in lines if ":" in line)
    return {key.strip(): value.strip() for key, value in pairs}


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"
