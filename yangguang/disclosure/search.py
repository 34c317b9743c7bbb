"""Chinese full text in PostgreSQL without an extension: character bigrams, made here, matched by position.

PostgreSQL's own parser never sees Chinese: under a C locale it finds no word in it.  A phrase of n characters is its
n−1 bigrams in a row, so every substring is found and nothing else.
"""

import re
import unicodedata
from collections.abc import Iterator

RUN = re.compile(r"[0-9a-z]+|[^\s\W_0-9a-z]+", re.IGNORECASE)
MAX_POSITION = 16_383  # PostgreSQL keeps no positions beyond this; such words are found, their order is not


def normal(text: str) -> str:
    """Full-width to half-width, lower case: what two writings of one word share."""
    return unicodedata.normalize("NFKC", text).lower()


def lexemes(text: str) -> Iterator[tuple[str, int]]:
    """(lexeme, position): bigrams of Chinese runs, whole words of letters and digits."""
    position = 0
    for run in RUN.findall(normal(text)):
        if run[0].isascii():
            position += 1
            yield run, position
        else:
            for i in range(max(len(run) - 1, 1)):
                position += 1
                yield run[i : i + 2], position
        position += 1  # a gap, so that a phrase does not run over punctuation


def vector(text: str, weight: str = "D") -> str:
    """The tsvector literal of a text."""
    places: dict[str, list[int]] = {}
    for lexeme, position in lexemes(text):
        found = places.setdefault(lexeme, [])
        if position <= MAX_POSITION and len(found) < 256:
            found.append(position)
    return " ".join(
        _quoted(lexeme) + (":" + ",".join(f"{p}{weight}" for p in at) if at else "") for lexeme, at in places.items()
    )


def query(text: str) -> str:
    """The tsquery literal: each run as a phrase, all runs required.  "" when nothing can be searched for."""
    phrases = []
    for run in RUN.findall(normal(text)):
        words = [word for word, _ in lexemes(run)]
        if not run[0].isascii() and len(run) == 1:
            continue
        phrases.append(" <-> ".join(_quoted(word) for word in words))
    return " & ".join(f"({phrase})" for phrase in phrases)


def _quoted(lexeme: str) -> str:
    return "'" + lexeme.replace("\\", "\\\\").replace("'", "''") + "'"


def snippet(text: str, asked: str, around: int = 40) -> list[tuple[str, bool]]:
    """Parts of the text about the first hit: (words, is a hit)."""
    flat = re.sub(r"\s+", " ", text)
    words = [w for w in RUN.findall(asked) if len(w) > 1 or w.isascii()]
    hit = next((m for w in words if (m := re.search(re.escape(w), flat, re.IGNORECASE))), None)
    if hit is None:
        return [(flat[: 2 * around], False)]
    start, end = max(hit.start() - around, 0), min(hit.end() + around, len(flat))
    return [
        (("…" if start else "") + flat[start : hit.start()], False),
        (flat[hit.start() : hit.end()], True),
        (flat[hit.end() : end] + ("…" if end < len(flat) else ""), False),
    ]
