"""The tags of the two base pages: navigation, who is signed in, addresses and the few settings that pages may know.

They are part of the library `ui`; pages load that one.
"""

from collections.abc import Mapping
from typing import Any

from django import template
from django.conf import settings

from yangguang.site import nav
from yangguang.site.wording import each, get

register = template.Library()


@register.inclusion_tag("components/work_nav.html", takes_context=True)
def ui_work_nav(context: Mapping[str, Any]) -> dict[str, Any]:
    """The left navigation: `desk.nav` of the context if a page gives one, else the entries that exist for the roles."""
    request = context.get("request")
    desk = context.get("desk")
    given = get(desk, "nav") if desk else None
    if given:
        return {
            "groups": [
                {
                    "title": get(g, "title", ""),
                    "items": each(
                        get(g, "items_") or get(g, "items"), label="", url="", icon="", current=False, count=None
                    ),
                }
                for g in given
            ]
        }
    roles = get(getattr(request, "caller", None), "roles") or get(desk, "roles") or frozenset()
    return {
        "groups": nav.work_groups(
            frozenset(roles), getattr(request, "path", "/"), get(desk, "counts") if desk else None
        )
    }


@register.inclusion_tag("components/portal_nav.html", takes_context=True)
def ui_portal_nav(context: Mapping[str, Any]) -> dict[str, Any]:
    given = context.get("portal_nav")
    if given:
        return {"items": each(given, label="", url="", current=False)}
    return {"items": nav.portal_items(getattr(context.get("request"), "path", "/"))}


@register.inclusion_tag("components/who.html", takes_context=True)
def ui_who(context: Mapping[str, Any]) -> dict[str, Any]:
    """Who is signed in: from `desk` {body, person, role} or from `request.caller`."""
    request, desk = context.get("request"), context.get("desk")
    caller = getattr(request, "caller", None)
    return {
        "csrf_token": context.get("csrf_token", ""),
        "person": get(desk, "person", "") or (caller.officer.name if caller else ""),
        "role": get(desk, "role", "") or (caller.role_names if caller else ""),
        "logout_url": get(desk, "logout_url", "") or nav.address(("logout", "registry:logout")) or "",
    }


@register.simple_tag(takes_context=True)
def ui_body_name(context: Mapping[str, Any]) -> str:
    desk, caller = context.get("desk"), getattr(context.get("request"), "caller", None)
    return get(desk, "body", "") or (caller.body.name if caller else "")


@register.simple_tag(takes_context=True)
def ui_search_url(context: Mapping[str, Any]) -> str:
    return get(context.get("desk"), "search_url", "") or nav.address(("workbench:search", "workbench:cases")) or ""


@register.simple_tag
def ui_url(*names: str) -> str:
    """This is the address of the first of these URL names that exists, else nothing."""
    return nav.address(names) or ""


@register.simple_tag(takes_context=True)
def ui_who_key(context: Mapping[str, Any]) -> str:
    """Whose drafts these are: drafts kept on a shared computer never show to another person."""
    caller = getattr(context.get("request"), "caller", None)
    return str(caller.account.pk) if caller else ""


@register.simple_tag
def ui_setting(name: str) -> Any:
    """One of the few settings that pages may know."""
    if name not in ("SESSION_COOKIE_AGE", "CSRF_COOKIE_NAME"):
        raise ValueError(f"页面不能读取设置项 {name}。")
    return getattr(settings, name)
