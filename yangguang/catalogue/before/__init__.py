"""事前: what a body shows before it acts, its window boards, the clocks of change, and its policy documents."""
