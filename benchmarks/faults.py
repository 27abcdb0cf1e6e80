"""Broken and hostile files, personal values in messages, kills, full disks, a database that goes, links and swaps.

    python benchmarks/faults.py [--documents 10000] [--workers 2] [--minutes 10] [--only disks links]

Everything is made here. A file has failed where reading it raises, takes longer than the limit allows, leaves a
traceback or a crash in its reason, or where the good file after it is not read. Writes results/faults.json and, with
results/attacks.json, docs/reliability.md.
"""

from __future__ import annotations

import argparse
import gzip
import io
import json
import pickle
import plistlib
import random
import sys
import tempfile
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

sys.path.append(str(Path(__file__).resolve().parent / "attacks"))

import hidden_docx
import hidden_html
import hidden_pdf
import pyarrow as arrow
import reliability_page
from pyarrow import parquet

import canaries
import interruptions
from environment import beside_others, describe, write
from jobfit.encoders.folder import check_folder
from jobfit.errors import JobfitError
from jobfit.ingest.parse.limits import DEFAULT_LIMITS
from jobfit.ingest.parse.sandbox import ParserPool
from jobfit.ingest.parse.sniff import sniff
from jobfit.ingest.raw import RawDocument, RawRejection

File = tuple[str, bytes]
WORDS = "Waitress with ten years of experience in busy restaurants, evening shifts and a team of twelve people. " * 4
GOOD: File = ("good.txt", WORDS.encode())
MIB = 1024 * 1024
KILLED = {  # what is killed, and its share of the minutes
    "writers": (interruptions.killed_writers, 0.4),
    "servers": (interruptions.killed_servers, 0.2),
    "upgrades": (interruptions.killed_migrations, 0.15),
    "ingests": (interruptions.killed_ingests, 0.25),
}
PARTS = ("documents", "bombs", "hostile", "values", *KILLED, "database", "disks", "links")
RESULT = Path(__file__).resolve().parents[1] / "results/faults.json"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=10_000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--minutes", type=float, default=10.0, help="of kills, in all")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS, help="the others' rows stay as they are")
    options = parser.parse_args()
    earlier = json.loads(RESULT.read_text(encoding="utf-8"))["rows"] if RESULT.exists() else []
    environment = describe()
    rows = {part: [old for old in earlier if old["part"] == part] for part in PARTS}
    with ParserPool(options.workers) as pool:
        for part in options.only:
            made = list(_rows(part, options, pool))
            print(*made, sep="\n", flush=True)
            rows[part] = [{"part": part, **row, **beside_others(), "command": environment["command"]} for row in made]
            write("faults", {"environment": environment, "rows": [row for part in PARTS for row in rows[part]]})
            reliability_page.write_page()


def _rows(part: str, options: argparse.Namespace, pool: ParserPool) -> Iterator[dict[str, Any]]:
    match part:
        case "documents":
            what = f"{options.documents:,} mutated documents of {len(originals())} formats"
            yield _read_all(what, mutated(options.documents), pool)
        case "bombs":
            yield _read_all("bombs", bombs(), pool)
        case "hostile":
            yield _read_all("external entities (XXE)", entities(), pool)
            yield _read_all("polyglots", polyglots(), pool)
            yield _models()
        case "values":
            yield _canaries(pool)
        case "database":
            yield _counted(lambda: interruptions.database_that_returns(90))
        case "disks":
            yield _counted(interruptions.full_disks)
        case "links":
            yield _counted(lambda: interruptions.links_and_swaps(300))
        case _:
            kill, share = KILLED[part]
            yield _counted(lambda: kill(60 * share * options.minutes))


def _counted(campaign: Callable[[], interruptions.Counted]) -> dict[str, Any]:
    started = time.monotonic()
    return row(*campaign(), started)


def _read_all(what: str, files: Iterator[File], pool: ParserPool) -> dict[str, Any]:
    started, n, failed = time.monotonic(), 0, 0
    for name, data in files:
        begun = time.monotonic()
        verdict = sniff(name, data)
        results = next(iter(pool.map([(verdict, data)]))) if isinstance(verdict, str) else (verdict,)
        slow = time.monotonic() - begun > DEFAULT_LIMITS.wall_seconds + 5
        said = [result.reason for result in results if isinstance(result, RawRejection)]
        leaks = any(isinstance(result, RawDocument) and "root:" in result.text for result in results)
        failed += slow or leaks or not results or any("Traceback" in reason or "crashed" in reason for reason in said)
        n += 1
    [good] = next(iter(pool.map([("text", GOOD[1])])))
    failed += not isinstance(good, RawDocument)
    return row(what, n, failed, started)


def originals() -> list[File]:
    """One small document of each format that is read here; DOC, ODT and RTF go through LibreOffice."""
    page = hidden_html.page("p{color:#222} .h{display:none}", '<p class="h">@</p>', "hidden")
    table = io.BytesIO()
    parquet.write_table(arrow.table({"id": ["a", "b"], "cv": [WORDS, WORDS]}), table)
    line = {
        "basics": {"name": "Marie Exemple", "label": "Waitress"},
        "work": [{"name": "Harbour Inn", "summary": WORDS}],
    }
    return [
        ("cv.html", page),
        ("cv.docx", hidden_docx.document(hidden_docx.FIRST[0], "hidden")),
        ("cv.pdf", hidden_pdf.document(hidden_pdf.FIRST[0], "hidden")),
        ("cv.txt", WORDS.encode()),
        ("cv.json", json.dumps(line).encode()),
        ("cvs.csv", f'id,cv\na,"{WORDS}"\nb,"{WORDS}"\n'.encode()),
        ("cvs.jsonl", "".join(json.dumps({"id": str(n), "cv": WORDS}) + "\n" for n in range(3)).encode()),
        ("cvs.parquet", table.getvalue()),
        ("cv.xml", _EUROPASS.encode()),
        ("cv.mhtml", _MHTML.encode() + page),
        ("cv.webarchive", plistlib.dumps({"WebMainResource": {"WebResourceData": page}}, fmt=plistlib.FMT_BINARY)),
        ("cv.html.gz", gzip.compress(page)),
    ]


_EUROPASS = (
    '<?xml version="1.0"?><SkillsPassport xmlns="http://europass.cedefop.europa.eu/Europass" locale="en"><LearnerInfo>'
    "<Headline><Description><Label>Waitress</Label></Description></Headline><WorkExperienceList><WorkExperience><Period>"
    '<From year="2015"/><To year="2020"/></Period><Position><Label>Waitress</Label></Position>'
    f"<Activities>&lt;p&gt;{WORDS}&lt;/p&gt;</Activities><Employer><Name>Harbour Inn</Name></Employer></WorkExperience>"
    "</WorkExperienceList></LearnerInfo></SkillsPassport>"
)
_MHTML = (
    "From: <Saved by Blink>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=b\r\n\r\n"
    "--b\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
)


def mutated(count: int) -> Iterator[File]:
    """Documents with bytes changed, cut, doubled, moved, or taken from another one."""
    rng, files = random.Random(17), originals()
    for number in range(count):
        name, data = files[number % len(files)]
        damaged = bytearray(data)
        for _ in range(rng.randint(1, 6)):
            at, size = rng.randrange(len(damaged)), rng.choice((1, 2, 8, 64, 512))
            match rng.randrange(6):
                case 0:
                    damaged[at : at + size] = rng.randbytes(size)
                case 1:
                    del damaged[at : at + size]
                case 2:
                    damaged[at:at] = damaged[at : at + size] * rng.randint(1, 40)
                case 3:
                    other = files[rng.randrange(len(files))][1]
                    damaged[at:at] = other[rng.randrange(len(other)) :][:size]
                case 4:
                    damaged[at : at + 1] = bytes([damaged[at] ^ 1 << rng.randrange(8)])
                case _:
                    del damaged[max(at, 8) :]
            damaged = damaged or bytearray(b" ")
        yield name, bytes(damaged)


def bombs() -> Iterator[File]:
    """Small files that unfold, nest or repeat without end."""
    for size in (30, 80, 200, 400):
        for part in ("word/document.xml", "word/styles.xml", "_rels/.rels", "[Content_Types].xml"):
            yield "bomb.docx", _package(**{part: b"<a>" + b" " * (size * MIB)})
    for depth in (1_000, 20_000, 200_000):
        yield "deep.docx", _package(**{"word/document.xml": b"<w:p>" * depth})
        yield "deep.html", b"<html><body>" + b"<div>" * depth + GOOD[1]
        yield "deep.json", b"[" * depth
        yield "deep.json", b'{"a":' * depth
        yield "deep.html", b"<style>" + b"a{" * depth + b"</style>" + GOOD[1]
        yield "wide.html", b"<style>" + b":is(" * min(depth, 5_000) + b"</style><p>" + GOOD[1]
        yield "rows.csv", b"id,cv\n" + b"a,b\n" * depth
    for times in (1, 2, 3, 5):
        content = b"BT /F1 9 Tf (x) Tj ET\n" * (64 * MIB // 22)
        for _ in range(times):
            content = zlib.compress(content, 6)
        filters = " /FlateDecode" * times
        yield "bomb.pdf", _pdf(f"<< /Length {len(content)} /Filter [{filters}] >>".encode(), content)
    for count in (50_000, 400_000):
        yield "objects.pdf", _pdf(b"<< /Length 999999 >>", b"0 0 1 1 re f\n" * count)
        yield "states.pdf", _pdf(b"<< /Length 999999 >>", b"q " * count)
    for kids in (b"2 0 R", b"3 0 R " * 100_000):  # a tree of pages that holds itself, and one page again and again
        yield "pages.pdf", _pdf(b"<< /Length 3 >>", b"q Q", kids)
    yield "comments.html", b"<!--" * 400_000 + GOOD[1]
    yield "entities.html", b"<p>" + b"&amp;" * 2_000_000 + GOOD[1]
    yield "columns.csv", b",".join(b"c%d" % n for n in range(200_000)) + b"\n" + b"," * 200_000
    yield "wide.jsonl", b'{"id": "1", "cv": "' + b"x" * (40 * MIB) + b'"}'
    for size in (100, 400):
        yield "spaces.txt.gz", gzip.compress(b" " * (size * MIB), 1)
        yield "rows.csv.gz", gzip.compress(b"id,cv\n" + b"a,b\n" * (size * MIB // 4), 1)
    yield "packed.txt.gz", gzip.compress(gzip.compress(gzip.compress(bytes(400 * MIB))))
    yield "members.html.gz", gzip.compress(GOOD[1], 1) * 400_000
    for number in range(6):
        yield "names.docx", _package(**{f"x/{number}-{part}": b"" for part in range(1_500 + 400 * number)})
    for number in (10, 10_000):
        rows = "<tr>" + "<td>" * number + "</tr>"
        yield "table.html", (f"<table>{rows * 40}</table>" + WORDS).encode()
        yield (
            "var.html",
            ("<style>:root{" + "".join(f"--v{n}:var(--v{n + 1})var(--v{n + 1});" for n in range(30))).encode()
            + (b"} p{color:var(--v0)}</style><p>" * min(number, 3) + GOOD[1]),
        )


def entities() -> Iterator[File]:
    """Entities and inclusions that reach for files and hosts, in each format of XML."""
    targets = ("file:///etc/passwd", "http://127.0.0.1:9/x", "php://filter/x", "../../etc/passwd", "jar:file:///x!/y")
    for target in targets:
        for head in (
            f'<!DOCTYPE d [<!ENTITY x SYSTEM "{target}">]>',
            f'<!DOCTYPE d SYSTEM "{target}">',
            f'<!DOCTYPE d [<!ENTITY % p SYSTEM "{target}"> %p;]>',
        ):
            body = (
                f'<w:document xmlns:w="{_W}"><w:body><w:p><w:r><w:t>&x; {WORDS}</w:t></w:r></w:p></w:body></w:document>'
            )
            yield "cv.docx", _package(**{"word/document.xml": f"<?xml version='1.0'?>{head}{body}".encode()})
            yield "cv.html", f"<?xml version='1.0'?>{head}<html><body><p>&x; {WORDS}</p></body></html>".encode()
            yield "cv.xml", f"<?xml version='1.0'?>{head}<SkillsPassport>&x;</SkillsPassport>".encode()


def polyglots() -> Iterator[File]:
    """Files that are two formats at once, under the name of either."""
    files = originals()
    for first_name, first in files:
        for name, second in files:
            if name != first_name:
                yield name, first + b"\n" + second
                yield first_name, first + b"\n" + second


_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def _package(**parts: bytes) -> bytes:
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(hidden_docx.document(None, ""))) as plain,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
    ):
        for name in plain.namelist():
            if name not in parts:
                archive.writestr(name, plain.read(name))
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def _pdf(head: bytes, content: bytes, kids: bytes = b"3 0 R") -> bytes:
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R >>"
    objects = b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [%b] /Count 1 >>" % kids, page
    numbered = (*objects, head + b"\nstream\n" + content + b"\nendstream")
    body = b"".join(b"%d 0 obj\n%b\nendobj\n" % (n, text) for n, text in enumerate(numbered, 1))
    return b"%PDF-1.4\n" + body + b"trailer << /Root 1 0 R /Size 5 >>\n%%EOF"


def _canaries(pool: ParserPool) -> dict[str, Any]:
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        leaked = canaries.leaked(Path(folder), pool)
    print(*leaked, sep="\n")
    return row(
        "personal values repeated in rejects, errors, logs or file names", canaries.count(), len(leaked), started
    )


def row(what: str, n: int, failed: int, started: float) -> dict[str, Any]:
    return {"what": what, "n": n, "failed": failed, "most": 0.0, "seconds": round(time.monotonic() - started, 1)}


class _Canary:
    """Creates a file when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (self.path,)


def _models() -> dict[str, Any]:
    """Folders of models that are hostile: each is refused, and nothing in them runs."""
    started, n, failed = time.monotonic(), 0, 0
    sizes = (
        "hidden_size", "num_hidden_layers", "vocab_size", "intermediate_size", "max_position_embeddings",
        "num_attention_heads",
    )  # fmt: skip
    configs: list[bytes] = [
        json.dumps({size: value}).encode() for size in sizes for value in (10**12, -1, 1e99, "x", [1])
    ]
    configs.append(b'{"vocab_size": 9999999, "hidden_size": 65000}')
    configs += [b'{"auto_map": {"AutoModel": "evil.Model"}}', b"[" * 99_999, b"", b"\xff\xfe", b"[]", b"null", b'"x"']
    with tempfile.TemporaryDirectory() as folder:
        canary = Path(folder, "canary")
        evil = pickle.dumps(_Canary(canary))
        listed = [{"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"}]
        weights = {"model.safetensors": bytes(8)}
        cases: list[dict[str, bytes]] = [{"config.json": config, **weights} for config in configs]
        for name in ("pytorch_model.bin", "model.pt", "weights.pkl", "x.ckpt", "m.pth"):
            cases += [
                {name: evil},
                {name: evil, "side.safetensors": bytes(8)},
                {name: evil, "model.safetensors.txt": b""},
            ]
        for kind in ("evil.Module", "os.system", "sentence_transformers_evil.X", "__main__.X"):
            cases.append(
                {"modules.json": json.dumps([{**listed[0], "type": kind}]).encode(), "model.safetensors": bytes(8)}
            )
        cases.append({"modules.json": json.dumps(listed * 100_000).encode(), "model.safetensors": bytes(8)})
        for path in (
            "..",
            "/etc",
            "../../x",
            "a/../../b",
            "a\0b",
            "\ud800",
            "a" * 5_000,
            "~/../..",
            "a/" * 5_000 + "..",
        ):
            cases.append(
                {"modules.json": json.dumps([{**listed[0], "path": path}]).encode(), "model.safetensors": bytes(8)}
            )
        cases += [
            {"modules.json": odd, "model.safetensors": bytes(8)} for odd in (b"{}", b"[1]", b"[" * 9_999, b"[{}]")
        ]
        for number, files in enumerate(cases):
            model = Path(folder, str(number))
            model.mkdir()
            (model / "config.json").write_bytes(b"{}")
            (model / "modules.json").write_bytes(json.dumps(listed).encode())
            for name, content in files.items():
                (model / name).write_bytes(content)
            n += 1
            try:
                check_folder(model)
                failed += 1
                print("a hostile model passed:", sorted(files), {k: v[:60] for k, v in files.items()})
            except JobfitError:
                failed += canary.exists()
            except Exception as error:  # any other error is a failure of the check
                failed += 1
                print("a hostile model raised", type(error).__name__, {k: v[:60] for k, v in files.items()})
    return row("hostile models that are not refused by name", n, failed, started)


if __name__ == "__main__":
    main()
