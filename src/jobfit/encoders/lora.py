"""Low-rank adapters (LoRA, Hu et al. 2021, arXiv 2106.09685): W x + (α/r) B A x, with W frozen; merged at export.

Forty lines of our own instead of peft: what is saved is the merged matrix, so nothing else of such a library is used.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

from jobfit.errors import InputError

ATTENTION = ("query", "value", "q_proj", "v_proj", "q_lin", "v_lin", "q", "v", "Wqkv")
"""The projections that are adapted, by the names that BERT, Llama, Qwen, MPNet, DistilBERT, T5 and ModernBERT use."""


class LoraLinear(nn.Module):
    """A frozen ``base`` and two trained matrices, A (r, in) and B (out, r). B starts at 0: the output is the base's.

    Both are in 32 bits, whatever the base is in.
    """

    def __init__(self, base: nn.Linear, rank: int, alpha: float, generator: torch.Generator) -> None:
        """Wrap ``base``; A is drawn from ``generator`` (uniform within ±1/sqrt(in), as a linear layer's weights)."""
        super().__init__()
        self.base = base.requires_grad_(False)
        self.scale = alpha / rank
        bound = 1 / math.sqrt(base.in_features)
        drawn = torch.rand(rank, base.in_features, generator=generator) * 2 * bound - bound
        self.a = nn.Parameter(drawn.to(base.weight.device))
        self.b = nn.Parameter(torch.zeros(base.out_features, rank, device=base.weight.device))

    def forward(self, values: Tensor) -> Tensor:
        out: Tensor = self.base(values)
        low = functional.linear(functional.linear(values.to(self.a.dtype), self.a), self.b)
        return out + (self.scale * low).to(out.dtype)

    def merged(self) -> nn.Linear:
        """Return one linear layer that computes the same; the base is changed and must not be used any more."""
        with torch.no_grad():
            self.base.weight += self.scale * (self.b @ self.a)
        return self.base


def add_lora(model: nn.Module, rank: int, alpha: float, names: tuple[str, ...], seed: int) -> int:
    """Freeze ``model`` and put an adapter on each of its linear layers called one of ``names``; return how many.

    Raises:
        InputError: no linear layer has such a name; the message lists the names that there are.
    """
    model.requires_grad_(False)
    generator = torch.Generator().manual_seed(seed)
    chosen = [
        (parent, name, child)
        for parent in model.modules()
        for name, child in parent.named_children()
        if name in names and isinstance(child, nn.Linear)
    ]
    if not chosen:
        linear = {name.rpartition(".")[2] for name, module in model.named_modules() if isinstance(module, nn.Linear)}
        raise InputError(f"no linear layer is called {', '.join(names)}; there are: {', '.join(sorted(linear))}")
    for parent, name, child in chosen:
        setattr(parent, name, LoraLinear(child, rank, alpha, generator))
    return len(chosen)


def merge_lora(model: nn.Module) -> None:
    """Replace every adapter in ``model`` by the one linear layer that computes the same."""
    for parent in list(model.modules()):
        for name, child in list(parent.named_children()):
            if isinstance(child, LoraLinear):
                setattr(parent, name, child.merged())
