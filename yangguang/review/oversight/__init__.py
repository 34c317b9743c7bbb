"""上级监督: every review of the subordinate bodies as it stands, remarks on it, and the accountability for breaches."""
