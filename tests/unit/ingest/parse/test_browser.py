"""Pages in doubt through Chromium: what it does not paint does not count, and what cannot be known stays."""

import gzip
import socket
import time
from pathlib import Path

import hidden_html
import pytest

from jobfit.ingest.parse import browser, pdf
from jobfit.ingest.parse.sandbox import ParserPool
from jobfit.ingest.raw import RawDocument, RawRejection

needs_browser = pytest.mark.skipif(browser.program() is None, reason="Playwright or Chromium is not installed")
SENTENCE = "Kubernetes Terraform Golang engineer since twelve years"


def read(css, markup, name="html"):
    page = hidden_html.page(css, markup, SENTENCE)
    with ParserPool(1) as pool:
        [[result]] = pool.map([(name, gzip.compress(page) if name.endswith(".gz") else page)])
    assert isinstance(result, RawDocument), result
    return result


@needs_browser
@pytest.mark.parametrize(
    ("css", "markup", "name"),
    [
        ("@supports selector(:has(a)){.h{display:none}}", '<p class="h">@</p>', "html"),
        (".c{margin-top:-60px;height:60px;position:relative;background:#fff}", '<p>@</p><div class="c"></div>', "html"),
        ("@keyframes f{to{opacity:0}} .h{animation:f .1s forwards}", '<p class="h">@</p>', "html.gz"),
        ("@scope (details){.h{display:none}}", '<details><p class="h">@</p></details>', "html"),
    ],
)
def test_what_a_browser_does_not_paint_is_left_out_and_flagged(css, markup, name):
    result = read(css, markup, name)
    assert not {"Kubernetes", "Golang", "engineer", "since"} & {*result.text.split()}
    assert [line for line in result.text.split("\n") if line] == [*filter(None, hidden_html.LINES)]
    assert "hidden_text:invisible" in result.flags and any(flag.startswith("unclear") for flag in result.flags)


@needs_browser
def test_what_a_browser_paints_stays_and_so_does_what_a_click_shows():
    for css, markup in (
        ("@supports not selector(:has(a)){.h{display:none}}", '<p class="h">@</p>'),
        ("@supports selector(:has(a)){.h{color:#111}}", '<details class="h" style="rotate:1deg"><p>@</p></details>'),
    ):
        result = read(css, markup)
        assert SENTENCE in result.text.split("\n") and "hidden_text:invisible" not in result.flags


@needs_browser
@pytest.mark.parametrize("script", ["", "<script src='later.js'></script>"])
def test_page_that_shows_nothing_is_refused_unless_a_script_may_change_it(script):
    page = hidden_html.page(
        ".c{position:fixed;inset:0;background:white}", f'<p>@</p><div class="c">{script}</div>', SENTENCE
    )
    with ParserPool(1) as pool:
        [[result]] = pool.map([("html", page)])
    if script:
        assert isinstance(result, RawDocument) and "unclear_text:cover" in result.flags
    else:
        assert isinstance(result, RawRejection) and "only text that a reader cannot see" in result.reason


def test_page_that_leaves_no_doubt_is_not_printed(monkeypatch):
    monkeypatch.setattr(browser, "to_pdf", lambda *_: pytest.fail("it was printed"))
    assert SENTENCE in read("p{color:#222}", "<p>@</p>").text
    assert SENTENCE not in read("", "<p hidden>@</p>").text


def test_machine_without_a_browser_keeps_what_is_in_doubt_and_flags_it(monkeypatch):
    monkeypatch.setattr(browser, "program", lambda: None)
    result = read("@supports selector(:has(a)){.h{display:none}}", '<p class="h">@</p>')
    assert SENTENCE in result.text and result.flags == ("unclear_text:style",)


@needs_browser
def test_browser_that_hangs_is_ended_and_decides_nothing(tmp_path, monkeypatch):
    program, number = tmp_path / "chromium", tmp_path / "pid"
    program.write_text(f"#!/bin/sh\necho $$ > {number}\nexec sleep 600\n")
    program.chmod(0o700)
    monkeypatch.setattr(browser, "program", lambda: str(program))
    started = time.monotonic()
    assert browser.to_pdf("html", b"<p>a page", seconds=10) is None and time.monotonic() - started < 40
    status = Path(f"/proc/{int(number.read_text())}/stat")
    for _ in range(50):
        if not status.exists() or status.read_text().split()[2] == "Z":
            return
        time.sleep(0.1)
    pytest.fail("the browser is still there")


@needs_browser
def test_browser_reaches_no_network_and_no_other_file(tmp_path):
    secret = tmp_path / "secret.html"
    secret.write_text("<p>Canary of another file")
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.1)
        port = server.getsockname()[1]
        page = f"""<p>Seen<iframe src="{secret.as_uri()}"></iframe><img src="http://127.0.0.1:{port}/x.png">
            <link rel="stylesheet" href="http://127.0.0.1:{port}/x.css"><iframe src="http://127.0.0.1:{port}/"></iframe>"""
        printed = browser.to_pdf("html", page.encode())
        with pytest.raises(TimeoutError):
            server.accept()
    assert printed is not None
    [result] = pdf.extract(printed)
    assert isinstance(result, RawDocument) and "Seen" in result.text and "Canary" not in result.text


DOUBT = ("unclear_text:style",)
CV = RawDocument(
    "Léa Martin\n\nRédactrice depuis 2015 chez un éditeur de manuels scolaires, à Lille et à Roubaix\n"
    "Relit les épreuves, écrit des notices, forme deux stagiaires par an et tient le calendrier\nPython depuis 2015",
    flags=DOUBT,
)  # fmt: skip


def test_words_that_a_line_end_or_gaps_between_letters_cut_are_painted():
    painted = (
        CV.text.replace("manuels", "ma-\nnuels").replace("Martin", "M A R T I N").replace("scolaires", "SCOLAIRES")
    )
    assert browser.painted_only(CV, RawDocument(painted)) == CV


def test_line_of_which_some_words_are_painted_elsewhere_goes_whole_and_a_damaged_one_keeps_its_own():
    painted = RawDocument(CV.text.replace("Python depuis 2015", "").replace(" écrit des notices,", ""))
    left = browser.painted_only(CV, painted)
    assert isinstance(left, RawDocument)
    assert "Python" not in left.text and left.text.count("depuis") == left.text.count("2015") == 1
    assert "Relit les épreuves" in left.text and "forme deux stagiaires par an" in left.text
    assert "notices" not in left.text and left.flags == (*DOUBT, "hidden_text:invisible")


def test_printed_page_that_cannot_be_read_decides_nothing():
    assert browser.painted_only(CV, RawRejection("no text")) == CV


def test_only_a_whole_page_in_doubt_is_decided():
    assert browser.decides(CV) and not browser.decides(RawDocument(CV.text, row=2, flags=DOUBT))
    assert not browser.decides(RawDocument(CV.text, flags=("unclear_text:linked_style", "hidden_text:white")))
    assert not browser.decides(RawRejection("x"))
