"""What a recipe reads: the taxonomy, ROME's titles with their ESCO occupation, annotated sentences, the market."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from jobfit.errors import InputError
from jobfit.experiments.data import ExperimentData
from jobfit.taxonomy.model import Taxonomy

_CROSSWALK = "*mapping_esco_rome*.csv"
_TITLES = "*referentiel_appellation*.csv"
TRAIN, TEST = "train", "test"


@dataclass(frozen=True, slots=True)
class RomeTitle:
    """A French title, its ROME code (the occupation's id where it is unknown), its ESCO occupation and the relation."""

    text: str
    code: str
    occupation: str
    relation: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of an advertisement, the texts of its annotated spans, and ``train`` or ``test`` as published."""

    text: str
    spans: tuple[str, ...]
    part: str
    source: str


@dataclass(frozen=True, slots=True)
class Sources:
    """Everything that was given. ``facts``: what each source is, with the SHA-256 of its files; for the card."""

    taxonomy: Taxonomy | None = None
    rome: tuple[RomeTitle, ...] = ()
    sentences: tuple[Sentence, ...] = ()
    market: ExperimentData | None = None
    facts: Mapping[str, str] = field(default_factory=dict)

    def given(self) -> frozenset[str]:
        there = {"esco": self.taxonomy, "rome": self.rome, "sentences": self.sentences, "market": self.market}
        return frozenset(name for name, value in there.items() if value)


def read_rome(folder: Path, taxonomy: Taxonomy) -> tuple[RomeTitle, ...]:
    """Read ROME's titles and their crosswalk to ESCO; titles whose occupation ``taxonomy`` lacks are left out.

    Raises:
        InputError: a file is missing or has other columns.
    """
    try:
        codes = {row[0]: row[3] for row in list(_rows(_one(folder, _TITLES)))[1:]}
        mapped = [row for row in _rows(_one(folder, _CROSSWALK)) if len(row) == 5]
    except (IndexError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{folder}: a file of ROME cannot be read as published ({error})") from error
    found = tuple(
        RomeTitle(title, codes.get(number, uri), uri, relation.removeprefix("skos:").removesuffix("Match"))
        for uri, _, number, title, relation in mapped
        if uri in taxonomy.occupations
    )
    if not found:
        raise InputError(f"{folder}: no title of the crosswalk belongs to an occupation of the taxonomy")
    return found


def _one(folder: Path, pattern: str) -> Path:
    found = sorted(folder.glob(pattern))
    if len(found) != 1:
        raise InputError(f"{folder}: one file {pattern} is expected, there are {len(found)}")
    return found[0]


def _rows(path: Path) -> Iterator[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        yield from csv.reader(file)


def read_sentences(folder: Path) -> tuple[Sentence, ...]:
    """Read annotated sentences: SkillSpan's ``train.json`` and ``dev.json``, or a CSV of tokens with tags (all test).

    Raises:
        InputError: neither is there, or a row is not as published.
    """
    try:
        if (folder / "dev.json").exists():
            parts = [
                (name, part) for name, part in (("train", TRAIN), ("dev", TEST)) if (folder / f"{name}.json").exists()
            ]
            return tuple(one for name, part in parts for one in _skillspan(folder / f"{name}.json", part))
        return tuple(_tagged(_one(folder, "*.csv")))
    except (KeyError, ValueError, UnicodeDecodeError) as error:
        raise InputError(f"{folder}: annotated sentences are not as published: {error}") from error


def _skillspan(path: Path, part: str) -> Iterator[Sentence]:
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        spans = (span for tags in ("tags_skill", "tags_knowledge") for span in spans_of(row["tokens"], row[tags]))
        yield Sentence(" ".join(row["tokens"]), tuple(spans), part, "skillspan")


def _tagged(path: Path) -> Iterator[Sentence]:
    words: dict[str, list[tuple[str, str]]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            tag = row["tag"][:1] if row["tag"].endswith("-Skill") else "O"
            words.setdefault(row["sentence_id"], []).append((row["word"], tag))
    for rows in words.values():
        tokens, tags = zip(*rows)
        yield Sentence(" ".join(tokens), tuple(spans_of(tokens, tags)), TEST, path.parent.name)


def spans_of(tokens: Sequence[str], tags: Sequence[str]) -> Iterator[str]:
    """Yield the texts of the spans: from a ``B`` (or an ``I`` after ``O``) as far as ``I`` goes on.

    >>> list(spans_of(["use", "Excel", "and", "R"], ["O", "B", "O", "B"]))
    ['Excel', 'R']
    """
    open_span: list[str] = []
    for token, tag in zip(tokens, tags, strict=True):
        if open_span and tag != "I":
            yield " ".join(open_span)
            open_span = []
        if tag in ("B", "I"):
            open_span.append(token)
    if open_span:
        yield " ".join(open_span)


def digest_of(folder: Path) -> str:
    """Return the SHA-256 over the names and bytes of a folder's files, in the order of their names."""
    digest = sha256()
    for path in sorted(path for path in folder.iterdir() if path.is_file()):
        digest.update(f"{path.name}\n{sha256(path.read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()
