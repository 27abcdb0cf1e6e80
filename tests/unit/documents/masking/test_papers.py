"""Numbers of documents and labelled names of relatives go, with their labels; dates and licences stay."""

import pytest

from jobfit.documents.masking import mask

GONE = """Passport No: X1234567|Passport number AB1234567|N° de passeport : 12AB34567|Passeport n° 12AB34567
Carte d'identité n° : 880692310285|National Insurance Number: QQ 12 34 56 C
N° de sécurité sociale : 1 88 12 69 123 456 42
Driving licence No. ABC123456|Permis de conduire n° 130669200|Visa No.: V-1234567|Titre de séjour n° 9912345678
SSN: 123-45-6789|Numéro fiscal : 1234567812345|Aadhaar: 1234 5678 9012|PAN No. ABCDE12345F
Father's name: Ann Lee|Father’s Name   Ramesh Kumar|Mother's Name : Ann|Spouse: Bo Li|Husband's/Father's Name: Una Lee
S/o Ramesh Kumar|Fils de Ramesh Kumar|Nom du père : Jean|Nom de jeune fille de la mère : Duval|Conjointe : Una
Personne à prévenir : Bo Li|Emergency contact: Bo Li|Wife's name - Una|Name of Father : Bo Li"""
KEPT = """Driving licence since 2010|Permis B, 2012 - 2014|Visa 2015 - 2019|Project ID 4711|Registration 2019
ISO 9001 licence|Daughter company of Acme|Fils de pub et affiches|Passport control, 300 people a day"""


@pytest.mark.parametrize("line", GONE.replace("\n", "|").split("|"))
def test_number_of_a_document_or_name_of_a_relative_goes(line):
    assert mask(f"Tamsin Ollerenshaw\nNurse\nSKILLS\n{line}\nEnd").text == "\nNurse\nSKILLS\n\nEnd"


@pytest.mark.parametrize("line", KEPT.replace("\n", "|").split("|"))
def test_fact_beside_such_a_word_stays(line):
    text = mask(f"Tamsin Ollerenshaw\nNurse\nSKILLS\n{line}\nEnd").text
    assert text.split("\n")[3].split()[1:] == line.split()[1:]
