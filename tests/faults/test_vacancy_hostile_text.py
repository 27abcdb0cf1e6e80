"""100,000 characters made to slow the rules down are read in seconds."""

import time

import pytest

from jobfit.structure.vacancy import read_vacancy_profile

LENGTH = 100_000
PATTERNS = {
    "one word": "a",
    "years": "5 years ",
    "alternatives": "must have Java or Python, ",
    "headings": "Job Description: About Aa Bb Cc: ",
    "lines": "- Java\n",
    "blanks": " ",
    "brackets": "experience (",
    "titles": "seeking a ",
    "languages": "fluent English or German ",
    "numbers": "1 2 3 ",
    "permits": "titre de séjour exigé en France, no sponsorship ",
    "citizens": "US citizens or green card only ",
    "conditions": "full-time remote CDI sur site ",
    "others": "manage a team of the a a ",
    "rows": "| experience | 2 years ",
    "not needed": "no longer use Java, not needed: ",
    "streets": "rue de Java nodes ",
    "lists": "Java, Foo, SQL, ",
    "nested lists": "(Java, (Foo, ",
    "slashes": "Java/Foo/",
    "what is asked for": "experience with foo systems, bar design and Java ",
    "abbreviations": "Java GLBA vRA ",
    "or at the end": "Java, foo bar, or ",
    "headings of skills": "Skills: \n",
    "years of several": "5+ years of Oracle and till date ",
}


@pytest.mark.parametrize("pattern", PATTERNS.values(), ids=PATTERNS.keys())
def test_read_vacancy_hostile_text_takes_no_longer_than_a_few_seconds(pattern):
    text = "x" + (pattern * (LENGTH // len(pattern)))
    began = time.process_time()
    read_vacancy_profile(text, None)
    assert time.process_time() - began < 15  # seconds of a busy processor; a quadratic rule takes minutes
