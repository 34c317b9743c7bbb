"""行政复议、行政诉讼 against a decision: what pauses meanwhile, what came of it, and what that triggers."""
