"""A BERT as an OpenVINO graph straight from its weights: a first start needs neither torch nor a trace.

For the models that come with jobfit, whose files are known by their checksum; every other model is traced
(:mod:`jobfit.encoders.openvino_backend`). The operations are those of the traced graph, in its order, so that a vector
has the same bits whichever of the two made it; a test compares them.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from jobfit.encoders.bert import Bert
from jobfit.encoders.openvino_backend import import_openvino, save_graph

_LEAST_LENGTH = 1e-12  # of a vector, below the bar of its unit length
_LEAST_TOKENS = 1e-9  # below the mean's bar, as sentence-transformers has it


def write_graph(bert: Bert, path: Path) -> None:
    """Write the graph, mean pooling and unit length included, to ``path`` (.xml, and .bin beside it)."""
    save_graph(_Graph(bert).model(), path)


class _Graph:
    """The model in OpenVINO's operations; n rows of l tokens."""

    def __init__(self, bert: Bert) -> None:
        import_openvino()
        from openvino import opset15

        self._ops: Any = opset15
        self._bert = bert
        self._width, self._heads = bert.width, bert.heads
        # One constant for all layers, as in the traced graph: what is fused, and so the last bits, hangs on it.
        self._scale = opset15.constant(np.float32((self._width // self._heads) ** -0.5))

    def model(self) -> Any:
        """Return the graph from ids (n, l) and mask (n, l) to unit vectors (n, width)."""
        ops = self._ops
        ids = ops.parameter([-1, -1], np.int64, name="ids")
        mask = ops.parameter([-1, -1], np.int64, name="mask")
        state = self._embedded(ids)
        attended = self._attended(mask)
        for number in range(self._bert.layers):
            state = self._layer(state, attended, f"encoder.layer.{number}.")
        return import_openvino().Model([self._pooled(state, mask)], [ids, mask])

    def _embedded(self, ids: Any) -> Any:
        ops = self._ops
        length = ops.gather(ops.shape_of(ids), self._ints([1]), self._ints(0))
        positions = ops.slice(
            self._ints([list(range(self._bert.positions))]), self._ints([0]), length, self._ints([1]), self._ints([1])
        )
        kinds = ops.broadcast(self._ints([[0]]), ops.shape_of(ids), "BIDIRECTIONAL")
        words = ops.add(self._looked_up("word", ids), self._looked_up("token_type", kinds))
        return self._normed(ops.add(words, self._looked_up("position", positions)), "embeddings.LayerNorm")

    def _looked_up(self, table: str, ids: Any) -> Any:
        """Return the rows of a table; one in 16 bits stays so, and only the rows that are read become 32."""
        weight = self._ops.constant(self._bert.tensors[f"embeddings.{table}_embeddings.weight"])
        rows = self._ops.gather(weight, self._ops.convert(ids, "i32"), self._ops.constant(0, np.int32))
        return rows if weight.get_element_type().get_type_name() == "f32" else self._ops.convert(rows, "f32")

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
        heads = [self._split(self._linear(state, f"{name}attention.self.{part}")) for part in ("query", "key", "value")]
        read = ops.scaled_dot_product_attention(*heads, attended, self._scale, causal=False)
        read = ops.reshape(read, self._ints([0, self._heads, 0, self._width // self._heads]), True)
        joined = ops.reshape(ops.transpose(read, self._ints([0, 2, 1, 3])), self._ints([0, 0, self._width]), True)
        attention = ops.add(self._linear(joined, f"{name}attention.output.dense"), state)
        state = self._normed(attention, f"{name}attention.output.LayerNorm")
        inner = ops.gelu(self._linear(state, f"{name}intermediate.dense"), "erf")
        return self._normed(ops.add(self._linear(inner, f"{name}output.dense"), state), f"{name}output.LayerNorm")

    def _split(self, values: Any) -> Any:
        split = self._ops.reshape(values, self._ints([0, 0, self._heads, self._width // self._heads]), True)
        return self._ops.transpose(split, self._ints([0, 2, 1, 3]))

    def _linear(self, values: Any, name: str) -> Any:
        weight = self._ops.constant(self._bert.tensors[f"{name}.weight"].astype(np.float32))
        return self._ops.add(self._ops.matmul(values, weight, False, True), self._row(f"{name}.bias"))

    def _normed(self, values: Any, name: str) -> Any:
        unit = self._ops.mvn(values, self._ops.constant([-1], np.int32), True, self._bert.epsilon, "inside_sqrt")
        return self._ops.add(self._ops.multiply(unit, self._row(f"{name}.weight")), self._row(f"{name}.bias"))

    def _pooled(self, state: Any, mask: Any) -> Any:
        ops = self._ops
        there = ops.convert(ops.unsqueeze(mask, self._ints(-1)), "f32")
        total = ops.reduce_sum(ops.multiply(state, there), self._ints([1]))
        count = ops.maximum(ops.reduce_sum(there, self._ints([1])), ops.constant([[_LEAST_TOKENS]], np.float32))
        mean = ops.divide(total, count)
        norm = ops.maximum(ops.reduce_l2(mean, self._ints([-1]), True), ops.constant([[_LEAST_LENGTH]], np.float32))
        return ops.divide(mean, norm)

    def _row(self, name: str) -> Any:
        return self._ops.constant(self._bert.tensors[name].astype(np.float32).reshape(1, 1, -1))

    def _ints(self, value: Any) -> Any:
        return self._ops.constant(np.array(value, dtype=np.int64))
