"""办案平台: the face for officers, reviewers, heads and supervisors."""
