"""Training encoders for person–job matching: losses, hard negatives, the loop, recipes.

torch is imported by the modules in here, never at ``import jobfit``.
"""
