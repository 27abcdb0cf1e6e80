"""What ``jobfit mine`` wrote, for a training: read, held against the training's own data, and told apart by side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jobfit.documents.masking import TextKind
from jobfit.errors import InputError, UnknownIdError, named
from jobfit.judged import refuse_unknown
from jobfit.reading import masked_texts
from jobfit.training.data import TrainingSet, original_of
from jobfit.training.mining.mine import content_digest
from jobfit.training.mining.mined import load_mined
from jobfit.training.rounds import Lists, Negatives

_DIRECTIONS = ("for-queries", "for-documents")
_OTHER = {"vacancies": "candidates", "candidates": "vacancies"}


@dataclass(frozen=True, slots=True)
class _Mined:
    """One direction: where it is, negatives by anchor, and the facts of its manifest (empty for a bare table)."""

    where: Path
    lists: Lists
    anchors: tuple[str, ...]
    pool: tuple[str, ...]
    facts: Mapping[str, Any]


def read_negatives(path: Path, data: TrainingSet) -> Negatives:
    """Read mined negatives for the pairs of ``data``: one direction or both.

    ``path`` is the folder that ``jobfit mine`` wrote, one of the two in it, a file in one of these, or a Parquet table
    of one's own with the columns ``query_id`` and ``negatives`` (a list of ids). Which side the anchors are of is told
    by their ids; where both sides have the same ids, the queries are the vacancies. Anchors without a positive in
    ``data`` are left out. The ids, and with a manifest the texts, masked or not, have to be those of ``data``.

    Raises:
        UnknownIdError: an anchor or a negative has no text in ``data``; the message counts and names them.
        InputError: the mining is not complete, was altered, was of other texts, holds positives of ``data`` as
            negatives, or has nothing for any pair of it.
    """
    by_side: dict[str, Lists] = {}
    for mined in _files(path):
        side = _side_of_anchors(mined, data)
        _check_texts(mined, data, side)
        if side in by_side:
            raise InputError(f"{path}: both directions have {side} as anchors; one of each is expected")
        positives = data.positives_of_vacancies() if side == "vacancies" else data.positives_of_candidates()
        by_side[side] = {anchor: ids for anchor, ids in mined.lists.items() if ids and anchor in positives}
        _refuse_positives(mined.where, by_side[side], positives)
    negatives = Negatives(by_side.get("vacancies", {}), by_side.get("candidates", {}))
    if not negatives.count():
        raise InputError(f"{path}: no negative for any anchor of the {len(data.positives)} positive pairs to train on")
    return negatives


def for_copies(negatives: Negatives, data: TrainingSet) -> Negatives:
    """Return the negatives with those of each original for its augmented copies in ``data`` as well."""
    sides = ((negatives.candidates, data.vacancies), (negatives.vacancies, data.candidates))
    return Negatives(*({i: lists[o] for i in texts if (o := original_of(i)) in lists} for lists, texts in sides))


def _files(path: Path) -> list[_Mined]:
    if path.is_file():
        whole = (path.parent / "manifest.json").is_file()
        if not whole and path.suffix != ".parquet":
            raise InputError(f"{path} has no manifest beside it: name a folder of `jobfit mine`, or a Parquet table")
        return [_of_folder(path.parent) if whole else _of_table(path)]
    if (path / "manifest.json").is_file():
        return [_of_folder(path)]
    if folders := [path / name for name in _DIRECTIONS if (path / name).is_dir()]:
        return [_of_folder(folder) for folder in folders]
    raise InputError(f"{path} holds no mined negatives: neither {' nor '.join(_DIRECTIONS)}. `jobfit mine` writes them")


def _of_folder(folder: Path) -> _Mined:
    mined = load_mined(folder)
    return _Mined(folder, dict(mined), mined.query_ids, mined.document_ids, mined.facts)


def _of_table(path: Path) -> _Mined:
    import pyarrow as pa
    from pyarrow import parquet

    try:
        table: Any = parquet.read_table(path, columns=["query_id", "negatives"])
        anchors = [str(i) for i in table["query_id"].to_pylist()]
        lists = [tuple(map(str, ids or ())) for ids in table["negatives"].to_pylist()]
    except (pa.ArrowException, OSError, KeyError, TypeError) as error:
        why = str(error).splitlines()[0][:200]
        raise InputError(
            f"{path} cannot be read as a table of query_id and negatives (a list of ids): {why}"
        ) from error
    if twice := [i for i, n in Counter(anchors).items() if n > 1]:
        raise InputError(f"{path}: {len(twice)} anchors stand in two rows: {named(twice)}")
    return _Mined(path, dict(zip(anchors, lists)), tuple(anchors), tuple({i for ids in lists for i in ids}), {})


def _side_of_anchors(mined: _Mined, data: TrainingSet) -> str:
    """Which side asks; an error that names the unknown ids where neither way fits."""

    def unknown(side: str) -> int:
        sides = ((mined.anchors, getattr(data, side)), (mined.pool, getattr(data, _OTHER[side])))
        return sum(i not in texts for ids, texts in sides for i in ids)

    order = ("candidates", "vacancies") if mined.where.name == "for-documents" else ("vacancies", "candidates")
    side = min(order, key=unknown)
    try:
        refuse_unknown(f"{mined.where}: %s anchors are not {side} of these data", mined.anchors, getattr(data, side))
        other = _OTHER[side]
        refuse_unknown(f"{mined.where}: %s negatives are not {other} of these data", mined.pool, getattr(data, other))
    except UnknownIdError as error:
        raise UnknownIdError(f"{error}. Mine on the data that are trained on") from error
    return side


def _check_texts(mined: _Mined, data: TrainingSet, side: str) -> None:
    recorded = mined.facts.get("inputs", {})
    for name, ids, of in (("queries_texts", mined.anchors, side), ("documents_texts", mined.pool, _OTHER[side])):
        texts = {i: getattr(data, of)[i] for i in ids}
        known = recorded.get(name, content_digest(texts))
        ways = (texts, *(masked_texts(texts, kind) for kind in (TextKind.VACANCY, TextKind.CV)))
        if not any(known == content_digest(way) for way in ways):
            raise InputError(f"{mined.where}: the {of} have other texts than when it was mined: mine again")


def _refuse_positives(where: Path, lists: Lists, positives: Mapping[str, frozenset[str]]) -> None:
    wrong = {(anchor, i) for anchor, ids in lists.items() for i in ids if i in positives[anchor]}
    if wrong:
        raise InputError(
            f"{where}: {len(wrong)} negatives are positives of these data, the first {min(wrong)}: mine again with "
            "these pairs as the positives"
        )
