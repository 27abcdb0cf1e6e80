"""What people of all trades say that they do: told in sentences of a CV, asked for in an advert."""

import pytest

from jobfit.ingest.language import detect_language
from jobfit.reading import read_candidate_text
from jobfit.structure.vacancy import read_vacancy_profile

OF_TRADES = [
    ("Handled shortlisting, joining formalities and attendance records for two plants.", "shortlisting"),
    ("Responsible for headcount reports and onboarding of 40 drivers a year.", "onboarding"),
    ("I appear before the labour court and draft writ petitions and sale deeds.", "petitions"),
    ("Vetting of agreements with suppliers, and disciplinary hearings.", "legal-vetting"),
    ("Prepared the BOQ, RA bills and bar bending schedules of a school.", "running-bills"),
    ("Conducted cube tests and slump tests on site.", "concrete-tests"),
    ("Carried out loop checking and the factory acceptance test of twelve skids.", "loop-testing"),
    ("Wired marshalling cabinets and updated the I/O list.", "marshalling-cabinets"),
    ("Looked after insulation resistance tests and motor rewinding in the repair shop.", "motor-winding"),
    ("Met channel partners every week and closed sales of home loans.", "channel-partners"),
    ("Cash handling at the counter, demand drafts and cheque clearing.", "cheque-clearing"),
    ("Kept the purchase ledger and posted journal vouchers.", "accounting-vouchers"),
    ("Led kettlebell and spinning classes, wrote diet plans for forty members.", "diet-plans"),
    ("Gave Swedish body massage and foot massage in a hotel spa.", "foot-massage"),
    ("Scrub nurse duties in the theatre, post-operative care on the ward.", "postoperative-care"),
    ("Invigilation of exams and parents' evenings at a primary school.", "exam-invigilation"),
    ("Ran the grill section, recipe costing and the buffet set-up.", "recipe-costing"),
    ("Made multi-drop deliveries, load securing and daily vehicle checks.", "load-securing"),
    ("Calf rearing in spring, ploughing and harvesting in summer.", "livestock-care"),
    ("Answering calls, filing systems and meeting minutes for three partners.", "filing-systems"),
    ("Set up the risk register and chaired steering committee meetings.", "raid-logs"),
    ("Kept the project schedules and the P&L of two shipyards.", "project-schedules"),
    ("Présélection de candidats, suivi des présences et intégration des nouveaux collaborateurs.", "onboarding"),
    ("Pose de chemins de câbles et mise en service des armoires sur trois chantiers.", "commissioning"),
    ("J'ai assuré les transmissions infirmières et les soins postopératoires.", "postoperative-care"),
    ("Surveillance d'examens, accompagnement d'élèves en primaire.", "exam-invigilation"),
    ("Situations de travaux, implantations et visites de chantier avec les clients.", "running-bills"),
    ("Réapprovisionnement des rayons et clôture de caisse le soir.", "shelf-stacking"),
    ("Épandage d'engrais et vendanges chez un viticulteur.", "fertilising"),
]


@pytest.mark.parametrize(("sentence", "skill"), OF_TRADES)
def test_what_a_cv_tells_of_a_trade_is_a_skill(sentence: str, skill: str) -> None:
    heading = "Expérience" if detect_language(sentence) == "fr" else "Experience"
    text = f"Robin Vale\n\n{heading}\n2019 - 2023 Acme\n{sentence}\n"
    assert skill in {item.value for item in read_candidate_text(text).profile.skills_by_name}


@pytest.mark.parametrize(
    ("line", "language", "asked"),
    [
        ("Experience in recipe costing is required.", "en", True),
        ("You know shift rosters and shortlisting.", "en", True),
        ("Une expérience en présélection de candidats est exigée.", "fr", True),
        ("Our recruiters send offer letters within a week.", "en", False),
        ("We pay by timesheets.", "en", False),
        ("Free yoga and meditation on Fridays.", "en", False),
        ("Les collaborateurs ont des cours collectifs gratuits.", "fr", False),
    ],
)
def test_an_advert_asks_for_a_task_only_where_it_says_so(line: str, language: str, asked: bool) -> None:
    read = read_vacancy_profile(f"Planner\n\nAcme makes boats. {line}\n", language).requirements
    assert any(item.value in _TASKS for item in read) is asked


_TASKS = {"recipe-costing", "shift-rosters", "shortlisting", "resume-screening", "hr-letters", "timesheets",
          "yoga-practice", "meditation", "group-fitness"}  # fmt: skip


@pytest.mark.parametrize(
    ("sentence", "skill"),
    [
        ("Cleaning data sets with pandas.", "cleaning"),
        ("Rewrote the admin control panel of a shop.", "control-panels"),
        ("Holds the MS-CIT and sells tickets.", "text:ms-cit"),
    ],
)
def test_the_same_words_of_another_trade_are_none(sentence: str, skill: str) -> None:
    text = f"Robin Vale\n\nExperience\n2019 - 2023 Acme\n{sentence}\n"
    assert skill not in {item.value for item in read_candidate_text(text).profile.skills}


def test_a_hobby_and_the_post_of_somebody_else_are_no_tasks() -> None:
    text = "Robin Vale\n\nExperience\n2019 - 2023 Cook, Acme\nFrying.\n\nInterests\nYoga, martial arts, gardening\n"
    assert not read_candidate_text(text).profile.skills_by_name
