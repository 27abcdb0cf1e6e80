"""The values of every query as ``trec_eval -q`` prints them: measure, query id and value, with tabs between them."""

from __future__ import annotations

from collections.abc import Iterator

from jobfit.evaluation.measures import Report


def per_query_lines(report: Report) -> Iterator[str]:
    """Yield a line a query and measure, then one for ``all``: the mean. Values are ``repr``, which reads back exactly.

    An undefined query has no line. A measure that is undefined for every query has no line at all.
    """
    for measure, values in report.per_query.items():
        for query_id, value in values.items():
            yield f"{measure}\t{query_id}\t{value!r}"
        if (mean := report.aggregate[measure].mean) is not None:
            yield f"{measure}\tall\t{mean!r}"
