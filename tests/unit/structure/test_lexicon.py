import pytest

from jobfit.structure.lexicon import OccupationFinder, SkillFinder
from jobfit.taxonomy.model import Occupation, Skill, Taxonomy

LABELS = """C C++ C# .NET ASP.NET Go R Java JavaScript Node.js HTML CSS SQL Windows Excel Spring REST Git AI Vue.js
Objective-C React"""
SKILLS = {name: Skill(name, {"en": (name,)}) for name in LABELS.split()} | {
    "spring-boot": Skill("spring-boot", {"en": ("Spring Boot",)}),
    "project": Skill("project", {"en": ("project management",), "fr": ("gestion de projet",)}),
    "network": Skill("network", {"en": ("computer network",), "fr": ("réseau informatique",)}),
    "budget": Skill("budget", {"en": ("budget",), "fr": ("budget",)}),
    "py": Skill("py", {"en": ("Python (computer programming)", "Python 3")}),
    "hygiene": Skill("hygiene", {"en": ("food hygiene",), "fr": ("hygiène alimentaire",)}),
    "ci": Skill("ci", {"en": ("CI/CD", "continuous integration")}),
}
OCCUPATIONS = {
    "developer": Occupation(
        "developer", {"en": ("full-stack developer",), "fr": ("développeur full stack",)}, "it", (), ()
    ),
    "nurse": Occupation("nurse", {"en": ("nurse",), "fr": ("infirmier", "infirmière")}, "health", (), ()),
    "head-nurse": Occupation("head-nurse", {"en": ("head nurse",), "fr": ("cadre de santé",)}, "health", (), ()),
}
TAXONOMY = Taxonomy("test", SKILLS, OCCUPATIONS)


def skills(text: str) -> list[str]:
    return [s.value for s in SkillFinder(TAXONOMY).find(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("C, C++, C# and .NET", ["C", "C++", "C#", ".NET"]),
        ("C/C++; C#/.NET", ["C", "C++", "C#", ".NET"]),
        ("ASP.NET Core", ["ASP.NET"]),
        ("Java but not in JavaScript", ["Java", "JavaScript"]),
        ("Python, R and SQL", ["py", "R", "SQL"]),
        ("Python 3.11", ["py"]),
        ("Python and R.", ["py", "R"]),
        ("Skills: Go, R", ["Go", "R"]),
        ("NodeJS, node.js, Node JS", ["Node.js"]),
        ("VueJS and Vue.js", ["Vue.js"]),
        ("HTML5/CSS3", ["HTML", "CSS"]),
        ("Objective-C", ["Objective-C"]),
        ("Spring Boot", ["spring-boot"]),
        ("developed with Spring on Windows", ["Spring", "Windows"]),
        ("REST APIs in Java", ["REST", "Java"]),
        ("MS Excel and Microsoft Excel", ["Excel"]),
        ("Word, Excel, PowerPoint", ["Excel"]),
        ("Gestion de projets et réseaux informatiques", ["project", "network"]),
        ("GESTION DE PROJET", ["project"]),
        ("budgets, hygiene alimentaire", ["budget", "hygiene"]),
        ("CI/CD pipelines, continuous\nintegration", ["ci"]),
    ],
)
def test_skills_written_as_names_are_found(text: str, expected: list[str]) -> None:
    assert skills(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Go the extra mile and go to market",
        "Go-to-market strategy",
        "We excel at service. Excel in what you do",
        "EXCEL IN EVERYTHING YOU DO EVERY DAY",
        "R. Smith, John R. Smith",
        "the R&D team",
        "Permis B, C",
        "driving licence category C, D",
        "vitamin C, zinc",
        "C-level, C level managers",
        "in the spring of 2019",
        "react quickly to incidents. React well",
        "window cleaning",
        "the rest of the team",
        "ai generated aim",
        "",
    ],
)
def test_skills_ordinary_words_and_letters_are_not_found(text: str) -> None:
    assert skills(text) == []


def test_skills_first_mention_only_with_the_quote_of_the_text() -> None:
    text = "• Git\n• réseaux  informatiques\n• GIT"
    found = SkillFinder(TAXONOMY).find(text)
    assert [(s.value, s.evidence.text) for s in found] == [("Git", "Git"), ("network", "réseaux  informatiques")]
    assert all(text[s.evidence.start : s.evidence.end] == s.evidence.text for s in found)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FULLSTACK DEVELOPER", ["developer"]),
        ("Full-Stack Developers wanted", ["developer"]),
        ("Développeur Full Stack", ["developer"]),
        ("Head nurse, then nurse", ["head-nurse", "nurse"]),
        ("Infirmières", ["nurse"]),
        ("nursery school", []),
    ],
)
def test_occupations_are_found_by_their_names(text: str, expected: list[str]) -> None:
    assert [o.value for o in OccupationFinder(TAXONOMY).find(text)] == expected


def test_finder_two_taxonomies_of_one_version_do_not_share_labels() -> None:
    other = Taxonomy("test", {"cooking": Skill("cooking", {"en": ("cooking",)})}, {})
    assert [s.value for s in SkillFinder(other).find("cooking, SQL")] == ["cooking"]
    assert skills("cooking, SQL") == ["SQL"]
