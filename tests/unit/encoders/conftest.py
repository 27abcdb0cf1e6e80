"""Small random BERT models, saved as sentence-transformers folders."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

WORDS = "the a nurse engineer data python develop team work in lyon paris with ten years of experience and , . :"
LETTERS = "abcdefghijklmnopqrstuvwxyz"


@pytest.fixture(scope="session")
def save_model(save_bert: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Return a function that gives the folder of a model of the kind asked for, made once a session."""
    made: dict[str, Path] = {}

    def save(*, pooling: str = "mean", dense: bool = False, prompts: dict[str, str] | None = None) -> Path:
        key = repr((pooling, dense, prompts))
        if key not in made:
            folder = made[key] = tmp_path_factory.mktemp("models") / "small"
            words = [*WORDS.split(), *LETTERS[1:], *(f"##{letter}" for letter in LETTERS)]
            _save(folder, save_bert(folder.with_name("base"), words, initializer_range=0.5), pooling, dense, prompts)
        return made[key]

    return save


def _save(folder: Path, base: Path, pooling: str, dense: bool, prompts: dict[str, str] | None) -> None:
    """Save ``base`` as a model of the kind, its window 16 tokens."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Dense, Normalize, Pooling, Transformer

    modules = [Transformer(str(base), max_seq_length=16), Pooling(32, pooling_mode=pooling)]
    modules += [Dense(32, 24)] if dense else []
    SentenceTransformer(modules=[*modules, Normalize()], device="cpu", prompts=prompts).save(str(folder))
