"""A sentence-transformers model as one torch function, and what encoding needs to know of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jobfit.artifacts import read_json
from jobfit.encoders.facts import ModelFacts
from jobfit.encoders.model_folder import ModelFolder
from jobfit.encoders.tensors import check_tensors, explain
from jobfit.errors import InputError, ModelError

if TYPE_CHECKING:
    from torch import nn


@dataclass(frozen=True, slots=True, eq=False)
class LoadedModel:
    """What a folder says about itself, and its torch module (ids (b, l), mask (b, l)) -> vectors (b, dimension)."""

    facts: ModelFacts
    module: nn.Module


def load_model(folder: ModelFolder) -> LoadedModel:
    """Load a checked folder in 32-bit floats, on the processor, with nothing fetched and no code of its own."""
    from sentence_transformers import SentenceTransformer
    from tokenizers import Tokenizer

    try:
        with quiet(), folder.unchanged():
            model = SentenceTransformer(
                str(folder.path),
                device="cpu",
                local_files_only=True,
                trust_remote_code=False,
                model_kwargs={"use_safetensors": True, "dtype": "float32", **attention_of(folder.path)},
            ).train(False)
            check_tensors(model, folder.path, folder.name)
        tokenizer = Tokenizer.from_str(model.tokenizer.backend_tokenizer.to_str())
        limit = longest(model)
        max_tokens = min(model.max_seq_length or limit, limit)
        dimension = model.get_embedding_dimension()
        if dimension is None:
            raise ValueError("it does not tell the length of its vectors")
    except ModelError:
        raise
    except Exception as error:  # damaged files raise anything from KeyError to SafetensorError
        with quiet():
            explain(folder.path, folder.name)
        raise ModelError(f"the model {folder.name!r} cannot be loaded from {folder.path}: {error}") from error
    facts = ModelFacts(
        read_tokenizer=lambda: tokenizer,
        pad_id=model.tokenizer.pad_token_id or 0,
        dimension=dimension,
        max_tokens=max_tokens,
        limit=limit,
        prompts={name: text for name, text in (model.prompts or {}).items() if text},
        default_prompt=model.default_prompt_name,
    )
    _check_pooling(model, facts, folder)
    return LoadedModel(facts, _as_function(model))


def attention_of(folder: Path) -> dict[str, str]:
    """Return how a model with a local window (ModernBERT) is loaded: by attention written out.

    In a padded row everything within the window of a padding token may be padding too. torch's fused attention gives
    such a row zeros; the compiled graph gave it NaN, and the next layer spread it. Written out, it is a mean that
    nobody reads.
    """
    found: set[str] = set()
    for path in (folder / "config.json", *folder.glob("*/config.json")):
        with suppress(InputError, AttributeError):
            found |= read_json(path).keys()
    return {"attn_implementation": "eager"} if "local_attention" in found else {}


@contextmanager
def quiet() -> Iterator[None]:
    """Keep the progress bar and the advice of transformers off the terminal while a model is loaded or traced."""
    from transformers.utils import logging

    shown, verbosity = logging.is_progress_bar_enabled(), logging.get_verbosity()
    logging.disable_progress_bar()
    logging.set_verbosity_error()
    try:
        yield
    finally:
        logging.set_verbosity(verbosity)
        if shown:
            logging.enable_progress_bar()


def longest(model: Any) -> int:
    """Return how many tokens the model can read: its position table, where it has one."""
    config = model[0].auto_model.config
    positions = getattr(config, "max_position_embeddings", None)
    if positions is None or positions < 0:
        return int(model.max_seq_length or 512)
    shifted = config.model_type in ("roberta", "xlm-roberta", "camembert", "mpnet")  # these count from padding + 1
    return int(positions) - ((config.pad_token_id or 0) + 1 if shifted else 0)


def _check_pooling(model: Any, facts: ModelFacts, folder: ModelFolder) -> None:
    """Refuse a pooling that leaves the prompt out: windows of a long text have no single prompt to leave out."""
    excludes = any(getattr(module, "include_prompt", True) is False for module in model)
    if excludes and (facts.prompt("query") or facts.prompt("document")):
        raise ModelError(f"the model {folder.name!r} leaves its prompt out of the pooling, which is not supported")


def _as_function(model: Any) -> nn.Module:
    from torch import Tensor, nn

    class Pooled(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
            vectors: Tensor = self.model({"input_ids": ids, "attention_mask": mask})["sentence_embedding"]
            return vectors

    return Pooled().train(False)
