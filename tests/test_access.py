"""Rule 16: every address of the site has a declared policy, and every sort of person is sent to every address.

The table below is the policy in words of its own; it does not read the decorators of the views.  A new route without a
line here fails.  Nothing is written: each request is rolled back.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests import story
from tests.story import Story, at
from yangguang.decision.models import Service
from yangguang.registry import access
from yangguang.registry import actions as registry
from yangguang.registry.models import Account, Body
from yangguang.trail.models import Entry

pytestmark = pytest.mark.django_db

# ---- the people ------------------------------------------------------------------------------------------------------

ANYBODY = "anonymous"
OWN = {  # of 青山镇, whose case it is
    "officer": "zhang",
    "colleague": "wu",
    "reviewer": "wang",
    "head": "chen",
    "disclosure": "zhou",
    "archivist": "sun",
    "admin": "admin",
    "security": "security",
    "auditor": "auditor",
}
ABOVE = {"supervisor": "qian", "upstairs": "upstairs"}  # of the county: one supervises, one only works there
ELSEWHERE = {  # of 定远乡 in the same county, and of the county next to it
    "other officer": "o_officer",
    "other reviewer": "o_reviewer",
    "other head": "o_head",
    "other disclosure": "o_disclosure",
    "other archivist": "o_archivist",
    "other supervisor": "x_supervisor",
}
ROLE = {
    **{who: who for who in OWN},
    "colleague": "officer",
    "supervisor": "supervisor",
    "upstairs": "officer",
    **{who: who.removeprefix("other ") for who in ELSEWHERE},
}
PEOPLE = (ANYBODY, *OWN, *ABOVE, *ELSEWHERE)
USERNAME = {**OWN, **ABOVE, **ELSEWHERE}
REACHES = {*OWN, "supervisor"}  # whose part of the tree holds 青山镇's case

# ---- the policy ------------------------------------------------------------------------------------------------------

CASES = ("officer", "reviewer", "head", "disclosure", "supervisor", "archivist")  # work with cases; no administrator
EVERYBODY = (*CASES, "admin", "security", "auditor")
GOOD = (200, 302, 304)
UNSUITED = (403, 409, 422)  # the page exists for this role, but this person or this moment does not fit it


@dataclass(frozen=True)
class Policy:
    """Who may open one route, and with what in the address.

    **Shape** `may`: roles, or None for the public; `about`: the arguments of the address; it is of a body when it has any
    and not `open_to_all`; `gives`: statuses for who may.
    """

    may: tuple[str, ...] | None
    about: Callable[[Story], list[Any]] | None = None
    asks: Callable[[Story], str] = lambda s: ""
    gives: tuple[int, ...] = GOOD
    own: bool = True  # what is named belongs to a body
    method: str = "get"


def case(s: Story) -> list[Any]:
    return [s.case.pk]


def handler_item(s: Story) -> list[Any]:
    return [s.issuance.item.pk]


PUBLIC, SIGNED_IN = None, EVERYBODY
LAW = ("officer", "reviewer", "head", "supervisor", "auditor")
POLICIES: dict[str, Policy] = {
    # the door
    "login": Policy(PUBLIC),
    "logout": Policy(PUBLIC, gives=(405,)),
    "signed_in": Policy(PUBLIC),
    "gallery": Policy(PUBLIC),
    "gallery_page": Policy(PUBLIC, lambda s: ["inbox"], own=False),
    # the log: public by its nature; commitments only
    "trail:checkpoint": Policy(PUBLIC, gives=(200, 404)),
    "trail:vkey": Policy(PUBLIC),
    "trail:tile": Policy(PUBLIC, lambda s: ["0/000"], gives=(200, 404), own=False),
    # lists of the own part of the tree
    "registry:bodies": Policy(SIGNED_IN),
    "registry:officers": Policy(SIGNED_IN),
    "registry:powers": Policy(SIGNED_IN),
    "registry:password": Policy(SIGNED_IN),
    # the law is nobody's secret; who signs a rule is asked when it is signed
    "lawbook:home": Policy(LAW),
    "lawbook:rules": Policy(LAW, lambda s: ["cn"], own=False),
    "lawbook:rule": Policy(LAW, lambda s: ["cn", "deadline/D07"], own=False),
    "workbench:inbox": Policy(SIGNED_IN),
    "workbench:draft": Policy(SIGNED_IN, asks=lambda s: "?form=/clues/new/", gives=(200, 204)),
    "workbench:cases": Policy(CASES),
    "workbench:search": Policy(CASES, asks=lambda s: "?q=安全出口"),
    # a case and its trail
    "workbench:case": Policy(CASES, case),
    "workbench:case_trail": Policy(CASES, case),
    "workbench:case_proof": Policy(CASES, lambda s: [s.case.pk, s.entry], gives=(200, 409)),
    # clues
    "inspection:clues": Policy(("officer", "head", "supervisor")),
    "inspection:new": Policy(("officer",)),
    "inspection:clue": Policy(("officer", "head", "supervisor"), lambda s: [s.clue.pk]),
    "inspection:decline": Policy(("officer",), lambda s: [s.clue.pk]),
    "inspection:recuse": Policy(("officer", "head"), lambda s: [s.clue.pk]),
    # a case in hand
    "casework:apply": Policy(("officer",)),
    "casework:party_new": Policy(("officer",)),
    "casework:opening": Policy(("head",), case),
    "casework:recuse": Policy(("officer", "head"), case),
    "casework:step": Policy(("officer",), lambda s: [s.case.pk, "scene_check"], gives=(*GOOD, *UNSUITED)),
    "casework:document": Policy(
        ("officer",), lambda s: [s.case.pk, "notice", "service_address_confirmation"], gives=(*GOOD, *UNSUITED)
    ),
    "casework:propose": Policy(("officer",), case, gives=(*GOOD, *UNSUITED)),
    "casework:propose_check": Policy(("officer",), case, gives=(200, *UNSUITED), method="post"),
    # the file: pages, bytes, pictures
    "record:upload": Policy(("officer",), lambda s: [s.case.dossier_id], gives=(*GOOD, *UNSUITED)),
    "record:waive": Policy(("officer",), lambda s: [s.case.dossier_id], gives=(*GOOD, *UNSUITED)),
    "record:item": Policy(CASES, handler_item),
    "record:file": Policy(CASES, handler_item),
    "record:page_image": Policy(CASES, lambda s: [s.issuance.item.pk, 1]),
    "record:thumb": Policy(CASES, lambda s: [s.photo]),
    "record:proof": Policy(CASES, handler_item, gives=(200, 409)),
    # review
    "review:desk": Policy(("reviewer", "head", "supervisor")),
    "review:submit": Policy(("officer",), lambda s: [s.proposal.pk], gives=(*GOOD, *UNSUITED)),
    "review:review": Policy(("reviewer", "officer", "head", "supervisor"), lambda s: [s.submission.pk]),
    # decision
    "decision:desk": Policy(("head", "officer", "supervisor")),
    "decision:notify": Policy(("officer",), case, gives=(*GOOD, *UNSUITED)),
    "decision:serve": Policy(("officer",), lambda s: [s.case.pk, s.issuance.item.pk], gives=(*GOOD, *UNSUITED)),
    "decision:statement": Policy(("officer",), case, gives=(*GOOD, *UNSUITED)),
    "decision:answer": Policy(("officer",), case, gives=(*GOOD, *UNSUITED)),
    "decision:deliberate": Policy(("head",), case, gives=(*GOOD, *UNSUITED)),
    "decision:decide": Policy(CASES, case),
    "decision:issue": Policy(("officer",), case, gives=(*GOOD, *UNSUITED)),
    "decision:perform": Policy(("officer",), case, gives=(*GOOD, *UNSUITED)),
    "decision:close": Policy(("head",), case, gives=(*GOOD, *UNSUITED)),
    "decision:revoke": Policy(("head",), case, gives=(*GOOD, *UNSUITED)),
    "decision:archive_desk": Policy(("archivist", "head", "supervisor")),
    "decision:archive": Policy(("officer", "head", "supervisor", "archivist"), case),
    # disclosure
    "disclosure:desk": Policy(("disclosure", "head", "supervisor")),
    "disclosure:publish": Policy(("disclosure",), lambda s: [s.issuance.pk], gives=(*GOOD, *UNSUITED)),
    "disclosure:publish_preview": Policy(("disclosure",), lambda s: [s.issuance.pk], gives=(*GOOD, 405, *UNSUITED)),
    "disclosure:error": Policy(("disclosure",), lambda s: [s.publication.pk], gives=(*GOOD, *UNSUITED)),
    "disclosure:correct": Policy(("disclosure",), lambda s: [s.publication.pk], gives=(*GOOD, *UNSUITED)),
    "disclosure:correct_preview": Policy(("disclosure",), lambda s: [s.publication.pk], gives=(*GOOD, 405, *UNSUITED)),
    "disclosure:take_down": Policy(("disclosure",), lambda s: [s.publication.pk], gives=(*GOOD, *UNSUITED)),
    "disclosure:tombstone": Policy(("disclosure",), lambda s: [s.publication.pk], gives=(*GOOD, 405, *UNSUITED)),
    # supervision
    "supervision:board": Policy(("supervisor",)),
    "supervision:duties": Policy(("supervisor", "head")),
    "supervision:trail": Policy(("supervisor", "auditor")),
    # the public face
    "portal:home": Policy(PUBLIC),
    "portal:decisions": Policy(PUBLIC, asks=lambda s: "?q=安全出口"),
    "portal:decisions_csv": Policy(PUBLIC),
    "portal:decision": Policy(PUBLIC, lambda s: [s.issuance.code], own=False),
    "portal:document": Policy(PUBLIC, lambda s: [s.issuance.code], own=False),
    "portal:verify": Policy(PUBLIC),
    "portal:proof": Policy(PUBLIC, asks=lambda s: f"?code={s.issuance.code}", gives=(200, 202)),
    "portal:code": Policy(PUBLIC, lambda s: [s.issuance.code], own=False),
    "portal:robots": Policy(PUBLIC),
}
SECRETS = ("赵大勇", "411521197903122016", "13700001234")  # the party: nobody outside the body may read it anywhere
FREE_OF_TOKENS = {"portal:verify", "logout"}  # a question to the public log changes nothing


def routes(resolver: URLResolver | None = None, space: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every address that Django's own resolver knows, with its full name."""
    for one in (resolver or get_resolver()).url_patterns:
        if isinstance(one, URLResolver):
            yield from routes(one, f"{space}{one.namespace}:" if one.namespace else space)
        else:
            yield f"{space}{one.name}", one


ROUTES = dict(routes())


def expected(policy: Policy, who: str) -> tuple[int, ...]:
    """What the table says this person gets."""
    if policy.may is None:
        return policy.gives
    if who == ANYBODY:
        return (302,)
    if ROLE[who] not in policy.may:
        return (403,)
    if policy.about and policy.own and who not in REACHES:
        return (404,)
    if policy.about and policy.own and who == "supervisor" and UNSUITED[0] in policy.gives:
        return UNSUITED
    return policy.gives


# ---- the world -------------------------------------------------------------------------------------------------------


def person(body: Body, name: str, username: str, role: str) -> None:
    officer = registry.register_officer(
        by=None, at=at(1, 5), body=body, name=name, valid_from=date(2024, 1, 1), post="工作人员"
    )
    account = registry.open_account(username=username, officer=officer, password=story.PASSWORD)
    registry.grant_role(by=None, at=at(1, 5), account=account, role=role)


def body(scope: str, name: str, kind: str, uscc: str, region: str) -> Body:
    return registry.register_body(
        by=None,
        at=at(1, 5),
        scope=scope,
        name=name,
        kind=kind,
        uscc=uscc,
        region=region,
        pack="cn-henan-xinyang-qingshan",
        sign=name[0],
        valid_from=date(2024, 1, 1),
    )


@dataclass
class World:
    """青山镇 with one case through to its correction, a neighbour, the county above, and another county."""

    story: Story
    clients: dict[str, Client] = field(default_factory=dict)

    def ask(self, who: str, method: str, url: str, client: Client | None = None, **data: Any) -> Any:
        """One request, answered and undone; what it set for the database's row security is undone with it."""
        with transaction.atomic():
            response = getattr(client or self.clients[who], method)(url, **data)
            content = b"".join(response.streaming_content) if response.streaming else response.content
            transaction.set_rollback(True)
        return response.status_code, content.decode("utf-8", "replace"), response

    def url(self, name: str) -> str:
        policy = POLICIES[name]
        return reverse(name, args=policy.about(self.story) if policy.about else []) + policy.asks(self.story)


@pytest.fixture
def world() -> World:
    with access.within(""):
        s = story.begin("correct", with_accounts=True)
        s.photo = s.case.dossier.items.filter(medium="photo").first().pk  # type: ignore[attr-defined]
        s.entry = Entry.objects.filter(chain=s.case.chain).order_by("-seq").first().pk  # type: ignore[attr-defined]
        assert Service.objects.filter(case=s.case).exists()
        for username in ("admin", "security", "auditor"):
            person(s.who.body, f"管理{username[0]}", username, username)
        person(s.who.county, "冯科员", "upstairs", "officer")
        near = body("41.15.21/dingyuan/", "定远乡人民政府", "agency", "11411521006005050W", "411521")
        far = body("41.15.26/", "潢川县司法局", "supervisor", "114115260059900355", "411526")
        for who, username in ELSEWHERE.items():
            role = ROLE[who]
            person(far if role == "supervisor" else near, f"外{role[0]}", username, role)
        made = World(s)
        for who in PEOPLE:
            made.clients[who] = Client()
            if who != ANYBODY:
                made.clients[who].force_login(Account.objects.get(username=USERNAME[who]))
    with connection.cursor() as cursor:  # outside of a request nobody sees anything, as on a real connection
        cursor.execute("select set_config('app.lo', '', true), set_config('app.hi', '', true)")
    return made


# ---- the tests -------------------------------------------------------------------------------------------------------


def test_16_every_route_has_a_case():
    assert not [name for name in ROUTES if name.endswith("None")], "每个地址须有名称"
    missing, gone = sorted(ROUTES.keys() - POLICIES.keys()), sorted(POLICIES.keys() - ROUTES.keys())
    assert not missing, f"没有声明谁可以访问：{missing}（在 tests/test_access.py 的 POLICIES 中写明）"
    assert not gone, f"地址已不存在：{gone}"


@dataclass(frozen=True)
class Answer:
    """What one person got at one address."""

    status: int
    text: str
    location: str


_answers: dict[tuple[str, str], Answer] = {}


@pytest.fixture
def answers(caplog: pytest.LogCaptureFixture, request: pytest.FixtureRequest) -> dict[tuple[str, str], Answer]:
    """Everybody at every address, asked once for all tests of this module."""
    caplog.set_level("CRITICAL", logger="django.request")  # refusals are what is looked for here
    if not _answers:
        world = request.getfixturevalue("world")
        for name in POLICIES:
            url = world.url(name)
            for who in PEOPLE:
                status, text, response = world.ask(who, POLICIES[name].method, url)
                _answers[who, name] = Answer(status, text.replace(url, ""), response.get("Location", ""))
    return _answers


def test_16_everybody_at_every_address(answers):
    wrong = []
    for (who, name), got in answers.items():
        policy = POLICIES[name]
        if got.status not in expected(policy, who):
            wrong.append(f"{who:<16} {name:<28} {got.status}，应为 {expected(policy, who)}")
        elif who == ANYBODY and policy.may is not None and not got.location.startswith("/login/?next="):
            wrong.append(f"{who:<16} {name:<28} 转到 {got.location}，应为登录页")
    assert not wrong, f"{len(wrong)} 处与声明不符：\n" + "\n".join(wrong)


def test_nobody_outside_reads_the_party_anywhere(answers):
    """Lists, counts, searches, pictures and the public pages: what may not be opened must not be told either."""
    outside = (ANYBODY, "upstairs", *ELSEWHERE, "admin", "security", "auditor")
    wrong = [
        f"{who} {name}：{secret}"
        for (who, name), got in answers.items()
        if who in outside
        for secret in SECRETS
        if secret in got.text
    ]
    assert not wrong, wrong
    assert (
        SECRETS[0] in answers["officer", "workbench:cases"].text
    )  # the search for it does find it where it may be read


def test_the_counts_of_a_neighbour_are_his_own(answers):
    for name in ("workbench:cases", "inspection:clues", "registry:powers"):
        assert '共 <strong class="yg-num">0</strong>' in answers["other officer", name].text, name
        assert '共 <strong class="yg-num">0</strong>' not in answers["officer", name].text, name
    for name in ("supervision:board", "supervision:duties", "supervision:trail", "registry:bodies"):
        assert "青山镇" not in answers["other supervisor", name].text, name
        assert "青山镇" in answers["supervisor", name].text, name
    assert "青山镇" not in answers["upstairs", "registry:bodies"].text
    for who in ("upstairs", "other officer"):
        assert "占用堵塞安全出口" not in answers[who, "workbench:search"].text
    assert "占用堵塞安全出口" in answers["officer", "workbench:search"].text


def test_posts_need_a_person_and_a_token(world, caplog):
    """No form is taken without the token, none from nobody; and a draft is its writer's own."""
    caplog.set_level("CRITICAL", logger="django.request")
    wrong, before = [], _written()
    for name, policy in POLICIES.items():
        if name not in FREE_OF_TOKENS:
            client = Client(enforce_csrf_checks=True)
            client.cookies = world.clients["officer"].cookies
            status, _, _ = world.ask("officer", "post", world.url(name), client, data={"x": "1"})
            if status not in (403, 405):
                wrong.append(f"{name} 不带令牌：{status}")
        if policy.may is not None:
            status, _, _ = world.ask(ANYBODY, "post", world.url(name), data={"x": "1"})
            if status not in (302, 403, 405):
                wrong.append(f"{name} 未登录：{status}")
    assert not wrong, wrong
    assert _written() == before

    url = reverse("workbench:draft") + "?form=/clues/new/"
    with transaction.atomic():
        kept = world.clients["officer"].post(url, {"summary": "只有张卫国能看到的草稿"})
        assert kept.status_code in (200, 204), kept.content
        assert "只有张卫国" in str(world.clients["officer"].get(url).json())
        assert "只有张卫国" not in str(world.clients["colleague"].get(url).content.decode("unicode-escape"))
        transaction.set_rollback(True)


def _written() -> int:
    with access.within(""):
        return Entry.objects.count()


@pytest.mark.parametrize(
    "path", ["/work/cases/x/", "/log/tile/../../keys/log", "/records/items/1/file/", "/decisions/none/document.pdf"]
)
def test_addresses_nobody_made_are_not_found(path):
    assert Client().get(path).status_code == 404
