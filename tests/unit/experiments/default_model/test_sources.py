"""What is kept apart is in no text that training reads."""

import csv
import os
from dataclasses import replace

import pytest

from jobfit.errors import InputError
from jobfit.experiments.default_model.recipe import HeldOutSettings, read_recipe
from jobfit.experiments.default_model.sources import (
    TEST,
    TRAIN,
    VALIDATION,
    HeldOutSplit,
    RomeTitle,
    block_of,
    read_descriptions,
    read_rome,
    read_sentences,
    words,
)
from jobfit.experiments.default_model.views import Views

SETTINGS = HeldOutSettings(test=4, validation=4)


@pytest.fixture(scope="module")
def apart(sources):
    return HeldOutSplit.of(sources, SETTINGS)


def test_apart_deals_whole_blocks_into_three_parts(sources, apart):
    terms = [*sources.taxonomy.occupations.values(), *sources.taxonomy.skills.values()]
    assert {apart.part(term) for term in terms} == {TRAIN, VALIDATION, TEST}
    parts = {}
    for term in terms:
        parts.setdefault(block_of(term), set()).add(apart.part(term))
    assert all(len(found) == 1 for found in parts.values())


def every_view(recipe):
    return [
        *recipe.keep.texts,
        *(view for task in recipe.tasks for view in (task.left, task.right) if view != "market"),
    ]


def test_views_hold_no_word_of_what_is_kept_apart(sources, apart):
    recipe = read_recipe("recipes/default")
    views = Views(sources, apart, recipe.mentions)
    kept = [
        t for t in (*sources.taxonomy.occupations.values(), *sources.taxonomy.skills.values()) if apart.part(t) != TRAIN
    ]
    texts = {text for term in kept for labels in term.labels.values() for text in labels} | {
        t.description for t in kept
    }
    texts |= {t.text for t in sources.rome if apart.part_of_title(t) != TRAIN}
    texts |= {s.text for s in sources.sentences if apart.part_of_sentence(s) != TRAIN}
    for name in every_view(recipe):
        read = views.kept(name)
        assert read, name
        assert not texts & set(read), name
        if name in ("skill.mention", "occupation.skills"):
            inside = [label for label in texts if any(f" {label}," in f" {text}," for text in read)]
            assert not inside, name


def test_views_leave_out_a_text_that_another_concept_shares_with_one_kept_apart(sources, apart):
    taxonomy = sources.taxonomy
    hidden = next(o for o in taxonomy.occupations.values() if apart.part(o) == TEST)
    learnt = next(o for o in taxonomy.occupations.values() if apart.part(o) == TRAIN)
    turned = " ".join(reversed(hidden.labels["en"][1].split()))
    more = replace(learnt, labels={**learnt.labels, "en": (*learnt.labels["en"], turned, "a free name")})
    changed = replace(sources, taxonomy=replace(taxonomy, occupations={**taxonomy.occupations, learnt.id: more}))
    views = Views(changed, HeldOutSplit.of(changed, SETTINGS), read_recipe("recipes/default").mentions)
    read = views.view("occupation.label").drawn[learnt.id]
    assert "a free name" in read and turned not in read


def test_views_fit_optional_skills_but_never_draw_them(sources, apart):
    views = Views(sources, apart, read_recipe("recipes/default").mentions)
    view = views.view("occupation.skill")
    for concept, texts in view.drawn.items():
        occupation = sources.taxonomy.occupations[concept]
        assert set(texts) <= {sources.taxonomy.skills[s].label("en") for s in occupation.essential}
        optional = sources.taxonomy.skills[occupation.optional[0]].label("en")
        if optional in view.fits:
            assert concept in view.fits[optional]


def test_views_mention_a_skill_with_another_and_both_fit(sources, apart):
    view = Views(sources, apart, read_recipe("recipes/default").mentions).view("skill.mention")
    text, fits = next((text, fits) for text, fits in view.fits.items() if len(fits) == 2)
    labels = [sources.taxonomy.skills[i].labels["en"] for i in fits]
    assert all(any(label in text for label in some) for some in labels) or " plus" in text or "Several" in text


def test_views_put_a_skill_in_the_place_of_a_span_of_its_kind(sources, apart):
    published = [one for one in sources.sentences if apart.part_of_sentence(one) == TRAIN]
    known = replace(published[0], knowledge=frozenset(published[0].spans))
    some = replace(sources, sentences=(known, *published[1:]))
    views = Views(some, HeldOutSplit.of(some, SETTINGS), read_recipe("recipes/default").mentions)
    view = views.view("skill.context")
    assert view.drawn
    for concept, texts in view.drawn.items():
        skill = sources.taxonomy.skills[concept]
        around = [
            one.text.split(one.spans[0])
            for one in (known, *published[1:])
            if (one is known) == (skill.kind == "knowledge")
        ]
        for text in texts:
            label = next(label for label in skill.labels["en"] if label in text)
            assert text.split(label, 1) in around


def test_views_pair_a_published_sentence_with_its_own_spans(sources, apart):
    views = Views(sources, apart, read_recipe("recipes/default").mentions)
    texts, spans = views.view("sentence.text").drawn, views.view("sentence.span").drawn
    assert spans and spans.keys() <= texts.keys()
    for sentence, found in spans.items():
        assert texts[sentence] == (sentence,) and all(span in sentence for span in found)
    assert not [one.text for one in sources.sentences if apart.part_of_sentence(one) != TRAIN and one.text in texts]


def test_words_of_filler_alone_are_the_text_itself():
    assert words(["of the", "Nurse of the"]) == [frozenset({"of the"}), frozenset({"nurs"})]


def test_rome_test_part_is_the_third_of_title_linking(shared_data, esco):
    import linking_data as linking

    theirs = {m.text for m in linking.rome_titles(shared_data / "rome-esco", esco.taxonomy) if m.part == linking.TEST}
    apart = HeldOutSplit(HeldOutSettings())
    ours = {t.text for t in read_rome(shared_data / "rome-esco", esco.taxonomy) if apart.part_of_title(t) == TEST}
    assert theirs <= ours and len(ours) - len(theirs) <= 3


def test_read_rome_takes_code_occupation_and_relation(tmp_path, sources):
    head = [["Mapping project name", "ESCO - ROME"], ["id", "label", "number", "label", "relation"]]
    rows = [
        ["o1", "x", "7", "Cuisinier", "skos:exactMatch"],
        ["o2", "x", "8", "Soudeur", "skos:broadMatch"],
        ["o99", "x", "9", "?", "skos:exactMatch"],
    ]
    for name, lines in (
        ("FR_mapping_esco_rome.csv", head + rows),
        ("unix_referentiel_appellation_v1.csv", [["number", "long", "short", "code"], ["7", "", "", "G1602"]]),
    ):
        with (tmp_path / name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(lines)
    assert read_rome(tmp_path, sources.taxonomy) == (
        RomeTitle("Cuisinier", "G1602", "o1", "exact"),
        RomeTitle("Soudeur", "o2", "o2", "broad"),
    )


def test_views_keep_a_skill_in_a_long_sentence_near_its_beginning_and_whole(sources, apart):
    published = [one for one in sources.sentences if apart.part_of_sentence(one) == TRAIN]
    around = "we look for people who like to work "
    long = [replace(one, text=f"{around * 9}{one.spans[0]}{' and so on' * 30}") for one in published]
    some = replace(sources, sentences=tuple(long))
    view = Views(some, HeldOutSplit.of(some, SETTINGS), read_recipe("recipes/default").mentions)
    drawn = view.view("skill.context").drawn
    assert drawn
    for concept, texts in drawn.items():
        labels = sources.taxonomy.skills[concept].labels["en"]
        for text in texts:
            before, label, after = next(text.partition(label) for label in labels if label in text)
            assert label and 90 < len(before) <= 120 and 90 < len(after) <= 120
            assert before.split(" ")[0] in around.split() and after.split(" ")[-1] in ("and", "so", "on")


def test_read_descriptions_are_by_language_and_none_is_kept_apart(tmp_path, sources, apart, write_esco):
    rows = [["o1", "Koch", "Ein Koch  kocht."], ["o2", "Schweißer", ""]]
    folder = write_esco()
    with (folder / "occupations_de.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["conceptUri", "preferredLabel", "description"], *rows])
    assert read_descriptions(folder) == {"de": {"o1": "Ein Koch kocht."}}
    texts = {i: f"Jemand, der {i} macht." for i in sources.taxonomy.occupations}
    given = replace(sources, descriptions={"de": texts})
    split = HeldOutSplit.of(given, SETTINGS)
    read = Views(given, split, read_recipe("recipes/default").mentions).view("occupation.description@de").drawn
    learnt = {i for i, one in sources.taxonomy.occupations.items() if split.part(one) == TRAIN}
    assert read == {i: (texts[i],) for i in learnt}
    hidden = next(texts[i] for i in texts if i not in learnt)
    assert split.learnable([hidden]) == []


def test_sources_that_are_no_files_are_named_and_not_waited_for(tmp_path, sources):
    """A FIFO without a writer would be waited for without end."""
    for name in ("a_mapping_esco_rome.csv", "a_referentiel_appellation.csv", "dev.json", "train.json"):
        os.mkfifo(tmp_path / name)
    with pytest.raises(InputError, match="cannot be read as published"):
        read_rome(tmp_path, sources.taxonomy)
    with pytest.raises(InputError, match="regular file"):
        read_sentences(tmp_path)
