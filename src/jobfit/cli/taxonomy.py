"""jobfit taxonomy: import ESCO, and ask a taxonomy about its terms."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

import typer

from jobfit.app import taxonomy
from jobfit.cli.command import AsJson, asks
from jobfit.cli.output import answer, csv_text, stdout, telling
from jobfit.cli.output import show as output
from jobfit.errors import InputError
from jobfit.taxonomy.stored import Manifest

group = typer.Typer(help="Import ESCO; ask a taxonomy about its occupations and skills.", no_args_is_help=True)
TERM = typer.Argument(metavar="TERM")


@group.command(name="import")
@asks(taxonomy.ImportRequest, folder=typer.Argument(metavar="DIR"))
def import_(request: taxonomy.ImportRequest, as_json: AsJson = False) -> Manifest:
    """Read ESCO's CSV files and keep them; print what became of every row."""
    return answer(taxonomy.import_taxonomy, request, as_json, _print_import)


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


@group.command(name="list")
def list_(as_json: AsJson = False) -> taxonomy.Listing:
    """List the taxonomies: the compact one and those that were imported."""
    return output(taxonomy.list_taxonomies(), as_json, _print_listing)


def _print_listing(listing: taxonomy.Listing) -> None:
    from rich.table import Table

    table = Table("name", "version", "languages", "occupations", "skills", "essential", "optional")
    for row in listing.taxonomies:
        numbers = (str(row.counts[key]) for key in ("occupations", "skills", "essential", "optional"))
        table.add_row(row.name, row.version, " ".join(row.languages), *numbers)
    stdout.print(table)


@group.command()
@asks(taxonomy.TermRequest, term=TERM)
def show(request: taxonomy.TermRequest, as_json: AsJson = False) -> taxonomy.Shown:
    """Show one term: its labels, its code, what is broader and narrower, how many links it has."""
    return answer(taxonomy.show, request, as_json, _print_term)


def _print_term(term: taxonomy.Shown) -> None:
    for key in ("id", "kind", "label"):
        stdout.print(f"{key}: {getattr(term, key)}")
    for language, labels in term.labels.items():
        stdout.print(f"labels ({language}): {'; '.join(labels)}")
    for key in ("code", "isco", "sector", "reuse", "transversal", "description"):
        if getattr(term, key) not in (None, ""):
            stdout.print(f"{key}: {getattr(term, key)}")
    for key in ("broader", "narrower"):
        if getattr(term, key):
            stdout.print(f"{key}: {'; '.join(other.label for other in getattr(term, key))}")


@group.command()
@asks(taxonomy.TermRequest, term=TERM)
def skills(request: taxonomy.TermRequest, as_json: AsJson = False) -> taxonomy.Needs:
    """List the skills that an occupation (or a skill) needs: essential, then optional."""
    return answer(taxonomy.skills, request, as_json, _print_needs)


@group.command()
@asks(taxonomy.TermRequest, term=TERM)
def occupations(request: taxonomy.TermRequest, as_json: AsJson = False) -> taxonomy.Needs:
    """List the occupations that need a skill: those for which it is essential, then optional."""
    return answer(taxonomy.occupations, request, as_json, _print_needs)


def _print_needs(needs: taxonomy.Needs) -> None:
    for kind, terms in (("essential", needs.essential), ("optional", needs.optional)):
        stdout.print(f"{kind} ({len(terms)}):")
        for term in terms:
            stdout.print(f"  {term.label}")


@group.command()
@asks(taxonomy.DistanceRequest, a=typer.Argument(metavar="A"), b=typer.Argument(metavar="B"))
def distance(request: taxonomy.DistanceRequest, as_json: AsJson = False) -> taxonomy.Distance:
    """Measure two skills or two occupations: steps in the hierarchy, closeness, and shared skills or occupations."""
    return answer(taxonomy.distance, request, as_json, _print_distance)


def _print_distance(found: taxonomy.Distance) -> None:
    way = f"{found.steps}, through {found.via.label!r}" if found.via else "undefined: nothing above both"
    stdout.print(f"steps in the hierarchy: {way}")
    stdout.print(f"closeness in the hierarchy (Wu-Palmer): {_number(found.closeness)}")
    stdout.print(f"shared links (cosine): {_number(found.similarity)}")


def _number(value: float | None) -> str:
    return "undefined" if value is None else f"{value:.4f}"


WHAT = typer.Option(metavar="WHAT")


@group.command()
@asks(taxonomy.GapRequest, has=WHAT, needs=WHAT, nice=WHAT, like=typer.Option(metavar="FILE"))
def gap(request: taxonomy.GapRequest, as_json: AsJson = False) -> taxonomy.Gap:
    """Compare what somebody has with what is asked. What an occupation only implies is marked as such."""
    return answer(taxonomy.gap, request, as_json, _print_gap)


def _print_gap(found: taxonomy.Gap) -> None:
    for key in ("met_essential", "met_optional", "missing_essential", "missing_optional", "near"):
        terms = getattr(found, key)
        stdout.print(f"{key.replace('_', ' ')} ({len(terms)}):")
        for term in terms:
            stdout.print(f"  {_line(term)}")
    for key in ("coverage", "coverage_implied", "coverage_hierarchy"):
        stdout.print(f"{key.replace('_', ' ')}: {_number(getattr(found, key))}")


def _line(term: taxonomy.Brief) -> str:
    """Return one asked skill in words."""
    words = term.label
    if isinstance(term, taxonomy.NearSkill):
        words += f" ~ {term.held.label} (closeness {term.credit:.2f})"
    return words if getattr(term, "evidenced", True) else f"{words} (implied by an occupation, not stated)"


@group.command()
@asks(taxonomy.LinkRequest, mentions=typer.Argument(metavar="[MENTION]..."))
def link(
    request: taxonomy.LinkRequest,
    as_json: AsJson = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV: one line per concept of each mention.")] = False,
) -> taxonomy.Links | taxonomy.SkillsInText:
    """Link titles or mentions of skills to concepts, with a score, alternatives, or no match below a threshold."""
    if as_json and as_csv:
        raise InputError("give at most one of --json and --csv")
    with telling() as told:
        found = taxonomy.link(request, told)
    if not as_csv:
        return output(found, as_json, _print_links)
    if isinstance(found, taxonomy.Links):
        print(csv_text(("mention", "role", "id", "score", "label"), list(_link_rows(found))), end="")
    else:
        print(csv_text(("quote", "start", "end", "id", "score", "label"), list(_skill_rows(found))), end="")
    return found


def _print_links(found: taxonomy.Links | taxonomy.SkillsInText) -> None:
    if isinstance(found, taxonomy.Links):
        for one in found.links:
            stdout.print(one.mention, style="bold", soft_wrap=True)
            stdout.print(
                f"  {_concept(one.best) if one.best else f'no match at {found.threshold:.2f}'}", soft_wrap=True
            )
            for concept in one.alternatives:
                stdout.print(f"    {_concept(concept)}", style="dim", soft_wrap=True)
        return
    for skill in found.skills:
        quote = skill.evidence
        stdout.print(f"{quote.start}–{quote.end} “{quote.text}”", style="bold", soft_wrap=True)
        stdout.print(f"  {_concept(skill.match)}", soft_wrap=True)
    if not found.skills:
        stdout.print(f"no skill at {found.threshold:.2f}")


def _concept(concept: taxonomy.Concept) -> str:
    return f"{concept.score:.2f}  {concept.label}  {concept.id}"


def _link_rows(found: taxonomy.Links) -> Iterator[tuple[object, ...]]:
    """Yield for each mention the match or the lack of one, then the alternatives."""
    for one in found.links:
        best = one.best
        yield (one.mention, "match", best.id, round(best.score, 4), best.label) if best else (
            one.mention, "no match", "", "", "",
        )  # fmt: skip
        for other in one.alternatives:
            yield one.mention, "alternative", other.id, round(other.score, 4), other.label


def _skill_rows(found: taxonomy.SkillsInText) -> Iterator[tuple[object, ...]]:
    for one in found.skills:
        quote, match = one.evidence, one.match
        yield quote.text, quote.start, quote.end, match.id, round(match.score, 4), match.label
