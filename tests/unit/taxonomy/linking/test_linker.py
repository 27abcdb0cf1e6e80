"""The linker: matches, no match, ties, languages, and the encoder against brute force."""

from dataclasses import replace

import numpy as np
import pytest

from jobfit.errors import InputError
from jobfit.ordering import order
from jobfit.taxonomy.compact import load_compact
from jobfit.taxonomy.linking.candidates import FEATURES
from jobfit.taxonomy.linking.linker import Linker
from jobfit.taxonomy.linking.translation import WordTable
from jobfit.taxonomy.model import Skill, Taxonomy


@pytest.fixture(scope="module")
def linker(wine):
    return Linker(wine)


def best(link):
    return link.best.id if link.best else None


@pytest.mark.parametrize("written", ["Vendeuse", "Vendeur (H/F) - CDI", "vendeur·se", "VENDEUR / VENDEUSE"])
def test_link_french_gendered_forms_are_the_same_concept_with_the_same_score(linker, written):
    [link], [plain] = linker.link([written], "fr"), linker.link(["vendeur"], "fr")
    assert best(link) == best(plain) == "saleswoman"
    if "CDI" not in written:
        assert link.best.score == plain.best.score
    assert link.best.label == "vendeur/vendeuse"


def test_link_a_concept_without_a_french_label_by_another(linker):
    assert best(linker.link(["barrel maker"], "fr")[0]) == "cooper"


@pytest.mark.parametrize("mention", ["", "  ", "H/F", "de la"])
def test_link_an_empty_mention_has_no_match_and_no_alternatives(linker, mention):
    [link] = linker.link([mention], "en")
    assert link.best is None and link.alternatives == () and link.mention == mention


def test_link_nothing_is_nothing(linker):
    assert linker.link([], "en") == []


def test_link_below_the_threshold_has_alternatives_and_no_match(linker):
    [accepted], [refused] = linker.link(["baker"], "en", threshold=0.0), linker.link(["baker"], "en", threshold=1.0)
    assert accepted.best.id == "baker" and refused.best is None
    assert refused.alternatives[0] == accepted.best


def test_link_at_the_threshold_is_a_match(linker):
    score = linker.link(["wine waiter"], "en", threshold=0.0)[0].best.score
    assert linker.link(["wine waiter"], "en", threshold=score)[0].best is not None
    assert linker.link(["wine waiter"], "en", threshold=np.nextafter(score, 1))[0].best is None


def test_link_gives_at_most_k_concepts_best_first(linker):
    [link] = linker.link(["bread maker"], "en", k=2)
    assert len(link.alternatives) == 1
    assert link.best.score >= link.alternatives[0].score


@pytest.mark.parametrize("language", [None, "xx", "en"])
def test_link_unknown_language_reads_all_labels(linker, language):
    assert best(linker.link(["wine waiter"], language)[0]) == "sommelier"


def test_link_order_and_company_of_mentions_change_nothing(linker):
    mentions = ["baker", "vendeuse", "", "wine waiter", "quark", "baker"]
    alone = [linker.link([mention])[0] for mention in mentions]
    assert linker.link(mentions) == alone
    assert linker.link(mentions[::-1]) == alone[::-1]


def test_link_equal_concepts_are_ordered_by_digest_not_by_position():
    twins = {id_: Skill(id_, {"en": ("welding",)}) for id_ in ("a", "b", "c")}
    orders = set()
    for ids in (("a", "b", "c"), ("c", "b", "a")):
        taxonomy = Taxonomy("twins", {id_: twins[id_] for id_ in ids}, {})
        [link] = Linker(taxonomy, "skill").link(["welding"], "en", threshold=0.0)
        orders.add((link.best.id, *(m.id for m in link.alternatives)))
    expected = [("a", "b", "c")[i] for i in order("welding", ("a", "b", "c"), [1, 1, 1])]
    assert orders == {tuple(expected)}


@pytest.mark.parametrize(
    ("k", "threshold", "said"), [(0, None, "k must be"), (5, 1.5, "between 0 and 1"), (5, -0.1, "between")]
)
def test_link_with_an_impossible_option_is_an_error(linker, k, threshold, said):
    with pytest.raises(InputError, match=said):
        linker.link(["baker"], "en", k, threshold)


def test_linker_of_another_kind_or_of_nothing_is_an_error(wine):
    with pytest.raises(InputError, match="choose occupation or skill"):
        Linker(wine, "town")
    with pytest.raises(InputError, match="no occupations"):
        Linker(replace(wine, occupations={}))


def hashed(texts):
    """Vectors that depend on the text alone."""
    return np.array([np.random.default_rng(sum(map(ord, text)) % 1000).normal(size=8) for text in texts])


def test_dense_feature_is_the_cosine_of_brute_force(wine):
    linker, mentions = Linker(wine, encode=hashed), ["baker", "quark"]
    found = linker.candidates(mentions, "en")
    preferred = hashed([term.label("en") for term in wine.occupations.values()])
    asked = hashed(mentions)
    for mention, concept, row in zip(found.mention, found.concept, found.features):
        a, b = asked[mention], preferred[concept]
        assert row[FEATURES.index("dense")] == pytest.approx(a @ b / np.linalg.norm(a) / np.linalg.norm(b), abs=1e-5)


def test_dense_adds_concepts_that_share_no_letter(wine):
    assert len(Linker(wine).candidates(["zzz"], "en").concept) == 0
    assert set(Linker(wine, encode=hashed).candidates(["zzz"], "en").concept) == {0, 1, 2, 3}


def test_dense_of_an_empty_mention_has_no_match(wine):
    assert Linker(wine, encode=hashed).link([""], "en")[0].best is None
    links = Linker(wine, encode=hashed).link(["", "baker"], "en")
    assert links[0].best is None and links[0].alternatives == ()
    assert best(links[1]) == "baker"


@pytest.mark.parametrize(
    "broken", [lambda t: np.full((len(t), 4), np.nan), lambda t: np.ones((1, 4)), lambda t: np.ones(len(t))]
)
def test_dense_with_a_broken_encoder_is_an_error(wine, broken):
    with pytest.raises(InputError, match="the encoder returned"):
        Linker(wine, encode=broken).link(["baker"], "en")


def test_words_translate_mentions_into_the_labels_language(wine):
    english = {id_: replace(o, labels={"en": o.labels["en"]}) for id_, o in wine.occupations.items()}
    taxonomy = replace(wine, occupations=english)
    words = WordTable("fr", "en", {"tonnelier": {"cooper": 0.9}})
    assert best(Linker(taxonomy, words=words).link(["Tonnelier"], "fr", threshold=0.0)[0]) == "cooper"
    assert Linker(taxonomy).link(["Tonnelier"], "fr")[0].best is None


def test_words_are_not_used_where_the_taxonomy_has_the_language(wine):
    words = WordTable("fr", "en", {"vendor": {"cooper": 1.0}})
    assert best(Linker(wine, words=words).link(["vendeuse"], "fr")[0]) == "saleswoman"


def test_every_label_of_the_compact_taxonomy_finds_its_concept():
    taxonomy = load_compact()
    linker = Linker(taxonomy)
    for language in ("en", "fr"):
        asked = [(label, o.id) for o in taxonomy.occupations.values() for label in o.labels[language]]
        links = linker.link([label for label, _ in asked], language)
        wrong = [(m, link.best) for (m, id_), link in zip(asked, links) if best(link) != id_]
        assert len(wrong) <= len(asked) * 0.05, wrong


def test_profile_of_skills_finds_a_title_that_no_label_names(wine):
    [link] = Linker(wine).link(["taste baker wines"], "en", threshold=0.0)
    profile = FEATURES.index("profile")
    found = Linker(wine).candidates(["taste wines waiter"], "en")
    by = {int(c): float(row[profile]) for c, row in zip(found.concept, found.features)}
    assert by[0] > max(v for c, v in by.items() if c != 0)
    assert link.best is not None


def test_real_titles_link_to_esco(shared_data):
    from jobfit.taxonomy.stored import load_taxonomy

    taxonomy = load_taxonomy(shared_data / "esco-1.1.1")
    linker = Linker(taxonomy)
    titles = [
        "Plombière",
        "Chauffeuse de taxi (H/F) - CDI - Rennes",
        "Zyxwv Qqq",
        "Développeur / Développeuse web",
    ]
    found = [link.best and taxonomy.occupations[link.best.id].label("en") for link in linker.link(titles, "fr")]
    assert found == ["plumber", "taxi driver", None, "web developer"]
