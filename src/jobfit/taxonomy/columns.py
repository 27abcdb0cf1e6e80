"""A taxonomy as three Arrow tables, and back.

A column for each field and each language; labels are lists of strings. Links are 32-bit row numbers in the skills
followed by the occupations and the groups: as URIs they would be most of ESCO's size.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from jobfit.taxonomy.model import Group, Labels, Occupation, Skill, Taxonomy

if TYPE_CHECKING:
    import pyarrow as pa

TABLES = ("skills", "occupations", "groups")
_TEXT = {
    "skills": ("id", "kind", "reuse", "description"),
    "occupations": ("id", "sector", "code", "isco", "description"),
    "groups": ("id", "kind", "code", "description"),
}
_LINKS = {
    "skills": ("broader", "essential", "optional"),
    "occupations": ("essential", "optional", "broader"),
    "groups": ("broader",),
}
Columns = dict[str, list[Any]]


def to_tables(taxonomy: Taxonomy) -> dict[str, pa.Table]:
    """Return the tables ``skills``, ``occupations`` and ``groups``, in the taxonomy's order."""
    number = {term.id: row for row, term in enumerate(taxonomy.terms())}
    terms: dict[str, Sequence[Skill | Occupation | Group]] = {
        table: list(getattr(taxonomy, table).values()) for table in TABLES
    }
    return {table: _table(table, terms[table], number) for table in TABLES}


def _table(table: str, terms: Sequence[Skill | Occupation | Group], number: Mapping[str, int]) -> pa.Table:
    import pyarrow as pa

    strings, links = pa.list_(pa.string()), pa.list_(pa.int32())
    columns = {name: pa.array([getattr(term, name) for term in terms], pa.string()) for name in _TEXT[table]}
    for name in _LINKS[table]:
        columns[name] = pa.array([[number[id_] for id_ in getattr(term, name)] for term in terms], links)
    if table == "skills":
        columns["transversal"] = pa.array([term.transversal for term in terms if isinstance(term, Skill)], pa.bool_())
    for part in ("labels", "hidden") if table != "groups" else ("labels",):
        for language in _languages(getattr(term, part) for term in terms):
            columns[f"{part}_{language}"] = pa.array([getattr(t, part).get(language, ()) for t in terms], strings)
    return pa.table(columns)


def _languages(labels: Iterable[Labels]) -> list[str]:
    return sorted({language for by_language in labels for language in by_language})


def from_tables(version: str, tables: Mapping[str, pa.Table]) -> Taxonomy:
    """Return the taxonomy that :func:`to_tables` was given, checked again.

    Raises:
        KeyError: a table or a column is missing.
    """
    ids = [id_ for table in TABLES for id_ in tables[table]["id"].to_pylist()]
    columns = {table: _columns(table, tables[table], ids) for table in TABLES}
    return Taxonomy(
        version,
        _terms(columns["skills"], lambda c: map(Skill, *_pick(c, _SKILL))),
        _terms(columns["occupations"], lambda c: map(Occupation, *_pick(c, _OCCUPATION))),
        _terms(columns["groups"], lambda c: map(Group, *_pick(c, _GROUP))),
    )


# The order of the fields when a term is built.
_SKILL = (
    "id", "labels", "transversal", "kind", "reuse", "description", "hidden", "broader", "essential", "optional",
)  # fmt: skip
_OCCUPATION = (
    "id", "labels", "sector", "essential", "optional", "code", "isco", "description", "hidden", "broader",
)  # fmt: skip
_GROUP = ("id", "labels", "kind", "code", "description", "broader")


def _pick(columns: Columns, names: Sequence[str]) -> list[list[Any]]:
    return [columns[name] for name in names]


def _terms(columns: Columns, build: Callable[[Columns], Iterable[Any]]) -> dict[str, Any]:
    return dict(zip(columns["id"], build(columns)))


def _columns(table: str, data: pa.Table, ids: Sequence[str]) -> Columns:
    """Return every field of a table as a list with one item a row."""
    columns: Columns = {name: data[name].to_pylist() for name in _TEXT[table]}
    if table == "skills":
        columns["transversal"] = data["transversal"].to_pylist()
    for name in _LINKS[table]:
        columns[name] = _slices(data[name], lambda rows: [ids[row] for row in rows])
    for part in ("labels", "hidden"):
        columns[part] = _by_language(part, data)
    return columns


def _by_language(part: str, data: pa.Table) -> list[dict[str, tuple[str, ...]]]:
    """Return {language: labels} of each row, without the languages in which it has none."""
    found: list[dict[str, tuple[str, ...]]] = [{} for _ in range(len(data))]
    for name in data.column_names:
        if name.startswith(f"{part}_"):
            language = name.removeprefix(f"{part}_")
            for labels, row in zip(_slices(data[name]), found):
                if labels:
                    row[language] = labels
    return found


def _slices(column: pa.ChunkedArray, convert: Callable[[list[Any]], list[Any]] | None = None) -> list[tuple[Any, ...]]:
    """Return the lists of a column as tuples; several times faster than one Arrow list at a time."""
    array = column.combine_chunks()
    values = array.values.to_pylist()
    flat = tuple(convert(values) if convert else values)
    return [flat[start:end] for start, end in pairwise(array.offsets.to_pylist())]
