"""The commands of docs/protocol.md run as they stand, and the page names what the code knows."""

import re
import shlex
from pathlib import Path

from jobfit.evaluation.datasets.formats import FORMATS
from jobfit.evaluation.leakage import TABLES
from jobfit.evaluation.splits import By

PAGE = (Path(__file__).resolve().parents[3] / "docs/protocol.md").read_text(encoding="utf-8")


def test_commands_of_the_page_run_one_after_the_other(jobfit, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    commands = re.findall(r"^jobfit (.*)$", PAGE, re.MULTILINE)
    assert len(commands) >= 8
    for command in commands:
        ran = jobfit(*shlex.split(command))
        assert ran.code == 0, f"{command}\n{ran.err}"


def test_page_names_every_format_table_and_rule():
    assert all(f"| `{name}` |" in PAGE for name in (*FORMATS, *TABLES, "query rate"))
    assert all(f"`{by}`" in PAGE for by in By)
