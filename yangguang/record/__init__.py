"""执法全过程记录: dossier, documents, recordings."""
