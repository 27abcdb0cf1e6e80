"""Token ids to vectors with OpenVINO: the fast path on a processor. Only a conversion needs torch.

The graph is compiled for any batch and length. A row's bits do not depend on the other rows or on their number as long
as its own padded length stays the same (docs/decisions/0003).
"""

from __future__ import annotations

import os
import sys
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from jobfit.encoders.model import quiet
from jobfit.encoders.torch_backend import Precision, TorchTokenEncoder
from jobfit.errors import InputError, ModelError

if TYPE_CHECKING:
    from torch import nn

# How far the compiled graph may be from the torch module on the probe, as a share of the module's own numbers: for
# vectors that is a mean cosine of 0.99. Rounding to bf16 passes.
_FAR = 0.14
_PIECE = 512  # tokens that a core reads at a time where each has rows of its own


class OpenVinoTokenEncoder:
    def __init__(self, path: Path, precision: str, rows_apart: bool = False) -> None:
        """Read the graph at ``path`` (.xml, with .bin beside it) and compile it in ``bf16`` or ``f32``.

        The files may go afterwards. With ``rows_apart`` each core reads rows of its own, and none waits for another
        within a row: faster for many rows, slower for a single one.
        """
        core = import_openvino().Core()
        try:
            # A mapped file that shrinks would end the process; a copy in memory cannot change after its check.
            core.set_property({"ENABLE_MMAP": False})
            graph = core.read_model(path)
            hints = {"INFERENCE_PRECISION_HINT": precision}
            if rows_apart:
                hints["NUM_STREAMS"] = str(os.cpu_count() or 1)
            compiled = core.compile_model(graph, "CPU", hints)
        except RuntimeError as error:
            raise ModelError(f"OpenVINO cannot compile this model: {error}") from error
        self._cores = int(compiled.get_property("OPTIMAL_NUMBER_OF_INFER_REQUESTS")) if rows_apart else 1
        self._idle: SimpleQueue[Any] = SimpleQueue()
        for _ in range(self._cores):
            self._idle.put(compiled.create_infer_request())
        self.precision = f"openvino-{precision}"

    def encode(self, ids: NDArray[np.int64], mask: NDArray[np.int64]) -> NDArray[np.float32]:
        size = self._piece(*ids.shape)
        if len(ids) <= size:
            return self._run(ids, mask)
        pieces = [slice(start, start + size) for start in range(0, len(ids), size)]
        with ThreadPoolExecutor(self._cores) as pool:
            return np.concatenate(list(pool.map(lambda piece: self._run(ids[piece], mask[piece]), pieces)))

    def _run(self, ids: NDArray[np.int64], mask: NDArray[np.int64]) -> NDArray[np.float32]:
        request = self._idle.get()
        try:
            return np.array(request.infer([ids, mask])[0], dtype=np.float32)  # a copy: the request reuses its memory
        except RuntimeError as error:
            raise ModelError(f"the model failed on a batch of shape {ids.shape}: {error}") from error
        finally:
            self._idle.put(request)

    def _piece(self, rows: int, length: int) -> int:
        """Return how many rows are read at a time: all of them where the cores share each row."""
        return rows if self._cores == 1 else max(1, min(_PIECE // length, -(-rows // self._cores)))


def resolve_precision(wanted: Precision) -> str:
    """Return ``wanted``; for ``auto``, ``bf16`` where the processor has instructions for it, else ``f32``."""
    if wanted != "auto":
        return wanted
    core = import_openvino().Core()
    return "bf16" if "BF16" in core.get_property("CPU", "OPTIMIZATION_CAPABILITIES") else "f32"


def import_openvino() -> ModuleType:
    """Return the openvino module with its telemetry replaced by the stub that it carries for that purpose.

    OpenVINO reports its import and each conversion over the network when ``openvino_telemetry`` can be imported.
    """
    if "openvino" not in sys.modules:
        sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]
    try:
        import openvino
    except ImportError as error:
        raise ModelError(
            f"openvino, which jobfit depends on, cannot be imported ({error}). "
            "Install it with: pip install openvino; or choose the torch backend"
        ) from error
    finally:
        if sys.modules.get("openvino_telemetry", ...) is None:
            del sys.modules["openvino_telemetry"]
    return openvino


def convert(
    module: nn.Module, vocabulary: int, path: Path, precision: str, rows_apart: bool = False
) -> OpenVinoTokenEncoder:
    """Trace ``module`` to ``path`` (.xml, and .bin beside it), compile that, and compare both on other shapes.

    What is compiled is always read from disk: the graph in memory gives other last bits than the one read back.
    """
    import torch

    ov = import_openvino()
    ids, mask = _probe(vocabulary, 2, 16)
    try:
        with quiet(), warnings.catch_warnings(), torch.no_grad():
            warnings.simplefilter("ignore")  # the tracer warns of every Python branch; the comparison is what counts
            graph = ov.convert_model(module, example_input=(torch.from_numpy(ids), torch.from_numpy(mask)))
        graph.reshape({port: [-1, -1] for port in range(2)})
    except Exception as error:  # the tracer fails in as many ways as there are architectures
        raise ModelError(f"OpenVINO cannot convert this model: {error}") from error
    save_graph(graph, path)
    encoder = OpenVinoTokenEncoder(path, precision, rows_apart)
    _compare(encoder, TorchTokenEncoder(module, "f32"), vocabulary)
    return encoder


def save_graph(graph: Any, path: Path) -> None:
    """Write an OpenVINO model to ``path`` (.xml, and .bin beside it)."""
    try:
        import_openvino().save_model(graph, path, compress_to_fp16=False)
    except RuntimeError as error:
        raise InputError(f"no converted model can be written to {path.parent}; is the disk full? ({error})") from error


def _probe(vocabulary: int, rows: int, length: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    ids = (np.arange(rows * length, dtype=np.int64).reshape(rows, length) * 7919) % vocabulary
    kept = np.maximum(length - 3 * np.arange(rows), 1)
    return ids, (np.arange(length) < kept[:, None]).astype(np.int64)


def _compare(compiled: OpenVinoTokenEncoder, reference: TorchTokenEncoder, vocabulary: int) -> None:
    """Raise ``ModelError`` where the graph and the module disagree: a branch may have been frozen by the trace."""
    for rows, length in ((1, 8), (3, 48)):
        ids, mask = _probe(vocabulary, rows, length)
        ours, theirs = compiled.encode(ids, mask), reference.encode(ids, mask)
        far = np.linalg.norm(ours - theirs) / np.linalg.norm(theirs)
        if not far <= _FAR:
            raise ModelError(
                f"the graph that OpenVINO compiled disagrees with the model (by {far:.0%} of its numbers); "
                "use the torch backend"
            )
