"""The one object through which training reads a protected attribute."""

import pytest

from jobfit.errors import InputError
from jobfit.groups import UNDECLARED, Groups
from jobfit.training.group_access import GroupAccess

GROUPS = Groups(
    {
        "c1": {"sex": "f", "age": "old"},
        "c2": {"sex": "m", "age": "young"},
        "c3": {"sex": "f", "age": UNDECLARED},
        "c4": {"sex": UNDECLARED, "age": "old"},
        "elsewhere": {"sex": "x", "age": "old"},
    }
)
PEOPLE = ["c1", "c2", "c3", "c4", "c5"]


def test_codes_of_one_attribute_with_unknown_people_apart():
    access = GroupAccess.of(GROUPS, ["sex"], PEOPLE)
    assert access.codes(PEOPLE).tolist() == [0, 1, 0, -1, -1]
    assert (access.groups, access.support, access.unknown) == (2, (2, 1), 2)


def test_intersections_need_every_attribute():
    access = GroupAccess.of(GROUPS, ["sex", "age"], PEOPLE)
    assert access.codes(PEOPLE).tolist() == [0, 1, -1, -1, -1]
    assert access.groups == 2


def test_a_copy_has_the_group_of_its_original():
    assert GroupAccess.of(GROUPS, ["sex"], ["aug:eda:c1", "c2"]).codes(["aug:eda:c1", "aug:x:c2"]).tolist() == [0, 1]


def test_nothing_but_numbers_is_shown():
    shown = repr(GroupAccess.of(GROUPS, ["sex", "age"], PEOPLE))
    assert not any(word in shown for word in ("sex", "age", "old", "young", "c1"))


def test_order_of_the_people_changes_nothing():
    one, other = (GroupAccess.of(GROUPS, ["sex"], people) for people in (PEOPLE, PEOPLE[::-1]))
    assert one.digest == other.digest and one.codes(PEOPLE).tolist() == other.codes(PEOPLE).tolist()


@pytest.mark.parametrize(
    ("attributes", "people", "message"),
    [
        ([], PEOPLE, "name the attributes"),
        (["sex"], ["nobody", "else"], "do their ids belong together"),
        (["sex"], ["c1", "c3", "c4"], "1 group by sex"),
        (["height"], PEOPLE, "0 group by height"),
        (["sex"], ["c4", "c5"], "0 group by sex"),
    ],
    ids=["no attribute", "ids nobody has", "one group in the file", "no such attribute", "all undeclared"],
)
def test_what_cannot_be_compared_is_said(attributes, people, message):
    with pytest.raises(InputError, match=message):
        GroupAccess.of(GROUPS, attributes, people)
