"""One home with a running server for all tests of the commands; every test has a tenant and a folder of its own."""

from __future__ import annotations

import itertools
import json
import os
import string
import sys
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import jsonschema
import pytest

from jobfit.ingest.reader import reader_version

_NUMBERS = itertools.count(1)
SCHEMAS = Path(__file__).resolve().parents[3] / "docs/json"
NOT_OURS = ("JOBFIT_DATABASE_URL", "JOBFIT_POSTGRES_USER")


@pytest.fixture(scope="session")
def home(server):
    return server.home


@pytest.fixture
def jobfit(monkeypatch, capfd):
    """``jobfit("list", "candidate", "--json")`` runs the command in this process: code, out, err, json.

    Whatever a test asks for with ``--json`` must be one object that the published schema describes.
    """

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["jobfit", *map(str, arguments)])
        from jobfit.cli import main

        code, umask = 0, os.umask(0o077)
        os.umask(umask)
        try:
            main()
        except SystemExit as stop:
            code = stop.code or 0
        finally:
            os.umask(umask)  # a command sets its own, for its process
        out, err = capfd.readouterr()
        answer = one_object(out) if "--json" in arguments else None
        if answer is not None:
            jsonschema.validate(answer, schema_of("failure" if "error" in answer else command_of(arguments)))
        return SimpleNamespace(code=code, out=out, err=err, json=answer)

    return run


def command_of(arguments):
    """The name of the command, with the group that it is in."""
    return "-".join(map(str, arguments[: 2 if arguments[0] in ("taxonomy", "geo") else 1]))


def schema_of(name):
    """The published schema with this name."""
    if not (SCHEMAS / f"{name}.json").exists():
        return {}
    return json.loads((SCHEMAS / f"{name}.json").read_text(encoding="utf-8"))


def one_object(out):
    """The one JSON object that stdout must be."""
    [line] = out.splitlines()
    answer = json.loads(line)
    assert isinstance(answer, dict)
    return answer


@pytest.fixture
def tenant():
    return f"cli-{next(_NUMBERS)}"


@pytest.fixture
def app(home, jobfit, tenant, monkeypatch, tmp_path):
    """``jobfit`` with this home, a tenant of its own where the command has one, and the fast model."""
    monkeypatch.setenv("JOBFIT_HOME", str(home))
    for name in NOT_OURS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)

    def run(command, *arguments, tenant=tenant):
        if command in ("ingest", "fill", "applications", "match", "source", "list", "remove", "show"):
            arguments = (*arguments, "--tenant", tenant)
        if command in ("ingest", "match", "remove") and "--model" not in arguments:
            arguments = (*arguments, "--model", "hashing")
        return jobfit(command, *arguments)

    return run


@pytest.fixture
def environment(home):
    """The environment of a real ``jobfit`` process."""
    source = Path(__file__).resolve().parents[3] / "src"
    kept = {name: value for name, value in os.environ.items() if name not in NOT_OURS}
    return kept | {"JOBFIT_HOME": str(home), "PYTHONPATH": str(source)}


WORK = {
    "nurse": "Cared for patients on a surgical ward, gave medication and wrote the handover of every shift.",
    "python": "Wrote Python services with PostgreSQL and Docker, reviewed code and looked after the releases.",
    "cook": "Cooked soup and bread for the guests of a small house, ordered goods and trained two apprentices.",
    "junior": "Wrote small Python scripts and tested web pages in a team of four.",
}


def write_cv(path, work, title, years, languages="English - native"):
    path.write_text(
        f"Ana Sample\nana@example.org\n\n{title}\n\nWork experience\n{title}, Acme, {years}\n{WORK[work]}\n\n"
        f"Education\nBachelor of Science, 2012\n\nLanguages\n{languages}\n"
    )


@pytest.fixture
def cv_writer():
    """``cv_writer(path, "python", "Software developer", "01/2014 - 12/2022")`` writes a CV of one position."""
    return write_cv


@pytest.fixture
def market(tmp_path):
    """Four CVs and two vacancies as text files."""
    folder = tmp_path / "market"
    for name in ("cvs", "vacancies"):
        (folder / name).mkdir(parents=True)
    write_cv(folder / "cvs/nurse.txt", "nurse", "Registered nurse", "01/2015 - 12/2022")
    write_cv(folder / "cvs/python.txt", "python", "Software developer", "01/2014 - 12/2022")
    write_cv(folder / "cvs/cook.txt", "cook", "Cook", "01/2016 - 12/2021")
    write_cv(folder / "cvs/junior.txt", "junior", "Software developer", "06/2022 - 12/2022", "English - A2")
    (folder / "vacancies/developer.txt").write_text(
        "Software developer\n\nWe are looking for a software developer for our team in Lyon.\n\nRequirements\n"
        "- Python is required\n- At least 3 years of experience as a software developer\n\nNice to have\n- Docker\n"
    )
    (folder / "vacancies/nurse.txt").write_text(
        "Registered nurse\n\nWe are looking for a nurse for the surgical ward of our hospital.\n\nRequirements\n"
        "- Two years of experience on a ward\n- You give medication and write the handover of your shift\n"
    )
    return folder


@pytest.fixture
def older_reader(monkeypatch):
    """Whatever is ingested within ``with older_reader():`` an older reader has read."""

    @contextmanager
    def older():
        with monkeypatch.context() as patch:
            patch.setattr("jobfit.ingest.reader.version_of", lambda package: "older")
            reader_version.cache_clear()
            yield patch
        reader_version.cache_clear()

    return older


@pytest.fixture
def small_trees(monkeypatch):
    """Boosted trees that are chosen from two settings of few trees; the whole grid has tests of its own."""
    grid = {"learning_rate": (0.15,), "max_leaf_nodes": (7,), "max_iter": (5, 20)}
    monkeypatch.setattr("jobfit.experiments.tuned_trees.GRID", grid)


@pytest.fixture(scope="session")
def letters(save_bert, tmp_path_factory):
    """A plain BERT of two layers and 32 numbers whose words are letters."""
    letters = [*string.ascii_lowercase, *string.digits]
    words = [*letters, *(f"##{letter}" for letter in letters)]
    return save_bert(tmp_path_factory.mktemp("backbone"), words, initializer_range=0.2)
