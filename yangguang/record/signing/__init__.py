"""签名: who signed a document by hand, who refused and before whom; bound to the digest of exactly that document."""
