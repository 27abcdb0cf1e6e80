"""The annotated adverts are well formed, and are those of the texts at hand."""

import json
import re
from itertools import pairwise

import adverts
import pytest


def test_each_advert_is_the_text_at_hand_and_its_spans_lie_in_it(shared_data):
    pairs = list(adverts.load(shared_data))
    assert len({each.source for _, each in pairs}) == len(pairs)
    assert sum(each.sample == "drawn" for _, each in pairs) >= 40
    for text, each in pairs:
        assert each.title, each.source
        for span in each.spans:
            assert 0 <= span.start < span.end <= len(text), each.source
            assert (words := span.of(text)).strip() == words, (each.source, span)


def test_the_words_at_a_time_hold_its_numbers(shared_data):
    """Months are twelve of the years that stand there, in digits or in words, unless the words are months."""
    words = {"two": 2, "Four": 4, "Five": 5, "four": 4, "seven": 7}
    for text, each in adverts.load(shared_data):
        for time in each.experience:
            stated = re.findall(r"\d+|[A-Z]?[a-z]+", time.span.of(text))
            years = [int(word) if word.isdigit() else words[word] for word in stated if word in words or word.isdigit()]
            one = 1 if "month" in time.span.of(text).lower() else 12
            months = [one * year for year in years]
            assert months and (time.minimum, time.maximum) in {
                (months[0], None),
                (months[0], months[1] if len(months) > 1 else None),
            }, each.source


def test_each_advert_agrees_with_itself():
    for each in adverts.read_adverts():
        names = [skill.name for skill in each.skills]
        assert len(set(names)) == len(names) and all(name == name.lower().strip() for name in names), each.source
        taken = sorted((skill.span.start, skill.span.end) for skill in each.skills)
        assert all(end <= start for (_, end), (start, _) in pairwise(taken)), each.source
        for bad in each.not_skills:
            assert not any(s.start < bad.end and bad.start < s.end for skill in each.skills for s in skill.mentions)
        for time in each.experience:
            assert time.maximum is None or (time.minimum or 0) < time.maximum, each.source
        assert all(pay.minimum <= pay.maximum for pay in each.salary), each.source


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"colour": 1}, "unknown field 'colour'"),
        ({"kind": "candidate"}, "'candidate' is not a vacancy"),
        ({"education": [{"span": [0, 1], "level": "COLLEGE", "importance": "must", "or_equivalent": True}]}, "COLLEGE"),
        ({"experience": [{"span": [0, 1], "minimum": 12, "importance": "mentioned"}]}, "only skills"),
        ({"skills": [{"name": "sql", "span": [0, 3], "polarity": "maybe"}]}, "maybe"),
        ({"skills": [{"name": "sql", "span": [0, 3], "polarity": "mentioned"}]}, "mentioned in part None"),
        ({"skills": [{"name": "sql", "span": [0, 3], "polarity": "must", "part": "tasks"}]}, "must in part 'tasks'"),
    ],
)
def test_a_line_that_is_no_advert_is_named(tmp_path, change, message):
    path = tmp_path / "vacancies.jsonl"
    path.write_text(
        json.dumps({"source": "a/b", "sha256": "0", "kind": "vacancy", "sample": "drawn"} | change), encoding="utf-8"
    )
    with pytest.raises(Exception, match=rf"vacancies.jsonl, line 1: .*{message}") as raised:
        adverts.read_adverts(path)
    assert type(raised.value).__name__ == "AnnotationError"
