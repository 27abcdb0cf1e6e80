"""DOC, ODT and RTF: LibreOffice turns them into DOCX, which the sandboxed reader reads with all of its rules.

A reader of our own for each would have to know again what is hidden; through DOCX there is one set of rules.
LibreOffice runs without a screen, with a profile of its own that lasts for one file, macros and linked content off, in
a process group that ends with the time limit. On Linux (x86_64, aarch64) the kernel refuses it the network. It can read
and write files like its user, which is why it gets nothing but the file's bytes in a folder of its own.

``python -m jobfit.ingest.parse.office PROGRAM ...`` gives up its rights and becomes the program.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from jobfit.ingest.parse.isolation import without_network
from jobfit.ingest.parse.limits import DEFAULT_LIMITS, MIB
from jobfit.ingest.raw import RawRejection

FORMATS = {"doc": "an old Word document (.doc)", "odt": "an OpenDocument text (.odt)", "rtf": "a Rich Text file (.rtf)"}
WALL_SECONDS, CPU_SECONDS = 90.0, 60.0
_FILTERS = {"doc": "MS Word 97", "odt": "writer8", "rtf": "Rich Text Format"}  # else it reads damage as plain text
_MOST_FILE_BYTES = 256 * MIB  # a picture may unfold
_PLACES = ("soffice", "libreoffice", "/Applications/LibreOffice.app/Contents/MacOS/soffice")
_OPTIONS = ("--headless", "--norestore", "--nologo", "--nodefault", "--nolockcheck", "--nofirststartwizard")
_SETTINGS = (
    ("Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("Common/Security/Scripting", "DisableActiveContent", "true"),
    ("Writer/Content/Update", "Link", "0"),
    ("Common/Misc", "UseLocking", "false"),
)
_ITEM = '<item oor:path="/org.openoffice.Office.{}"><prop oor:name="{}" oor:op="fuse"><value>{}</value></prop></item>'
_PROFILE = (
    '<?xml version="1.0" encoding="UTF-8"?><oor:items xmlns:oor="http://openoffice.org/2001/registry">'
    + "".join(_ITEM.format(*setting) for setting in _SETTINGS)
    + "</oor:items>"
)


def program() -> str | None:
    """The path of LibreOffice on this machine, or ``None``."""
    return next(filter(None, map(shutil.which, _PLACES)), None)


def to_docx(name: str, data: bytes, seconds: float = WALL_SECONDS) -> bytes | RawRejection:
    """The document as DOCX; a rejection where LibreOffice is missing, cannot read it, or takes longer than allowed."""
    office = program()
    if office is None:
        reason = f"it is {FORMATS[name]}, which is read through LibreOffice; install LibreOffice, or save it as PDF"
        return RawRejection(reason)
    with tempfile.TemporaryDirectory(prefix="jobfit-") as folder:
        given, made = Path(folder, f"given.{name}"), Path(folder, "made", "given.docx")
        given.write_bytes(data)
        profile = Path(folder, "profile", "user", "registrymodifications.xcu")
        profile.parent.mkdir(parents=True)
        profile.write_text(_PROFILE, encoding="utf-8")
        own = f"-env:UserInstallation={Path(folder, 'profile').as_uri()}"
        options = (own, *_OPTIONS, f"--infilter={_FILTERS[name]}", "--convert-to", "docx")
        if run(__name__, [office, *options, "--outdir", str(made.parent), str(given)], folder, seconds):
            return RawRejection(f"LibreOffice took longer than {seconds:g} seconds to read it; save it as PDF")
        try:
            if made.stat().st_size <= DEFAULT_LIMITS.input_bytes:
                return made.read_bytes()
        except OSError:
            return RawRejection("LibreOffice cannot read it (damaged, or with a password); save it as PDF")
    return RawRejection("it is far too large for a CV or vacancy; save it as PDF")


def run(module: str, arguments: list[str], folder: str, seconds: float) -> bool:
    """Run a module that gives up its rights, with nothing of our environment; True where it had to be ended."""
    paths = os.pathsep.join(path or str(Path.cwd()) for path in sys.path)
    environment = {"PYTHONPATH": paths, "LANG": "C.UTF-8", "HOME": folder, "TMPDIR": folder}
    environment |= {"PATH": os.environ.get("PATH", os.defpath), "SAL_USE_VCLPLUGIN": "svp"}
    process = subprocess.Popen(
        [sys.executable, "-S", "-s", "-P", "-B", "-m", module, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=environment,
        cwd=folder,
        start_new_session=True,
    )
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return True
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    return False


if __name__ == "__main__":
    without_network(replace(DEFAULT_LIMITS, cpu_seconds=CPU_SECONDS), _MOST_FILE_BYTES)
    os.environ.pop("PYTHONPATH")
    os.execv(sys.argv[1], sys.argv[1:])
