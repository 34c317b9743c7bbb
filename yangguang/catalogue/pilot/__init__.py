"""试点: which kinds of act a unit pilots, by the annex of its plan or by its own choice, and where its three systems stand."""
