"""What the commands of ``jobfit taxonomy`` share: their options, and terms by what a person types."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from jobfit.taxonomy.graph import TaxonomyGraph
    from jobfit.taxonomy.lookup import Term

Name = Annotated[str, typer.Option("--taxonomy", help="compact, an imported taxonomy, or a folder of ESCO CSV files.")]
Language = Annotated[str, typer.Option(help="Of the labels shown; English where a term has none in it.")]
OneTerm = Annotated[str, typer.Argument(metavar="TERM", help="Id, code, or a whole label in any language.")]


def open_graph(name: str) -> TaxonomyGraph:
    """Return the graph of a taxonomy by its name or folder."""
    from jobfit.taxonomy.graph import TaxonomyGraph
    from jobfit.taxonomy.stored import load_taxonomy

    return TaxonomyGraph(load_taxonomy(name))


def terms(graph: TaxonomyGraph, texts: Sequence[str]) -> list[Term]:
    """Return the term that each text names."""
    from jobfit.taxonomy.lookup import find_term

    return [find_term(graph.taxonomy, text) for text in texts]


def brief(term: Term, language: str) -> dict[str, Any]:
    """Return the stable keys of a term: id, kind, label."""
    from jobfit.taxonomy.lookup import kind_of

    return {"id": term.id, "kind": kind_of(term), "label": term.label(language)}
