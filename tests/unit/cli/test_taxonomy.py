"""jobfit taxonomy: every command, in words and as JSON."""

import pytest


@pytest.fixture
def taxonomy(jobfit, monkeypatch, tmp_path):
    monkeypatch.setenv("JOBFIT_HOME", str(tmp_path / "home"))
    return lambda *arguments: jobfit("taxonomy", *arguments)


@pytest.fixture
def small(taxonomy, write_esco):
    assert taxonomy("import", write_esco("small")).code == 0
    return lambda *arguments: taxonomy(*arguments, "--taxonomy", "small")


def ids(items):
    return [item["id"] for item in items]


def test_import_prints_what_became_of_every_row(taxonomy, write_esco):
    def change(tables):
        tables["occupationSkillRelations"].append(["o/gone", "essential", "", "s/py"])

    result = taxonomy("import", write_esco("ESCO dataset - v1.1.1 - csv", change=change))
    assert result.code == 0
    assert (
        "occupationSkillRelations.csv: 7 rows, 6 kept\n  1 left out: unknown occupation (e.g. row 7: o/gone)"
        in result.out
    )
    assert "3 occupations, 6 skills, 6 groups, 4 essential, 2 optional" in result.out
    assert "--taxonomy esco-dataset-v1.1.1-csv\n" in result.out


def test_import_json_is_the_manifest(taxonomy, write_esco):
    answer = taxonomy("import", write_esco(), "--name", "mine", "--json").json
    assert (answer["name"], answer["counts"]["skills"], answer["languages"]) == ("mine", 6, {"en": 9, "fr": 4})
    assert all(source["rows"] == source["kept"] for source in answer["sources"])


def test_import_bad_folder_is_bad_input(taxonomy, tmp_path):
    result = taxonomy("import", tmp_path / "nowhere", "--json")
    assert result.code == 2
    assert result.json["error"]["type"] == "InputError"


def test_list_shows_the_compact_one_and_the_imported(small, taxonomy):
    rows = taxonomy("list", "--json").json["taxonomies"]
    assert [(row["name"], row["counts"]["occupations"]) for row in rows][1:] == [("small", 3)]
    assert rows[0]["name"] == "compact"
    assert "small#" in taxonomy("list").out


def test_show_term_with_its_neighbours(small):
    answer = small("show", "programmer", "--json").json
    assert (answer["id"], answer["kind"], answer["label"], answer["code"]) == (
        "o/dev",
        "occupation",
        "software developer",
        "2512.1",
    )
    assert (ids(answer["broader"]), ids(answer["narrower"])) == (["i/C2512"], ["o/web"])
    shown = small("show", "programmer", "--language", "fr").out
    assert "label: développeur/développeuse" in shown and "narrower: web developer" in shown


def test_skills_and_occupations_are_the_two_directions(small):
    answer = small("skills", "software developer", "--json").json
    assert (ids(answer["essential"]), ids(answer["optional"])) == (["s/prog", "s/java"], ["s/py"])
    answer = small("occupations", "Python", "--json").json
    assert (ids(answer["essential"]), ids(answer["optional"])) == ([], ["o/dev"])
    assert "optional (1):\n  Python" in small("skills", "o/dev").out


def test_distance_gives_steps_closeness_and_similarity(small):
    answer = small("distance", "Python", "Java", "--json").json
    assert (answer["steps"], answer["via"]["id"], answer["closeness"]) == (2, "s/prog", 4 / 6)
    assert "2, through 'computer programming'" in small("distance", "Python", "Java").out
    undefined = small("distance", "Python", "cook food", "--json").json
    assert (undefined["steps"], undefined["via"], undefined["closeness"]) == (None, None, None)
    assert "undefined: nothing above both" in small("distance", "Python", "cook food").out
    assert small("distance", "K", "K1", "--json").json["similarity"] is None


def test_gap_marks_what_is_only_implied(small):
    asks = ("gap", "--has", "Python", "--has", "web developer", "--needs", "software developer", "--nice", "teamwork")
    answer = small(*asks, "--json").json
    assert [(item["id"], item["evidenced"]) for item in answer["met_essential"]] == [("s/prog", False)]
    assert ids(answer["missing_essential"]) == ["s/java"]
    assert [(item["id"], item["evidenced"]) for item in answer["met_optional"]] == [("s/py", True)]
    assert ids(answer["missing_optional"]) == ["s/team"]
    assert (answer["coverage"], answer["coverage_implied"] > 0) == (0.0, True)
    assert "computer programming (implied by an occupation, not stated)" in small(*asks).out


def test_gap_between_a_cv_and_a_vacancy_and_between_two_cvs(small, tmp_path):
    cv, other, vacancy = (tmp_path / name for name in ("cv.txt", "other.txt", "vacancy.txt"))
    padding = "\nAbout\n" + "We meet every morning and then go on with what was begun the day before. " * 2
    cv.write_text("Jane Doe\nExperience\nWeb developer, 2019 - 2021\nSkills\nPython, teamwork" + padding)
    other.write_text("Tom Roe\nExperience\nCook, 2019 - 2021\nSkills\nPython, Java" + padding)
    vacancy.write_text("Clerk wanted\nRequired skills\n- Java\n- Python\nNice to have\n- cooking" + padding)
    answer = small("gap", "--has", cv, "--needs", vacancy, "--json").json
    assert [(item["id"], item["evidenced"]) for item in answer["met_essential"]] == [("s/py", True)]
    assert (ids(answer["missing_essential"]), ids(answer["missing_optional"])) == (["s/java"], ["s/cook"])
    answer = small("gap", "--has", cv, "--like", other, "--json").json
    assert ids(answer["met_essential"]) == ["s/py"]  # an imported taxonomy implies nothing: no programming
    assert (ids(answer["missing_essential"]), ids(answer["missing_optional"])) == (["s/java"], ["s/cook"])


@pytest.mark.parametrize("asks", [(), ("--needs", "cook", "--like", "cv.txt")])
def test_gap_without_or_with_two_sides_to_compare_with_is_bad_input(taxonomy, asks):
    assert taxonomy("gap", "--has", "sql", *asks).code == 2


def test_gap_of_a_group_is_bad_input(small):
    assert small("gap", "--has", "K1", "--needs", "cook").code == 2


@pytest.mark.parametrize("command", [("show",), ("skills",), ("occupations",), ("distance", "cook")])
def test_unknown_term_is_bad_input_that_helps(taxonomy, command):
    result = taxonomy(*command, "coo")
    assert result.code == 2
    assert "labels that contain it: cook" in result.err


def test_compact_needs_no_import(taxonomy):
    assert "cooking" in taxonomy("skills", "cook").out


def test_commands_page_has_the_whole_names_of_nested_commands():
    from jobfit.cli.reference import commands_page

    page = commands_page()
    for name in ("import", "list", "show", "skills", "occupations", "gap", "distance"):
        assert f"\n## jobfit taxonomy {name}\n" in page
