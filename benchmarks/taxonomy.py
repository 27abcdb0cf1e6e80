"""How long ESCO takes to be imported, to be read again, and how fast its skills are found in a CV.

    python benchmarks/taxonomy.py --esco FOLDER

FOLDER holds ESCO's CSV files. Every import and every later start is a process of its own, so the time to start Python
and to load Arrow is in it: medians over the repetitions, with the processor time beside them, which other work on the
machine changes less. The CVs are made up from ESCO itself (esco_texts.py: three positions, each with labels and
descriptions of 8 to 24 skills), so they hold many more skills than real ones; finding is given in processor time.
Writes results/taxonomy-load.json; about a minute on two free cores.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import Any

from environment import describe, write
from esco_texts import position, read_esco
from measure import spread, timed

NAME = "measured"
SOURCE = Path(__file__).resolve().parent.parent / "src"
IMPORT = """
import sys; from jobfit.cli import main
sys.argv = ["jobfit", "taxonomy", "import", {folder!r}, "--name", {name!r}, "--json"]; main()
"""
LOAD = """
import time; start = time.perf_counter(), time.process_time()
from jobfit.taxonomy.stored import load_taxonomy
taxonomy = load_taxonomy({name!r})
taken = time.perf_counter() - start[0], time.process_time() - start[1]
import json, resource
memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps(dict(load_seconds=taken[0], load_processor_seconds=taken[1], memory_mib=memory)))
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--esco", type=Path, required=True, help="folder of ESCO's CSV files")
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--texts", type=int, default=200)
    parser.add_argument("--seed", type=int, default=5)
    arguments = parser.parse_args()
    result: dict[str, Any] = {
        **describe("pyarrow"),
        "repetitions": arguments.repeat,
        "load_average_before": os.getloadavg()[0],
    }
    with tempfile.TemporaryDirectory() as home:
        os.environ["JOBFIT_HOME"] = home
        folder = str(arguments.esco.resolve())
        imports = [run(IMPORT.format(folder=folder, name=NAME)) for _ in range(arguments.repeat)]
        manifest = json.loads(imports[0]["out"])
        result |= {key: manifest[key] for key in ("version", "sha256", "languages", "counts")}
        result["rows"] = {source["file"]: source["rows"] for source in manifest["sources"]}
        result["import"] = summary(imports)
        loads = [run(LOAD.format(name=NAME)) for _ in range(arguments.repeat)]
        inside = [json.loads(load["out"]) for load in loads]
        result["later_start"] = summary(loads) | {key: middle(inside, key) for key in inside[0]}
        result["stored_bytes"] = sum(path.stat().st_size for path in Path(home).rglob("*.parquet"))
        result["find_skills"] = find_skills(arguments.esco, arguments.texts, arguments.seed)
    result["load_average_after"] = os.getloadavg()[0]
    print(write("taxonomy-load", result).name)
    print(json.dumps({key: result[key] for key in ("import", "later_start", "find_skills")}, indent=1))


def run(code: str) -> dict[str, Any]:
    """Run Python code in a process of its own; return what it printed and how long it took."""
    environment = os.environ | {"PYTHONPATH": str(SOURCE)}
    before, spent = time.perf_counter(), os.times()
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    now = os.times()
    processor = now.children_user + now.children_system - spent.children_user - spent.children_system
    return {"seconds": time.perf_counter() - before, "processor_seconds": processor, "out": done.stdout}


def summary(runs: list[dict[str, Any]]) -> dict[str, float]:
    wall = spread([one["seconds"] for one in runs], 3)
    return {
        "process_seconds": wall["median"], "min": wall["min"], "max": wall["max"],
        "processor_seconds": middle(runs, "processor_seconds"),
    }  # fmt: skip


def middle(runs: list[dict[str, float]], key: str) -> float:
    return round(statistics.median(item[key] for item in runs), 3)


def find_skills(folder: Path, texts: int, seed: int) -> dict[str, Any]:
    """Time the finder on made-up CVs of three positions."""
    from jobfit.structure.terms import SkillFinder
    from jobfit.taxonomy.model import labels_by_rank
    from jobfit.taxonomy.stored import load_taxonomy

    generator = random.Random(seed)
    occupations = read_esco(folder)
    cvs = ["\n".join(position(generator.choice(occupations), generator) for _ in range(3)) for _ in range(texts)]
    taxonomy = load_taxonomy(NAME)
    built, finder = timed(lambda: SkillFinder(taxonomy))
    taken = [timed(partial(finder.find, cv)) for cv in cvs]
    times, found = sorted(1000 * one.processor for one, _ in taken), [len(skills) for _, skills in taken]
    return {
        "labels": sum(1 for _ in labels_by_rank(taxonomy.skills.values())),
        "build_processor_seconds": round(built.processor, 2),
        "texts": len(cvs),
        "characters_median": statistics.median(map(len, cvs)),
        "skills_found_median": statistics.median(found),
        "processor_milliseconds": {
            "median": round(statistics.median(times), 2),
            "p95": round(times[int(0.95 * len(times))], 2),
            "max": round(times[-1], 2),
        },
    }


if __name__ == "__main__":
    main()
