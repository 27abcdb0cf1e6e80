"""A format is added as CONTRIBUTING says: a function that gives texts, a name for it, and how it is known."""

import pytest

from jobfit.ingest.parse import protocol, sniff
from jobfit.reading import read_candidates

READER = """
import configparser

from jobfit.ingest.raw import RawDocument, RawRejection
from jobfit.records import Kind


def extract(data):
    cards = configparser.ConfigParser()
    cards.read_string(data.decode("utf-8"))
    for row, name in enumerate(cards.sections(), 1):
        card = cards[name]
        if "title" not in card:
            yield RawRejection("the card has no title", row=row, field="title")
        else:
            yield RawDocument(f"{name}\\n{card['title']}\\nSkills: {card['skills']}", Kind.CANDIDATE, row=row)
"""


@pytest.fixture
def with_cards(tmp_path, monkeypatch):
    (tmp_path / "cards_format.py").write_text(READER)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setitem(protocol.EXTRACTORS, "cards", "cards_format:extract")
    monkeypatch.setitem(sniff._BY_SUFFIX, ".cards", "cards")
    monkeypatch.setattr(sniff, "_TEXTUAL", (*sniff._TEXTUAL, "cards"))


def test_a_new_format_is_read_in_the_child_process_with_rows_and_rejects(with_cards, tmp_path):
    path = tmp_path / "people.cards"
    path.write_text("[Ann Lee]\ntitle = Nurse\nskills = Python\n[Bo Day]\nskills = SQL\n")
    rejects = []
    [person] = read_candidates(path, rejects=rejects)
    assert person.profile.title.value == "Nurse"
    assert [skill.value for skill in person.profile.skills_by_name] == ["python"]
    assert (person.source.format, person.source.row) == ("cards", 1)
    assert [(reject.row, reject.field, reject.reason) for reject in rejects] == [(2, "title", "the card has no title")]


def test_a_broken_file_of_a_new_format_is_one_rejection(with_cards, tmp_path):
    (tmp_path / "broken.cards").write_text("no section\n")
    rejects = []
    assert read_candidates(tmp_path / "broken.cards", rejects=rejects) == ()
    assert "MissingSectionHeaderError" in rejects[0].reason
