"""Contact persons of adverts go, in every way that adverts announce them; employers, teams and titles stay."""

import pytest

from jobfit.documents.masking import TextKind, mask

ANNOUNCED = """
Contact Una Marsh for questions|Contact: Una Marsh, Head of HR
Please send your CV to Una Marsh|Hiring manager: Una Marsh|Recruiter: Una Marsh (Talent)
For the attention of Ms Una Marsh|Questions? Call Una Marsh|Dear Mrs Marsh
Ask for Mr Marsh|Apply to Dr. Marsh|Contactez Una Marsh|Merci de contacter Mme Marsh|À l'attention de Monsieur Marsh
Adressez votre candidature à Una Marsh|Interlocutrice : Una Marsh
Chargée de recrutement : Una Marsh|Mlle Una Marsh, RH
"""
STAYS = """
Contact Human Resources|Contact our team|Apply to Bluepeak Ltd
Send your CV to Bluepeak Group|Recruiter: Bluepeak Agency|Call Centre Agent
Hiring manager wanted|Line Manager, Leeds|Attention to detail|Questions to Customer Services
Contactez le service RH|Chargé de recrutement|Auprès de l'équipe|MS Office and MS Project|Phone Sales Assistant
Customer Contact Centre Manager|Mail Room Clerk|Dear candidate|Ring Spinning Operator
"""


def _each(lines):
    return lines.strip().replace("\n", "|").split("|")


@pytest.mark.parametrize("kind", [TextKind.VACANCY, TextKind.SENTENCE])
@pytest.mark.parametrize("line", _each(ANNOUNCED))
def test_mask_announced_contact_person_goes(line, kind):
    text = mask(f"Baker\nBluepeak Ltd\n{line}\nTasks", kind).text
    assert text.startswith("Baker\nBluepeak Ltd\n") and text.endswith("\nTasks")
    assert "Una" not in text and "Marsh" not in text


@pytest.mark.parametrize("kind", [TextKind.VACANCY, TextKind.SENTENCE])
@pytest.mark.parametrize("line", _each(STAYS))
def test_mask_line_that_announces_nobody_stays(line, kind):
    assert mask(f"Baker\n{line}\nTasks", kind).text == f"Baker\n{line}\nTasks"
