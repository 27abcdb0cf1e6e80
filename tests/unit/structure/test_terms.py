import pytest

from jobfit.structure.terms import OccupationFinder, SkillFinder, is_skill
from jobfit.taxonomy.compact import load_compact
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


@pytest.mark.parametrize(
    "between", ["/", " / ", ", ", "; ", " | ", " - ", " – ", "- ", " • ", "·", ". ", " & ", "\n", "\n\n- "]
)
@pytest.mark.parametrize(
    ("one", "other", "whole"),
    [
        ("Machine", "Learning", "machine-learning"),
        ("Spring", "Cloud", "spring-cloud"),
        ("Power", "Automate", "power-automate"),
        ("Gestion", "budgets", "budget-management"),
        ("Réseaux", "informatiques", "networking"),
    ],
)
def test_a_name_of_several_words_is_not_read_across_two_of_a_list(
    between: str, one: str, other: str, whole: str
) -> None:
    finder = SkillFinder(load_compact())
    assert whole not in [s.value for s in finder.mentions(f"Java{between}{one}{between}{other}{between}Git", wide=True)]


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("Java, Machine Learning", "machine-learning"),
        ("machine-learning", "machine-learning"),
        ("We look for people who like machine\nlearning and more", "machine-learning"),
        ("A line that is full up to its very end with machine\nlearning", "machine-learning"),
        ("CI / CD and CI CD", "ci-cd"),
        ("TCP/IP", "tcp-ip"),
        ("TCP / IP", "tcp-ip"),
        ("PL/SQL", "pl-sql"),
        ("import/export", "import-export"),
        ("P&L", "p-and-l"),
        ("conduite et gestion de\nprojet", "project-management"),
    ],
)
def test_a_name_is_read_across_what_stands_in_it(text: str, whole: str) -> None:
    assert [s.value for s in SkillFinder(load_compact()).find(text)][-1:] == [whole]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("C/C++", ["c", "c-plus-plus"]),
        ("HTML/CSS/JavaScript", ["html", "css", "javascript"]),
        ("Prometheus/Grafana", ["prometheus", "grafana"]),
        ("VHDL/Verilog", ["vhdl", "verilog"]),
        ("environnements Linux/Windows", ["linux", "windows"]),
    ],
)
def test_two_names_beside_a_stroke_are_two_skills(text: str, names: list[str]) -> None:
    assert [s.value for s in SkillFinder(load_compact()).find(text)] == names


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


@pytest.mark.parametrize(
    "text",
    [
        "We read LINQ and MVC papers; error logging; a checkout page; strong typing",
        "Institute of Electronics and Mathematics, HSE Moscow",
        "take the guesswork out of your workday; middle office software",
        "Acme SAS, Lyon; Barclays plc; sales rose, the front to middle office",
        "page layout in CSS, transaction isolation, several cultures, a better user experience",
        "Localisation : Lyon; grandes marques; il traite les dossiers; audit de code; tableau blanc",
        "Apache Camel and Apache Airflow; game mechanics; filing bugs; purchasing meals; turning around",
    ],
)
def test_compact_labels_mean_their_skill_by_themselves(text: str) -> None:
    wrong = {
        "entity-framework", "design-patterns", "chainsaw-use", "cash-handling", "word-processing", "electronics",
        "mathematics-teaching", "workplace-safety", "hris", "office-software", "sas", "plc", "sales", "graphic-design",
        "insulation", "crop-production", "ux-design", "translation", "intellectual-property", "milking", "auditing",
        "tableau", "apache", "mechanics", "filing", "procurement", "machining", "guest-reception",
    }  # fmt: skip
    assert {item.value for item in SkillFinder(load_compact()).find(text)} & wrong == set()


@pytest.mark.parametrize(
    ("text", "skills"),
    [
        ("Skills: SAS, SPSS, sales, negotiation", ["sas", "spss", "sales", "negotiation"]),
        ("Apache, nginx and Apache Tomcat", ["apache", "nginx", "tomcat"]),
        ("Windows, macOS, VS Code, Gradle", ["windows", "macos", "vs-code", "gradle"]),
        ("Postman, Swagger, gRPC and WebSockets", ["postman", "swagger", "grpc", "websocket"]),
        ("WPF with MVVM, SOLID principles, LESS", ["wpf", "mvvm", "solid-principles", "less"]),
        ("Workday", ["workday-hcm"]),
        ("MS Visio and MS SharePoint", ["visio", "sharepoint"]),
        # the longer name wins, wherever it begins
        ("MS SQL Server Analysis Services", ["ssas"]),
        ("Microsoft SQL Server Reporting Services, SQL Server", ["ssrs", "sql-server"]),
    ],
)
def test_compact_labels_of_frequent_tools_are_found(text: str, skills: list[str]) -> None:
    assert [item.value for item in SkillFinder(load_compact()).find(text)] == skills


@pytest.mark.parametrize(
    ("text", "skill"),
    [
        ("React required", "react"), ("Rust required", "rust"), ("Go required", "go"), ("2+ years of Go", "go"),
        ("Knowledge of R", "r"), ("Good C skills", "c"), ("Git is a plus", "git"), ("Go exigé", "go"),
        ("Connaissance de R", "r"), ("3 ans de Go", "go"), ("Swift developer", "swift"), ("Spring Boot", "spring-boot"),
        ("Power Apps", "power-platform"), ("Paie Silae", "silae"),
    ],
)  # fmt: skip
def test_compact_names_that_are_words_count_beside_words_that_ask_for_skills(text: str, skill: str) -> None:
    assert skill in [item.value for item in SkillFinder(load_compact()).find(text)]


@pytest.mark.parametrize(
    ("prose", "name", "skill"),
    [
        ("I'm a nurse of ten years", "Advised on M & A and financing", "mergers"),
        ("P. L. Martin, cook", "Responsible for P&L", "p-and-l"),
        ("As I led the team", "Buses: AS-i, Profibus", "as-i"),
        ("The system I wrote is in use", "Operated System i", "rpg-as400"),
        ("My team was 7 people", "Deployed on WAS 7", "ibm-was"),
        ("Served as 400 guests came in", "Programming on AS 400", "rpg-as400"),
        ("J'ai vu le système I et le système II", "Exploitation sur IBM i", "rpg-as400"),
    ],
)
def test_names_that_prose_spells_by_chance_are_found_as_they_are_written(prose: str, name: str, skill: str) -> None:
    finder = SkillFinder(load_compact())
    assert skill not in {found.value for found in finder.find(prose, wide=True)}
    assert skill in {found.value for found in finder.find(name, wide=True)}


@pytest.mark.parametrize(
    "text",
    ["Spring 2019", "Spring of 2020", "cluster nodes", "12 Java Street", "les tableaux", "Rust belt", "Excel at work",
     "Swift response", "Go the extra mile", "Access required", "knowledge of R&D", "github.com/ann", "defect triage",
     "two promotions in a year", "must pass background checks", "a provident fund"],
)  # fmt: skip
def test_compact_words_that_look_like_names_are_not_found(text: str) -> None:
    assert SkillFinder(load_compact()).find(text) == ()


@pytest.mark.parametrize(
    ("title", "occupation"),
    [
        ("Commercial", "sales-representative"),
        ("Commercial H/F", "sales-representative"),
        ("Commercial Director", None),
        ("Chef de projet", None),
        ("Chef de partie", "cook"),
        ("MES Architect", None),
        ("Senior Architect", "architect"),
        ("Software Architect", "software-developer"),
        ("CNC programmer", "machinist"),
    ],
)
def test_compact_occupations_in_titles_that_share_a_word(title: str, occupation: str | None) -> None:
    found = OccupationFinder(load_compact()).find(title)
    assert [item.value for item in found][:1] == ([occupation] if occupation else [])


def test_finder_preferred_label_of_one_skill_beats_another_skills_alternative_and_hidden_one() -> None:
    terms = {
        "a": Skill("a", {"en": ("web design", "typography")}, hidden={"en": ("layout",)}),
        "b": Skill("b", {"en": ("typography",)}),
        "c": Skill("c", {"en": ("page setting", "layout")}),
    }
    found = SkillFinder(Taxonomy("t", terms, {})).find("typography, layout, web design")
    assert [s.value for s in found] == ["b", "c", "a"]


def test_finder_hidden_labels_are_found() -> None:
    terms = {"a": Skill("a", {"en": ("teamwork",)}, hidden={"en": ("team player",)})}
    assert [s.value for s in SkillFinder(Taxonomy("t", terms, {})).find("a team player")] == ["a"]


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("Skills: Python, Java, MySQL and PostgreSQL.", ["Python (computer programming)", "Java (computer programming)",
                                                         "MySQL", "PostgreSQL"]),
        ("Je sais gérer le personnel musical.", ["manage musical staff"]),
        ("", []),
    ],
)  # fmt: skip
def test_finders_of_imported_esco_read_both_languages(esco, text: str, labels: list[str]) -> None:
    taxonomy = esco.taxonomy
    assert [taxonomy.skills[s.value].label() for s in SkillFinder(taxonomy).find(text)] == labels


def test_occupation_finder_of_imported_esco_reads_both_genders_of_french(esco) -> None:
    found = OccupationFinder(esco.taxonomy).find("Régisseuse générale ; directrice technique")
    assert "technical director" in {esco.taxonomy.occupations[o.value].label() for o in found}


@pytest.mark.parametrize(
    "text",
    [
        "client-facing, fast",
        "bug triage",
        "• Triage and prioritise incidents",
        "triage des tickets",
        "Import/Export of CSV files",
        "import-export de données",
        "Cypress, TX",
        "Cypress, California",
        "modules (payment, statistics, registration)",
        "module (paiement, statistiques, inscription)",
        "prepared PDF presentations for every release",
        "the internal audit team",
        "faced the internal audit",
        "service d'audit interne",
        "Software Carpentry instructor",
        "The Carpentries",
        "C level roles",
        "Club d'échecs, trésorerie, 2019",
        "DSN ODBC",
        "static typing",
        "Department of Neuroscience",
        "Institut de génétique",
    ],
)
def test_skills_words_around_a_name_make_it_something_else(text: str) -> None:
    assert SkillFinder(load_compact()).find(text) == ()


@pytest.mark.parametrize(
    ("text", "skill"),
    [
        ("Triage, wound care", "triage"),
        ("tri des patients, soins", "triage"),
        ("Import/Export, Incoterms", "incoterms"),
        ("Jest, Cypress, React", "cypress"),
        ("R, statistics, SQL", "statistics"),
        ("gave presentations to clients", "public-speaking"),
        ("Public speaking, presentations", "public-speaking"),
        ("Internal audit, risk", "internal-audit"),
        ("carpentry and joinery", "carpentry"),
        ("Trésorerie, comptabilité", "treasury"),
        ("paie et DSN", "dsn"),
        ("responsable SAV", "after-sales-service"),
        ("audio typing", "audio-typing"),
        ("soudure à l'arc TIG", "tig-welding"),
        ("taille de la vigne", "vine-pruning"),
        ("pose d'ongles", "nail-extensions"),
        ("établissement des paies", "payroll"),
        ("PVsyst and wind turbines", "pvsyst"),
        ("PVsyst and wind turbines", "wind-turbines"),
    ],
)
def test_skills_of_the_professions_are_found_in_context(text: str, skill: str) -> None:
    assert skill in [item.value for item in SkillFinder(load_compact()).find(text)]


def test_is_skill_looks_at_a_bounded_stretch_only() -> None:
    text = "bugs " + "x" * 80 + " triage"
    assert is_skill(text, len(text) - 6, len(text))


@pytest.mark.parametrize(
    ("text", "id_"),
    [
        ("Spring Security", "spring-security"),
        ("AWS Glue", "aws-glue"),
        ("Oracle 11g", "oracle-database"),
        ("React Native", "react-native"),
    ],
)
def test_skills_the_longest_name_is_the_only_one(text: str, id_: str) -> None:
    assert [skill.value for skill in SkillFinder(load_compact()).find(text)] == [id_]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Experience with end-user training", True),
        ("Tools: end-user training, SQL", True),
        ("end user training skills", True),
        ("Compétences : formation des utilisateurs, SQL", True),
        ("We held an end-user training every week", False),
        ("Strong knowledge of network security teams", False),  # of people
        ("Nous avons parlé de la formation des utilisateurs hier", False),
    ],
)
def test_skills_a_wide_name_counts_where_it_is_asked_for_or_listed(text: str, found: bool) -> None:
    finder = SkillFinder(load_compact())
    assert any(finder.is_wide(item.value) for item in finder.find(text)) is found


def test_skills_a_wide_name_counts_anywhere_if_wanted() -> None:
    finder, text = SkillFinder(load_compact()), "We held an end-user training every week"
    assert [item.value for item in finder.find(text, wide=True)] == ["end-user-training"]
