"""What each command may load, by ``sys.modules`` of a process that ran it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[2] / "src"
HEAVY = (
    "torch", "transformers", "sentence_transformers", "openvino", "sklearn", "scipy", "pyarrow", "pandas", "numpy",
    "pydantic", "rich", "yaml", "jinja2", "sqlalchemy", "alembic", "psycopg", "lxml", "pypdfium2", "reportlab",
    "httpx2", "bm25s", "ir_measures", "pytrec_eval", "jobfit.training", "jobfit.store", "jobfit.encoders",
)  # fmt: skip
PROBE = """
import json, sys
from jobfit.cli import main
try:
    main()
except SystemExit as stop:
    assert not stop.code, stop.code
finally:
    print("LOADED", json.dumps([name for name in sys.argv_heavy if name in sys.modules]), file=sys.stderr)
"""
# command line: what of HEAVY it may load
MAY_LOAD = {
    "--help": set(),
    "match --help": {"numpy", "pydantic", "rich"},
}


def loaded(arguments, folder):
    """The heavy packages that a process of this command loads."""
    code = f"import sys; sys.argv_heavy = {HEAVY!r}\n{PROBE}"
    environment = os.environ | {"PYTHONPATH": str(SOURCE), "JOBFIT_HOME": str(folder / "home")}
    ran = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        env=environment, cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    return set(json.loads(ran.stderr.rpartition("LOADED ")[2]))


@pytest.mark.parametrize("command", MAY_LOAD)
def test_command_loads_no_more_than_it_may(command, tmp_path):
    assert loaded(command.split(), tmp_path) <= MAY_LOAD[command]
