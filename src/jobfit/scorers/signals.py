"""A learnt score over signals: named numbers of a pair, such as cosine, BM25 and what the ledger says.

Two networks, and boosted trees behind the same methods. *Additive* is the one that explains itself: a curve for each
signal, and the score is their sum, so that the contributions shown are the score. With one piece a curve is a line;
*monotone* curves never fall: more of a signal never takes anything away. Training is in
:mod:`jobfit.training.signals`, by any loss over lists.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import save_file
from torch import Tensor, nn

from jobfit.artifacts import new_folder, read_manifest, read_text, write_atomic, write_manifest
from jobfit.encoders.tensors import fill
from jobfit.errors import InputError
from jobfit.scorers.trees import Trees
from jobfit.settings import Count, Whole, build, check_fields

Floats = NDArray[np.float64]
FORMAT = "jobfit-signal-ranker-1"
_WEIGHTS, _TREES = "weights.safetensors", "trees.txt"


@dataclass(frozen=True, slots=True)
class NetSettings:
    """What a network over signals is made of.

    kind:     ``additive``: a curve for each signal, summed. ``mlp``: layers of ReLU over all of them.
    pieces:   of a curve: straight between so many parts of the training values with equally many in each; 1: a line.
    monotone: curves never fall.
    hidden:   units of each of the mlp's layers.
    layers:   how many hidden layers the mlp has.
    seed:     of the first weights.
    """

    kind: Literal["additive", "mlp"] = "additive"
    pieces: Count = 1
    monotone: bool = False
    hidden: Count = 32
    layers: Count = 1
    seed: Whole = 0

    def __post_init__(self) -> None:
        check_fields(self)
        if self.kind == "mlp" and (self.pieces > 1 or self.monotone):
            raise InputError("pieces and monotone belong to the kind additive")


class SignalNet(nn.Module):
    """Signals (..., f) to scores (...,). NaN is *unknown* and counts as the mean in training: no help and no harm.

    Beyond the values seen in training an additive curve stays at its end.
    """

    knots: Tensor  # (f, pieces + 1), rising
    mean: Tensor  # (f,)
    spread: Tensor  # (f,)

    def __init__(self, signals: int, settings: NetSettings) -> None:
        super().__init__()
        self.settings = settings
        self.register_buffer("knots", torch.zeros(signals, settings.pieces + 1))
        self.register_buffer("mean", torch.zeros(signals))
        self.register_buffer("spread", torch.ones(signals))
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(settings.seed)
            if settings.kind == "mlp":
                widths = [signals, *[settings.hidden] * settings.layers]
                hidden = [layer for width, after in pairwise(widths) for layer in (nn.Linear(width, after), nn.ReLU())]
                self.net = nn.Sequential(*hidden, nn.Linear(widths[-1], 1))
            else:
                self.rises = nn.Parameter(torch.full((signals, settings.pieces), 0.1 / settings.pieces))
                self.intercept = nn.Parameter(torch.zeros(()))

    def fit_scale(self, rows: Tensor) -> None:
        """Take means, spreads and the ends of the curves' pieces from the training rows (m, f)."""
        self.mean.copy_(rows.nanmean(dim=0).nan_to_num(0.0))
        known = torch.where(rows.isnan(), self.mean, rows)
        spread = known.std(dim=0, correction=0)
        self.spread.copy_(torch.where(spread > 0, spread, 1.0))
        ends = np.quantile(known.numpy(), np.linspace(0, 1, self.settings.pieces + 1), axis=0)
        self.knots.copy_(torch.from_numpy(ends.T))

    def forward(self, signals: Tensor) -> Tensor:
        if self.settings.kind == "additive":
            return self.parts(signals).sum(dim=-1) + self.intercept
        scaled = (torch.where(signals.isnan(), self.mean, signals) - self.mean) / self.spread
        out: Tensor = self.net(scaled)
        return out.squeeze(-1)

    def parts(self, signals: Tensor) -> Tensor:
        """Return what each signal adds (..., f), 0 for its mean in training."""
        return self._curve(torch.where(signals.isnan(), self.mean, signals)) - self._curve(self.mean)

    def _curve(self, values: Tensor) -> Tensor:
        start, width = self.knots[:, :-1], self.knots.diff(dim=1)
        along = ((values.unsqueeze(-1) - start) / torch.where(width > 0, width, 1.0)).clamp(0, 1)
        rises = self.rises.abs() if self.settings.monotone else self.rises
        return (along * rises * (width > 0)).sum(dim=-1)


@dataclass(frozen=True, eq=False)
class SignalRanker:
    """Signals by ``names`` and the fitted model over them; larger scores are better, on no fixed scale."""

    names: tuple[str, ...]
    model: SignalNet | Trees

    def scores(self, table: Floats) -> Floats:
        """Return the scores (...,) of a table (..., f) of signals; NaN is unknown.

        Raises:
            InputError: another number of signals, or an infinite value.
        """
        values = self._checked(table)
        if isinstance(self.model, Trees):
            return self.model.scores(values.reshape(-1, len(self.names))).reshape(values.shape[:-1])
        with torch.no_grad():
            return self.model(torch.from_numpy(values).float()).double().numpy()

    def contributions(self, table: Floats) -> dict[str, Floats]:
        """Return what each signal adds to each score (...,), and ``intercept``; together they are the score.

        Raises:
            InputError: the model is not additive.
        """
        if isinstance(self.model, Trees) or self.model.settings.kind != "additive":
            raise InputError("only an additive model says what each signal adds; train one with kind 'additive'")
        values = self._checked(table)
        with torch.no_grad():
            parts = self.model.parts(torch.from_numpy(values).float()).double().numpy()
            intercept = np.full(values.shape[:-1], float(self.model.intercept))
        return {name: parts[..., place] for place, name in enumerate(self.names)} | {"intercept": intercept}

    def save(self, folder: Path) -> None:
        """Write the model as numbers with a manifest: nothing in it runs."""
        with new_folder(folder) as draft:
            if isinstance(self.model, Trees):
                facts: dict[str, Any] = {"library": self.model.package}
                write_atomic(draft / _TREES, self.model.to_text())
            else:
                facts = {"net": asdict(self.model.settings)}
                save_file(self.model.state_dict(), draft / _WEIGHTS)
            write_manifest(draft, FORMAT, {"signals": list(self.names), **facts})

    @classmethod
    def load(cls, folder: Path) -> SignalRanker:
        """Read what :meth:`save` wrote.

        Raises:
            InputError: the folder is torn, altered or of another format.
            ModelError: the weights do not fit what the manifest says.
            MissingExtraError: the trees' library is not installed.
        """
        manifest = read_manifest(folder, FORMAT)
        facts = manifest.facts
        names = tuple(facts["signals"])
        if "library" in facts:
            return cls(names, Trees.from_text(facts["library"], read_text(folder / _TREES), len(names)))
        net = SignalNet(len(names), build(NetSettings, facts["net"], str(folder)))
        fill(net, folder, manifest, _WEIGHTS, "signals")
        return cls(names, net.train(False))

    def _checked(self, table: Floats) -> Floats:
        values = np.asarray(table, dtype=np.float64)
        if values.ndim < 1 or values.shape[-1] != len(self.names):
            raise InputError(f"{len(self.names)} signals are expected ({', '.join(self.names)}), not {values.shape}")
        if np.isinf(values).any():
            raise InputError("a signal is infinite; what is unknown is NaN")
        return values
