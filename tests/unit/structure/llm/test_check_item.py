import pytest

from jobfit.structure.llm.checks import Dropped, check_item
from jobfit.structure.llm.fields import Field, Item, LanguageItem


def check(field, text, quote, value, **more):
    item = (
        LanguageItem(quote=quote, value=value, **more) if field is Field.LANGUAGES else Item(quote=quote, value=value)
    )
    return check_item(field, item, text)


@pytest.mark.parametrize(
    ("field", "text", "quote", "value"),
    [
        (Field.TITLE, "Nurse", "Nurse", "nurse"),
        (Field.TITLE, "2019 - 2024 Senior Nurse, Mercy Clinic", "Senior Nurse, Mercy Clinic", "Senior Nurse"),
        (Field.TITLE, "I work as a nurse at Mercy", "work as a nurse at Mercy", "nurse"),
        (Field.TITLE, "Depuis 2019 : Infirmière chez Vidal", "Infirmière chez Vidal", "Infirmière"),
        (Field.TITLE, "Je suis infirmière depuis 2019", "suis infirmière depuis 2019", "infirmière"),
        (Field.TITLE, "Software engineer Contoso 2019", "Software engineer Contoso", "Software engineer"),
        (Field.PREVIOUS_TITLES, "- Head of Sales (2012)", "Head of Sales", "Head of Sales"),
        (Field.EDUCATION, "2014 MSc in Physics, Leeds", "MSc in Physics, Leeds", "MSc in Physics"),
        (Field.EDUCATION, "PhD (abandoned)", "PhD (abandoned)", "PhD (abandoned)"),
        (Field.SKILLS, "not only Java but also SQL", "Java but also SQL", "SQL"),
        (Field.SKILLS, "No Excel, but SQL", "but SQL", "SQL"),
        (Field.COMPANIES, "Entrepôts\nDupuis", "Entrepôts Dupuis", "entrepôts dupuis"),
        (Field.MUST, "You need 3 years of sales.", "3 years of sales", "3 years of sales"),
    ],
)
def test_value_that_follows_from_its_quote_is_kept(field, text, quote, value):
    checked = check(field, text, quote, value)
    assert checked.dropped is None and checked.kept.value.lower() == value.lower()
    assert text[checked.kept.evidence.start : checked.kept.evidence.end] == checked.kept.evidence.text
    assert checked.kept.value in " ".join(text.split())  # the words of the text, not of the model


@pytest.mark.parametrize(
    ("field", "text", "quote", "value", "reason"),
    [
        (Field.SKILLS, "Java, SQL", "Java and SQL", "Java", Dropped.QUOTE),
        (Field.SKILLS, "Java, SQL", "Java, SQL", "Kubernetes", Dropped.VALUE),
        (Field.SKILLS, "JavaScript", "JavaScript", "Java", Dropped.VALUE),
        (Field.SKILLS, "SQL on Java", "SQL on Java", "Java SQL", Dropped.VALUE),
        (Field.SKILLS, "Java", "Java", " - ", Dropped.EMPTY),
        (Field.SKILLS, "Java", " ", "Java", Dropped.EMPTY),
        (Field.SKILLS, "Java 2015", "Java 2015", "2015", Dropped.EMPTY),
        (Field.SKILLS, "Java " * 200, "Java " * 200, "Java", Dropped.TOO_LONG),
        (Field.SKILLS, "I have no experience in Java", "Java", "Java", Dropped.DENIED),
        (Field.SKILLS, "Sans connaissance de Java", "connaissance de Java", "Java", Dropped.DENIED),
        (Field.SKILLS, "I would like to learn Java", "learn Java", "Java", Dropped.DENIED),
        (Field.SKILLS, "Je souhaite apprendre Java", "Java", "Java", Dropped.DENIED),
        (Field.SKILLS, "The team covered labor law, which was not my part", "labor law", "labor law", Dropped.DENIED),
        (Field.SKILLS, "La paie n'était pas mon rôle", "La paie", "paie", Dropped.DENIED),
        (Field.SKILLS, "Technical skills\nJava", "Technical skills", "Technical skills", Dropped.HEADING),
        (Field.TITLE, "Présentation\nInfirmière", "Présentation", "Présentation", Dropped.HEADING),
        (Field.SKILLS, "Phone:\nJava", "Phone:", "phone", Dropped.HEADING),
        (Field.SKILLS, "Location: Leeds", "Location: Leeds", "location", Dropped.HEADING),
        (Field.MUST, "Java: not required", "Java", "Java", Dropped.DENIED),
        (Field.MUST, "Permis B non exigé", "Permis B non exigé", "Permis B", Dropped.DENIED),
        (Field.TITLE, "Assistant manager at Acme", "manager at Acme", "manager", Dropped.CUT),
        (Field.TITLE, "Directeur adjoint, Vidal", "Directeur adjoint", "Directeur", Dropped.CUT),
        (Field.TITLE, "Chef de projet", "Chef de projet", "Chef", Dropped.CUT),
        (Field.TITLE, "Engineer in training", "Engineer in training", "Engineer", Dropped.CUT),
        (Field.TITLE, "Developer Trainee", "Developer Trainee", "Developer", Dropped.CUT),
        (Field.TITLE, "Sales Manager", "Sales Manager", "Sales", Dropped.CUT),
        (Field.TITLE, "Reporting to the Head Nurse", "Head Nurse", "Head Nurse", Dropped.CUT),
        (Field.TITLE, "word " * 13, "word " * 13, "word " * 13, Dropped.TOO_LONG),
        (Field.EDUCATION, "PhD (abandoned)", "PhD", "PhD", Dropped.UNFINISHED),
        (Field.EDUCATION, "Master's student", "Master's student", "Master's", Dropped.UNFINISHED),
        (Field.EDUCATION, "Licence de droit, non obtenue", "Licence de droit", "Licence de droit", Dropped.UNFINISHED),
        (Field.EDUCATION, "Supervised three PhD theses", "three PhD theses", "PhD", Dropped.UNFINISHED),
        (Field.EDUCATION, "Niveau Licence", "Niveau Licence", "Licence", Dropped.UNFINISHED),
    ],
)
def test_true_quote_with_a_value_that_does_not_follow_is_dropped(field, text, quote, value, reason):
    checked = check(field, text, quote, value)
    assert (checked.kept, checked.dropped) == (None, reason)


def test_quote_that_stands_twice_counts_where_it_passes():
    text = "No Java in 2010.\nJava since 2015."
    assert check(Field.SKILLS, text, "Java", "Java").kept.evidence.start == text.rindex("Java")


@pytest.mark.parametrize(
    ("text", "name", "level", "kept"),
    [
        ("Anglais courant", "Anglais", "C1", "Anglais (C1)"),
        ("Anglais courant", "English", "fluent", "Anglais (C1)"),
        ("anglais (B2), allemand", "en", "B2", "anglais (B2)"),
        ("French - native", "French", "native", "French (native)"),
        ("anglais (B2), allemand", "German", None, "allemand"),
    ],
)
def test_language_is_kept_in_the_words_of_the_text_with_the_level_beside_it(text, name, level, kept):
    checked = check(Field.LANGUAGES, text, text, name, level=level)
    assert (checked.kept.value, checked.dropped) == (kept, None)


@pytest.mark.parametrize(
    ("text", "name", "level"),
    [
        ("Anglais A2, Français C2", "English", "C2"),
        ("Anglais", "English", "C2"),
        ("Anglais A2", "English", "brilliant"),
    ],
)
def test_level_that_the_quote_does_not_give_to_that_language_is_dropped_alone(text, name, level):
    checked = check(Field.LANGUAGES, text, text, name, level=level)
    assert (checked.kept.value, checked.dropped) == ("Anglais", Dropped.LEVEL)


@pytest.mark.parametrize(("text", "name"), [("Anglais C1", "Spanish"), ("Anglais C1", "Klingon"), ("Anglais C1", "C1")])
def test_language_that_the_quote_does_not_name_is_dropped(text, name):
    assert check(Field.LANGUAGES, text, text, name, level=None).dropped is Dropped.VALUE


def test_language_that_is_denied_is_dropped():
    assert check(Field.LANGUAGES, "pas d'anglais", "pas d'anglais", "anglais", level=None).dropped is Dropped.DENIED
