import errno
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from jobfit.errors import InputError
from jobfit.training.mining import mine as mining
from jobfit.training.mining import mined as folders
from jobfit.training.mining.mine import MineSettings, mine
from jobfit.training.mining.mined import load_mined
from jobfit.training.mining.strategies import RumWindow, TopK


@pytest.fixture
def sides(embeddings, monkeypatch):
    monkeypatch.setattr(mining, "BLOCK", 8)
    return embeddings("q", 30), embeddings("d", 500), {"q1": {"d3"}}


@pytest.mark.parametrize("file", ["npy", "parquet"])
@pytest.mark.parametrize("strategy", [RumWindow(), TopK(k=3)], ids=str)
def test_mine_into_a_folder_reads_back_as_in_memory(sides, tmp_path, file, strategy):
    in_memory = mine(*sides, strategy)
    mined = mine(*sides, strategy, MineSettings(file=file), folder=tmp_path / "out")
    again = load_mined(tmp_path / "out")
    assert dict(mined) == dict(again) == dict(in_memory)
    assert np.array_equal(again.rows, in_memory.rows) and again.rows.dtype == np.int32
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert names == {"manifest.json", f"negatives.{file}", "query_ids.json", "document_ids.json"}
    assert again.facts["strategy"]["name"] in ("rum", "topk") and again.facts["complete"]


def test_parquet_can_be_read_without_jobfit(sides, tmp_path):
    from pyarrow import parquet

    mined = mine(*sides, TopK(k=3), MineSettings(file="parquet"), folder=tmp_path / "out")
    table = parquet.read_table(tmp_path / "out" / "negatives.parquet").to_pydict()
    assert table == {"query_id": list(mined.query_ids), "negatives": [list(found) for _, found in mined]}


def test_mine_goes_on_after_an_interruption_and_mines_only_what_is_left(sides, tmp_path, monkeypatch):
    whole = mine(*sides, TopK()).rows
    keep = folders.MiningFolder.keep

    def stop_at_two(self, number, rows):
        if number == 2:
            raise KeyboardInterrupt
        keep(self, number, rows)

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(folders.MiningFolder, "keep", stop_at_two)
        mine(*sides, TopK(), folder=tmp_path)
    with pytest.raises(InputError, match="not complete"):
        load_mined(tmp_path)
    assert len(list((tmp_path / "blocks").glob("*.npy"))) == 2
    done = []
    mined = mine(*sides, TopK(), folder=tmp_path, on_progress=lambda n, total: done.append((n, total)))
    assert done == [(1, 2), (2, 2)]  # of four blocks
    assert np.array_equal(mined.rows, whole)


KILLED = """
import os, signal, sys
from pathlib import Path
import numpy as np
from jobfit.embeddings import Embeddings
from jobfit.training.mining import mine as mining
from jobfit.training.mining.strategies import TopK
mining.BLOCK = 8
def side(prefix, n):
    vectors = np.random.default_rng([0, ord(prefix)]).standard_normal((n, 16))
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    return Embeddings(tuple(f"{prefix}{i}" for i in range(n)), vectors, "test")
def kill(done, total):
    if done == 2:
        os.kill(os.getpid(), signal.SIGKILL)
mining.mine(side("q", 30), side("d", 500), {"q1": {"d3"}}, TopK(), folder=Path(sys.argv[1]), on_progress=kill)
"""


def test_mine_after_kill_9_ends_in_the_same_bytes(sides, tmp_path):
    ran = subprocess.run([sys.executable, "-c", KILLED, tmp_path / "killed"], env={**os.environ, "PYTHONPATH": SOURCE})
    assert ran.returncode == -signal.SIGKILL
    assert len(list((tmp_path / "killed" / "blocks").glob("*.npy"))) >= 1
    for name in ("killed", "whole"):
        mine(*sides, TopK(), folder=tmp_path / name)
    for name in ("negatives.npy", "manifest.json"):
        assert (tmp_path / "killed" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()


SOURCE = str(Path(__file__).resolve().parents[4] / "src")


def test_mine_a_torn_block_is_mined_again(sides, tmp_path, monkeypatch):
    with monkeypatch.context() as patch, pytest.raises(InputError, match="No space left"):
        patch.setattr(folders.MiningFolder, "_join_npy", _full_disk)
        mine(*sides, TopK(), folder=tmp_path)
    [first, *_] = sorted((tmp_path / "blocks").glob("*.npy"))
    first.write_bytes(first.read_bytes()[:-1])
    done = []
    mined = mine(*sides, TopK(), folder=tmp_path, on_progress=lambda n, total: done.append(total))
    assert done == [1]
    assert np.array_equal(mined.rows, mine(*sides, TopK()).rows)


def _full_disk(*_):
    raise OSError(errno.ENOSPC, "No space left on device")


def test_mine_altered_inputs_are_refused_and_nothing_changes(sides, tmp_path, embeddings):
    queries, documents, positives = sides
    mine(*sides, TopK(), folder=tmp_path)
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    changed = [
        ((queries, embeddings("d", 500, seed=1), positives), TopK(), MineSettings()),
        ((queries, documents, {"q1": {"d4"}}), TopK(), MineSettings()),
        (sides, TopK(depth=99), MineSettings()),
        (sides, TopK(), MineSettings(seed=1)),
        (sides, TopK(), MineSettings(near_duplicates=None)),
        (sides, TopK(), MineSettings(file="parquet")),
    ]
    for inputs, strategy, settings in changed:
        with pytest.raises(InputError, match="mined from something else"):
            mine(*inputs, strategy, settings, folder=tmp_path)
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_mine_a_folder_of_something_else_is_left_alone(sides, tmp_path):
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(InputError, match="was not written by `jobfit mine`"):
        mine(*sides, TopK(), folder=tmp_path)
    (tmp_path / "manifest.json").write_text(json.dumps({"format": "other"}))
    with pytest.raises(InputError, match="is not a mining of the format"):
        mine(*sides, TopK(), folder=tmp_path)


def test_load_an_altered_array_is_refused(sides, tmp_path):
    mine(*sides, TopK(), folder=tmp_path)
    path = tmp_path / "negatives.npy"
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    with pytest.raises(InputError, match="altered"):
        load_mined(tmp_path)
