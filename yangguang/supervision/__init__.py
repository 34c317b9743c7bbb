"""行政执法监督: live cases, overdue duties, warnings."""
