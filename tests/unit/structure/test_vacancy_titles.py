"""The title of an advert, and the town behind it, above, below or beside other lines."""

import pytest

from jobfit.structure.vacancy import read_vacancy_profile

REST = "\n\nWe are a small firm of twenty people.\n\nRequirements\nThree years of accounting.\n"


def title(head: str) -> str | None:
    found = read_vacancy_profile(head + REST, None).title
    return found and found.value


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("4417\nWelder", "Welder"),
        ("207", None),
        ("HIRING NOW - Pastry Chef", "Pastry Chef"),
        ("Urgent: Bricklayer", "Bricklayer"),
        ("Job opening | Site Engineer", "Site Engineer"),
        ("AVIS DE RECRUTEMENT : JARDINIER (H/F)", "JARDINIER (H/F)"),
        ("On recrute ! Boucher", "Boucher"),
        ("Offres - Comptable", "Comptable"),
        ("Recruitment Consultant", "Recruitment Consultant"),
        ("Chargé de recrutement - Lyon", "Chargé de recrutement - Lyon"),
        ("03/02/2025\nAide-soignante", "Aide-soignante"),
        ("Ref: 88-B2\nCourier", "Courier"),
        ("Vacancy ID 5521\nBaker", "Baker"),
        ("Réf. 12345\nSoudeur", "Soudeur"),
        ("Services\nSite Engineer", "Site Engineer"),
        ("service", None),
        ("Offre d'emploi\nPeintre", "Peintre"),
        ("Job description\nPastry Chef", "Pastry Chef"),
        ("Location: Hull Job Type: Part-time\nWarehouse Operator", "Warehouse Operator"),
        ("Lieu : Nantes Contrat : CDI\nComptable", "Comptable"),
        ("Company: Acme\n\nWarehouse Operator", "Warehouse Operator"),
        ("Employer: Northern Rail\nLocation: York\nTrain Driver", "Train Driver"),
        ("Posted on: 3 May\nDepartment: Finance\nAccountant", "Accountant"),
        ("Entreprise : Les Halles\nSecteur d'activité : commerce\nBoucher", "Boucher"),
        ("Company: Acme", None),
        ("Société : Durand", None),
        ("Ville de Gex\nJardinier (h/f)", "Jardinier (h/f)"),
        ("Elm Park Primary School\nCaretaker", "Caretaker"),
        ("Collège privé Saint-Louis - Annecy\nSurveillant(e), CDD de 3 mois", "Surveillant(e), CDD de 3 mois"),
        ("Bricklayers wanted for a site in the middle of Hull. Two years of work.", "Bricklayers"),
        ("Pastry Chef needed for a small hotel. Weekends off.", "Pastry Chef"),
        ("No experience needed for this job.", None),
        ("Alternance - Assistant(e) comptable (24 mois)", "Alternance - Assistant(e) comptable (24 mois)"),
        ("Client Adviser", "Client Adviser"),
        ("Department Manager: Women's Wear", "Department Manager: Women's Wear"),
    ],
)
def test_numbers_references_and_labels_above_a_title_are_none(head, expected):
    assert title(head) == expected


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("Looking for a Forklift Driver", "Forklift Driver"),
        ("We are looking for an Office Manager to run our site", "Office Manager"),
        ("Seeking a Pastry Chef", "Pastry Chef"),
        ("Hiring: Site Engineer", "Site Engineer"),
        ("Nous recherchons une vendeuse", "vendeuse"),
        ("Recherche Métier de la vente", "Métier de la vente"),
        ("On recrute un boulanger pour notre fournil", "boulanger"),
        ("Cherche Chauffeur-livreur", "Chauffeur-livreur"),
        ("Recherche et développement : chimiste", "Recherche et développement : chimiste"),
        ("Recherche clinique, attaché", "Recherche clinique, attaché"),
        ("Research Chemist", "Research Chemist"),
        ("Head of Hiring", "Head of Hiring"),
    ],
)
def test_words_that_look_for_somebody_are_no_part_of_the_title(head, expected):
    assert title(head) == expected


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("Site EngineerLocation: Leeds", "Site Engineer"),
        ("Site EngineerLOCATION: Leeds, UK", "Site Engineer"),
        ("Rigging supervisorSTART DATE: 3 May", "Rigging supervisor"),
        ("Night NurseSalary: £30,000", "Night Nurse"),
        ("Chef de rangLieu : Nice", "Chef de rang"),
        ("Job title: PlumberDuration: 6 months", "Plumber"),
        ("Job title: Head PlumberDescription• City and Guilds", "Head Plumber"),
        ("Position: Cook • full time • Leeds", "Cook"),
        ("Intitulé du poste : CuisinierProfil ● CAP", "Cuisinier"),
    ],
)
def test_a_label_glued_to_a_title_ends_it(head, expected):
    assert title(head) == expected


@pytest.mark.parametrize(
    ("head", "town"),
    [
        ("Dental Nurse - Wolverhampton", "wolverhampton"),
        ("Plombier – Angers", "angers"),
        ("Bookkeeper (Norwich)", "norwich"),
        ("Cook, Sunderland", "sunderland"),
        ("Developer - Java", None),
        ("Nurse - Nights", None),
        ("Manager - Sales", None),
    ],
)
def test_a_town_behind_the_title_is_where_the_work_is_but_not_surely(head, town):
    place = read_vacancy_profile(head + REST, None).location
    assert (place and (place.value, place.sure)) == (town and (town, False))
    if place:
        assert (head + REST)[place.evidence.start : place.evidence.end] == place.evidence.text


@pytest.mark.parametrize("line", ["Location: Leeds Job Type: Permanent", "Lieu : Lille Type de contrat : CDI"])
def test_a_label_behind_a_place_is_no_part_of_its_name(line):
    place = read_vacancy_profile(f"Cook\n{line}" + REST, None).location
    assert place is not None and place.sure and place.value in ("leeds", "lille")


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("La société Durand recrute un comptable (h/f)", "comptable (h/f)"),
        ("La mairie de Gex recrute par concours\nUN(E) CHARGÉ(E) DE MISSION (h/f)", "CHARGÉ(E) DE MISSION (h/f)"),
        ("Acme recrute\nChef de projet (H/F)", "Chef de projet (H/F)"),
        ("Le CHU recherche pour son service de cardiologie\nUN INFIRMIER (H/F)", "INFIRMIER (H/F)"),
        ("Acme Ltd is recruiting!\nWarehouse Operative", "Warehouse Operative"),
        ("The Mill (Ely) is looking for its next\nAssistant Miller (m/f/d)", "Assistant Miller (m/f/d)"),
        ("La Filature (Niort) recherche son ou sa\nATTACHÉ·E DE PRESSE", "ATTACHÉ·E DE PRESSE"),
        ("The Trust are looking for\nHealthcare Assistant", "Healthcare Assistant"),
        ("Join our team!\nBarista", "Barista"),
        ("Dear job seekers\nBarista", "Barista"),
        ("Bonjour à tous\nBoulanger (H/F)", "Boulanger (H/F)"),
        ("Veterinary nurse wanted!!\nHay-on-Wye", "Veterinary nurse"),
        ("Plombiers recherchés !\nNantes", "Plombiers"),
        ("Rejoignez notre équipe\nBoulanger (H/F)", "Boulanger (H/F)"),
        ("Ingénieur recherche et développement\nLyon", "Ingénieur recherche et développement"),
        ("Acme recrute\nNous fabriquons des vis", "Acme recrute"),
    ],
)
def test_who_is_recruiting_is_no_title_where_one_follows(head, expected):
    assert title(head) == expected


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("Nurse in Galway", "galway"),
        ("Assistant – Mi-temps – Lyon 6e", "lyon"),
        ("Aide à domicile – secteur Quimper", "quimper"),
        ("Manager in Training", None),
        ("Java 11 Developer", None),
    ],
)
def test_town_in_a_title_is_where_the_position_is(head, expected):
    place = read_vacancy_profile(head + REST, None).location
    assert (place and place.value) == expected


MORE = " We move parcels through the night and pay on time; the rest is told when we meet, with a coffee."


@pytest.mark.parametrize(
    ("advert", "expected"),
    [
        ("Warehouse Team Leader Acme Parcels is hiring for its site in Hull.", "Warehouse Team Leader"),
        ("Sr. Staff Nurse / Ward Manager (nights) Please call us.", "Sr. Staff Nurse / Ward Manager"),
        ("BA / QA Tester Our client is one of the largest.", "BA / QA Tester"),
        ("Cuisinier en collectivité pour une école de Rezé, temps plein.", "Cuisinier"),
        ("Chargée de clientèle Notre agence cherche une personne.", "Chargée de clientèle"),
        ("Acme, a privately held company, is seeking qualified forklift drivers.", "forklift drivers"),
        ("The governors of Elm Park wish to appoint a Nursery Nurse (mornings).", "Nursery Nurse"),
        ("Durand SA, imprimeur depuis 1920, recherche 2 conducteurs offset à Niort.", "conducteurs offset"),
        ("La ferme Bio d'Ici embauche un(e) Maraîcher(ère) en bocage.", "Maraîcher(ère)"),
        ("Our customers are looking for a good carpenter, and we help them.", None),
        ("What hiring managers and recruiting teams should know about us.", None),
        ("Acme is looking to hire an experienced Site Manager but will train.", "Site Manager"),
        ("No status as a victim of violence counts here. As a people manager you lead ten.", "people manager"),
        ("We are looking for a self-motivated person. Are you looking for a career that few can offer?", None),
        ("Nous recherchons une perle rare et recrutons sur profil.", None),
        ("Minimum Required Skills: Mechanical Engineer, SolidWorks.", None),
        ("Overview The Project Manager will be in charge.", None),
    ],
)
def test_title_of_an_advert_without_lines_is_a_position_or_unknown(advert, expected):
    found = read_vacancy_profile(advert + MORE, None).title
    assert (found and found.value) == expected
