"""A torch module to an OpenVINO graph on disk, compared with the module before it is used."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from jobfit.encoders.module import quiet
from jobfit.encoders.openvino_backend import OpenVinoTokenEncoder, import_openvino
from jobfit.encoders.torch_backend import TorchTokenEncoder
from jobfit.errors import InputError, ModelError

if TYPE_CHECKING:
    from torch import nn

_SAME = 0.99  # least cosine between the compiled graph and the torch module on the probe; rounding to bf16 passes


def convert(module: nn.Module, vocabulary: int, path: Path, precision: str) -> OpenVinoTokenEncoder:
    """Trace ``module`` to ``path`` (.xml, and .bin beside it), compile that, and compare both on other shapes.

    What is compiled is always read from disk: the graph in memory gives other last bits than the one read back.

    Raises:
        ModelError: the module cannot be traced, or the graph does not compute what the module does.
        InputError: the graph cannot be written.
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
    try:
        ov.save_model(graph, path, compress_to_fp16=False)
    except RuntimeError as error:
        raise InputError(f"no converted model can be written to {path.parent}; is the disk full? ({error})") from error
    encoder = OpenVinoTokenEncoder(path, precision)
    _compare(encoder, TorchTokenEncoder(module, "f32"), vocabulary)
    return encoder


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
