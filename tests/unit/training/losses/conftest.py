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
