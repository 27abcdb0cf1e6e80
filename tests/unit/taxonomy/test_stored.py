"""Imported taxonomies: found again as they were, replaced in one step, damage noticed."""

import json
import subprocess
import sys

import pytest

from jobfit.errors import InputError, StoreError, UnknownIdError
from jobfit.store.home import prepare
from jobfit.taxonomy.compact import load_compact
from jobfit.taxonomy.esco.importing import import_folder
from jobfit.taxonomy.stored import counts, list_taxonomies, load_taxonomy, save_taxonomy


@pytest.fixture
def home(tmp_path):
    return tmp_path / "home"


@pytest.fixture
def imported(write_esco):
    return import_folder(write_esco(), "small")


def test_load_after_save_gives_the_same_taxonomy(imported, home):
    save_taxonomy(imported, "small", home)
    assert load_taxonomy("small", home) == imported.taxonomy


def test_load_folder_of_csv_files_needs_no_import(write_esco, home):
    folder = write_esco("raw")
    assert load_taxonomy(folder, home) == load_taxonomy(str(folder), home) == import_folder(folder, "raw").taxonomy


def test_load_compact_is_the_shipped_one(home):
    assert load_taxonomy("compact", home) is load_compact()


@pytest.mark.parametrize("name", ["no-such-taxonomy", "", "../secret"])
def test_load_unknown_name_lists_what_there_is(imported, home, name, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    save_taxonomy(imported, "small", home)
    with pytest.raises(UnknownIdError, match=r"compact, small.*jobfit taxonomy import"):
        load_taxonomy(name, home)


@pytest.mark.parametrize("name", ["compact", "", "../up", "Upper", "a b", "x" * 65, ".hidden"])
def test_save_impossible_name_is_refused(imported, home, name):
    with pytest.raises(InputError, match="--name"):
        save_taxonomy(imported, name, home)
    assert not home.exists()


def test_manifest_tells_version_counts_sources_and_checksums(imported, home):
    save_taxonomy(imported, "small", home)
    (manifest,) = list_taxonomies(home)
    assert (manifest.name, manifest.version) == ("small", imported.taxonomy.version)
    assert manifest.counts == counts(imported.taxonomy) == {
        "occupations": 3, "skills": 6, "groups": 6, "essential": 4, "optional": 2,
        "skill_essential": 0, "skill_optional": 1, "broader": 4 + 7, "transversal": 1,
    }  # fmt: skip
    assert {source["file"]: source["rows"] for source in manifest.sources}["occupationSkillRelations.csv"] == 6
    assert set(manifest.files) == {"skills.parquet", "occupations.parquet", "groups.parquet"}


def test_save_again_replaces_and_removes_the_old_data(imported, write_esco, home):
    def change(tables):
        tables["skills"][1][4] = "programming"

    save_taxonomy(imported, "small", home)
    save_taxonomy(import_folder(write_esco("other", change=change), "small"), "small", home)
    assert load_taxonomy("small", home).skills["s/prog"].label() == "programming"
    assert sum(path.is_dir() for path in (home / "taxonomies").iterdir()) == 1


def test_save_the_same_twice_changes_nothing(imported, home):
    first, second = save_taxonomy(imported, "small", home), save_taxonomy(imported, "small", home)
    assert first == second
    assert load_taxonomy("small", home) == imported.taxonomy


def test_save_killed_before_the_manifest_leaves_the_old_one(imported, write_esco, home):
    """The data folder is complete and the manifest is not yet replaced: the process dies there."""
    save_taxonomy(imported, "small", home)

    def change(tables):
        tables["skills"][1][4] = "programming"

    other = write_esco("other", change=change)
    code = (
        "import os, pathlib; from jobfit.taxonomy import stored\n"
        "stored.write_json = lambda *_, **__: os._exit(9)\n"
        f"stored.save_taxonomy(stored.import_folder(pathlib.Path({str(other)!r}), 'small'), 'small',"
        f" pathlib.Path({str(home)!r}))\n"
    )
    environment = {"PYTHONPATH": ":".join(sys.path)}
    assert subprocess.run([sys.executable, "-c", code], env=environment, check=False).returncode == 9
    (home / "taxonomies" / ".small-0123.999999-ab.part").mkdir()  # what a kill while the tables are written leaves
    assert load_taxonomy("small", home) == imported.taxonomy
    save_taxonomy(imported, "small", home)
    assert sorted(path.name for path in (home / "taxonomies").iterdir() if path.is_dir()) == [
        list_taxonomies(home)[0].folder
    ]


def _flip(path):
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (lambda root, folder: _flip(folder / "skills.parquet"), "skills.parquet does not have its checksum"),
        (lambda root, folder: (folder / "groups.parquet").unlink(), "groups.parquet is missing"),
        (lambda root, folder: (root / "small.json").write_text("{"), "small.json"),
        (lambda root, folder: (root / "small.json").write_text("{}"), "small.json"),
    ],
    ids=["flipped-bit", "missing-file", "torn-manifest", "empty-manifest"],
)
def test_load_damaged_says_what_and_how_to_repair(imported, home, damage, says):
    folder = home / "taxonomies" / save_taxonomy(imported, "small", home).folder
    damage(home / "taxonomies", folder)
    with pytest.raises(StoreError, match=rf"{says}.*[Ii]mport it again with --name small"):
        load_taxonomy("small", home)


def test_load_newer_format_is_refused(imported, home):
    save_taxonomy(imported, "small", home)
    path = home / "taxonomies" / "small.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"format": 2}))
    with pytest.raises(StoreError, match="its format is 2"):
        load_taxonomy("small", home)


def test_home_with_taxonomies_only_is_still_free_for_a_store(imported, open_folder):
    save_taxonomy(imported, "small", open_folder / "home")
    assert prepare(open_folder / "home").store.is_dir()
    assert load_taxonomy("small", open_folder / "home") == imported.taxonomy
