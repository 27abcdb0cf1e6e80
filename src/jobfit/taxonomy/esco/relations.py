"""Relation files -> links between known concepts; what leads nowhere is counted."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from jobfit.taxonomy.esco.files import EscoFile
from jobfit.taxonomy.esco.rows import FileCount, Tally, read_rows

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
    """Return the skills of a collection file."""
    tally = Tally(file.path)
    members = set()
    for (uri,) in read_rows(file.path, ("conceptUri",), (), tally):
        if uri in skills:
            members.add(uri)
        else:
            tally.drop("unknown skill", uri)
    return frozenset(members), tally.done()


def of_kind(needs: Mapping[str, Mapping[str, str]], source: str, kind: str) -> Iterator[str]:
    """Yield what ``source`` needs in one way, in the order of the file."""
    return (target for target, found in needs.get(source, {}).items() if found == kind)
