"""Token ids to vectors with OpenVINO: the fast path on a processor.

The graph is traced once from the torch module and compiled for any batch and length. A row's bits do not depend on the
other rows or on their number as long as its own padded length stays the same (docs/decisions/0003).
"""

from __future__ import annotations

import sys
import warnings
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from jobfit.encoders.torch_backend import Precision, TorchTokenEncoder
from jobfit.errors import MissingExtraError, ModelError

if TYPE_CHECKING:
    from torch import nn

_SAME = 0.99  # least cosine between the compiled graph and the torch module on the probe; rounding to bf16 passes


class OpenVinoTokenEncoder:
    """A compiled graph on the processor, in bfloat16 where it has instructions for it."""

    def __init__(self, module: nn.Module, vocabulary: int, precision: Precision = "auto") -> None:
        """Trace and compile ``module``, then compare both on batches of other shapes than the traced one.

        Raises:
            ModelError: the module cannot be traced, or the graph does not compute what the module does.
            MissingExtraError: OpenVINO is not installed.
        """
        ov = import_openvino()
        core = ov.Core()
        chosen = precision if precision != "auto" else _best_precision(core)
        try:
            graph = _trace(ov, module, vocabulary)
            compiled = core.compile_model(graph, "CPU", {"INFERENCE_PRECISION_HINT": chosen})
        except Exception as error:  # the tracer fails in as many ways as there are architectures
            raise ModelError(f"OpenVINO cannot compile this model: {error}") from error
        self._request = compiled.create_infer_request()
        self._precision = chosen
        _compare(self, TorchTokenEncoder(module, "f32"), vocabulary)

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


def import_openvino() -> ModuleType:
    """Return the openvino module with its telemetry replaced by the stub that it carries for that purpose.

    OpenVINO reports its import and each conversion over the network when ``openvino_telemetry`` can be imported.

    Raises:
        MissingExtraError: it is not installed.
    """
    if "openvino" not in sys.modules:
        sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]
    try:
        import openvino
    except ImportError as error:
        raise MissingExtraError("openvino", "encode") from error
    finally:
        if sys.modules.get("openvino_telemetry", ...) is None:
            del sys.modules["openvino_telemetry"]
    return openvino


def _best_precision(core: Any) -> str:
    return "bf16" if "BF16" in core.get_property("CPU", "OPTIMIZATION_CAPABILITIES") else "f32"


def _trace(ov: ModuleType, module: nn.Module, vocabulary: int) -> Any:
    import torch

    ids, mask = _probe(vocabulary, 2, 16)
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")  # the tracer warns of every Python branch; the comparison is what counts
        graph = ov.convert_model(module, example_input=(torch.from_numpy(ids), torch.from_numpy(mask)))
    graph.reshape({port: [-1, -1] for port in range(2)})
    return graph


def _probe(vocabulary: int, rows: int, length: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return made-up ids and a mask in which every row but the first is padded."""
    ids = (np.arange(rows * length, dtype=np.int64).reshape(rows, length) * 7919) % vocabulary
    kept = np.maximum(length - 3 * np.arange(rows), 1)
    return ids, (np.arange(length) < kept[:, None]).astype(np.int64)


def _compare(compiled: OpenVinoTokenEncoder, reference: TorchTokenEncoder, vocabulary: int) -> None:
    """Raise ``ModelError`` where the graph and the module disagree: a branch may have been frozen by the trace."""
    for rows, length in ((1, 8), (3, 48)):
        ids, mask = _probe(vocabulary, rows, length)
        ours, theirs = compiled.encode(ids, mask), reference.encode(ids, mask)
        scale = np.linalg.norm(ours, axis=1) * np.linalg.norm(theirs, axis=1)
        cosines = (ours * theirs).sum(axis=1) / scale
        if not (cosines >= _SAME).all():
            raise ModelError(
                f"the graph that OpenVINO compiled disagrees with the model (cosine {cosines.min():.4f}); "
                "use the torch backend"
            )
