"""Chinese full text in PostgreSQL without an extension: character bigrams, made here, matched by position.

PostgreSQL's own parser never sees Chinese: under a C locale it finds no word in it.  What is compared is the text with
every run of punctuation and space as one gap; a term is found exactly where it stands in that, and nowhere else.
Each pair of neighbouring characters is a lexeme at its place, and the last character of a run is one too, so that a
single character is "the start of a pair or the end of a run" and a gap can be asked for.
"""

import re
import unicodedata
from collections.abc import Iterator
from itertools import pairwise

RUN = re.compile(r"[^\W_]+")
LONGEST = 100  # characters of a query
# Beyond these PostgreSQL keeps no place of a lexeme (16 383 in a row, 256 of one) or no vector at all (1 MB).
LAST_PLACE, MOST_PLACES, MOST_LEXEMES = 14_000, 255, 40_000
SENTINEL = "…long"  # marks a vector that does not say everything; no run of a text holds that sign

_ASCII_LOWER = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz")


def normal(text: str) -> str:
    """Full-width to half-width, Latin letters to lower case: what two writings of one word share."""
    return unicodedata.normalize("NFKC", text).translate(_ASCII_LOWER)


def runs(text: str) -> list[str]:
    return RUN.findall(normal(text))


def squeezed(text: str) -> str:
    """The text as it is compared: runs of letters, digits and characters, one gap between them."""
    return " ".join(runs(text))


def terms(asked: str) -> list[str]:
    """What a person asked for: words separated by space are wanted each, wherever they stand."""
    return list(dict.fromkeys(found for word in asked.split() if (found := squeezed(word))))


def lexemes(text: str) -> Iterator[tuple[str, int]]:
    """(lexeme, place) of every pair, and of the last character of every run."""
    place = 1
    for run in runs(text):
        for i in range(len(run)):
            yield run[i : i + 2], place + i
        place += len(run) + 1


def vector(text: str, weight: str = "D") -> str:
    """The tsvector literal of a text."""
    places: dict[str, list[int]] = {}
    whole = True
    for lexeme, place in lexemes(text):
        if place > LAST_PLACE or (lexeme not in places and len(places) >= MOST_LEXEMES):
            whole = False
            break
        found = places.setdefault(lexeme, [])
        if len(found) < MOST_PLACES:
            found.append(place)
        else:
            whole = False
    literal = [f"{_quoted(lexeme)}:{','.join(f'{p}{weight}' for p in at)}" for lexeme, at in places.items()]
    return " ".join(literal if whole else [*literal, f"{_quoted(SENTINEL)}:1{weight}"])


def query(asked: str) -> str:
    """The tsquery literal: each term as it stands, all terms required.  "" where there is nothing to search for.

    A single character alone is nothing: half of all decisions hold it.
    """
    wanted = terms(asked)
    if not any(len(term) > 1 for term in wanted):
        return ""
    return " & ".join(f"({_phrase(term)})" for term in wanted)


def _phrase(term: str) -> str:
    *inner, last = term.split(" ")
    parts: list[str] = []
    for run in inner:  # a gap follows, so the run's last character has to be the last of its run in the text too
        parts += [*(_quoted(run[i : i + 2]) + " <-> " for i in range(len(run) - 1)), _quoted(run[-1]) + " <2> "]
    if len(last) == 1:
        return "".join(parts) + _quoted(last) + ":*"
    return "".join(parts) + " <-> ".join(_quoted(a + b) for a, b in pairwise(last))


def long_query() -> str:
    """The tsquery of the few texts whose vector does not say everything."""
    return _quoted(SENTINEL)


def patterns(asked: str) -> list[str]:
    """LIKE patterns of the words as typed, for those few texts."""
    words = [re.sub(r"([\\%_])", r"\\\1", word) for word in asked.split()]
    return [f"%{word}%" for word in words]


def _quoted(lexeme: str) -> str:
    return "'" + lexeme.replace("\\", "\\\\").replace("'", "''") + "'"


# ---- showing where it was found ----------------------------------------------------------------------------------

Part = tuple[str, bool]


def _hits(text: str, asked: str) -> list[tuple[int, int]]:
    """Where the terms stand in the text, as ranges of the text itself, in order and apart."""
    flat: list[str] = []
    origin: list[int] = []
    for place, character in enumerate(text):
        for one in normal(character):
            if RUN.match(one):
                flat.append(one)
                origin.append(place)
            elif flat and flat[-1] != " ":
                flat.append(" ")
                origin.append(place)
    line = "".join(flat)
    found = sorted(
        (origin[at.start()], origin[at.end() - 1] + 1)
        for term in terms(asked)
        for at in re.finditer(re.escape(term), line)
    )
    apart: list[tuple[int, int]] = []
    for start, end in found:
        if apart and start <= apart[-1][1]:
            apart[-1] = (apart[-1][0], max(end, apart[-1][1]))
        else:
            apart.append((start, end))
    return apart


def highlight(text: str, asked: str) -> list[Part]:
    """The whole text in parts: (words, is a hit)."""
    return _parts(text, _hits(text, asked), 0, len(text))


def snippet(text: str, asked: str, around: int = 40, longest: int = 160) -> list[Part]:
    """The part of the text about its first hit: (words, is a hit)."""
    flat = re.sub(r"\s+", " ", text).strip()
    hits = _hits(flat, asked)
    start = max(hits[0][0] - around, 0) if hits else 0
    end = min(start + longest, len(flat))
    parts = _parts(flat, hits, start, end)
    return [*([("…", False)] if start else []), *parts, *([("…", False)] if end < len(flat) else [])]


def _parts(text: str, hits: list[tuple[int, int]], low: int, high: int) -> list[Part]:
    parts: list[Part] = []
    at = low
    for start, end in hits:
        start, end = max(start, low), min(end, high)
        if start >= end:
            continue
        parts += [(text[at:start], False), (text[start:end], True)]
        at = end
    return [part for part in [*parts, (text[at:high], False)] if part[0]]
