"""One self-contained HTML page: shortlists with their ledgers, and an evaluation with intervals."""
