"""Cases by words: of their title, their number, their party's name, or the number of one of their papers."""

from django.db.models import Q
from django.db.models.expressions import RawSQL

MOST = 10_000  # so many cases one search looks through; beyond that a person wants a better word


def named(text: str, to: str = "case_id") -> Q:
    """Rows whose case holds every word of the text, at most those of `MOST` cases.

    **Shape** words are divided by spaces; width, case and the form of brackets do not count: （2026）, [2026] and 〔2026〕
    are one.  A paper is found by its whole number, by the beginning of it or by its end.  `to`: the column of the case.
    """
    return Q(**{f"{to}__in": RawSQL("select casework_found(%s, %s)", [text, MOST])})
