"""What one document may cost before it is refused."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Hard limits for one document; the defaults are generous for a CV and stop a bomb.

    memory_bytes:         address space of the child process (RLIMIT_AS), its libraries included.
    cpu_seconds:          processor time per document (RLIMIT_CPU), rounded up to a whole second by the kernel.
    wall_seconds:         time until the parent kills the child.
    pages, characters:    of the document and of its text; more is refused, never cut.
    input_bytes:          size of the file.
    decoded_bytes:        what a compressed file may unfold to, and what a child may answer.
    zip_entries:          parts in a ZIP container.
    documents_per_child:  a child is replaced by a fresh one after this many documents.
    """

    memory_bytes: int = 1024 * MIB
    cpu_seconds: float = 20.0
    wall_seconds: float = 30.0
    pages: int = 200
    characters: int = 200_000
    input_bytes: int = 64 * MIB
    decoded_bytes: int = 64 * MIB
    zip_entries: int = 2_000
    documents_per_child: int = 500


DEFAULT_LIMITS = Limits()
LIMITS: ContextVar[Limits] = ContextVar("limits", default=DEFAULT_LIMITS)
"""The limits in force; the worker sets them once, so that ``extract(data)`` needs no second argument."""
