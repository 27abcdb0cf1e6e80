"""Attacks on what a recruiter reads: hidden text in every format, letters in disguise, stuffing, and clean files.

    python benchmarks/attacks [--data ../shared/data] [--engines] [--only stuffing] [--cache vectors.sqlite]

``--only`` runs one part and keeps the rows of the others in results/attacks.json; a part is written when it is done.
All but the real texts of ``--data`` is made here. PDFium, and with ``--engines`` Chromium, paint each page of a
technique with two sentences: where the pictures differ, it hides nothing and is left out. LibreOffice, where it is
installed, makes pages of each DOCX technique: where the reader of PDF, which leaves out what PDFium does not paint,
finds the sentence on them, LibreOffice shows it. It shows some that Word hides (colours of a theme, effects), so these
are not left out but counted apart. Of the real DOCX that are flagged: where a page hides text, the flag is right. Then
writes docs/reliability.md.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

sys.path.append(str(Path(__file__).resolve().parents[1]))

import hidden_docx
import hidden_html
import hidden_pdf
import reliability_page
import stuffing

from environment import beside_others, describe, write
from jobfit.ingest.parse import docx, html, office, pdf
from jobfit.ingest.parse.clean import clean
from jobfit.ingest.parse.homoglyphs import PAIRS
from jobfit.ingest.parse.sandbox import ParserPool
from jobfit.ingest.raw import RawDocument
from jobfit.planted import planted

SENTENCE = "Kubernetes Terraform Golang engineer since twelve years"
OTHER = "Xylographer quantum llama herder above eleven ponds zz"
READERS = {".html": html.extract, ".pdf": pdf.extract, ".docx": docx.extract}
Paint = Callable[[bytes], bytes]
PARTS = ("hidden", "disguised", "clean", "stuffing")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("JOBFIT_SHARED_DATA") or "no data"))
    parser.add_argument("--engines", action="store_true")
    parser.add_argument("--only", choices=PARTS)
    parser.add_argument("--cache", type=Path, help="keeps vectors: a second run takes less time")
    options = parser.parse_args()
    parts: dict[str, Callable[[], Iterator[dict[str, Any]]]] = {
        "hidden": lambda: _all_hidden(options.engines),
        "disguised": _all_disguised,
        "clean": lambda: _clean(options.data),
        "stuffing": lambda: _stuffing(options.data, options.cache),
    }
    earlier = reliability_page.read().get("attacks", {"rows": []})["rows"]
    environment = describe()
    for name in [options.only] if options.only else parts:
        made = []
        for row in parts[name]():
            made.append({"part": name, **row, **beside_others(), "command": environment["command"]})
            print(f"{row['what']}: {row['failed']} of {row['n']}", *row.get("gains", ()), flush=True)
        earlier = merged(earlier, name, made)
        write("attacks", {"environment": environment, "rows": earlier})
        reliability_page.write_page()


def merged(rows: Sequence[dict[str, Any]], part: str, made: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the ``rows`` with what a part has ``made`` in place of all that it had; the others stay, in order."""
    of_part = {name: made if name == part else [row for row in rows if row["part"] == name] for name in PARTS}
    return [row for name in PARTS for row in of_part[name]]


def _formats(engines: bool) -> Iterator[tuple[str, list[tuple[bytes, bytes]], Paint | None]]:
    """What is hidden where: pages with the one sentence and with the other."""

    def both(build: Callable[[Any, str], bytes], techniques: Iterable[Any]) -> list[tuple[bytes, bytes]]:
        return [(build(technique, SENTENCE), build(technique, OTHER)) for technique in techniques]

    for name in ("FIRST", "HELD", "LAST"):
        pages = both(
            lambda told, text: hidden_html.page(*told, text), hidden_html.techniques(getattr(hidden_html, name))
        )
        yield f"hidden text in HTML ({_when(name)})", pages, _by_chromium() if engines else None
    for name in ("FIRST", "HELD", "LAST"):
        pages = both(hidden_docx.document, getattr(hidden_docx, name))
        yield f"hidden text in DOCX ({_when(name)})", pages, None
    for name in ("FIRST", "HELD"):
        pages = both(hidden_pdf.document, getattr(hidden_pdf, name))
        yield f"hidden text in PDF ({_when(name)})", pages, _by_pdfium


def _when(table: str) -> str:
    return {"FIRST": "known to the rules", "HELD": "written after the rules", "LAST": "written after their mending"}[
        table
    ]


def _all_hidden(engines: bool) -> Iterator[dict[str, Any]]:
    with ParserPool(1) as pool:
        for name, pages, paint in _formats(engines):
            yield from _hidden(name, pages, paint, pool)


def _hidden(
    what: str, pages: list[tuple[bytes, bytes]], paint: Paint | None, pool: ParserPool
) -> Iterator[dict[str, Any]]:
    """How many pages are read with the sentence and no flag, and with it at all, where an engine does not show it."""
    started, failed, shown, counted = time.monotonic(), 0, 0, []
    kind = "html" if " HTML" in what else "docx" if " DOCX" in what else "pdf"
    for number, (page, other) in enumerate(pages):
        if paint is not None and paint(page) != paint(other):
            shown += 1
            continue
        [[result]] = pool.map([(kind, page)])
        counted.append(isinstance(result, RawDocument) and "Terraform" in result.text)
        failed += isinstance(result, RawDocument) and counted[-1] and not result.flags
        if counted[-1]:
            print(f"counts: {what}, page {number}", getattr(result, "flags", ()), flush=True)
    engine = {} if paint is None else {"shown_by_the_engine": shown}
    yield _row(what, len(pages) - shown, failed, started, 0.01) | engine
    row = _row(f"{what}: its words count, flagged or not", len(pages) - shown, sum(counted), started, 0.01)
    yield row | {"seconds": 0.0}
    if kind == "docx":
        yield _unseen(what, [page for page, _ in pages], counted)


def _unseen(what: str, documents: Sequence[bytes], counted: Sequence[bool]) -> dict[str, Any]:
    """How many of the documents that LibreOffice shows without the sentence are read with it."""
    started, engine = time.monotonic(), office.program()
    shown = [] if engine is None else [page and _holds_sentence(page) for page in by_office(documents)]
    unseen = [read for read, seen in zip(counted, shown) if seen is False]
    row = _row(f"{what}, nor shown by LibreOffice: its words count", len(unseen), sum(unseen), started, 0.01)
    unread = {"shown_by_the_engine": shown.count(True), "not_painted": len(documents) - len(unseen) - shown.count(True)}
    return row | unread | {"engine": "not installed" if engine is None else "LibreOffice"}


def _holds_sentence(page: bytes) -> bool:
    return any("Terraform" in result.text for result in pdf.extract(page) if isinstance(result, RawDocument))


def by_office(documents: Sequence[bytes]) -> list[bytes | None]:
    """The pages that LibreOffice makes of each DOCX, as PDF; None where it cannot."""
    with tempfile.TemporaryDirectory() as folder:
        left = [Path(folder, f"{number}.docx") for number in range(len(documents))]
        made = [path.with_suffix(".pdf") for path in left]
        for path, document in zip(left, documents):
            path.write_bytes(document)
        profile = f"-env:UserInstallation={Path(folder, 'profile').as_uri()}"
        command = [office.program() or "", "--headless", profile, "--convert-to", "pdf", "--outdir", folder]
        while left:
            subprocess.run([*command, *map(str, left)], check=False, capture_output=True, timeout=600)
            left = [path for path in left if not path.with_suffix(".pdf").exists()][1:]  # it ended at the first of them
        return [path.read_bytes() if path.exists() else None for path in made]


def _by_chromium() -> Paint | None:
    """Screenshots by Chromium, where Playwright and a Chromium are installed."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        return None
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        return None
    if not _BROWSER:
        browser = sync_playwright().start().chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        _BROWSER.append(browser.new_page(viewport={"width": 1280, "height": 800}))

    def paint(page: bytes) -> bytes:
        _BROWSER[0].set_content(page.decode())
        _BROWSER[0].wait_for_timeout(30 if b"animation" not in page else 1100)
        return bytes(_BROWSER[0].screenshot(full_page=True, animations="allow"))

    return paint


_BROWSER: list[Any] = []


def _by_pdfium(page: bytes) -> bytes:
    import pypdfium2

    return bytes(pypdfium2.PdfDocument(page)[0].render(scale=2, grayscale=True).to_pil().tobytes())


def _all_disguised() -> Iterator[dict[str, Any]]:
    yield _disguised("letters of other scripts in Latin words", _swapped)
    yield _disguised("invisible characters inside words", _filled)


def _disguised(what: str, disguise: Callable[[str, random.Random], str]) -> dict[str, Any]:
    """How many disguised words are neither read as what they look like nor flagged."""
    started, rng, failed, n = time.monotonic(), random.Random(5), 0, 1_000
    words = ["Kubernetes", "Python", "accounting", "Terraform", "physiotherapy", "JavaScript", "negotiation", "SQL"]
    for number in range(n):
        word = words[number % len(words)]
        text, flags = clean(f"Five years of {disguise(word, rng)} in Lyon")
        failed += text != f"Five years of {word} in Lyon" or not flags
    return _row(what, n, failed, started, 0.01)


def _swapped(word: str, rng: random.Random) -> str:
    """The word with one letter or more from another script."""
    doubles: dict[str, list[str]] = {}
    for other, latin in zip(PAIRS[::2], PAIRS[1::2]):
        if ord(other) > 0x370 and not 0x1D00 <= ord(other) < 0x2000 and ord(other) < 0xA000:
            doubles.setdefault(latin, []).append(other)
    places = [place for place, letter in enumerate(word) if letter in doubles]
    letters = list(word)
    for place in rng.sample(places, rng.randint(1, max(len(places) - 1, 1))):
        letters[place] = rng.choice(doubles[word[place]])
    return "".join(letters)


def _filled(word: str, rng: random.Random) -> str:
    fillers = "\u200b\u2060\u2061\u2063\ufeff\u034f\u3164\u115f\u1160\u17b4\u180b\u180e\u2800\ufe0f\uffa0\U000e0041"
    place = rng.randint(1, len(word) - 1)
    return word[:place] + rng.choice(fillers) * rng.randint(1, 9) + word[place:]


def _clean(data: Path) -> Iterator[dict[str, Any]]:
    """Flags on files that hide nothing: the simulated market, and real CVs where they are at hand."""
    from jobfit.simulation import simulate_to

    with tempfile.TemporaryDirectory() as folder:
        simulate_to(Path(folder, "market"), 150, 50, 11, rendered_share=1.0)
        yield _flagged("flags on the simulated market's files", Path(folder))
    if (data / "cv-docx").is_dir():
        yield _flagged("flags on real CVs and adverts (DOCX)", data / "cv-docx", _hides_some)
    if (data / "it-resumes").is_dir():
        started = time.monotonic()
        texts = [
            json.loads(line)["text"]
            for path in sorted((data / "it-resumes").rglob("corpus.jsonl"))
            for line in path.read_text(encoding="utf-8").splitlines()
        ]
        yield _row(
            "flags on real CVs and adverts (text)", len(texts), sum(bool(clean(t)[1]) for t in texts), started, 0.005
        )


def _unplanted(folder: Path) -> dict[str, Any]:
    """Repetition and walls seen in real CVs on which no limit was chosen."""
    started, n, failed = time.monotonic(), 0, 0
    for path in sorted(folder.glob("*.docx")):
        for result in docx.extract(path.read_bytes()):
            n, failed = n + 1, failed + bool(isinstance(result, RawDocument) and planted(result.text))
    return _row("repetition and walls seen in real CVs (DOCX)", n, failed, started, 0.005)


def _stuffing(data: Path, cache: Path | None) -> Iterator[dict[str, Any]]:
    if (data / "cv-docx").is_dir():
        yield _unplanted(data / "cv-docx")
    if not (data / "it-resumes").is_dir():
        return
    from jobfit.encoders.loading import load_encoder
    from jobfit.ingest.formats.trec import read_qrels

    cvs, adverts = stuffing.halves(data / "it-resumes")["report"]
    grades = read_qrels(data / "it-resumes/candidates_for_vacancy/qrels/test.tsv").grades
    yield from stuffing.rows(cvs, adverts, grades, load_encoder(cache=cache))
    yield stuffing.clean_row("real CVs beside real adverts in which damping takes anything", cvs, adverts)
    with tempfile.TemporaryDirectory() as folder:
        market = stuffing.market(Path(folder))
    yield stuffing.clean_row("CVs of the market beside its adverts in which damping takes anything", *market)


def _flagged(what: str, folder: Path, hides_some: Callable[[Path], bool] | None = None) -> dict[str, Any]:
    """How many files are flagged; those of which a page ``hides_some`` text are rightly so, and are counted apart."""
    started, n, failed, rightly = time.monotonic(), 0, 0, 0
    for path in sorted(folder.rglob("*")):
        if path.suffix in READERS:
            flags = [bool(getattr(result, "flags", ())) for result in READERS[path.suffix](path.read_bytes())]
            right = any(flags) and hides_some is not None and hides_some(path)
            n, failed, rightly = n + len(flags), failed + (not right) * sum(flags), rightly + right * sum(flags)
    row = _row(what, n, failed, started, 0.005)
    return row if hides_some is None else row | {"rightly_flagged": rightly}


def _hides_some(path: Path) -> bool:
    """Whether the pages that LibreOffice, where it is installed, makes of a file hold text that nobody sees."""
    [painted] = by_office([path.read_bytes()]) if office.program() is not None else [None]
    results = pdf.extract(painted) if painted is not None else ()
    return any(flag.startswith("hidden_text") for result in results for flag in getattr(result, "flags", ()))


def _row(what: str, n: int, failed: int, started: float, most: float) -> dict[str, Any]:
    return {"what": what, "n": n, "failed": failed, "most": most, "seconds": round(time.monotonic() - started, 1)}


if __name__ == "__main__":
    main()
