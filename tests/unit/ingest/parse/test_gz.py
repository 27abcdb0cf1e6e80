import gzip
import json
from functools import partial

import pytest

from jobfit.ingest.parse import gz
from jobfit.ingest.parse.limits import Limits
from jobfit.ingest.parse.sandbox import ParserPool
from jobfit.ingest.parse.sniff import sniff
from jobfit.ingest.raw import RawDocument, RawRejection

packed = partial(gzip.compress, mtime=0)  # names of tests hold the bytes
WORDS = (
    "A nurse with many years in the intensive care of a big city hospital at night and on most weekends of the year."
)
PACKED = packed(WORDS.encode())


@pytest.mark.parametrize(
    ("name", "text", "expected", "documents"),
    [
        ("cv.txt.gz", WORDS, "text.gz", 1),
        ("CV.TXT.GZ", WORDS, "text.gz", 1),
        ("cv", WORDS, "text.gz", 1),
        ("cv.md.gz", f"# Ann\n{WORDS}", "text.gz", 1),
        ("rows.csv.gz", f"id,text\n1,{WORDS}\n2,{WORDS}\n", "csv.gz", 2),
        ("rows.tsv.gz", f"id\ttext\n1\t{WORDS}\n", "csv.gz", 1),
        ("rows.jsonl.gz", "\n".join(json.dumps({"id": n, "text": WORDS}) for n in range(3)), "json.gz", 3),
        ("rows.ndjson.gz", json.dumps({"id": 1, "text": WORDS}), "json.gz", 1),
        ("resume.json.gz", json.dumps([{"text": WORDS}]), "json.gz", 1),
        ("advert.html.gz", f"<html><body><p>{WORDS}</p></body></html>", "html.gz", 1),
    ],
)
def test_packed_text_is_read_like_the_text(name, text, expected, documents):
    data = packed(text.encode())
    assert sniff(name, data) == expected
    with ParserPool(1) as pool:
        [results] = pool.map([(expected, data)])
    assert [type(result) for result in results] == [RawDocument] * documents


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (packed(b""), "0 bytes"),
        (packed(b"%PDF-1.7 ..."), "unpack it"),
        (packed(packed(WORDS.encode())), "unpack it"),
        (packed(b"cv.txt" + bytes(251) + b"ustar\x0000" + WORDS.encode()), "archive"),
        (packed(b"\x7fELF" + bytes(40)), "program"),
        (b"\x1f\x8b" + bytes(40), "damaged"),
    ],
)
def test_packed_file_of_another_kind_is_refused(data, reason):
    result = sniff("cv.txt.gz", data)
    assert isinstance(result, RawRejection) and reason in result.reason


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (PACKED[:-9], "cut off"),
        (PACKED[:-8] + bytes(8), "damaged"),
        (PACKED + b"trailing", "damaged"),
        (PACKED[:20] + b"\xff" * 30 + PACKED[50:], "damaged"),
        (packed(bytes(10**6)), "more than 100,000 bytes"),
        (PACKED * 2000, "more than 100,000 bytes"),
    ],
)
def test_damage_and_bombs_are_refused(data, reason):
    result = gz.unpack(data, 100_000)
    assert isinstance(result, RawRejection) and reason in result.reason


@pytest.mark.parametrize("count", [1, 2, 5])
def test_members_follow_one_another_and_zeros_may_end_the_file(count):
    assert gz.unpack(PACKED * count + bytes(512), 100_000) == WORDS.encode() * count


def test_bomb_is_refused_by_the_child_within_its_memory():
    bomb = packed(bytes(300_000_000), 1)
    with ParserPool(1, limits=Limits()) as pool:
        [[result], [after]] = pool.map([("text.gz", bomb), ("text.gz", PACKED)])
    assert isinstance(result, RawRejection) and "unpacks to more than" in result.reason
    assert isinstance(after, RawDocument)
