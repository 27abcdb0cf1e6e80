"""The requirements file: what it says, and errors that name the place and what is allowed there."""

import pytest

from jobfit.errors import PolicyError
from jobfit.policy.requirements import Requirements, Weights, load_requirements
from jobfit.records import (
    Evidence,
    Importance,
    Requirement,
    RequirementKind,
    Source,
    Stated,
    Vacancy,
    VacancyProfile,
)
from jobfit.taxonomy.model import Skill, Taxonomy

TAXONOMY = Taxonomy(
    "test",
    {
        "python": Skill("python", {"en": ("Python",)}),
        "accounting": Skill("accounting", {"en": ("accounting",), "fr": ("comptabilité",)}),
    },
    {},
)


@pytest.fixture
def load(tmp_path):
    def read(text):
        path = tmp_path / "policy.yaml"
        path.write_text(text, encoding="utf-8")
        return load_requirements(path, TAXONOMY)

    return read


def short(policy):
    return [(r.id, r.importance.value, r.minimum, r.weight) for r in policy.added]


def test_load_reads_every_section(load):
    policy = load(
        """
        must_have: [python, {text: Sage 100}]
        nice_to_have: [{skill: Comptabilité, weight: 2}]
        location: {places: [Paris, Londres], importance: must}
        languages: [{language: allemand, level: B2, importance: must}, fr]
        experience: {years: 2.5, importance: must}
        education: {level: bachelor}
        licences: [B]
        conditions: [{condition: permanent, weight: 3}]
        replace: true
        weights: {similarity: 1, requirements: 3}
        """
    )
    assert short(policy) == [
        ("skill:python", "must", None, 1.0),
        ("text:sage 100", "must", None, 1.0),
        ("skill:accounting", "nice", None, 2.0),
        ("location:paris|london", "must", None, 1.0),
        ("experience", "must", 30, 1.0),
        ("education", "nice", 6, 1.0),
        ("language:de", "must", 4, 1.0),
        ("language:fr", "nice", None, 1.0),
        ("licence:B", "nice", None, 1.0),
        ("condition:permanent", "nice", None, 3.0),
    ]
    assert policy.replace
    assert policy.weights.requirements_share == 0.75


def test_load_empty_file_is_the_empty_policy(load):
    assert load("# nothing yet\n") == Requirements()


def test_load_unknown_skill_far_from_any_name_is_literal_words(load):
    assert short(load("must_have: [Kubernetes]")) == [("text:kubernetes", "must", None, 1.0)]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("must_haves: [Python]", r"unknown key 'must_haves'; did you mean 'must_have'\. Allowed: must_have, "),
        ("must_have: [Pyhton]", r"must_have, entry 1: the skill 'Pyhton' is unknown; did you mean 'python'"),
        ("must_have: Python", r"must_have: expected a list, not 'Python'"),
        ("must_have: [3]", r"must_have, entry 1: expected keys and values \(skill, text, weight\), not 3"),
        ("must_have: [{skill: Python, text: x}]", r"needs either a skill or a text"),
        ("nice_to_have: [{skill: Python, weight: 0}]", r"weight: expected a number above 0, not 0"),
        ("nice_to_have: [{skill: Python, weight: yes}]", r"expected a number above 0, not True"),
        ("nice_to_have: [{skill: Python, weight: .inf}]", r"expected a number up to 1,000,000, not inf"),
        ("nice_to_have: [{skill: Python, wieght: 2}]", r"unknown key 'wieght'; did you mean 'weight'"),
        ("location: {places: []}", r"location, places: name at least one"),
        ("location: {importance: must}", r"policy\.yaml, line 1, location, places: it is missing"),
        ("location: {places: Paris}", r"location, places: expected a list, not 'Paris'"),
        ("languages: [Klingon]", r"languages, entry 1, language: the language 'klingon' is unknown"),
        ("languages: [{language: de, level: D9}]", r"level: 'D9' is unknown\. Allowed: A1, "),
        ("experience: {years: three}", r"experience, years: expected a number above 0, not 'three'"),
        ("experience: {years: 3, importance: maybe}", r"importance: 'maybe' is unknown\. Allowed: must, nice"),
        ("education: {level: bachelors}", r"did you mean 'bachelor'\. Allowed: "),
        ("licences: [Z]", r"licence: 'Z' is unknown"),
        ("conditions: [permanant]", r"'permanant' is unknown; did you mean 'permanent'"),
        ("replace: maybe", r"replace: expected true or false, not 'maybe'"),
        ("weights: {similarity: -1}", r"weights, similarity: expected a number from 0, not -1"),
        ("weights: {similarity: 0, requirements: 0}", r"not both 0"),
        ("weights: {similarity: 1}\nweights: {similarity: 2}", r"line 1: the key 'weights' occurs twice"),
        ("nice_to_have: [{skill: Python, skill: SQL}]", r"the key 'skill' occurs twice"),
        ("must_have: [Python]\nnice_to_have: [python]", r"asks for 'Python' twice"),
        ("a: &x [1]\nb: *x", r"aliases .* are not allowed"),
        (
            "must_have:\n  - Python\n  - {text: 3}",
            r"policy\.yaml, line 3, must_have, entry 2, text: expected a text, not 3",
        ),
        ("experience: {years: .nan}", r"line 1, experience, years: expected a number above 0, not nan"),
        ("experience: {years: 1.0e+308}", r"experience, years: expected a number up to 100, not 1e\+308"),
        ("experience: {years: 1e3}", r"not '1e3'; with an exponent, YAML needs a point and a sign: 1\.0e\+3"),
        ("weights: {similarity: 1.0e+308}", r"weights, similarity: expected a number up to 1,000,000"),
        (f"experience: {{years: {'9' * 400}}}", r"line 1: a number of 400 digits"),
        (f"experience: {{years: {'9' * 5000}}}", r"line 1: a number of 5000 digits"),
        ("experience:\n  years: 1:30", r"line 2: YAML reads 1:30 as another number; write it in decimal digits"),
        ("experience: {years: 010}", r"line 1: YAML reads 010 as another number"),
        ("experience: {years: 0x10}", r"line 1: YAML reads 0x10 as another number"),
        ("must_have: [Python", r"not valid YAML"),
        ("!!python/object/apply:os.getcwd []", r"line 1: '!!os.getcwd' is not allowed"),
        ("- Python", r"expected 'key: value' lines"),
        ("2020-13-45: 1", r"policy\.yaml"),
    ],
)
def test_load_mistake_is_a_policy_error_that_says_where(load, text, message):
    with pytest.raises(PolicyError, match=message) as caught:
        load(text)
    assert "policy.yaml" in str(caught.value)


def test_load_file_that_cannot_be_read_is_a_policy_error(tmp_path):
    with pytest.raises(PolicyError, match="cannot be read"):
        load_requirements(tmp_path / "absent.yaml", TAXONOMY)
    (tmp_path / "latin.yaml").write_bytes(b"must_have: [\xe9]")
    with pytest.raises(PolicyError, match="is not UTF-8 text: byte 12"):
        load_requirements(tmp_path / "latin.yaml", TAXONOMY)


def asks(id_, kind, value, minimum=None):
    return Requirement(id_, kind, id_, value, Importance.NICE, minimum)


def test_requirements_for_overrides_the_same_thing_and_keeps_the_rest():
    own_german = asks("language:de", RequirementKind.LANGUAGE, "de", 2)
    own_skill = asks("skill:python", RequirementKind.SKILL, "python")
    mine = asks("language:de", RequirementKind.LANGUAGE, "de", 5)
    profile = VacancyProfile(requirements=(own_german, own_skill))
    vacancy = Vacancy("v", "text", "en", Source("m", "text", "0"), profile=profile)
    assert Requirements().requirements_for(vacancy) == (own_german, own_skill)
    assert Requirements((mine,)).requirements_for(vacancy) == (mine, own_skill)
    assert Requirements((mine,), replace=True).requirements_for(vacancy) == (mine,)


def test_weights_shares_are_a_ratio():
    assert Weights(1.0, 1.0).requirements_share == Weights(5.0, 5.0).requirements_share == 0.5
    assert Weights(1.0, 0.0).requirements_share == 0.0


def test_load_exclude_gives_musts_of_their_own(load):
    policy = load(
        "must_have: [Python]\nexclude:\n  location: {places: [Paris, Lyon]}\n"
        "  languages: [{language: German, level: B2}]\n  conditions: [permanent]\n"
        "  education: {level: bachelor}\n  experience: {years: 3}\n"
    )
    assert [(r.id, r.importance.value) for r in policy.exclude] == [
        ("location:paris|lyon", "must"), ("language:de", "must"), ("condition:permanent", "must"),
        ("education", "must"), ("experience", "must"),
    ]  # fmt: skip
    assert [r.id for r in policy.added] == ["skill:python"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("exclude: {certificates: [CISSP]}", "certificates"),
        ("exclude: {must_have: [Python]}", "must_have"),
        ("clearances: [uk:sd]", "did you mean 'uk:sc'"),
        ("permits: [France]", "two letters of ISO 3166-1"),
        ("permits: [fr]", "two letters of ISO 3166-1"),
        ("permits: [ZZ]", "two letters of ISO 3166-1"),
        ("permits: [UK]", "GB in ISO 3166-1"),
        ("certificates: ['']", "certificate"),
        ("exclude: {languages: [German]}", "needs a level"),
        ("everyone: true", "everyone"),
        ("languages: [German]\nexclude: {languages: [{language: German, level: A1}]}", "twice"),
    ],
)
def test_load_what_cannot_exclude_is_refused(load, text, message):
    with pytest.raises(PolicyError, match=message):
        load(text)


def test_load_papers(load):
    policy = load(
        "certificates: [CISSP, {certificate: Guild  of Cheesemongers, importance: must}]\n"
        "clearances: [uk:sc]\npermits: [FR, {permit: EU, weight: 2}]\n"
    )
    assert [(r.kind.value, r.value, r.label, r.importance.value) for r in policy.added] == [
        ("certificate", "cissp", "CISSP", "nice"),
        ("certificate", "text:guild of cheesemongers", "Guild  of Cheesemongers", "must"),
        ("clearance", "uk:sc", "UK SC clearance", "nice"),
        ("permit", "FR", "Right to work: FR", "nice"),
        ("permit", "EU", "Right to work: EU", "nice"),
    ]
    assert policy.added[-1].weight == 2


def test_skill_that_a_vacancy_says_nobody_needs_costs_nobody():
    java, sql = (asks(f"skill:{name}", RequirementKind.SKILL, name) for name in ("java", "sql"))
    spared = Stated("java", Evidence("Java", 0, 4))
    profile = VacancyProfile(requirements=(java, sql), not_needed=(spared,))
    vacancy = Vacancy("v", "Java is no longer required", "en", Source("m", "text", "0"), profile=profile)
    assert Requirements().requirements_for(vacancy) == (sql,)
    assert Requirements((java,)).requirements_for(vacancy) == (java, sql)  # who writes it wants it


@pytest.mark.parametrize("key", ["permits", "clearances", "languages", "licences", "conditions", "location", "weights"])
def test_long_value_is_cut_in_the_message(tmp_path, key):
    file = tmp_path / "p.yaml"
    file.write_text(f"{key}: [{'a' * 100_000}]\n")
    with pytest.raises(PolicyError) as caught:
        load_requirements(file)
    assert len(str(caught.value)) < 600 + len(str(file))
