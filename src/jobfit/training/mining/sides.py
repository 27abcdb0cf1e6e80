"""The two sides of a mining from files: BEIR, or a folder of ``jobfit prepare``, with positives for each direction."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from jobfit.documents.masking import has_words
from jobfit.embeddings import Embeddings
from jobfit.encoders.base import Encoder
from jobfit.errors import InputError
from jobfit.ingest.formats.beir import every_document
from jobfit.ingest.formats.trec import read_qrels
from jobfit.judged import Texts, turned
from jobfit.reading import kind_of_file, masked_texts
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
        return Eligible.but(there, vectors.only(self.positives).ids, pool.ids)


def files_of(folder: Path) -> tuple[Path, Path, Path]:
    """(queries, documents, positives) of a folder of ``jobfit prepare`` (vacancies ask) or of BEIR's training split."""
    layouts = (
        ("vacancies.jsonl", "candidates.jsonl", "qrels.tsv"),
        ("queries.jsonl", "corpus.jsonl", "qrels/train.tsv"),
    )
    for names in layouts:
        queries, documents, positives = (folder / name for name in names)
        if queries.is_file() and documents.is_file() and positives.is_file():
            return queries, documents, positives
    wanted = " nor ".join(", ".join(names) for names in layouts)
    raise InputError(f"{folder} holds neither {wanted}. Give the files by --queries, --documents and --positives")


def read_sides(queries: Path, documents: Path, positives: Path, *, masked: bool = True) -> MiningSet:
    """Read both sides and the pairs with a grade above 0.

    A line without a text, and a record of a prepared folder for which the variant has none, is left out with its
    pairs, and counted.

    Raises:
        InputError: a file cannot be read, a side is empty, or no pair has a grade above 0.
        UnknownIdError: a pair names an id that its file does not hold.
    """
    asking, no_query, queries_left_out = _read_side(queries, masked)
    ranked, no_document, documents_left_out = _read_side(documents, masked)
    grades = read_qrels(positives).grades
    right = {q: {d for d, grade in judged.items() if grade > 0} for q, judged in grades.items()}
    right = {q: listed for q, listed in right.items() if listed}
    refuse_unknown(right, asking.keys() | no_query, ranked.keys() | no_document, where=f"{positives}: ")
    kept = {q: found for q, listed in right.items() if q not in no_query and (found := listed - no_document)}
    if not kept:
        raise InputError(f"{positives}: no pair has a grade above 0 and a text on both sides: nothing to mine for")
    left_out = {
        "queries without a text": queries_left_out,
        "documents without a text": documents_left_out,
        "positive pairs without a text": sum(map(len, right.values())) - sum(map(len, kept.values())),
    }
    return MiningSet(Texts(asking, ranked), kept, left_out)


def read_refused(path: Path, texts: Texts) -> dict[str, set[str]]:
    """Return the pairs of ``path`` (BEIR TSV or TREC qrels), whatever their grade: never given as negatives."""
    pairs = {q: set(judged) for q, judged in read_qrels(path).grades.items()}
    refuse_unknown(pairs, texts.queries.keys(), texts.documents.keys(), where=f"{path}: ", kind="refused")
    return pairs


def _read_side(path: Path, masked: bool) -> tuple[dict[str, str], set[str], int]:
    """The texts by id, the ids of those without one, and how many lines have none.

    A record of a prepared folder for which its variant has no text stands in no line, but in pairs.
    """
    documents = tuple(every_document(path))
    texts = {d.id: d.text for d in documents}
    if masked:
        texts = masked_texts(texts, kind_of_file(path))
    texts = {i: text for i, text in texts.items() if has_words(text)}
    if not texts:
        raise InputError(f"{path}: no document with a text")
    kind = {"vacancies.jsonl": "vacancy", "candidates.jsonl": "candidate"}.get(path.name)
    recorded = recorded_ids(path.parent)[kind] if kind is not None and is_prepared(path.parent) else set()
    blank = (recorded | {d.id for d in documents}) - texts.keys()
    return texts, blank, len(documents) - len(texts)


def embed(encoder: Encoder, both: Texts, side: str, update: Callable[[int, int], None]) -> Embeddings:
    """The vectors of one side in its own role; a pair's cosine is the same in both directions."""
    texts = both.queries if side == "queries" else both.documents
    documents = [Document(i, text) for i, text in texts.items()]
    parts = []
    for start in range(0, len(documents), _AT_ONCE):
        parts.append(encoder.encode(documents[start : start + _AT_ONCE], "query" if side == "queries" else "document"))
        update(min(start + _AT_ONCE, len(documents)), len(documents))
    return Embeddings(tuple(texts), np.concatenate([part.vectors for part in parts]), encoder.fingerprint)
