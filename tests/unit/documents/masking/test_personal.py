"""A line is a personal detail only where it is one: other lines with the same words stay, in a CV and elsewhere."""

import pytest

from jobfit.documents.masking import TextKind, mask

STAYS = """
Taught 2 cours de piano|Organisé 4 passages de frontière|Loué 6 places assises|Rénové 3 résidences secondaires
Construit 2 routes en forêt|Dirigé 3 cours du soir|Litigated 4 Crown Court appeals|Refurbished 7 Main Street shops
Synced 40 Google Drive folders|Mapped 12 Village Square stalls
Led 2 Bond Street boutiques|Surveyed 9 Park Road houses
Photo: Capture One|Picture: retouching in GIMP|Mobile: React Native|Mobile : Ionic|Portable : Linux|Phone: triage
Website: Drupal|Site web : Joomla|Blog: Ghost|Courriel : Thunderbird|GitHub: Copilot|LinkedIn: Ads|Slack: bots
Taille : équipe de 12|Poids : camions lourds|Height: rope access|Weight: pallets|Children: speech therapy
Enfants : ateliers créatifs|Handicap : accompagnement scolaire|Disability: inclusive teaching|Age: 3-5|Âge : 11-14 ans
Treated patients aged 80|Helped pupils aged 16|Trained 17-year-old swimmers|Restored engines 40 years old
Nurse for residents 85 years old|Au pair, 3 enfants|Childminder, 4 children|Advice to divorced parents
Photographe de mariage|20000 Abonnés|45000 Produits|30000 Visiteurs
"""
GOES = """
12 rue des Lilas|3 cours de la Marne, 33800 Bordeaux|7 place Bellecour|12 High Street, Leeds|9 Rosemary Lane
4 résidence Les Tilleuls|Photo: una.jpg|Photo : ci-jointe|Picture: attached|Mobile: 07700 900123
Portable : 06 12 34 56 78|Website: una-marsh.example/cv|Taille : 1,78 m|Height: 178 cm|Weight: 70 kg|Children: 2
Enfants : deux|Enfants : 2 (5 et 8 ans)|Handicap : RQTH|Disability: none|Age: 34
Âge : 34 ans|aged 45|34 years old|34-year-old|I am 34 years old|2 children
Married, 2 children|Mariée, deux enfants|Skype: una.marsh|GitHub: unamarsh
Telegram: umarsh2|Skype: UnaM
"""


def _each(lines):
    return lines.strip().replace("\n", "|").split("|")


def _in_cv(line):
    return f"Tamsin Ollerenshaw\ntamsin@ollerenshaw.example\nEXPERIENCE\n- {line}\n2018 - 2021"


@pytest.mark.parametrize("line", _each(STAYS))
def test_mask_line_about_work_stays(line):
    assert mask(line, TextKind.SENTENCE).text == line
    assert mask(_in_cv(line)).text == f"\n\nEXPERIENCE\n- {line}\n2018 - 2021"


@pytest.mark.parametrize("line", _each(GOES))
def test_mask_line_about_the_person_goes(line):
    left = mask(_in_cv(line)).text
    assert left.startswith("\n\nEXPERIENCE\n") and left.endswith("\n2018 - 2021")
    assert not any(c.isalnum() for c in left.removeprefix("\n\nEXPERIENCE\n").removesuffix("\n2018 - 2021"))


@pytest.mark.parametrize(
    ("line", "left"),
    [
        ("Waitress, 12 rue des Lilas, 69003 Lyon", "Server"),
        ("Infirmière - 69003 Lyon", "Infirmier"),
        ("Photo | Son | Lumière", "Photo | Son | Lumière"),
        ("Robes de mariée sur mesure", "Robes de marié sur mesure"),
        ("Cooked for guests at 12 High Street, Leeds", "Cooked for guests at"),
    ],
)
def test_mask_what_stands_beside_a_detail_or_looks_like_one_stays(line, left):
    assert mask(_in_cv(line)).text.split("\n")[3] == f"- {left}"
