"""One name to one encoder."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache as cache_result
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Generic, Literal, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from jobfit.encoders.base import Encoder
from jobfit.encoders.bert import Bert
from jobfit.encoders.bert_graph import write_graph
from jobfit.encoders.cache import CachedEncoder
from jobfit.encoders.e5 import is_installed
from jobfit.encoders.facts import ModelFacts
from jobfit.encoders.folder import MINILM, find_model
from jobfit.encoders.graphs import FACTS, GRAPH, GraphStore, graph_name
from jobfit.encoders.hashing import HashingEncoder
from jobfit.encoders.model import load_model
from jobfit.encoders.model_folder import ModelFolder
from jobfit.encoders.openvino_backend import OpenVinoTokenEncoder, convert, resolve_precision
from jobfit.encoders.routing import RoutedEncoder, routed_models
from jobfit.encoders.torch_backend import Precision, TorchTokenEncoder
from jobfit.encoders.transformer import TokenEncoder, TransformerEncoder
from jobfit.encoders.windows import Chunking, LongText
from jobfit.errors import ModelError

if TYPE_CHECKING:
    from tokenizers import Tokenizer
    from torch import nn

Backend = Literal["auto", "openvino", "torch"]
AUTO, ROUTED = "auto", "jobfit"
_OVERLAP = 32  # tokens; docs/decisions/0002
_GPU_DRIVERS = ("nvidiactl", "nvmap", "kfd", "dxg")  # in /dev: NVIDIA, its Jetson boards, AMD, Windows' Linux


class Facts(Protocol):
    """What a model says about itself, which can be kept beside its graph."""

    @property
    def tokenizer(self) -> Tokenizer: ...

    def to_json(self) -> str: ...


F = TypeVar("F", bound=Facts, covariant=True)


class Loaded(Protocol[F]):
    """A model as torch has it: ``module`` takes ids and mask (b, l) and gives rows (b, d)."""

    @property
    def facts(self) -> F: ...

    @property
    def module(self) -> nn.Module: ...


K = TypeVar("K", bound=Facts)


@dataclass(frozen=True, slots=True)
class ModelKind(Generic[K]):
    """How models of a kind are read: their ``load``, and how their facts come back from JSON.

    write:      writes the graph of a model that comes with jobfit without torch, where a kind can do that.
    rows_apart: each core of a processor reads rows of its own: for kinds that are given many at a time.
    """

    load: Callable[[ModelFolder], Loaded[K]]
    facts: Callable[[str], K]
    write: Callable[[Bert, Path], K] | None = None
    rows_apart: bool = False


class _WhenNeeded:
    """A token encoder that is made when the first batch comes."""

    def __init__(self, precision: str, make: Callable[[], TokenEncoder]) -> None:
        self.precision = precision
        self._make = cache_result(make)

    def encode(self, ids: NDArray[np.int64], mask: NDArray[np.int64]) -> NDArray[np.float32]:
        return self._make().encode(ids, mask)


def load_encoder(
    name: str = AUTO,
    *,
    cache: Path | None = None,
    backend: Backend = "auto",
    precision: Precision = "auto",
    max_tokens: int | None = None,
    long_text: LongText = "chunk",
    on_convert: Callable[[str], None] = lambda name: None,
) -> Encoder:
    """Return the encoder called ``name``.

    name:       ``auto`` (:func:`default_encoder`), ``jobfit`` (English by two encoders, every other language by one of
                them: :mod:`jobfit.encoders.routing`), ``all-MiniLM-L6-v2``, ``multilingual-e5-small`` or
                ``jobfit-multilingual`` (all offline), ``hashing`` (no model), a trained encoder's file
                (:mod:`jobfit.encoders.delta`), a folder of a sentence-transformers model, or a model's name on the hub.
    cache:      a file in which vectors are kept; a text that is unchanged is never encoded twice. Converted models are
                kept in the folder ``graphs`` beside it: a later start is in a second and does not import torch.
    backend:    ``openvino``, ``torch``, or ``auto``: a GPU through torch where there is one, else OpenVINO, else torch.
    precision:  ``bf16``, ``f32``, or ``auto``: bf16 where the processor has instructions for it.
    max_tokens: the window; the model's own where ``None``.
    long_text:  ``chunk``, or ``truncate`` to read the first window only.
    on_convert: called with the model's name before it is converted, which happens once where there is a ``cache``.

    ``ModelError``: it cannot be found, loaded or trusted. ``InputError``: the cache cannot be made, or no room is left.
    """
    if backend not in ("auto", "openvino", "torch"):
        raise ModelError(f"unknown backend {backend!r}; choose auto, openvino or torch")
    encoder: Encoder
    if name == AUTO:
        name = default_encoder()
    if name in (routed := routed_models()):
        pair = routed[name]
        load = partial(
            load_encoder, cache=cache, backend=backend, precision=precision, max_tokens=max_tokens, long_text=long_text,
            on_convert=on_convert,
        )  # fmt: skip
        return RoutedEncoder(load(pair.english), load(pair.multilingual), pair.mixture)
    if name == "hashing":
        encoder = HashingEncoder()
    else:
        folder = find_model(name)
        graphs = None if cache is None else GraphStore(Path(cache).parent / "graphs")
        facts, tokens = open_model(folder, _ENCODERS, backend, precision, graphs, partial(on_convert, folder.name))
        window = facts.max_tokens if max_tokens is None else max_tokens
        if window > facts.limit:
            raise ModelError(f"{folder.name} reads at most {facts.limit} tokens at a time; max_tokens is {window}")
        encoder = TransformerEncoder(folder, facts, tokens, Chunking(window, min(_OVERLAP, window // 4), long_text))
    return encoder if cache is None else CachedEncoder(encoder, cache)


def default_encoder() -> str:
    """Return the name of the encoder that compares texts where nobody names one: ``jobfit`` (decision 0027).

    Where the package of its multilingual half is not installed, it is the English half alone.
    """
    return ROUTED if is_installed() else MINILM


def is_prepared(name: str, cache: Path) -> bool:
    """Tell whether :func:`load_encoder` with this ``cache``, on OpenVINO, finds what it converts once."""
    if name in (routed := routed_models()):
        return is_prepared(routed[name].english, cache) and is_prepared(routed[name].multilingual, cache)
    graphs = GraphStore(cache.parent / "graphs")
    return graphs.facts(graph_name(find_model(name), resolve_precision("auto"))) is not None


def _write_bert(bert: Bert, path: Path) -> ModelFacts:
    write_graph(bert, path)
    return bert.facts


_ENCODERS = ModelKind(load_model, ModelFacts.from_json, _write_bert)


def open_model(
    folder: ModelFolder,
    kind: ModelKind[K],
    backend: Backend,
    precision: Precision,
    graphs: GraphStore | None,
    on_convert: Callable[[], None],
) -> tuple[K, TokenEncoder]:
    """Return what a checked folder says about itself, and its model on the runtime that ``backend`` names."""
    device = _device()
    load = cache_result(partial(kind.load, folder))  # not before it is needed, and not twice
    if backend == "openvino" or (backend == "auto" and device == "cpu"):
        try:
            return _on_openvino(folder, kind, load, precision, graphs, on_convert)
        except ModelError:
            if backend == "openvino":
                raise
    model = load()
    return model.facts, TorchTokenEncoder(model.module, precision, device)


def _on_openvino(
    folder: ModelFolder,
    kind: ModelKind[K],
    load: Callable[[], Loaded[K]],
    precision: Precision,
    graphs: GraphStore | None,
    on_convert: Callable[[], None],
) -> tuple[K, TokenEncoder]:
    chosen = resolve_precision(precision)
    name = graph_name(folder, chosen)

    def converted() -> tuple[K, TokenEncoder]:
        on_convert()
        with graphs.draft(name) if graphs else TemporaryDirectory() as scratch:
            path, tokens = Path(scratch) / GRAPH, None
            if kind.write and folder.read:
                facts = kind.write(folder.read(), path)
            else:
                model = load()
                facts = model.facts
                tokens = convert(model.module, facts.tokenizer.get_vocab_size(), path, chosen, kind.rows_apart)
            path.with_name(FACTS).write_text(facts.to_json(), encoding="utf-8")
            return facts, tokens or OpenVinoTokenEncoder(path, chosen, kind.rows_apart)

    def compiled() -> TokenEncoder:
        kept = graphs.find(name) if graphs else None
        return OpenVinoTokenEncoder(kept / GRAPH, chosen, kind.rows_apart) if kept else converted()[1]

    facts = graphs.facts(name) if graphs else None
    if facts is None:
        return converted()
    return kind.facts(facts), _WhenNeeded(f"openvino-{chosen}", compiled)


def _device() -> str:
    """Return ``cuda`` where torch sees a GPU; without the driver's device files it cannot, and is not asked."""
    if sys.platform == "linux" and not any(Path("/dev", name).exists() for name in _GPU_DRIVERS):
        return "cpu"
    import torch

    return "cuda" if torch.cuda.is_available() else "cpu"
