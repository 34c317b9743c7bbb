"""行政执法公示: what the public sees of an act, and when it must change."""
