"""法规库: the editions of the law that cases are bound to, and what lawyers signed."""
