from __future__ import annotations

import pytest
import torch


@pytest.fixture(autouse=True)
def one_thread():
    """Keep torch to one thread, and give back what it had."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture
def unit():
    """Return a function that makes random unit rows in 64 bits."""
    generator = torch.Generator().manual_seed(0)

    def make(*shape):
        rows = torch.randn(*shape, generator=generator, dtype=torch.float64)
        return torch.nn.functional.normalize(rows, dim=-1)

    return make


WORDS = "nurse engineer data python develop team work in lyon paris with ten years of experience and care"


@pytest.fixture(scope="session")
def model_folder(save_bert, tmp_path_factory):
    """Save a 2-layer BERT with random weights and no dropout as a sentence-transformers folder, mean pooling."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer

    base, folder = tmp_path_factory.mktemp("base"), tmp_path_factory.mktemp("models") / "tiny"
    dropout = {"hidden_dropout_prob": 0.0, "attention_probs_dropout_prob": 0.0}
    save_bert(base, WORDS.split(), max_position_embeddings=32, initializer_range=0.5, **dropout)
    modules = [Transformer(str(base), max_seq_length=16), Pooling(32, pooling_mode="mean")]
    SentenceTransformer(modules=modules, device="cpu").save(str(folder))
    return folder


@pytest.fixture
def model(model_folder):
    """Load the small model anew."""
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer(str(model_folder), device="cpu", local_files_only=True)
