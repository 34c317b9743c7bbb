"""The one search: rows of the view that the portal's own role may read, never more."""

from django.db.models import Count, QuerySet

from yangguang.disclosure.queries import holding
from yangguang.registry.queries.public import PORTAL

from ..models import Found

BEST_FIRST = ("-place", "-key")
KINDS = {
    "body": "执法主体",
    "power": "执法事项",
    "guide": "服务指南",
    "before": "事前公开",
    "list": "清单",
    "policy": "制度文件",
    "officer": "执法人员",
    "decision": "执法决定",
}


def find(text: str, body: str = "", kind: str = "") -> QuerySet[Found]:
    """What holds all the words: the register first, then lists and papers, then decisions, the newest first in each.

    Without words, all there is of a kind or a body.
    """
    rows = Found.objects.using(PORTAL).defer("tsv")
    rows = holding(rows, text) if text else rows
    exact = {"body_name": body, "kind": kind}
    return rows.filter(**{name: value for name, value in exact.items() if value}).order_by(*BEST_FIRST)


def by_kind(text: str, body: str = "") -> dict[str, int]:
    """How many of each kind, in the order they are shown."""
    many = dict(find(text, body).order_by().values_list("kind").annotate(many=Count("key")))
    return {kind: many[kind] for kind in KINDS if kind in many}
