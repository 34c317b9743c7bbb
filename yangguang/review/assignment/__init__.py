"""分派: who reviews a draft, by qualification, conflict, leave and workload; and what happens when nobody can."""
