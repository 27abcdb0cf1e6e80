"""Numbers, handles and domains that reach nobody stay; those that reach a person go."""

import pytest

from jobfit.documents.masking import TextKind, mask

STAYS = """
Pay 45000-60000 EUR|Bonus up to $200,000.00|+300 customers|+20 000 visiteurs|+1 000 000 downloads|Ref #0045871
Post (12-00003)|250 000 000 rows|Mobile 2014 - 2018|Tel 2010-2012 sales|60000 - 90000 records|Fax 2001/2003
Sign-in/sign-out sheets|Drop-in/walk-in centre|Wrote @Transactional code|Fitter @Airbus|Cook @Hilton since 2019
Los Gatos.CA|with benefits.Pro Search|ASP.NET/MVC|Force.com and Monday.com|WebDriver.io|@types/node
"""
GOES = """
+33 1 40 20 50 00|+1 415 555 0132|tel 06 12 34 56 78|98765-43210|0612345678|@unamarsh|Twitter @UnaMarsh
linkedin/in/una-marsh|/in/una-marsh-12|in/una-marsh|una@marsh.example|www.marsh.example|https://una.example/cv
github.com/unamarsh|una [at] marsh [dot] example
"""


def _each(lines):
    return lines.strip().replace("\n", "|").split("|")


@pytest.mark.parametrize("kind", [TextKind.SENTENCE, TextKind.LABEL, TextKind.VACANCY, TextKind.CV_PART])
@pytest.mark.parametrize("line", _each(STAYS))
def test_mask_what_reaches_nobody_stays(line, kind):
    assert mask(line, kind).text == line


@pytest.mark.parametrize("kind", TextKind)
@pytest.mark.parametrize("line", _each(GOES))
def test_mask_what_reaches_a_person_goes(line, kind):
    left = mask(f"Nurse\n{line}\nLeeds", kind).text.split("\n")
    assert (left[0], left[-1]) == ("Nurse", "Leeds")
    assert not {"una", "marsh", "unamarsh", "example"} & set(left[1].lower().split())
    assert not any(map(str.isdigit, left[1]))


@pytest.mark.parametrize(
    ("kind", "left"), [(TextKind.VACANCY, "Clerk at Bluepeak.com"), (TextKind.CV, "\u2060\nClerk at")], ids=str
)
def test_mask_bare_domain_goes_from_a_cv_alone(kind, left):
    head = "Tamsin Ollerenshaw\n" if kind is TextKind.CV else ""
    assert mask(f"{head}Clerk at Bluepeak.com\nTasks", kind).text == f"{left}\nTasks"
