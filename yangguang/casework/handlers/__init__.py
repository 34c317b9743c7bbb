"""承办人: who handles a case now, the change of handlers, and the decision on a recusal."""
