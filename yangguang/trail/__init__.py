"""留痕: facts, actions, entries and the transparency log."""
