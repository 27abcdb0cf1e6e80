"""A taxonomy of sixty trades in two languages, ROME titles and sentences: small, with the traps of the real ones."""

import pytest

from jobfit.experiments.default_model.sources import TEST, TRAIN, RomeTitle, Sentence, Sources
from jobfit.taxonomy.model import Group, Occupation, Skill, Taxonomy

TRADES = ("nurse", "cook", "welder", "driver", "baker", "teacher", "plumber", "clerk")
FIELDS = ("ward", "soup", "steel", "truck", "bread", "school", "pipes", "files")


def make_taxonomy(count=60):
    """Trade i of block i // 3 needs skills i and i + 1 and often uses i + 2; each has names in two languages."""
    skills = {}
    for i in range(count):
        thing = f"{FIELDS[i % 8]} {i}"
        skills[f"s{i}"] = Skill(
            f"s{i}",
            {
                "en": (f"handle {thing}", f"look after {thing}", f"{thing} care"),
                "fr": (f"soigner {thing}", f"gérer {thing}"),
            },
            kind="knowledge" if i // 2 % 2 else "skill/competence",
            description=f"Taking good care of {thing} every single day.",
            broader=(f"g{i // 3}",),
        )
    occupations = {}
    for i in range(count):
        name = f"{TRADES[i % 8]} {i}"
        occupations[f"o{i}"] = Occupation(
            f"o{i}",
            {"en": (name, f"senior {name}", f"{name} operative"), "fr": (f"{name} français", f"{name} qualifié")},
            sector="1",
            essential=tuple(f"s{j % count}" for j in (i, i + 1)),
            optional=(f"s{(i + 2) % count}",),
            isco=f"{1000 + i // 3}",
            description=f"Someone who works as {name} does what is to be done.",
        )
    groups = {
        f"g{i}": Group(f"g{i}", {"en": (f"group {i}",)}, "skill", description=f"All of group {i}.")
        for i in range(count)
    }
    return Taxonomy("sixty trades", skills, occupations, groups)


@pytest.fixture(scope="session")
def sources():
    taxonomy = make_taxonomy()
    rome = tuple(
        RomeTitle(f"métier {i} de {TRADES[i % 8]}", f"A{i // 2}", f"o{i}", ("exact", "narrow", "close", "broad")[i % 4])
        for i in range(60)
    )
    sentences = tuple(
        Sentence(
            f"we want somebody to {FIELDS[i % 8]} {i} care now",
            (f"{FIELDS[i % 8]} {i} care",),
            TEST if i % 2 else TRAIN,
            "ads",
        )
        for i in range(60)
    )
    return Sources(taxonomy, rome, sentences, facts={"esco": "sixty trades"})
