"""schema.org JobPosting to a vacancy text."""

import json

from jobfit.ingest.formats.jobposting import from_html, from_linked_data, from_posting
from jobfit.ingest.raw import RawRejection
from jobfit.records import Kind

POSTING = {
    "@context": "https://schema.org",
    "@type": "JobPosting",
    "title": "Night nurse",
    "identifier": {"@type": "PropertyValue", "name": "Clinic", "value": 4711},
    "hiringOrganization": {"@type": "Organization", "name": "Clinic"},
    "jobLocation": {"address": {"addressLocality": "Lyon", "postalCode": "69001", "addressCountry": {"name": "FR"}}},
    "jobLocationType": "TELECOMMUTE",
    "applicantLocationRequirements": {"@type": "Country", "name": "France"},
    "employmentType": ["FULL_TIME", "CONTRACTOR"],
    "baseSalary": {"currency": "EUR", "value": {"minValue": 2000, "maxValue": 2500, "unitText": "MONTH"}},
    "validThrough": "2026-12-31T23:59:59Z",
    "description": "<p>You care &amp; you watch.</p><p style='display:none'>secret words</p>",
    "responsibilities": "Care at night",
    "qualifications": "Nursing licence",
    "educationRequirements": {"credentialCategory": "bachelor degree"},
    "experienceRequirements": {"monthsOfExperience": 36},
    "skills": ["Wound care", {"@type": "DefinedTerm", "name": "Triage"}],
}


def test_full_posting_is_written_out_under_the_headings_of_a_vacancy():
    document = from_posting(POSTING)
    assert (document.kind, document.id) == (Kind.VACANCY, "4711")
    assert document.text == "\n".join(
        [
            "Night nurse",
            "",
            "Company: Clinic",
            "Location: 69001 Lyon, FR",
            "Remote",
            "Remote from: France",
            "Employment type: Full-time, Freelance",
            "Salary: 2000 – 2500 EUR per month",
            "Apply until: 2026-12-31",
            "",
            "You care & you watch.",
            "",
            "Responsibilities",
            "Care at night",
            "",
            "Requirements",
            "Nursing licence",
            "Bachelor's degree",
            "3 years of experience",
            "",
            "Required skills",
            "Wound care",
            "Triage",
        ]
    )


def test_text_that_html_hides_is_left_out_and_flagged():
    document = from_posting(POSTING)
    assert "secret" not in document.text
    assert any(flag.startswith("hidden_text") for flag in document.flags)


def test_twice_escaped_description_is_read():
    assert "<p>" not in from_posting({"title": "Cook", "description": "&lt;p&gt;Cook well&lt;/p&gt;"}).text


def test_plain_description_keeps_its_lines():
    assert from_posting({"title": "Cook", "description": "Cook\n- soup\n- bread < 1 kg"}).text.endswith(
        "- bread < 1 kg"
    )


def test_months_that_are_no_whole_years_stay_months():
    document = from_posting({"description": "Cook", "experienceRequirements": {"monthsOfExperience": 18}})
    assert "18 months of experience" in document.text


def test_requirements_as_plain_text_are_kept():
    posting = {"description": "Cook", "educationRequirements": "CAP cuisine", "experienceRequirements": "Two winters"}
    assert from_posting(posting).text == "Cook\n\nRequirements\nCAP cuisine\nTwo winters"


def test_posting_without_a_text_is_rejected():
    assert from_posting({"title": "Cook"}, 2) == RawRejection("the posting has no description", 2, "description", "")


def test_wrong_type_is_rejected_by_field_and_value():
    result = from_posting({"description": "Cook", "experienceRequirements": {"monthsOfExperience": "many"}})
    assert (result.field, result.value) == ("experienceRequirements.monthsOfExperience", "many")
    assert from_posting({"title": True, "description": "Cook"}).field == "title"


def test_graph_gives_each_posting_a_row_and_passes_over_the_rest():
    graph = {
        "@graph": [{"@type": "Organization"}, POSTING, {**POSTING, "identifier": "b", "@type": ["schema:JobPosting"]}]
    }
    assert [(document.id, document.row) for document in from_linked_data(graph)] == [("4711", 1), ("b", 2)]


def test_linked_data_without_a_posting_is_rejected_with_its_types():
    [result] = from_linked_data({"@type": "Person", "@graph": [{"@type": "http://schema.org/Organization"}]})
    assert (result.field, result.value) == ("@type", "Person, Organization")


def test_html_page_gives_its_postings():
    page = f"<html><script type='application/ld+json'>{json.dumps(POSTING)}</script><p>Menu</p></html>"
    [document] = from_html(page.encode())
    assert (document.id, document.row) == ("4711", None)


def test_html_page_without_a_usable_posting_is_left_to_the_html_reader():
    assert from_html(b"<html><p>Cook wanted</p></html>") is None
    assert from_html(b'<script type="application/ld+json">{"@type": "JobPosting",</script>') is None
    assert from_html(b'<script type="application/ld+json">{"@type": "WebPage"}</script>') is None


def test_html_page_with_an_endless_script_is_read_in_linear_time():
    assert from_html(b"<script " * 100_000) is None
