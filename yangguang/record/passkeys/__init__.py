"""通行密钥: a person's own key, registered once, with which documents are signed."""
