"""Small words of the public's register for its templates."""

from collections.abc import Mapping

from django import template

register = template.Library()


@register.filter
def cell(row: Mapping[str, str], name: str) -> str:
    """The value of a column of a row; a dash where the plan does not publish it."""
    return row[name] or "—"
