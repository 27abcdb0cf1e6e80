"""jobfit taxonomy: import ESCO, and ask a taxonomy about its terms."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from jobfit.cli import taxonomy_compare, taxonomy_link
from jobfit.cli.options import AsJson
from jobfit.cli.output import print_json, stdout
from jobfit.cli.taxonomy_terms import Language, Name, OneTerm, brief, open_graph, terms

if TYPE_CHECKING:
    from jobfit.taxonomy.graph import Needs, TaxonomyGraph
    from jobfit.taxonomy.lookup import Term
    from jobfit.taxonomy.stored import Manifest


def import_(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of ESCO's CSV files, any languages.")],
    name: Annotated[str | None, typer.Option(help="What to call it. Default: the name of the folder.")] = None,
    as_json: AsJson = False,
) -> None:
    """Read ESCO's CSV files and keep them; print what became of every row."""
    from jobfit.taxonomy.esco.importing import import_folder
    from jobfit.taxonomy.stored import check_name, save_taxonomy

    called = check_name(name or re.sub(r"[^a-z0-9._]+", "-", folder.resolve().name.lower()).strip("-._"))
    manifest = save_taxonomy(import_folder(folder, called), called)
    if as_json:
        print_json(asdict(manifest))
    else:
        _print_import(manifest)


def _print_import(manifest: Manifest) -> None:
    for source in manifest.sources:
        stdout.print(f"{source['file']}: {source['rows']} rows, {source['kept']} kept", soft_wrap=True)
        for left in source["left_out"]:
            stdout.print(f"  {left['count']} left out: {left['reason']} (e.g. {left['examples'][0]})", soft_wrap=True)
    for note in manifest.notes:
        stdout.print(note)
    stdout.print(", ".join(f"{count} {what.replace('_', ' ')}" for what, count in manifest.counts.items()))
    stdout.print("labels: " + ", ".join(f"{n} terms in {language}" for language, n in manifest.languages.items()))
    stdout.print(f"Use it with: --taxonomy {manifest.name}")


def list_(as_json: AsJson = False) -> None:
    """List the taxonomies: the compact one and those that were imported."""
    from jobfit.taxonomy.compact import LANGUAGES, load_compact
    from jobfit.taxonomy.stored import COMPACT, counts, list_taxonomies

    compact = load_compact()
    rows: list[dict[str, Any]] = [_row(COMPACT, compact.version, LANGUAGES, counts(compact))]
    rows += [_row(found.name, found.version, found.languages, found.counts) for found in list_taxonomies()]
    if as_json:
        print_json({"taxonomies": rows})
        return
    table = Table("name", "version", "languages", "occupations", "skills", "essential", "optional")
    for row in rows:
        numbers = (str(row["counts"][key]) for key in ("occupations", "skills", "essential", "optional"))
        table.add_row(row["name"], row["version"], " ".join(row["languages"]), *numbers)
    stdout.print(table)


def _row(name: str, version: str, languages: Iterable[str], numbers: Mapping[str, int]) -> dict[str, Any]:
    return {"name": name, "version": version, "languages": list(languages), "counts": dict(numbers)}


def show(term: OneTerm, taxonomy: Name = "compact", language: Language = "en", as_json: AsJson = False) -> None:
    """Show one term: its labels, its code, what is broader and narrower, how many links it has."""
    graph = open_graph(taxonomy)
    found = terms(graph, [term])[0]
    facts = {**brief(found, language), **_facts(found)}
    facts["broader"] = [brief(graph.term(id_), language) for id_ in found.broader]
    facts["narrower"] = [brief(graph.term(id_), language) for id_ in graph.narrower(found.id)]
    if as_json:
        print_json({"taxonomy": graph.taxonomy.version, **facts})
        return
    for key, value in facts.items():
        if key == "labels":
            for written, labels in value.items():
                stdout.print(f"{key} ({written}): {'; '.join(labels)}")
        elif value != "" and value != []:
            is_list = isinstance(value, list)
            stdout.print(f"{key}: {'; '.join(item['label'] for item in value) if is_list else value}")


def _facts(term: Term) -> dict[str, Any]:
    """Return the fields of a term that are not links."""
    names = ("code", "isco", "sector", "reuse", "transversal", "description")
    facts = {name: getattr(term, name) for name in names if hasattr(term, name)}
    return {"labels": {language: list(labels) for language, labels in term.labels.items()}, **facts}


def skills(term: OneTerm, taxonomy: Name = "compact", language: Language = "en", as_json: AsJson = False) -> None:
    """List the skills that an occupation (or a skill) needs: essential, then optional."""
    graph = open_graph(taxonomy)
    found = terms(graph, [term])[0]
    _print_needs(graph, found, graph.skills_of(found.id), language, as_json)


def occupations(term: OneTerm, taxonomy: Name = "compact", language: Language = "en", as_json: AsJson = False) -> None:
    """List the occupations that need a skill: those for which it is essential, then optional."""
    graph = open_graph(taxonomy)
    found = terms(graph, [term])[0]
    _print_needs(graph, found, graph.occupations_of(found.id), language, as_json)


def _print_needs(graph: TaxonomyGraph, term: Term, needs: Needs, language: str, as_json: bool) -> None:
    found = {
        kind: [brief(graph.term(id_), language) for id_ in getattr(needs, kind)] for kind in ("essential", "optional")
    }
    if as_json:
        print_json({"taxonomy": graph.taxonomy.version, "term": brief(term, language), **found})
        return
    for kind, items in found.items():
        stdout.print(f"{kind} ({len(items)}):")
        for item in items:
            stdout.print(f"  {item['label']}")


group = typer.Typer(help="Import ESCO; ask a taxonomy about its occupations and skills.", no_args_is_help=True)
group.command("import")(import_)
group.command("list")(list_)
group.command()(show)
group.command()(skills)
group.command()(occupations)
for module in (taxonomy_compare, taxonomy_link):
    module.register(group)
