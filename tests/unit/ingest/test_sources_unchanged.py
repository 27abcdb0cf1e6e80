"""A file needs no reading only when the store holds exactly what is in it."""

from hashlib import sha256

import pytest

from jobfit.ingest.reader import reader_version
from jobfit.ingest.sources import Known, find_unchanged
from jobfit.records import Kind


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "cv.txt"
    path.write_bytes(b"a CV")
    return path


def known(path, content=b"a CV", kind=Kind.CANDIDATE, id="cv", reader=None):
    return Known(kind, id, str(path.resolve()), sha256(content).hexdigest(), reader=reader or reader_version())


def test_file_with_the_bytes_it_had_is_unchanged(file):
    assert find_unchanged([file], [known(file)]) == {file: known(file)}
    assert find_unchanged([file], [known(file)], Kind.CANDIDATE) == {file: known(file)}


@pytest.mark.parametrize("kind", [None, Kind.VACANCY])
def test_file_with_other_bytes_at_another_path_or_of_another_kind_is_read(file, kind):
    copy = file.with_name("copy.txt")
    copy.write_bytes(file.read_bytes())
    assert find_unchanged([copy], [known(file)]) == {}
    assert find_unchanged([file], [known(file, b"another CV")]) == {}
    assert find_unchanged([file], [known(file)], Kind.VACANCY) == {}
    assert find_unchanged([file], [], kind) == {}


def test_file_that_another_reader_read_is_read_again(file):
    assert find_unchanged([file], [known(file, reader="older")]) == {}


def test_file_that_was_read_as_both_kinds_is_read_unless_the_kind_is_said(file):
    both = [known(file), known(file, kind=Kind.VACANCY)]
    assert find_unchanged([file], both) == {}
    assert find_unchanged([file], both, Kind.VACANCY) == {file: both[1]}


def test_file_whose_record_took_another_id_is_known_by_its_bytes(file):
    records = [known(file, b"before", id="old"), known(file, id="new")]
    assert find_unchanged([file], records)[file].id == "new"


def test_file_that_is_gone_or_too_large_is_left_to_the_reader(file, monkeypatch):
    assert find_unchanged([file.with_name("gone.txt")], [known(file.with_name("gone.txt"))]) == {}
    monkeypatch.setattr("jobfit.ingest.sources._MOST", 3)
    assert find_unchanged([file], [known(file)]) == {}
