"""The pair classifier: an encoder, a head over both vectors, and what validation chose. Saved without pickle."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from jobfit.artifacts import ErrorType, new_folder, read_manifest, write_manifest
from jobfit.encoders.base import Encoder, Role
from jobfit.encoders.loading import encoder_of, load_encoder, named_encoder
from jobfit.encoders.tensors import fill
from jobfit.errors import InputError, ModelError
from jobfit.records import Document
from jobfit.scorers.base import PersonJob
from jobfit.scorers.calibrators import Calibrator
from jobfit.scorers.pair_head import HeadSettings, PairHead, head_logits, head_outputs
from jobfit.settings import build

FORMAT = "jobfit-pair-classifier-1"
HEAD, ENCODER = "head.safetensors", "encoder"
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class PairClassifier:
    """Scores a pair by the log-odds that the candidate is hired for the vacancy, as the head gives them.

    ``calibrator`` and ``threshold`` (of the calibrated probability; ``None``: none was chosen) come from validation.
    ``facts`` say what it was trained on. The vacancy is encoded as the query. The score orders people and decides
    nothing: whoever is below the threshold is below it, and not rejected.
    """

    encoder: Encoder
    head: PairHead
    calibrator: Calibrator = field(default_factory=Calibrator)
    threshold: float | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.encoder.dimension != self.head.dimension:
            raise InputError(
                f"the head reads vectors of {self.head.dimension} numbers and {self.encoder.fingerprint} gives "
                f"{self.encoder.dimension}"
            )

    def score(self, pairs: Sequence[PersonJob]) -> Floats:
        return self._finite(head_logits(self.head, *self._rows(pairs)), pairs)

    def probabilities(self, pairs: Sequence[PersonJob]) -> Floats:
        """Return the calibrated probability (n,) that each candidate is hired, as the log of training understood it."""
        return self.calibrator.probabilities(self.score(pairs))

    def classes(self, pairs: Sequence[PersonJob]) -> Floats:
        """Return P(class) (n, k) in the order of ``head.settings.classes``, as the head gives them: not calibrated."""
        outputs = torch.from_numpy(self._finite(head_outputs(self.head, *self._rows(pairs)), pairs))
        with torch.inference_mode():
            return self.head.log_probabilities(outputs).exp().double().cpu().numpy()

    def _rows(self, pairs: Sequence[PersonJob]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        candidates = self._encode([pair.candidate for pair in pairs], "document")
        return candidates, self._encode([pair.vacancy for pair in pairs], "query")

    def _encode(self, documents: Sequence[Document], role: Role) -> NDArray[np.float32]:
        rows = {document: row for row, document in enumerate(dict.fromkeys(documents))}
        once = [
            Document(str(row), document.text) if document.text.strip() else document for document, row in rows.items()
        ]
        return self.encoder.encode(once, role).vectors[[rows[document] for document in documents]]

    def _finite(self, values: Floats, pairs: Sequence[PersonJob]) -> Floats:
        for pair, value in zip(pairs, values):
            if not np.isfinite(value).all():
                raise ModelError(
                    f"candidate {pair.candidate.id!r}, vacancy {pair.vacancy.id!r}: the score is not a finite number; "
                    "the head's weights are damaged, train it again"
                )
        return values


def save_pair_classifier(
    classifier: PairClassifier,
    folder: Path,
    encoder: str | Callable[[Path], None],
    *,
    error: ErrorType = InputError,
    advice: str = "",
) -> None:
    """Write a folder that appears whole, in the place of one that is there.

    ``encoder`` is the name of a model that is not changed (it is identified by its weights' SHA-256), or a function
    that writes the trained encoder, a sentence-transformers folder, where it is told.
    """
    from safetensors.torch import save_file

    with new_folder(folder, replace=True, error=error, advice=advice or "choose a folder with room") as draft:
        save_file(
            {name: value.contiguous().cpu() for name, value in classifier.head.state_dict().items()}, draft / HEAD
        )
        if callable(encoder):
            encoder(draft / ENCODER)
        named = None if callable(encoder) else named_encoder(encoder)
        facts = {
            "dimension": classifier.head.dimension,
            "head": asdict(classifier.head.settings),
            "calibrator": asdict(classifier.calibrator),
            "threshold": classifier.threshold,
            "encoder": named,
            "facts": dict(classifier.facts),
        }
        write_manifest(draft, FORMAT, facts)


def load_pair_classifier(folder: Path, load: Callable[[str], Encoder] = load_encoder) -> PairClassifier:
    """Read what :func:`save_pair_classifier` wrote; ``load`` gives the encoder for a name or a folder.

    Raises:
        ModelError: a file is missing or altered, a tensor is missing, unknown, of another shape or holds a value that
            is not finite, or the encoder's weights are not those that the head was trained on.
    """
    manifest = read_manifest(folder, FORMAT, error=ModelError)
    facts = manifest.facts
    if not facts["encoder"] and f"{ENCODER}/modules.json" not in manifest.files:
        raise ModelError(f"{folder}: {ENCODER}/modules.json is not part of the model; save it again")
    try:
        head = PairHead(facts["dimension"], build(HeadSettings, facts["head"], str(folder)))
        calibrator = Calibrator.of(facts["calibrator"])
    except (KeyError, TypeError, InputError) as error:
        raise ModelError(f"{folder}: what the manifest says of the head cannot be used: {error}") from error
    fill(head, folder, manifest, HEAD, "pair classifier")
    encoder = _encoder(folder, facts["encoder"], load)
    return PairClassifier(encoder, head.train(False), calibrator, facts["threshold"], facts["facts"])


def _encoder(folder: Path, named: Mapping[str, str] | None, load: Callable[[str], Encoder]) -> Encoder:
    if named is None:
        return load(str(folder / ENCODER))
    return encoder_of(named, folder, load)
