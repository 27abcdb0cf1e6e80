"""Token ids to vectors with OpenVINO: the fast path on a processor. Torch is not needed here.

The graph is compiled for any batch and length. A row's bits do not depend on the other rows or on their number as long
as its own padded length stays the same (docs/decisions/0003).
"""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

import numpy as np
from numpy.typing import NDArray

from jobfit.encoders.torch_backend import Precision
from jobfit.errors import ModelError


class OpenVinoTokenEncoder:
    """A compiled graph on the processor."""

    def __init__(self, path: Path, precision: str) -> None:
        """Read the graph at ``path`` (.xml, with .bin beside it) and compile it in ``bf16`` or ``f32``.

        The files are not needed any more afterwards.

        Raises:
            ModelError: OpenVINO is not installed or cannot compile the graph.
        """
        core = import_openvino().Core()
        try:
            # A mapped file that shrinks would end the process; a copy in memory cannot change after its check.
            core.set_property({"ENABLE_MMAP": False})
            graph = core.read_model(path)
            compiled = core.compile_model(graph, "CPU", {"INFERENCE_PRECISION_HINT": precision})
        except RuntimeError as error:
            raise ModelError(f"OpenVINO cannot compile this model: {error}") from error
        self._request = compiled.create_infer_request()
        self._precision = precision

    @property
    def precision(self) -> str:
        """``openvino-bf16`` or ``openvino-f32``."""
        return f"openvino-{self._precision}"

    def encode(self, ids: NDArray[np.int64], mask: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return one pooled vector a row (b, d).

        Raises:
            ModelError: the graph fails on the batch.
        """
        try:
            result = self._request.infer([ids, mask])[0]
        except RuntimeError as error:
            raise ModelError(f"the model failed on a batch of shape {ids.shape}: {error}") from error
        return np.array(result, dtype=np.float32)  # a copy: the request reuses its memory


def resolve_precision(asked: Precision) -> str:
    """Return ``asked``; for ``auto``, ``bf16`` where the processor has instructions for it, else ``f32``.

    Raises:
        ModelError: OpenVINO is not installed.
    """
    if asked != "auto":
        return asked
    core = import_openvino().Core()
    return "bf16" if "BF16" in core.get_property("CPU", "OPTIMIZATION_CAPABILITIES") else "f32"


def import_openvino() -> ModuleType:
    """Return the openvino module with its telemetry replaced by the stub that it carries for that purpose.

    OpenVINO reports its import and each conversion over the network when ``openvino_telemetry`` can be imported.

    Raises:
        ModelError: it cannot be imported.
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
