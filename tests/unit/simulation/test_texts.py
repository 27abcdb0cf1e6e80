"""Texts: what the settings of the wording do, and a market on another taxonomy."""

import re
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest

from jobfit.errors import JobfitError
from jobfit.records import EducationLevel
from jobfit.simulation import MarketSettings, simulate
from jobfit.simulation.dice import dice_for
from jobfit.simulation.market import Market, cv_of
from jobfit.simulation.page import Block, Page, Told, plain, with_typos
from jobfit.simulation.settings import read_data
from jobfit.taxonomy.compact import load_compact


def test_described_skills_do_not_name_themselves() -> None:
    taxonomy = load_compact()
    for id_, told in read_data("described.toml").items():
        for language, sentence in told.items():
            for label in taxonomy.skills[id_].labels[language]:
                assert not re.search(rf"(?<!\w){re.escape(label)}(?!\w)", sentence, re.IGNORECASE), (id_, label)


def test_typos_change_words_and_leave_headings_head_and_stated_levels() -> None:
    words = " ".join(["management"] * 200)
    blocks = (Block("skills", "Technical skills", (words,)), Block("languages", "Languages", ("English fluent",)))
    page = Page("Technical person", ("Somewhere",), blocks, ())
    changed = with_typos(page, 1.0, dice_for(1, "cvs"))
    assert (changed.title, changed.head, changed.blocks[1]) == (page.title, page.head, page.blocks[1])
    assert changed.blocks[0].heading == "Technical skills"
    for word in changed.blocks[0].lines[0].split():
        assert abs(len(word) - len("management")) <= 1 and word[0] == "m"
    assert len(set(changed.blocks[0].lines[0].split())) > 10
    assert with_typos(page, 0.0, dice_for(1, "cvs")) is page


def test_a_setting_of_the_wording_changes_texts_and_not_the_world() -> None:
    market = simulate(MarketSettings(candidates=60, vacancies=8), seed=6)
    for knob in ({"paraphrase": 0.0}, {"distractors": 1.0}, {"typos": 0.1}, {"forgotten": 0.5}, {"untidy": 0.5}):
        other = simulate(replace(market.settings, **knob), seed=6)
        assert other.people == market.people and other.openings == market.openings
        assert np.array_equal(other.q, market.q) and other.applications == market.applications
        assert other.cvs != market.cvs


@pytest.fixture(scope="module")
def untidy() -> Market:
    return simulate(MarketSettings(candidates=120, vacancies=120, untidy=1.0, paraphrase=0, typos=0), seed=4)


def test_untidy_texts_state_what_they_are_said_to(untidy: Market) -> None:
    skills = untidy.world.taxonomy.skills
    for pages in (untidy.cvs, untidy.vacancies):
        for page in pages.values():
            text, told = plain(page).lower(), page.told
            for id_ in (*told.denied, *told.wanted, *told.not_needed):
                names = {label.lower() for labels in skills[id_].labels.values() for label in labels}
                assert any(name in text for name in names), id_
            if told.notice:
                assert re.search(rf"\b{told.notice // 30} (?:months|mois)", text)
            if told.maximum:
                years = told.maximum // 12
                words = {read_data(f"untidy_{code}.toml")["numbers"].get(str(years), "") for code in ("en", "fr")}
                assert str(years) in text or any(word in text for word in words - {""})


def test_untidy_facts_do_not_contradict_the_records(untidy: Market) -> None:
    for person in untidy.people:
        told = untidy.cvs[person.id].told
        assert not {*told.denied, *told.wanted} & {*person.skills}
        assert told.studying is None or told.studying > person.education
    for opening in untidy.openings:
        told = untidy.vacancies[opening.id].told
        assert not {*told.not_needed} & {*opening.must, *opening.nice}
        assert told.maximum is None or told.maximum > opening.months


def test_each_kind_of_untidy_statement_occurs(untidy: Market) -> None:
    told = [page.told for page in (*untidy.cvs.values(), *untidy.vacancies.values())]
    for field in fields(Told):
        assert sum(bool(getattr(each, field.name)) for each in told) >= 10, field.name
    texts = "\n".join(map(plain, untidy.cvs.values()))
    for shape in (r"\b\d\d/\d\d\b", r"\b[A-Z][a-z]{2}-\d\d\b", "till date", "à ce jour", r"B\.E\.", "Club d'échecs"):
        assert re.search(shape, texts), shape


def test_distractors_name_skills_that_are_not_held() -> None:
    without, full = (
        simulate(MarketSettings(candidates=80, vacancies=5, languages=("en",), typos=0, distractors=share), seed=2)
        for share in (0.0, 1.0)
    )
    told = re.compile(
        r"colleagues took care of|was not my part|subcontractors handled|not practised yet|like to learn|Read a book"
    )
    assert not any(told.search(plain(page)) for page in without.cvs.values())
    assert sum(bool(told.search(plain(page))) for page in full.cvs.values()) > 60


def test_language_shares_are_kept() -> None:
    market = simulate(MarketSettings(candidates=800, vacancies=5, language_shares=(0.9, 0.1)), seed=2)
    share = np.mean([person.language == "fr" for person in market.people])
    assert share == pytest.approx(0.1, abs=4 * (0.1 * 0.9 / 800) ** 0.5)


def test_a_cv_can_be_written_again_on_its_own() -> None:
    market = simulate(MarketSettings(candidates=30, vacancies=5), seed=8)
    person = market.people[20]
    assert cv_of(market, 20, person, market.identities[person.id]) == market.cvs[person.id]


@pytest.fixture
def esco(tmp_path: Path) -> str:
    """A folder of ESCO tables: two occupations without French names, three skills, one described without its name."""
    tables = {
        "occupations_en": "conceptType,conceptUri,iscoGroup,preferredLabel,altLabels,description,code\n"
        'Occupation,http://x/o/1,2512,software developer,"programmer\ncoder",Writes programs.,2512.4\n'
        "Occupation,http://x/o/2,9112,office cleaner,,Cleans offices.,9112.1\n",
        "skills_en": "conceptType,conceptUri,skillType,reuseLevel,preferredLabel,altLabels,description\n"
        "KnowledgeSkillCompetence,http://x/s/1,knowledge,,Java,,The programming language of many firms.\n"
        "KnowledgeSkillCompetence,http://x/s/2,skill/competence,,use Git,,Use Git well.\n"
        "KnowledgeSkillCompetence,http://x/s/3,skill/competence,,mop floors,,Keep the ground spotless with water.\n",
        "occupationSkillRelations": "occupationUri,relationType,skillType,skillUri\n"
        "http://x/o/1,essential,knowledge,http://x/s/1\nhttp://x/o/1,optional,skill/competence,http://x/s/2\n"
        "http://x/o/2,essential,skill/competence,http://x/s/3\n",
    }
    for name, text in tables.items():
        (tmp_path / f"{name}.csv").write_text(text)
    return str(tmp_path)


def test_a_market_on_imported_tables_asks_for_levels_by_isco_and_falls_back_to_english_names(esco: str) -> None:
    market = simulate(MarketSettings(candidates=40, vacancies=12, taxonomy=esco, paraphrase=1.0), seed=1)
    levels = {
        market.world.taxonomy.occupations[id_].label(): market.world.education(id_) for id_ in market.world.occupations
    }
    assert levels == {
        "software developer": EducationLevel.MASTER,
        "office cleaner": EducationLevel.SECONDARY_VOCATIONAL,
    }
    cleaner = next(id_ for id_ in market.world.occupations if market.world.education(id_) == 3)
    assert market.world.remote(cleaner) == 0
    french = [plain(market.cvs[p.id]) for p in market.people if p.language == "fr" and p.occupation == cleaner]
    assert french and all("Office cleaner" in text for text in french)
    english = "".join(plain(market.cvs[p.id]) for p in market.people if p.language == "en")
    assert "The programming language of many firms." in english  # told instead of named
    assert "Use Git well." not in english  # it would name the skill


def test_a_taxonomy_that_is_not_there_is_named() -> None:
    with pytest.raises(JobfitError, match="nowhere"):
        simulate(MarketSettings(candidates=4, vacancies=1, taxonomy="nowhere"), seed=1)
