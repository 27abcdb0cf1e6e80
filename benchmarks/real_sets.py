"""Real ranking sets for development, each cut in two before anything is chosen; nothing of them is kept.

``it-resumes``: CVs and adverts of 25 categories; people *and* adverts of a category are in one half. ``sjr-views``:
what applicants looked at; by person and by advert. ESCO and ROME: only concepts that the default encoders were not
trained on (``jobfit.experiments.default_model``), by concept. SkillSpan and green-skills: published test sentences
whose marked span is a label of ESCO, by sentence. A :class:`Half` knows which one it is: weights are
learnt on ``choose`` alone (:func:`chosen_on`), numbers are reported on ``report`` alone (:func:`reported_on`), and
:func:`halves` refuses a set of which a document or a query stands in both.
"""

from __future__ import annotations

import csv
import json
import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

from jobfit.documents.masking import TextKind
from jobfit.errors import InputError
from jobfit.experiments.default_model.recipe import HeldOutSettings
from jobfit.experiments.default_model.sources import TEST, read_sentences, share
from jobfit.ingest.formats.trec import read_qrels
from jobfit.reading import read_documents
from jobfit.records import Document, Kind

Part = Literal["choose", "report"]
PARTS: tuple[Part, Part] = ("choose", "report")
QUERIES, CORPUS = 1000, 1500  # of a half, at most, drawn by a digest
_HELD_OUT = HeldOutSettings()
_LOOKED = 60  # seconds


@dataclass(frozen=True)
class World:
    """Queries, the corpus that they are asked of, and which documents answer them (query -> document -> grade)."""

    queries: tuple[Document, ...]
    corpus: tuple[Document, ...]
    grades: Mapping[str, Mapping[str, int]]
    asking: Kind = Kind.VACANCY


@dataclass(frozen=True)
class Half:
    """One half of a set: its name, which part it is, its language and its texts."""

    name: str
    part: Part
    language: str
    world: World = field(repr=False)


def chosen_on(half: Half) -> World:
    """Return the texts on which something may be chosen.

    Raises:
        InputError: the half is kept for reporting.
    """
    return _only(half, "choose")


def reported_on(half: Half) -> World:
    """Return the texts on which a number may be reported, as :func:`chosen_on`."""
    return _only(half, "report")


def _only(half: Half, part: Part) -> World:
    if half.part != part:
        raise InputError(f"{half.name}: this half is kept to {half.part}, not to {part}")
    return half.world


def halves(name: str, language: str, world: World, part_of: Callable[[str], Part]) -> tuple[Half, Half]:
    """Cut a set in two by ``part_of`` its queries' and documents' ids; what answers nothing in its half is left out.

    Raises:
        InputError: a half has no query, or a text stands in both halves.
    """
    cut = {part: _cut(world, part, part_of) for part in PARTS}
    for side in ("queries", "corpus"):
        one, other = ({document.text for document in getattr(cut[part], side)} for part in PARTS)
        if both := one & other:
            raise InputError(f"{name}: {len(both)} of the {side} stand in both halves: nothing may be chosen on it")
    if not all(part.queries for part in cut.values()):
        raise InputError(f"{name}: a half has no query, so the set does not count")
    return tuple(Half(name, part, language, cut[part]) for part in PARTS)  # type: ignore[return-value]


def _cut(world: World, part: Part, part_of: Callable[[str], Part]) -> World:
    answers = {document for graded in world.grades.values() for document, grade in graded.items() if grade}
    corpus = [d for d in world.corpus if part_of(d.id) == part]
    corpus = sorted(corpus, key=lambda d: (d.id not in answers, share(d.id, 2**60)))[:CORPUS]
    there = {document.id for document in corpus}
    grades = {
        query.id: found
        for query in sorted(world.queries, key=lambda d: share(d.id, 2**60))
        if part_of(query.id) == part
        and any((found := {d: g for d, g in world.grades.get(query.id, {}).items() if d in there}).values())
    }
    asked = dict(list(grades.items())[:QUERIES])
    queries = tuple(query for query in world.queries if query.id in asked)
    return World(queries, tuple(sorted(corpus, key=lambda d: d.id)), asked, world.asking)


def by_digest(key: str) -> Part:
    return PARTS[sha256(key.encode()).digest()[0] % 2]


def real_sets(data: Path) -> Iterator[tuple[Half, Half]]:
    """Yield both halves of every set for which the development data are there."""
    yield from _it_resumes(data / "it-resumes")
    yield from _views(data / "sjr-views")
    occupations = _kept_apart(_occupations(data), ("isco",))
    for language in ("en", "fr", "es", "de"):
        yield _titles(occupations, language)
    yield _rome(data / "rome-esco", occupations)
    for language in ("es", "de"):
        yield _descriptions(f"descriptions {language}: occupation", language, occupations)
    skills = _kept_apart(_skills(data / "esco-1.1.1"), ("group", "uri"))
    yield _descriptions("descriptions en: skill", "en", skills)
    yield _alternatives("skills fr", "fr", skills)
    yield _sentences(data, _skills(data / "esco-1.1.1"))


def _it_resumes(folder: Path) -> Iterator[tuple[Half, Half]]:
    with (folder / "groups.tsv").open(encoding="utf-8") as file:
        category: dict[str, str] = {row["id"]: row["category"] for row in csv.DictReader(file, delimiter="\t")}
    texts = folder / "candidates_for_vacancy"
    people = read_documents(texts / "corpus.jsonl", rejects=[], kind=TextKind.CV)
    adverts = read_documents(texts / "queries.jsonl", rejects=[], kind=TextKind.VACANCY)
    part_of = lambda i: by_digest(category[i] if i in category else i)  # noqa: E731, SIM401
    for name, queries, corpus, asking in (
        ("candidates_for_vacancy", adverts, people, Kind.VACANCY),
        ("vacancies_for_candidate", people, adverts, Kind.CANDIDATE),
    ):
        grades = read_qrels(folder / name / "qrels" / "test.tsv").grades
        yield halves(f"it-resumes: {name}", "en", World(queries, corpus, grades, asking), part_of)
    labels = sorted(set(category.values()))
    named = tuple(Document(label, label) for label in labels)
    grades = {d.id: {category[d.id]: 1} for d in people}
    yield halves("it-resumes: CV to category", "en", World(people, named, grades, Kind.CANDIDATE), part_of)


def _views(folder: Path) -> Iterator[tuple[Half, Half]]:
    """What a person did before asks for the adverts that they looked at for a minute or more."""
    viewed: dict[str, dict[str, int]] = defaultdict(dict)
    with (folder / "views.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["seconds"].isdigit() and int(row["seconds"]) >= _LOOKED:
                viewed[row["candidate_id"]][row["vacancy_id"]] = 1
    people = []
    for person in _jsonl(folder / "candidates.jsonl"):
        said = [_position(position) for position in person["positions"]]
        if person["id"] in viewed and any(said):
            people.append(Document(person["id"], "\n".join(filter(None, said))))
    adverts = {
        row["id"]: Document(row["id"], " - ".join(filter(None, (row["title"], row["city"], row["industry"]))))
        for row in _jsonl(folder / "vacancies.jsonl")
    }
    texts = {advert.text: advert for advert in adverts.values()}  # one of those that read the same
    same = {i: texts[advert.text].id for i, advert in adverts.items()}
    grades = {p.id: {same[v]: 1 for v in viewed[p.id] if v in same} for p in people}
    part_of = lambda i: by_digest(adverts[i].text if i in adverts else i)  # noqa: E731
    distinct = {person.text: person for person in people}
    world = World(tuple(distinct.values()), tuple(texts.values()), grades, Kind.CANDIDATE)
    yield halves("sjr-views: past to viewed", "en", world, part_of)


def _position(position: Mapping[str, str]) -> str:
    return " ".join(filter(None, (position["title"] or "", position["city"] or "", position["description"] or "")))


def _occupations(data: Path) -> dict[str, dict[str, str]]:
    """ESCO's occupations by URI: labels in four languages, descriptions in Spanish and German, the ISCO group."""
    rows = {row["conceptUri"]: dict(row) for row in _csv(data / "esco-1.1.1" / "esco_occupations_en_fr.csv")}
    for row in _csv(data / "esco-1.1.1" / "occupations_en.csv"):
        rows.setdefault(row["conceptUri"], {})["isco"] = row["iscoGroup"]
    for language in ("es", "de"):
        for row in _csv(data / "esco-1.2-labels" / f"occupations_{language}.csv"):
            if row["conceptUri"] in rows:
                rows[row["conceptUri"]] |= {
                    f"{name}_{language}": row[name] for name in ("preferredLabel", "altLabels", "description")
                }
    return rows


def _skills(folder: Path) -> dict[str, dict[str, str]]:
    rows = {row["conceptUri"]: dict(row) | {"uri": row["conceptUri"]} for row in _csv(folder / "esco_skills_en_fr.csv")}
    broader: dict[str, list[str]] = defaultdict(list)
    for row in _csv(folder / "broaderRelationsSkillPillar.csv"):
        broader[row["conceptUri"]].append(row["broaderUri"])
    for row in _csv(folder / "skills_en.csv"):
        if row["conceptUri"] in rows:
            rows[row["conceptUri"]]["description_en"] = row["description"]
    for uri, row in rows.items():
        row["group"] = min(broader.get(uri, [uri]))
    return rows


def _kept_apart(rows: Mapping[str, dict[str, str]], block: Sequence[str]) -> dict[str, dict[str, str]]:
    """Return the concepts of the blocks that the default encoders are tested on."""
    name = lambda row: next(row[key] for key in block if row.get(key))  # noqa: E731
    tested = lambda row: share((_HELD_OUT.seed, TEST, name(row)), _HELD_OUT.test) == 0  # noqa: E731
    return {uri: row for uri, row in rows.items() if any(row.get(key) for key in block) and tested(row)}


def _names(row: Mapping[str, str], language: str) -> list[str]:
    """All names of a concept; of German ones the single forms ("Koch/Köchin" is two)."""
    said = [row.get(f"preferredLabel_{language}", ""), *row.get(f"altLabels_{language}", "").split("\n")]
    found = [form.strip() for name in said for form in (name.split("/") if language == "de" else [name])]
    return list(dict.fromkeys(filter(None, found)))


def _titles(rows: Mapping[str, Mapping[str, str]], language: str) -> tuple[Half, Half]:
    """A name of an occupation asks for its other names, up to four of them."""
    queries, corpus, grades, taken = [], [], {}, set[str]()
    for uri, row in sorted(rows.items()):
        names = [name for name in _names(row, language) if name.casefold() not in taken]
        taken |= {name.casefold() for name in names}
        random.Random(uri).shuffle(names)
        if len(names) < 2:
            continue
        queries.append(Document(f"{uri} asks", names[0]))
        others = [Document(f"{uri} {number}", name) for number, name in enumerate(names[1:5])]
        corpus += others
        grades[f"{uri} asks"] = {document.id: 1 for document in others}
    return halves(f"titles {language}", language, World(tuple(queries), tuple(corpus), grades), _by_uri)


def _by_uri(key: str) -> Part:
    return by_digest(key.split(" ")[0])


def _alternatives(name: str, language: str, rows: Mapping[str, Mapping[str, str]]) -> tuple[Half, Half]:
    """Another name of a concept asks for its preferred one."""
    asked = {}
    for uri, row in rows.items():
        if others := _names(row, language)[1:]:
            asked[uri] = random.Random(uri).choice(others)
    return _to_labels(name, language, rows, asked)


def _descriptions(name: str, language: str, rows: Mapping[str, Mapping[str, str]]) -> tuple[Half, Half]:
    asked = {uri: row[f"description_{language}"] for uri, row in rows.items() if row.get(f"description_{language}")}
    return _to_labels(name, language, rows, asked)


def _to_labels(
    name: str, language: str, rows: Mapping[str, Mapping[str, str]], asked: Mapping[str, str]
) -> tuple[Half, Half]:
    labels = _distinct({uri: row.get(f"preferredLabel_{language}", "") for uri, row in rows.items()})
    queries = _distinct({f"{uri} asks": text for uri, text in asked.items() if uri in labels})
    grades = {query: {query.split(" ")[0]: 1} for query in queries}
    return halves(name, language, World(_documents(queries), _documents(labels), grades), _by_uri)


def _rome(folder: Path, rows: Mapping[str, Mapping[str, str]]) -> tuple[Half, Half]:
    """A French title of ROME asks for ESCO's French names of the occupations that it is mapped to."""
    labels = _distinct({uri: row.get("preferredLabel_fr", "") for uri, row in rows.items()})
    mapped: dict[str, dict[str, int]] = defaultdict(dict)
    with (folder / "FR_20230607_mapping_esco_rome.csv").open(encoding="utf-8-sig", newline="") as file:
        for row in csv.reader(file):
            if len(row) >= 5 and row[0] in labels and row[4].endswith(("exactMatch", "narrowMatch", "closeMatch")):
                mapped[row[3]][row[0]] = 1
    grades = {f"{min(uris)} {title}": uris for title, uris in mapped.items() if len({by_digest(u) for u in uris}) == 1}
    queries = {key: key.split(" ", 1)[1] for key in grades}
    world = World(_documents(_distinct(queries)), _documents(labels), grades)
    return halves("ROME titles to labels fr", "fr", world, _by_uri)


def _sentences(data: Path, skills: Mapping[str, Mapping[str, str]]) -> tuple[Half, Half]:
    """A sentence of an advert asks for the skills of which a label is marked in it, word for word."""
    owners: dict[str, set[str]] = defaultdict(set)
    for uri, row in skills.items():
        for name in _names(row, "en"):
            owners[name.casefold()].add(uri)
    grades: dict[str, dict[str, int]] = {}
    texts: dict[str, str] = {}
    for folder in ("skillspan", "green-skills"):
        for one in read_sentences(data / folder):
            right = {uri for span in one.spans for uri in owners.get(span.casefold(), ())}
            if right and one.part == TEST:
                key = f"sentence-{len(texts)}"
                texts[key], grades[key] = one.text, dict.fromkeys(right, 1)
    labels = {uri: row["preferredLabel_en"] for uri, row in skills.items()}
    right = {uri for graded in grades.values() for uri in graded}
    # Each label is in both halves' corpora only if it answers in neither; the answers go with their sentences.
    part = {uri: by_digest(uri) for uri in labels}
    for graded in grades.values():
        part |= dict.fromkeys(graded, by_digest(min(graded)))
    kept = {key: {uri: 1 for uri in graded if part[uri] == part[min(graded)]} for key, graded in grades.items()}
    side = part | {key: part[min(graded)] for key, graded in kept.items()}
    some = {uri: labels[uri] for uri in sorted(labels, key=lambda u: (u not in right, share(u, 2**60)))[: 3 * CORPUS]}
    world = World(_documents(_distinct(texts)), _documents(_distinct(some)), kept)
    return halves("sentences en: skill", "en", world, side.__getitem__)


def _distinct(texts: Mapping[str, str]) -> dict[str, str]:
    """Return the texts, one id each."""
    first = {text.strip().casefold(): key for key, text in sorted(texts.items(), reverse=True) if text.strip()}
    return {key: texts[key] for key in sorted(first.values())}


def _documents(texts: Mapping[str, str]) -> tuple[Document, ...]:
    return tuple(Document(key, text) for key, text in sorted(texts.items()))


def _csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _jsonl(path: Path) -> Iterable[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        yield from map(json.loads, file)
