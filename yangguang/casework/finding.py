"""Cases by words (of their title, their number, their party's name, the number of a paper), and cases that are late."""

from datetime import date

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, F, Func, Q, UUIDField
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


class AnyOf(Func):
    """`a = any (array)`."""

    template, arg_joiner = "%(expressions)s", " = any "
    output_field = BooleanField()


def late(scope: str, today: date) -> Q:
    """Rows whose case has a duty within the scope that was due before today and is not done.

    **Why** an array: the cases are asked for first; the database cannot tell how few they are, and would look at every case.
    """
    owed = duties.overdue(scope, today).filter(subject__startswith="case:").order_by()
    cases = owed.values(late_case=Cast(Substr("subject", 6), UUIDField())).distinct()
    return Q(AnyOf(F("case_id"), Func(ArraySubquery(cases), template="(%(expressions)s)")))
