"""What one document may cost before it is refused."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Hard limits for one document; the defaults are generous for a CV and stop a bomb. More is refused, never cut."""

    memory_bytes: int = 1024 * MIB  # address space of the child process (RLIMIT_AS), its libraries included
    cpu_seconds: float = 20.0  # processor time (RLIMIT_CPU), rounded up to a whole second by the kernel
    wall_seconds: float = 600.0  # until the parent kills it: on a busy machine a good file may wait long
    pages: int = 200
    characters: int = 200_000
    input_bytes: int = 64 * MIB
    decoded_bytes: int = 64 * MIB  # what a compressed file may unfold to, and what a child may answer
    zip_entries: int = 2_000
    documents_per_child: int = 500  # then it is replaced by a fresh one


DEFAULT_LIMITS = Limits()
LIMITS: ContextVar[Limits] = ContextVar("limits", default=DEFAULT_LIMITS)  # in force; the worker sets them once
