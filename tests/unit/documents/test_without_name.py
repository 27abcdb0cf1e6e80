"""The text without a name: what is cut, and that its characters are found again in the original."""

from __future__ import annotations

from jobfit.documents.render import without_name

TEXT = "Tom Jenkins\nNurse, Leeds\ntom@jenkins.org\nSKILLS\nJenkins\nShe leads a ward with Tom Jenkins."


def test_without_name_cuts_names_and_contacts_and_keeps_the_rest():
    assert without_name(TEXT).text == "\nNurse, Leeds\n\nSKILLS\nJenkins\nShe leads a ward with ."


def test_without_name_origin_points_at_the_same_characters():
    short = without_name(TEXT)
    assert len(short.origin) == len(short.text) + 1
    assert "".join(TEXT[place] for place in short.origin[:-1]) == short.text
    assert short.origin[-1] == len(TEXT)


def test_without_name_of_empty_text_is_empty():
    assert without_name("").text == "" and without_name("").origin == [0]
