"""不予行政处罚决定: asked for by the handlers, decided by a head, written, served, closed (行政处罚法 art. 30–33, 36, 57)."""
