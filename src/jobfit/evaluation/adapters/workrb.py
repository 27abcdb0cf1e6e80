"""WorkRB (https://github.com/techwolf-ai/workrb), the work-domain benchmark: its ModelInterface, duck-typed.

>>> from jobfit.encoders.hashing import HashingEncoder
>>> from jobfit.evaluation.adapters.scores import encoder_scores
>>> model = WorkRbModel(encoder_scores(HashingEncoder()), "hashing")
>>> model.compute_rankings(["night nurse"], ["nurse", "welder"], None, None).argmax().item()
0
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from jobfit.evaluation.adapters.scores import Scores


class WorkRbModel:
    """Anything that scores texts against texts, as WorkRB asks for it.

    The kind of text (job title, skill, ...) that WorkRB names is not used: jobfit's models read the text alone.
    Classification ranks the class labels, as WorkRB's own bi-encoders do.
    """

    def __init__(self, scores: Scores, name: str, description: str = "A jobfit model.") -> None:
        """Wrap ``scores``; WorkRB names its result folders by ``name``."""
        self._scores = scores
        self.name = name
        self.description = description
        self.citation: str | None = None
        self.classification_label_space: list[str] | None = None

    def compute_rankings(
        self, queries: Sequence[str], targets: Sequence[str], query_input_type: Any, target_input_type: Any
    ) -> Any:
        """Score n queries with m targets: a float tensor (n, m), larger is better."""
        import torch

        return torch.from_numpy(self._scores(list(queries), list(targets)))

    def compute_classification(
        self, texts: Sequence[str], targets: Sequence[str], input_type: Any, target_input_type: Any = None
    ) -> Any:
        """Score n texts with m class labels: a float tensor (n, m)."""
        return self.compute_rankings(texts, targets, input_type, target_input_type)
