"""What a child gives up before it reads its first untrusted byte.

Guaranteed on Linux (x86_64 and aarch64), without privileges: a seccomp filter makes the kernel refuse every network
call, new programs, tracing, and opening, renaming or removing files for a change; it cannot be taken off again.
Guaranteed on every POSIX system: no file grows (RLIMIT_FSIZE 0), no core dump, few open files, the address space ends
at ``Limits.memory_bytes``. Best effort elsewhere: Python's own ``socket`` is replaced, which stops careless code, not
a hostile native library.

Not covered: reading files. The child keeps the right to read what its user may read, because it imports its
libraries late; it has no way to send anything anywhere but its answer.
"""

from __future__ import annotations

import ctypes
import platform
import resource
import socket
import struct
import sys
from collections.abc import Callable, Iterable
from functools import partial
from typing import NoReturn

from jobfit.ingest.parse.limits import Limits

Step = tuple[int, int, int, int]

_REFUSED = {  # sockets (io_uring opens them too); programs and tracing; changes to the file system
    "x86_64": (
        *(41, 42, 43, 44, 46, 49, 50, 53, 288, 307, 425),
        *(59, 322, 101, 310, 311),
        *(76, 82, 83, 84, 85, 86, 87, 88, 90, 91, 92, 94, 133, 258, 259, 260, 263, 264, 265, 266, 268, 316, 437),
    ),
    "aarch64": (
        *(198, 199, 200, 201, 202, 203, 206, 211, 242, 269, 425),
        *(221, 281, 117, 270, 271),
        *(33, 34, 35, 36, 37, 38, 45, 52, 53, 54, 276, 437),
    ),
}
# socket; then connect, sendto, sendmsg, sendmmsg, io_uring_setup, ptrace, process_vm_readv and process_vm_writev
_NETWORK = {
    "x86_64": (41, 42, 44, 46, 307, 425, 101, 310, 311),
    "aarch64": (198, 203, 206, 211, 269, 425, 117, 270, 271),
}
_MESSAGES = {"x86_64": (44, 46, 307), "aarch64": (206, 211, 269)}  # sendto, sendmsg, sendmmsg
_ARCHITECTURE = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_OPEN = {"x86_64": ((2, 1), (257, 2)), "aarch64": ((56, 2),)}  # number of the call, which argument holds the flags
_WRITING = 0o3 | 0o100 | 0o1000  # O_WRONLY and O_RDWR, O_CREAT, O_TRUNC
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _EPERM = 0x7FFF0000, 0x00050001
_REFUSE, _ACCEPT = (_RETURN, 0, 0, _EPERM), (_RETURN, 0, 0, _ALLOW)
_X32 = 0x40000000  # x86_64 only: the same calls under other numbers
_PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS = 22, 38


def confine(limits: Limits) -> bool:
    """Apply everything in the module's docstring; True where the kernel holds the filter."""
    for name, value in (("CORE", 0), ("FSIZE", 0), ("NOFILE", 64), ("AS", limits.memory_bytes)):
        kind = getattr(resource, f"RLIMIT_{name}")
        _, hard = resource.getrlimit(kind)
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(kind, (value, value))
    setattr(socket, "socket", _NoSocket)  # noqa: B010 (a type cannot be assigned to in mypy's eyes)
    socket.create_connection = _no_connection
    return sys.platform == "linux" and _install_filter(_filter)


def without_network(limits: Limits, files_bytes: int, between_processes: bool = False) -> bool:
    """Take network and tracing from this process and the program that it becomes; True where the kernel agrees.

    Sockets that stay on this machine can be made, but connect to nothing; ``between_processes``: those that the program
    shares with its own processes carry messages. No file grows beyond ``files_bytes``.
    """
    for name, value in (("CORE", 0), ("FSIZE", files_bytes), ("CPU", int(limits.cpu_seconds) + 1)):
        resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (value, value))
    rules = partial(_local_only, messages=between_processes)
    return sys.platform == "linux" and _install_filter(rules)


def allow_cpu(seconds: float) -> None:
    """Let the process use ``seconds`` more of processor time; then the kernel ends it (SIGXCPU)."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime + seconds) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.RLIM_INFINITY))


class _NoSocket(socket.socket):
    """Still a class, because libraries derive from it when they are imported."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        raise PermissionError("a parser has no network")


def _no_connection(*args: object, **kwargs: object) -> NoReturn:
    raise PermissionError("a parser has no network")


def _install_filter(rules: Callable[[str], list[Step]]) -> bool:
    machine = platform.machine()
    if machine not in _ARCHITECTURE:
        return False
    steps = rules(machine)
    program = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *step) for step in steps))
    header = ctypes.create_string_buffer(struct.pack("@HP", len(steps), ctypes.addressof(program)))
    call = ctypes.CDLL(None, use_errno=True).prctl
    call.argtypes = (ctypes.c_int, ctypes.c_ulong, ctypes.c_void_p, ctypes.c_ulong, ctypes.c_ulong)
    return bool(call(_PR_SET_NO_NEW_PRIVS, 1, None, 0, 0) == 0 and call(_PR_SET_SECCOMP, 2, header, 0, 0) == 0)


def _filter(machine: str) -> list[Step]:
    """The program (operation, steps to skip if true, if false, operand) over ``struct seccomp_data``."""
    steps = _start(machine, _REFUSED[machine])
    for number, argument in _OPEN[machine]:
        steps += [(_EQUAL, 0, 4, number), _argument(argument), (_ANY_BIT, 0, 1, _WRITING), _REFUSE, _ACCEPT]
    return [*steps, _ACCEPT]


def _local_only(machine: str, messages: bool) -> list[Step]:
    """The program for a converter: ``socket`` makes local ones only, and what would reach anything is refused."""
    number, *connecting = _NETWORK[machine]
    steps = _start(machine, (call for call in connecting if not messages or call not in _MESSAGES[machine]))
    return [*steps, (_EQUAL, 0, 3, number), _argument(0), (_EQUAL, 1, 0, socket.AF_UNIX), _REFUSE, _ACCEPT]


def _start(machine: str, refused: Iterable[int]) -> list[Step]:
    steps: list[Step] = [(_LOAD, 0, 0, 4), (_EQUAL, 1, 0, _ARCHITECTURE[machine]), _REFUSE]
    steps += [(_LOAD, 0, 0, 0), (_AT_LEAST, 0, 1, _X32), _REFUSE]
    for number in refused:
        steps += [(_EQUAL, 0, 1, number), _REFUSE]
    return steps


def _argument(position: int) -> Step:
    return _LOAD, 0, 0, 16 + 8 * position
