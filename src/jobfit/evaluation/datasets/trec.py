"""TREC: documents and topics in its SGML, ``qrels*``, and a run that says which documents each query ranks.

=====================  ============================================================================
``documents*``         ``<DOC><DOCNO>id</DOCNO><TEXT>text</TEXT></DOC>``, one after the other
``topics*``            ``<top><num> Number: id</num><title>text</title></top>``; closing tags may be absent
``qrels*``             ``query 0 document grade``; ``qrels.train``, ``qrels.dev`` name the split, else test
``candidates*.run``    optional: the documents that each query ranks (a re-ranking run; scores are not read)
=====================  ============================================================================

``&``, ``<`` and ``>`` are written as entities, and entities are read.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from itertools import count
from pathlib import Path

from jobfit.errors import InputError
from jobfit.evaluation.datasets.beir import left_out
from jobfit.evaluation.datasets.model import DOCUMENTS_FOR_QUERY, Dataset, RankingTask, split_name
from jobfit.ingest.formats.trec import read_qrels, read_run, write_trec_qrels
from jobfit.ingest.writing import write_lines

_FIELD = re.compile(
    r"<(docno|num|title|text|desc|narr|headline)>(.*?)(?=</\1>|<(?:title|desc|narr|text)>|\Z)", re.I | re.S
)
_NUMBER = re.compile(r"^\s*Number:", re.I)
_LABEL = {"desc": re.compile(r"^\s*Description:", re.I), "narr": re.compile(r"^\s*Narrative:", re.I)}


def is_trec(folder: Path) -> bool:
    """Whether the folder holds documents, topics and qrels by these names."""
    return all(any(folder.glob(pattern)) for pattern in ("documents*", "topics*", "qrels*"))


def read_trec_folder(folder: Path, task_name: str = DOCUMENTS_FOR_QUERY) -> Dataset:
    """Read a folder; every qrels file is a task, ranked over ``candidates.<split>.run`` where there is one.

    Raises:
        InputError: a file is missing or not as described; the message names file and line.
        UnknownIdError: qrels or a run name ids without a text.
    """
    corpus, queries = _blocks(folder, "documents*", "doc"), _blocks(folder, "topics*", "top")
    tasks = []
    for path in sorted(folder.glob("qrels*")):
        stated = path.name.removeprefix("qrels").strip("._-").removesuffix("txt").strip("._-")
        split = split_name(stated or "test")
        run = folder / f"candidates.{split}.run"
        lists = {r.query_id: r.document_ids for r in read_run(run)} if run.is_file() else None
        tasks.append(RankingTask(task_name, split, read_qrels(path), lists))
    return Dataset(folder.name, queries, corpus, tuple(tasks))


def write_trec_folder(dataset: Dataset, folder: Path, task_name: str | None = None) -> tuple[str, ...]:
    """Write the tasks named ``task_name`` (``None``: those that the queries ask) and return what is left out.

    Raises:
        InputError: no such task, two names where none was given, or an id that holds white space.
    """
    tasks = [t for t in dataset.tasks if t.name == task_name or (task_name is None and not t.reverse)]
    if len({task.name for task in tasks}) != 1:
        names = ", ".join(sorted({task.name for task in dataset.tasks})) or "none"
        raise InputError(f"{dataset.name}: name one ranking task to write; there are: {names}")
    queries, corpus = dataset.sides(tasks[0])
    write_lines(folder / "documents.trec", _documents(corpus))
    write_lines(folder / "topics.trec", _topics(queries))
    for task in tasks:
        write_trec_qrels(task.qrels, folder / f"qrels.{task.split}.txt")
        if task.candidates is not None:
            write_lines(folder / f"candidates.{task.split}.run", _list_lines(task.candidates))
    return tuple(left_out(dataset, tasks))


def _list_lines(lists: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    """Every document at score 0: the list says who is ranked, not how."""
    for query_id, listed in lists.items():
        for rank, document_id in enumerate(listed, start=1):
            if query_id.split() != [query_id] or document_id.split() != [document_id]:
                raise InputError(f"{query_id!r}, {document_id!r}: a TREC file cannot carry white space in an id")
            yield f"{query_id} Q0 {document_id} {rank} 0 candidates"


def _documents(corpus: Mapping[str, str]) -> Iterator[str]:
    for document_id, text in corpus.items():
        yield f"<DOC>\n<DOCNO>{html.escape(document_id, quote=False)}</DOCNO>"
        yield f"<TEXT>\n{html.escape(text, quote=False)}\n</TEXT>\n</DOC>"


def _topics(queries: Mapping[str, str]) -> Iterator[str]:
    for query_id, text in queries.items():
        yield f"<top>\n<num> Number: {html.escape(query_id, quote=False)}</num>"
        yield f"<title>{html.escape(text, quote=False)}</title>\n</top>"


def _blocks(folder: Path, pattern: str, tag: str) -> dict[str, str]:
    """id -> text of every block in the files that match: title, description and body, a line break apart."""
    found: dict[str, str] = {}
    paths = sorted(folder.glob(pattern))
    if not paths:
        raise InputError(f"{folder}: no file {pattern}")
    for path in paths:
        for place, block in _raw_blocks(path, tag):
            fields = {name.lower(): content for name, content in _FIELD.findall(block)}
            block_id = _NUMBER.sub("", html.unescape(fields.get("docno" if tag == "doc" else "num", ""))).strip()
            if not block_id:
                raise InputError(f"{place}: a <{tag}> without {'<DOCNO>' if tag == 'doc' else '<num>'}")
            if block_id in found:
                raise InputError(f"{place}: {block_id!r} occurs twice")
            found[block_id] = _text(fields)
    return found


def _text(fields: Mapping[str, str]) -> str:
    parts = [_clean(name, fields[name]) for name in ("headline", "title", "desc", "text") if name in fields]
    return "\n".join(part for part in parts if part)


def _clean(name: str, content: str) -> str:
    label = _LABEL.get(name)
    return html.unescape(label.sub("", content) if label else content).strip()


def _raw_blocks(path: Path, tag: str) -> Iterator[tuple[str, str]]:
    """Yield (place, what stands between the tags) of each block, one line of the file at a time."""
    lines: list[str] | None = None
    start, number = 0, count(1)
    try:
        with path.open(encoding="utf-8-sig", newline="\n") as file:
            for line in file:
                at = next(number)
                bare = line.strip().lower()
                if bare.startswith(f"<{tag}>"):
                    if lines is not None:
                        raise InputError(f"{path}:{at}: <{tag}> inside the <{tag}> of line {start}")
                    lines, start = [], at
                if lines is not None:
                    lines.append(line)
                if bare.endswith(f"</{tag}>") and lines is not None:
                    yield f"{path}:{start}", "".join(lines)
                    lines = None
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: the file is not UTF-8") from error
    if lines is not None:
        raise InputError(f"{path}:{start}: <{tag}> is never closed")
