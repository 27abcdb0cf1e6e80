"""The version of the reader changes with everything that takes part in reading, and with nothing else."""

import shutil
from pathlib import Path

import pytest

import jobfit
from jobfit.ingest.reader import PARTS, reader_version, version_of

PACKAGE = Path(jobfit.__file__).parent


@pytest.fixture
def package(tmp_path):
    for part in PARTS:
        source, target = PACKAGE / part, tmp_path / part
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target)
    return tmp_path


def test_the_same_files_in_another_place_are_the_same_reader(package):
    assert version_of(package) == reader_version() == version_of(PACKAGE)


@pytest.mark.parametrize("part", PARTS)
def test_a_word_more_in_any_part_makes_another_reader(package, part):
    path = package / part
    file = max(filter(Path.is_file, path.rglob("*"))) if path.is_dir() else path
    with file.open("a") as end:
        end.write("\n")
    assert version_of(package) != reader_version()


def test_a_file_that_is_renamed_makes_another_reader_and_one_that_is_compiled_does_not(package):
    (package / "structure/__pycache__").mkdir()
    (package / "structure/__pycache__/dates.pyc").write_bytes(b"x")
    assert version_of(package) == reader_version()
    (package / "lexicon/fr.toml").rename(package / "lexicon/nl.toml")
    assert version_of(package) != reader_version()
