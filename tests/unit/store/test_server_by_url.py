"""A server named by its address: over TCP, with a password, for an owner without a superuser's rights."""

from __future__ import annotations

import json
import os
import pwd
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg
import pytest

from jobfit.errors import StoreError
from jobfit.store.embedded import find_programs
from jobfit.store.repository import open_store

PASSWORD, QUOTED = "p@ss/word:1", "p%40ss%2Fword%3A1"


@pytest.fixture(scope="module")
def port(server):
    """A cluster as an administrator makes it, whose owner of the database ``matching`` may make roles."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    programs = find_programs(server._layout)
    account = {}
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        nobody = pwd.getpwnam("nobody")
        account = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
    with tempfile.TemporaryDirectory(dir="/tmp", prefix="jobfit-server-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        if account:
            os.chown(folder, account["user"], account["group"])
        (folder / "password").write_text(PASSWORD)
        (folder / "password").chmod(0o644)

        def run(program, *arguments):
            subprocess.run(
                [programs / program, *arguments], cwd=folder, check=True, stdout=subprocess.DEVNULL, **account
            )

        run("initdb", "-D", "data", "-U", "admin", "-A", "scram-sha-256", "--pwfile", "password", "--no-instructions")
        run("pg_ctl", "-D", "data", "-o", f"-h 127.0.0.1 -p {port} -k ''", "-l", "log", "-w", "start")
        try:
            _as_admin(port, f"CREATE ROLE owner LOGIN CREATEROLE PASSWORD '{PASSWORD}'")
            _as_admin(port, f"CREATE ROLE reader LOGIN PASSWORD '{PASSWORD}'")
            _as_admin(port, "CREATE DATABASE matching OWNER owner")
            yield port
        finally:
            run("pg_ctl", "-D", "data", "-m", "fast", "-w", "stop")


def _as_admin(port, statement, database="postgres"):
    with psycopg.connect(
        host="127.0.0.1", port=port, user="admin", password=PASSWORD, dbname=database, autocommit=True
    ) as connection:
        connection.execute(statement)


def _url(port, user="owner", database="matching"):
    return f"postgresql://{user}:{QUOTED}@127.0.0.1:{port}/{database}"


def test_open_store_of_a_user_without_rights_says_what_the_administrator_runs(port):
    with pytest.raises(StoreError, match=r"CREATE EXTENSION vector;\nCREATE ROLE jobfit_ingest NOLOGIN") as error:
        open_store(_url(port, user="reader"))
    assert PASSWORD not in str(error.value) and QUOTED not in str(error.value)


def test_ingest_and_match_over_tcp_with_a_password_keep_tenants_apart(port, tmp_path):
    _as_admin(port, "CREATE EXTENSION vector", database="matching")
    duties = (
        "Builds reports on sales and stock for the shops of a chain, every month and for every town of the country. "
    )
    (tmp_path / "ann.txt").write_text(
        f"Data analyst\nWORK EXPERIENCE\n2019 - 2024 Data analyst, Globex\n\nSUMMARY\n{duties * 3}\n\n"
        "SKILLS\nPython, SQL, Tableau\n"
    )
    (tmp_path / "vacancy.txt").write_text(
        f"We are looking for a data analyst\n{duties * 3}\nRequirements\n- Python is required\n"
    )
    environment = {**os.environ, "JOBFIT_DATABASE_URL": _url(port), "JOBFIT_HOME": str(tmp_path / "home")}

    def jobfit(*arguments):
        code = "from jobfit.cli import main; main()"
        done = subprocess.run(
            [sys.executable, "-c", code, *arguments, "--json"], env=environment, cwd=tmp_path, capture_output=True
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return json.loads(done.stdout)

    environment["PYTHONPATH"] = os.pathsep.join(sys.path)
    assert jobfit("ingest", "ann.txt", "vacancy.txt", "--model", "hashing")["accepted"] == 2
    assert jobfit("ingest", "ann.txt", "vacancy.txt", "--model", "hashing")["unchanged"] == 2
    found = jobfit("match", "--vacancy", "vacancy", "--model", "hashing")
    assert [entry["id"] for entry in found["entries"]] == ["ann"] and found["plan"]["exact"]
    assert not (tmp_path / "home/store").exists()  # no embedded server was made beside the one that was named
    with open_store(_url(port), tenant="other") as other:
        assert not any(other.counts().values())
