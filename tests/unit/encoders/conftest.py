"""Small random BERT models, saved as sentence-transformers folders."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

WORDS = "the a nurse engineer data python develop team work in lyon paris with ten years of experience and , . :"


@pytest.fixture(scope="session")
def save_model(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Return a function that gives the folder of a model of the kind asked for, made once a session."""
    made: dict[str, Path] = {}

    def save(*, pooling: str = "mean", dense: bool = False, prompts: dict[str, str] | None = None) -> Path:
        key = repr((pooling, dense, prompts))
        if key not in made:
            made[key] = tmp_path_factory.mktemp("models") / "small"
            _save(made[key], pooling, dense, prompts)
        return made[key]

    return save


def _save(folder: Path, pooling: str, dense: bool, prompts: dict[str, str] | None) -> None:
    """Save a 2-layer BERT with random weights (seed 0): hidden 32, window 16, at most 64 tokens."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Dense, Normalize, Pooling, Transformer
    from transformers import BertConfig, BertModel, BertTokenizerFast

    letters = "abcdefghijklmnopqrstuvwxyz"
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *WORDS.split(), *letters[1:]]
    vocabulary += [f"##{letter}" for letter in letters]
    base = folder.with_name("base")
    base.mkdir(parents=True)
    (base / "vocab.txt").write_text("\n".join(vocabulary), encoding="utf-8")
    BertTokenizerFast(vocab=str(base / "vocab.txt"), do_lower_case=True).save_pretrained(base)
    torch.manual_seed(0)
    size = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 64}
    config = BertConfig(vocab_size=len(vocabulary), max_position_embeddings=64, initializer_range=0.5, **size)
    BertModel(config).save_pretrained(base)
    modules = [Transformer(str(base), max_seq_length=16), Pooling(32, pooling_mode=pooling)]
    modules += [Dense(32, 24)] if dense else []
    SentenceTransformer(modules=[*modules, Normalize()], device="cpu", prompts=prompts).save(str(folder))
