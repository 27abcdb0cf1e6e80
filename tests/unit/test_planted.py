"""What counts as planted: copies, repetition and walls, at the limits; and that other languages are no walls."""

import random
import re
from itertools import pairwise

import pytest

from jobfit.planted import Planted, planted, without
from jobfit.planted.marks import dense

ADVERT = (
    "We look for a nurse who plans the care of our patients on the surgical ward, gives medication and writes the "
    "handover of every shift together with the doctors of the house. You have a diploma, speak English and like to "
    "teach those who are new. The ward has thirty beds; you work in shifts and every second weekend is yours. "
    "Write to us with the names of two people who have seen you work."
)
OWN = (
    "Ann has worked for nine years in two kitchens of the town, first as a helper and then as the cook of the house. "
    "She ordered what was needed, kept the accounts and trained four apprentices, and guests came back for her soup. "
) * 2  # fmt: skip
ENDS = ("gor", "pix", "tam", "vel", "zon", "rix", "dap", "wem", "hul", "jor", "sut", "kig")
WALL = [f"{a}{b}{c}" for a in "bdfklmnprt" for b in ("ake", "ilo", "une") for c in ENDS]


def kinds(cv, advert=""):
    return {found.code: found.words for found in planted(cv, advert)}


def words(text):
    return re.findall(r"\w+", text)


def test_advert_is_found_wherever_it_stands_and_nothing_of_ones_own():
    n = len(words(ADVERT))
    for cv in (f"{OWN}\n{ADVERT}", f"{ADVERT}\n{OWN}", f"{OWN}\n{ADVERT.upper().replace(',', ' -')}\n{OWN[:200]}"):
        [found] = planted(cv, ADVERT)
        assert found.code == "copied_advert" and n - 2 <= found.words <= n + 12  # a neighbour or so that both have
        left = without(cv, [found])
        assert len(left) == len(cv) and left.count("\n") == cv.count("\n")
        assert "surgical" not in left.casefold() and "accounts" in left
    assert kinds(OWN, ADVERT) == {} and kinds(ADVERT) == {}


@pytest.mark.parametrize("every", [2, 3, 4, 7])
def test_copy_in_which_every_second_or_third_word_is_another_is_found(every):
    changed = [word if n % every else "quite" for n, word in enumerate(ADVERT.split())]
    assert "copied_advert" in kinds(f"{OWN}\n{' '.join(changed)}", ADVERT)


@pytest.mark.parametrize("mark", "-_'·/.")
def test_copy_whose_words_marks_cut_is_found_whole(mark):
    cut = re.sub(r"\b(\w{3})(\w{2,})\b", rf"\1{mark}\2", ADVERT)
    [found] = planted(f"{OWN}\n{cut}", ADVERT)
    assert found.code == "copied_advert"
    assert not {"ard", "ents", "pat"} & {*words(without(f"{OWN}\n{cut}", [found])[len(OWN) :])}
    assert kinds(f"{OWN}\nA well-known, part-time cook of the night-shift", ADVERT) == {}


def test_list_within_a_copy_in_order_is_copied_too():
    asked = [w for w in dict.fromkeys(words(ADVERT)) if len(w) > 3]
    told = " ".join(f"{word} also then" for word in asked[:20]) + ", " + ", ".join(f"{w} now" for w in asked[20:])
    assert asked[-1] not in words(without(f"{OWN}\n{told}", planted(f"{OWN}\n{told}", ADVERT))[len(OWN) :])
    assert kinds(f"{OWN}\n{', '.join(asked)}", ADVERT).get("copied_advert", 0) == 0


def test_few_words_between_planted_ones_go_with_them_where_asked():
    text = "one SQL two three Java four five six\nGo seven"
    found = [Planted("keyword_wall", 3, 10, ((4, 7), (18, 22), (37, 39)))]
    assert without(text, found).split() == ["one", "two", "three", "four", "five", "six", "seven"]
    assert without(text, found, between=2).split() == ["one", "four", "five", "six", "seven"]
    assert without(text, found, between=3).split() == ["one", "seven"] and "\n" in without(text, found, between=3)


def test_sentences_and_words_in_another_order_are_copies():
    rng = random.Random(1)
    sentences = ADVERT.split(". ")
    assert "copied_advert" in kinds(f"{OWN}\n{'. '.join(sentences[::-1])}", ADVERT)
    mixed = " ".join(rng.sample(words(ADVERT) * 2, 2 * len(words(ADVERT))))
    assert "copied_advert" in kinds(f"{OWN}\n{mixed}", ADVERT)


def test_a_sentence_of_the_advert_may_be_quoted():
    quoted = " ".join(words(ADVERT)[:30])
    assert kinds(f"{OWN}\n{quoted}", ADVERT) == {}


def test_what_is_said_a_dozen_times_counts_once_and_two_dozen_times_not_at_all():
    own = "\n".join(f"w{n} v{n}" for n in range(99)) + "\n"
    line = "Knows Python, Java, Kotlin, Scala and SQL well. "
    assert kinds(own + line * 6) == {}
    for times, left in ((12, words(line)), (24, [])):
        [found] = planted(own + line * times)
        assert found.code == "repeated_text" and words(without(own + line * times, [found])) == words(own) + left


@pytest.mark.parametrize("number", [5, 8, 40])
def test_skills_listed_again_in_another_order_are_repetition(number):
    rng = random.Random(2)
    lines = "\n".join(", ".join(rng.sample(WALL[:number], number)) for _ in range(30))
    assert number * 30 <= kinds(f"{OWN}\n{lines}")["repeated_text"] <= number * 30 + 6


def test_twelve_posts_of_the_same_kind_are_none():
    posts = "\n".join(
        f"Substitute teacher of {field}, {2000 + n}-{2001 + n}, school {name}, Leeds"
        for n, (field, name) in enumerate(zip(WALL[:20], WALL[20:]))
    )
    assert kinds(posts) == {}


def test_long_repetition_counts_once():
    part = " ".join(f"word{n}" for n in range(60))
    [found] = planted("\n".join([part] * 4))
    assert found.words == 60 * 3 and without(part + "\n" + part, [found]).split("\n")[0] == part


def test_wall_of_keywords_is_found_and_the_prose_beside_it_stays():
    cv = f"{OWN}\nSkills: {', '.join(WALL)}\n{OWN}"
    [found] = planted(cv)
    assert found.code == "keyword_wall" and len(WALL) - 5 <= found.words <= len(WALL) + 5
    assert "apprentices" in without(cv, [found]) and WALL[100] not in without(cv, [found])
    assert kinds(f"{OWN}\nSkills: {', '.join(WALL[:110])}\n{OWN}") == {}


@pytest.mark.parametrize("label", ["", "Skills: ", "Compétences clés - "])
def test_first_item_of_a_wall_below_other_lines_goes_too(label):
    cv = f"Cook in a small house of the town\n{OWN}\nLeeds\n{label}{', '.join(WALL[:150])}"
    [found] = planted(cv)
    assert without(cv, [found]).split()[-1] == "Leeds"


SKILLS = [f"{a} of the {b}" for a, b in zip(WALL[:250], WALL[110:])]  # with frequent words in every one


@pytest.mark.parametrize("between", [", ", " | ", "; ", "\n- "])
def test_list_of_hundreds_of_skills_is_a_wall_whatever_stands_between_them(between):
    cv = f"{OWN}\n{between.join(SKILLS)}\n{OWN}"
    [found] = planted(cv)
    assert found.code == "keyword_wall" and "apprentices" in without(cv, [found])
    assert SKILLS[100] not in without(cv, [found]) and SKILLS[200] not in without(cv, [found])
    assert kinds(f"{OWN}\n{between.join(SKILLS[:110])}\n{OWN}") == {}


def test_lines_are_a_list_only_beside_a_known_language_and_repeated_items_count_once():
    assert kinds("\n".join(SKILLS)) == {} and "keyword_wall" in kinds(", ".join(SKILLS))
    assert "keyword_wall" not in kinds(f"{OWN}\n{', '.join(SKILLS[:100] * 3)}\n{OWN}")


def test_pieces_of_the_advert_between_ones_own_sentences_are_a_copy():
    pieces = re.split(r"(?<=[.,;]) ", ADVERT)
    own = [
        " ".join(f"{word}{n}" for word in ("cooked", "soup", "ordered", "bread", "kept", "books") * 4) for n in range(9)
    ]
    strewn = "\n".join(f"{mine}.\n{piece}" for mine, piece in zip(own, pieces))
    [found] = planted(strewn, ADVERT)
    assert found.code == "copied_advert" and "bread5" in without(strewn, [found])
    assert "surgical ward" not in without(strewn, [found])
    assert kinds("\n".join(f"{mine}.\n{piece}" for mine, piece in zip(own, pieces[:2])), ADVERT) == {}
    titled = f"Ward nurse\n{ADVERT}"
    [found] = planted(f"{strewn}\n{own[0]} Ward nurse", titled)
    assert "ward nurse" not in without(f"{strewn}\n{own[0]} Ward nurse", [found]).casefold()


def test_word_of_the_advert_beside_a_copy_counts_no_more_and_elsewhere_it_does():
    [found] = planted(f"{OWN}\n{ADVERT} - (and, so, surgical)\n{OWN}", ADVERT)
    assert "surgical" not in without(f"{OWN}\n{ADVERT} - (and, so, surgical)\n{OWN}", [found])
    [found] = planted(f"Once surgical.\n{OWN}\n{ADVERT}\n{OWN}", ADVERT)
    assert "Once surgical." in without(f"Once surgical.\n{OWN}\n{ADVERT}\n{OWN}", [found])


def test_words_of_the_advert_between_others_are_a_copy_and_whose_the_others_are_nobody_can_tell():
    asked = [f"asked{n}" for n in range(80)]
    mixed = [word for pair in zip((f"own{n}" for n in range(80)), asked) for word in pair]
    assert kinds(" ".join(mixed), " ".join(asked)) == {"copied_advert": 80, "between_copy": 79}
    own = OWN.split()
    copied, between = planted(" ".join([*own, *mixed]), " ".join(asked))
    assert without(" ".join([*own, *mixed]), [copied]).split() == [*own, *mixed[::2]]
    assert without(" ".join([*own, *mixed]), [copied, between]).split()[: len(own)] == own
    assert kinds(" ".join(mixed[:40]), " ".join(asked)) == {}


FILLERS = ("quite", "every day", "mostly in the morning", "un peu et souvent")


@pytest.mark.parametrize("filler", FILLERS)
def test_words_of_the_advert_in_its_order_are_a_copy_whatever_stands_between(filler):
    stuffed = f"{OWN}\n{' '.join(f'{word} {filler}' for word in words(ADVERT))}"
    found = planted(stuffed, ADVERT)
    assert [one.code for one in found][:2] == ["copied_advert", "between_copy"]
    left = without(stuffed, found).casefold()
    assert "surgical" not in left and "handover" not in left and "accounts" in left


def test_french_advert_told_in_other_sentences_is_a_copy():
    advert = (
        "Infirmière en chirurgie : vous planifiez les soins, préparez les médicaments, surveillez les perfusions, "
        "rédigez les transmissions et encadrez les stagiaires. Diplôme exigé, roulement de nuit, poste stable, "
        "logement possible, équipe de trente soignants, hôpital récent, parking gratuit, crèche interne."
    )
    rarer = [word for word in words(advert) if len(word) > 4]
    told = " ".join(f"Je me souviens aussi du mot {word} et de ce qu'on en dit chez nous." for word in rarer)
    assert "copied_advert" in kinds(f"Cuisinier à Lille depuis 2012.\n{told}", advert)


@pytest.mark.parametrize("listed", [", ", "\n- ", ". I know ", "; knows well ", ". Je connais depuis longtemps la "])
@pytest.mark.parametrize(("name", "number"), [("{}ing", 40), ("{}ing {}", 30)])
def test_what_the_advert_asks_for_may_be_claimed_in_its_order(listed, name, number):
    skills = [name.format(one, other) for one, other in zip(WALL[:number], WALL[50:])]
    advert = f"We look for somebody who can do a lot for us: {' for it, '.join(skills)} and so on. {ADVERT}"
    assert "copied_advert" not in kinds(f"{OWN}\nI know {listed.join(skills)}", advert)
    assert "copied_advert" in kinds(f"{OWN}\n{' for it, '.join(skills)}", advert)


@pytest.mark.parametrize(
    "sentence", ["You have a diploma, speak English and like to teach", "The ward has thirty beds"]
)
def test_sentence_of_the_advert_after_each_of_ones_own_is_a_copy(sentence):
    own = [f"Baked {name} for the {name} shop of the town" for name in WALL[:20]]
    advert = f"Ward nurse. {ADVERT.replace('. ', '.  ')} {sentence}."
    stuffed = "\n".join(f"{line}.\n{sentence}." for line in own)
    found = planted(stuffed, advert)
    assert found[0].code == "copied_advert" and sentence not in without(stuffed, found)
    assert all(name in without(stuffed, found) for name in WALL[:20])
    assert kinds("\n".join([*own, sentence, *own[:2], sentence]), advert) == {}


def test_items_of_a_few_lists_in_other_orders_count_once():
    rng = random.Random(4)
    lines = [", ".join(rng.sample(WALL[:15], 15)) for _ in range(11)]
    cv = "\n".join([OWN, *lines])
    [found] = planted(cv)
    assert found.code == "repeated_text" and all(without(cv, [found]).count(skill) == 1 for skill in WALL[:15])
    assert kinds("\n".join([OWN, *lines[:2]])) == {}
    of_advert = " ".join(word for _ in range(9) for word in rng.sample(WALL[:9], 9))
    assert kinds(f"{OWN}\n{of_advert}", f"{ADVERT} {' '.join(WALL[:9])}")["repeated_text"] in range(72, 90)


@pytest.mark.parametrize(
    "ways",
    [
        ("I work with {}", "For years I have used {}", "I teach {} to others", "{} is what I like", "Nobody knows {}"),
        ("Je travaille avec {}", "Je connais {} par coeur", "J'enseigne {} aux autres", "{} me plaît beaucoup"),
    ],
)  # fmt: skip
def test_claims_of_the_same_things_in_the_same_ways_count_once(ways):
    skills = ["Java", "Kotlin", "Docker", "message queues", "Spark"]
    said = [f"{way.format(skill)}." for way in ways for skill in skills]
    cv = f"{OWN}\n{' '.join(random.Random(5).sample(said, len(said)))}"
    [found] = planted(cv)
    left = without(cv, [found])
    assert found.code == "repeated_text" and all(1 <= left.count(skill) <= 2 for skill in skills)
    honest = [f"{verb} of {thing}." for verb in ("Installation", "Repair", "Sale") for thing in skills]
    assert kinds(f"{OWN}\n{' '.join(honest)}") == {}


def test_posts_in_the_same_words_and_dates_are_no_claims():
    months = ("January", "March", "May", "June", "July", "August")
    dates = [f"{a} {year} to {b} {year + 1}" for year in range(2001, 2011) for a, b in pairwise(months)]
    assert kinds("\n".join(f"{date}\nTeacher of {field}" for date, field in zip(dates, WALL))) == {}


@pytest.mark.parametrize("ending", ["s", "ing", "ment", "-like"])
def test_copy_with_other_endings_is_found(ending):
    copy = re.sub(r"\w{6,}", lambda word: f"{word[0]}{ending}", ADVERT)
    assert "copied_advert" in kinds(f"{OWN}\n{copy}", ADVERT)


@pytest.mark.parametrize("length", [20, 31, 45])
def test_short_advert_is_a_copy_whole_and_a_third_of_it_is_a_quote(length):
    said = words(ADVERT)[:length]
    mixed = random.Random(3).sample(said, length)
    for copy in (said, [*said[length // 2 :], *said[: length // 2]], mixed if length > 30 else said):
        [found] = planted(f"{OWN}\n{' '.join(copy)}", " ".join(said))
        assert found.code == "copied_advert" and length - 2 <= found.words <= length + 12
    assert kinds(f"{OWN}\n{' '.join(said[: length // 3])}", " ".join(said)) == {}


def test_text_in_a_language_without_a_list_of_frequent_words_is_no_wall():
    polish = (
        "Pracowałam przez dziewięć lat jako pielęgniarka oddziałowa, planowałam opiekę nad chorymi po operacjach, "
        "prowadziłam dokumentację medyczną oraz szkoliłam nowych pracowników szpitala wojewódzkiego. "
    )
    assert len(words(polish * 14)) > 250
    assert "keyword_wall" not in kinds(polish.join(f" Zdanie numer {n} brzmi inaczej. " for n in range(15)))
    assert kinds("") == kinds("one") == {}


def test_blanks_stand_for_what_is_taken_out_and_lines_stay():
    found = [Planted("keyword_wall", 3, 4, ((0, 9), (13, 14)))]
    assert without("SQL, Java\nOn b", found) == " " * 9 + "\nOn  "


def test_dense_passages_are_those_of_the_definition():
    draw = random.Random(3)
    import numpy as np

    for _ in range(300):
        marks = np.array([draw.random() < 0.5 for _ in range(draw.randrange(0, 30))], dtype=bool)
        width = draw.randrange(1, 12)
        least = draw.randrange(1, width + 1)
        wide = min(width, len(marks))
        expected = np.zeros(len(marks), dtype=bool)
        for start in range(len(marks) - wide + 1):
            if marks[start : start + wide].sum() >= least:
                expected[start : start + wide] = True
        assert dense(marks, width, least).tolist() == expected.tolist()
