"""Typos: a few words of a text are misspelt the way that fingers do it."""

from __future__ import annotations

import re
from dataclasses import replace

from jobfit.simulation.dice import Dice
from jobfit.simulation.page import Page

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
