"""Losses as pure functions of tensors.

Start with :func:`jobfit.training.losses.contrastive.two_sided_loss` (ConFit v2, equation 1) and
:func:`jobfit.training.losses.preferences.preference_loss` (RankPO). ``grad_cache`` makes large batches fit,
``cross_device`` shares them between processes, and ``sentence_transformers`` wraps it all for that library's own
trainer. Formulas, sources and what the published code did differently: ``docs/training/losses.md``.
"""
