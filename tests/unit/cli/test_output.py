"""What long work shows: a bar on a terminal, and nothing where stderr is a file."""

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
