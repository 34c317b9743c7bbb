"""Writes of custody, by topic."""
