"""How long jobfit takes to start, and what it loads: an old revision and the working tree, in one run.

Both run in this Python environment, turn by turn, each in processes of their own. Of each process: processor seconds
(user and system, with the processes it waited for), wall seconds, peak memory, and which of the heavy packages it
loaded. PostgreSQL is started by the command and outlives its caller's children, so its processor time stands apart.
Medians; wall time depends on what else the machine does. Writes results/bench-start.json; about five minutes.
"""

import argparse
import ctypes
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import distributions
from pathlib import Path

from environment import describe, write

ROOT = Path(__file__).resolve().parent.parent
HEAVY = (
    "torch", "transformers", "sentence_transformers", "openvino", "sklearn", "scipy", "pandas", "pyarrow", "numba",
    "sqlalchemy", "alembic", "psycopg", "pydantic", "numpy", "rich",
)  # fmt: skip
RUN = f"""
import atexit, json, os, sys
atexit.register(lambda: open(os.environ["LOADED"], "w").write(json.dumps([n for n in {HEAVY} if n in sys.modules])))
from jobfit.cli import main
sys.argv = ["jobfit", *sys.argv[1:]]
main()
"""
READ = """
import json, sys, time
from datetime import date
from inspect import signature
from pathlib import Path
from jobfit.documents.render import render
from jobfit.ingest.parse.sandbox import ParserPool
from jobfit.ingest.readers import read_raw
from jobfit.reading import build_record
from jobfit.records import Kind
with ParserPool(1) as pool:
    parsed = list(read_raw(sorted(Path(sys.argv[1]).iterdir()), pool, Kind.CANDIDATE))
dated = (date(2026, 1, 1),) if "today" in signature(build_record).parameters else ()  # asked for until 0.9
def read(some):
    started = time.process_time()
    for item in some:
        render(build_record(item, *dated))
    return 1000 * (time.process_time() - started) / len(some)
read(parsed[:10])
print(json.dumps({"cvs": len(parsed) - 10, "milliseconds": read(parsed[10:])}))
"""
FIRST = 3  # runs of the first ingest, which takes longest
WANTED = {
    "help": "0.15 s",
    "match": "1.5 s, 250 MB, no torch",
    "match a new file": "(not asked for: the query has to be encoded)",
    "rank bm25": "1.0 s, no torch, no OpenVINO",
    "first ingest": "5 s of wall time on a quiet machine",
    "one cv": "12 ms",
}


def main() -> None:
    """Run the benchmark and write the result."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--old", default="430df7b", help="the revision to compare with")
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    # Orphans come to this process, so that it can wait for PostgreSQL and read what it took.
    ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="start-", dir="/tmp") as folder, checkout(options.old) as old:
        Path(folder).chmod(0o711)
        sides = {"old": old / "src", "new": ROOT / "src"}
        cases = measured(Path(folder), sides, options.runs)
    result = {
        **describe("numpy", "scipy", "bm25s", "openvino", "psycopg", "pydantic", "typer"),
        "old": options.old,
        "runs": options.runs,
        "load_at_start": round(load, 2),
        "wanted": WANTED,
        "cases": cases,
    }
    print(write("bench-start", result).name)


def measured(folder: Path, sides: dict[str, Path], runs: int) -> dict[str, dict[str, object]]:
    """Return, by case and side, the median of each figure."""
    data = prepared(folder, sides["new"])
    homes = {side: folder / f"home-{side}" for side in sides}
    for side, source in sides.items():
        jobfit(source, homes[side], "ingest", str(data / "ten"))
    every: dict[str, dict[str, list[dict[str, object]]]] = {}
    lists = ["--corpus", str(data / "corpus.jsonl"), "--queries", str(data / "queries.jsonl")]
    match = ["match", "--json", "--vacancy"]
    for number in range(runs):
        for side, source in sides.items():
            text, fresh = folder / f"v-{side}-{number}.txt", folder / f"fresh-{side}-{number}"
            text.write_text(
                (data / "new.txt").read_text(encoding="utf-8") + f"\nReference {number}\n", encoding="utf-8"
            )
            home, run = homes[side], str(folder / "run.trec")
            figures = {
                "help": jobfit(source, home, "--help"),
                "match": jobfit(source, home, *match, "v0001"),
                "match a new file": jobfit(source, home, *match, str(text)),
                "rank bm25": jobfit(source, home, "rank", "--system", "bm25", *lists, "--out", run),
                "one cv": one_cv(source, data / "market" / "cvs"),
            }
            if number < FIRST:
                figures["first ingest"] = jobfit(source, fresh, "ingest", str(data / "twenty"))
                shutil.rmtree(fresh)
            for case, row in figures.items():
                every.setdefault(case, {}).setdefault(side, []).append(row)
            print(number, side, figures, flush=True)
    return {case: {side: medians(found[side]) for side in found} for case, found in every.items()}


def prepared(folder: Path, source: Path) -> Path:
    """Simulate a market and lay out what the cases read."""
    market = folder / "data" / "market"
    environment = os.environ | {"PYTHONPATH": str(source)}
    code = "import sys; from pathlib import Path; from jobfit.simulation.writer import simulate_to\n"
    code += "simulate_to(Path(sys.argv[1]), 60, 12, 7, rendered_share=0)"
    subprocess.run([sys.executable, "-c", code, market], env=environment, check=True, capture_output=True)
    data = market.parent
    cvs, vacancies = (sorted((market / name).iterdir()) for name in ("cvs", "vacancies"))
    for name, files in (("ten", cvs[:8] + vacancies[:2]), ("twenty", cvs[:16] + vacancies[:4])):
        (data / name).mkdir()
        for file in files:
            shutil.copy(file, data / name / f"{file.parent.name}-{file.name}")
    for name, file in (("v0001", vacancies[0]), ("v0002", vacancies[1])):
        (data / "ten" / f"vacancies-{name}.txt").rename(data / "ten" / f"{name}.txt")
        assert file.stem == name
    shutil.copy(vacancies[-1], data / "new.txt")
    beir = market / "beir" / "candidates_for_vacancy"
    for name, count in (("corpus", 10), ("queries", 2)):
        lines = (beir / f"{name}.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
        (data / f"{name}.jsonl").write_text("".join(lines[:count]), encoding="utf-8")
    return data


def jobfit(source: Path, home: Path, *arguments: str) -> dict[str, object]:
    """Run one command as its user would; return what it took."""
    loaded = home.parent / "loaded.json"
    environment = os.environ | {
        "PYTHONPATH": str(source), "JOBFIT_HOME": str(home), "LOADED": str(loaded), "HF_HUB_OFFLINE": "1",
    }  # fmt: skip
    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-c", RUN, *arguments], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    assert process.stderr is not None
    said = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"jobfit {' '.join(arguments)} failed: {said.decode()[-2000:]}")
    return {
        "processor_s": usage.ru_utime + usage.ru_stime,
        "postgresql_processor_s": orphans(),
        "wall_s": wall,
        "peak_mb": usage.ru_maxrss / 1024,
        "loaded": json.loads(loaded.read_text()),
    }


def orphans() -> float:
    """Wait for what a command left behind, PostgreSQL among it; return its processor seconds."""
    total = 0.0
    while True:
        try:
            _, _, usage = os.wait4(-1, 0)
        except ChildProcessError:
            return total
        total += usage.ru_utime + usage.ru_stime


def one_cv(source: Path, cvs: Path) -> dict[str, object]:
    """Return the processor milliseconds of structuring and masking one CV that is parsed already."""
    environment = os.environ | {"PYTHONPATH": str(source)}
    done = subprocess.run(
        [sys.executable, "-c", READ, cvs], env=environment, check=True, capture_output=True, text=True
    )
    found: dict[str, object] = json.loads(done.stdout)
    return found


def medians(rows: list[dict[str, object]]) -> dict[str, object]:
    """Return the median of each number, rounded, and the range of the processor time; lists as they came last."""
    result: dict[str, object] = {"runs": len(rows)}
    for name, value in rows[-1].items():
        numbers = [float(row[name]) for row in rows if isinstance(row[name], int | float)]  # type: ignore[arg-type]
        result[name] = round(statistics.median(numbers), 3) if numbers else value
        if name == "processor_s":
            result["processor_s_range"] = [round(min(numbers), 3), round(max(numbers), 3)]
    return result


@contextmanager
def checkout(revision: str) -> Iterator[Path]:
    """Give a temporary work tree of ``revision``, with the packages of its lock that this environment lacks."""
    with tempfile.TemporaryDirectory(prefix="start-old-") as folder:
        tree = Path(folder) / "tree"
        git = ["git", "-C", str(ROOT), "worktree"]
        subprocess.run([*git, "add", "--detach", "--quiet", str(tree), revision], check=True)
        try:
            lock = (tree / "requirements.lock").read_text(encoding="utf-8")
            pins = re.findall(r"^([\w.-]+)==([\w.]+) \\$", lock, re.MULTILINE)  # those of every platform
            here = {package.name.lower().replace("_", "-") for package in distributions()}
            lacking = [f"{name}=={version}" for name, version in pins if name not in here]
            if lacking:
                pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(tree / "src")]
                subprocess.run([*pip, *lacking], check=True)
            yield tree
        finally:
            subprocess.run([*git, "remove", "--force", str(tree)], check=True)


if __name__ == "__main__":
    main()
