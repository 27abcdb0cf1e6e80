"""What every variant keeps, and what the raw one is."""

from __future__ import annotations

import pytest

from jobfit.errors import InputError
from jobfit.preparation.variants import RawVariant, VariantSettings, make_variant
from jobfit.records import Candidate, Source, Vacancy

SOURCE = Source("memory", "text", "0" * 64)
PERSON = Candidate("c1", "Jane Doe\nNurse\nCall +33 6 12 34 56 78 or jane@mail.org", "en", SOURCE)
POSITION = Vacancy("v1", "We are looking for a nurse in Lyon.", "en", SOURCE)


def test_raw_variant_masks_by_default_and_keeps_order_and_ids():
    documents = list(RawVariant().render([POSITION, PERSON]))
    assert [document.id for document in documents] == ["v1", "c1"]
    assert "nurse" in documents[0].text and "Nurse" in documents[1].text
    assert "jane@mail.org" not in documents[1].text and "34 56 78" not in documents[1].text


def test_raw_variant_unmasked_is_the_text_as_it_is():
    variant = RawVariant(VariantSettings(masked=False))
    assert next(variant.render([PERSON])).text == PERSON.text
    assert variant.facts() == {"masked": False, "language": "as written"}


def test_raw_variant_takes_records_one_at_a_time():
    taken = []

    def records():
        for record in (PERSON, POSITION):
            taken.append(record.id)
            yield record

    rendered = RawVariant().render(records())
    next(rendered)
    assert taken == ["c1"]


def test_unknown_variant_or_language_is_an_error_that_names_the_known_ones():
    with pytest.raises(InputError, match="no variant 'magic'; there are: raw"):
        make_variant("magic", VariantSettings())
    with pytest.raises(InputError, match="language 'de' is not one of en, fr"):
        VariantSettings("de")
