"""jobfit taxonomy: import ESCO, and ask a taxonomy about its terms."""

from __future__ import annotations

from collections.abc import Iterator

import typer

from jobfit.app import taxonomy
from jobfit.cli.command import Csv, command
from jobfit.cli.output import csv_text, print_table, stdout
from jobfit.taxonomy.stored import Manifest


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


def _print_listing(listing: taxonomy.Listing) -> None:
    counted = ("occupations", "skills", "essential", "optional")
    rows = [
        (row.name, row.version, " ".join(row.languages), *(str(row.counts[key]) for key in counted))
        for row in listing.taxonomies
    ]
    print_table(("name", "version", "languages", *counted), rows)


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


def _print_needs(needs: taxonomy.Needs) -> None:
    for kind, terms in (("essential", needs.essential), ("optional", needs.optional)):
        stdout.print(f"{kind} ({len(terms)}):")
        for term in terms:
            stdout.print(f"  {term.label}")


def _print_distance(found: taxonomy.Distance) -> None:
    way = f"{found.steps}, through {found.via.label!r}" if found.via else "undefined: nothing above both"
    stdout.print(f"steps in the hierarchy: {way}")
    stdout.print(f"closeness in the hierarchy (Wu-Palmer): {_number(found.closeness)}")
    stdout.print(f"shared links (cosine): {_number(found.similarity)}")


def _number(value: float | None) -> str:
    return "undefined" if value is None else f"{value:.4f}"


def _print_gap(found: taxonomy.Gap) -> None:
    for key in ("met_essential", "met_optional", "missing_essential", "missing_optional", "near"):
        terms = getattr(found, key)
        stdout.print(f"{key.replace('_', ' ')} ({len(terms)}):")
        for term in terms:
            stdout.print(f"  {_line(term)}")
    for key in ("coverage", "coverage_implied", "coverage_hierarchy"):
        stdout.print(f"{key.replace('_', ' ')}: {_number(getattr(found, key))}")


def _line(term: taxonomy.Brief) -> str:
    words = term.label
    if isinstance(term, taxonomy.NearSkill):
        words += f" ~ {term.held.label} (closeness {term.credit:.2f})"
    return words if getattr(term, "evidenced", True) else f"{words} (implied by an occupation, not stated)"


def _print_links(found: taxonomy.Links | taxonomy.SkillsInText) -> None:
    if isinstance(found, taxonomy.Links):
        for one in found.links:
            stdout.print(one.mention, style="bold", soft_wrap=True)
            best = _concept(one.best) if one.best else f"no match at {found.threshold:.2f}"
            stdout.print(f"  {best}", soft_wrap=True)
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


def _links_csv(found: taxonomy.Links | taxonomy.SkillsInText) -> str:
    if isinstance(found, taxonomy.Links):
        return csv_text(("mention", "role", "id", "score", "label"), _link_rows(found))
    rows = [(one.evidence.text, one.evidence.start, one.evidence.end, *_cells(one.match)) for one in found.skills]
    return csv_text(("quote", "start", "end", "id", "score", "label"), rows)


def _link_rows(found: taxonomy.Links) -> Iterator[tuple[object, ...]]:
    for one in found.links:
        yield (one.mention, *(("match", *_cells(one.best)) if one.best else ("no match", "", "", "")))
        for other in one.alternatives:
            yield one.mention, "alternative", *_cells(other)


def _cells(concept: taxonomy.Concept) -> tuple[object, ...]:
    return concept.id, round(concept.score, 4), concept.label


TERM, WHAT = typer.Argument(metavar="TERM"), typer.Option(metavar="WHAT")
group = typer.Typer(help="Import ESCO; ask a taxonomy about its occupations and skills.", no_args_is_help=True)
for name, made in {
    "import": command(taxonomy.import_taxonomy, _print_import, folder=typer.Argument(metavar="DIR")),
    "list": command(taxonomy.list_taxonomies, _print_listing),
    "show": command(taxonomy.show, _print_term, term=TERM),
    "skills": command(taxonomy.skills, _print_needs, term=TERM),
    "occupations": command(taxonomy.occupations, _print_needs, term=TERM),
    "distance": command(
        taxonomy.distance, _print_distance, a=typer.Argument(metavar="A"), b=typer.Argument(metavar="B")
    ),
    "gap": command(
        taxonomy.gap, _print_gap, has=WHAT, needs=WHAT, nice=WHAT, like=typer.Option(metavar="FILE")
    ),
    "link": command(
        taxonomy.link, _print_links, csv=Csv("Print CSV: one line per concept of each mention.", _links_csv),
        mentions=typer.Argument(metavar="[MENTION]..."),
    ),
}.items():  # fmt: skip
    group.command(name)(made)
