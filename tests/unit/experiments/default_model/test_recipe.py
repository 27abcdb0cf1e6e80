"""A recipe file: the packaged one, one's own, and what is refused."""

import pytest

from jobfit.errors import InputError
from jobfit.experiments.default_model.recipe import HeldOutSettings, find_recipe, read_recipe, source_of

OWN = """
name = "own"
[[task]]
name = "names"
left = "occupation.alias"
right = "occupation.name@fr"
[loop]
batch_size = 1
"""


@pytest.fixture
def own(tmp_path):
    def write(text=OWN):
        (tmp_path / "own.toml").write_text(text)
        return tmp_path / "own.toml"

    return write


def test_the_packaged_recipe_mixes_every_kind_of_task_and_keeps():
    recipe = read_recipe("recipes/default")
    assert recipe.needs() == {"esco", "sentences", "market"}
    assert recipe.keep.share > 0 and recipe.rule.enough == 200
    assert abs(sum(task.share for task in recipe.tasks) + recipe.keep.share - 1.0) < 0.1


def test_the_multilingual_recipe_has_titles_of_four_languages_in_each_and_across():
    recipe = read_recipe("recipes/multilingual")
    views = {frozenset(view.partition("@")[2] or "en" for view in (task.left, task.right)) for task in recipe.tasks}
    alike = {frozenset({one}) for one in ("en", "fr", "es", "de")}
    assert views >= alike | {frozenset({"en", one}) for one in ("fr", "es", "de")}
    assert recipe.needs() == {"esco", "descriptions", "rome", "sentences"}


def test_a_copy_of_the_packaged_recipe_is_the_same_recipe(own):
    copy = own(find_recipe("recipes/default").read_text())
    assert read_recipe(copy) == read_recipe("recipes/default")


def test_what_is_stated_goes_over_the_file_and_changes_the_hash(own):
    plain = read_recipe(own())
    changed = read_recipe(own(), {"loop": {"epochs": 4}, "held_out": {"test": 7}})
    assert (changed.loop.epochs, changed.loop.batch_size, changed.held_out) == (4, 1, HeldOutSettings(test=7))
    assert plain.sha256 != changed.sha256 and plain.trained_by != changed.trained_by
    merged = read_recipe(own(), {"merge": {"rank": 4}})
    assert plain.sha256 != merged.sha256 and plain.trained_by == merged.trained_by
    assert plain.needs() == {"esco"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (OWN + "[lop]\n", "unknown table 'lop'"),
        ("name = 'x'\n", "at least one"),
        (OWN.replace("batch_size = 1", "batch_size = 8"), "batch_size must be 1"),
        (OWN.replace('left = "occupation.alias"', ""), "must be given"),
        (OWN.replace("right", "shared = 3\nright"), "unknown setting 'shared'"),
        (OWN + "[keep]\nweight = 0.0\n", "weight.*0.0"),
        (OWN + "[held_out]\ntest = 1\n", "test.*1"),
    ],
)
def test_a_recipe_that_says_nonsense_is_refused_by_name(own, text, said):
    with pytest.raises(InputError, match=said):
        read_recipe(own(text))


def test_an_unknown_recipe_names_the_known_ones():
    with pytest.raises(InputError, match="recipes/default"):
        find_recipe("recipes/none")


def test_source_of_reads_the_first_word():
    views = ("skill.label@fr", "rome.title", "market", "sentences", "sentence.span", "skill.context")
    assert [source_of(view) for view in views] == ["esco", "rome", "market", "sentences", "sentences", "sentences"]
    described = ("occupation.description", "occupation.description@en", "occupation.description@de")
    assert [source_of(view) for view in described] == ["esco", "esco", "descriptions"]
