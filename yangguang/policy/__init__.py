"""法: packs, answers, working days, deadlines.  Pure Python."""
