"""The component gallery and the design pages: the standard that the real pages are held to.

Sample data only; nothing here reads the database.
"""

from pathlib import Path

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from yangguang.site.gallery_context import sample

COMPONENTS = Path(__file__).parent / "templates" / "components"
PAGES = {
    "case": "案件页",
    "review": "法制审核台",
    "inbox": "办案首页",
    "disclosure": "公示办理",
    "portal": "公示门户首页",
    "search": "查决定",
    "decision": "决定页",
    "tombstone": "已撤下的决定",
    "verify": "存证验证",
    "error-400": "400",
    "error-403": "403",
    "error-404": "404",
    "error-500": "500",
    "error-csrf": "页面已过期",
}
ERRORS = {"error-400": "400", "error-403": "403", "error-404": "404", "error-500": "500", "error-csrf": "403_csrf"}


def notes() -> dict[str, dict[str, str]]:
    """The comment at the top of each partial is its documentation."""
    found = {}
    for path in sorted(COMPONENTS.glob("*.html")):
        text = path.read_text(encoding="utf-8")
        head = text.split("{% endcomment %}")[0].removeprefix("{% comment %}").strip()
        title, _, rest = head.partition("\n")
        found[path.stem] = {"title": title, "use": rest}
    return found


def gallery(request: HttpRequest) -> HttpResponse:
    return render(request, "components/gallery.html", {**sample(), "pages": PAGES, "notes": notes()})


def gallery_page(request: HttpRequest, name: str) -> HttpResponse:
    if name not in PAGES:
        raise Http404(f"没有这个样页：{name}。可用：{'、'.join(PAGES)}")
    template = f"{ERRORS[name]}.html" if name in ERRORS else f"gallery/{name}.html"
    return render(request, template, sample())
