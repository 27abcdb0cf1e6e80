"""HTML in doubt: Chromium prints the page, and what the PDF's reader sees of it decides which words count.

Only where the rules leave text in doubt (``unclear_text``), and where Playwright and Chromium are installed. Scripts
are off and folded parts open; animations are at their end. Like LibreOffice (:mod:`office`), Chromium gets nothing but
the file's bytes in a folder of its own, and on Linux the kernel refuses it the network.

``python -m jobfit.ingest.parse.browser CHROMIUM FORMAT`` gives up its rights and turns ``given`` into ``printed``.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import TypeVar

from jobfit.folding import fold
from jobfit.ingest.parse import office
from jobfit.ingest.parse.clean import admit
from jobfit.ingest.parse.isolation import without_network
from jobfit.ingest.parse.limits import DEFAULT_LIMITS, MIB
from jobfit.ingest.raw import RawDocument, RawRejection

T = TypeVar("T")
FORMATS = ("html", "html.gz")
WALL_SECONDS, CPU_SECONDS = 60.0, 20.0
_DECIDED = {f"unclear_text:{doubt}" for doubt in ("style", "color", "white", "clip", "cover", "animation")}
_PLACES = ("chromium", "chromium-browser", "google-chrome")
_UNSEEN = "only text that a reader cannot see"
_HIGHEST = 19_000  # pixels of a page of PDF
_LIMITS = replace(DEFAULT_LIMITS, cpu_seconds=CPU_SECONDS)
_WORD = re.compile(r"[^\W_]+")
# Playwright gives Chromium a process group of its own, which the end of ours would not reach (PR_SET_PDEATHSIG is 1).
_ENDS_WITH_PARENT = """#!{python} -SsPB
import ctypes, os, sys
sys.platform == "linux" and ctypes.CDLL(None).prctl(1, 9)
os.execv({chromium!r}, [{chromium!r}, *sys.argv[1:]])
"""
_SETTLED = """() => {
  document.querySelectorAll("details").forEach(one => { one.open = true });
  document.getAnimations().forEach(one => { try { one.finish() } catch {} });  // one without an end goes on
  return document.documentElement.scrollHeight;
}"""


def program() -> str | None:
    """The path of Chromium on this machine, or ``None`` where it or Playwright is missing."""
    return next(filter(None, map(shutil.which, _PLACES)), None) if find_spec("playwright") else None


def decides(document: RawDocument | RawRejection) -> bool:
    """Whether this is the text of a whole page of which a browser may know what the rules do not."""
    return isinstance(document, RawDocument) and document.row is None and not _DECIDED.isdisjoint(document.flags)


def to_pdf(name: str, data: bytes, seconds: float = WALL_SECONDS) -> bytes | None:
    """The page as Chromium prints it for a screen, in one piece; ``None`` where it cannot."""
    chromium = program()
    if chromium is None:
        return None
    with tempfile.TemporaryDirectory(prefix="jobfit-") as folder:
        Path(folder, "given").write_bytes(data)
        if office.run(__name__, [chromium, name], folder, seconds):
            return None
        printed = Path(folder, "printed")
        return printed.read_bytes() if printed.exists() else None


def painted_only(
    document: RawDocument, painted: RawDocument | RawRejection, changes: bool = False
) -> RawDocument | RawRejection:
    """The document without the words that are ``painted`` nowhere; as it was where the printed page cannot be read.

    changes: whether the page may have scripts, which are not run; without any, a page that shows nothing is refused.

    Of a line with such words only those stay of which three in a row are painted, so that nothing of a hidden sentence
    is left because its small words stand elsewhere.

    >>> painted_only(RawDocument("Cook since 2019\\nGolang since twelve years"), RawDocument("Cook since 2019")).text
    'Cook since 2019'
    """
    if isinstance(painted, RawRejection):
        if _UNSEEN in painted.reason and not changes:
            return RawRejection(f"the page holds {_UNSEEN}")
        return document
    shown = _WORD.findall(fold(painted.text))
    words, threes = {*shown}, {*_threes(shown)}
    run = "".join(shown)  # a line end or a gap between letters may cut a word of the printed page
    missing = {word for word in {*_WORD.findall(fold(document.text))} - words if word not in run}
    if not missing:
        return document

    def kept(line: str) -> str:
        places = [match.span() for match in _WORD.finditer(fold(line))]
        said = [fold(line[start:end]) for start, end in places]
        if missing.isdisjoint(said):
            return line
        painted_from = [False, False, *(three in threes for three in _threes(said)), False, False]
        for (start, end), stays in [*zip(places, map(any, _threes(painted_from)))][::-1]:
            line = line if stays else line[:start] + line[end:]
        return line

    lines = map(kept, document.text.split("\n"))
    text = "\n".join(line for line in lines if _WORD.search(line) or not line.strip())
    flags = dict.fromkeys((*document.flags, "hidden_text:invisible"))
    return admit(replace(document, text=text, flags=tuple(flags)))


def _threes(items: Sequence[T]) -> Iterator[tuple[T, T, T]]:
    return zip(items, items[1:], items[2:])


def _print(chromium: str, name: str) -> None:
    """Print the file ``given`` into ``printed``."""
    from playwright.sync_api import sync_playwright

    from jobfit.ingest.parse import gz, html
    from jobfit.ingest.parse.cascade import HEIGHT, WIDTH

    data: bytes | RawRejection = Path("given").read_bytes()
    if isinstance(data, bytes) and name.endswith(".gz"):
        data = gz.unpack(data, DEFAULT_LIMITS.decoded_bytes)
    decoded = data if isinstance(data, RawRejection) else html.decode(data)
    if isinstance(decoded, RawRejection):
        return
    program = Path("program").resolve()
    program.write_text(_ENDS_WITH_PARENT.format(python=sys.executable, chromium=chromium), encoding="utf-8")
    program.chmod(0o700)
    with sync_playwright() as playwright:
        as_root = os.geteuid() == 0  # Chromium has no sandbox of its own for root
        browser = playwright.chromium.launch(executable_path=program, chromium_sandbox=not as_root)
        screen = browser.new_page(
            java_script_enabled=False, offline=True, viewport={"width": int(WIDTH), "height": int(HEIGHT)}
        )
        screen.set_content(decoded[0])
        screen.emulate_media(media="screen")
        height = min(max(int(screen.evaluate(_SETTLED)), int(HEIGHT)), _HIGHEST)
        Path("printed").write_bytes(screen.pdf(width=f"{WIDTH}px", height=f"{height}px", print_background=True))


if __name__ == "__main__":
    without_network(_LIMITS, 256 * MIB, between_processes=True)
    _print(*sys.argv[1:])
