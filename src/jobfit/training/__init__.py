"""Training encoders for person-job matching: data, losses, hard negatives, rounds, the loop.

torch is imported by the modules in here, never at ``import jobfit``.
"""
