"""意见不一致: the objection to an opinion and its coordination, which ends in a new review."""
