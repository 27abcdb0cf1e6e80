"""Imports: whole or not at all, and every broken file is named."""

from __future__ import annotations

import pytest

from jobfit.errors import InputError
from jobfit.geo.stored import import_places, load_places, stored_names


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("69381,84,69", "69381,84,99", "69123 \\(Lyon\\) lies in department '99'"),
        ("insee_parente", "parent", "no column 'insee_parente'"),
        ("COMD,01138,,", "COMD,99999,,", "01039 belongs to '99999'"),
        ("43.3,2.2", "north,2.2", "communes.csv:6: 'north' is not a number"),
        ("COM,,43.3,2.2", "COM", "communes.csv:6: the row does not have the 10 columns"),
        ("01138,84,01,Culoz-Béon,Culoz-Béon,01350,COM,,45.8,5.8\n", "", "'Culoz' belongs to 01138, which is not"),
    ],
)
def test_broken_french_table_is_refused(france, tmp_path, old, new, message):
    path = france / "communes.csv"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(InputError, match=message):
        import_places(france, tmp_path / "home")
    assert stored_names(tmp_path / "home") == []


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda line: line.replace("51.2", "north"), ":4: could not convert"),
        (lambda line: line.replace("51.2", "97.0"), ":4: '97.0' is not a coordinate from -90 to 90"),
        (lambda line: line.replace("\tBE\t", "\tBelgium\t"), ":4: 'Belgium' is not a country code"),
        (lambda line: line.replace("\t1000\t", "\t"), ":4: 18 columns; a GeoNames dump has 19"),
    ],
)
def test_broken_geonames_line_is_refused_by_number(belgium, tmp_path, change, message):
    path = belgium / "BE.txt"
    lines = path.read_text(encoding="utf-8").splitlines()
    lines.insert(3, change(lines[2]))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    with pytest.raises(InputError, match=message):
        import_places(path, tmp_path / "home")
    assert stored_names(tmp_path / "home") == []


@pytest.mark.parametrize(
    ("source", "message"), [(".", "neither communes.csv"), ("none", "does not exist"), ("empty.txt", "is empty")]
)
def test_source_without_tables_is_refused(tmp_path, source, message):
    (tmp_path / "empty.txt").touch()
    with pytest.raises(InputError, match=message):
        import_places(tmp_path / source, tmp_path / "home")
    assert stored_names(tmp_path / "home") == []


def test_name_that_could_leave_the_folder_is_refused(france, tmp_path):
    with pytest.raises(InputError, match="cannot be the name of a table"):
        import_places(france, tmp_path / "home", "../x")
    assert stored_names(tmp_path / "home") == []
    with pytest.raises(InputError, match=r"no table of places is called '\.\./france'"):
        load_places("../france", tmp_path / "home")


def test_import_again_replaces_and_leaves_no_old_file(france, tmp_path):
    home = tmp_path / "home"
    import_places(france, home)
    path = france / "communes.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("Ajaccio,Ajaccio", "Aiacciu,Aiacciu"), encoding="utf-8")
    import_places(france, home)
    assert load_places("france", home).find("Aiacciu").region == "Corse"
    assert len(list((home / "geo/france").iterdir())) == 3


def test_failed_import_leaves_the_earlier_table(france, tmp_path):
    home = tmp_path / "home"
    import_places(france, home)
    (france / "communes.csv").write_text("broken", encoding="utf-8")
    with pytest.raises(InputError):
        import_places(france, home)
    assert load_places("france", home).find("Lyon").region == "Auvergne-Rhône-Alpes"


def test_changed_file_is_an_error(france, tmp_path):
    folder = import_places(france, tmp_path / "home").folder
    part = folder / "places.parquet"
    part.write_bytes(part.read_bytes()[:-1] + b"x")
    with pytest.raises(InputError, match="import it again"):
        load_places("france", tmp_path / "home")
    part.unlink()
    with pytest.raises(InputError, match="import it again"):
        load_places("france", tmp_path / "home")
