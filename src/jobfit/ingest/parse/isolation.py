"""What a child gives up before it reads its first untrusted byte.

Guaranteed on Linux (x86_64 and aarch64), without privileges: a seccomp filter makes the kernel refuse every network
call, new programs and tracing, and it cannot be taken off again. Guaranteed on every POSIX system: no file grows
(RLIMIT_FSIZE 0), no core dump, few open files, the address space ends at ``Limits.memory_bytes``. Best effort
elsewhere: Python's own ``socket`` is replaced, which stops careless code, not a hostile native library.

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
from typing import NoReturn

from jobfit.ingest.parse.limits import Limits

# Numbers of the refused system calls: sockets (io_uring opens them too), new programs, tracing of other processes.
_REFUSED = {
    "x86_64": (0xC000003E, (41, 42, 43, 44, 46, 49, 50, 53, 59, 101, 288, 307, 310, 311, 322, 425)),
    "aarch64": (0xC00000B7, (198, 199, 200, 201, 202, 203, 206, 211, 221, 117, 242, 269, 270, 271, 281, 425)),
}
_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_ALLOW, _EPERM = 0x7FFF0000, 0x00050001
_X32 = 0x40000000  # x86_64 only: the same calls under other numbers
_PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS = 22, 38


def confine(limits: Limits) -> bool:
    """Apply everything in the module's docstring; True where the kernel refuses network calls."""
    for name, value in (("RLIMIT_CORE", 0), ("RLIMIT_FSIZE", 0), ("RLIMIT_NOFILE", 64)):
        _lower(getattr(resource, name), value)
    _lower(resource.RLIMIT_AS, limits.memory_bytes)
    setattr(socket, "socket", _no_network)  # noqa: B010 (mypy: assigning to a type)
    socket.create_connection = _no_network
    return sys.platform == "linux" and _refuse_network_calls()


def allow_cpu(seconds: float) -> None:
    """Let the process use ``seconds`` more of processor time; then the kernel ends it (SIGXCPU)."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime + seconds) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.RLIM_INFINITY))


def _lower(kind: int, value: int) -> None:
    _, hard = resource.getrlimit(kind)
    value = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(kind, (value, value))


def _no_network(*args: object, **kwargs: object) -> NoReturn:
    raise PermissionError("a parser has no network")


def _refuse_network_calls() -> bool:
    """Install the filter: the architecture must match, then each refused number answers EPERM."""
    if platform.machine() not in _REFUSED:
        return False
    architecture, refused = _REFUSED[platform.machine()]
    steps = [(_LOAD, 0, 0, 4), (_EQUAL, 1, 0, architecture), (_RETURN, 0, 0, _EPERM), (_LOAD, 0, 0, 0)]
    steps += [(_AT_LEAST, len(refused) + 1, 0, _X32)]
    steps += [(_EQUAL, len(refused) - index, 0, number) for index, number in enumerate(refused)]
    steps += [(_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _EPERM)]
    program = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *step) for step in steps))
    header = ctypes.create_string_buffer(struct.pack("@HP", len(steps), ctypes.addressof(program)))
    call = ctypes.CDLL(None, use_errno=True).prctl
    call.argtypes = (ctypes.c_int, ctypes.c_ulong, ctypes.c_void_p, ctypes.c_ulong, ctypes.c_ulong)
    return bool(call(_PR_SET_NO_NEW_PRIVS, 1, None, 0, 0) == 0 and call(_PR_SET_SECCOMP, 2, header, 0, 0) == 0)
