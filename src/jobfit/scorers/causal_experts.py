"""The two experts of a pair (:mod:`jobfit.scorers.experts`) as one language model with an adapter for each.

Only the adapters are kept, with what identifies the model that they are for. They are trained by
:func:`jobfit.training.causal_experts.fit_causal_experts`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jobfit.artifacts import new_folder, read_manifest, write_manifest
from jobfit.encoders.tensors import read_tensors
from jobfit.errors import InputError, ModelError
from jobfit.scorers.calibrators import Calibrator
from jobfit.scorers.causal import Adapting, CausalScorer
from jobfit.scorers.experts import Floats, Treatment
from jobfit.scorers.pair_prompts import QUESTIONS

CAUSAL_FORMAT = "jobfit-causal-experts-1"
_ADAPTERS = "adapters.safetensors"


@dataclass(frozen=True, eq=False)
class CausalExperts:
    """Both experts with their calibrators, in the order preference, qualification; used as ``Experts`` are.

    What it reads of a pair is a :class:`~jobfit.scorers.pair_prompts.PairPrompt` where those read numbers.
    """

    scorer: CausalScorer
    calibrators: tuple[Calibrator, Calibrator]
    treatment: Treatment
    reads: tuple[str, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)

    def logits(self, prompts: NDArray[np.object_]) -> tuple[Floats, Floats]:
        """Return the log-odds of *yes* to both questions, each (p,)."""
        first, second = (
            self.scorer.read(self.scorer.tokens(prompts, question), question) for question in range(len(QUESTIONS))
        )
        return first, second

    def chances(self, prompts: NDArray[np.object_]) -> tuple[Floats, Floats]:
        """Return P(apply | shown) and P(accept | applied), each (p,)."""
        first, second = (cal.probabilities(z) for cal, z in zip(self.calibrators, self.logits(prompts)))
        return first, second


def save_causal_experts(experts: CausalExperts, folder: Path) -> None:
    """Write the adapters to a folder that appears whole, in the place of one that is there."""
    from safetensors.torch import save_file

    scorer = experts.scorer
    with new_folder(folder, replace=True) as draft:
        save_file(_by_question(scorer), draft / _ADAPTERS)
        facts = {
            "base": {"name": scorer.name, "identity": scorer.fingerprint}, "number": scorer.number,
            "max_tokens": scorer.max_tokens, "adapting": asdict(scorer.adapting),
            "calibrators": [asdict(one) for one in experts.calibrators], "treatment": experts.treatment,
            "reads": list(experts.reads), "facts": dict(experts.facts),
        }  # fmt: skip
        write_manifest(draft, CAUSAL_FORMAT, facts)


def load_causal_experts(folder: Path) -> CausalExperts:
    """Read what :func:`save_causal_experts` wrote, and load the language model that its adapters are for.

    Raises:
        ModelError: a file is missing or altered, a tensor is missing, unknown, of another shape or not finite, or the
            language model is not there or has other files than the one that they were trained on.
    """
    manifest = read_manifest(folder, CAUSAL_FORMAT, error=ModelError)
    stated = manifest.facts
    try:
        base, adapting = stated["base"], stated["adapting"]
        adapting = Adapting(**{**adapting, "names": tuple(adapting["names"])})
        first, second = map(Calibrator.of, stated["calibrators"])
        scorer = CausalScorer.load(
            base["name"], number=stated["number"], max_tokens=stated["max_tokens"], adapting=adapting,
            identity=base["identity"],
        )  # fmt: skip
        experts = CausalExperts(
            scorer, (first, second), stated["treatment"], tuple(stated["reads"]), stated["facts"]
        )  # fmt: skip
    except (KeyError, TypeError, ValueError, InputError) as error:
        raise ModelError(f"{folder}: what the manifest says of the experts cannot be used: {error}") from error
    wanted = _by_question(scorer)
    for name, value in read_tensors(folder, manifest, _ADAPTERS, wanted, "experts").items():
        wanted[name].data.copy_(value)
    return experts


def _by_question(scorer: CausalScorer) -> dict[str, Any]:
    sides = zip(("preference", "qualification"), scorer.adapters, strict=True)
    return {f"{side}.{name}": value for side, adapter in sides for name, value in adapter.items()}
