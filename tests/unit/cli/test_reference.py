"""What the documentation says about the commands is what the commands say."""

import json
import re
from pathlib import Path

import pytest

from jobfit import cli
from jobfit.cli.app import HELP
from jobfit.cli.reference import commands_page, help_lines, schemas
from jobfit.errors import InputError, JobfitError, MissingExtraError, ModelError, StoreError
from jobfit.llm.errors import LlmError
from jobfit.training.errors import TrainingError

ROOT = Path(__file__).resolve().parents[3]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def table(first_column):
    """The rows of the README's table whose first heading is this."""
    rows = re.search(rf"^\| {first_column} \|.*\n\| --- .*\n((?:\|.*\n)+)", README, re.MULTILINE)[1]
    return [[cell.strip() for cell in row.strip("|").split(" | ")] for row in rows.splitlines()]


def test_documentation_is_what_make_docs_writes():
    assert (ROOT / "docs/commands.md").read_text(encoding="utf-8") == commands_page(), "run: make docs"
    written = {path.name: json.loads(path.read_text(encoding="utf-8")) for path in (ROOT / "docs/json").iterdir()}
    assert written == schemas(), "run: make docs"


def test_help_lists_every_command_with_the_first_paragraph_of_its_own_help(app):
    assert json.loads(HELP.read_text(encoding="utf-8")) == help_lines(), "run: make docs"
    shown = "".join(app("--help").out.split())  # lines are broken at hyphens, too
    assert all("".join(f"{name}{text}".split()) in shown for name, text in help_lines().items())


def test_no_command_at_all_shows_the_help_and_is_a_usage_error(jobfit):
    ran = jobfit()
    assert (ran.code, ran.out) == (cli.USAGE, jobfit("--help").out)


def test_every_command_takes_json():
    assert all("`--json`" in section for section in commands_page().split("## jobfit ")[1:])


def test_readme_exit_codes_are_those_of_the_errors():
    said = {int(code): meaning for code, meaning in table("exit code")}
    assert set(said) == {0, 1, 2, 3, 4, 5, 6, 7, 8, 130}
    assert said[InputError.exit_code].startswith("bad input")
    assert "encoder" in said[ModelError.exit_code]
    assert "database" in said[StoreError.exit_code]
    assert "package is missing" in said[MissingExtraError.exit_code]
    assert "language model" in said[LlmError.exit_code]
    assert "training cannot go on" in said[TrainingError.exit_code]
    assert said[cli.INTERRUPTED] == "interrupted"
    assert (JobfitError.exit_code, cli.USAGE, cli.UNEXPECTED) == (1, 2, 1)


@pytest.mark.parametrize(
    ("error", "code", "name"),
    [(RuntimeError("broken [/b]"), 1, "RuntimeError"), (KeyboardInterrupt(), 130, "KeyboardInterrupt"),
     (ModelError("no model"), 4, "ModelError"), (StoreError("no store"), 5, "StoreError"),
     (MissingExtraError("ray", "bulk"), 6, "MissingExtraError")],
)  # fmt: skip
def test_failure_of_any_kind_is_one_object_and_its_exit_code(app, monkeypatch, error, code, name):
    def fail(*_, **__):
        raise error

    monkeypatch.setattr("jobfit.store.repository.open_store", fail)
    ran = app("list", "candidate", "--json")
    assert (ran.code, ran.json["error"]["type"]) == (code, name)
