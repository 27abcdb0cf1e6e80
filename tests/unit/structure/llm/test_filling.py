"""What a model read fills what the rules left open, says so, and is never sure."""

import json

from jobfit.policy.ledger import check
from jobfit.reading import candidate_from_text, vacancy_from_text
from jobfit.records import Filler, Importance, Requirement, RequirementKind
from jobfit.shortlist import Status
from jobfit.structure.llm.filling import filled
from jobfit.taxonomy.compact import load_compact

CV = "Nurse\n\nI look after people and keep our wiki in Zorbify.\n\nSKILLS\nPython\n\nI have never used Docker.\n"
AD = (
    "Nurse\n\nWe look for a nurse in Leeds.\n\n"
    "Requirements\nPython is required. You live and breathe zorbing and wound care.\n"
)


def says(of):
    """A model that states these values, each quoted as it stands, where its section is asked for the field."""
    return lambda messages, fields: json.dumps(
        {f: [{"quote": value, "value": value, "level": None} for value in of.get(f, ())] for f in fields}
    )


def test_skills_that_the_rules_did_not_find_are_added_with_who_read_them(llm_server, structurer):
    llm_server.model = says({"skills": ["Zorbify", "Python", "Docker"], "title": ["Nurse"]})
    record, taxonomy = candidate_from_text(CV), load_compact()
    read = filled(record, structurer().read(record).fields, taxonomy)
    assert read.profile.skills[: len(record.profile.skills)] == record.profile.skills
    [added] = read.profile.skills[len(record.profile.skills) :]
    assert (added.value, added.sure, added.evidence.source) == ("text:zorbify", False, Filler.MODEL)
    assert CV[added.evidence.start : added.evidence.end] == "Zorbify"
    assert read.profile.disclaimed == record.profile.disclaimed and read.profile.title == record.profile.title
    asked = Requirement("skill:x", RequirementKind.SKILL, "Zorbify", "text:zorbify", Importance.NICE)
    assert check(asked, read.profile, CV).status is Status.MET


def test_what_a_vacancy_asks_for_is_added_only_where_the_taxonomy_has_it(llm_server, structurer):
    llm_server.model = says({"must": ["Python", "zorbing", "wound care"]})
    record, taxonomy = vacancy_from_text(AD), load_compact()
    without = type(record)(record.id, AD, "en", record.source)
    read = filled(without, structurer().read(without).fields, taxonomy)
    found = {asked.label: asked for asked in read.profile.requirements}
    assert "zorbing" not in found and {"Python", "wound care"} <= set(found)
    assert {asked.evidence.source for asked in found.values()} == {Filler.MODEL}
    assert {asked.importance for asked in found.values()} == {Importance.MUST}
    again = filled(record, structurer().read(record).fields, taxonomy)
    ids = [asked.id for asked in again.profile.requirements]
    assert len(ids) == len(set(ids)) and again.profile.requirements[: len(record.profile.requirements)] == (
        record.profile.requirements
    )
