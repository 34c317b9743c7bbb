"""Lawful erasure: the words and the salt of one entry go, its leaf and every proof stay (个人信息保护法 art. 47)."""
