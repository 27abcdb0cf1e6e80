"""What a batch is and its loss: pairs (contrastive), preferences, and several objectives in one training."""
