from __future__ import annotations

import logging
import multiprocessing
import sqlite3
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from jobfit.embeddings import Embeddings
from jobfit.encoders.base import Role
from jobfit.encoders.cache import CachedEncoder
from jobfit.encoders.hashing import HashingEncoder
from jobfit.errors import InputError
from jobfit.records import Document


class Counting:
    """A hashing encoder that counts the texts it encodes; ``prompts`` by role."""

    def __init__(self, name: str = "counting", prompts: dict[str, str] | None = None) -> None:
        self.fingerprint, self.dimension = name, 32
        self.texts: list[str] = []
        self._prompts = prompts or {}

    def prompt(self, role: Role) -> str:
        return self._prompts.get(role, "")

    def encode(self, documents: Sequence[Document], role: Role) -> Embeddings:
        self.texts += [document.text for document in documents]
        made = [Document(document.id, self.prompt(role) + document.text) for document in documents]
        vectors = HashingEncoder(32).encode(made, role).vectors
        return Embeddings(tuple(document.id for document in documents), vectors, self.fingerprint)


def documents(*texts: str) -> list[Document]:
    return [Document(str(position), text) for position, text in enumerate(texts)]


def test_encode_again_encodes_nothing(tmp_path: Path) -> None:
    inner = Counting()
    first = CachedEncoder(inner, tmp_path / "c.sqlite").encode(documents("a", "b", "a"), "document")
    assert inner.texts == ["a", "b"]
    again = CachedEncoder(inner, tmp_path / "c.sqlite").encode(documents("a", "b", "a"), "document")
    assert inner.texts == ["a", "b"]
    np.testing.assert_array_equal(first.vectors, again.vectors)
    np.testing.assert_array_equal(first.vectors, Counting().encode(documents("a", "b", "a"), "document").vectors)


def test_encode_a_changed_text_encodes_that_text_only(tmp_path: Path) -> None:
    inner = Counting()
    encoder = CachedEncoder(inner, tmp_path / "c.sqlite")
    encoder.encode(documents("a", "b"), "document")
    encoder.encode(documents("a", "b!"), "document")
    assert inner.texts == ["a", "b", "b!"]


def test_encode_with_another_fingerprint_finds_nothing(tmp_path: Path) -> None:
    for name in ("one", "two"):
        inner = Counting(name)
        CachedEncoder(inner, tmp_path / "c.sqlite").encode(documents("a"), "document")
        assert inner.texts == ["a"]


@pytest.mark.parametrize(("prompts", "encoded"), [({}, 1), ({"query": "ask: "}, 2)])
def test_encode_in_the_other_role_is_shared_when_the_prompt_is_the_same(
    tmp_path: Path, prompts: dict[str, str], encoded: int
) -> None:
    inner = Counting(prompts=prompts)
    encoder = CachedEncoder(inner, tmp_path / "c.sqlite")
    vectors = [encoder.encode(documents("a"), role).vectors for role in ("document", "query")]
    assert len(inner.texts) == encoded
    assert np.array_equal(*vectors) == (encoded == 1)


def test_encode_more_than_one_slice_keeps_the_order(tmp_path: Path) -> None:
    texts = [f"text {number}" for number in range(2500)]
    encoder = CachedEncoder(Counting(), tmp_path / "c.sqlite")
    calls: list[tuple[int, int]] = []
    vectors = encoder.encode(documents(*texts), "document", on_progress=lambda *call: calls.append(call)).vectors
    np.testing.assert_array_equal(vectors, Counting().encode(documents(*texts), "document").vectors)
    assert calls == [(1024, 2500), (2048, 2500), (2500, 2500)]


def test_file_and_new_folder_are_for_the_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "new" / "c.sqlite"
    CachedEncoder(Counting(), path).encode(documents("a"), "document")
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_file_holds_no_text(tmp_path: Path) -> None:
    path = tmp_path / "c.sqlite"
    CachedEncoder(Counting(), path).encode(documents("a very private sentence"), "document")
    assert b"private" not in path.read_bytes()


@pytest.mark.parametrize("tear", ["not a database", "cut in half", "zeros inside"])
def test_torn_file_is_rebuilt_with_a_warning(tmp_path: Path, caplog: pytest.LogCaptureFixture, tear: str) -> None:
    path, texts = tmp_path / "c.sqlite", [f"text {number}" for number in range(500)]
    right = CachedEncoder(Counting(), path).encode(documents(*texts), "document").vectors
    content = path.read_bytes()
    middle = len(content) // 2
    torn = {
        "not a database": b"garbage" * 1000,
        "cut in half": content[:middle],
        "zeros inside": content[:4096] + bytes(middle) + content[4096 + middle :],
    }
    path.write_bytes(torn[tear])
    inner = Counting()
    with caplog.at_level(logging.WARNING):
        again = CachedEncoder(inner, path).encode(documents(*texts), "document").vectors
    np.testing.assert_array_equal(again, right)
    assert "is torn" in caplog.text
    rebuilt = Counting()
    CachedEncoder(rebuilt, path).encode(documents(*texts), "document")
    assert inner.texts == texts and rebuilt.texts == []


@pytest.mark.parametrize("damage", ["zeroblob(128)", "zeroblob(7)", "''"])
def test_damaged_vector_is_encoded_again(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "c.sqlite"
    right = CachedEncoder(Counting(), path).encode(documents("a"), "document").vectors
    with sqlite3.connect(path) as database:
        database.execute(f"UPDATE vectors SET vector = {damage}")
    database.close()
    inner = Counting()
    np.testing.assert_array_equal(CachedEncoder(inner, path).encode(documents("a"), "document").vectors, right)
    assert inner.texts == ["a"]


def test_another_unit_vector_than_was_written_is_encoded_again(tmp_path: Path) -> None:
    path = tmp_path / "c.sqlite"
    right = CachedEncoder(Counting(), path).encode(documents("a", "b"), "document").vectors
    with sqlite3.connect(path) as database:
        [(key, _), (other, two)] = database.execute("SELECT key, vector FROM vectors").fetchall()
        turned = (-np.frombuffer(two[:128], dtype=np.float32)).tobytes() + two[128:]
        database.executemany("UPDATE vectors SET vector = ? WHERE key = ?", [(two, key), (turned, other)])
    database.close()
    inner = Counting()
    again = CachedEncoder(inner, path).encode(documents("a", "b"), "document").vectors
    np.testing.assert_array_equal(again, right)
    assert inner.texts == ["a", "b"]


def test_file_that_cannot_be_written_is_done_without(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*arguments: object, **options: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr("jobfit.encoders.cache.sqlite3.connect", full)
    encoder = CachedEncoder(Counting(), tmp_path / "c.sqlite")
    assert encoder.encode(documents("a"), "document").vectors.shape == (1, 32)
    assert "going on without it" in caplog.text


def test_path_that_is_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is a folder; name a file in it"):
        CachedEncoder(Counting(), tmp_path)
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot be made"):
        CachedEncoder(Counting(), tmp_path / "file" / "c.sqlite")


def test_forget_erases_the_vectors_of_these_texts(tmp_path: Path) -> None:
    path, inner = tmp_path / "c.sqlite", Counting()
    encoder = CachedEncoder(inner, path)
    vectors = encoder.encode(documents("kept", "erased"), "document").vectors
    encoder.forget(["erased", "never seen"])
    assert vectors[0].tobytes() in path.read_bytes()
    assert vectors[1].tobytes() not in path.read_bytes()
    encoder.encode(documents("kept", "erased"), "document")
    assert inner.texts == ["kept", "erased", "erased"]


def _fill(path: Path, start: int) -> None:
    encoder = CachedEncoder(Counting(), path)
    for first in range(start, start + 300, 10):
        encoder.encode(documents(*(f"text {number}" for number in range(first, first + 10))), "document")


def test_two_processes_write_at_once_and_nothing_is_lost(tmp_path: Path) -> None:
    path = tmp_path / "c.sqlite"
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=_fill, args=(path, start)) for start in (0, 150)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert [worker.exitcode for worker in workers] == [0, 0]
    inner = Counting()
    CachedEncoder(inner, path).encode(documents(*(f"text {number}" for number in range(450))), "document")
    assert inner.texts == []
