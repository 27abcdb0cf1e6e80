"""Hostile files: each gives a rejection that a person understands, the parent lives, and the next file works."""

from __future__ import annotations

import io
import os
import random
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import pyarrow
import pytest
from docx import Document
from PIL import Image
from pyarrow import parquet
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen import canvas

from jobfit.ingest.parse.limits import DEFAULT_LIMITS, Limits
from jobfit.ingest.parse.sandbox import ParserPool, Results
from jobfit.ingest.parse.sniff import sniff
from jobfit.ingest.raw import RawDocument, RawRejection

MIB = 1024 * 1024
WORDS = "Nurse with ten years of experience in intensive care at the city hospital, working nights and weekends. " * 3
GOOD = ("cv.txt", WORDS.encode())
XML_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
BODY = f"<w:document {W}><w:body><w:p><w:r><w:t>{WORDS}%s</w:t></w:r></w:p></w:body></w:document>"
RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="word/document.xml"/></Relationships>'
)

HOSTILE_READERS = """
import os, signal, socket, subprocess, sys, time
from jobfit.ingest.raw import RawDocument

def memory(data):
    hog = bytearray(2 * 1024**3)
    return [RawDocument(str(len(hog)))]

def native_memory(data):
    import numpy
    return [RawDocument(str(numpy.ones(2 * 1024**3 // 8).sum()))]

def cpu(data):
    while True:
        pass

def sleep(data):
    time.sleep(3600)

def die(data):
    os.kill(os.getpid(), signal.SIGKILL)

def crash(data):
    os.abort()

def leave(data):
    sys.exit(0)

def shout(data):
    print("noise on standard output")
    os.write(1, b"more noise")
    return [RawDocument(data.decode())]

def raises(data):
    raise ValueError("secret detail " + data.decode())

def deep(data):
    return deep(data)

def tries(data):
    host, port, canary = data.decode().split(":")
    answers = []
    for attempt in (
        lambda: socket.create_connection((host, int(port)), timeout=2),
        lambda: socket.socket(),
        lambda: __import__("_socket").socket().connect((host, int(port))),
        lambda: subprocess.run(["/bin/true"], check=True),
        lambda: open(canary, "wb"),
        lambda: open(canary, "r+b"),
        lambda: os.remove(canary),
    ):
        try:
            attempt()
            answers.append("yes")
        except OSError:
            answers.append("no")
    return [RawDocument("answers to what it tried are these words " * 5 + " ".join(answers))]

def table(data):
    import io
    import pyarrow.parquet
    rows = pyarrow.parquet.read_table(io.BytesIO(data)).to_pylist()
    return [RawDocument(row["text"], row=number) for number, row in enumerate(rows, 1)]

def environment(data):
    return [RawDocument("the names of the variables in here are these few words " * 5 + " ".join(os.environ))]

def pid(data):
    return [RawDocument("the process id of this child follows in the text " * 5 + str(os.getpid()))]
"""
NAMES = re.findall(r"^def (\w+)", HOSTILE_READERS, re.MULTILINE)


def pdf_of(*lines: str, pages: int = 1, encrypt: StandardEncryption | None = None, image: bool = False) -> bytes:
    buffer = io.BytesIO()
    page = canvas.Canvas(buffer, invariant=1, encrypt=encrypt)
    for _ in range(pages):
        for number, line in enumerate(lines):
            page.drawString(72, 760 - 16 * number, line)
        if image:
            page.drawInlineImage(_picture(), 72, 100, 400, 600)
        page.showPage()
    page.save()
    return buffer.getvalue()


def _picture() -> Image.Image:
    return Image.new("RGB", (40, 60), (200, 200, 200))


def docx_of(text: str = WORDS) -> bytes:
    buffer = io.BytesIO()
    document = Document()
    for line in text.split(". "):
        document.add_paragraph(line)
    document.save(buffer)
    return buffer.getvalue()


def package_of(document: str | bytes, **parts: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("_rels/.rels", RELATIONS)
        archive.writestr("word/document.xml", document)
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


LINES = [WORDS[i : i + 80] for i in range(0, len(WORDS), 80)]


@pytest.fixture(scope="module")
def pool() -> Iterator[ParserPool]:
    with ParserPool(workers=2) as pool:
        yield pool


@pytest.fixture
def hostile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    (tmp_path / "hostile_readers.py").write_text(HOSTILE_READERS)
    monkeypatch.syspath_prepend(str(tmp_path))
    return {name: f"hostile_readers:{name}" for name in NAMES} | {"text": "jobfit.ingest.parse.text:extract"}


def read_files(pool: ParserPool, files: list[tuple[str, bytes]]) -> list[Results]:
    """What comes of each file: the verdict of ``sniff`` where it refuses, else what the child reads."""
    verdicts = [sniff(name, data) for name, data in files]
    read = pool.map((verdict, data) for verdict, (_, data) in zip(verdicts, files) if isinstance(verdict, str))
    return [next(read) if isinstance(verdict, str) else (verdict,) for verdict in verdicts]


def read_one(pool: ParserPool, name: str, data: bytes) -> RawDocument | RawRejection:
    """The result for the file; the good file after it must still work."""
    first, second = read_files(pool, [(name, data), GOOD])
    assert isinstance(second[0], RawDocument)
    assert len(first) == 1
    return first[0]


def map_with_next(pool: ParserPool, name: str, data: bytes = b"") -> Results:
    first, second = pool.map([(name, data), ("text", GOOD[1])])
    assert isinstance(second[0], RawDocument), "the next file works"
    return first


def bomb(entries: int = 1, size: int = 200 * MIB) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("_rels/.rels", RELATIONS)
        with archive.open("word/document.xml", "w", force_zip64=True) as stream:
            for _ in range(size // MIB):
                stream.write(b" " * MIB)
        for number in range(entries):
            archive.writestr(f"word/{number}.xml", b"")
    return buffer.getvalue()


def lying(data: bytes) -> bytes:
    """The same archive, whose directory declares one byte for every part."""
    out, at = bytearray(data), data.find(b"PK\x01\x02")
    while at >= 0:
        out[at + 24 : at + 28] = (1).to_bytes(4, "little")
        at = data.find(b"PK\x01\x02", at + 4)
    return bytes(out)


LAUGHS = (
    XML_HEAD
    + "<!DOCTYPE lolz ["
    + '<!ENTITY l0 "lol">'
    + "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    + "]>"
    + BODY % "&l9;"
)


def external(url: str) -> str:
    return XML_HEAD + f'<!DOCTYPE d [<!ENTITY x SYSTEM "{url}">]>' + BODY % "&x;"


def nested_flate() -> bytes:
    """A PDF whose page content is deflated twice and unfolds to 256 MiB."""
    inner = zlib.compress(b"BT /F1 12 Tf (x) Tj ET\n" * (256 * MIB // 23), 9)
    stream = zlib.compress(inner, 9)
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d /Filter [/FlateDecode /FlateDecode] >>\nstream\n%b\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    body = b"%PDF-1.4\n" + b"".join(b"%d 0 obj\n%b\nendobj\n" % (n + 1, o) for n, o in enumerate(objects))
    return body + b"trailer << /Root 1 0 R /Size 6 >>\n%%EOF"


REFUSED = {
    "zero bytes": ("cv.pdf", lambda: b"", "empty"),
    "only blanks": ("cv.txt", lambda: b" \n\t " * 100, "nothing but blanks"),
    "truncated pdf": ("cv.pdf", lambda: pdf_of(*LINES)[:300], "damaged"),
    "truncated docx": ("cv.docx", lambda: docx_of()[:-2000], "damaged"),
    "half a docx": ("cv.docx", lambda: docx_of()[: len(docx_of()) // 2], "damaged"),
    "encrypted pdf": ("cv.pdf", lambda: pdf_of(*LINES, encrypt=StandardEncryption("secret")), "needs a password"),
    "scanned pdf": ("cv.pdf", lambda: pdf_of(image=True), "OCR"),
    "pdf without text": ("cv.pdf", lambda: pdf_of(), "no text"),
    "201 pages": ("cv.pdf", lambda: pdf_of("a page", pages=201), "201 pages"),
    "long pdf": ("cv.pdf", lambda: pdf_of(*LINES * 5, pages=199), "characters"),
    "long text": ("cv.txt", lambda: WORDS.encode() * 1000, "characters"),
    "50 MB text": ("cv.txt", lambda: b"experience " * (50 * MIB // 11), "characters"),
    "50 MB binary": ("cv.docx", lambda: bytes(range(256)) * (50 * MIB // 256), "binary"),
    "65 MB": ("cv.txt", lambda: b"a" * (65 * MIB), "bytes"),
    "zip bomb": ("cv.docx", bomb, "bomb"),
    "zip bomb that lies": ("cv.docx", lambda: lying(bomb(size=20 * MIB)), "damaged"),
    "too many parts": ("cv.docx", lambda: bomb(entries=2001, size=MIB), "parts"),
    "zip in zip": ("cv.docx", lambda: package_of(bomb(size=MIB)), "damaged"),
    "billion laughs": ("cv.docx", lambda: package_of(LAUGHS), "entities"),
    "deep xml": ("cv.docx", lambda: package_of(f"<w:document {W}>" + "<w:sdt>" * 100_000), "damaged"),
    "picture": ("cv.pdf", lambda: b"\x89PNG\r\n\x1a\n" + bytes(100), "picture"),
    "old word": (
        "cv.doc",
        lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le"),
        "LibreOffice",
    ),
    "encrypted docx": (
        "cv.docx",
        lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
        "password",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_hostile_file_is_refused_with_a_reason_and_the_next_file_works(case: str, pool: ParserPool) -> None:
    name, make, reason = REFUSED[case]
    result = read_one(pool, name, make())
    assert isinstance(result, RawRejection)
    assert reason in result.reason


def test_nested_flate_ends_within_the_limits(pool: ParserPool) -> None:
    started = time.monotonic()
    assert isinstance(read_one(pool, "cv.pdf", nested_flate()), RawRejection)
    assert time.monotonic() - started < 60


@pytest.mark.parametrize("target", ["file:///etc/passwd", "http://127.0.0.1:1/x", "file:///etc/hostname"])
def test_docx_with_external_entity_is_refused_unread(target: str, pool: ParserPool) -> None:
    result = read_one(pool, "cv.docx", package_of(external(target)))
    assert isinstance(result, RawRejection)
    assert "entities" in result.reason


def test_docx_that_includes_a_file_keeps_only_its_own_text(pool: ParserPool, tmp_path: Path) -> None:
    canary = tmp_path / "canary.xml"
    canary.write_text("<w>CANARY</w>")
    include = f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{canary.as_uri()}"/>'
    document = BODY.replace("</w:p>", f"{include}</w:p>") % ""
    result = read_one(pool, "cv.docx", package_of(document))
    assert isinstance(result, RawDocument)
    assert "CANARY" not in result.text


@pytest.mark.parametrize("name", ["cv.docx", "cv.txt", "cv.html", "cv.png"])
def test_pdf_under_another_name_is_read_as_pdf(name: str, pool: ParserPool) -> None:
    result = read_one(pool, name, pdf_of(*LINES))
    assert isinstance(result, RawDocument)
    assert "intensive care" in result.text


def test_random_damage_never_stops_the_pool(pool: ParserPool) -> None:
    rng = random.Random(7)
    html = f"<html><body><h1>CV</h1><p>{WORDS}</p><style>.a{{color:red}}</style></body></html>".encode()
    originals = [("cv.pdf", pdf_of(*LINES)), ("cv.docx", docx_of()), ("cv.html", html)]
    files = []
    for number in range(150):
        name, data = originals[number % 3]
        damaged = bytearray(data)
        for _ in range(rng.randint(1, 30)):
            damaged[rng.randrange(len(damaged))] = rng.randrange(256)
        if number % 5 == 0:
            del damaged[rng.randrange(len(damaged)) :]
        files.append((name, bytes(damaged)))
    results = read_files(pool, [*files, GOOD])
    assert len(results) == 151
    assert all(len(result) == 1 for result in results)
    assert isinstance(results[-1][0], RawDocument)
    reasons = [result[0].reason for result in results if isinstance(result[0], RawRejection)]
    assert not [reason for reason in reasons if "Traceback" in reason or "crashed" in reason]


@pytest.mark.parametrize("reader", ["memory", "native_memory"])
def test_reader_that_takes_two_gibibytes_is_refused(reader: str, hostile: dict[str, str]) -> None:
    with ParserPool(1, hostile) as pool:
        [result] = map_with_next(pool, reader)
    assert isinstance(result, RawRejection)
    assert "memory" in result.reason


def test_reader_that_computes_for_ever_is_ended_by_the_processor_limit(hostile: dict[str, str]) -> None:
    with ParserPool(1, hostile, Limits(cpu_seconds=0.5)) as pool:
        [result] = map_with_next(pool, "cpu")
    assert isinstance(result, RawRejection)
    assert "processor time" in result.reason


def test_processor_limit_counts_per_document(hostile: dict[str, str]) -> None:
    with ParserPool(1, hostile, Limits(cpu_seconds=1)) as pool:
        results = list(pool.map(("text", WORDS.encode() * 400) for _ in range(60)))
    assert all(isinstance(result[0], RawDocument) for result in results)


def test_reader_that_sleeps_is_ended_by_the_clock(hostile: dict[str, str]) -> None:
    with ParserPool(1, hostile, Limits(wall_seconds=4)) as pool:
        [result] = map_with_next(pool, "sleep")
    assert isinstance(result, RawRejection)
    assert "longer than 4 seconds" in result.reason


def test_reader_that_waits_for_a_busy_machine_is_not_refused(hostile: dict[str, str]) -> None:
    with ParserPool(1, hostile, Limits(cpu_seconds=1)) as pool:
        next(iter(pool.map([("text", GOOD[1])])))  # started, its modules loaded
        child = pool._children[0].pid or 0
        os.kill(child, signal.SIGSTOP)  # others have the processor
        threading.Timer(3, lambda: os.kill(child, signal.SIGCONT)).start()
        [[result]] = pool.map([("text", GOOD[1])])
    assert isinstance(result, RawDocument)
    assert DEFAULT_LIMITS.wall_seconds >= 10 * DEFAULT_LIMITS.cpu_seconds


@pytest.mark.parametrize(("reader", "reason"), [("die", "killed"), ("crash", "signal 6"), ("leave", "ended")])
def test_reader_that_dies_is_replaced(reader: str, reason: str, hostile: dict[str, str]) -> None:
    with ParserPool(1, hostile) as pool:
        [result] = map_with_next(pool, reader)
    assert isinstance(result, RawRejection)
    assert reason in result.reason


def test_child_killed_from_outside_gives_one_rejection(hostile: dict[str, str]) -> None:
    with ParserPool(1, hostile) as pool:
        next(iter(pool.map([("text", GOOD[1])])))
        child = pool._children[0]
        killer = threading.Timer(0.3, lambda: os.kill(child.pid or 0, signal.SIGKILL))
        killer.start()
        [result] = map_with_next(pool, "sleep")
        killer.join()
    assert isinstance(result, RawRejection)
    assert "killed" in result.reason


def test_noise_on_standard_output_stays_out_of_the_answer(hostile: dict[str, str]) -> None:
    with ParserPool(1, hostile) as pool:
        [result] = map_with_next(pool, "shout", GOOD[1])
    assert isinstance(result, RawDocument)
    assert "noise" not in result.text


@pytest.mark.parametrize(("reader", "reason"), [("raises", "ValueError"), ("deep", "nested too deeply")])
def test_reader_that_raises_gives_a_reason_without_details_of_the_file(
    reader: str, reason: str, hostile: dict[str, str]
) -> None:
    with ParserPool(1, hostile) as pool:
        [result] = map_with_next(pool, reader, b"Marie Exemple")
    assert isinstance(result, RawRejection)
    assert reason in result.reason
    assert "Marie" not in result.reason and "secret" not in result.reason


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel filter is Linux only; elsewhere it is best effort")
def test_child_opens_no_connection_starts_no_program_and_changes_no_file(
    hostile: dict[str, str], tmp_path: Path
) -> None:
    canary = tmp_path / "canary"
    canary.write_text("untouched")
    with socket.socket() as server, ParserPool(1, hostile) as pool:
        server.bind(("127.0.0.1", 0))
        server.listen()
        server.settimeout(0.2)
        address = f"127.0.0.1:{server.getsockname()[1]}:{canary}"
        [result] = map_with_next(pool, "tries", address.encode())
        assert isinstance(result, RawDocument)
        assert result.text.endswith("words no no no no no no no")
        with pytest.raises(TimeoutError):
            server.accept()
    assert canary.read_text() == "untouched"


def test_child_still_loads_pyarrow_within_its_limits(hostile: dict[str, str]) -> None:
    buffer = io.BytesIO()
    parquet.write_table(pyarrow.table({"text": [GOOD[1].decode()] * 3}), buffer)
    with ParserPool(1, hostile) as pool:
        results = map_with_next(pool, "table", buffer.getvalue())
    assert [type(result) for result in results] == [RawDocument] * 3


def test_child_sees_no_secret_of_the_environment(hostile: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JOBFIT_DATABASE_URL", "postgresql://secret")
    with ParserPool(1, hostile) as pool:
        [result] = map_with_next(pool, "environment")
    assert isinstance(result, RawDocument)
    assert "JOBFIT_DATABASE_URL" not in result.text and "PYTHONPATH" in result.text


def test_child_is_reused_and_recycled_after_its_share(hostile: dict[str, str]) -> None:
    with ParserPool(1, hostile, Limits(documents_per_child=3)) as pool:
        results = list(pool.map(("pid", b"") for _ in range(6)))
    pids = [result[0].text.split()[-1] for result in results if isinstance(result[0], RawDocument)]
    assert pids[0] == pids[1] == pids[2] != pids[3] == pids[4] == pids[5]


def test_child_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    script = (
        "import os, signal\nfrom jobfit.ingest.parse.sandbox import ParserPool\n"
        "pool = ParserPool(1)\nlist(pool.map([('text', b'words ' * 50)]))\n"
        "print(pool._children[0].pid, flush=True)\nos.kill(os.getpid(), signal.SIGKILL)\n"
    )
    environment = {"PYTHONPATH": os.pathsep.join(sys.path)}
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, env=environment, check=False)
    child = Path(f"/proc/{int(run.stdout)}")
    deadline = time.monotonic() + 5
    while child.exists() and "Z" not in (child / "stat").read_text().split()[2] and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not child.exists() or (child / "stat").read_text().split()[2] == "Z"
