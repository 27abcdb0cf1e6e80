import pytest

from jobfit.records import Importance, Kind, Polarity, RequirementKind
from jobfit.structure.certificates import certificate_ids, certificate_label, find_certificates, read_certificates
from jobfit.structure.text import ReadText
from jobfit.structure.vacancy import read_vacancy_profile


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("CISSP, CISA and PMP", ["cissp", "cisa", "pmp"]),
        ("ITIL v3 Foundation, PRINCE2 Practitioner", ["itil", "prince2"]),
        ("certification in ITIL 2011 and PRINCE2 practitioner", ["itil", "prince2"]),
        ("AWS Certified Solutions Architect - Associate", ["aws-solutions-architect"]),
        ("Microsoft Certified: Azure Administrator, AZ-900", ["azure"]),
        ("CompTIA Security+ and Network+", ["comptia-security", "comptia-network"]),
        ("Must meet DoD 8570 IAT Level II", ["dod-8570"]),
        ("Certified Scrum Master, PSM I, CSPO", ["csm", "psm", "cspo"]),
        ("Lean Six Sigma Green Belt", ["six-sigma"]),
        ("ACCA, CIMA or CPA required", ["acca", "cima", "cpa"]),
        ("CFA Level II", ["cfa"]),
        ("BLS and ACLS certified, RN license", ["bls", "acls", "rn"]),
        ("NEBOSH General Certificate, IOSH, CSCS card", ["nebosh", "iosh", "cscs"]),
        ("Driver CPC, digi tacho card, ADR licence", ["driver-cpc", "tachograph", "adr"]),
        ("OSHA 30, CDL Class A", ["osha-30", "cdl"]),
        ("MS-CIT Certified", ["mscit"]),
        ("SST, PSC1, SSIAP 2", ["sst", "psc1", "ssiap-2"]),
        ("Habilitation électrique B0 H0", ["habilitation-electrique"]),
        ("CACES R482 cat A, CACES R486", ["caces-r482", "caces-r486"]),
        ("FIMO, FCO, carte conducteur", ["fimo", "fco", "carte-conducteur"]),
        ("certifié ITIL et TOGAF", ["itil", "togaf"]),
        ("TOEIC 850, certification Pix", ["toeic", "pix"]),
        ("Certiphyto, BAFA, AFGSU 2", ["certiphyto", "bafa", "afgsu"]),
        ("deadline driven environmentPMP preferred", ["pmp"]),
    ],
)
def test_certificates_named(text: str, expected: list[str]) -> None:
    assert [item.value for item in find_certificates(text)] == expected


@pytest.mark.parametrize(
    "text",
    [
        "Knowledge of ITIL and TOGAF",
        "CPA, CPC and CTR of the campaigns",
        "CFA Apprentissage de Lyon",
        "customer success manager (CSM)",
        "ACLs and NAT on routers",
        "an ISO 9001 company, a certified women's business",
        "SSL certificate renewals; birth certificate",
        "green, black or yellow",
        "Scrum master in a team of ten",
        "an elapsed time; the sstable format",
        "",
    ],
)
def test_other_words_are_no_certificate(text: str) -> None:
    assert find_certificates(text) == ()


@pytest.mark.parametrize(
    ("text", "polarity"),
    [
        ("CISSP", Polarity.HAS),
        ("CISSP, expires 2027", Polarity.HAS),
        ("Preparing for the CISSP exam", Polarity.WANTS),
        ("CISSP (in progress)", Polarity.WANTS),
        ("CISSP - expected June 2026", Polarity.WANTS),
        ("would like to obtain the CISSP", Polarity.WANTS),
        ("CISSP en cours", Polarity.WANTS),
        ("en préparation : CISSP", Polarity.WANTS),
        ("CISSP expired", Polarity.HAS_NOT),
        ("CISSP (lapsed)", Polarity.HAS_NOT),
        ("no CISSP", Polarity.HAS_NOT),
        ("CISSP périmée", Polarity.HAS_NOT),
        ("sans CISSP", Polarity.HAS_NOT),
    ],
)
def test_what_is_said_of_a_certificate(text: str, polarity: Polarity) -> None:
    [item] = read_certificates(text)
    assert (item.value, item.polarity) == ("cissp", polarity)


def test_what_is_said_of_one_is_not_said_of_the_next_in_a_list() -> None:
    read = {item.value: item.polarity for item in read_certificates("ITIL Foundation, PMP, CISSP (in progress)")}
    assert read == {"itil": Polarity.HAS, "pmp": Polarity.HAS, "cissp": Polarity.WANTS}
    both = {item.value: item.polarity for item in read_certificates("Preparing for the CISSP and CISM")}
    assert set(both.values()) == {Polarity.WANTS}


def test_a_higher_certificate_brings_those_it_includes_only_when_held() -> None:
    assert [item.value for item in read_certificates("CCNP")] == ["ccnp", "ccna", "cisco"]
    assert [item.value for item in read_certificates("CCNP in progress")] == ["ccnp"]
    mixed = {item.value: item.polarity for item in read_certificates("CCNP in progress\nCCNA")}
    assert mixed == {"ccnp": Polarity.WANTS, "ccna": Polarity.HAS, "cisco": Polarity.HAS}


def test_a_method_counts_among_the_certificates_of_a_cv() -> None:
    read = ReadText("Ann\n\nCERTIFICATIONS\nITIL\nPRINCE2\n", Kind.CANDIDATE)
    assert [item.value for item in read_certificates(read)] == ["itil", "prince2"]


@pytest.mark.parametrize(
    ("line", "value"),
    [("PHR", "phr"), ("SPHR", "phr"), ("OCA", "oracle"), ("N+", "comptia-network"), ("SC-900", "microsoft"),
     ("Pega certified", "pega"), ("CSTE", "cste"), ("Hortonworks Certified Developer", "cloudera")],
)  # fmt: skip
def test_names_and_numbers_of_exams(line: str, value: str) -> None:
    read = ReadText(f"Ann\n\nCERTIFICATIONS\n{line}\n", Kind.CANDIDATE)
    assert value in [item.value for item in read_certificates(read)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Requirements:\n- CISSP certification", {"cissp": Importance.MUST}),
        ("Requirements:\n- PMP certification is a plus but not required", {"pmp": Importance.NICE}),
        ("Requirements:\n- CISSP or CISM", {"cissp": Importance.NICE, "cism": Importance.NICE}),
        ("Requirements:\n- Any of the following: CISA, CRISC", {"cisa": Importance.NICE, "crisc": Importance.NICE}),
        ("Requirements:\n- DoD 8570 (Security+, CISSP)", {
            "dod-8570": Importance.MUST, "comptia-security": Importance.NICE, "cissp": Importance.NICE,
        }),
        ("Profil recherché :\n- Habilitation électrique exigée", {"habilitation-electrique": Importance.MUST}),
        ("Profil recherché :\n- SST apprécié", {"sst": Importance.NICE}),
        ("Salary: 50k\nPMP certification is a plus", {"pmp": Importance.NICE}),
        ("Benefits:\nwe pay for your AWS certification", {}),
        ("Certifications:\nCSM\nOCP", {"csm": Importance.MUST, "ocp": Importance.MUST}),
        ("Certifications souhaitées : CSM", {"csm": Importance.NICE}),
        ("Certifications:\nCISSP\nand you know VMware", {"cissp": Importance.MUST}),
        ("Requirements:\n- CSM", {}),
    ],
)  # fmt: skip
def test_certificates_asked_for(text: str, expected: dict[str, Importance]) -> None:
    requirements = read_vacancy_profile(text, None).requirements
    assert {r.value: r.importance for r in requirements if r.kind is RequirementKind.CERTIFICATE} == expected


def test_a_certificate_is_not_a_skill_as_well() -> None:
    requirements = read_vacancy_profile("Requirements:\n- AWS certification\n- ITIL foundation", "en").requirements
    assert {r.kind for r in requirements} == {RequirementKind.CERTIFICATE}


def test_labels() -> None:
    assert [certificate_label(v) for v in ("cissp", "aws", "caces-r482")] == [
        "CISSP",
        "AWS certification",
        "CACES R482",
    ]
    assert "cissp" in certificate_ids()
