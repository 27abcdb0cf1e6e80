"""Clearances that include others, and areas in which a permit to work is valid."""

from __future__ import annotations

_LADDERS = tuple(
    tuple(ladder.split())
    for ladder in (
        "uk:bpss uk:ctc uk:sc uk:dv",
        "us:confidential us:secret us:top_secret us:ts_sci",
        "fr:secret fr:tres_secret",
        "nato:restricted nato:confidential nato:secret nato:cosmic_top_secret",
    )
)  # each includes those before it
EU = "EU"
_MEMBERS = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK"
EU_MEMBERS = frozenset(_MEMBERS.split())  # ISO 3166-1 alpha-2, since 2020-02-01


def clearances_from(least: str) -> tuple[str, ...]:
    """Return the clearances that are enough where ``least`` is asked for.

    >>> clearances_from("uk:sc")
    ('uk:sc', 'uk:dv')
    """
    return next((ladder[ladder.index(least) :] for ladder in _LADDERS if least in ladder), (least,))


def areas_around(area: str) -> tuple[str, ...]:
    """Return the areas in which ``area`` lies: a permit for the EU holds in France, one for France only there.

    >>> areas_around("FR")
    ('FR', 'EU')
    """
    return (area, EU) if area in EU_MEMBERS else (area,)
