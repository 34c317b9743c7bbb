"""A character nobody can see, in any address and any field an outsider can reach: an answer in words, never a failure."""

import re
from itertools import product
from urllib.parse import quote

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests import registered
from yangguang.policy import packs
from yangguang.registry import access

CHINESE = re.compile(r"[\u4e00-\u9fff]")
QS = "cn-henan-xinyang-qingshan"
GOOD = {
    "pack": [QS],
    "kind": ["penalty"],
    "procedure": ["ordinary"],
    "question": ["publish_by"],
    "rule": ["D07"],
    "gate": ["G9"],
}
FIELDS = (
    *(
        "q",
        "body",
        "kind",
        "standing",
        "field",
        "since",
        "until",
        "withdrawn",
        "after",
        "before",
        "no",
        "digest",
        "code",
    ),
    *(
        "procedure",
        "group",
        "rows",
        "layer",
        "page",
        "source",
        "own",
        "on",
        "start",
        "provisional",
        "facts",
        "decided_on",
    ),
)


def routes(resolver: URLResolver, before: str = "") -> list[tuple[str, dict[str, type]]]:
    """Every address below a resolver, with the parts of it that are named."""
    found: list[tuple[str, dict[str, type]]] = []
    for one in resolver.url_patterns:
        there = before + str(one.pattern)
        found += routes(one, there) if isinstance(one, URLResolver) else [(there, one.pattern.converters)]
    return found


def public() -> list[str]:
    """The routes of the portal and of the open interfaces."""
    found: list[str] = []
    for one in get_resolver().url_patterns:
        if isinstance(one, URLResolver) and one.app_name in ("portal", "exchange"):
            found += [f"/{there}" for there, _ in routes(one, str(one.pattern))]
        elif isinstance(one, URLPattern) and one.name == "login":
            found.append("/login/")
    assert len(found) > 50
    return sorted(set(found))


def filled(route: str, bad: str) -> list[str]:
    """The route with something bad in each named part, the parts before it being good where that is possible."""
    parts = re.findall(r"<(?:\w+:)?(\w+)>", route)
    made = []
    for place in range(len(parts)):
        values = [GOOD.get(name, ["x"])[0] for name in parts]
        values[place] = bad
        here = route
        for name, value in zip(parts, values, strict=True):
            here = re.sub(rf"<(?:\w+:)?{name}>", lambda _, value=value: quote(value, safe=""), here, count=1)
        made.append(here)
    return made


@pytest.fixture(autouse=True)
def quiet(caplog):  # refusals are what is looked for here
    caplog.set_level("CRITICAL", logger="django.request")


@pytest.mark.django_db
@pytest.mark.parametrize("bad", ["\0", "占\0道", "x" * 5000, "\ud7ff\u202e", "%s'\";--"])
def test_in_the_path(bad):
    client = Client(raise_request_exception=False)
    for route in public():
        for address in filled(route, bad):
            cache.clear()
            response = client.get(address)
            assert response.status_code in (200, 301, 302, 400, 404), (address, response.status_code)
            if response.status_code >= 400:
                assert CHINESE.search(response.content.decode()), address


@pytest.mark.django_db
def test_in_every_field_of_every_page():
    with access.within(""):
        town = registered.town()
    good = {**GOOD, "key": [str(town.body.key), str(town.power.key)]}
    assert QS in packs.names()
    client = Client(raise_request_exception=False)
    for route in public():
        parts = re.findall(r"<(?:\w+:)?(\w+)>", route)
        if not all(name in good for name in parts):
            continue
        for values in product(*(good[name] for name in parts)):
            address = route
            for name, value in zip(parts, values, strict=True):
                address = re.sub(rf"<(?:\w+:)?{name}>", value, address, count=1)
            for field in FIELDS:
                response = client.get(address, {field: "a\0b"})
                assert response.status_code < 500, (address, field)
                if "text/html" in response.get("Content-Type", ""):
                    shown = b"".join(response) if response.streaming else response.content
                    assert b"Null characters" not in shown, (address, field)
                    assert field not in ("q", "no") or b"\0" not in shown, (address, field)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address", ["/search/", "/decisions/", "/bodies/", "/officers/", "/powers/", f"/law/{QS}/clauses/"]
)
def test_every_search_says_the_same_of_it(address):
    response = Client().get(address, {"q": "占\0道"})
    assert response.status_code == 400
    assert "第 2 个字是看不见的控制字符（U+0000），请删去后重新输入" in response.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("field", ["username", "password"])
def test_the_sign_in_says_it_in_chinese(field):
    given = {"username": "zhang", "password": "yangguang-demo-2026", field: "a\0b"}
    page = Client().post("/login/", given).content.decode()
    assert "含有看不见的控制字符（U+0000），请删去后重新输入" in page and "Null" not in page
