"""Vacancies of several trades, English and French, written for these tests, and what a person reads in them."""

import pytest

from jobfit.records import Importance, RequirementKind
from jobfit.structure.requirements import experience_label
from jobfit.structure.vacancy import read_vacancy_profile

NURSE = """Registered Nurse
St Mary's Hospital, Leeds - full-time

About us
We have 40 years of experience in acute care and use Excel for our rotas.

What you'll do
You keep patient records.

Requirements
- Bachelor's degree in nursing or equivalent
- At least 2 years of experience
- Fluent English; Polish is a plus
- Willing to work night shifts
- Full UK driving licence preferred
- First aid is required

How to apply
Apply with your Word resume.
"""

INFIRMIER = """Infirmier(ère) H/F
Lieu : Lyon
Contrat : CDI temps plein

Profil recherché
- 2 ans d'expérience minimum souhaités
- Anglais courant (B2) exigé, l'espagnol serait un plus
- Permis B indispensable
- Travail de nuit possible
"""

DRIVER = """HGV Driver
Location: Birmingham
We are looking for an HGV driver for long trips.
Must have: HGV Class 1 licence, 3+ years experience. You must be based in Birmingham.
Nice to have: forklift licence. No degree required. English at conversational level required.
"""

COOK = """Cuisinier
Restaurant à Nantes. CDD 6 mois.
Pas de diplôme exigé, CAP cuisine souhaité. Expérience de 3 ans minimum exigée. Travail le week-end.
"""

ACCOUNTANT = """Job title: Senior Accountant
Paris, France

Ideal candidate
You have a Master's degree in accounting (Bac+5) and five years' experience in a similar role.
Excel and SAP are required. French native, English B2. Python is not required.
"""

DEVELOPER = """Développeur Full Stack H/F
Notre équipe basée à Toulouse recrute en CDI, télétravail 2 jours par semaine.
Nous utilisons React et PostgreSQL.

Compétences requises
Java, SQL, Git
Docker et Kubernetes seraient un plus
Vous justifiez d'au moins 3 ans d'expérience en Java. Bac+5 ou expérience équivalente.
"""

MASON = """Maçon
Nous recherchons un maçon pour nos chantiers. CAP ou BEP maçonnerie exigé. Permis B souhaité.
Notre entreprise, fondée il y a 30 ans, compte 50 salariés.
"""

PARAGRAPH = (
    "Software developer wanted by a company of forty people that builds tools for hospitals and has done so for long. "
    "Minimum Required Skills: Java, SQL, Docker What You Will Be Doing You will write services in Python with our "
    "team and talk with the people who use them every day in the wards. What You Need for this Position - At least 3 "
    "years of experience - Knowledge of Git Nice To Haves - Experience with React - Experience with Angular What's In "
    "It for You - Medical - Word and Excel training"
)


def read(text):
    profile = read_vacancy_profile(text, None)
    for requirement in profile.requirements:
        quote = requirement.evidence
        assert text[quote.start : quote.end] == quote.text
    assert len({r.id for r in profile.requirements}) == len(profile.requirements)
    return profile


def asked(text):
    """Return id -> (importance, minimum)."""
    return {r.id: (r.importance.value, r.minimum) for r in read(text).requirements}


def test_read_vacancy_nurse_reads_titles_sections_and_wording():
    profile = read(NURSE)
    assert (profile.title.value, profile.occupation) == ("Registered Nurse", "nurse")
    found = asked(NURSE)
    assert found["education"] == ("nice", 6)  # "or equivalent"
    assert found["experience"] == ("must", 24)  # and not the 40 years of the hospital
    assert found["language:en"] == ("must", 5)
    assert found["language:pl"] == ("nice", None)
    assert found["condition:night_shift"] == ("must", None)
    assert found["licence:B"] == ("nice", None)
    assert found["skill:first-aid"] == ("must", None)
    assert "skill:excel" not in found  # the hospital uses it
    assert not any(r.evidence.text == "Word" for r in profile.requirements)


def test_read_vacancy_infirmier_reads_french_wording():
    profile = read(INFIRMIER)
    assert (profile.title.value, profile.occupation) == ("Infirmier(ère) H/F", "nurse")
    assert profile.location.value == "lyon"
    assert {"permanent", "full_time"} <= {c.value for c in profile.conditions}
    assert asked(INFIRMIER) == {
        "experience": ("nice", 24),
        "language:en": ("must", 4),
        "language:es": ("nice", None),
        "licence:B": ("must", None),
        "condition:night_shift": ("nice", None),
    }


def test_read_vacancy_driver_reads_inline_headings_place_and_negation():
    found = asked(DRIVER)
    assert found == {
        "licence:CE": ("must", None),
        "experience": ("must", 36),
        "location:birmingham": ("must", None),
        "licence:forklift": ("nice", None),
        "language:en": ("must", 3),
    }


def test_read_vacancy_cook_no_diploma_required_makes_no_must():
    found = asked(COOK)
    assert found["education"] == ("nice", 3)
    assert found["experience"] == ("must", 36)
    assert found["condition:weekend"] == ("nice", None)


def test_read_vacancy_accountant_reads_numbers_in_words_and_levels():
    profile = read(ACCOUNTANT)
    assert (profile.title.value, profile.occupation) == ("Senior Accountant", "accountant")
    found = asked(ACCOUNTANT)
    assert found["education"] == ("must", 7)
    assert found["experience"] == ("must", 60)
    assert (found["language:fr"], found["language:en"]) == (("must", 7), ("must", 4))
    assert (found["skill:excel"], found["skill:sap"]) == (("must", None), ("must", None))
    assert "skill:python" not in found


def test_read_vacancy_developer_separates_stack_needs_and_wishes():
    found = asked(DEVELOPER)
    assert {i for i, (importance, _) in found.items() if importance == "must"} == {
        "skill:java",
        "skill:sql",
        "skill:git",
        "experience:java",
    }
    assert found["experience:java"] == ("must", 36)
    assert found["education"] == ("nice", 7)
    assert {"skill:docker", "skill:kubernetes", "skill:react", "skill:postgresql"} <= set(found)


def test_read_vacancy_mason_alternative_diplomas_ask_for_the_lower():
    found = asked(MASON)
    assert found["education"] == ("must", 3)
    assert found["licence:B"] == ("nice", None)
    assert "experience" not in found


def test_read_vacancy_one_paragraph_finds_its_headings():
    found = asked(PARAGRAPH)
    musts = {i for i, (importance, _) in found.items() if importance == "must"}
    assert musts == {"skill:java", "skill:sql", "skill:docker", "skill:git", "experience"}
    assert found["skill:python"] == found["skill:react"] == found["skill:angular"] == ("nice", None)
    assert "skill:excel" not in found


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Java is required, Docker is a plus.", {"skill:java": "must", "skill:docker": "nice"}),
        ("You must have Java and, ideally, Docker.", {"skill:java": "must", "skill:docker": "nice"}),
        ("PHP, Python or Ruby", {"skill:php": "nice", "skill:python": "nice", "skill:ruby": "nice"}),
        ("Brokers such as RabbitMQ, Redis", {"skill:rabbitmq": "nice", "skill:redis": "nice"}),
        ("Java; Docker is optional", {"skill:java": "must", "skill:docker": "nice"}),
        (
            "Stores (Redis, MongoDB, etc.), Java",
            {"skill:redis": "nice", "skill:mongodb": "nice", "skill:java": "must"},
        ),
        ("Docker or equivalent", {"skill:docker": "nice"}),
        ("Docker ou équivalent", {"skill:docker": "nice"}),
        ("Java/Python", {"skill:java": "must", "skill:python": "must"}),
        ("PHP or Ruby, Docker", {"skill:php": "nice", "skill:ruby": "nice", "skill:docker": "must"}),
        ("No Java experience needed.", {}),
        ("Java n'est pas exigé.", {}),
        ("Docker not required but a plus.", {"skill:docker": "nice"}),
        ("Java exigé, Docker apprécié.", {"skill:java": "must", "skill:docker": "nice"}),
    ],
)
def test_read_vacancy_wording_beats_the_section(sentence, expected):
    found = {r.id: r.importance.value for r in read(f"Developer\n\nRequirements\n{sentence}\n").requirements}
    assert found == expected


def test_read_vacancy_the_firmest_statement_of_one_thing_prevails():
    by_words = "Developer\n\nRequirements\nJava, Docker\n\nMore\nDocker is optional.\n"
    assert asked(by_words)["skill:docker"] == ("nice", None)
    by_section = "Developer\n\nRequirements\nJava\n\nNice to have\nExperience with Java\n"
    assert asked(by_section)["skill:java"] == ("must", None)


def test_read_vacancy_without_anything_stated_is_unknown():
    profile = read("Hello there")
    assert (profile.occupation, profile.location, profile.conditions, profile.requirements) == (None, None, (), ())


def test_read_vacancy_reading_twice_gives_the_same():
    assert read_vacancy_profile(NURSE, "en") == read_vacancy_profile(NURSE, "en")


def test_read_vacancy_most_requirements_of_prose_are_nice():
    prose = "We build trains. Our team works with Java, Python and Docker. A colleague holds a PhD."
    assert all(r.importance is Importance.NICE for r in read(prose).requirements)


def test_read_vacancy_a_must_level_prevails_over_a_higher_one_that_is_a_bonus():
    assert asked("Teacher\n\nWho you are:\nA Master's degree in education; a PhD is a bonus\n")["education"] == (
        "must",
        7,
    )


def test_read_vacancy_at_least_insists_in_any_place_but_a_list_of_wishes():
    assert asked("Cook\nWe seek a cook. At least 2 years of experience.\n")["experience"] == ("must", 24)
    assert asked("Cook\n\nNice to have\nAt least 2 years of experience.\n")["experience"] == ("nice", 24)
    assert asked("Cook\nWe seek a cook. 2 years of experience.\n")["experience"] == ("nice", 24)


def test_read_vacancy_word_that_may_stand_on_either_side_counts_on_both():
    assert asked("Chauffeur\nVous possédez impérativement le permis C.\n")["licence:C"] == ("must", None)
    assert asked("Driver\n\nRequirements\nForklift licence preferred\n")["licence:forklift"] == ("nice", None)


def test_read_vacancy_profil_opens_the_person_wanted():
    profile = read("Comptable\n\nProfil :\nExcel\n")
    assert [section.kind for section in profile.sections] == ["header", "profile"]
    assert asked("Comptable\n\nProfil :\nExcel\n")["skill:excel"] == ("must", None)


def test_read_vacancy_kind_of_contract_is_no_place():
    assert read("Chauffeur\nPoste en CDI, travail de nuit.\n").location is None


def test_read_vacancy_atouts_are_nice_to_have():
    assert asked("Comptable\n\nIndispensable :\nSAP\n\nAtouts :\nExcel\n") == {
        "skill:sap": ("must", None),
        "skill:excel": ("nice", None),
    }


def test_read_vacancy_transversal_skill_is_never_a_must():
    found = asked("Cook\nRequirements\n- Teamwork and communication skills required\n- Food safety required\n")
    assert found["skill:teamwork"] == ("nice", None)  # a CV that does not say it says nothing about it
    assert found["skill:communication"] == ("nice", None)
    assert found["skill:food-safety"] == ("must", None)


def test_read_vacancy_labels_read_as_a_recruiter_would_say_them():
    text = (
        "Driver\nRequirements\n- High school diploma\n- 5 years of experience\n- English at B2 level, native French\n"
        "- Driving licence B\n"
    )
    assert [r.label for r in read(text).requirements] == [
        "High-school diploma or above",
        "5 years of experience",
        "English, B2 or above",
        "French, native",
        "Driving licence B",
    ]


def test_read_vacancy_diploma_of_one_profession_leaves_nobody_out_by_its_level():
    found = asked("Infirmier H/F\nProfil recherché\n- Diplôme d'État d'infirmier exigé\n")
    assert found["education"] == ("nice", 6)  # a nurse of 1998 holds it below that level


@pytest.mark.parametrize(
    ("lines", "asked", "not_needed"),
    [
        ("Java is required.\nPHP is no longer required.", {"java": "must"}, ["php"]),
        ("Docker would be great but is not essential.", {"docker": "nice"}, []),
        ("Java exigé.\nPas besoin de connaître PHP ni Docker.", {"java": "must"}, ["php", "docker"]),
        ("You need Java.\nJava is not needed for juniors.", {"java": "must"}, []),
    ],
)
def test_profile_skills_that_nobody_needs_are_apart(lines, asked, not_needed):
    text = f"Developer\nParis\nRequirements\n{lines}"
    profile = read_vacancy_profile(text, None)
    skills = {r.value: r.importance.value for r in profile.requirements if r.kind.value == "skill"}
    assert (skills, [item.value for item in profile.not_needed]) == (asked, not_needed)
    assert all(text[i.evidence.start : i.evidence.end] == i.evidence.text for i in profile.not_needed)


def test_profile_a_skill_merely_mentioned_elsewhere_does_not_undo_that_nobody_needs_it():
    profile = read_vacancy_profile("Clerk\nAbout the job\nOur team uses Java.\nJava is not required.", None)
    assert [r.value for r in profile.requirements if r.kind.value == "skill"] == []
    assert [item.value for item in profile.not_needed] == ["java"]


def test_profile_the_tool_in_the_title_is_a_must():
    profile = read_vacancy_profile("Java developer\nWe build shops with Python.", None)
    skills = {r.value: r.importance.value for r in profile.requirements if r.kind.value == "skill"}
    assert skills == {"java": "must", "python": "nice"}


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Up to 2 years of experience", {"experience": ("nice", None, 24)}),
        ("2-4 years of experience", {"experience": ("must", 24, 48)}),
        ("Expérience souhaitée de 2 ans", {"experience": ("nice", 24, None)}),
        ("Débutant accepté ou 1 an d'expérience", {"experience": ("nice", 12, None)}),
        ("3 years of experience in a hotel kitchen", {"experience:hotel kitchen": ("must", 36, None)}),
        (
            "5 years as a nurse; 2 years of Java",
            {"experience:nurse": ("must", 60, None), "experience:java": ("must", 24, None)},
        ),
        ("5 years of experience or a degree in law", {"experience": ("nice", 60, None)}),
        ("Débutants acceptés", {}),
    ],
)
def test_read_vacancy_years_keep_both_ends_their_field_and_what_else_will_do(line, expected):
    found = {
        r.id: (r.importance.value, r.minimum, r.maximum)
        for r in read(f"Worker\n\nRequirements\n- {line}\n").requirements
        if r.kind is RequirementKind.EXPERIENCE
    }
    assert found == expected


@pytest.mark.parametrize(
    ("minimum", "maximum", "label"),
    [
        (12, None, "1 year of experience"),
        (18, None, "18 months of experience"),
        (24, 48, "2 to 4 years of experience"),
        (6, 24, "6 to 24 months of experience"),
        (None, 24, "up to 2 years of experience"),
        (None, 12, "up to 1 year of experience"),
    ],
)
def test_experience_label_says_both_ends(minimum, maximum, label):
    assert experience_label(minimum, maximum) == label


@pytest.mark.parametrize(
    ("text", "importance"),
    [
        ("Analyst\nOur client hires.\n- Bachelor's degree in economics.\n", "must"),
        ("Analyst\nOur client hires.\n- BS or MS degree in physics.\n", "must"),
        ("Analyste\nNotre client recrute.\nTitulaire d'un Master en économie.\n", "must"),
        ("Analyst\n\nQualifications:\nMaster's degree, or a combination of education and experience.\n", "nice"),
        ("Analyst\n\nRequirements:\nBachelor's degree or self-taught.\n", "nice"),
        ("Analyst\nA colleague wrote about her Bachelor's degree.\n", "nice"),
    ],
)
def test_read_vacancy_a_diploma_that_opens_its_sentence_is_a_must_unless_something_will_do_instead(text, importance):
    assert asked(text)["education"][0] == importance


def test_read_vacancy_wide_names_are_asked_for_in_demands_and_not_among_the_tasks():
    tasks = "Clerk\n\nResponsibilities\n- You give end-user training\n"
    text = f"{tasks}\nRequirements\n- Able to lead end-user training of staff\n"
    found = [r for r in read(text).requirements if r.id == "skill:end-user-training"]
    assert [r.evidence.start > text.index("Requirements") for r in found] == [True]
    assert "skill:end-user-training" not in asked(tasks)


def test_read_vacancy_words_glued_behind_capitals_are_read():
    text = (
        "Clerk\n\nRequirements\n" + "Ability to write clear letters to many customers of the bank every single day " * 4
    )
    found = asked(
        f"{text}Experience with SQLAbility to use HTMLStrong knowledge of CSSExperience with PHPPlease apply\n"
    )
    assert {"skill:sql", "skill:html", "skill:css", "skill:php"} <= found.keys()


def test_read_vacancy_boilerplate_in_the_same_paragraph_takes_nothing_away():
    filler = "working with colleagues of every department and every country of the group in an open and friendly way "
    text = f"Clerk\n\nRequirements\nExperience with SQL {filler * 2}as an equal opportunity employer\n"
    assert "skill:sql" in asked(text)


def importances(text):
    asked = read_vacancy_profile(f"Title\n\nRequirements\n{text}\n", None).requirements
    return {r.value: str(r.importance) for r in asked if r.kind is RequirementKind.SKILL}


@pytest.mark.parametrize("diploma", ["High school diploma or GED required.", "GED or equivalent is required."])
def test_read_vacancy_a_ged_is_a_diploma_and_no_skill(diploma):
    profile = read_vacancy_profile(f"Cook\n\nRequirements\n{diploma}\n", None)
    assert RequirementKind.SKILL not in {r.kind for r in profile.requirements}
    assert [r.minimum for r in profile.requirements if r.kind is RequirementKind.EDUCATION] == [4]


@pytest.mark.parametrize(
    ("text", "kind", "example"),
    [
        (
            "Experience with Docker or other container tools and Terraform or another scripting language.",
            "scripting",
            "terraform",
        ),
        ("Maîtrise de Git ou autre gestion de versions.", "version-control", "git"),
    ],
)
def test_read_vacancy_of_an_example_or_another_of_its_kind_the_kind_is_the_must(text, kind, example):
    found = importances(text)
    assert found[kind] == "must" and found[example] == "nice"


@pytest.mark.parametrize(
    "text",
    [
        "Work in Java, quality testing, Docker, or another team task.",
        "Java, gestion de parc, Docker, ou autre mission.",
    ],
)
def test_read_vacancy_a_list_that_ends_in_or_gives_alternatives_whatever_they_are(text):
    assert importances(text)["java"] == "nice"


@pytest.mark.parametrize(
    ("text", "importance"),
    [
        ("You bring proven expertise in SAP and Excel.", "must"),
        ("Strong knowledge of SAP wanted.", "must"),
        ("Vous avez une solide maîtrise de SAP.", "must"),
        ("We have experience in SAP and are proud of it.", "nice"),
        ("Notre société a une solide expérience de SAP.", "nice"),
    ],
)
def test_read_vacancy_a_demand_in_the_first_lines_insists_unless_the_employer_speaks_of_itself(text, importance):
    profile = read_vacancy_profile(f"Title\n\n{text}\n", None)
    assert {r.value: str(r.importance) for r in profile.requirements}["sap"] == importance


@pytest.mark.parametrize("other", ["or significant relevant industry experience", "ou solide expérience"])
def test_read_vacancy_a_diploma_for_which_experience_will_do_is_no_must(other):
    profile = read_vacancy_profile(f"Title\n\nRequirements\nMaster's degree in statistics; {other}\n", None)
    assert [str(r.importance) for r in profile.requirements if r.kind is RequirementKind.EDUCATION] == ["nice"]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("No diploma is needed.", ["education"]),
        ("You do not need a Bachelor's degree, nor do you need German.", ["education", "language:de"]),
        ("Spanish is not required. Prior experience is not necessary - we train you.", ["language:es", "experience"]),
        ("You don't have to speak Dutch. Experience of stock control is not essential.",
         ["language:nl", "stock-management"]),
        ("A degree would be nice but is not essential.", []),
        ("A degree is required; a doctorate is not needed.", []),
        ("Candidates without a diploma will not be considered.", []),
        ("We employ many people without experience.", []),
        ("Pas de diplôme exigé, l'espagnol n'est pas indispensable.", ["education", "language:es"]),
        ("L'expérience n'est pas nécessaire. Aucune formation n'est requise.", ["experience", "education"]),
        ("Expérience souhaitée mais pas indispensable. Diplôme obligatoire.", []),
    ],
)  # fmt: skip
def test_what_is_not_needed_may_be_a_diploma_experience_or_a_language(lines, expected):
    profile = read_vacancy_profile(f"Stock clerk\n\nWe run a warehouse near the river.\n\n{lines}\n", None)
    assert [item.value for item in profile.not_needed] == expected


def test_read_vacancy_what_a_wish_names_is_asked_for_though_it_is_not_needed_elsewhere():
    text = "Title\n\nRequirements\nYou do not need to know Java.\n\nBonus points for:\nJava\n"
    profile = read_vacancy_profile(text, None)
    assert {r.value: str(r.importance) for r in profile.requirements} == {"java": "nice"}
    assert profile.not_needed == ()
