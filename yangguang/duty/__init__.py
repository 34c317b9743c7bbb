"""职责与时限: what the law still asks of somebody."""
