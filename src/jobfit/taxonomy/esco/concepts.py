"""Concept files -> concepts by URI, their languages joined; relation files -> the links between them."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from jobfit.errors import InputError
from jobfit.taxonomy.esco.files import EscoFile, FileCount, Tally, read_header, read_rows

# What a table must have besides its labels, and what it may have.
_MUST: dict[str, tuple[str, ...]] = {
    "occupations": ("iscoGroup",),
    "skills": ("skillType", "reuseLevel"),
    "ISCOGroups": ("code",),
    "skillGroups": (),
}
_FACTS = ("status", "iscoGroup", "code", "skillType", "reuseLevel", "description", "inScheme")
_COLUMN = re.compile(r"preferredLabel_([a-z]{2})\Z")


@dataclass(slots=True)
class Concept:
    """A row of one or more concept files: its labels by language, and the facts of the first file that has it."""

    uri: str
    facts: dict[str, str]
    labels: dict[str, tuple[str, ...]] = field(default_factory=dict)
    hidden: dict[str, tuple[str, ...]] = field(default_factory=dict)


def read_concepts(files: Sequence[EscoFile]) -> tuple[dict[str, Concept], list[FileCount]]:
    """Return the concepts of one table by URI, and what became of the rows of each file.

    Every file of one language may add concepts. A joined file adds languages to them, and concepts only where there is
    no other file. The first file that gives a concept labels in a language wins. Concepts without any label are left
    out.
    """
    concepts: dict[str, Concept] = {}
    all_joined = all(file.joined for file in files)
    return concepts, [_read(file, concepts, not file.joined or all_joined) for file in files]


def _read(file: EscoFile, concepts: dict[str, Concept], may_add: bool) -> FileCount:
    tally = Tally(file.path)
    languages = _languages(file)
    labels = [f"{part}_{language}" if file.joined else part for language in languages for part in _LABELS]
    columns = ("conceptUri", *labels[::3], *(() if file.joined and not may_add else _MUST[file.table]))
    optional = (*_FACTS, *labels)
    seen: set[str] = set()
    for cells in read_rows(file.path, columns, optional, tally):
        uri, rest = cells[0], cells[len(columns) :]
        facts = dict(zip(_FACTS, rest[: len(_FACTS)]))
        reason = _refused(uri, facts, seen, None if may_add else concepts)
        if reason:
            tally.drop(reason, uri)
            continue
        seen.add(uri)
        given = _given(languages, rest[len(_FACTS) :])
        known = concepts.get(uri)
        new = [language for language in given if known is None or language not in known.labels]
        if not new:
            tally.drop("no label in a language that it adds" if given else "no preferred label", uri)
            continue
        concept = concepts.setdefault(uri, Concept(uri, facts))
        for language in new:
            concept.labels[language], concept.hidden[language] = given[language]
    return tally.done()


_LABELS = ("preferredLabel", "altLabels", "hiddenLabels")


def _languages(file: EscoFile) -> tuple[str, ...]:
    """Return the languages whose labels the file holds: by its columns if joined, else by its name."""
    if not file.joined:
        return file.languages
    languages = tuple(match[1] for name in read_header(file.path) if (match := _COLUMN.match(name)))
    if not languages:
        raise InputError(f"{file.path}: no column preferredLabel_{file.languages[0]}, so it joins no languages")
    return languages


def _refused(uri: str, facts: dict[str, str], seen: set[str], known: dict[str, Concept] | None) -> str | None:
    if not uri:
        return "no URI"
    if facts["status"] not in ("", "released"):
        return f"status {facts['status']}"
    if uri in seen:
        return "the URI stands in an earlier row"
    return "a URI that no file of one language has" if known is not None and uri not in known else None


def _given(languages: Sequence[str], cells: Sequence[str]) -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    """Return (labels, hidden labels) of each language that has a preferred label."""
    given = {}
    for place, language in enumerate(languages):
        preferred, alternative, hidden = cells[3 * place : 3 * place + 3]
        if preferred:
            labels = dict.fromkeys((" ".join(preferred.split()), *_lines(alternative)))
            given[language] = tuple(labels), tuple(h for h in dict.fromkeys(_lines(hidden)) if h not in labels)
    return given


def _lines(cell: str) -> list[str]:
    return [" ".join(line.split()) for line in cell.splitlines() if line.strip()] if cell else []


Needs = dict[str, dict[str, str]]  # needing -> needed -> "essential" | "optional"
TYPES = ("essential", "optional")


def read_needs(file: EscoFile, needing: Collection[str], skills: Collection[str]) -> tuple[Needs, FileCount]:
    """Return the essential and optional skills of each concept in ``needing``.

    A pair that is stated as both is essential; the row of the weaker statement is counted as left out.
    """
    between = file.table == "occupationSkillRelations"
    columns = ("occupationUri", "skillUri") if between else ("originalSkillUri", "relatedSkillUri")
    tally = Tally(file.path)
    needs: Needs = {}
    for source, target, kind in read_rows(file.path, (*columns, "relationType"), (), tally):
        if kind not in TYPES:
            tally.drop(f"relation type {kind!r}", f"{source} -> {target}")
        elif source not in needing:
            tally.drop("unknown occupation" if between else "unknown skill", source)
        elif target not in skills:
            tally.drop("unknown skill", target)
        else:
            of = needs.setdefault(source, {})
            known = of.setdefault(target, "")
            if known:
                tally.drop("the pair stands in an earlier row", f"{source} -> {target} ({known} and {kind})")
            of[target] = "essential" if "essential" in (known, kind) else kind
    return needs, tally.done()


def read_broader(file: EscoFile, known: Collection[str]) -> tuple[dict[str, tuple[str, ...]], FileCount]:
    """Return the concepts directly above each concept of one pillar, in the order of the file."""
    tally = Tally(file.path)
    above: dict[str, dict[str, None]] = {}
    for narrow, broad in read_rows(file.path, ("conceptUri", "broaderUri"), (), tally):
        if narrow not in known:
            tally.drop("unknown narrower concept", narrow)
        elif broad not in known:
            tally.drop("unknown broader concept", broad)
        elif broad in above.setdefault(narrow, {}):
            tally.drop("the pair stands in an earlier row", f"{narrow} -> {broad}")
        else:
            above[narrow][broad] = None
    return {narrow: tuple(broad) for narrow, broad in above.items()}, tally.done()


def read_members(file: EscoFile, skills: Collection[str]) -> tuple[frozenset[str], FileCount]:
    tally = Tally(file.path)
    members = set()
    for (uri,) in read_rows(file.path, ("conceptUri",), (), tally):
        if uri in skills:
            members.add(uri)
        else:
            tally.drop("unknown skill", uri)
    return frozenset(members), tally.done()
