"""The esco variant: sentences verbatim, evidenced and implied skills apart, masked like every document."""

from dataclasses import dataclass

import pytest

from jobfit.documents.esco_text import EscoFacts, EscoVariant, SkillsFrom, _one_form
from jobfit.records import Candidate, CandidateProfile, Experience, Source, Stated, Vacancy, VacancyProfile
from jobfit.structure.spans import quote
from jobfit.structure.terms import SkillFinder
from jobfit.taxonomy.esco.importing import import_folder
from jobfit.taxonomy.graph import find_term

SOURCE = Source("x.txt", "text", "")


@dataclass(frozen=True)
class Match:
    id: str


@dataclass(frozen=True)
class Link:
    best: Match | None


class ByLabel:
    """The plainest linker: a title is an occupation if it is one of its labels, else there is no match."""

    def __init__(self, taxonomy):
        self.taxonomy, self.asked = taxonomy, []

    def link(self, mentions, language, k=5):
        self.asked.append((tuple(mentions), language))
        return [Link(Match(self._id(m)) if self._id(m) else None) for m in mentions]

    def _id(self, mention):
        labels = {
            x.casefold(): o.id for o in self.taxonomy.occupations.values() for ls in o.labels.values() for x in ls
        }
        return labels.get(mention.casefold())


@pytest.fixture
def taxonomy(write_esco):
    return import_folder(write_esco(), "small").taxonomy


@pytest.fixture
def variant(taxonomy):
    finder = SkillFinder(taxonomy)

    def skills(text, language):
        return (skill.value for skill in finder.find(text))

    def make(use=SkillsFrom.EVIDENCED, language=None):
        return EscoVariant(taxonomy, ByLabel(taxonomy), skills, use, language)

    return make


def stated(text, value):
    start = text.index(value)
    return Stated(value, quote(text, start, start + len(value)))


def candidate(text, titles=(), language="fr", name=None, id_="c1"):
    positions = tuple(Experience(stated(text, t), None, None, False, stated(text, t).evidence) for t in titles)
    profile = CandidateProfile(name=stated(text, name) if name else None, experiences=positions)
    return Candidate(id_, text, language, SOURCE, profile)


def vacancy(text, title, language="fr"):
    return Vacancy("v1", text, language, SOURCE, VacancyProfile(title=stated(text, title)))


CV = "Jean Martin\njean@martin.fr\nprogrammer\ncook\nastronaute\nJ'écris du Java et du langage Python."
TITLES = ("programmer", "cook", "astronaute")


def test_candidate_french_sentences_are_the_reports_verbatim(variant):
    assert variant().write(candidate(CV, TITLES)) == (
        "J'ai travaillé dans les domaines suivants : développeur, cuisinier. "
        "Je possède les compétences suivantes: Java, Python."
    )


def test_vacancy_french_sentences_are_the_reports_verbatim(variant):
    text = "web developer\nIl faut savoir : Java, cooking"
    assert variant().write(vacancy(text, "web developer")) == (
        "Le poste recherché est : web developer. Les compétences requises sont : Java, cuisiner."
    )


def test_english_sentences(variant, taxonomy):
    assert variant().write(candidate(CV, TITLES, "en")) == (
        "I have worked in the following fields: software developer, cook. I have the following skills: Java, Python."
    )
    assert variant().write(vacancy("cook\nteamwork, cooking", "cook", "en")) == (
        "The position to fill is: cook. The required skills are: work in teams, cook food."
    )


@pytest.mark.parametrize(("record_language", "asked", "starts"), [
    ("de", None, "I have"), (None, None, "I have"), ("de", "fr", "J'ai"), ("fr", "en", "I have"), ("fr", None, "J'ai"),
])  # fmt: skip
def test_language_is_the_one_asked_for_else_the_records_else_english(variant, record_language, asked, starts):
    assert variant(language=asked).write(candidate(CV, TITLES, record_language)).startswith(starts)


def test_read_keeps_evidenced_and_implied_apart(variant):
    ((_, facts),) = variant().read([candidate(CV, TITLES)])
    assert facts == EscoFacts(
        occupations=("o/dev", "o/cook"), linked=("programmer", "cook"), unlinked=("astronaute",),
        evidenced=("s/java", "s/py"), implied=("s/prog", "s/cook"),
    )  # fmt: skip
    assert not set(facts.evidenced) & set(facts.implied)


def test_both_writes_implied_skills_in_a_sentence_of_their_own(variant):
    assert (
        variant(SkillsFrom.BOTH)
        .write(candidate(CV, TITLES))
        .endswith(
            "Je possède les compétences suivantes: Java, Python. "
            "Compétences habituelles de ces métiers, non attestées : computer programming, cuisiner."
        )
    )


def test_implied_is_the_reports_flaw_two_people_of_one_title_become_identical(variant):
    """Section 4.2: inherited skills make them equal; evidenced ones tell them apart."""
    one, other = candidate("programmer\nPython", ["programmer"]), candidate("programmer\ncooking", ["programmer"])
    ablation, ours = variant(SkillsFrom.IMPLIED), variant()
    assert ablation.write(one) == ablation.write(other)
    assert ablation.write(one).endswith("Je possède les compétences suivantes: computer programming, Java.")
    assert ours.write(one) != ours.write(other)


def test_names_say_which_skills_were_used(variant):
    assert [variant(use).name for use in SkillsFrom] == ["esco", "esco-both", "esco-implied"]


def test_nothing_known_gives_an_empty_document(variant):
    (document,) = variant().render([candidate("astronaute\nrien", ["astronaute"])])
    assert (document.id, document.text) == ("c1", "")


def test_title_without_match_is_in_no_sentence(variant):
    assert "astronaute" not in variant().write(candidate(CV, TITLES))


def test_render_masks_and_reads_no_skill_in_a_name(variant):
    text = "Python Java\nprogrammer\nPython Java écrit."
    (document,) = variant().render([candidate(text, ["programmer"], name="Python Java")])
    assert document.text == "J'ai travaillé dans les domaines suivants : développeur."
    (document,) = variant().render([candidate(CV, TITLES, name="Jean Martin")])
    assert "Martin" not in document.text and "suivantes: Java, Python." in document.text


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("use", list(SkillsFrom))
def test_masking_leaves_the_sentences_whole(variant, use, language):
    """What is masked away would be lost for every record alike."""
    records = [candidate(CV, TITLES), vacancy("web developer\nJava", "web developer")]
    asked = variant(use, language)
    for record, document in zip(records, asked.render(records), strict=True):
        assert document.text == asked.write(record)


def test_render_links_titles_of_one_language_together(variant):
    made = variant()
    records = [candidate(CV, TITLES, id_=f"c{n}") for n in range(3)] + [candidate(CV, ["cook"], "en", id_="c3")]
    assert [document.id for document in made.render(records)] == ["c0", "c1", "c2", "c3"]
    assert made.titles.asked == [(TITLES, "fr"), (("cook",), "en")]


def test_render_takes_any_number_of_records_and_keeps_their_order(variant):
    records = [candidate("cook", ["cook"], "en", id_=f"c{n}") for n in range(600)]
    assert [document.id for document in variant().render(iter(records))] == [record.id for record in records]
    assert list(variant().render([])) == []


def test_sentences_name_terms_by_their_preferred_label(variant, taxonomy):
    ((_, facts),) = variant().read([candidate("coder\nPython 3", ["coder"], "en")])
    assert facts.occupations == (find_term(taxonomy, "software developer").id,)
    assert variant().write(candidate("coder\nPython 3", ["coder"], "en")) == (
        "I have worked in the following fields: software developer. I have the following skills: Python."
    )


def test_facts_count_what_the_documents_hold_and_what_they_do_not(variant, taxonomy):
    made = variant(language="fr")
    list(made.render([candidate(CV, TITLES), candidate("rien", ["rien"], id_="c2")]))
    assert made.facts() == {
        "masked": True, "language": "fr", "taxonomy": taxonomy.version, "skills_from": "evidenced",
        "documents": 2, "empty_documents": 1, "titles_linked": 2, "titles_without_match": 2,
        "occupations": 2, "evidenced_skills": 2, "implied_skills": 2,
    }  # fmt: skip


def test_french_occupations_of_esco_are_written_in_one_form(esco):
    """Of the labels that give both genders, nearly all; "acupuncteur/acupunctrice" becomes "acupuncteur"."""
    labels = [o.label("fr") for o in list(esco.taxonomy.occupations.values())[::10]]
    double = [label for label in labels if "/" in label]
    whole = [label for label in double if _one_form(label) == label]
    assert len(double) > 200
    assert len(whole) / len(double) < 0.1, whole
    assert _one_form("acupuncteur/acupunctrice") == "acupuncteur"
    assert _one_form("CAD/CAM operator") == "CAD/CAM operator"
