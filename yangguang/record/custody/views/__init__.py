"""Pages of custody, by topic."""
