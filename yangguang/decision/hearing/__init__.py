"""听证: asked for, arranged, held or given up, and answered by the draft that follows it (行政处罚法 art. 63–65)."""
