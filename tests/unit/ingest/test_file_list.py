"""``docs/files.md`` says what comes out of each file of ``tests/files``, and that is what comes out."""

from pathlib import Path

import pytest

from jobfit.errors import Rejection
from jobfit.ingest.parse import office
from jobfit.ingest.parse.sandbox import ParserPool
from jobfit.ingest.readers import read_raw
from jobfit.records import Kind

ROOT = Path(__file__).resolve().parents[3]
FILES = sorted(path for path in (ROOT / "tests" / "files").iterdir() if path.suffix != ".py")
PAGE = (ROOT / "docs" / "files.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def pool():
    with ParserPool(1) as started:
        yield started


def outcome(path, pool):
    """What the table says of a file: of each record its kind, its number of words, its flags and its first lines."""
    said = []
    otherwise = Kind.VACANCY if path.stem == "page" else Kind.CANDIDATE
    for result in read_raw([path], pool, otherwise=otherwise):
        if isinstance(result, Rejection):
            said.append(f"rejected: {result.reason}")
            continue
        lines = [" ".join(line.split()) for line in result.raw.text.split("\n") if line.strip()]
        flags = f" [{', '.join(result.raw.flags)}]" if result.raw.flags else ""
        said.append(f"{result.kind}, {len(result.raw.text.split())} words{flags}: {' / '.join(lines[:5])} …")
    return " <br> ".join(said)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_page_says_what_comes_out_of_the_file(path, pool):
    if path.suffix.removeprefix(".") in office.FORMATS and office.program() is None:
        pytest.skip("LibreOffice is not installed")
    [row] = [line for line in PAGE.split("\n") if line.startswith(f"| `{path.name}` |")]
    assert row.split("|")[3].strip() == outcome(path, pool)


PACKED_OR_STRUCTURED = [path for path in FILES if path.suffix.removeprefix(".") not in office.FORMATS]


@pytest.mark.parametrize("path", PACKED_OR_STRUCTURED, ids=lambda path: path.name)
def test_file_that_is_cut_off_is_rejected_or_says_no_more_than_the_whole(path, pool, tmp_path):
    data = path.read_bytes()
    whole = {word for one in read_raw([path], pool) if not isinstance(one, Rejection) for word in words(one)}
    for share in (0.05, 0.3, 0.6, 0.95):
        cut = tmp_path / path.name
        cut.write_bytes(data[: int(share * len(data))])
        results = list(read_raw([cut], pool))
        assert results
        for result in results:
            if isinstance(result, Rejection):
                assert len(result.reason) > 10
            else:
                assert len(words(result) - whole) <= 3  # a word that the cut goes through


def words(parsed):
    return set(parsed.raw.text.split())
