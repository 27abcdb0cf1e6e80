"""Small random BERT models, saved as sentence-transformers folders."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

WORDS = (
    ["the", "a", "nurse", "engineer", "data", "python", "develop", "er", "s", "work", "ed", "in", "lyon", "paris", "with", "ten", "years", "of", "experience", "and", "team"]
)
TEXTS = (
    "The nurse worked in Paris.",
    "A data engineer with ten years of experience in Python",
    "team",
    "Developers work with data and with the team, the team works in Lyon and in Paris",
)


def save_model(
    folder: Path, *, pooling: str = "mean", dense: bool = False, prompts: dict[str, str] | None = None
) -> Path:
    """Save a 2-layer BERT with random weights (seed 0): hidden 32, window 16, at most 64 tokens."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Dense, Normalize, Pooling, Transformer
    from transformers import BertConfig, BertModel, BertTokenizerFast

    base = folder.parent / f"{folder.name}-base"
    base.mkdir(parents=True)
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *WORDS, *".,:", *"abcdefghijklmnopqrstuvwxyz"]
    vocabulary += [f"##{letter}" for letter in "abcdefghijklmnopqrstuvwxyz"]
    (base / "vocab.txt").write_text("\n".join(dict.fromkeys(vocabulary)), encoding="utf-8")
    BertTokenizerFast(vocab=str(base / "vocab.txt"), do_lower_case=True).save_pretrained(base)
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(dict.fromkeys(vocabulary)), hidden_size=32, num_hidden_layers=2, num_attention_heads=4,
        intermediate_size=64, max_position_embeddings=64, initializer_range=0.5,
    )  # fmt: skip
    BertModel(config).save_pretrained(base)
    modules = [Transformer(str(base), max_seq_length=16), Pooling(32, pooling_mode=pooling)]
    modules += [Dense(32, 24)] if dense else []
    SentenceTransformer(modules=[*modules, Normalize()], device="cpu", prompts=prompts).save(str(folder))
    return folder


def edit_json(path: Path, **changes: object) -> None:
    """Change some entries of a JSON file."""
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | changes), encoding="utf-8")


@pytest.fixture(scope="session")
def mean_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model that pools by the mean."""
    return save_model(tmp_path_factory.mktemp("models") / "mean")
