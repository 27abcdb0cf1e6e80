"""import_folder: ESCO's CSV files -> Taxonomy and a report in which every row is accounted for."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from jobfit.errors import InputError
from jobfit.taxonomy.esco.concepts import Concept, Needs, of_kind, read_broader, read_concepts, read_members, read_needs
from jobfit.taxonomy.esco.files import CONCEPTS, TRANSVERSAL, EscoFolder, FileCount, find_files
from jobfit.taxonomy.model import Group, Occupation, Skill, Taxonomy, check_no_cycle

TRANSVERSAL_SCHEME = "skill-transversal-groups"
Broader = dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What was read.

    languages: those that give any term a label, with the number of skills and occupations that they name.
    files:     what became of each row of each file.
    notes:     files that are missing or were not read, and what follows from that.
    """

    version: str
    sha256: str
    languages: Mapping[str, int]
    files: tuple[FileCount, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Imported:
    """A taxonomy and the report on how it was read."""

    taxonomy: Taxonomy
    report: ImportReport


def import_folder(folder: Path, name: str) -> Imported:
    """Read the ESCO CSV files in ``folder`` (see :mod:`jobfit.taxonomy.esco.files`).

    Ids are URIs. The version is ``name`` and the first eight digits of the checksum of what was read, so two folders of
    one name but other content have two versions. A relation that leads to a concept that no file holds is left out and
    counted; a skill is transversal if it is in ESCO's transversal collection (a file of its own, or ``inScheme``).

    Raises:
        InputError: a file or a column is missing, a file is broken or holds no concept, or the hierarchy goes in a
            circle.
    """
    files = find_files(folder)
    counts: list[FileCount] = []
    tables: dict[str, dict[str, Concept]] = {}
    for table in CONCEPTS:
        tables[table], read = read_concepts(files.of(table))
        counts += read
    for table in ("occupations", "skills"):
        if not tables[table]:
            raise InputError(f"{folder}: the files of {table} hold none that has a label")
    broader = _broader(files, tables, counts)
    needs = _needs(files, tables, counts)
    members, notes = _transversal(files, tables["skills"], counts)
    digest = hashlib.sha256("\n".join(f"{c.file} {c.sha256}" for c in counts).encode()).hexdigest()
    taxonomy = Taxonomy(
        f"{name}#{digest[:8]}",
        {uri: _skill(concept, broader, needs, members) for uri, concept in tables["skills"].items()},
        {uri: _occupation(concept, broader, needs) for uri, concept in tables["occupations"].items()},
        {uri: _group(c, table, broader) for table in ("ISCOGroups", "skillGroups") for uri, c in tables[table].items()},
    )
    report = ImportReport(taxonomy.version, digest, _languages(taxonomy), tuple(counts), (*files.notes, *notes))
    return Imported(taxonomy, report)


def _broader(files: EscoFolder, tables: Mapping[str, Collection[str]], counts: list[FileCount]) -> Broader:
    broader: Broader = {}
    pillars = {
        "broaderRelationsOccPillar": ("occupations", "ISCOGroups"),
        "broaderRelationsSkillPillar": ("skills", "skillGroups"),
    }
    for table, parts in pillars.items():
        known = {uri for part in parts for uri in tables[part]}
        for file in files.of(table):
            above, count = read_broader(file, known)
            check_no_cycle(above, str(file.path))
            broader |= above
            counts.append(count)
    return broader


def _needs(files: EscoFolder, tables: Mapping[str, Collection[str]], counts: list[FileCount]) -> Needs:
    needs: Needs = {}
    for table, needing in (("occupationSkillRelations", "occupations"), ("skillSkillRelations", "skills")):
        for file in files.of(table):
            needed, count = read_needs(file, tables[needing], tables["skills"])
            needs |= needed
            counts.append(count)
    return needs


def _transversal(
    files: EscoFolder, skills: Mapping[str, Concept], counts: list[FileCount]
) -> tuple[frozenset[str], list[str]]:
    members = {uri for uri, concept in skills.items() if TRANSVERSAL_SCHEME in concept.facts["inScheme"]}
    for file in files.of(TRANSVERSAL):
        listed, count = read_members(file, skills)
        members |= listed
        counts.append(count)
    return frozenset(members), [] if members else ["no transversal collection, so no skill is marked as transversal"]


def _skill(concept: Concept, broader: Broader, needs: Needs, transversal: Collection[str]) -> Skill:
    facts = concept.facts
    return Skill(
        concept.uri,
        concept.labels,
        concept.uri in transversal,
        facts["skillType"],
        facts["reuseLevel"],
        facts["description"],
        {language: hidden for language, hidden in concept.hidden.items() if hidden},
        broader.get(concept.uri, ()),
        tuple(of_kind(needs, concept.uri, "essential")),
        tuple(of_kind(needs, concept.uri, "optional")),
    )


def _occupation(concept: Concept, broader: Broader, needs: Needs) -> Occupation:
    facts = concept.facts
    isco = facts["iscoGroup"].removeprefix("C")
    return Occupation(
        concept.uri,
        concept.labels,
        isco[:2],
        tuple(of_kind(needs, concept.uri, "essential")),
        tuple(of_kind(needs, concept.uri, "optional")),
        facts["code"],
        isco,
        facts["description"],
        {language: hidden for language, hidden in concept.hidden.items() if hidden},
        broader.get(concept.uri, ()),
    )


def _group(concept: Concept, table: str, broader: Broader) -> Group:
    kind = "isco" if table == "ISCOGroups" else "skill"
    facts = concept.facts
    return Group(concept.uri, concept.labels, kind, facts["code"], facts["description"], broader.get(concept.uri, ()))


def _languages(taxonomy: Taxonomy) -> dict[str, int]:
    named: dict[str, int] = {}
    for term in (*taxonomy.skills.values(), *taxonomy.occupations.values()):
        for language in term.labels:
            named[language] = named.get(language, 0) + 1
    return dict(sorted(named.items()))
