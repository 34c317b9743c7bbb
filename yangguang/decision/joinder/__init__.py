"""The head's answer to a joinder or a severance: one case ends in the other, or a new one begins."""
