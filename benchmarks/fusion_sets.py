"""The sets on which the fusion weights are learnt and tested, made from public data; nothing of it is kept.

Every set is divided by a digest of what is asked for (an ESCO concept, an advert, a market's seed): one half is for
learning, the other for testing, and no document stands in both. Texts "in no language" are those of another set with
their letters exchanged (vowels for vowels, consonants for consonants): words in common stay in common, and an encoder
knows none of them. A market "in labels" is written as ``jobfit prepare --variant esco`` writes it.
"""

from __future__ import annotations

import csv
import json
import random
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from jobfit.encoders.base import Encoder
from jobfit.ingest.formats.trec import read_qrels
from jobfit.preparation.variants import esco_variant
from jobfit.reading import read_candidates, read_documents, read_vacancies
from jobfit.records import Document
from jobfit.simulation.writer import simulate_to
from jobfit.taxonomy.compact import load_compact

HALVES = ("learn", "test")
QUERIES, CORPUS = 400, 1500  # of a set, at most: drawn by a seed, so that a run stays within minutes
MARKETS = {"learn": (31, 32, 33, 34), "test": (51, 52, 53, 54)}
DRAWS = {"learn": 0, "test": 8}  # seeds of the samples
MARKET_SIZE = (240, 60)
DIRECTIONS = ("candidates_for_vacancy", "vacancies_for_candidate")
LABELS = {"labels of each record's language": None, "labels en": "en", "labels fr": "fr"}
_PLAIN, _CIPHER = "aeiouybcdfghjklmnpqrstvwxz", "uoiyaegdbzvcxwmtqkhfsrlpnj"


@dataclass(frozen=True)
class World:
    """Queries, the corpus they are asked of, and which documents answer them (query id -> document id -> grade)."""

    queries: tuple[Document, ...]
    corpus: tuple[Document, ...]
    grades: Mapping[str, Mapping[str, int]]


@dataclass(frozen=True)
class Set:
    """One set's half: its name and its worlds, each ranked apart."""

    name: str
    worlds: tuple[World, ...]


def build_sets(data: Path, half: str, encoder: Encoder) -> Iterator[Set]:
    """Yield every set of one half ("learn" or "test"); ``encoder`` links the titles of the markets in labels."""
    esco = _Esco(data / "esco-1.1.1", half)
    titles_fr = esco.from_rome(data / "rome-esco", "fr")
    sentences_fr = esco.duties("fr", 3, 6)
    yield Set("titles en: ESCO alternative -> preferred", (esco.titles("en"),))
    yield Set("titles fr: ESCO alternative -> preferred", (esco.titles("fr"),))
    yield Set("titles fr: ROME -> ESCO", (titles_fr,))
    yield Set("titles fr -> en: ROME -> ESCO", (esco.from_rome(data / "rome-esco", "en"),))
    yield Set("titles in no language: ROME -> ESCO", (ciphered(titles_fr),))
    yield Set("skills en: ESCO alternative -> preferred", (esco.skills("en"),))
    yield Set("skills fr: ESCO alternative -> preferred", (esco.skills("fr"),))
    yield Set("sentences en: ESCO skill description -> label", (esco.skill_descriptions(),))
    yield Set("sentences en: ESCO occupation description -> label", (esco.occupation_descriptions(),))
    yield Set("sentences en: three duties -> six others", (esco.duties("en", 3, 6),))
    yield Set("sentences fr: three duties -> six others", (sentences_fr,))
    yield Set("sentences in no language: three duties -> six others", (ciphered(sentences_fr),))
    yield Set("documents en: duties and their descriptions -> ESCO occupation", (esco.positions(),))
    yield Set("documents fr: twelve duties -> twelve others", (esco.duties("fr", 12, 12),))
    yield Set("documents en: half of an advert -> the other half", (adverts(data / "skillspan", half),))
    yield from markets(half, encoder)


def markets(half: str, encoder: Encoder) -> Iterator[Set]:
    """Yield the simulated markets, both directions: English, French, both, in labels, and in no language."""
    found: dict[str, list[World]] = defaultdict(list)
    for seed in MARKETS[half]:
        with tempfile.TemporaryDirectory() as folder:
            market = Path(folder) / "market"
            simulate_to(market, *MARKET_SIZE, seed, rendered_share=0)
            languages, labels = _languages(market), _in_labels(market, encoder)
            for direction in DIRECTIONS:
                world = _read_world(market / "beir" / direction)
                found[f"mixed: {direction}"].append(sample(world, QUERIES // 4, seed))
                for language in ("en", "fr"):
                    part = _only(world, {id_ for id_, spoken in languages.items() if spoken == language})
                    found[f"{language}: {direction}"].append(sample(part, QUERIES // 4, seed))
                for name, texts in labels.items():
                    found[f"in {name}: {direction}"].append(sample(_rewritten(world, texts), QUERIES // 4, seed))
    for name, worlds in found.items():
        yield Set(f"market {name}", tuple(worlds))
        if "fr:" in name:
            unknown = name.replace("labels fr:", "labels in no language:").replace("fr:", "in no language:")
            yield Set(f"market {unknown}", tuple(ciphered(world) for world in worlds))


def _in_labels(market: Path, encoder: Encoder) -> dict[str, dict[str, str]]:
    """Return every record of a market as the esco variant writes it, by language and id."""
    records = (*read_candidates(market / "cvs"), *read_vacancies(market / "vacancies"))
    encode = lambda texts: encoder.encode([Document(str(i), t) for i, t in enumerate(texts)], "query").vectors  # noqa: E731
    variants = {name: esco_variant(load_compact(), encode, language) for name, language in LABELS.items()}
    return {name: {d.id: d.text for d in variant.render(records)} for name, variant in variants.items()}


def _rewritten(world: World, texts: Mapping[str, str]) -> World:
    """Return a world with other texts; a record without one is left out, as in ``jobfit prepare``."""
    queries, corpus = (
        tuple(Document(d.id, texts[d.id]) for d in s if texts[d.id]) for s in (world.queries, world.corpus)
    )
    there = {document.id for document in corpus}
    grades = {q: {d: grade for d, grade in judged.items() if d in there} for q, judged in world.grades.items()}
    return World(queries, corpus, grades)


def _read_world(folder: Path) -> World:
    grades = read_qrels(folder / "qrels" / "test.tsv").grades
    return World(read_documents(folder / "queries.jsonl"), read_documents(folder / "corpus.jsonl"), grades)


def _languages(market: Path) -> dict[str, str]:
    """Return the language in which each record of a market is written."""
    files = (market / "world" / f"{side}.jsonl" for side in ("candidates", "vacancies"))
    rows = [json.loads(line) for file in files for line in file.read_text(encoding="utf-8").splitlines()]
    return {row["id"]: row["language"] for row in rows}


def _only(world: World, ids: set[str]) -> World:
    """Return the part of a world between records with these ids."""
    return World(
        tuple(query for query in world.queries if query.id in ids),
        tuple(document for document in world.corpus if document.id in ids),
        {q: {d: grade for d, grade in judged.items() if d in ids} for q, judged in world.grades.items() if q in ids},
    )


def sample(world: World, queries: int, seed: int) -> World:
    """Return a world with at most ``queries`` of its queries that have an answer."""
    answered = [query for query in world.queries if any(world.grades.get(query.id, {}).values())]
    random.Random(seed).shuffle(answered)
    kept = tuple(answered[:queries])
    return replace(world, queries=kept, grades={query.id: dict(world.grades[query.id]) for query in kept})


def ciphered(world: World) -> World:
    """Return a world whose letters are exchanged."""
    table = str.maketrans(_PLAIN + _PLAIN.upper(), _CIPHER + _CIPHER.upper())
    write: Callable[[Iterable[Document]], tuple[Document, ...]] = lambda side: tuple(  # noqa: E731
        Document(d.id, d.text.translate(table)) for d in side
    )
    return replace(world, queries=write(world.queries), corpus=write(world.corpus))


def adverts(folder: Path, half: str) -> World:
    """Return SkillSpan's adverts (Zhang et al. 2022): the sentences at odd places ask for those at even ones."""
    lines: dict[str, list[str]] = defaultdict(list)
    for row in map(json.loads, (folder / f"{'train' if half == 'learn' else 'dev'}.json").open(encoding="utf-8")):
        lines[f"{row['source']}-{row['idx']}"].append(" ".join(word for word in row["tokens"] if word[0] != "<"))
    long = {name: said for name, said in lines.items() if len(said) >= 8}
    return World(
        tuple(Document(name, "\n".join(said[0::2])) for name, said in long.items()),
        tuple(Document(name, "\n".join(said[1::2])) for name, said in long.items()),
        {name: {name: 1} for name in long},
    )


def in_half(name: str, half: str) -> bool:
    """Tell whether something belongs to a half."""
    return HALVES[sha256(name.encode()).digest()[0] % 2] == half


class _Esco:
    """One half of ESCO's occupations and skills (European Commission, CC BY 4.0)."""

    def __init__(self, folder: Path, half: str) -> None:
        self._half = half
        self._draw = DRAWS[half]
        self._occupations = self._read(folder / "esco_occupations_en_fr.csv")
        self._skills = self._read(folder / "esco_skills_en_fr.csv")
        self._described = {
            row["conceptUri"]: row["description"]
            for name in ("occupations_en.csv", "skills_en.csv")
            for row in _rows(folder / name)
        }
        self._needed: dict[str, list[str]] = defaultdict(list)
        for row in _rows(folder / "occupationSkillRelations.csv"):
            self._needed[row["occupationUri"]].append(row["skillUri"])
        self._every_skill = {row["conceptUri"]: row for row in _rows(folder / "esco_skills_en_fr.csv")}

    def _read(self, path: Path) -> dict[str, dict[str, str]]:
        return {row["conceptUri"]: row for row in _rows(path) if in_half(row["conceptUri"], self._half)}

    def titles(self, language: str) -> World:
        """One alternative name of an occupation asks for its preferred name."""
        return self._alternatives(self._occupations, language)

    def skills(self, language: str) -> World:
        """One alternative name of a skill asks for its preferred name."""
        return self._alternatives(self._skills, language)

    def _alternatives(self, rows: Mapping[str, Mapping[str, str]], language: str) -> World:
        labels = {uri: row[f"preferredLabel_{language}"] for uri, row in rows.items()}
        asked = {}
        for uri, row in rows.items():
            others = [name for name in row[f"altLabels_{language}"].split("\n") if name and name != labels[uri]]
            if others:
                asked[uri] = random.Random(uri).choice(others)
        return self._pairs(asked, labels)

    def from_rome(self, folder: Path, language: str) -> World:
        """A French ROME title asks for the ESCO occupations that it is mapped to, named in ``language``."""
        with (folder / "FR_20230607_mapping_esco_rome.csv").open(encoding="utf-8-sig", newline="") as file:
            rows = [row for row in csv.reader(file) if len(row) >= 5 and row[0].startswith("http")]
        mapped: dict[str, set[str]] = defaultdict(set)
        for uri, _, _, title, _ in rows:
            mapped[title].add(uri)
        labels = {u: row[f"preferredLabel_{language}"] for u, row in self._occupations.items()}
        labels = {uri: label for uri, label in labels.items() if label}
        grades = {title: dict.fromkeys(uris, 1) for title, uris in mapped.items() if uris <= labels.keys()}
        queries = tuple(Document(title, title) for title in sorted(grades))
        return sample(World(queries, _documents(labels), grades), QUERIES, self._draw)

    def skill_descriptions(self) -> World:
        """The description of a skill asks for its name."""
        return self._pairs(self._described, {uri: row["preferredLabel_en"] for uri, row in self._skills.items()})

    def occupation_descriptions(self) -> World:
        """The description of an occupation asks for its name."""
        return self._pairs(self._described, {uri: row["preferredLabel_en"] for uri, row in self._occupations.items()})

    def duties(self, language: str, asked: int, others: int) -> World:
        """Some of the skills of an occupation, listed, ask for others of the same occupation."""
        left, right = {}, {}
        for uri in self._occupations:
            names = [self._every_skill[skill][f"preferredLabel_{language}"] for skill in self._needed[uri]]
            names = [name for name in names if name]
            random.Random(uri).shuffle(names)
            if len(names) >= asked + others:
                left[uri], right[uri] = (_listed(part) for part in (names[:asked], names[asked : asked + others]))
        return self._pairs(left, right)

    def positions(self) -> World:
        """Ten skills and what ESCO says of them ask for the occupation: name, description, other skills."""
        left, right = {}, {}
        for uri, row in self._occupations.items():
            skills = list(self._needed[uri])
            random.Random(uri).shuffle(skills)
            if len(skills) < 16:
                continue
            told = [
                self._every_skill[s]["preferredLabel_en"] if i % 2 else self._described[s] for i, s in enumerate(skills)
            ]
            names = [self._every_skill[skill]["preferredLabel_en"] for skill in skills[10:20]]
            left[uri] = "\n".join(told[:10])
            right[uri] = "\n".join([row["preferredLabel_en"], self._described[uri], _listed(names)])
        return self._pairs(left, right)

    def _pairs(self, asked: Mapping[str, str], texts: Mapping[str, str]) -> World:
        """Return the world in which ``asked[x]`` asks for ``texts[x]``; at most CORPUS documents, drawn by a seed."""
        names = sorted(name for name, text in texts.items() if text)
        random.Random(self._draw).shuffle(names)
        kept = {name: texts[name] for name in names[:CORPUS]}
        queries = tuple(Document(name, asked[name]) for name in sorted(kept) if asked.get(name))
        return sample(World(queries, _documents(kept), {name: {name: 1} for name in kept}), QUERIES, self._draw)


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _listed(names: list[str]) -> str:
    return ", ".join(names).capitalize() + "."


def _documents(texts: Mapping[str, str]) -> tuple[Document, ...]:
    return tuple(Document(name, text) for name, text in sorted(texts.items()))
