"""all-MiniLM-L6-v2 as an OpenVINO graph straight from its weights: a first start needs neither torch nor a trace.

Written out for the one model that comes with jobfit, whose files are known by their checksum; every other model is
traced (:mod:`jobfit.encoders.openvino_backend`). The operations are those of the traced graph, in its order, so that a
vector has the same bits whichever of the two made it; a test compares them.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jobfit.encoders.folder import MINILM, ModelFolder
from jobfit.encoders.model import ModelFacts
from jobfit.encoders.openvino_backend import import_openvino, save_graph

_LAYERS, _HEADS, _WIDTH, _POSITIONS = 6, 12, 384, 512
_WINDOW = 256  # the model's own, in tokens
_EPSILON = 1e-12  # of the layer norms and of the unit length
_LEAST_TOKENS = 1e-9  # below the mean's bar, as sentence-transformers has it


def write_graph(folder: ModelFolder, path: Path) -> ModelFacts:
    """Write the graph, mean pooling and unit length included, to ``path`` (.xml, and .bin beside it)."""
    from safetensors.numpy import load_file
    from tokenizers import Tokenizer

    save_graph(_Graph(load_file(folder.path / "model.safetensors")).model(), path)
    tokenizer = Tokenizer.from_file(str(folder.path / "tokenizer.json"))
    return ModelFacts(tokenizer, 0, _WIDTH, _WINDOW, _POSITIONS, {}, None)


class _Graph:
    """BERT (Devlin et al. 2019) in OpenVINO's operations; n rows of l tokens."""

    def __init__(self, weights: dict[str, NDArray[np.float32]]) -> None:
        import_openvino()
        from openvino import opset15

        self._ops: Any = opset15
        self._weights = weights
        # One constant for all layers, as in the traced graph: what is fused, and so the last bits, hangs on it.
        self._scale = opset15.constant(np.float32((_WIDTH // _HEADS) ** -0.5))

    def model(self) -> Any:
        """Return the graph from ids (n, l) and mask (n, l) to unit vectors (n, 384)."""
        ops = self._ops
        ids = ops.parameter([-1, -1], np.int64, name="ids")
        mask = ops.parameter([-1, -1], np.int64, name="mask")
        state = self._embedded(ids)
        attended = self._attended(mask)
        for number in range(_LAYERS):
            state = self._layer(state, attended, f"encoder.layer.{number}.")
        return import_openvino().Model([self._pooled(state, mask)], [ids, mask], MINILM)

    def _embedded(self, ids: Any) -> Any:
        ops = self._ops
        length = ops.gather(ops.shape_of(ids), self._ints([1]), self._ints(0))
        positions = ops.slice(
            self._ints([list(range(_POSITIONS))]), self._ints([0]), length, self._ints([1]), self._ints([1])
        )
        kinds = ops.broadcast(self._ints([[0]]), ops.shape_of(ids), "BIDIRECTIONAL")
        words = ops.add(self._looked_up("word", ids), self._looked_up("token_type", kinds))
        return self._normed(ops.add(words, self._looked_up("position", positions)), "embeddings.LayerNorm")

    def _looked_up(self, table: str, ids: Any) -> Any:
        weight = self._ops.constant(self._weights[f"embeddings.{table}_embeddings.weight"])
        return self._ops.gather(weight, self._ops.convert(ids, "i32"), self._ops.constant(0, np.int32))

    def _attended(self, mask: Any) -> Any:
        """Return which tokens (n, 1, l, l) each token may read: those that are there."""
        ops = self._ops
        there = ops.unsqueeze(ops.convert(mask, "boolean"), self._ints([1, 2]))
        shape, one = ops.shape_of(mask), self._ints([1])
        length = ops.gather(shape, one, self._ints(0))
        rows = ops.gather(shape, self._ints([0]), self._ints(0))
        return ops.broadcast(there, ops.concat([rows, one, length, length], 0), "BIDIRECTIONAL")

    def _layer(self, state: Any, attended: Any, name: str) -> Any:
        ops = self._ops
        heads = [self._heads(self._linear(state, f"{name}attention.self.{part}")) for part in ("query", "key", "value")]
        read = ops.scaled_dot_product_attention(*heads, attended, self._scale, causal=False)
        read = ops.reshape(read, self._ints([0, _HEADS, 0, _WIDTH // _HEADS]), True)
        joined = ops.reshape(ops.transpose(read, self._ints([0, 2, 1, 3])), self._ints([0, 0, _WIDTH]), True)
        attention = ops.add(self._linear(joined, f"{name}attention.output.dense"), state)
        state = self._normed(attention, f"{name}attention.output.LayerNorm")
        inner = ops.gelu(self._linear(state, f"{name}intermediate.dense"), "erf")
        return self._normed(ops.add(self._linear(inner, f"{name}output.dense"), state), f"{name}output.LayerNorm")

    def _heads(self, values: Any) -> Any:
        split = self._ops.reshape(values, self._ints([0, 0, _HEADS, _WIDTH // _HEADS]), True)
        return self._ops.transpose(split, self._ints([0, 2, 1, 3]))

    def _linear(self, values: Any, name: str) -> Any:
        weight = self._ops.constant(self._weights[f"{name}.weight"])
        return self._ops.add(self._ops.matmul(values, weight, False, True), self._row(f"{name}.bias"))

    def _normed(self, values: Any, name: str) -> Any:
        unit = self._ops.mvn(values, self._ops.constant([-1], np.int32), True, _EPSILON, "inside_sqrt")
        return self._ops.add(self._ops.multiply(unit, self._row(f"{name}.weight")), self._row(f"{name}.bias"))

    def _pooled(self, state: Any, mask: Any) -> Any:
        ops = self._ops
        there = ops.convert(ops.unsqueeze(mask, self._ints(-1)), "f32")
        total = ops.reduce_sum(ops.multiply(state, there), self._ints([1]))
        count = ops.maximum(ops.reduce_sum(there, self._ints([1])), ops.constant([[_LEAST_TOKENS]], np.float32))
        mean = ops.divide(total, count)
        norm = ops.maximum(ops.reduce_l2(mean, self._ints([-1]), True), ops.constant([[_EPSILON]], np.float32))
        return ops.divide(mean, norm)

    def _row(self, name: str) -> Any:
        return self._ops.constant(self._weights[name].reshape(1, 1, -1))

    def _ints(self, value: Any) -> Any:
        return self._ops.constant(np.array(value, dtype=np.int64))
