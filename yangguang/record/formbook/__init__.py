"""文书样式汇编: which forms a body writes its documents on, since when, and what of its papers was not made from them."""
