"""Training encoders for person-job matching: data, losses, hard negatives, the loop, recipes.

torch is imported by the modules in here, never at ``import jobfit``.
"""
