"""Let other benchmarks evaluate any jobfit model: MTEB 2 and WorkRB, neither of which is a dependency.

MTEB (https://github.com/embeddings-benchmark/mteb) has an EncoderProtocol and a SearchProtocol; WorkRB
(https://github.com/techwolf-ai/workrb), the work-domain benchmark, a ModelInterface that is duck-typed.

>>> import numpy as np
>>> from jobfit.encoders.hashing import HashingEncoder
>>> model = MtebEncoder(HashingEncoder(), "jobfit/hashing")
>>> found = model.encode([{"text": ["nurse", "night nurse"]}], task_metadata=None, hf_split="test", hf_subset="default")
>>> found.shape[0], bool(np.allclose(np.linalg.norm(found, axis=1), 1, atol=1e-3))
(2, True)
>>> model = WorkRbModel(encoder_scores(HashingEncoder()), "hashing")
>>> model.compute_rankings(["night nurse"], ["nurse", "welder"], None, None).argmax().item()
0
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jobfit.encoders.base import Encoder, Role
from jobfit.evaluation.datasets.ranking import Asked, Ranker, rank_asked
from jobfit.judged import Texts
from jobfit.records import Document

Scores = Callable[[Sequence[str], Sequence[str]], NDArray[np.float32]]


def vectors(encoder: Encoder, texts: Sequence[str], role: Role) -> NDArray[np.float32]:
    """The unit vectors of ``texts``, shape (n, d); a text without content gets the zero vector, near to nothing."""
    result = np.zeros((len(texts), encoder.dimension), dtype=np.float32)
    rows = [row for row, text in enumerate(texts) if text.strip()]
    if rows:
        result[rows] = encoder.encode([Document(str(row), texts[row]) for row in rows], role).vectors
    return result


def encoder_scores(encoder: Encoder) -> Scores:
    """Cosines of n queries with m documents, shape (n, m)."""
    return lambda queries, documents: vectors(encoder, queries, "query") @ vectors(encoder, documents, "document").T


def ranker_scores(ranker: Ranker) -> Scores:
    """What a system such as BM25 gives n queries with m documents, shape (n, m); larger is better within a query."""

    def scores(queries: Sequence[str], documents: Sequence[str]) -> NDArray[np.float32]:
        asked, searched = (dict(zip(map(str, range(len(texts))), texts)) for texts in (queries, documents))
        everything = tuple(searched)
        run = rank_asked(Asked(Texts(asked, searched), tuple(asked), dict.fromkeys(asked, everything)), ranker)
        result = np.zeros((len(queries), len(documents)), dtype=np.float32)
        for ranking in run:
            for hit in ranking.hits:
                result[int(ranking.query_id), int(hit.document_id)] = hit.score
        return result

    return scores


class _Named:
    """What MTEB asks every model for: its name (``organisation/name``) and a revision."""

    def __init__(self, name: str, revision: str) -> None:
        self._name, self._revision = name, revision

    @property
    def mteb_model_meta(self) -> Any:
        from mteb.models.model_meta import ModelMeta

        return ModelMeta.create_empty({"name": self._name, "revision": self._revision})


class MtebEncoder(_Named):
    """Any jobfit encoder as MTEB's ``EncoderProtocol``; the revision is the encoder's fingerprint."""

    def __init__(self, encoder: Encoder, name: str) -> None:
        super().__init__(name, encoder.fingerprint)
        self._encoder = encoder

    def encode(
        self,
        inputs: Iterable[Mapping[str, Any]],
        *,
        task_metadata: Any,
        hf_split: str,
        hf_subset: str,
        prompt_type: Any = None,
        **kwargs: Any,
    ) -> NDArray[np.float32]:
        """Encode every text of the batches, shape (n, d); queries as queries, all else as documents."""
        texts = [str(text) for batch in inputs for text in batch["text"]]
        return vectors(
            self._encoder, texts, "query" if getattr(prompt_type, "value", prompt_type) == "query" else "document"
        )

    def similarity(self, embeddings1: Any, embeddings2: Any) -> Any:
        """The cosines of (n, d) with (m, d) unit rows: a tensor (n, m)."""
        return _tensor(embeddings1) @ _tensor(embeddings2).T

    def similarity_pairwise(self, embeddings1: Any, embeddings2: Any) -> Any:
        return (_tensor(embeddings1) * _tensor(embeddings2)).sum(dim=-1)


def _tensor(values: Any) -> Any:
    import torch

    tensor = torch.as_tensor(np.asarray(values) if not torch.is_tensor(values) else values, dtype=torch.float32)
    return tensor[None] if tensor.ndim == 1 else tensor


class MtebSearch(_Named):
    """Any system that ranks (BM25, hybrid, TF-IDF) as MTEB's ``SearchProtocol``."""

    def __init__(self, ranker: Ranker, name: str, revision: str = "1") -> None:
        super().__init__(name, revision)
        self._ranker = ranker
        self._corpus: dict[str, str] = {}

    def index(self, corpus: Iterable[Mapping[str, Any]], **kwargs: Any) -> None:
        """Keep the documents: the title, a line break, the text."""
        self._corpus = {str(row["id"]): _content(row) for row in corpus}

    def search(
        self,
        queries: Iterable[Mapping[str, Any]],
        *,
        top_k: int,
        top_ranked: Mapping[str, Sequence[str]] | None = None,
        **kwargs: Any,
    ) -> dict[str, dict[str, float]]:
        """Rank the corpus, or each query's ``top_ranked`` documents, and return the best ``top_k`` scores a query."""
        texts = {str(row["id"]): str(row["text"]) for row in queries}
        run = rank_asked(Asked(Texts(texts, self._corpus), tuple(texts), top_ranked), self._ranker, top_k)
        scores = {r.query_id: {hit.document_id: hit.score for hit in r.hits[:top_k]} for r in run}
        return {query_id: scores.get(query_id, {}) for query_id in texts}


def _content(row: Mapping[str, Any]) -> str:
    return "\n".join(part for part in (str(row.get("title") or ""), str(row.get("text") or "")) if part)


class WorkRbModel:
    """Anything that scores texts against texts, as WorkRB asks for it.

    The kind of text (job title, skill, ...) that WorkRB names is not used: jobfit's models read the text alone.
    Classification ranks the class labels, as WorkRB's own bi-encoders do.
    """

    def __init__(self, scores: Scores, name: str, description: str = "A jobfit model.") -> None:
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
        return self.compute_rankings(texts, targets, input_type, target_input_type)
