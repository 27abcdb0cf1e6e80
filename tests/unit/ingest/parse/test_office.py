"""DOC, ODT and RTF through LibreOffice: what comes out, and what the converter may not do."""

import ast
import os
import time
from pathlib import Path

import pytest

from jobfit.ingest.parse import office
from jobfit.ingest.parse.sandbox import ParserPool
from jobfit.ingest.raw import RawDocument, RawRejection

FILES = Path(__file__).resolve().parents[3] / "files"
needs_office = pytest.mark.skipif(office.program() is None, reason="LibreOffice is not installed")
EXPECTED = """\
Claire Marchetti
Infirmière en soins intensifs
Expérience professionnelle
Infirmière — Clinique des Tilleuls, Grenoble
03/2019 – 11/2024
Surveillance de douze lits de réanimation, la nuit et le week-end
Formation des nouveaux arrivants aux protocoles d’hygiène
Langues
Anglais B2
Italien langue maternelle"""


@pytest.fixture
def program(tmp_path, monkeypatch):
    """Put a script in the place of LibreOffice; its last argument is the file, the one before it where to write."""

    def install(body):
        path = tmp_path / "soffice"
        path.write_text(f"#!/usr/bin/env python3\nimport os, sys, time\nfrom pathlib import Path\n{body}\n")
        path.chmod(0o700)
        monkeypatch.setattr(office, "program", lambda: str(path))

    return install


@needs_office
@pytest.mark.parametrize("name", office.FORMATS)
def test_file_gives_the_text_that_is_seen_and_the_flag_of_what_is_hidden(name):
    with ParserPool(1) as pool:
        [[document]] = pool.map([(name, (FILES / f"cv.{name}").read_bytes())])
    assert isinstance(document, RawDocument), document
    lines = [line.removeprefix("•").replace("\t", " ").strip() for line in document.text.split("\n")]
    assert "\n".join(filter(None, lines)) == EXPECTED
    assert document.flags == ("hidden_text:white",)


@needs_office
@pytest.mark.parametrize("name", office.FORMATS)
@pytest.mark.parametrize("share", [0.1, 0.5])
def test_file_that_is_cut_off_is_refused(name, share):
    data = (FILES / f"cv.{name}").read_bytes()
    with ParserPool(1) as pool:
        [[result]] = pool.map([(name, data[: int(share * len(data))])])
    assert isinstance(result, RawRejection), result


@pytest.mark.parametrize("name", office.FORMATS)
def test_machine_without_libreoffice_refuses_and_names_it(name, monkeypatch):
    monkeypatch.setattr(office, "program", lambda: None)
    with ParserPool(1) as pool:
        [[result]] = pool.map([(name, b"x")])
    assert isinstance(result, RawRejection)
    assert "install LibreOffice" in result.reason and f".{name}" in result.reason


def test_converter_that_hangs_is_ended_with_all_that_it_started(program, tmp_path):
    program(f"Path({str(tmp_path / 'pid')!r}).write_text(str(os.fork() or os.getpid()))\ntime.sleep(600)")
    started = time.monotonic()
    result = office.to_docx("doc", b"x", seconds=2)
    assert isinstance(result, RawRejection) and "longer than 2 seconds" in result.reason
    assert time.monotonic() - started < 30
    child = int((tmp_path / "pid").read_text())
    for _ in range(50):
        if not Path(f"/proc/{child}").exists() or "Z" in Path(f"/proc/{child}/stat").read_text().split()[2]:
            return
        time.sleep(0.1)
    pytest.fail("a process of the converter is still there")


def test_converter_has_a_home_of_its_own_no_network_and_none_of_our_environment(program, monkeypatch):
    monkeypatch.setenv("CANARY", "secret")
    program("""import socket
said = [os.environ.get("CANARY"), os.environ["HOME"], os.getcwd()]
for family, address in ((socket.AF_INET, ("127.0.0.1", 9)), (socket.AF_INET6, ("::1", 9)), (socket.AF_UNIX, "/x")):
    try:
        socket.socket(family).connect(address)
        said.append("connected")
    except OSError as error:
        said.append(error.errno)
target = Path(sys.argv[-2], "given.docx")
target.parent.mkdir()
target.write_text(repr(said))""")
    canary, home, folder, *network = ast.literal_eval(office.to_docx("doc", b"x").decode())
    assert canary is None and home == folder and not Path(home).exists()
    assert network == [1, 1, 1]  # EPERM


def test_converter_that_makes_no_file_is_a_rejection(program):
    program("raise SystemExit(0)")
    result = office.to_docx("rtf", b"{\\rtf1 x}")
    assert isinstance(result, RawRejection) and "damaged, or with a password" in result.reason


def test_environment_of_this_process_is_left_alone(program):
    before = dict(os.environ)
    program("raise SystemExit(0)")
    office.to_docx("odt", b"x")
    assert dict(os.environ) == before
