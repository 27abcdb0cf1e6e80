import time

import pytest

from jobfit.ingest.formats.jobposting import extract_page
from jobfit.records import Kind

PAGE = '<script type="application/ld+json">%s</script><p>Cook wanted in our kitchen'


def test_web_page_with_a_posting_is_read_as_data():
    posting = '{"@type": "JobPosting", "title": "Nurse", "description": "Night shifts in Lyon"}'
    [document] = extract_page((PAGE % posting).encode())
    assert document.kind is Kind.VACANCY
    assert "Nurse" in document.text and "kitchen" not in document.text


def test_web_page_with_other_data_is_read_as_it_is_seen():
    for data in ('{"@type": "WebPage", "about": "JobPosting"}', '{"@type": "JobPosting", broken'):
        [document] = extract_page((PAGE % data).encode())
        assert document.text.strip() == "Cook wanted in our kitchen"


POSTING = '{"@type": "JobPosting", "title": "Nurse", "description": "Night shifts in Lyon"}'


def posting(old="", new=""):
    return POSTING.replace(old, new) if old else POSTING


@pytest.mark.parametrize(
    "script",
    [
        posting("Night ", "Night\n"),
        posting("Night ", "Night\t\x0b "),
        posting("Night", "Night\r\n\r\n"),
        f"<![CDATA[{POSTING}]]>",
        f"//<![CDATA[\n{POSTING}\n//]]>",
        f"/*<![CDATA[*/ {POSTING} /*]]>*/",
        f"<!--{POSTING}-->",
        f"/* made by a plugin */ {POSTING}",
        f"// made by a plugin\n{POSTING}",
        posting("}", ",}"),
        posting("}", ', "industry": ["a", "b", ], \n}'),
        posting("}", "};"),
        posting("}", ', "title": "Nurse"}'),
        posting('"', "&quot;"),
        f'{{"@context": "https://schema.org", "@graph": [{{"@type": "WebSite"}}, {POSTING}]}}',
        f'{{"@graph": {POSTING}}}',
        f'[{{"@type": "Organization"}}, {POSTING}]',
        f"[[{POSTING}]]",
        f'{{"@type": "ItemList", "itemListElement": [{{"@type": "ListItem", "item": {POSTING}}}]}}',
        f'{{"@type": "WebPage", "about": {POSTING}}}',
        f'{{"@type": "WebPage", "hasPart": [{{"x": {{"y": [{POSTING}]}}}}]}}',
        posting('"JobPosting"', '["JobPosting", "Thing"]'),
        posting('"JobPosting"', '"http://schema.org/JobPosting"'),
        posting("Night shifts", "&lt;p&gt;Night shifts&lt;/p&gt;"),
        posting("Night shifts", "&amp;lt;p&amp;gt;Night shifts&amp;lt;/p&amp;gt;"),
        posting("Night shifts", "<p>Night <b>shifts</b></p>"),
        f"\ufeff{POSTING}",
    ],
)
def test_posting_as_sites_write_it_is_read(script):
    [document] = extract_page((PAGE % script).encode())
    assert document.kind is Kind.VACANCY
    assert " ".join(document.text.split()) == "Nurse Night shifts in Lyon"


def test_address_with_two_slashes_inside_a_text_is_no_comment():
    [document] = extract_page((PAGE % posting("Lyon", "https://example.org/a,b /* c */")).encode())
    assert "https://example.org/a,b /* c */" in document.text


def test_posting_in_the_encoding_of_its_page():
    page = '<meta charset="iso-8859-1">' + PAGE % posting("Lyon", "Besançon")
    [document] = extract_page(page.encode("latin-1"))
    assert "Besançon" in document.text


def test_several_postings_of_a_page_are_several_vacancies_and_a_repeated_one_counts_once():
    script = "</script><script type='application/ld+json'>".join([POSTING, posting("Nurse", "Cook"), POSTING])
    documents = extract_page((PAGE % script).encode())
    assert [(document.row, document.text.split()[0]) for document in documents] == [(1, "Nurse"), (2, "Cook")]


@pytest.mark.parametrize(
    "script",
    ["{" * 50_000, '"' * 100_000, '{"a": "' + '\\"' * 100_000, "/*" * 100_000, "//" * 100_000, "," * 100_000,
     '{"a":' * 20_000, "<!--" * 50_000, '{"@type": "JobPosting", "x": NaN}', '{"a": 1' + "0" * 5000 + "}"],
)  # fmt: skip
def test_nonsense_in_a_script_is_passed_over_in_linear_time(script):
    started = time.process_time()
    [document] = extract_page((PAGE % f'"JobPosting"{script}').encode())
    assert "Cook wanted" in document.text
    assert time.process_time() - started < 3
