"""The graph against networkx, and against values worked out by hand on a small one."""

import math
import random
import subprocess
import sys

import networkx
import numpy
import pytest
from scipy.sparse import csr_array
from sklearn.feature_extraction.text import TfidfTransformer

from jobfit.errors import InputError, UnknownIdError
from jobfit.taxonomy.compact import load_compact
from jobfit.taxonomy.esco.importing import import_folder
from jobfit.taxonomy.graph import Distance, Needs, TaxonomyGraph, find_term, kind_of
from jobfit.taxonomy.model import Occupation, Skill, Taxonomy


@pytest.fixture
def small(write_esco):
    return TaxonomyGraph(import_folder(write_esco(), "small").taxonomy)


@pytest.fixture(scope="module")
def published(esco):
    return TaxonomyGraph(esco.taxonomy)


def broader_graph(taxonomy):
    edges = networkx.DiGraph()
    edges.add_nodes_from(term.id for term in taxonomy.terms())
    edges.add_edges_from((term.id, broader) for term in taxonomy.terms() for broader in term.broader)
    return edges


def ups(edges, id_):
    return networkx.single_source_shortest_path_length(edges, id_)


def oracle_depth(edges, id_):
    return min(steps for node, steps in ups(edges, id_).items() if edges.out_degree(node) == 0)


def oracle_distance(edges, a, b):
    up_a, up_b = ups(edges, a), ups(edges, b)
    return min((up_a[c] + up_b[c] for c in up_a.keys() & up_b.keys()), default=None)


def oracle_closeness(edges, a, b):
    up_a, up_b = ups(edges, a), ups(edges, b)
    found = [
        2 * oracle_depth(edges, c) / (up_a[c] + up_b[c] + 2 * oracle_depth(edges, c))
        for c in up_a.keys() & up_b.keys()
        if up_a[c] + up_b[c] + oracle_depth(edges, c)
    ]
    return 1.0 if a == b else max(found, default=0.0)


def test_needs_of_a_small_taxonomy_in_both_directions(small):
    assert small.skills_of("o/dev") == Needs(("s/prog", "s/java"), ("s/py",))
    assert small.skills_of("s/py") == Needs((), ("s/prog",))
    assert small.occupations_of("s/prog") == Needs(("o/dev", "o/web"), ())
    assert small.occupations_of("s/py") == Needs((), ("o/dev",))
    assert small.occupations_of("s/french") == Needs((), ())
    assert small.narrower("s/prog") == ("s/py", "s/java")


@pytest.mark.parametrize("ask", ["term", "above", "depth", "skills_of", "occupations_of", "idf", "narrower"])
def test_unknown_id_is_an_error_that_names_it(small, ask):
    with pytest.raises(UnknownIdError, match="'x'"):
        getattr(small, ask)("x")


def test_distance_and_closeness_on_a_small_taxonomy_by_hand(small):
    # s/py -> s/prog -> g/K1 -> g/K; s/java -> s/prog and s/java -> g/S; s/cook -> g/S.
    assert small.distance("s/py", "s/java") == Distance(1 + 1, "s/prog")
    assert small.distance("s/java", "s/cook") == Distance(1 + 1, "g/S")
    assert small.distance("s/py", "s/prog") == Distance(1, "s/prog")
    assert small.distance("s/py", "s/py") == Distance(0, "s/py")
    assert small.distance("s/py", "s/cook") is None
    assert small.distance("o/dev", "o/cook") is None
    assert small.distance("o/web", "o/dev") == Distance(1, "o/dev")
    assert [small.depth(id_) for id_ in ("g/K", "s/prog", "s/py", "s/java")] == [0, 2, 3, 1]
    assert small.closeness("s/py", "s/java") == 2 * 2 / (1 + 1 + 2 * 2)
    assert small.closeness("s/java", "s/cook") == 0.0  # only a root in common
    assert small.closeness("s/py", "s/cook") == 0.0
    assert small.closeness("g/K", "g/K") == 1.0


def test_similarity_of_occupations_and_skills_by_hand(small):
    # o/dev = prog 1, java 1, py 0.5; o/web = prog 1, team 0.5.
    assert small.similarity("o/dev", "o/web") == pytest.approx(1 / math.sqrt((1 + 1 + 0.25) * (1 + 0.25)))
    assert small.similarity("o/dev", "o/cook") == 0.0
    assert small.similarity("o/dev", "o/dev") == pytest.approx(1.0)
    # prog = dev 1, web 1; py = dev 0.5.
    assert small.similarity("s/prog", "s/py") == pytest.approx(0.5 / (math.sqrt(2) * 0.5))
    assert small.similarity("s/french", "s/py") is None
    assert small.similarity("s/py", "o/dev") is None


def test_idf_equals_scikit_learn_smoothed(published):
    taxonomy = published.taxonomy
    column = {id_: n for n, id_ in enumerate(taxonomy.skills)}
    cells = [(row, column[s]) for row, o in enumerate(taxonomy.occupations.values()) for s in o.essential]
    shape = len(taxonomy.occupations), len(column)
    counts = csr_array((numpy.ones(len(cells)), tuple(zip(*cells))), shape)
    oracle = TfidfTransformer(smooth_idf=True).fit(counts).idf_
    sample = random.Random(1).sample(list(column), 500)
    assert [published.idf(id_) for id_ in sample] == pytest.approx([oracle[column[id_]] for id_ in sample], abs=1e-12)


def test_degrees_of_esco_equal_networkx(published):
    taxonomy = published.taxonomy
    edges = networkx.MultiDiGraph()
    edges.add_nodes_from((*taxonomy.skills, *taxonomy.occupations))
    for occupation in taxonomy.occupations.values():
        edges.add_edges_from(((occupation.id, skill) for skill in occupation.essential), kind="essential")
        edges.add_edges_from(((occupation.id, skill) for skill in occupation.optional), kind="optional")
    assert edges.number_of_edges() == 123855 - 67
    for skill in taxonomy.skills:
        needs = published.occupations_of(skill)
        assert edges.in_degree(skill) == len(needs.essential) + len(needs.optional)
    for occupation in taxonomy.occupations:
        needs = published.skills_of(occupation)
        assert edges.out_degree(occupation) == len(needs.essential) + len(needs.optional)


def test_hierarchies_of_esco_equal_networkx(published):
    edges = broader_graph(published.taxonomy)
    assert networkx.is_directed_acyclic_graph(edges)
    assert sum(edges.out_degree(skill) > 1 for skill in published.taxonomy.skills) > 4000  # many parents
    generator = random.Random(7)
    for side in (published.taxonomy.skills, published.taxonomy.occupations):
        ids = list(side)
        siblings = [(id_, published.narrower(published.term(id_).broader[0])[0]) for id_ in generator.sample(ids, 40)]
        for a, b in siblings + [tuple(generator.sample(ids, 2)) for _ in range(60)]:
            path = published.distance(a, b)
            assert (path.steps if path else None) == oracle_distance(edges, a, b)
            assert published.closeness(a, b) == pytest.approx(oracle_closeness(edges, a, b))
            assert published.above(a) == ups(edges, a)
            assert published.depth(a) == oracle_depth(edges, a)


def test_distance_is_symmetric_and_holds_its_bounds(published):
    generator = random.Random(3)
    ids = list(published.taxonomy.skills)
    for _ in range(100):
        a, b = generator.sample(ids, 2)
        assert published.distance(a, b) == published.distance(b, a)
        assert published.closeness(a, b) == published.closeness(b, a)
        assert 0.0 <= published.closeness(a, b) < 1.0


def test_graph_of_the_compact_taxonomy_has_needs_and_no_hierarchy():
    graph = TaxonomyGraph(load_compact())
    assert graph.distance("cook", "nurse") is None
    assert graph.closeness("cook", "nurse") == 0.0
    assert graph.similarity("nurse", "nurse") == pytest.approx(1.0)


def test_above_a_diamond_counts_the_shorter_way():
    skills = {
        "a": Skill("a", {"en": ("a",)}, broader=("b", "d")),
        "b": Skill("b", {"en": ("b",)}, broader=("c",)),
        "c": Skill("c", {"en": ("c",)}, broader=("d",)),
        "d": Skill("d", {"en": ("d",)}),
    }
    graph = TaxonomyGraph(Taxonomy("t", skills, {"o": Occupation("o", {"en": ("o",)}, "s", (), ())}))
    assert graph.above("a") == {"a": 0, "b": 1, "d": 1, "c": 2}
    assert graph.similarity("o", "o") is None  # no skills at all


def test_import_of_the_graph_loads_no_networkx():
    code = "import sys, jobfit.taxonomy.graph, jobfit.taxonomy.gap; print('networkx' in sys.modules)"
    environment = {"PYTHONPATH": ":".join(sys.path)}
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=True)
    assert ran.stdout.strip() == "False"


@pytest.fixture
def taxonomy(write_esco):
    return import_folder(write_esco(), "small").taxonomy


@pytest.mark.parametrize(
    ("text", "id_", "kind"),
    [
        ("o/dev", "o/dev", "occupation"),
        ("2512.1", "o/dev", "occupation"),
        ("2512", "i/C2512", "group"),
        ("K1", "g/K1", "group"),
        ("Software  Developer", "o/dev", "occupation"),
        ("cuisinière", "o/cook", "occupation"),
        ("dev", "o/dev", "occupation"),  # a hidden label
        ("langage python", "s/py", "skill"),
    ],
)
def test_find_term_by_id_code_or_label(taxonomy, text, id_, kind):
    term = find_term(taxonomy, text)
    assert (term.id, kind_of(term)) == (id_, kind)


def test_find_term_preferred_label_goes_before_an_alternative():
    skills = {"a": Skill("a", {"en": ("x", "y")}), "b": Skill("b", {"en": ("y",)}), "c": Skill("c", {"en": ("z", "x")})}
    assert find_term(Taxonomy("t", skills, {}), "Y").id == "b"
    assert find_term(Taxonomy("t", skills, {}), "x").id == "a"


def test_find_term_several_of_one_name_is_an_error_with_ids():
    skills = {"a": Skill("a", {"en": ("x",)}), "b": Skill("b", {"en": ("x",)})}
    with pytest.raises(InputError, match=r"2 terms.*a \(skill 'x'\), b \(skill 'x'\)"):
        find_term(Taxonomy("t", skills, {}), "x")


@pytest.mark.parametrize(("text", "says"), [("devel", "software developer"), ("zzz", "matched whole"), (" ", "whole")])
def test_find_term_unknown_gives_labels_that_contain_it(taxonomy, text, says):
    with pytest.raises(UnknownIdError, match=says):
        find_term(taxonomy, text)
