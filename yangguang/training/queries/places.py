"""Where a row of training is seen: what a body above makes is for those below."""

from django.db.models import Q

from yangguang.registry.access import below


def above(scope: str) -> list[str]:
    """The path of a body and of every body above it.  **Shape** "41.15.21/qingshan/" → ["41.15.21/", …]."""
    parts = scope.split("/")[:-1]
    return ["/".join(parts[: n + 1]) + "/" for n in range(len(parts))]


def seen_from(scope: str) -> Q:
    """Rows made at a body, below it or above it: what a body above makes is for those below."""
    return below(scope) | Q(scope__in=above(scope))
