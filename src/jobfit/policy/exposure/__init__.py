"""Rankings that pay attention to groups: what was published for it, behind one signature, with what each costs.

Start with :mod:`jobfit.policy.exposure.base`; ``prefixes`` holds what works on one list place by place, ``randomised``
what draws a ranking, ``across`` what shares exposure out over many lists. They are for studies and for purposes that
somebody has answered for: none is on by default, and in some countries ordering people by a protected group is itself
unlawful. They see codes of groups, never what a group is called. ``docs/fairness.md`` compares them.
"""
