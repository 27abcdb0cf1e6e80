import os
import pwd
import stat
from pathlib import Path

import pytest

from jobfit.errors import StoreError
from jobfit.home import jobfit_home
from jobfit.store import home as home_module
from jobfit.store.home import Account, prepare, reachable

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root, for whom the server runs as another user")


def modes(folder: Path) -> dict[Path, tuple[int, int, int]]:
    """Mode and owner of a folder and of everything above it."""
    return {f: (f.stat().st_mode, f.stat().st_uid, f.stat().st_gid) for f in (folder, *folder.parents)}


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_home_named_by_argument_wins_over_environment(monkeypatch, folder):
    monkeypatch.setenv("JOBFIT_HOME", "/elsewhere")
    assert jobfit_home(folder) == folder
    assert jobfit_home() == Path("/elsewhere")


def test_home_without_a_name_is_the_usual_data_folder(monkeypatch, folder):
    monkeypatch.delenv("JOBFIT_HOME", raising=False)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert jobfit_home() == Path("/var/lib/jobfit")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setenv("XDG_DATA_HOME", str(folder))
    assert jobfit_home() == folder / "jobfit"
    monkeypatch.delenv("XDG_DATA_HOME")
    monkeypatch.setenv("HOME", str(folder))
    assert jobfit_home() == folder / ".local/share/jobfit"


def test_new_home_gives_nobody_else_more_than_passage(folder):
    above = modes(folder)
    layout = prepare(folder / "deep" / "home")
    assert modes(folder) == above
    passage = 0o711 if os.geteuid() == 0 else 0o700
    assert (mode(layout.home), mode(layout.store), mode(layout.socket)) == (passage, passage, 0o700)
    assert layout.socket.stat().st_uid == layout.server.uid


def test_home_used_again_keeps_every_permission(folder):
    prepare(folder / "home")
    before = modes(folder / "home" / "store")
    prepare(folder / "home")
    assert modes(folder / "home" / "store") == before


def test_home_that_holds_something_else_is_refused_and_left_alone(folder):
    (folder / "thesis.txt").write_text("mine")
    before = modes(folder)
    with pytest.raises(StoreError, match=r"holds something else \(thesis.txt\)"):
        prepare(folder)
    assert modes(folder) == before
    assert [entry.name for entry in folder.iterdir()] == ["thesis.txt"]


def test_home_with_only_a_cache_is_taken(folder):
    (folder / "home/cache").mkdir(parents=True)
    (folder / "home/geo").mkdir()
    prepare(folder / "home")
    assert (folder / "home/store").is_dir()


def test_home_that_everybody_may_write_to_is_refused(folder):
    folder.chmod(0o777)
    with pytest.raises(StoreError, match="every user of this machine may write there"):
        prepare(folder)


def test_home_that_is_a_file_is_refused(folder):
    (folder / "home").write_text("")
    with pytest.raises(StoreError, match="Set JOBFIT_HOME"):
        prepare(folder / "home")


@as_root
def test_home_of_another_user_is_refused(folder):
    os.chown(folder, pwd.getpwnam("daemon").pw_uid, -1)
    with pytest.raises(StoreError, match="belongs to user daemon, not to root"):
        prepare(folder)


@as_root
def test_home_below_a_closed_folder_is_refused_by_name_and_nothing_is_made(folder):
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    before = modes(closed)
    with pytest.raises(StoreError, match=rf"may not pass through {closed}, .* JOBFIT_HOME=/var/lib/jobfit"):
        prepare(closed / "home")
    assert modes(closed) == before
    assert not list(closed.iterdir())


def test_socket_of_a_home_with_a_long_path_gets_a_short_private_folder(folder):
    layout = prepare(folder / ("long-" * 20))
    assert layout.socket.parent == Path("/tmp")
    assert mode(layout.socket) == 0o700
    assert layout.socket.stat().st_uid == layout.server.uid
    assert prepare(layout.home).socket == layout.socket
    layout.socket.rmdir()


def test_socket_folder_that_somebody_else_made_is_refused(folder):
    layout = prepare(folder / ("long-" * 20))
    layout.socket.chmod(0o777)
    with pytest.raises(StoreError, match="is not the private folder"):
        prepare(layout.home)
    layout.socket.rmdir()
    layout.socket.symlink_to(folder)
    with pytest.raises(StoreError, match="is not the private folder"):
        prepare(layout.home)
    layout.socket.unlink()


def test_socket_where_even_the_temporary_folder_is_too_long_asks_for_another_home(folder, monkeypatch):
    monkeypatch.setattr(home_module.tempfile, "gettempdir", lambda: "/tmp/" + "x" * 100)
    with pytest.raises(StoreError, match="too long a path for a unix socket"):
        prepare(folder / ("long-" * 20))


@pytest.mark.parametrize(
    ("bits", "uid", "gid", "passes"),
    [(0o100, 5, 9, True), (0o011, 5, 9, False), (0o010, 6, 7, True), (0o101, 6, 7, False), (0o001, 6, 9, True)],
)
def test_reachable_reads_the_bits_of_owner_group_or_others(folder, bits, uid, gid, passes):
    if os.geteuid() != 0:
        pytest.skip("needs root to give a folder away")
    inner = folder / "inner"
    inner.mkdir()
    os.chown(inner, 5, 7)
    inner.chmod(bits)
    assert (reachable(inner, Account("somebody", uid, gid)) is None) is passes


def test_unknown_server_account_is_named(monkeypatch, folder):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setenv("JOBFIT_POSTGRES_USER", "no-such-user")
    with pytest.raises(StoreError, match="no account 'no-such-user' to run PostgreSQL"):
        prepare(folder / "home")
    monkeypatch.setenv("JOBFIT_POSTGRES_USER", "root")
    with pytest.raises(StoreError, match="does not run as root"):
        prepare(folder / "home")
