"""A BERT as arrays: what a graph is made from, or a folder, without torch."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from jobfit.artifacts import checked_bytes
from jobfit.encoders.facts import ModelFacts
from jobfit.errors import ModelError

_EMBEDDINGS = ("word_embeddings", "position_embeddings", "token_type_embeddings", "LayerNorm")
_IN_LAYER = (
    "attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense",
    "attention.output.LayerNorm", "intermediate.dense", "output.dense", "output.LayerNorm",
)  # fmt: skip
WORDS = "embeddings.word_embeddings.weight"

Weights = NDArray[np.float32] | NDArray[np.float16]


@dataclass(frozen=True, slots=True, eq=False)
class Bert:
    """A BERT (Devlin et al. 2019) under mean pooling and unit length, as it is read.

    tensors: by the names of transformers' ``BertModel``, in 16 or 32 bits.
    facts:   what reading a text needs to know.
    """

    layers: int
    heads: int
    epsilon: float
    tensors: dict[str, Weights]
    facts: ModelFacts

    def __post_init__(self) -> None:
        """Refuse weights of which one is missing."""
        if missing := tensor_names(self.layers) - self.tensors.keys():
            raise ModelError(f"a BERT of {self.layers} layers lacks {len(missing)} tensors, among them {min(missing)}")

    @property
    def width(self) -> int:
        return int(self.tensors[WORDS].shape[1])

    @property
    def positions(self) -> int:
        return self.facts.limit


def tensor_names(layers: int) -> set[str]:
    """Return the names of the tensors that a vector is computed with."""
    names = {f"embeddings.{part}.weight" for part in _EMBEDDINGS} | {"embeddings.LayerNorm.bias"}
    inner = (f"encoder.layer.{layer}.{part}" for layer in range(layers) for part in _IN_LAYER)
    return names | {f"{name}.{kind}" for name in inner for kind in ("weight", "bias")}


def read_bert(folder: Path, checksums: Mapping[str, str]) -> Bert:
    """Read a folder of sentence-transformers that holds a BERT under mean pooling and unit length.

    It was checked when its files had these ``checksums`` (SHA-256 by name).
    """
    from safetensors.numpy import load
    from tokenizers import Tokenizer

    def content(name: str) -> bytes:
        return checked_bytes(folder / name, checksums[name], error=ModelError)

    names = "config.json", "sentence_bert_config.json", "config_sentence_transformers.json"
    config, window, prompts = (json.loads(content(name)) for name in names)
    tensors = load(content("model.safetensors"))
    layers, limit = config["num_hidden_layers"], config["max_position_embeddings"]
    tokenizer = Tokenizer.from_buffer(content("tokenizer.json"))
    facts = ModelFacts(
        lambda: tokenizer, config["pad_token_id"], config["hidden_size"],
        min(window["max_seq_length"], limit), limit, prompts.get("prompts", {}), prompts.get("default_prompt_name"),
    )  # fmt: skip
    used = {name: value for name, value in tensors.items() if name in tensor_names(layers)}
    return Bert(layers, config["num_attention_heads"], config["layer_norm_eps"], used, facts)
