"""案件: opening, steps, proposal."""
