import pytest

from jobfit.structure.conditions import find_conditions


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("CDI à temps plein", ["permanent", "full_time"]),
        ("CDD de 6 mois, temps partiel", ["fixed_term", "part_time"]),
        ("Permanent contract, part-time", ["permanent", "part_time"]),
        ("Mission d'intérim", ["temporary"]),
        ("Temporary position", ["temporary"]),
        ("Recherche un stage de 6 mois", ["internship"]),
        ("Looking for an internship", ["internship"]),
        ("Contrat d'apprentissage ou alternance", ["apprenticeship"]),
        ("Freelance or fixed-term contract", ["freelance", "fixed_term"]),
        ("Full-time, on-site, remote or hybrid.", ["full_time", "on_site", "remote", "hybrid"]),
        ("Télétravail possible", ["remote"]),
        ("2 jours de télétravail par semaine", ["hybrid"]),
        ("Télétravail 2 jours par semaine", ["hybrid"]),
        ("Fully remote", ["remote"]),
        ("travail de nuit et le week-end", ["night_shift"]),
        ("travail le week-end", ["weekend"]),
        ("Night shifts and weekend work", ["night_shift", "weekend"]),
    ],
)
def test_conditions_stated_are_read(text: str, expected: list[str]) -> None:
    assert [s.value for s in find_conditions(text)] == expected


@pytest.mark.parametrize(
    "text",
    [
        "remote sensing, remote control",
        "hybrid cloud on AWS",
        "an early stage start-up; stage design",
        "apprentissage automatique",
        "no night shifts",
        "pas de télétravail",
        "permanent improvement of quality",
        "weekend hikes",
        "",
    ],
)
def test_conditions_denied_or_of_another_meaning_are_none(text: str) -> None:
    assert find_conditions(text) == ()


@pytest.mark.parametrize(
    "text", ["Contract: permanent", "Employment type: Permanent, Leeds", "Contract type: permanent"]
)
def test_find_conditions_permanent_after_a_label(text: str) -> None:
    assert [item.value for item in find_conditions(text)] == ["permanent"]


def test_find_conditions_permanent_alone_is_no_contract() -> None:
    assert find_conditions("U.S. citizenship or permanent residency; a permanent marker") == ()
