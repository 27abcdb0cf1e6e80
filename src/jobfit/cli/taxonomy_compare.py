"""jobfit taxonomy distance, gap: two terms, or what somebody has and what is asked."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from jobfit.cli.options import AsJson
from jobfit.cli.output import print_json, stdout
from jobfit.cli.taxonomy_terms import Language, Name, brief, open_graph, terms
from jobfit.errors import InputError

if TYPE_CHECKING:
    from jobfit.taxonomy.graph import TaxonomyGraph


def register(taxonomy: typer.Typer) -> None:
    """Add the two commands to ``jobfit taxonomy``."""
    taxonomy.command()(distance)
    taxonomy.command()(gap)


def distance(
    a: Annotated[str, typer.Argument(metavar="A", help="Id, code, or a whole label in any language.")],
    b: Annotated[str, typer.Argument(metavar="B", help="The other one.")],
    taxonomy: Name = "compact",
    language: Language = "en",
    as_json: AsJson = False,
) -> None:
    """Measure two skills or two occupations: steps in the hierarchy, closeness, and shared skills or occupations."""
    graph = open_graph(taxonomy)
    one, other = terms(graph, [a, b])
    path = graph.distance(one.id, other.id)
    linked = not any(term.id in graph.taxonomy.groups for term in (one, other))
    found: dict[str, Any] = {
        "steps": path.steps if path else None,
        "via": brief(graph.term(path.via), language) if path else None,
        "closeness": graph.closeness(one.id, other.id) if path else None,
        "similarity": graph.similarity(one.id, other.id) if linked else None,
    }
    if as_json:
        print_json(
            {"taxonomy": graph.taxonomy.version, "a": brief(one, language), "b": brief(other, language), **found}
        )
        return
    way = f"{path.steps}, through {graph.term(path.via).label(language)!r}" if path else "undefined: nothing above both"
    stdout.print(f"steps in the hierarchy: {way}")
    stdout.print(f"closeness in the hierarchy (Wu-Palmer): {_number(found['closeness'])}")
    stdout.print(f"shared links (cosine): {_number(found['similarity'])}")


def _number(value: Any) -> str:
    return "undefined" if value is None else format(value, ".4f")


def gap(
    has: Annotated[list[str], typer.Option(metavar="WHAT", help="A skill, an occupation held, or a CV. Repeat it.")],
    needs: Annotated[
        list[str] | None, typer.Option(metavar="WHAT", help="A skill, an occupation, or a vacancy. Repeat it.")
    ] = None,
    nice: Annotated[list[str] | None, typer.Option(metavar="WHAT", help="A skill that is optional. Repeat it.")] = None,
    like: Annotated[str | None, typer.Option(metavar="FILE", help="Another CV, instead of needs.")] = None,
    taxonomy: Name = "compact",
    language: Language = "en",
    as_json: AsJson = False,
) -> None:
    """Compare what somebody has with what is asked. What an occupation only implies is marked as such."""
    from jobfit.cli.taxonomy_people import asked_by, held_by
    from jobfit.taxonomy.gap import gap as compare
    from jobfit.taxonomy.gap import like as to_be_like

    if bool(needs) == bool(like):
        raise InputError("give what is asked with --needs, or another person's CV with --like")
    graph = open_graph(taxonomy)
    wants = to_be_like(held_by(graph, [like])) if like else asked_by(graph, needs or [], nice or [])
    facts = _named(asdict(compare(graph, held_by(graph, has), wants)), graph, language)
    if as_json:
        print_json({"taxonomy": graph.taxonomy.version, **facts})
    else:
        _print_gap(facts)


def _print_gap(facts: dict[str, Any]) -> None:
    for key, value in facts.items():
        if not isinstance(value, list):
            stdout.print(f"{key.replace('_', ' ')}: {_number(value)}")
            continue
        stdout.print(f"{key.replace('_', ' ')} ({len(value)}):")
        for item in value:
            stdout.print(f"  {_line(item)}")


def _line(item: dict[str, Any]) -> str:
    """Return one asked skill in words."""
    words = str(item["label"])
    if "held" in item:
        words += f" ~ {item['held']['label']} (closeness {item['credit']:.2f})"
    return words if item.get("evidenced", True) else f"{words} (implied by an occupation, not stated)"


def _named(value: Any, graph: TaxonomyGraph, language: str) -> Any:
    """Return a gap with the label beside every id: {skill, evidenced} gets id, kind and label."""
    if isinstance(value, dict) and "skill" in value:
        rest = {key: item for key, item in value.items() if key not in ("skill", "held")}
        near = {"held": brief(graph.term(value["held"]), language)} if "held" in value else {}
        return {**brief(graph.term(value["skill"]), language), **near, **rest}
    if isinstance(value, dict):
        return {key: _named(item, graph, language) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_named(item, graph, language) for item in value]
    return brief(graph.term(value), language) if isinstance(value, str) else value
