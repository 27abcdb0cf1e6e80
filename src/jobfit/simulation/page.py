"""Page: a written CV or vacancy, before it becomes plain text, PDF, DOCX or HTML; and the typos that slip into it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from jobfit.records import EducationLevel
from jobfit.simulation.dice import Dice

BULLET = "• "


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a page. ``kind`` as in :class:`jobfit.records.Section`; an empty heading is not shown."""

    kind: str
    heading: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """What a text states beside its latent record: truth for readings alone, it changes no grade.

    ``others`` are skills named that the person does not claim, or the vacancy does not ask for. The rest is of
    untidy texts: ``denied`` and ``wanted`` are skills that the person has not, ``not_needed`` skills that nobody needs;
    ``notice`` is in days; ``permits`` are countries; ``maximum`` is the most months of experience that a vacancy names;
    ``at_once`` that it wants somebody now.
    """

    others: tuple[str, ...] = ()
    denied: tuple[str, ...] = ()
    wanted: tuple[str, ...] = ()
    studying: EducationLevel | None = None
    notice: int | None = None
    permits: tuple[str, ...] = ()
    not_needed: tuple[str, ...] = ()
    maximum: int | None = None
    at_once: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """A text in blocks.

    title:     the first line, a person's name or a vacancy's title.
    head:      the lines below it, such as contact details.
    mentioned: the skills that the text names or describes.
    headings:  how headings look in plain text: ``plain``, ``upper``, ``colon`` or ``rule``.
    told:      what it says beside the latent record.
    """

    title: str
    head: tuple[str, ...]
    blocks: tuple[Block, ...]
    mentioned: tuple[str, ...]
    headings: str = "plain"
    told: Told = Told()


def plain(page: Page) -> str:
    """Return the page as plain text that ends with a line break."""
    parts = ["\n".join((page.title, *page.head))]
    for block in page.blocks:
        heading = [_shown(block.heading, page.headings)] if block.heading else []
        parts.append("\n".join((*heading, *block.lines)))
    return "\n\n".join(parts) + "\n"


def _shown(heading: str, style: str) -> str:
    if style == "upper":
        return heading.upper()
    if style == "colon":
        return f"{heading} :" if heading[-1].isalpha() and not heading.isascii() else f"{heading}:"
    if style == "rule":
        return f"{heading}\n{'-' * len(heading)}"
    return heading


SPARED = frozenset({"education", "languages", "other"})  # what these state must stay readable for the truth to be fair
_WORD = re.compile(r"[^\W\d_]{5,}")


def with_typos(page: Page, share: float, dice: Dice) -> Page:
    """Return the page with each word of five letters or more misspelt with probability ``share``.

    A letter after the first is dropped, doubled or swapped with the next. Headings, the head and the blocks of
    ``SPARED`` stay as they are.
    """
    if share <= 0:
        return page

    def misspelt(found: re.Match[str]) -> str:
        word = found[0]
        if not dice.chance(share):
            return word
        at = dice.between(1, len(word) - 2)
        kind = dice.between(0, 2)
        if kind == 0:
            return word[:at] + word[at + 1 :]
        if kind == 1:
            return word[: at + 1] + word[at:]
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]

    blocks = tuple(
        block if block.kind in SPARED else replace(block, lines=tuple(_WORD.sub(misspelt, x) for x in block.lines))
        for block in page.blocks
    )
    return replace(page, blocks=blocks)
