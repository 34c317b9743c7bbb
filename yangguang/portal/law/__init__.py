"""查法条: the law site.  What the packs say, for everybody to read and to try; no account, no database."""
