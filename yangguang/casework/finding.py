"""Cases by words (of their title, their number, their party's name, the number of a paper), and cases that are late."""

from datetime import date

from django.db.models import Q, UUIDField
from django.db.models.expressions import RawSQL
from django.db.models.functions import Cast, Substr

from yangguang.duty import queries as duties

MOST = 10_000  # so many cases one search looks through; beyond that a person wants a better word


def named(text: str, to: str = "case_id") -> Q:
    """Rows whose case holds every word of the text, at most those of `MOST` cases.

    **Shape** words are divided by spaces; width, case and the form of brackets do not count: （2026）, [2026] and 〔2026〕
    are one.  A paper is found by its whole number, by the beginning of it or by its end.  `to`: the column of the case.
    """
    return Q(**{f"{to}__in": RawSQL("select casework_found(%s, %s)", [text, MOST])})


def late(scope: str, today: date) -> Q:
    """Rows whose case has a duty within the scope that was due before today and is not done.

    **Why** the cases are asked for first: the database cannot tell how few they are, and would look at every case.
    """
    owed = duties.overdue(scope, today).filter(subject__startswith="case:")
    return Q(case_id__in=set(owed.values_list(Cast(Substr("subject", 6), UUIDField()), flat=True)))
