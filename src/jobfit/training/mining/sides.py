"""The two sides of a mining from files: BEIR, or a folder of ``jobfit prepare``, with positives for each direction."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from jobfit.embeddings import Embeddings
from jobfit.encoders.base import Encoder
from jobfit.errors import InputError, Rejection
from jobfit.ingest.formats.trec import read_qrels
from jobfit.judged import Texts, turned
from jobfit.reading import read_documents
from jobfit.records import Document
from jobfit.training.mining.exclusions import Eligible, Positives, refuse_unknown
from jobfit.training.reading import is_prepared, recorded_ids

_AT_ONCE = 256  # documents encoded between two steps of the progress bar


@dataclass(frozen=True, slots=True)
class MiningSet:
    """What negatives are mined in: the texts, positives by query id, and how much was left out of the files and why.

    The queries are the anchors; :meth:`turned` makes anchors of the documents.
    """

    texts: Texts
    positives: Positives
    left_out: Mapping[str, int] = field(default_factory=dict)

    def turned(self) -> MiningSet:
        return MiningSet(self.texts.turned(), turned(self.positives), self.left_out)

    def refuse(self, refused: Positives, vectors: Embeddings, pool: Embeddings) -> Eligible:
        """The rule that never gives the ``refused`` pairs, {query id: document ids}, to these anchors."""
        there = {anchor: found for anchor, found in refused.items() if anchor in self.positives}
        return Eligible.but(there, self.select(vectors).ids, pool.ids)

    def select(self, vectors: Embeddings) -> Embeddings:
        rows = [row for row, i in enumerate(vectors.ids) if i in self.positives]
        return Embeddings(tuple(vectors.ids[row] for row in rows), vectors.vectors[rows], vectors.fingerprint)


def files_of(folder: Path) -> tuple[Path, Path, Path]:
    """(queries, documents, positives) of a folder of ``jobfit prepare`` (vacancies ask) or of BEIR's training split.

    Raises:
        InputError: it is neither.
    """
    layouts = (
        ("vacancies.jsonl", "candidates.jsonl", "qrels.tsv"),
        ("queries.jsonl", "corpus.jsonl", "qrels/train.tsv"),
    )
    for names in layouts:
        paths = tuple(folder / name for name in names)
        if all(path.is_file() for path in paths):
            return paths[0], paths[1], paths[2]
    wanted = " nor ".join(", ".join(names) for names in layouts)
    raise InputError(f"{folder} holds neither {wanted}. Give the files by --queries, --documents and --positives")


def read_sides(queries: Path, documents: Path, positives: Path, *, masked: bool = True) -> MiningSet:
    """Read both sides and the pairs with a grade above 0.

    A text-less line can be neither encoded nor be a negative: it is left out with its pairs, and counted. So is a
    record of a prepared folder for which the variant has no text.

    Raises:
        InputError: a file cannot be read, a side is empty, or no pair has a grade above 0.
        UnknownIdError: a pair names an id that its file does not hold.
    """
    texts: dict[str, dict[str, str]] = {}
    empty: dict[str, int] = {}
    blank: dict[str, set[str]] = {}
    for side, path in (("queries", queries), ("documents", documents)):
        rejects: list[Rejection] = []
        texts[side] = {d.id: d.text for d in read_documents(path, masked=masked, rejects=rejects)}
        blank[side] = _blank_ids(path) if rejects else set()
        blank[side] |= _without_a_line(path) - texts[side].keys()
        empty[f"{side} without a text"] = len(rejects)
        if not texts[side]:
            raise InputError(f"{path}: no document with a text")
    grades = read_qrels(positives).grades
    judged_right = {q: {d for d, grade in judged.items() if grade > 0} for q, judged in grades.items()}
    judged_right = {q: listed for q, listed in judged_right.items() if listed}
    known = {side: texts[side].keys() | blank[side] for side in texts}
    refuse_unknown(judged_right, known["queries"], known["documents"], where=f"{positives}: ")
    kept = {q: listed - blank["documents"] for q, listed in judged_right.items() if q not in blank["queries"]}
    kept = {q: listed for q, listed in kept.items() if listed}
    if not kept:
        raise InputError(f"{positives}: no pair has a grade above 0 and a text on both sides: nothing to mine for")
    lost = sum(map(len, judged_right.values())) - sum(map(len, kept.values()))
    return MiningSet(
        Texts(texts["queries"], texts["documents"]), kept, {**empty, "positive pairs without a text": lost}
    )


def read_refused(path: Path, texts: Texts) -> dict[str, set[str]]:
    """Return the pairs of ``path`` (BEIR TSV or TREC qrels), whatever their grade: they are never given as negatives.

    Raises:
        UnknownIdError: a pair names an id that the texts do not hold.
    """
    pairs = {q: set(judged) for q, judged in read_qrels(path).grades.items()}
    refuse_unknown(pairs, texts.queries.keys(), texts.documents.keys(), where=f"{path}: ", kind="refused")
    return pairs


def _without_a_line(path: Path) -> set[str]:
    """Records of a prepared folder for which its variant has no text: no line, but pairs."""
    kind = {"vacancies.jsonl": "vacancy", "candidates.jsonl": "candidate"}.get(path.name)
    return recorded_ids(path.parent)[kind] if kind is not None and is_prepared(path.parent) else set()


def _blank_ids(path: Path) -> set[str]:
    from jobfit.ingest.formats.beir import every_document

    return {document.id for document in every_document(path) if not document.text}


def embed(encoder: Encoder, both: Texts, side: str, update: Callable[[int, int], None]) -> Embeddings:
    """The vectors of one side in its own role; a pair's cosine is the same in both directions."""
    texts = both.queries if side == "queries" else both.documents
    documents = [Document(i, text) for i, text in texts.items()]
    parts = []
    for start in range(0, len(documents), _AT_ONCE):
        parts.append(encoder.encode(documents[start : start + _AT_ONCE], "query" if side == "queries" else "document"))
        update(min(start + _AT_ONCE, len(documents)), len(documents))
    return Embeddings(tuple(texts), np.concatenate([part.vectors for part in parts]), encoder.fingerprint)
