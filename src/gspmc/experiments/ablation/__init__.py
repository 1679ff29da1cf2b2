"""A matrix of runs: which arms, over which seeds and folds, and what they show together."""
