"""jobfit taxonomy link: titles and mentions of skills to concepts, or to no match."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from jobfit.cli.options import DEFAULT_MODEL, AsJson, K, Model
from jobfit.cli.output import csv_text, print_json, progress, stdout
from jobfit.cli.taxonomy_terms import Name
from jobfit.errors import InputError

if TYPE_CHECKING:
    from jobfit.taxonomy.linking.evidence import Evidenced
    from jobfit.taxonomy.linking.linker import Link, Linker


class LinkTo(StrEnum):
    """What a mention may mean."""

    OCCUPATION = "occupation"
    SKILL = "skill"


def register(taxonomy: typer.Typer) -> None:
    """Add the command to ``jobfit taxonomy``."""
    taxonomy.command()(link)


def link(
    *,
    mentions: Annotated[list[str] | None, typer.Argument(metavar="[MENTION]...", help="Titles or skills.")] = None,
    file: Annotated[Path | None, typer.Option(help="One mention a line, UTF-8.")] = None,
    text: Annotated[Path | None, typer.Option(help="Find the skills that this text names, with their quotes.")] = None,
    taxonomy: Name = "compact",
    kind: Annotated[LinkTo, typer.Option(help="What to link to; --text finds skills.")] = LinkTo.OCCUPATION,
    language: Annotated[str | None, typer.Option(help="Of the mentions: en, fr. Default: labels in all.")] = None,
    k: K = 5,
    threshold: Annotated[float | None, typer.Option(help="Least score of a match. Default: calibrated.")] = None,
    lexical_only: Annotated[bool, typer.Option("--lexical-only", help="Words and n-grams, no encoder.")] = False,
    model: Model = DEFAULT_MODEL,
    as_json: AsJson = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV: one line a concept of each mention.")] = False,
) -> None:
    """Link titles or mentions of skills to concepts, with a score, alternatives, or no match below a threshold."""
    from jobfit.app.encoding import text_encoder
    from jobfit.taxonomy.linking.evidence import skills_in
    from jobfit.taxonomy.linking.linker import Linker
    from jobfit.taxonomy.stored import load_taxonomy

    if sum((bool(mentions), file is not None, text is not None)) != 1 or (as_json and as_csv):
        raise InputError("give one of MENTION..., --file and --text, and at most one of --json and --csv")
    source = load_taxonomy(taxonomy)
    if text is not None:
        linker = Linker(source, "skill", None)
        found = skills_in(_read(text), linker, language, threshold)
        return _print_evidenced(found, _about(linker, language, threshold), as_json, as_csv)
    wanted = mentions or [line.strip() for line in _read(file).splitlines() if line.strip()]
    with progress("Encoding") as update:
        linker = Linker(source, kind.value, None if lexical_only else text_encoder(model, update))
        links = linker.link(wanted, language, k, threshold)
    _print_links(links, _about(linker, language, threshold), as_json, as_csv)


def _read(path: Path | None) -> str:
    assert path is not None
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path} cannot be read as UTF-8 text: {error}") from error


def _about(linker: Linker, language: str | None, threshold: float | None) -> dict[str, Any]:
    """Return what an answer says of itself: the taxonomy, what was linked to, and the threshold used."""
    cut = linker.model(language).threshold if threshold is None else threshold
    return {"taxonomy": linker.taxonomy.version, "kind": linker.kind, "threshold": cut}


def _print_links(links: Sequence[Link], about: Mapping[str, Any], as_json: bool, as_csv: bool) -> None:
    if as_json:
        print_json({**about, "links": [asdict(one) for one in links]})
    elif as_csv:
        rows = [row for one in links for row in _rows(one)]
        print(csv_text(("mention", "role", "id", "score", "label"), rows), end="")
    else:
        for one in links:
            stdout.print(f"{one.mention}", style="bold", soft_wrap=True)
            found = (
                f"{one.best.score:.2f}  {one.best.label}  {one.best.id}"
                if one.best
                else f"no match at {about['threshold']:.2f}"
            )
            stdout.print(f"  {found}", soft_wrap=True)
            for match in one.alternatives:
                stdout.print(f"    {match.score:.2f}  {match.label}  {match.id}", style="dim", soft_wrap=True)


def _rows(link: Link) -> Iterator[tuple[object, ...]]:
    """Yield the match or the lack of one, then the alternatives."""
    best = link.best
    yield (
        (link.mention, "match", best.id, round(best.score, 4), best.label)
        if best
        else (link.mention, "no match", "", "", "")
    )
    for match in link.alternatives:
        yield link.mention, "alternative", match.id, round(match.score, 4), match.label


def _print_evidenced(found: Sequence[Evidenced], about: Mapping[str, Any], as_json: bool, as_csv: bool) -> None:
    if as_json:
        print_json({**about, "skills": [asdict(one) for one in found]})
    elif as_csv:
        rows = [
            (s.evidence.text, s.evidence.start, s.evidence.end, s.match.id, round(s.match.score, 4), s.match.label)
            for s in found
        ]
        print(csv_text(("quote", "start", "end", "id", "score", "label"), rows), end="")
    else:
        for one in found:
            quote = one.evidence
            stdout.print(f"{quote.start}–{quote.end} “{quote.text}”", style="bold", soft_wrap=True)
            stdout.print(f"  {one.match.score:.2f}  {one.match.label}  {one.match.id}", soft_wrap=True)
        if not found:
            stdout.print(f"no skill at {about['threshold']:.2f}")
