"""Two experts of a pair: would the candidate apply (preference), would the employer accept them (qualification).

Both read the same numbers of a pair (:mod:`jobfit.training.expert_features`), each with a representation and a head of
its own; each head also reads the other's representation, through weights that start at 0. They are trained by
:func:`jobfit.training.experts.fit_experts` and kept as numbers in a folder.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from jobfit.artifacts import new_folder, read_manifest, write_manifest
from jobfit.encoders.base import Encoder
from jobfit.encoders.loading import encoder_of, load_encoder, named_encoder
from jobfit.encoders.tensors import fill
from jobfit.errors import InputError, ModelError
from jobfit.scorers.calibrators import Calibrator

Floats = NDArray[np.float64]
Treatment = Literal["applicants", "ips", "dr", "esmm"]
FORMAT = "jobfit-experts-1"
_WEIGHTS = "experts.safetensors"
_AT_ONCE = 8192  # pairs: bounds the memory of what they are


class ExpertNet(nn.Module):
    """``forward`` takes features (p, f) and gives the logits of preference and qualification, (p,) each.

    Features are scaled by mean and deviation of the training pairs (:meth:`fit_scale`).
    """

    mean: Tensor
    deviation: Tensor

    def __init__(self, features: int, hidden: int, seed: int = 0) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(features))
        self.register_buffer("deviation", torch.ones(features))
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            self.trunks = nn.ModuleList(nn.Linear(features, hidden) for _ in range(2))
            self.heads = nn.ModuleList(nn.Linear(hidden, 1) for _ in range(2))
        self.others = nn.ModuleList(nn.Linear(hidden, 1, bias=False) for _ in range(2))
        for other in self.others:
            nn.init.zeros_(other.weight)  # type: ignore[arg-type]
        self.log_weights = nn.Parameter(torch.zeros(2))

    def fit_scale(self, features: NDArray[np.float32]) -> None:
        deviation = features.std(axis=0)
        self.mean.copy_(torch.from_numpy(features.mean(axis=0)))
        self.deviation.copy_(torch.from_numpy(np.where(deviation > 0, deviation, 1.0).astype(np.float32)))

    def forward(self, features: Tensor) -> tuple[Tensor, Tensor]:
        scaled = (features - self.mean) / self.deviation
        seen = [torch.relu(trunk(scaled)) for trunk in self.trunks]
        first, second = (
            (head(own) + other(apart)).squeeze(1)
            for head, other, own, apart in zip(self.heads, self.others, seen, seen[::-1])
        )
        return first, second

    def task(self, number: int) -> list[nn.Parameter]:
        return [*self.trunks[number].parameters(), *self.heads[number].parameters()]


@dataclass(frozen=True, eq=False)
class Experts:
    """Both experts with their calibrators, in the order preference, qualification.

    ``treatment`` says how the qualification treats the censoring; ``reads`` names the facts of a pair among the
    features, so that a folder is not used with others. A policy refuses a calibrator of the method ``none``.
    """

    net: ExpertNet
    calibrators: tuple[Calibrator, Calibrator]
    treatment: Treatment
    reads: tuple[str, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)

    def logits(self, features: NDArray[np.float32]) -> tuple[Floats, Floats]:
        """Return the logits of both, each (p,); :class:`InputError` for features (p, f) of another width."""
        if features.ndim != 2 or features.shape[1] != len(self.net.mean):
            raise InputError(f"the experts read {len(self.net.mean)} numbers of a pair, not an array {features.shape}")
        found = np.zeros((2, len(features)))
        with torch.inference_mode():
            for start in range(0, len(features), _AT_ONCE):
                part = slice(start, start + _AT_ONCE)
                for row, logits in enumerate(self.net(torch.from_numpy(features[part]))):
                    found[row, part] = logits.double().numpy()
        return found[0], found[1]

    def chances(self, features: NDArray[np.float32]) -> tuple[Floats, Floats]:
        """Return P(apply | shown) and P(accept | applied), each (p,)."""
        first, second = (cal.probabilities(z) for cal, z in zip(self.calibrators, self.logits(features)))
        return first, second


def save_experts(experts: Experts, folder: Path, encoder: str) -> None:
    """Write a folder that appears whole, in the place of one that is there; ``encoder`` is the name of the texts'."""
    from safetensors.torch import save_file

    with new_folder(folder, replace=True) as draft:
        save_file({name: value.contiguous() for name, value in experts.net.state_dict().items()}, draft / _WEIGHTS)
        features, hidden = len(experts.net.mean), len(experts.net.trunks[0].bias)  # type: ignore[arg-type]
        facts = {
            "features": features, "hidden": hidden, "calibrators": [asdict(one) for one in experts.calibrators],
            "treatment": experts.treatment, "reads": list(experts.reads), "encoder": named_encoder(encoder),
            "facts": dict(experts.facts),
        }  # fmt: skip
        write_manifest(draft, FORMAT, facts)


def load_experts(folder: Path, load: Callable[[str], Encoder] = load_encoder) -> tuple[Experts, Encoder]:
    """Read what :func:`save_experts` wrote, and the encoder whose vectors the experts read, which ``load`` gives.

    Raises:
        ModelError: a file is missing or altered, a tensor is missing, unknown, of another shape or not finite, or the
            encoder has other weights than the one that they were trained on.
    """
    manifest = read_manifest(folder, FORMAT, error=ModelError)
    stated = manifest.facts
    try:
        net = ExpertNet(stated["features"], stated["hidden"])
        first, second = map(Calibrator.of, stated["calibrators"])
        experts = Experts(
            net, (first, second), stated["treatment"], tuple(stated["reads"]), stated["facts"]
        )  # fmt: skip
    except (KeyError, TypeError, ValueError, RuntimeError, InputError) as error:
        raise ModelError(f"{folder}: what the manifest says of the experts cannot be used: {error}") from error
    fill(net, folder, manifest, _WEIGHTS, "experts")
    net.train(False)
    return experts, encoder_of(stated["encoder"], folder, load)
