"""import_folder: ESCO's CSV files -> Taxonomy and a report in which every row is accounted for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any

from jobfit.artifacts import sha256_of
from jobfit.errors import InputError
from jobfit.taxonomy.esco.concepts import TYPES, Concept, Needs, read_broader, read_concepts, read_members, read_needs
from jobfit.taxonomy.esco.files import CONCEPTS, TRANSVERSAL, EscoFile, FileCount, find_files
from jobfit.taxonomy.model import Group, Occupation, Skill, Taxonomy

TRANSVERSAL_SCHEME = "skill-transversal-groups"
Broader = dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Imported:
    """A taxonomy and how it was read; ``sha256`` is that of the files.

    languages: those that give any term a label, with the number of skills and occupations that they name.
    files:     what became of each row of each file.
    notes:     files that are missing or were not read, and what follows from that.
    """

    taxonomy: Taxonomy
    sha256: str
    languages: Mapping[str, int]
    files: tuple[FileCount, ...]
    notes: tuple[str, ...]


def import_folder(folder: Path, name: str) -> Imported:
    """Read the ESCO CSV files in ``folder`` (see :mod:`jobfit.taxonomy.esco.files`).

    Ids are URIs. The version is ``name`` and the first eight digits of the checksum of what was read, so two folders of
    one name but other content have two versions. A relation that leads to a concept that no file holds is left out and
    counted; a skill is transversal if it is in ESCO's transversal collection (a file of its own, or ``inScheme``).

    Raises:
        InputError: a file or a column is missing, a file is broken or holds no concept, or the hierarchy goes in a
            circle.
    """
    files, notes = find_files(folder)
    counts: list[FileCount] = []
    tables: dict[str, dict[str, Concept]] = {}
    for table in CONCEPTS:
        tables[table], read = read_concepts(files[table])
        counts += read
    for table in ("occupations", "skills"):
        if not tables[table]:
            raise InputError(f"{folder}: the files of {table} hold none that has a label")
    broader = _broader(files, tables, counts)
    needs: Needs = {}
    for table, needing in (("occupationSkillRelations", "occupations"), ("skillSkillRelations", "skills")):
        for file in files[table]:
            needed, count = read_needs(file, tables[needing], tables["skills"])
            needs |= needed
            counts.append(count)
    transversal = {uri for uri, concept in tables["skills"].items() if TRANSVERSAL_SCHEME in concept.facts["inScheme"]}
    for file in files[TRANSVERSAL]:
        members, count = read_members(file, tables["skills"])
        transversal |= members
        counts.append(count)
    if not transversal:
        notes.append("no transversal collection, so no skill is marked as transversal")
    digest = sha256_of("\n".join(f"{count.file} {count.sha256}" for count in counts))

    taxonomy = Taxonomy(
        f"{name}#{digest[:8]}",
        {uri: _skill(concept, broader, needs, transversal) for uri, concept in tables["skills"].items()},
        {uri: _occupation(concept, broader, needs) for uri, concept in tables["occupations"].items()},
        {
            uri: Group(**_shared(concept, broader), kind=kind, code=concept.facts["code"])
            for table, kind in (("ISCOGroups", "isco"), ("skillGroups", "skill"))
            for uri, concept in tables[table].items()
        },
    )
    named = Counter(
        language for terms in (taxonomy.skills, taxonomy.occupations) for t in terms.values() for language in t.labels
    )
    return Imported(taxonomy, digest, dict(sorted(named.items())), tuple(counts), tuple(notes))


def _broader(
    files: Mapping[str, Sequence[EscoFile]], tables: Mapping[str, Collection[str]], counts: list[FileCount]
) -> Broader:
    broader: Broader = {}
    pillars = {
        "broaderRelationsOccPillar": ("occupations", "ISCOGroups"),
        "broaderRelationsSkillPillar": ("skills", "skillGroups"),
    }
    for table, parts in pillars.items():
        known = {uri for part in parts for uri in tables[part]}
        for file in files[table]:
            above, count = read_broader(file, known)
            try:
                TopologicalSorter(above).prepare()
            except CycleError as error:
                circle = " -> ".join(reversed(error.args[1]))
                raise InputError(
                    f"{file.path}: the hierarchy goes in a circle: {circle}. Remove one of these broader relations"
                ) from error
            broader |= above
            counts.append(count)
    return broader


def _skill(concept: Concept, broader: Broader, needs: Needs, transversal: Collection[str]) -> Skill:
    kind, reuse = concept.facts["skillType"], concept.facts["reuseLevel"]
    return Skill(**_linked(concept, broader, needs), transversal=concept.uri in transversal, kind=kind, reuse=reuse)


def _occupation(concept: Concept, broader: Broader, needs: Needs) -> Occupation:
    isco = concept.facts["iscoGroup"].removeprefix("C")
    return Occupation(**_linked(concept, broader, needs), sector=isco[:2], isco=isco, code=concept.facts["code"])


def _shared(concept: Concept, broader: Broader) -> dict[str, Any]:
    above, description = broader.get(concept.uri, ()), concept.facts["description"]
    return {"id": concept.uri, "labels": concept.labels, "description": description, "broader": above}


def _linked(concept: Concept, broader: Broader, needs: Needs) -> dict[str, Any]:
    needed = needs.get(concept.uri, {})
    ways = {way: tuple(skill for skill, relation in needed.items() if relation == way) for way in TYPES}
    hidden = {language: labels for language, labels in concept.hidden.items() if labels}
    return _shared(concept, broader) | ways | {"hidden": hidden}
