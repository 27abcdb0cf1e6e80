"""Page: a written CV or vacancy, before it becomes plain text, PDF, DOCX or HTML."""

from __future__ import annotations

from dataclasses import dataclass

BULLET = "• "


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a page. ``kind`` as in :class:`jobfit.records.Section`; an empty heading is not shown."""

    kind: str
    heading: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """A text in blocks.

    title:     the first line, a person's name or a vacancy's title.
    head:      the lines below it, such as contact details.
    mentioned: the skills that the text names or describes.
    headings:  how headings look in plain text: ``plain``, ``upper``, ``colon`` or ``rule``.
    """

    title: str
    head: tuple[str, ...]
    blocks: tuple[Block, ...]
    mentioned: tuple[str, ...]
    headings: str = "plain"


def plain(page: Page) -> str:
    """Return the page as plain text that ends with a line break."""
    parts = ["\n".join((page.title, *page.head))]
    for block in page.blocks:
        heading = [shown(block.heading, page.headings)] if block.heading else []
        parts.append("\n".join((*heading, *block.lines)))
    return "\n\n".join(parts) + "\n"


def shown(heading: str, style: str) -> str:
    """Return a heading as plain text shows it."""
    if style == "upper":
        return heading.upper()
    if style == "colon":
        return f"{heading} :" if heading[-1].isalpha() and not heading.isascii() else f"{heading}:"
    if style == "rule":
        return f"{heading}\n{'-' * len(heading)}"
    return heading
