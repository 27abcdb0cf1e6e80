"""The cross-encoder that is trained: any encoder with a fresh head, or a reranker that there is, through our loop."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from jobfit.artifacts import read_bytes, write_json
from jobfit.encoders.folder import MINILM, find_model
from jobfit.encoders.model import quiet
from jobfit.encoders.model_folder import ModelFolder
from jobfit.encoders.tensors import check_tensors
from jobfit.encoders.windows import Window, stack
from jobfit.errors import ModelError
from jobfit.scorers.pair_model import CALIBRATION, find_cross_encoder, load_pair_model, read_model
from jobfit.scorers.pair_windows import PairWindower, Passages, has_segments
from jobfit.training.model import ModelOptions, TrainableEncoder
from jobfit.training.tokens import Tokenised

_OPTIONS = ModelOptions()


@dataclass(frozen=True, slots=True, eq=False)
class PairTokens:
    """The one window that is read of a pair in training."""

    window: Window

    def __len__(self) -> int:
        return len(self.window.ids)


class TrainableCrossEncoder(TrainableEncoder):
    """Two texts to one score with a gradient: rows of one number where a bi-encoder has vectors.

    ``texts`` of the loop are pairs (vacancy text, CV text). A pair that is longer than the window is cut as
    sentence-transformers cuts it, the longer text first; passages are for reading, not for training.
    """

    @classmethod
    def load(cls, name: str = MINILM, options: ModelOptions = _OPTIONS) -> TrainableCrossEncoder:
        """Return a cross-encoder to train: the reranker in the local folder ``name``, or an encoder with a fresh head.

        ``name`` is all-MiniLM-L6-v2 (offline), a model by hub name, or a folder of a transformers or
        sentence-transformers encoder. The fresh head is drawn from ``options.seed``; an encoder whose pooler has no
        weights gets a fresh one too. ``options.pooling`` and ``options.prompt`` have no meaning here.

        Raises:
            ModelError: it cannot be found, loaded or trusted, lacks tensors of the encoder, or is a causal model.
        """
        if options.pooling is not None or options.prompt:
            raise ModelError("a cross-encoder has no pooling and no prompt to choose")
        sentence = _reranker(name) if _is_reranker(name) else _with_fresh_head(name, options.seed)
        if options.max_tokens is not None:
            sentence.max_seq_length = options.max_tokens
        return cls(sentence, name, options)

    @property
    def dimension(self) -> int:
        return 1

    def tokenise(self, texts: Mapping[str, Any]) -> Tokenised:
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_str(self.sentence.tokenizer.backend_tokenizer.to_str())
        windower = PairWindower(tokenizer, Passages(self.limit, 0, "first"), None, self._typed)
        cut = {key: windower.cut(first.strip(), second.strip()) for key, (first, second) in texts.items()}
        tokens = {key: PairTokens(one.windows[0]) for key, one in cut.items()}
        return Tokenised(tokens, frozenset(key for key, one in cut.items() if one.cut_first or one.cut_second))

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        """Return the scores (b, 1) in 32-bit floats; ``mask`` is 0 on padding, 2 on the second text, else 1."""
        features = {"input_ids": ids, "attention_mask": (mask > 0).long()}
        if self._typed:
            features["token_type_ids"] = (mask == 2).long()
        scores: Tensor = self.sentence(features)["scores"].float()
        return scores

    @property
    def _typed(self) -> bool:
        tokenizer = self.sentence.tokenizer
        copy = type(tokenizer.backend_tokenizer).from_str(tokenizer.backend_tokenizer.to_str())
        return "token_type_ids" in tokenizer.model_input_names and has_segments(copy)

    def _stacked(self, tokens: Sequence[Any]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        return stack([one.window for one in tokens], self.sentence.tokenizer.pad_token_id or 0, self.limit)

    def _save(self, folder: Path) -> None:
        """Write a folder that ``sentence_transformers.CrossEncoder`` and :mod:`jobfit.scorers.pair_model` load."""
        with quiet():
            self._merged().save_pretrained(str(folder), create_model_card=False)
        load_pair_model(find_cross_encoder(folder))


def calibrate(folder: Path, temperature: float) -> None:
    """Keep in a cross-encoder's folder the temperature that was fitted on validation pairs.

    Raises:
        ModelError: it is not above 0 and finite.
    """
    if not 0 < temperature < float("inf"):
        raise ModelError(f"a temperature is above 0 and finite, not {temperature}")
    write_json(folder / CALIBRATION, {"temperature": temperature})


def _is_reranker(name: str) -> bool:
    """Tell whether the folder says that it holds a classifier of pairs, or a model that answers yes and no."""
    path = Path(name).expanduser()
    config = path / "config.json"
    return config.is_file() and b"ForSequenceClassification" in read_bytes(config, error=ModelError)


def _reranker(name: str) -> Any:
    model = read_model(find_cross_encoder(name))
    if model.num_labels != 1:
        raise ModelError(f"{name} has {model.num_labels} labels; a reranker that is trained has one")
    return model


def _with_fresh_head(name: str, seed: int) -> Any:
    """Return an encoder with one output; the encoder's own tensors must all be there, the head's are drawn."""
    from sentence_transformers import CrossEncoder

    path = Path(name).expanduser()
    plain = path.is_dir() and not (path / "modules.json").is_file()
    found = ModelFolder(name, path, "") if plain else find_model(name)
    folder = found.path
    try:
        with quiet(), found.unchanged(), torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            model = CrossEncoder(
                str(folder), num_labels=1, device="cpu", local_files_only=True, trust_remote_code=False,
                model_kwargs={"use_safetensors": True, "dtype": "float32"}, activation_fn=nn.Identity(),
            )  # fmt: skip
            check_tensors(model, folder, name)
    except ModelError:
        raise
    except Exception as error:  # damaged files raise anything from KeyError to SafetensorError
        raise ModelError(f"no cross-encoder can be made of {name!r}: {error}") from error
    return model
