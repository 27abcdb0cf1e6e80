from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from jobfit.encoders.openvino_backend import convert, import_openvino
from jobfit.errors import InputError, ModelError

OFFLINE = """
import socket, sys
def refuse(*arguments): raise AssertionError(f"a connection was tried: {arguments}")
socket.socket.connect = socket.getaddrinfo = refuse
from jobfit.encoders.loading import load_encoder
from jobfit.records import Document
encoder = load_encoder(sys.argv[1], backend="openvino")
encoder.encode([Document("a", "nurse")], "document")
from openvino.tools.ovc import convert_impl, telemetry_utils
print(convert_impl.tm.__name__, telemetry_utils.tm.__name__, "openvino_telemetry" in sys.modules)
"""


class Embedding(torch.nn.Module):
    """The mean of a row's token embeddings; ``frozen`` makes it depend on the length it was traced with."""

    def __init__(self, frozen: bool = False) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.table = torch.nn.Embedding(50, 8)
        self.frozen = frozen

    def forward(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        rows = self.table(ids) * mask.unsqueeze(-1)
        if self.frozen and ids.shape[1] == 16:  # the traced batch has 16 tokens: this branch stays in the graph
            return -rows.sum(dim=1)
        return rows.sum(dim=1)


def test_load_and_encode_opens_no_connection_and_uses_the_telemetry_stub(save_model: Callable[..., Path]) -> None:
    environment = os.environ | {"PYTHONPATH": ":".join(filter(None, sys.path))}
    command = [sys.executable, "-c", OFFLINE, str(save_model())]
    run = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    stub = "openvino.tools.ovc.telemetry_stub"
    assert run.stdout.split() == [stub, stub, "False"], run.stderr[-2000:]


@pytest.mark.parametrize("rows_apart", [False, True])
def test_encode_any_shape_agrees_with_the_module(tmp_path: Path, rows_apart: bool) -> None:
    module = Embedding()
    model = convert(module, 50, tmp_path / "g.xml", "f32", rows_apart)
    assert model.precision == "openvino-f32"
    for shape in ((1, 1), (5, 16), (2, 40), (7, 300)):
        ids = np.arange(np.prod(shape), dtype=np.int64).reshape(shape) % 50
        mask = (ids % 3 > 0).astype(np.int64)
        expected = module(torch.from_numpy(ids), torch.from_numpy(mask)).detach().numpy()
        np.testing.assert_allclose(model.encode(ids, mask), expected, rtol=1e-5, atol=1e-4)


def test_compile_module_whose_trace_is_wrong_for_other_shapes_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="disagrees with the model"):
        convert(Embedding(frozen=True), 50, tmp_path / "g.xml", "f32")


def test_encode_result_is_not_overwritten_by_the_next_call(tmp_path: Path) -> None:
    model = convert(Embedding(), 50, tmp_path / "g.xml", "f32")
    ids, mask = np.full((1, 4), 7, dtype=np.int64), np.ones((1, 4), dtype=np.int64)
    first = model.encode(ids, mask)
    kept = first.copy()
    model.encode(ids + 1, mask)
    np.testing.assert_array_equal(first, kept)


def test_convert_without_room_on_disk_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match=r"no converted model can be written to .*file; is the disk full"):
        convert(Embedding(), 50, tmp_path / "file" / "g.xml", "f32")


def test_import_openvino_not_installed_names_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "openvino", None)
    with pytest.raises(ModelError, match="pip install openvino; or choose the torch backend"):
        import_openvino()
