"""Small tables in both formats; every commune in them is made up or has only its public name and codes."""

from __future__ import annotations

import pytest

COMMUNES = """insee_com,insee_reg,insee_dep,commune,commune_article,code_postal,commune_type,insee_parente,lat,lng
69381,84,69,Lyon 1er Arrondissement,Lyon 1er Arrondissement,69001,ARM,69123,45.77,4.83
69383,84,69,Lyon 3e Arrondissement,Lyon 3e Arrondissement,69003,ARM,69123,45.75,4.87
76351,28,76,Havre,Le Havre,76600,COM,,49.5,0.1
76351,28,76,Havre,Le Havre,76610,COM,,49.5,0.1
11339,76,11,Saint-Denis,Saint-Denis,11310,COM,,43.3,2.2
93066,11,93,Saint-Denis,Saint-Denis,93200,COM,,48.9,2.4
93066,11,93,Saint-Denis,Saint-Denis,93210,COM,,48.9,2.4
97411,04,974,Saint-Denis,Saint-Denis,97400,COM,,-20.9,55.4
04194,93,04,Saint-Pierre,Saint-Pierre,06260,COM,,43.9,6.9
06999,93,06,Saint-Pierre,Saint-Pierre,06300,COM,,43.7,7.2
2A004,94,2A,Ajaccio,Ajaccio,20090,COM,,41.9,8.7
01138,84,01,Culoz-Béon,Culoz-Béon,01350,COM,,45.8,5.8
01138,,,Culoz,Culoz,01350,COMD,01138,45.8,5.8
01039,,,Béon,Béon,01350,COMD,01138,,
76900,28,76,Pin,Le Pin,76901,COM,,49.5,0.2
70410,27,70,Pin,Pin,70150,COM,,47.3,6.1
76901,28,76,Saint-Aubin,Saint-Aubin,76430,COM,,49.5,0.3
76902,28,76,Saint-Aubin,Saint-Aubin,76440,COM,,49.6,0.3
"""
DEPARTMENTS = """insee_dep,departement
01,Ain
04,Alpes-de-Haute-Provence
06,Alpes-Maritimes
11,Aude
2A,Corse-du-Sud
69,Rhône
70,Haute-Saône
76,Seine-Maritime
93,Seine-Saint-Denis
974,La Réunion
"""
REGIONS = """insee_reg,region
04,La Réunion
11,Île-de-France
27,Bourgogne-Franche-Comté
28,Normandie
76,Occitanie
84,Auvergne-Rhône-Alpes
93,Provence-Alpes-Côte d'Azur
94,Corse
"""


@pytest.fixture
def france(tmp_path):
    folder = tmp_path / "france"
    folder.mkdir()
    for name, content in (("communes", COMMUNES), ("departements", DEPARTMENTS), ("regions", REGIONS)):
        (folder / f"{name}.csv").write_text(content, encoding="utf-8")
    return folder


def dump_line(id_, name, others="", kind="P", code="PPL", country="BE", admin=("VLG", "VAN"), at=("51.2", "4.4")):
    return "\t".join(
        [str(id_), name, name, others, *at, kind, code, country, "", *admin, "", "", "1000", "", "5", "Europe/Brussels",
         "2024-01-01"]
    )  # fmt: skip


@pytest.fixture
def belgium(tmp_path):
    """A dump, the names of its divisions in the dump itself, and postcodes."""
    folder = tmp_path / "belgium"
    folder.mkdir()
    dump = [
        dump_line(1, "Flanders", kind="A", code="ADM1", admin=("VLG", "")),
        dump_line(2, "Antwerp Province", kind="A", code="ADM2"),
        dump_line(3, "Antwerpen", "Anvers,Antwerp,アントワープ"),
        dump_line(4, "Some Lake", kind="H", code="LK"),
        dump_line(5, "Sint-Job", admin=("VLG", "VAN")),
        dump_line(6, "Sint-Job", admin=("BRU", "")),
    ]
    postal = [
        "\t".join(["BE", code, name, region, rcode, department, dcode, "", "", "51.2", "4.4", "4"])
        for code, name, region, rcode, department, dcode in (
            ("2000", "Antwerpen", "Flanders", "VLG", "Antwerp Province", "VAN"),
            ("2018", "Antwerpen", "Flanders", "VLG", "Antwerp Province", "VAN"),
            ("9999", "Nieuwdorp", "Flanders", "VLG", "East Flanders", "VOV"),
        )
    ]
    (folder / "BE.txt").write_text("\n".join(dump) + "\n", encoding="utf-8")
    (folder / "BE-postal.txt").write_text("\n".join(postal) + "\n", encoding="utf-8")
    (folder / "readme.txt").write_text("not a table\n", encoding="utf-8")
    return folder
