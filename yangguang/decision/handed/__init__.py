"""移送到本机关的案卷: what another body of this system handed over, read here, answered, and made a case of one's own."""
