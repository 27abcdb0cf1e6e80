"""RankPO's file of annotated pairs, written and read; the texts of both sides from files."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jobfit.artifacts import write_lines
from jobfit.errors import InputError
from jobfit.evaluation.datasets.formats import read_dataset
from jobfit.evaluation.datasets.rankpo import read_rankpo
from jobfit.evaluation.datasets.rows import content, json_lines
from jobfit.ingest.formats.beir import every_document
from jobfit.judged import Texts
from jobfit.training.annotation import BothOrders, DrawnPair, Verdict, Vote
from jobfit.training.reading import is_prepared

PATTERN = "annotated_pair_data*.jsonl"


def read_texts(path: Path, side: str) -> dict[str, str]:
    """Return the texts of ``vacancies`` or ``candidates`` by id, as they stand; blank ones are left out.

    ``path`` is a file of BEIR's JSON Lines, a folder of ``jobfit prepare``, or a data set in any format of evaluation.

    Raises:
        InputError: nothing readable is there, or no text.
    """
    if path.is_file() and not path.match(PATTERN) and path.suffix == ".jsonl":
        texts = {document.id: document.text for document in every_document(path)}
    elif is_prepared(path):
        texts = {document.id: document.text for document in every_document(path / f"{side}.jsonl")}
    else:
        data = read_dataset(path)
        texts = dict(data.vacancies if side == "vacancies" else data.candidates)
    kept = {id_: text for id_, text in texts.items() if text.strip()}
    if not kept:
        raise InputError(f"{path}: no text of {side} here")
    return kept


def check_pairs_file(path: Path) -> None:
    """Refuse a file of annotated pairs by its name and place, before anything is asked for it.

    Raises:
        InputError: readers would not recognise the name, or its folder does not exist.
    """
    if not path.match(PATTERN):
        raise InputError(f"{path}: RankPO's readers look for {PATTERN}; choose such a name")
    if not path.parent.is_dir() or path.is_dir():
        raise InputError(f"{path} cannot be written: name a file in a folder that exists")


def write_annotated_pairs(verdicts: Iterable[Verdict], texts: Texts, path: Path, annotator: str) -> int:
    """Write the pairs that have a preference as RankPO's ``annotated_pair_data*.jsonl``; return how many.

    Fields as published, with ``model`` = the annotator's name. ``confidence_score`` is 100 times the verdict's
    confidence, at least 1; ``comparison`` and ``response`` are of the order in which passage 1 was shown first.
    ``agreement`` (a field of our own) says whether both orders agreed. Who is passage 1 was a fair coin.

    Raises:
        InputError: the name would not be recognised as such a file, or the file cannot be written.
    """
    check_pairs_file(path)
    rows = [_row(verdict, texts, annotator) for verdict in verdicts if verdict.preferred is not None]
    write_lines(path, (json.dumps(row, ensure_ascii=False) for row in rows))
    return len(rows)


def _row(verdict: Verdict, texts: Texts, annotator: str) -> dict[str, Any]:
    pair = verdict.pair
    preferred = "A" if verdict.preferred == pair.x_id else "B"
    confidence = max(1, round(100 * (verdict.confidence or 0)))
    comparison = verdict.comparisons[0]
    row = {
        "query": texts.queries[pair.vacancy_id],
        "passage1": texts.documents[pair.x_id],
        "passage2": texts.documents[pair.y_id],
        "query_id": pair.vacancy_id,
        "passage_id1": pair.x_id,
        "passage_id2": pair.y_id,
        "response": f"Comparison: {comparison}\n\nPreferred: {preferred}\nConfidence score: {confidence}",
        "model": annotator,
        "comparison": comparison,
        "preferred": preferred,
        "confidence_score": confidence,
        "passage_rank1": pair.x_rank,
        "passage_rank2": pair.y_rank,
        "agreement": str(verdict.agreement),
    }
    return {name: value for name, value in row.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Annotated:
    """Votes of a file and the texts they are about. A pair asked in one order only has one vote."""

    pairs: tuple[BothOrders, ...]
    texts: Texts


def read_annotated_pairs(path: Path) -> Annotated:
    """Read RankPO's annotated pairs as votes: A is passage 1. Two rows that show a pair in both orders become one pair.

    Without a stated confidence a vote counts as 100. The published rows are in one order, so that no verdict follows
    from them alone (:func:`jobfit.training.annotation.decide`): ask the other order, or know their position bias.

    Raises:
        InputError: as :func:`jobfit.evaluation.datasets.rankpo.read_rankpo`; a confidence outside of 0..100.
    """
    data = read_rankpo(path)
    votes: dict[DrawnPair, list[Vote | None]] = {}
    for choice, (place, row) in zip(data.choices, json_lines(path), strict=True):
        pair = DrawnPair(choice.vacancy_id, choice.a, choice.b, choice.rank_a, choice.rank_b)
        confidence = 100 if choice.confidence is None else choice.confidence
        vote = Vote(choice.preferred, confidence, content(row, "comparison", place))
        if pair.swapped in votes:
            votes[pair.swapped][1] = vote
        elif pair in votes:
            raise InputError(f"{place}: the pair {pair[:3]} is there twice in this order")
        else:
            votes[pair] = [vote, None]
    return Annotated(tuple(BothOrders(pair, *orders) for pair, orders in votes.items()), data.texts())
