"""Compare what happens to groups of people: rates of decisions, exposure in rankings, each with its support.

Start with :func:`jobfit.audit.by_group.by_group`: a table of rates, one loop over groups. ``counts`` brings decisions
and rankings into the form that it reads, ``evenness`` measures one list at a time, ``counterfactual`` what stating an
attribute changes; ``assess`` does it all for a file of groups, as ``jobfit audit`` prints it. An audit *assesses*; no
number here says that a use of a system is lawful or just. ``docs/fairness.md`` says what each measure assumes.
"""
