"""ESCO's CSV files: both forms, languages by URI, and every row accounted for."""

import csv
from collections import Counter

import pytest

from jobfit.errors import InputError
from jobfit.taxonomy.esco.importing import import_folder

HEADER = b"conceptUri,skillType,reuseLevel,preferredLabel\n"


def left_out(imported):
    """(file, reason) -> count."""
    return {(file.file, left.reason): left.count for file in imported.files for left in file.left_out}


@pytest.mark.parametrize("new", [False, True], ids=["old-names", "new-names-labels-bom-crlf"])
def test_import_old_and_new_files_give_the_same_terms_and_links(write_esco, new):
    taxonomy = import_folder(write_esco(new=new), "small").taxonomy
    developer, java = taxonomy.occupations["o/dev"], taxonomy.skills["s/java"]
    assert developer.labels == {
        "en": ("software developer", "programmer", "coder"),
        "fr": ("développeur/développeuse", "développeuse"),
    }
    assert developer.hidden == {"en": ("dev",)}
    assert (developer.essential, developer.optional) == (("s/prog", "s/java"), ("s/py",))
    assert (developer.sector, developer.isco, developer.code) == ("25", "2512", "2512.1")
    assert developer.description == 'Writes programs, "and" tests.'
    assert java.broader == ("s/prog", "g/S")  # two parents
    assert (java.kind, java.reuse) == ("knowledge", "sector-specific")
    assert taxonomy.skills["s/py"].optional == ("s/prog",)
    assert taxonomy.occupations["o/web"].broader == ("o/dev",)
    assert {group.id: (group.kind, group.code) for group in taxonomy.groups.values()} == {
        "i/C2": ("isco", "2"), "i/C2512": ("isco", "2512"), "i/C5": ("isco", "5"),
        "g/K": ("skill", "K"), "g/K1": ("skill", "K1"), "g/S": ("skill", "S"),
    }  # fmt: skip


def test_import_nothing_wrong_leaves_no_row_out(write_esco):
    imported = import_folder(write_esco(), "small")
    assert left_out(imported) == {}
    assert all(file.rows == file.kept for file in imported.files)
    assert imported.languages == {"en": 3 + 6, "fr": 2 + 2}
    assert imported.notes == ()


def test_import_term_without_french_label_is_shown_in_english(write_esco):
    taxonomy = import_folder(write_esco(), "small").taxonomy
    assert taxonomy.occupations["o/web"].label("fr") == "web developer"
    assert taxonomy.occupations["o/cook"].label("fr") == "cuisinier"


def test_import_transversal_is_the_collection_and_not_the_reuse_level(write_esco):
    """ESCO's reuse level also calls languages transversal; a vacancy that asks for French does insist."""
    taxonomy = import_folder(write_esco(), "small").taxonomy
    assert {skill.id for skill in taxonomy.skills.values() if skill.transversal} == {"s/team"}


def test_import_transversal_collection_file_marks_its_members(write_esco):
    def change(tables):
        tables["skills"][5][8] = ""
        tables["transversalSkillsCollection"] = [["conceptType", "conceptUri"], ["KSC", "s/french"], ["KSC", "s/gone"]]

    imported = import_folder(write_esco(change=change), "small")
    assert {skill.id for skill in imported.taxonomy.skills.values() if skill.transversal} == {"s/french"}
    assert left_out(imported) == {("transversalSkillsCollection_en.csv", "unknown skill"): 1}


def test_import_rows_that_lead_nowhere_are_counted_by_reason(write_esco):
    def change(tables):
        tables["occupationSkillRelations"] += [
            ["o/gone", "essential", "knowledge", "s/py"],
            ["o/gone", "optional", "knowledge", "s/py"],
            ["o/dev", "essential", "knowledge", "s/gone"],
            ["o/dev", "useful", "knowledge", "s/team"],
            ["o/dev", "essential", "knowledge", "s/py"],  # optional above: essential wins
            ["o/dev", "essential"],
        ]
        tables["broaderRelationsSkillPillar"] += [["KSC", "s/gone", "KSC", "s/prog"], ["KSC", "s/py", "KSC", "g/gone"]]
        tables["broaderRelationsSkillPillar"] += [["KSC", "s/py", "KSC", "s/prog"]]
        tables["skills"] += [["KSC", "s/py", "", "", "again", "", "", "released", ""]]
        tables["skills"] += [["KSC", "s/old", "", "", "old", "", "", "obsolete", ""]]
        tables["skills"] += [["KSC", "s/mute", "", "", "", "", "", "released", ""]]

    imported = import_folder(write_esco(change=change), "small")
    relations, broader, skills = "occupationSkillRelations.csv", "broaderRelationsSkillPillar.csv", "skills_en.csv"
    assert left_out(imported) == {
        (relations, "unknown occupation"): 2,
        (relations, "unknown skill"): 1,
        (relations, "relation type 'useful'"): 1,
        (relations, "the pair stands in an earlier row"): 1,
        (relations, "another number of cells than the header"): 1,
        (broader, "unknown narrower concept"): 1,
        (broader, "unknown broader concept"): 1,
        (broader, "the pair stands in an earlier row"): 1,
        (skills, "the URI stands in an earlier row"): 1,
        (skills, "status obsolete"): 1,
        (skills, "no preferred label"): 1,
    }
    assert imported.taxonomy.occupations["o/dev"].essential == ("s/prog", "s/java", "s/py")
    for file in imported.files:
        assert file.rows == file.kept + sum(left.count for left in file.left_out)
    (example, *_) = next(f for f in imported.files if f.file == relations).left_out[0].examples
    assert example == "row 7: o/gone"


def test_import_joined_file_adds_a_language_and_never_a_concept(write_esco):
    def change(tables):
        del tables["occupations_fr"], tables["skills_fr"]

    folder = write_esco(change=change)
    with (folder / "esco_skills_en_fr.csv").open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows(
            [
                ["conceptUri", "skillType", "preferredLabel_en", "altLabels_en", "preferredLabel_fr", "altLabels_fr"],
                ["s/py", "knowledge", "not this one", "", "Python", "langage Python\nPython"],
                ["s/java", "knowledge", "Java", "", "", ""],
                ["s/gone", "knowledge", "gone", "", "parti", ""],
            ]
        )
    imported = import_folder(folder, "small")
    assert imported.taxonomy.skills["s/py"].labels == {"en": ("Python", "Python 3"), "fr": ("Python", "langage Python")}
    assert "s/gone" not in imported.taxonomy.skills
    assert left_out(imported) == {
        ("esco_skills_en_fr.csv", "no label in a language that it adds"): 1,
        ("esco_skills_en_fr.csv", "a URI that no file of one language has"): 1,
    }


def test_import_french_alone_needs_no_english(write_esco):
    def change(tables):
        tables["occupations"], tables["skills"] = tables.pop("occupations_fr"), tables.pop("skills_fr")

    folder = write_esco(change=change)
    for table in ("occupations", "skills", "ISCOGroups", "skillGroups"):
        (folder / f"{table}_en.csv").rename(folder / f"{table}_fr.csv")
    imported = import_folder(folder, "small")
    assert imported.taxonomy.occupations["o/cook"].label("en") == "cuisinier"
    assert imported.languages == {"fr": 4}


def test_import_circle_in_the_hierarchy_is_an_error_that_names_it(write_esco):
    def change(tables):
        tables["broaderRelationsSkillPillar"] += [["KSC", "s/prog", "KSC", "s/py"]]

    with pytest.raises(
        InputError, match=r"broaderRelationsSkillPillar.csv: .* circle: (s/\w+) -> (s/\w+) -> \1\."
    ) as error:
        import_folder(write_esco(change=change), "small")
    assert {"s/py", "s/prog"} <= set(str(error.value).replace(".", " ").split())


@pytest.mark.parametrize("missing", ["occupations_en.csv", "skills_en.csv", "occupationSkillRelations.csv"])
def test_import_without_a_needed_file_says_which(write_esco, missing):
    def change(tables):
        del tables["occupations_fr"], tables["skills_fr"]

    folder = write_esco(change=change)
    (folder / missing).unlink()
    with pytest.raises(InputError, match=missing.split("_")[0].split(".")[0]):
        import_folder(folder, "small")


def test_import_without_the_other_files_notes_what_follows(write_esco):
    folder = write_esco()
    for file in ("broaderRelationsSkillPillar.csv", "skillSkillRelations.csv", "ISCOGroups_en.csv"):
        (folder / file).unlink()
    (folder / "skillsHierarchy_en.csv").write_text("anything")
    (folder / "occupationSkillRelations_fr.csv").write_text("the same in French")
    imported = import_folder(folder, "small")
    assert set(imported.notes) == {
        "skillsHierarchy_en.csv: not read, not a file that is needed",
        "occupationSkillRelations_fr.csv: not read, the same relations as occupationSkillRelations.csv",
        "ISCOGroups: no such file, so the occupations have no ISCO groups above them",
        "skillSkillRelations: no such file, so no skill needs another one",
        "broaderRelationsSkillPillar: no such file, so the skills have no hierarchy",
    }
    assert left_out(imported)["broaderRelationsOccPillar.csv", "unknown broader concept"] == 2


@pytest.mark.parametrize(
    ("file", "content", "says"),
    [
        ("skills_en.csv", b"", "is empty"),
        ("skills_en.csv", b"conceptUri;preferredLabel\na;b\n", "the header is: conceptUri;preferredLabel"),
        ("skills_en.csv", b"conceptUri,preferredLabel\na,b\n", "no column skillType, reuseLevel"),
        ("occupationSkillRelations.csv", b"occupation,relationType,skillUri\n", "no column occupationUri"),
        ("skills_en.csv", HEADER + b"a,,,\xff\n", "at its beginning: .*utf-8"),
        ("skills_en.csv", HEADER + b'a,,,b\nc,,,"d\n', "after row 1: unexpected end"),
        ("skills_en.csv", HEADER, "files of skills hold none"),
    ],
    ids=["empty", "semicolons", "columns", "relation-columns", "latin-1", "torn", "no-rows"],
)  # fmt: skip
def test_import_broken_file_is_an_error_that_says_where(write_esco, file, content, says):
    def change(tables):
        del tables["skills_fr"]

    folder = write_esco(change=change)
    (folder / file).write_bytes(content)
    with pytest.raises(InputError, match=says):
        import_folder(folder, "small")


def test_import_no_folder_is_an_error(tmp_path):
    with pytest.raises(InputError, match="not a folder"):
        import_folder(tmp_path / "nowhere", "small")


def test_import_other_content_of_the_same_name_has_another_version(write_esco):
    def change(tables):
        tables["skills"][1][4] = "programming"

    one, other = (import_folder(write_esco(name, change=c), "small") for name, c in (("a", None), ("b", change)))
    again = import_folder(write_esco("c"), "small")
    assert one.taxonomy.version == again.taxonomy.version != other.taxonomy.version
    assert one.taxonomy.version.startswith("small#")


def test_import_esco_1_1_1_has_its_published_counts(esco):
    """3,007 occupations, 13,896 skills, 123,855 relations; 67 of them are of an occupation that the copy lacks."""
    taxonomy, files = esco.taxonomy, {file.file: file for file in esco.files}
    assert (len(taxonomy.occupations), len(taxonomy.skills)) == (3007, 13896)
    relations = files["occupationSkillRelations.csv"]
    assert (relations.rows, relations.kept) == (123855, 123855 - 67)
    assert [(left.reason, left.count) for left in relations.left_out] == [("unknown occupation", 67)]
    assert (files["skillSkillRelations.csv"].rows, files["skillSkillRelations.csv"].kept) == (5899, 5899)
    assert esco.languages == {"en": 3007 + 13896, "fr": 2939 + 13379}
    assert len(taxonomy.groups) == 619 + 640


def test_import_esco_1_1_1_links_equal_a_plain_count_of_the_file(esco, shared_data):
    with (shared_data / "esco-1.1.1" / "occupationSkillRelations.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    wanted = Counter((row["occupationUri"], row["relationType"]) for row in rows)
    for occupation in esco.taxonomy.occupations.values():
        assert len(occupation.essential) == wanted[occupation.id, "essential"]
        assert len(occupation.optional) == wanted[occupation.id, "optional"]
