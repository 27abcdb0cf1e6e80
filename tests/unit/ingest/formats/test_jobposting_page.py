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
