"""The training loop: sampler, schedule, objectives, checkpoints, validation, log, trainer. Start at trainer.py."""
