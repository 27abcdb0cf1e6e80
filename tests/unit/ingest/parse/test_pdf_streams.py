"""PDFs that unfold too far are refused before PDFium sees them; ordinary ones, pictures and fonts are not."""

import zlib

import pytest

from jobfit.ingest.parse import pdf_streams
from jobfit.ingest.parse.limits import MIB
from jobfit.ingest.parse.pdf_streams import unfolds_too_far


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """The limits a sixteenth of what they are, and less: the same decisions in less time."""
    monkeypatch.setattr(pdf_streams, "MOST_CONTENT", MIB)
    monkeypatch.setattr(pdf_streams, "MOST_DATA", 4 * MIB)
    monkeypatch.setattr(pdf_streams, "_MOST_IN_ALL", 8 * MIB)


def stream(content, layers=1, dictionary=b"<< /Filter /FlateDecode >>", ended=b"\nendstream\nendobj\n"):
    for _ in range(layers):
        content = zlib.compress(content, 6)
    return b"4 0 obj\n" + dictionary + b"\nstream\n" + content + ended


@pytest.mark.parametrize("dictionary", [b"<< /Filter 9 0 R >>", b"<< >>", b"<< /Filter [/Fl /Fl] /Length 3 >>"])
@pytest.mark.parametrize("layers", [1, 2, 3, 5])
def test_bomb_is_told_by_its_bytes_however_it_is_declared(layers, dictionary):
    assert unfolds_too_far(b"%PDF-1.4\n" + stream(b"(x) Tj\n" * (MIB // 6), layers, dictionary))
    assert not unfolds_too_far(b"%PDF-1.4\n" + stream(b"(x) Tj\n" * (MIB // 8), layers, dictionary))


def test_layers_without_end_are_refused():
    assert unfolds_too_far(stream(b"(x) Tj", 9)) and not unfolds_too_far(stream(b"(x) Tj", 8))


def test_many_streams_together_are_refused():
    one = stream(bytes(MIB))
    assert unfolds_too_far(one * 9) and not unfolds_too_far(one * 3)


@pytest.mark.parametrize("said", [b"/Subtype /Image", b"/Subtype/Image", b"/Length1 99", b"/Subtype /CIDFontType0C"])
def test_picture_or_font_may_be_large_and_not_without_end(said):
    large = stream(bytes(2 * MIB), dictionary=b"<< " + said + b" >>")
    assert not unfolds_too_far(large)
    assert unfolds_too_far(stream(bytes(2 * MIB)) + large)  # what another object is does not count
    assert unfolds_too_far(stream(bytes(5 * MIB), dictionary=b"<< " + said + b" >>"))


@pytest.mark.parametrize("torn", [b"x\x9c", b"x\x9cgarbage", zlib.compress(b"a" * 9999)[:-3], b"\x00\x01", b""])
def test_torn_or_other_data_is_left_to_the_reader(torn):
    assert not unfolds_too_far(b"1 0 obj\n<< >>\nstream\r\n" + torn + b"endstream")
