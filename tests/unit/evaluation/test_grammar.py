import pytest

from jobfit.errors import InputError
from jobfit.evaluation.grammar import FAMILIES, parse_measure, split_names


@pytest.mark.parametrize(
    ("name", "family", "k", "computed_by_trec"),
    [
        ("nDCG@10", "nDCG", 10, True),
        ("nDCG", "nDCG", None, True),
        ("nDCG(gain=linear)@5", "nDCG", 5, True),
        ("nDCG(gain=exp)@5", "nDCG", 5, False),
        ("AP", "AP", None, True),
        ("MAP@5", "AP", 5, True),
        ("AP(norm=R)@5", "AP", 5, True),
        ("AP(norm=min)@5", "AP", 5, False),
        ("R@100", "R", 100, True),
        ("R(norm=min)@10", "R", 10, False),
        ("P(rel=2)@5", "P", 5, True),
        ("RR", "RR", None, True),
        ("MRR@5", "RR", 5, False),
        ("Success@1", "Success", 1, True),
        ("Acc@1", "Success", 1, True),
        ("ERR(max=4)@10", "ERR", 10, False),
        ("ERR", "ERR", None, False),
        ("Rprec", "Rprec", None, True),
        ("Bpref", "other", None, True),
    ],
)
def test_parse_measure_known_name_is_read(name, family, k, computed_by_trec):
    measure = parse_measure(name)
    assert (measure.name, measure.family, measure.k) == (name, family, k)
    assert (measure.trec is not None) is computed_by_trec


def test_parse_measure_parameters_are_read():
    assert parse_measure("P(rel=2)@5").rel == 2
    assert parse_measure("ERR(max=4)@5").max_grade == 4
    measure = parse_measure("AP(rel=3, norm=min)@5")
    assert (measure.rel, measure.norm) == (3, "min")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("P", "cutoff"),
        ("R", "cutoff"),
        ("Success", "cutoff"),
        ("Rprec@5", "takes no cutoff"),
        ("AP(norm=min)", "needs a cutoff"),
        ("AP(norm=max)@5", "norm is one of R, min"),
        ("nDCG(gain=4)@5", "gain is one of"),
        ("nDCG(rel=2)@5", "unknown or repeated parameter 'rel'"),
        ("ERR(max=4,max=5)@5", "repeated"),
        ("ERR(max=0)@5", "grade from 1 to 30"),
        ("ERR(max=31)@5", "grade from 1 to 30"),
        ("ERR(max=x)@5", "grade from 1 to 30"),
        ("nDCG@0", "cannot be read"),
        ("nDCG@-1", "cannot be read"),
        ("P@10; x", "cannot be read"),
        ("Goodness@10", "unknown measure"),
        ("NumRet", "count"),
        ("Judged@10", "not one that trec_eval computes"),
    ],
)
def test_parse_measure_wrong_name_says_what_is_wrong(name, said):
    with pytest.raises(InputError, match=said) as error:
        parse_measure(name)
    assert repr(name) in str(error.value)


def test_split_names_keeps_commas_inside_brackets():
    assert split_names(" P@5,AP(rel=2,norm=min)@5 ,, RR") == ["P@5", "AP(rel=2,norm=min)@5", "RR"]
    assert split_names("") == []


def test_families_every_alias_leads_to_one_family():
    names = [name for family, found in FAMILIES.items() for name in (family, *found.aliases)]
    assert len(set(names)) == len(names)
