import pytest

from jobfit.records import Importance, Polarity, RequirementKind
from jobfit.structure.clearances import clearance_label, find_clearances, read_clearances
from jobfit.structure.vacancy import read_vacancy_profile

HAS, HAS_NOT, WANTS = Polarity.HAS, Polarity.HAS_NOT, Polarity.WANTS


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SC cleared", [("uk:sc", HAS)]),
        ("Active DV clearance", [("uk:dv", HAS)]),
        ("BPSS, NPPV3", [("uk:bpss", HAS), ("uk:nppv", HAS)]),
        ("eligible for SC clearance", [("uk:sc", WANTS)]),
        ("SC clearance (lapsed)", [("uk:sc", HAS_NOT)]),
        ("expired DV clearance", [("uk:dv", HAS_NOT)]),
        ("Active TS/SCI security clearance", [("us:ts_sci", HAS)]),
        ("an Active Secret Security Clearance", [("us:secret", HAS)]),
        ("Top Secret clearance", [("us:top_secret", HAS)]),
        ("able to obtain a Public Trust", [("us:public_trust", WANTS)]),
        ("NATO Secret clearance", [("nato:secret", HAS)]),
        ("Existing security clearance or ability to obtain one", [("any", WANTS)]),
        ("Habilitation secret défense", [("fr:secret", HAS)]),
        ("habilitable secret défense", [("fr:secret", WANTS)]),
        ("Habilitation Très Secret", [("fr:tres_secret", HAS)]),
        ("TS//SCI with a CI polygraph", [("us:ts_sci", HAS)]),
        ("cleared to Top Secret", [("us:top_secret", HAS)]),
        ("- work\n-Interim Secret", [("us:secret", HAS)]),
        ("I hold a Secret, and an SSBI", [("us:secret", HAS)]),
        ("clearable to Secret level", [("us:secret", WANTS)]),
        ("willing to undergo SC", [("uk:sc", WANTS)]),
        ("SC or DV", [("uk:sc", HAS)]),
        ("Enhanced Developed Vetting (2019)", [("uk:dv", HAS)]),
        ("Reliability Status", [("ca:reliability", HAS)]),
        ("Negative Vetting Level 2", [("au:nv2", HAS)]),
        ("Security clearance: none", [("any", HAS_NOT)]),
        ("vetting of suppliers", []),
        ("we hold a secret ballot; an active secret life; job clearance", []),
        ("customs clearance; a clearance sale", []),
        ("the secret of success, top of the class", []),
        ("contracts requiring the highest levels of security clearance", []),
        ("worked with SC Magazine", []),
        ("", []),
    ],
)
def test_clearances(text: str, expected: list[tuple[str, Polarity]]) -> None:
    assert [(item.value, item.polarity) for item in find_clearances(text)] == expected


def test_a_higher_clearance_brings_the_lower_ones() -> None:
    held = {item.value for item in read_clearances("DV cleared") if item.polarity is HAS}
    assert held == {"uk:dv", "uk:sc", "uk:ctc", "uk:bpss", "any"}
    assert {item.value for item in read_clearances("eligible for DV clearance")} == {"uk:dv"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Must have an active Secret clearance.", {"us:secret": Importance.MUST}),
        ("Requirements:\n- ability to obtain a Secret clearance", {"us:secret": Importance.NICE}),
        ("Requirements:\n- SC clearance is desirable", {"uk:sc": Importance.NICE}),
        ("Requirements:\n- must hold a Secret.", {"us:secret": Importance.MUST}),
        ("Security clearance: None", {}),
        ("Clearance: N/A", {}),
        ("Requirements:\n- SC or DV", {"uk:sc": Importance.MUST}),
        ("The position requires a clearance at the federal level.", {"any": Importance.MUST}),
        ("Requirements:\n- eligible for a clearance", {"any": Importance.NICE}),
        ("Requirements:\n- must hold a government clearance", {"any": Importance.MUST}),
        ("You will undergo security vetting.", {"any": Importance.NICE}),
        ("Requirements:\n-Active TS/SCI security clearance", {"us:ts_sci": Importance.MUST}),
        ("Requirements:\n- Secret clearance\n- security clearance", {"us:secret": Importance.MUST}),
        ("Profil recherché :\n- habilitation secret défense exigée", {"fr:secret": Importance.MUST}),
    ],
)
def test_clearances_asked_for(text: str, expected: dict[str, Importance]) -> None:
    requirements = read_vacancy_profile(text, None).requirements
    assert {r.value: r.importance for r in requirements if r.kind is RequirementKind.CLEARANCE} == expected


def test_labels() -> None:
    assert (clearance_label("uk:sc"), clearance_label("any")) == ("UK SC clearance", "Security clearance")
