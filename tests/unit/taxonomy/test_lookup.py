"""Terms by what a person types."""

import pytest

from jobfit.errors import InputError, UnknownIdError
from jobfit.taxonomy.esco.importing import import_folder
from jobfit.taxonomy.lookup import find_term, kind_of
from jobfit.taxonomy.model import Skill, Taxonomy


@pytest.fixture
def taxonomy(write_esco):
    return import_folder(write_esco(), "small").taxonomy


@pytest.mark.parametrize(
    ("text", "id_", "kind"),
    [
        ("o/dev", "o/dev", "occupation"),
        ("2512.1", "o/dev", "occupation"),
        ("2512", "i/C2512", "group"),
        ("K1", "g/K1", "group"),
        ("Software  Developer", "o/dev", "occupation"),
        ("cuisinière", "o/cook", "occupation"),
        ("dev", "o/dev", "occupation"),  # a hidden label
        ("langage python", "s/py", "skill"),
    ],
)
def test_find_term_by_id_code_or_label(taxonomy, text, id_, kind):
    term = find_term(taxonomy, text)
    assert (term.id, kind_of(term)) == (id_, kind)


def test_find_term_preferred_label_goes_before_an_alternative():
    skills = {"a": Skill("a", {"en": ("x", "y")}), "b": Skill("b", {"en": ("y",)}), "c": Skill("c", {"en": ("z", "x")})}
    assert find_term(Taxonomy("t", skills, {}), "Y").id == "b"
    assert find_term(Taxonomy("t", skills, {}), "x").id == "a"


def test_find_term_several_of_one_name_is_an_error_with_ids():
    skills = {"a": Skill("a", {"en": ("x",)}), "b": Skill("b", {"en": ("x",)})}
    with pytest.raises(InputError, match=r"2 terms.*a \(skill 'x'\), b \(skill 'x'\)"):
        find_term(Taxonomy("t", skills, {}), "x")


@pytest.mark.parametrize(("text", "says"), [("devel", "software developer"), ("zzz", "matched whole"), (" ", "whole")])
def test_find_term_unknown_gives_labels_that_contain_it(taxonomy, text, says):
    with pytest.raises(UnknownIdError, match=says):
        find_term(taxonomy, text)
