"""Pages of what is shown beforehand."""
