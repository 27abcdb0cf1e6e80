"""START HERE: the encoder that is trained: a backbone, its pooling, what is frozen or adapted, and how it is saved."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import torch
from numpy.typing import NDArray
from pydantic import Field
from safetensors import SafetensorError
from torch import Tensor, nn
from torch.nn.attention import SDPBackend, sdpa_kernel

from jobfit.artifacts import new_folder
from jobfit.encoders.folder import MINILM
from jobfit.encoders.lora import ATTENTION, add_lora, merge_lora
from jobfit.errors import InputError, ModelError
from jobfit.settings import Share, Whole, check_fields
from jobfit.training.backbone import Pooling, load_backbone
from jobfit.training.errors import AGAIN, TrainingError
from jobfit.training.loop.checkpoint import weights_digest
from jobfit.training.losses.grad_cache import encode_in_chunks
from jobfit.training.tokens import Tokenised, pieces, stack, tokenise

_SHORT = 96  # tokens, padding included: up to here the plain attention trains faster


@dataclass(frozen=True, slots=True)
class ModelOptions:
    """What is trained of a backbone, and how.

    pooling:        ``mean``, ``last`` (the end token) or ``cls``; ``None``: the model's own.
    max_tokens:     a longer text is cut there, and counted; ``None``: the model's own window.
    dropout:        0 is fastest and the default; ``None`` keeps the backbone's own rates.
    lora_rank:      0 trains the weights themselves; above 0 adapters of this rank, merged when saved.
    freeze_layers:  the first so many transformer layers stay as they are, the embeddings with them.
    prompt:         stands before every text of both sides, in training and in the saved folder.
    """

    pooling: Pooling | None = None
    max_tokens: Annotated[int, Field(ge=3)] | None = None
    dropout: Share | None = 0.0
    lora_rank: Whole = 0
    lora_alpha: float = 32.0
    lora_layers: tuple[str, ...] = ATTENTION
    freeze_embeddings: bool = False
    freeze_layers: Whole = 0
    prompt: str = ""
    seed: int = 0

    def __post_init__(self) -> None:
        check_fields(self)


class TrainableEncoder(nn.Module):
    """Texts to unit vectors with a gradient; both sides are encoded by the same weights.

    >>> TrainableEncoder.load().dimension
    384
    """

    def __init__(self, sentence: Any, name: str, options: ModelOptions = ModelOptions()) -> None:
        super().__init__()
        self.sentence, self.name, self.options = sentence, name, options
        self._freeze()
        if options.lora_rank:
            add_lora(self._transformer, options.lora_rank, options.lora_alpha, options.lora_layers, options.seed)
        if options.dropout:
            _set_dropout(self._transformer, options.dropout)
        if options.prompt:
            sentence.prompts = {"query": options.prompt, "document": options.prompt}
            sentence.default_prompt_name = "document"
        self.train()

    @classmethod
    def load(cls, name: str = MINILM, options: ModelOptions = ModelOptions()) -> TrainableEncoder:
        """Return the backbone called ``name`` (see :func:`~jobfit.training.backbone.load_backbone`), ready to train."""
        return cls(load_backbone(name, options.pooling, options.max_tokens), name, options)

    @property
    def dimension(self) -> int:
        return int(self.sentence.get_embedding_dimension())

    @property
    def limit(self) -> int:
        """The tokens that are read of a text, special ones included."""
        return int(self.sentence.max_seq_length or 512)

    @property
    def device(self) -> torch.device:
        return next(self.parameters()).device

    @property
    def _transformer(self) -> nn.Module:
        model: nn.Module = self.sentence[0].auto_model
        return model

    def train(self, mode: bool = True) -> TrainableEncoder:
        """Switch dropout on, unless it is 0: then the layers stay in the mode that has none."""
        super().train(mode)
        self.sentence.train(mode and self.options.dropout != 0)
        return self

    def tokenise(self, texts: Mapping[str, Any]) -> Tokenised:
        prompt = self.options.prompt
        prompted = {i: prompt + text for i, text in texts.items()} if prompt else texts
        backend = type(self.sentence.tokenizer.backend_tokenizer).from_str(
            self.sentence.tokenizer.backend_tokenizer.to_str()
        )
        return tokenise(prompted, backend, self.limit)

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        """Return unit rows (b, dimension) in 32-bit floats; ``ids`` and ``mask`` are (b, l).

        Under autocast the transformer runs in bfloat16; pooling and normalisation are always in 32 bits.
        """
        with _attention(ids):
            features = self.sentence[0]({"input_ids": ids, "attention_mask": mask})
        with torch.autocast(ids.device.type, enabled=False):
            features["token_embeddings"] = features["token_embeddings"].float()
            for module in list(self.sentence)[1:]:
                features = module(features)
        vectors: Tensor = features["sentence_embedding"]
        return vectors

    def encode_tokens(self, tokens: Sequence[Any], *, recompute: bool = False) -> Tensor:
        """Return the vectors (n, dimension) of n texts in the order given; texts of like length run together.

        ``recompute`` keeps only the vectors and runs each piece again for its gradient (GradCache, Gao et al. 2021):
        the memory of one piece, for one forward pass more.
        """
        if not tokens:
            return torch.zeros(0, self.dimension, device=self.device)
        groups = pieces([len(one) for one in tokens], self.limit)
        chunks = (self._stacked([tokens[i] for i in group]) for group in groups)
        on_device = [tuple(torch.from_numpy(array).to(self.device) for array in chunk) for chunk in chunks]
        if recompute and torch.is_grad_enabled():
            vectors = encode_in_chunks(lambda chunk: self(*chunk), on_device)
        else:
            vectors = torch.cat([self(*chunk) for chunk in on_device])
        places = np.argsort([i for group in groups for i in group], kind="stable")
        return vectors[torch.from_numpy(places).to(self.device)]

    def _stacked(self, tokens: Sequence[Any]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        return stack(tokens, self.sentence.tokenizer.pad_token_id or 0, self.limit)

    def embed(self, tokens: Sequence[Any], bf16: bool = False) -> NDArray[np.float32]:
        """Return the vectors (n, dimension) of n texts without a gradient and without dropout."""
        training = self.training
        self.train(False)
        try:
            with torch.inference_mode(), torch.autocast(self.device.type, dtype=torch.bfloat16, enabled=bf16):
                parts = [self.encode_tokens(tokens[i : i + 256]).cpu() for i in range(0, len(tokens), 256)]
        finally:
            self.train(training)
        return torch.cat(parts).numpy() if parts else np.zeros((0, self.dimension), dtype=np.float32)

    def trained(self) -> dict[str, nn.Parameter]:
        return {name: value for name, value in self.named_parameters() if value.requires_grad}

    def digest(self) -> str:
        """The SHA-256 of all weights, frozen ones included: names, shapes and bytes, in the order of the names."""
        return weights_digest(dict(self.named_parameters()))

    def save(self, folder: Path) -> None:
        """Write a plain sentence-transformers folder, adapters merged; ``SentenceTransformer(folder)`` loads it.

        It appears whole, in the place of one that is there.

        Raises:
            ModelError: what was written does not tokenise as what was trained (a tokenizer that loses its end token).
            TrainingError: the disk is full or closed; what was there before is untouched.
        """
        with new_folder(folder, replace=True, error=TrainingError, advice=f"Make room and {AGAIN}") as draft:
            try:
                self._save(draft)
            except SafetensorError as error:
                raise TrainingError(f"{folder} cannot be written ({error}). Make room and {AGAIN}") from error

    def _save(self, folder: Path) -> None:
        from sentence_transformers import SentenceTransformer

        from jobfit.encoders.model import quiet

        merged = self._merged()
        with quiet():
            merged.save(str(folder), create_model_card=False)
            again = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
        probe = "A text, to be read again: 2 words."
        if again.tokenizer(probe)["input_ids"] != self.sentence.tokenizer(probe)["input_ids"]:
            raise ModelError(f"{folder}: the tokenizer of {self.name!r} does not keep its end token; use mean pooling")

    def _merged(self) -> Any:
        merged = copy.deepcopy(self.sentence).cpu()
        merge_lora(merged)
        return merged

    def _freeze(self) -> None:
        model, options = self._transformer, self.options
        if options.freeze_embeddings or options.freeze_layers:
            model.get_input_embeddings().requires_grad_(False)  # type: ignore[operator]
            for name, child in model.named_children():
                if "embed" in name:
                    child.requires_grad_(False)
        layers = next((m for m in model.modules() if isinstance(m, nn.ModuleList) and len(m) > 1), nn.ModuleList())
        if options.freeze_layers > len(layers):
            raise InputError(f"{self.name} has {len(layers)} layers: {options.freeze_layers} cannot be frozen")
        for layer in layers[: options.freeze_layers]:
            layer.requires_grad_(False)
        if pooler := getattr(model, "pooler", None):
            pooler.requires_grad_(False)  # of BERT's classifier: no pooling here reads it


def _attention(ids: Tensor) -> AbstractContextManager[None]:
    """Plain attention where short texts are trained on a processor, torch's own choice elsewhere.

    Torch's fused attention goes back through 16 tokens seven times as slowly as it came (128 texts: 1.0 s of processor
    time against 0.3 s for the plain form); from about 100 tokens it is the faster of the two.
    """
    short = ids.shape[1] <= _SHORT and ids.device.type == "cpu" and torch.is_grad_enabled()
    return sdpa_kernel(SDPBackend.MATH) if short else nullcontext()


def _set_dropout(model: nn.Module, rate: float) -> None:
    for module in model.modules():
        if isinstance(module, nn.Dropout):
            module.p = rate
        if hasattr(module, "attention_dropout") and isinstance(module.attention_dropout, float):
            module.attention_dropout = rate  # type: ignore[assignment]
