"""A taxonomy small enough to work everything out by hand."""

import pytest

from jobfit.taxonomy.model import Occupation, Skill, Taxonomy


def occupation(id_, essential=(), **labels):
    return Occupation(id_, {language: tuple(texts) for language, texts in labels.items()}, "", tuple(essential), ())


@pytest.fixture(scope="session")
def wine():
    """Four occupations and four skills; the cooper has no French label."""
    skills = {
        "wine": Skill("wine", {"en": ("taste wines", "wine tasting"), "fr": ("déguster des vins",)}),
        "bread": Skill("bread", {"en": ("bake bread", "bread making"), "fr": ("cuire le pain",)}),
        "c++": Skill("c++", {"en": ("C++",), "fr": ("C++",)}),
        "node": Skill("node", {"en": ("Node.js", "node"), "fr": ("Node.js",)}),
    }
    occupations = {
        "sommelier": occupation("sommelier", ["wine"], en=["sommelier", "wine waiter"], fr=["sommelier/sommelière"]),
        "baker": occupation("baker", ["bread"], en=["baker", "bread maker"], fr=["boulanger/boulangère"]),
        "saleswoman": occupation("saleswoman", en=["shop assistant"], fr=["vendeur/vendeuse"]),
        "cooper": occupation("cooper", en=["cooper", "barrel maker"]),
    }
    return Taxonomy("wine-1", skills, occupations)
