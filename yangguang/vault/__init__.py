"""存证: content-addressed bytes."""
