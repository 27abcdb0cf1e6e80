"""Masking knows what it reads: only a CV has a head with a name, and no text is emptied by a guess."""

import pytest

from jobfit.documents.masking import Masked, TextKind, has_words, kind_within, mask
from jobfit.documents.masking.kinds import is_latin

TITLES = """Political Scientists|Entertainment Gaming Mobile Game|STAF|MarkLogic|筹款人|Vicepresidente, Recursos Humanos
Ruby Developer|Baker|Green Keeper|Rose Grower|Porter|Paris Stylist|Mason|Taylor Swift Tribute Singer|Head Chef
Croupier|Maître d'hôtel|Garde champêtre|Boulanger Pâtissier|Marin Pêcheur|Menuisier|Krankenpfleger|Técnico en Jardinería
مهندس برمجيات|Медицинская сестра|Kỹ sư phần mềm|看護師|Nurse, Ward 12|Driver (CE)|C++|R|SAP FI/CO""".replace(
    "\n", "|"
).split("|")


@pytest.mark.parametrize("title", TITLES)
def test_mask_label_without_gender_or_contact_stays_as_it_is(title):
    assert mask(title, TextKind.LABEL) == Masked(title, ())


@pytest.mark.parametrize("title", TITLES)
def test_mask_title_and_employer_of_a_vacancy_stay(title):
    advert = f"{title}\nRosewood & Pearce\nLeeds\n\nYour tasks\n- Daily work\nContact: jobs@rosewood.example"
    assert mask(advert, TextKind.VACANCY).text == f"{title}\nRosewood & Pearce\nLeeds\n\nYour tasks\n- Daily work\n"


@pytest.mark.parametrize("title", TITLES)
@pytest.mark.parametrize("kind", TextKind)
def test_mask_never_empties_a_title(title, kind):
    assert has_words(mask(title, kind).text)


@pytest.mark.parametrize(
    ("label", "left"),
    [
        ("Pharmacien (h/f/x)", "Pharmacien"),
        ("Waiter / Waitress", "Server"),
        ("Vendeur / Vendeuse en boulangerie (H/F)", "Vendeur en boulangerie"),
        ("Nurse (m/w/d) - apply to jobs@ward.example", "Nurse - apply to"),
        ("Welder, call 020 7946 0958", "Welder, call"),
    ],
)
def test_mask_label_loses_contacts_and_gender_marks_alone(label, left):
    assert mask(label, TextKind.LABEL).text == left


@pytest.mark.parametrize(
    ("line", "left"),
    [
        ("Contact: Jane Doe, jane@doe.example", ""),
        ("Your contact: Una Marsh", ""),
        ("Personne à contacter : Jean Valjean", ""),
        ("Tel: 020 7946 0958", ""),
        ("Apply at 12 Rosemary Lane, Leeds", "Apply at , Leeds"),
        ("Poste à pourvoir au 3 rue de la Paix, 75002 Paris", "Poste à pourvoir au , Paris"),
        ("Bluepeak Ltd, 12 High Street, Leeds", "Bluepeak Ltd, Leeds"),
        ("Write to jane [at] doe [dot] example", "Write to"),
    ],
)
@pytest.mark.parametrize("kind", [TextKind.VACANCY, TextKind.SENTENCE])
def test_mask_advert_loses_who_is_to_be_written_to(line, left, kind):
    text = mask(f"Sales assistant at Bluepeak\n{line}\nTasks", kind).text
    assert text.replace(" ,", ",") == f"Sales assistant at Bluepeak\n{left}\nTasks".replace(" ,", ",")


@pytest.mark.parametrize(
    "line",
    [
        "Minimum age: 18",
        "Age: 18 or older",
        "Gender: any",
        "Children: we have a nursery",
        "References",
        "Please bring two references",
        "Nationality: no restriction",
        "Handicap : poste ouvert aux travailleurs reconnus",
        "Booking.com in Amsterdam",
        "Reports to the Head of Sales",
        "Ann Taylor Stores",
        "Georgia Pacific",
    ],
)
def test_mask_condition_or_employer_of_a_vacancy_stays(line):
    assert mask(f"Sales assistant\n{line}\nTasks", TextKind.VACANCY).text == f"Sales assistant\n{line}\nTasks"


def test_mask_contact_person_of_a_vacancy_goes_wherever_named_and_an_employer_of_that_word_stays():
    advert = "Baker\nOllerenshaw Bakery\nContact: Una Ollerenshaw\nUna Ollerenshaw answers your questions."
    assert mask(advert, TextKind.VACANCY).text == "Baker\nOllerenshaw Bakery\n\nanswers your questions."


def test_mask_guess_that_would_take_the_whole_text_stands_back_and_says_so():
    masked = mask("Political Scientists", TextKind.CV)
    assert (masked.text, masked.spans) == ("Political Scientists", ())
    assert [(span.start, span.end, span.kind) for span in masked.abstained] == [(0, 20, "name")]


@pytest.mark.parametrize("word", ["Madame", "she", "elle", "(h/f)", "M/F"])
def test_mask_gender_mark_alone_stays(word):
    for kind in TextKind:
        masked = mask(word, kind)
        assert masked.text == word and [span.kind for span in masked.abstained] == ["gender"]


def test_mask_known_name_or_address_alone_goes_and_leaves_no_words():
    assert mask("Una Marsh", TextKind.CV, names=["Una Marsh"]).text == ""
    assert not has_words(mask("una@marsh.example | 020 7946 0958", TextKind.LABEL).text)


def test_mask_part_of_a_cv_has_no_head_and_loses_personal_details():
    assert mask("Political Scientists\nBorn 12/03/1988\nMarried", TextKind.CV_PART).text == "Political Scientists\n\n"


@pytest.mark.parametrize(
    "text",
    [
        "软件工程师\n经验\n五年",
        "Инженер\nОпыт работы\nПять лет",
        "مهندس\nخبرة\nخمس سنوات",
        "工程师 王小明 Java Python",
    ],
)
@pytest.mark.parametrize("kind", TextKind)
def test_mask_text_in_another_script_loses_contacts_and_known_names_alone(text, kind):
    assert mask(text, kind).text == text
    assert mask(f"{text}\nuna@marsh.example", kind).text == f"{text}\n"
    assert mask(f"王小明\n{text}", kind, names=["王小明"]).text.strip() == text.replace("王小明 ", "")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", True),
        ("123 --", True),
        ("王小明\nNurse\nSKILLS", True),
        ("Владимир Владимирович\nNurse", True),
        ("Инженер\nОпыт\nJava", False),
        ("Ingénieur", True),
        ("筹款人", False),
    ],
)
def test_is_latin_counts_lines(text, expected):
    assert is_latin(text) is expected


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Political Scientists", TextKind.LABEL),
        ("", TextKind.LABEL),
        ("Responsable des ventes, grande distribution", TextKind.LABEL),
        ("Ann Lee\nNurse", TextKind.CV),
        ("I worked as a nurse. Then I moved.", TextKind.CV),
        (" ".join(["word"] * 17), TextKind.CV),
        ("x" * 161, TextKind.CV),
    ],
)
def test_kind_within_takes_short_single_lines_for_labels(text, kind):
    assert kind_within(text, TextKind.CV) is kind


@pytest.mark.parametrize("text", ["", " \n", "--- | ---", "…", "•"])
def test_has_words_is_false_without_letter_or_digit(text):
    assert not has_words(text)
    for kind in TextKind:
        assert not has_words(mask(text, kind).text)


@pytest.mark.parametrize("kind", TextKind)
@pytest.mark.parametrize(
    "text",
    [
        "Jane Doe | jane@doe.org\nWaitress\nJane led a team of 5.",
        "Nurse\nContact: Una Marsh, 12 Rosemary Lane, Leeds\nUna Marsh, Mme Martin",
        "Pharmacien (h/f/x)",
        "Political Scientists",
        "elle",
    ],
)
def test_mask_as_any_kind_twice_changes_nothing(text, kind):
    once = mask(text, kind).text
    assert mask(once, kind).text == once
