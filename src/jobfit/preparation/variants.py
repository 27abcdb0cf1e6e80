"""Variants: the ways in which the same records are written as documents. The plain one is the reference."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from jobfit.documents.render import render
from jobfit.errors import InputError
from jobfit.records import Document, Record

LANGUAGES = ("en", "fr")


class Variant(Protocol):
    """A way to write records as documents."""

    @property
    def name(self) -> str:
        """The name under which it is asked for."""
        ...

    def render(self, records: Iterable[Record]) -> Iterator[Document]:
        """Yield one document for each record, in order and with its id; an empty text where it has nothing to say.

        Records are taken as they come: no variant needs to hold them all.
        """
        ...

    def facts(self) -> Mapping[str, object]:
        """Return what a reader of the result must know, for ``funnel.json``, once everything is rendered."""
        ...


@dataclass(frozen=True, slots=True)
class VariantSettings:
    """What every variant is given: the language of the sentences that it writes itself, and whether it masks."""

    language: str = "en"
    masked: bool = True

    def __post_init__(self) -> None:
        """Refuse a language in which no variant can write."""
        if self.language not in LANGUAGES:
            raise InputError(f"language {self.language!r} is not one of {', '.join(LANGUAGES)}")


@dataclass(frozen=True, slots=True)
class RawVariant:
    """The visible text as it was read, masked by default. It writes no sentence of its own, so it has no language."""

    settings: VariantSettings = VariantSettings()
    name: str = "raw"

    def render(self, records: Iterable[Record]) -> Iterator[Document]:
        """Yield each record's masked text; see :func:`jobfit.documents.render.render`."""
        return (render(record, masked=self.settings.masked) for record in records)

    def facts(self) -> Mapping[str, object]:
        """Return whether the texts are masked."""
        return {"masked": self.settings.masked, "language": "as written"}


VARIANTS: dict[str, Callable[[VariantSettings], Variant]] = {"raw": RawVariant}


def make_variant(name: str, settings: VariantSettings) -> Variant:
    """Return the variant called ``name``.

    Raises:
        InputError: there is none of that name; the message names those that there are.
    """
    if name not in VARIANTS:
        raise InputError(f"there is no variant {name!r}; there are: {', '.join(VARIANTS)}")
    return VARIANTS[name](settings)
