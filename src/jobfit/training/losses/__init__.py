"""Losses as pure functions of tensors.

Start with :func:`jobfit.training.losses.contrastive.two_sided_loss` (ConFit v2, equation 1) and
:func:`jobfit.training.losses.preferences.preference_loss` (RankPO); over lists with grades,
:func:`jobfit.training.losses.ranking.ranking_loss` has the LambdaLoss family by name. ``grad_cache`` makes large
batches fit, ``cross_device`` shares them between processes, and ``sentence_transformers`` and ``cross_encoder`` wrap it
all for that library's own trainers. Formulas, sources and what the published code did differently:
``docs/training/losses.md``.
"""
