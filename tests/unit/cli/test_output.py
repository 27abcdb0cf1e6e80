"""What long work shows: a bar on a terminal, and a line now and then where stderr is a file."""

import io

import pytest
from rich.console import Console

from jobfit.cli import output


@pytest.mark.parametrize(("terminal", "shown"), [(True, "3/4"), (False, "")])
def test_progress_counts_on_a_terminal_and_is_silent_elsewhere(monkeypatch, terminal, shown):
    written = io.StringIO()
    monkeypatch.setattr(output, "stderr", Console(file=written, force_terminal=terminal, width=80))
    with output.telling() as told:
        told.of("Training")(3, 4)
    assert (shown in written.getvalue()) if shown else not written.getvalue().strip()


def test_progress_off_a_terminal_is_a_line_now_and_then(monkeypatch):
    written, clock = io.StringIO(), iter([0.0, 10.0, 31.0, 31.0, 40.0, 62.0, 62.0])
    monkeypatch.setattr(output, "stderr", Console(file=written, width=80))
    monkeypatch.setattr(output.time, "monotonic", lambda: next(clock))
    with output.telling() as told:
        for done in (1, 2, 3):
            told.step("Asking", done, 1000)
        told.step("Answers", 4000, 0)
    assert written.getvalue().splitlines() == ["Asking: 2 of 1,000", "Answers: 4,000"]


@pytest.mark.parametrize(
    ("sentence", "quoted", "shown"),
    [
        ("I have never used Rust.", "Rust", "“I have never used [Rust].”"),
        ("Rust", "Rust", "“Rust”"),
        ("Rust.", "Rust", "“Rust.”"),
        ("Knows\nSQL and C", "SQL", "“Knows [SQL] and C”"),
        ("(Rust), Go", "Rust", "“([Rust]), Go”"),
        (f"{'word ' * 40}Rust{' word' * 40}", "Rust", f"“… {'word ' * 16}[Rust]{' word' * 16} …”"),
    ],
)
def test_quote_is_marked_in_its_sentence(sentence, quoted, shown):
    start = sentence.index(quoted)
    assert output.in_sentence(sentence, start, start + len(quoted)) == shown
