"""What a recipe reads, and which of it is held out.

The taxonomy, ROME's titles with their ESCO occupation, annotated sentences, the market. Held out are whole blocks of
occupations, skills and ROME codes, and every text that would give them away.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b, sha256
from pathlib import Path

from jobfit.artifacts import csv_rows, open_text, read_text, sha256_of
from jobfit.errors import InputError
from jobfit.experiments.data import ExperimentData
from jobfit.experiments.default_model.recipe import HeldOutSettings
from jobfit.taxonomy.esco.files import find_files
from jobfit.taxonomy.linking.mentions import fold_all
from jobfit.taxonomy.model import Occupation, Skill, Taxonomy

_CROSSWALK = "*mapping_esco_rome*.csv"
_TITLES = "*referentiel_appellation*.csv"
TRAIN, VALIDATION, TEST = "train", "validation", "test"


@dataclass(frozen=True, slots=True)
class RomeTitle:
    """A French title, its ROME code (the occupation's id where it is unknown), its ESCO occupation and the relation."""

    text: str
    code: str
    occupation: str
    relation: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of an advertisement, the texts of its annotated spans, and ``train`` or ``test`` as published.

    ``knowledge``: those of the spans that name a field of knowledge or a tool, not something that one does.
    """

    text: str
    spans: tuple[str, ...]
    part: str
    source: str
    knowledge: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Sources:
    """Everything that was given. ``facts``: what each source is, with the SHA-256 of its files; for the card.

    ``descriptions``: by language other than English, then by id.
    """

    taxonomy: Taxonomy | None = None
    rome: tuple[RomeTitle, ...] = ()
    sentences: tuple[Sentence, ...] = ()
    descriptions: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    market: ExperimentData | None = None
    facts: Mapping[str, str] = field(default_factory=dict)

    def given(self) -> frozenset[str]:
        there = {
            "esco": self.taxonomy, "descriptions": self.descriptions, "rome": self.rome, "sentences": self.sentences,
            "market": self.market,
        }  # fmt: skip
        return frozenset(name for name, value in there.items() if value)


def read_descriptions(folder: Path) -> dict[str, dict[str, str]]:
    """Return the descriptions in a folder of ESCO's files that are not English: language -> id -> text."""
    found: dict[str, dict[str, str]] = {}
    files, _ = find_files(folder)
    for file in (one for table in ("occupations", "skills") for one in files[table]):
        if not file.joined and file.languages != ("en",):
            rows = (row for _, row in csv_rows(file.path, ("conceptUri",), short=True))
            said = ((row["conceptUri"], " ".join((row.get("description") or "").split())) for row in rows)
            if texts := {uri: text for uri, text in said if text}:
                found.setdefault(file.languages[0], {}).update(texts)
    return found


def read_rome(folder: Path, taxonomy: Taxonomy) -> tuple[RomeTitle, ...]:
    """Read ROME's titles and their crosswalk to ESCO; titles whose occupation ``taxonomy`` lacks are left out."""
    try:
        codes = {row[0]: row[3] for row in list(_rows(_one(folder, _TITLES)))[1:]}
        mapped = [row for row in _rows(_one(folder, _CROSSWALK)) if len(row) == 5]
    except (OSError, IndexError, UnicodeDecodeError, csv.Error) as error:
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
    with open_text(path) as file:
        yield from csv.reader(file)


def read_sentences(folder: Path) -> tuple[Sentence, ...]:
    """Read annotated sentences: SkillSpan's ``train.json`` and ``dev.json``, or a CSV of tokens with tags (test)."""
    try:
        if (folder / "dev.json").exists():
            paths = ((folder / f"{name}.json", part) for name, part in (("train", TRAIN), ("dev", TEST)))
            return tuple(one for path, part in paths if path.exists() for one in _skillspan(path, part))
        return tuple(_tagged(_one(folder, "*.csv")))
    except (OSError, KeyError, ValueError) as error:
        raise InputError(f"{folder}: annotated sentences are not as published: {error}") from error


def _skillspan(path: Path, part: str) -> Iterator[Sentence]:
    for line in read_text(path).splitlines():
        row = json.loads(line)
        done, known = (tuple(spans_of(row["tokens"], row[tags])) for tags in ("tags_skill", "tags_knowledge"))
        yield Sentence(" ".join(row["tokens"]), done + known, part, "skillspan", frozenset(known))


def _tagged(path: Path) -> Iterator[Sentence]:
    words: dict[str, list[tuple[str, str]]] = {}
    with open_text(path) as file:
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
        digest.update(f"{path.name}\n{sha256_of(path)}\n".encode())
    return digest.hexdigest()


def share(key: object, of: int) -> int:
    """Return a number below ``of`` that depends on ``key`` alone.

    >>> share("F1402", 3)
    1
    """
    return int.from_bytes(blake2b(str(key).encode(), digest_size=8).digest(), "big") % of


def block_of(term: Occupation | Skill) -> str:
    """Return the block that a concept is dealt out with: its ISCO unit group, or what is directly above it."""
    return getattr(term, "isco", "") or (min(term.broader) if term.broader else term.id)


@dataclass(frozen=True, slots=True)
class HeldOutSplit:
    """Which part a concept or text is in; texts are compared by their folded words, in any order, gender and number."""

    settings: HeldOutSettings
    refused: frozenset[frozenset[str]] = frozenset()

    @classmethod
    def of(cls, sources: Sources, settings: HeldOutSettings) -> HeldOutSplit:
        return cls(settings, frozenset(words(cls(settings)._kept_texts(sources))))

    def _kept_texts(self, sources: Sources) -> Iterator[str]:
        known = sources.taxonomy
        terms: list[Occupation | Skill] = [*known.occupations.values(), *known.skills.values()] if known else []
        for term in terms:
            if self.part(term) != TRAIN:
                yield from (text for labels in (term.labels, term.hidden) for some in labels.values() for text in some)
                if term.description:
                    yield term.description
                yield from (texts[term.id] for texts in sources.descriptions.values() if term.id in texts)
        yield from (title.text for title in sources.rome if self.part_of_title(title) != TRAIN)
        yield from (one.text for one in sources.sentences if self.part_of_sentence(one) != TRAIN)

    def part(self, term: Occupation | Skill) -> str:
        block, settings = block_of(term), self.settings
        return self._dealt(block, share((settings.seed, TEST, block), settings.test) == 0, settings.validation)

    def part_of_title(self, title: RomeTitle) -> str:
        """Return the part of a ROME title: by its code, in the last third those that title linking is tested on."""
        last = self.settings.rome_test - 1
        return self._dealt(title.code, share(title.code, last + 1) == last, self.settings.validation)

    def part_of_sentence(self, sentence: Sentence) -> str:
        """Return the part of a sentence: as published for tests; a third of the others validates."""
        return self._dealt(sentence.text, sentence.part == TEST, 3)

    def _dealt(self, key: str, tested: bool, one_in: int) -> str:
        if tested:
            return TEST
        return VALIDATION if share((self.settings.seed, VALIDATION, key), one_in) == 0 else TRAIN

    def learnable(self, texts: Iterable[str]) -> list[str]:
        """Return those of ``texts`` that training may read, in order."""
        some = list(texts)
        return [text for text, folded in zip(some, words(some)) if folded not in self.refused]


def words(texts: Iterable[str]) -> list[frozenset[str]]:
    """Return the folded words of each text; where only filler words are left, the text itself in lower case."""
    some = list(texts)
    return [frozenset(found) or frozenset([text.casefold()]) for text, found in zip(some, fold_all(some))]
