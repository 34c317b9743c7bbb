"""更正文书: a wrong document is followed by a new version with its reason; the old one stays."""
