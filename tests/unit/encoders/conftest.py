"""Small random BERT models, saved as sentence-transformers folders."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np
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


@pytest.fixture(scope="session")
def small_e5() -> Callable[[Path], Path]:
    """Return a function that writes a small model in the layout of the package of multilingual-e5-small to a path."""
    return small_e5_file


def small_e5_file(path: Path) -> Path:
    """Write a file of the package's layout: one layer of width 32, five pieces, every weight 1, every bias 2."""
    pieces = [("<s>", 0.0), ("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), ("<mask>", -1.0)]
    texts = [text.encode() for text, _ in pieces]
    head = b"E5S1" + struct.pack("<I7ifi", 1, 32, 1, 4, 64, 5, 8, 2, 1e-12, 32)
    head += struct.pack("<5iQ", 5, 0, 2, 1, 3, len(b"".join(texts)))
    head += struct.pack("<6I", *np.cumsum([0, *map(len, texts)])) + struct.pack("<5f", *(score for _, score in pieces))
    head += b"".join(texts) + struct.pack("<iI", 0, 0)
    ones = struct.pack("<e", 1.0) + bytes([0x99] * 16)
    sizes = {"emb.word": 5 * 32, "emb.pos": -8 * 32, "emb.type": -2 * 32, "emb.ln.w": -32, "emb.ln.b": -32}
    for part in ("q", "k", "v", "ao", "aln", "fi", "fo", "oln"):
        sizes[f"l0.{part}.w"] = -32 if part.endswith("ln") else 64 * 32 if part in ("fi", "fo") else 32 * 32
        sizes[f"l0.{part}.b"] = -64 if part == "fi" else -32
    parts = {name: ones * (n // 32) if n > 0 else struct.pack("<f", 2.0) * -n for name, n in sizes.items()}
    start = len(head) + 4 + sum(2 + len(name) + 21 for name in parts)
    listed = struct.pack("<i", len(parts))
    for name, content in parts.items():
        listed += struct.pack("<H", len(name)) + name.encode()
        listed += struct.pack("<BIQQ", sizes[name] > 0, abs(sizes[name]), start, len(content))
        start += len(content)
    path.write_bytes(head + listed + b"".join(parts.values()))
    return path
