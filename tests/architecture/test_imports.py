"""What each command may load, by ``sys.modules`` of a process that ran it."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from jobfit.store.embedded import EmbeddedServer

SOURCE = Path(__file__).resolve().parents[2] / "src"
HEAVY = {
    "torch", "transformers", "sentence_transformers", "openvino", "sklearn", "scipy", "pyarrow", "pandas", "numpy",
    "pydantic", "rich", "yaml", "jinja2", "psycopg", "sqlalchemy", "alembic", "lxml", "pypdfium2", "reportlab",
    "httpx2", "bm25s", "jax", "ir_measures", "pytrec_eval", "jobfit.training", "jobfit.experiments", "jobfit.store",
    "jobfit.encoders",
}  # fmt: skip
SHELL = {"pydantic", "rich"}  # requests, results and tables
STORE = {"numpy", "psycopg", "jobfit.store"}
TEXTS = {"lxml", "pypdfium2", "yaml"}  # parsers of files, lexicons
MEASURES = {"numpy", "scipy", "ir_measures", "pytrec_eval"}
LEXICAL = {"numpy", "scipy", "bm25s", "jobfit.encoders"}
# Command line, in a folder with cvs, vacancies, data and a home: what of HEAVY it may load. hashing needs no model.
# A command runs in the process of the one before it where it may load all that that one may.
MAY_LOAD = {
    "--help": set(),
    "taxonomy list": SHELL,
    "list candidate": SHELL | STORE,
    "applications log.csv --column time=submitted": SHELL | STORE | {"yaml"},
    "ingest cvs vacancies --model hashing": SHELL | STORE | TEXTS | {"jobfit.encoders"},
    "match --vacancy v1 --model hashing": SHELL | STORE | TEXTS | LEXICAL,
    "match --vacancy v1": SHELL | STORE | TEXTS | LEXICAL | {"openvino"},
    "geo list": SHELL | {"numpy"},
    "taxonomy link cook --lexical-only": SHELL | {"numpy", "scipy"},
    "rank --corpus data/corpus.jsonl --queries data/queries.jsonl --out r.trec --system bm25": SHELL | TEXTS | LEXICAL,
    "source --vacancy v1 --as-of 2024-02-01 --model hashing": SHELL | STORE | TEXTS | LEXICAL | MEASURES,
    "evaluate --run r.trec --qrels data/qrels/test.tsv": SHELL | MEASURES,
    "compare -a r.trec -b r.trec --qrels data/qrels/test.tsv": SHELL | MEASURES,
    "simulate --out m --candidates 3 --vacancies 1": SHELL | {"numpy", "scipy", "pyarrow", "pandas"},
    "prepare --candidates cvs --vacancies vacancies --applications log.csv --out p":
        SHELL | TEXTS | {"numpy", "scipy", "pyarrow", "pandas"},
}  # fmt: skip
HELP_MAY_LOAD = SHELL | {"numpy"}
WITH_HELP = (
    "ingest", "match", "evaluate", "simulate", "prepare", "demo", "train", "mine", "reproduce", "annotate", "align",
    "taxonomy",
)  # fmt: skip
PROBE = """
import json, sys
from jobfit.cli import main
loaded = {}
for command in sys.argv[1:]:
    sys.argv[1:] = command.split()
    try:
        main()
    except SystemExit as stop:
        assert not stop.code, (command, stop.code)
    loaded[command] = sorted(sys.modules)
print("LOADED", json.dumps(loaded), file=sys.stderr)
"""


@pytest.fixture(scope="module")
def folder():
    """Two CVs, a vacancy, a log, a collection and a run; a home whose server is running and holds the records."""
    folder = Path(tempfile.mkdtemp(dir="/tmp", prefix="jobfit-test-"))
    folder.chmod(0o711)
    work = "Wrote Python services with PostgreSQL, reviewed code and looked after the releases of a team of four."
    for name in ("cvs", "vacancies", "data/qrels"):
        (folder / name).mkdir(parents=True)
    for name in ("c1", "c2"):
        (folder / f"cvs/{name}.txt").write_text(f"Developer\n\nWork experience\nDeveloper, 2014 - 2020\n{work}\n")
    (folder / "vacancies/v1.txt").write_text(f"Developer\n\nWe are looking for a developer.\n\nRequirements\n{work}\n")
    (folder / "log.csv").write_text("candidate_id,vacancy_id,status,submitted\nc1,v1,hired,2024-01-01\n")
    (folder / "data/corpus.jsonl").write_text('{"_id": "d1", "text": "cook"}\n{"_id": "d2", "text": "nurse"}\n')
    (folder / "data/queries.jsonl").write_text('{"_id": "q1", "text": "a cook"}\n')
    (folder / "data/qrels/test.tsv").write_text("query-id\tcorpus-id\tscore\nq1\td1\t1\n")
    (folder / "r.trec").write_text("q1 Q0 d1 1 0.5 run\nq1 Q0 d2 2 0.4 run\n")
    with EmbeddedServer(folder / "home"):
        ingests = (f"ingest cvs vacancies --model {model}" for model in ("hashing", "auto"))
        run(folder, *ingests, "applications log.csv --column time=submitted")
        yield folder
    shutil.rmtree(folder)


def run(folder, *commands):
    """The modules of one process after each of the commands."""
    environment = os.environ | {"PYTHONPATH": str(SOURCE), "JOBFIT_HOME": str(folder / "home")}
    environment.pop("JOBFIT_DATABASE_URL", None)
    ran = subprocess.run(
        [sys.executable, "-c", PROBE, *commands],
        env=environment, cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr[-3000:]
    return {command: set(names) for command, names in json.loads(ran.stderr.rpartition("LOADED ")[2]).items()}


def processes():
    """The commands of each process."""
    found, before = [], None
    for command, may_load in MAY_LOAD.items():
        if before is None or not before <= may_load:
            found.append([])
        found[-1].append(command)
        before = may_load
    return found


@pytest.mark.parametrize("commands", processes(), ids=lambda commands: commands[-1].split()[0])
def test_commands_load_no_more_than_they_may(commands, folder):
    loaded = run(folder, *commands)
    assert {command: loaded[command] & HEAVY - MAY_LOAD[command] for command in commands} == {
        command: set() for command in commands
    }


def test_help_of_each_command_loads_no_more_than_it_may(folder):
    loaded = run(folder, *(f"{command} --help" for command in WITH_HELP))
    assert {command: found & HEAVY - HELP_MAY_LOAD for command, found in loaded.items()} == {
        f"{command} --help": set() for command in WITH_HELP
    }
