"""公示平台: the public, read-only face; it connects with its own database role."""
