import errno
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from jobfit import artifacts
from jobfit.errors import InputError, StoreError


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_write_replaces_the_file_and_leaves_nothing_beside_it(tmp_path):
    path = tmp_path / "a.txt"
    artifacts.write_atomic(path, "old")
    artifacts.write_lines(path, ["é", "b"])
    assert path.read_bytes() == "é\nb\n".encode()
    assert names(tmp_path) == ["a.txt"]


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_file_and_folder_are_their_owners_whatever_the_umask(tmp_path, umask):
    before = os.umask(umask)
    try:
        artifacts.write_atomic(tmp_path / "a", b"x")
        with artifacts.new_folder(tmp_path / "new/b/c") as draft:
            (draft / "inner").mkdir()
            (draft / "inner/file").write_text("by a library")
            (draft / "link").symlink_to(tmp_path)
        artifacts.make_folder(tmp_path / "d/e")
        artifacts.make_folder(tmp_path / "f", 0o711)
        with open(tmp_path / "g", "w", opener=artifacts.owners_alone):
            pass
    finally:
        os.umask(before)
    assert {mode(tmp_path / name) for name in ("a", "new/b/c/inner/file", "g")} == {0o600}
    folders = ("new", "new/b", "new/b/c", "new/b/c/inner", "d", "d/e")
    assert {mode(tmp_path / name) for name in folders} == {0o700} and mode(tmp_path / "f") == 0o711


def test_block_that_raises_leaves_the_old_file(tmp_path):
    path = tmp_path / "a"
    artifacts.write_atomic(path, b"old")
    with pytest.raises(ZeroDivisionError), artifacts.open_atomic(path) as file:
        file.write(b"new")
        raise ZeroDivisionError
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["a"]


@pytest.mark.parametrize("write", [artifacts.write_atomic, lambda path, _: artifacts.write_json(path, {})])
def test_full_disk_is_a_named_error_and_leaves_the_old_file(tmp_path, monkeypatch, write):
    path = tmp_path / "a"
    path.write_bytes(b"old")

    def full(_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(InputError, match=r"a cannot be written \(No space left on device\)"):
        write(path, b"new")
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["a"]


def test_errors_are_of_the_callers_class_with_its_advice(tmp_path):
    with pytest.raises(StoreError, match=r"cannot be written \(No such file or directory\); mount it"):
        artifacts.write_atomic(tmp_path / "no" / "a", b"", error=StoreError, advice="mount it")
    with pytest.raises(StoreError, match=r"cannot be read \(No such file"):
        artifacts.read_json(tmp_path / "no", error=StoreError)


def test_draft_through_a_planted_link_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(artifacts.secrets, "token_hex", lambda n: "00")
    (tmp_path / f".a.{os.getpid()}-00.part").symlink_to(tmp_path / "victim")
    with pytest.raises(InputError):
        artifacts.write_atomic(tmp_path / "a", b"x")
    assert not (tmp_path / "victim").exists()


def test_text_without_its_mark_and_bad_text_and_bad_json(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(b"\xef\xbb\xbfa\r\nb")
    assert artifacts.read_text(path) == "a\nb"
    path.write_bytes(b"ab\xff")
    with pytest.raises(InputError, match="not UTF-8 text: byte 2"):
        artifacts.read_text(path)
    path.write_bytes(b"{")
    with pytest.raises(InputError, match="cannot be read as JSON"):
        artifacts.read_json(path)
    path.write_bytes(b"[" * 100_000)
    with pytest.raises(InputError, match="cannot be read as JSON"):
        artifacts.read_json(path)


def test_folder_appears_whole_or_not_at_all(tmp_path):
    path = tmp_path / "deep" / "folder"
    with artifacts.new_folder(path) as draft:
        (draft / "sub").mkdir()
        (draft / "sub" / "a").write_text("1")
        assert not path.exists()
    assert (path / "sub" / "a").read_text() == "1"
    with pytest.raises(ZeroDivisionError), artifacts.new_folder(path, replace=True) as draft:
        raise ZeroDivisionError
    assert (path / "sub" / "a").read_text() == "1"
    with pytest.raises(InputError, match="cannot be written"), artifacts.new_folder(path):
        pass
    with artifacts.new_folder(path, replace=True) as draft:
        (draft / "b").write_text("2")
    assert names(path) == ["b"]
    assert names(path.parent) == ["folder"]


def test_killed_writer_leaves_the_old_content_and_its_draft_is_removed(tmp_path):
    target = tmp_path / "folder"
    code = f"""
from pathlib import Path
from jobfit.artifacts import new_folder
with new_folder(Path({str(target)!r}), replace=True) as draft:
    (draft / "half").write_text("x")
    print("ready", flush=True)
    import time; time.sleep(60)
"""
    env = {**os.environ, "PYTHONPATH": str(Path(artifacts.__file__).parents[1])}
    with artifacts.new_folder(target) as draft:
        (draft / "old").write_text("o")
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, env=env)
    assert process.stdout.readline() == "ready\n"
    artifacts.remove_drafts(target)  # its process lives: the draft stays
    assert len(names(tmp_path)) == 2
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    assert names(target) == ["old"]
    with artifacts.new_folder(target, replace=True) as draft:
        (draft / "new").write_text("n")
    assert names(tmp_path) == ["folder"] and names(target) == ["new"]


def test_manifest_tells_torn_altered_and_foreign_folders(tmp_path):
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "a").write_text("1")
    written = artifacts.write_manifest(tmp_path, "thing-1", {"n": 1})
    assert artifacts.read_manifest(tmp_path, "thing-1") == written
    assert written.files == {"sub/a": artifacts.sha256_of(b"1")}
    with pytest.raises(InputError, match="format 'thing-1'; this version of jobfit reads 'thing-2'"):
        artifacts.read_manifest(tmp_path, "thing-2")
    (tmp_path / "sub" / "a").write_text("2")
    with pytest.raises(InputError, match=r"sub/a is missing, torn or was altered"):
        artifacts.read_manifest(tmp_path, "thing-1")
    assert artifacts.read_manifest(tmp_path, "thing-1", verify=False) == written
    manifest = tmp_path / artifacts.MANIFEST
    manifest.write_text(manifest.read_text().replace('"n": 1', '"n": 2'))
    with pytest.raises(InputError, match="torn or was altered"):
        artifacts.read_manifest(tmp_path, "thing-1", verify=False)


def test_digest_does_not_depend_on_the_order_of_keys():
    assert artifacts.digest_of({"a": 1, "b": [2]}) == artifacts.digest_of({"b": [2], "a": 1})
    assert artifacts.digest_of({"a": 1}) != artifacts.digest_of({"a": 1.5})


def test_check_writable_refuses_folders_and_missing_parents(tmp_path):
    artifacts.check_writable(tmp_path / "a")
    for path in (tmp_path, tmp_path / "no" / "a"):
        with pytest.raises(InputError, match="choose a file in a folder that exists"):
            artifacts.check_writable(path)
