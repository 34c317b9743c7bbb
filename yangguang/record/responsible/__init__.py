"""记录责任: who records, brings in, checks, keeps and lends, unit by unit, and how each task stands."""
