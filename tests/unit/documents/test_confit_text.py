"""ConFit's text builder and the template of the same name."""

from jobfit.documents.confit_text import CHINESE, CONFIT, ENGLISH, confit_text, taxons
from jobfit.documents.render import render
from jobfit.records import Candidate, CandidateProfile, Evidence, Source, Stated, Vacancy, VacancyProfile


def test_builder_writes_each_field_under_its_name():
    fields = {"skills": "Python, SQL", "city": "Lyon"}
    assert confit_text("Resume Content", fields, ["city", "skills"]) == (
        "Resume Content: section city:\nLyon\nResume Content: section skills:\nPython, SQL\n"
    )


def test_builder_follows_the_list_of_fields_and_not_the_order_of_the_row():
    one, other = {"a": "1", "b": "2"}, {"b": "2", "a": "1"}
    assert confit_text("T", one, ["b", "a"]) == confit_text("T", other, ["b", "a"]) != confit_text("T", one, ["a", "b"])


def test_builder_leaves_out_empty_absent_and_unlisted_fields():
    assert confit_text("T", {"a": "", "b": "2", "c": "3"}, ["a", "b", "missing"]) == "T: section b:\n2\n"


def test_chinese_field_names_choose_chinese_words():
    assert taxons(["city", "工作经验"]) is CHINESE
    assert taxons(["city"]) is ENGLISH


def test_template_writes_the_known_fields_of_a_record():
    def stated(value):
        return Stated(value, Evidence(value, 0, len(value)))

    profile = CandidateProfile(title=stated("Nurse"), skills=(stated("triage"), stated("wound care")))
    candidate = Candidate("c", "Nurse, triage, wound care", "en", Source("a", "text", ""), profile)
    assert render(candidate, CONFIT, masked=False).text == (
        "Resume Content: section title:\nNurse\nResume Content: section skills:\ntriage; wound care\n"
    )
    vacancy = Vacancy("v", "Nurse", "en", Source("a", "text", ""), VacancyProfile(title=stated("Nurse")))
    assert render(vacancy, CONFIT, masked=False).text == "Job Information: section title:\nNurse\n"
    assert render(Candidate("x", "Text", "en", Source("a", "text", "")), CONFIT).text == ""
