"""Rule 16: every address of the site has a declared policy, and every sort of person is sent to every address.

The table below is the policy in words of its own; it does not read the decorators of the views.  A new route without a
line here fails.  Nothing is written: each request is rolled back.
"""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from tests import story
from tests.story import Story, at, passed
from tests.walker import Walker, a_power
from yangguang.catalogue import actions as catalogue
from yangguang.catalogue.before import actions as before
from yangguang.catalogue.models import Filing, ListVersion
from yangguang.decision.models import Service
from yangguang.policy import packs
from yangguang.registry import access, cards
from yangguang.registry import actions as registry
from yangguang.registry.models import Account, Body, Certificate
from yangguang.site.demo import qingshan, training
from yangguang.trail.models import Entry
from yangguang.vault import store

pytestmark = pytest.mark.django_db

# ---- the people ------------------------------------------------------------------------------------------------------

ANYBODY = "anonymous"
OWN = {  # of 青山镇, whose case it is
    "officer": "zhang",
    "colleague": "wu",
    "reviewer": "wang",
    "head": "chen",
    "unit_head": "he",
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
SOME = (ANYBODY, "officer", "other officer")  # for pages that show everybody the same and name nothing of a body
USERNAME = {**OWN, **ABOVE, **ELSEWHERE}
REACHES = {*OWN, "supervisor"}  # whose part of the tree holds 青山镇's case

# ---- the policy ------------------------------------------------------------------------------------------------------

# work with cases; no administrator
CASES = ("officer", "reviewer", "head", "unit_head", "disclosure", "supervisor", "archivist")
HANDED = ("officer", "unit_head", "head", "reviewer", "supervisor", "archivist")
FORMS = ("officer", "reviewer", "head", "unit_head", "supervisor", "admin")
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


@dataclass(frozen=True)
class Registered:
    """What the registry holds of 青山镇 beside the people of the story."""

    entrustment: Any
    pictured: Any
    device: Any
    party: Any
    account: int
    imported: Any


def registered(s: Story) -> Registered:
    return s.registered  # type: ignore[attr-defined,no-any-return]


def register(s: Story) -> Registered:
    """An entrusted organisation with its paper, a person with a photograph, a monitor, a second party, an account."""
    when = {"by": None, "at": at(1, 5)}
    centre = body(f"{story.TOWN}zhongxin/", "综合行政执法中心", "entrusted", "12411521006005050R", "411521")
    member = registry.register_officer(
        **when,
        body=centre,
        name="杜平",
        valid_from=date(2024, 1, 1),
    )
    registry.grant_certificate(
        **when,
        exam=passed(member, when["at"]),
        number="16152100900",
        issuer="河南省人民政府",
        valid_from=date(2024, 1, 1),
        valid_to=date(2028, 12, 31),
    )
    entrustment = registry.entrust(
        **when,
        entrusting=s.who.body,
        entrusted=centre,
        powers=[s.who.power],
        instrument="青政委〔2026〕1 号",
        valid_from=date(2026, 1, 1),
        valid_to=date(2026, 12, 31),
        published_on=date(2026, 1, 4),
        document=store.put(BytesIO(b"%PDF-1.7 entrustment")).digest,
    )
    pictured = registry.register_officer(
        **when,
        body=s.who.body,
        name="方正",
        valid_from=date(2024, 1, 1),
        photo=store.put(BytesIO(b"\x89PNG\r\n\x1a\n photograph")).digest,
    )
    device = registry.register_device(
        **when,
        body=s.who.body,
        kind="e_monitoring",
        serial="DJ-01",
        place="北街路口",
        valid_from=date(2026, 1, 1),
    )
    party = registry.register_party(
        **when, scope=story.TOWN, kind="legal", name="青山百货公司", uscc="12411521006005061X"
    )
    account = Account.objects.get(username="zhang").pk
    sheet = "类别,姓名或者名称,统一社会信用代码\n法人或者其他组织,青山百货公司,12411521006005061X\n".encode()
    run = registry.take_file(
        **when,
        scope=story.TOWN,
        register="parties",
        digest=store.put(BytesIO(sheet)).digest,
        filename="名单.csv",
        size_bytes=len(sheet),
        counts={"same": 1, "fresh": 0, "changed": 0, "refused": 0},
        valid_from=date(2026, 1, 5),
        reason="批量导入",
    )
    return Registered(entrustment.pk, pictured.key, device.key, party.key, account, run.pk)


def guided(s: Story) -> Any:
    """A licence begun by the officer: a case that follows the course of its act."""
    power = a_power(s.who.body, "licence", at(1, 5), date(2026, 1, 5))
    return Walker(s.who, at(9, 1)).begin("licence", "ordinary", power).pk


def handler_item(s: Story) -> list[Any]:
    return [s.issuance.item.pk]


def card(s: Story) -> list[Any]:
    with access.within(""):
        held = Certificate.objects.get(number="16152100001")
    return [cards.make(held, s.who.body.key, timezone.localtime()).code]


def law(*named: str) -> Callable[[Story], list[Any]]:
    return lambda s: ["cn-henan-xinyang-qingshan", *named]


PUBLIC, SIGNED_IN = None, EVERYBODY
LAW = ("officer", "reviewer", "head", "supervisor", "auditor")
LISTS = ("officer", "reviewer", "head", "disclosure", "supervisor")
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
    "trail:cosigned": Policy(PUBLIC, gives=(200, 404)),
    "trail:policy": Policy(PUBLIC, gives=(200, 404)),
    "trail:checkpoint_sm3": Policy(PUBLIC, gives=(200, 404)),
    "trail:tile_sm3": Policy(PUBLIC, lambda s: ["0/000"], gives=(200, 404), own=False),
    "trail:tile": Policy(PUBLIC, lambda s: ["0/000"], gives=(200, 404), own=False),
    # lists of the own part of the tree
    "registry:bodies": Policy(SIGNED_IN),
    "registry:officers": Policy(SIGNED_IN),
    "registry:powers": Policy(SIGNED_IN),
    "registry:staffing": Policy(("supervisor", "head", "admin", "reviewer")),
    "registry:staffing_file": Policy(
        ("supervisor", "head", "admin", "reviewer"), lambda s: ["csv"], own=False, method="post"
    ),
    "registry:password": Policy(SIGNED_IN),
    "registry:units": Policy(SIGNED_IN),
    "registry:regions": Policy(SIGNED_IN),
    "registry:counsels": Policy(SIGNED_IN),
    "registry:groups": Policy(SIGNED_IN),
    "registry:devices": Policy(SIGNED_IN),
    "registry:premises": Policy(SIGNED_IN),
    "registry:parties": Policy(("officer", "head", "supervisor")),
    "registry:certificates": Policy(SIGNED_IN),
    # one thing of the registry, and who keeps it; every other register is asked in registry/tests/test_register_pages.py
    "registry:one": Policy(SIGNED_IN, lambda s: ["units", s.who.unit.key]),
    "registry:new": Policy(("admin",), lambda s: ["units"], own=False),
    "registry:change": Policy(("admin",), lambda s: ["units", s.who.unit.key]),
    "registry:end": Policy(("admin",), lambda s: ["units", s.who.unit.key]),
    "registry:succeed": Policy(("admin",), lambda s: [s.who.body.key]),
    "registry:entrust": Policy(("admin",), lambda s: [s.who.body.key]),
    "registry:entrustment_end": Policy(("admin",), lambda s: [registered(s).entrustment]),
    "registry:entrustment_document": Policy(SIGNED_IN, lambda s: [registered(s).entrustment], own=False),
    "registry:photo": Policy(SIGNED_IN, lambda s: [registered(s).pictured]),
    "registry:exam_new": Policy(("supervisor", "admin"), lambda s: [s.who.zhang.key]),
    "registry:certificate_new": Policy(("supervisor",), lambda s: [s.who.zhang.key]),
    "registry:certificate_change": Policy(("supervisor",), lambda s: [s.case.certificate1_id]),
    "registry:certificate_check": Policy(("supervisor",), lambda s: [s.case.certificate1_id]),
    "registry:qualify": Policy(("supervisor",), lambda s: [s.who.wang.key]),
    "registry:device_review": Policy(("head", "admin"), lambda s: [registered(s).device]),
    "registry:party_merge": Policy(("officer", "head"), lambda s: [s.who.party.key, registered(s).party]),
    # registers as files: whoever keeps a register, here the parties
    "registry:tables": Policy(SIGNED_IN),
    "registry:table_take": Policy(("officer", "head"), lambda s: ["parties"], own=False),
    "registry:table_template": Policy(("officer", "head"), lambda s: ["parties", "xlsx"], own=False),
    "registry:table_export": Policy(("officer", "head", "supervisor"), lambda s: ["parties"], own=False),
    "registry:table_import": Policy(("officer", "head"), lambda s: ["parties", registered(s).imported]),
    "registry:table_errors": Policy(("officer", "head"), lambda s: ["parties", registered(s).imported]),
    "registry:table_apply": Policy(("officer", "head"), lambda s: ["parties", registered(s).imported], method="post"),
    # accounts: one opens, one grants, one looks
    "registry:accounts": Policy(("admin", "security", "auditor")),
    "registry:account": Policy(("admin", "security", "auditor"), lambda s: [registered(s).account]),
    "registry:account_new": Policy(("admin",)),
    "registry:account_switch": Policy(("admin",), lambda s: [registered(s).account]),
    "registry:account_reset": Policy(("security",), lambda s: [registered(s).account]),
    "registry:account_role": Policy(("security",), lambda s: [registered(s).account]),
    # the law is nobody's secret; who signs a rule is asked when it is signed
    "lawbook:home": Policy(LAW),
    "lawbook:rules": Policy(LAW, lambda s: ["cn"], own=False),
    "lawbook:rule": Policy(LAW, lambda s: ["cn", "deadline/D07"], own=False),
    # lists: drafted by who works with them, approved by a head, published and filed by the disclosure officer
    "catalogue:lists": Policy(LISTS),
    "catalogue:list": Policy(LISTS, lambda s: ["list_av"], own=False),
    "catalogue:draft": Policy(("officer", "disclosure"), lambda s: ["list_av"], own=False),
    "catalogue:import": Policy(("officer", "disclosure"), lambda s: ["list_av"], own=False),
    "catalogue:export": Policy(LISTS, lambda s: ["list_av"], own=False),
    "catalogue:version": Policy(LISTS, lambda s: [s.list.pk]),
    "catalogue:approve": Policy(("head",), lambda s: [s.list.pk]),
    "catalogue:publish": Policy(("disclosure",), lambda s: [s.list.pk]),
    "catalogue:file": Policy(("disclosure",), lambda s: [s.list.pk]),
    "catalogue:receipt": Policy(("disclosure",), lambda s: [s.filing.pk]),
    # what a body shows beforehand: everybody signed in reads it of the own part of the tree
    # what each unit pilots: its own choice, the county's mark
    "catalogue:pilot:home": Policy(SIGNED_IN),
    "catalogue:pilot:choose": Policy(("head", "disclosure")),
    "catalogue:pilot:body": Policy(SIGNED_IN, lambda s: [s.who.body.key]),
    "catalogue:pilot:mark": Policy(("supervisor",), lambda s: [s.who.body.key]),
    "catalogue:before:home": Policy(SIGNED_IN),
    "catalogue:before:people": Policy(("head", "disclosure")),
    "catalogue:before:draft": Policy(("disclosure",), lambda s: ["penalty"], own=False),
    "catalogue:before:tell": Policy(("disclosure",), lambda s: ["penalty"], own=False),
    "catalogue:before:kind": Policy(SIGNED_IN, lambda s: [s.who.body.key, "penalty"]),
    "catalogue:before:version": Policy(SIGNED_IN, lambda s: [s.pre.draft.pk]),
    "catalogue:before:approve": Policy(("head",), lambda s: [s.pre.draft.pk]),
    "catalogue:before:publish": Policy(("disclosure",), lambda s: [s.pre.draft.pk]),
    "catalogue:before:saved_chart": Policy(SIGNED_IN, lambda s: [s.pre.draft.pk, "ordinary"]),
    "catalogue:before:prove": Policy(("disclosure", "supervisor"), lambda s: ["pre", s.pre.pk]),
    "catalogue:before:send_up": Policy(("disclosure",), lambda s: ["pre", s.pre.pk]),
    "catalogue:before:photo": Policy(("disclosure", "supervisor"), lambda s: [s.pre_photo.pk]),
    "catalogue:before:receipt": Policy(("disclosure",), lambda s: [s.pre_sent.pk]),
    "catalogue:before:guides": Policy(SIGNED_IN),
    "catalogue:before:guide": Policy(SIGNED_IN, lambda s: [s.who.power.key]),
    "catalogue:before:guide_pdf": Policy(SIGNED_IN, lambda s: [s.who.power.key]),
    "catalogue:before:chart": Policy(SIGNED_IN, lambda s: [s.who.body.key, "penalty", "ordinary"]),
    "catalogue:before:chart_svg": Policy(SIGNED_IN, lambda s: [s.who.body.key, "penalty", "ordinary"]),
    "catalogue:before:boards": Policy(SIGNED_IN),
    "catalogue:before:screen": Policy(SIGNED_IN, lambda s: [s.who.zhang.key]),
    "catalogue:before:put_up": Policy(("disclosure",), lambda s: [s.who.zhang.key]),
    "catalogue:before:sheet": Policy(SIGNED_IN, lambda s: [s.who.zhang.key, "A4"]),
    "catalogue:before:changes": Policy(SIGNED_IN),
    "catalogue:before:change_new": Policy(("disclosure", "head", "admin")),
    "catalogue:before:change": Policy(SIGNED_IN, lambda s: [s.change.pk]),
    "catalogue:before:policies": Policy(SIGNED_IN),
    "catalogue:before:compose": Policy(("disclosure", "head")),
    "catalogue:before:upload": Policy(("disclosure", "head")),
    "catalogue:before:policy": Policy(SIGNED_IN, lambda s: [s.policy.pk]),
    "catalogue:before:settle": Policy(("disclosure", "head"), lambda s: [s.policy.pk]),
    "catalogue:before:approve_policy": Policy(("head",), lambda s: [s.policy.pk]),
    "catalogue:before:publish_policy": Policy(("disclosure",), lambda s: [s.policy.pk]),
    "catalogue:before:policy_file": Policy(SIGNED_IN, lambda s: [s.policy.pk, "word"]),
    "catalogue:before:policy_chart": Policy(SIGNED_IN, lambda s: [s.policy.pk, s.policy_chart]),
    "workbench:inbox": Policy(SIGNED_IN),
    "workbench:my_card": Policy(("officer",), gives=(*GOOD, 409)),
    "workbench:draft": Policy(SIGNED_IN, asks=lambda s: "?form=/clues/new/", gives=(200, 204)),
    "workbench:cases": Policy(CASES),
    "workbench:search": Policy(CASES, asks=lambda s: "?q=安全出口"),
    # a case and its trail
    "workbench:case": Policy(CASES, case),
    "workbench:case_trail": Policy(CASES, case),
    # Of a file that was handed over more is asked in decision/tests/test_handed.py; here nobody was handed one.
    "workbench:handed": Policy(HANDED),
    "workbench:handed_file": Policy(HANDED, lambda s: [uuid4()], gives=(404,), own=False),
    "workbench:handed_open": Policy(("officer",), lambda s: [uuid4()], gives=(404,), own=False),
    "workbench:receipt": Policy(SIGNED_IN, lambda s: [s.entry], gives=(*GOOD, 404)),
    "workbench:receipt_file": Policy(SIGNED_IN, lambda s: [s.entry, "tlog-proof"], gives=(*GOOD, 404, 409)),
    "workbench:case_proof": Policy(CASES, lambda s: [s.case.pk, s.entry], gives=(200, 409)),
    # clues
    "inspection:clues": Policy(("officer", "head", "supervisor")),
    "inspection:new": Policy(("officer",)),
    "inspection:clue": Policy(("officer", "head", "supervisor"), lambda s: [s.clue.pk]),
    "inspection:decline": Policy(("officer",), lambda s: [s.clue.pk]),
    "inspection:activities": Policy(("officer", "head", "supervisor")),
    "inspection:activity_new": Policy(("officer",)),
    "inspection:activity": Policy(("officer", "head", "supervisor"), lambda s: [uuid4()], gives=(404,)),
    "inspection:recuse": Policy(("officer", "head"), lambda s: [s.clue.pk]),
    # a case in hand
    "casework:apply": Policy(("officer",)),
    "casework:kinds": Policy(("officer",)),
    "casework:begin": Policy(("officer",), lambda s: ["licence", "ordinary"], own=False),
    "casework:course": Policy(
        ("officer", "head", "disclosure", "archivist"), lambda s: [s.guided, "apply"], gives=(*GOOD, *UNSUITED)
    ),
    "casework:answer": Policy(("head",), lambda s: [s.guided], gives=(*GOOD, *UNSUITED)),
    "casework:party_new": Policy(("officer",)),
    "casework:opening": Policy(("head",), case),
    "casework:unit_desk": Policy(("unit_head",)),
    "casework:unit": Policy(("unit_head",), case),  # nothing waits in it now: back to the case
    "casework:recuse": Policy(("officer", "head"), case),
    "casework:handlers": Policy(("head",), case, gives=(*GOOD, *UNSUITED)),
    "casework:decide_recusal": Policy(("head",), case, gives=(*GOOD, *UNSUITED)),
    "casework:step": Policy(("officer",), lambda s: [s.case.pk, "scene_check"], gives=(*GOOD, *UNSUITED)),
    "casework:document": Policy(
        ("officer",), lambda s: [s.case.pk, "notice", "service_address_confirmation"], gives=(*GOOD, *UNSUITED)
    ),
    "casework:propose": Policy(("officer",), case, gives=(*GOOD, *UNSUITED)),
    "casework:propose_check": Policy(("officer",), case, gives=(200, *UNSUITED), method="post"),
    # the file: pages, bytes, pictures
    "record:upload": Policy(("officer",), lambda s: [s.case.dossier_id], gives=(*GOOD, *UNSUITED)),
    # recording on the spot: by those who handle the case; read by those who work with cases
    "record:live": Policy(("officer",), lambda s: [s.case.dossier_id], gives=(*GOOD, *UNSUITED)),
    "record:live_start": Policy(("officer",), lambda s: [s.case.dossier_id], gives=UNSUITED, method="post"),
    "record:live_links": Policy(("officer",), lambda s: [uuid4()], gives=(404,)),
    "record:live_finish": Policy(("officer",), lambda s: [uuid4()], gives=(404,), method="post"),
    "record:live_gap": Policy(("officer",), lambda s: [uuid4()], gives=(404,)),
    "record:recording": Policy(CASES, lambda s: [uuid4()], gives=(404,)),
    "record:coverage": Policy(CASES, lambda s: [s.case.dossier_id]),
    "record:explain": Policy(
        ("officer",),
        lambda s: [s.case.dossier_id],
        asks=lambda s: "?step=scene_check&event=onsite_check",
        gives=(*GOOD, *UNSUITED),
    ),
    "record:keys": Policy(("officer", "head")),
    "record:key_new": Policy(("officer",), gives=UNSUITED, method="post"),
    "record:key_end": Policy(("officer", "head"), lambda s: [uuid4()], gives=(404,)),
    "record:waive": Policy(("officer",), lambda s: [s.case.dossier_id], gives=(*GOOD, *UNSUITED)),
    "record:item": Policy(CASES, handler_item),
    "record:file": Policy(CASES, handler_item),
    "record:word": Policy(CASES, handler_item),
    "record:sign": Policy(("officer",), handler_item, gives=(*GOOD, *UNSUITED)),
    "record:correct": Policy(("officer", "head"), handler_item, gives=(*GOOD, *UNSUITED)),
    # the forms a body writes on: read by who works with cases, taken over by its head
    "record:forms": Policy(FORMS, gives=(*GOOD, 302)),
    "record:forms_of": Policy(FORMS, lambda s: [s.case.body.key], gives=(*GOOD, 404)),
    "record:forms_zip": Policy(FORMS, lambda s: [s.case.body.key], gives=(*GOOD, 404)),
    "record:form_data": Policy(
        CASES, handler_item, gives=(404,)
    ),  # a document on the national form has no other format
    "record:erasures": Policy(("head", "supervisor")),
    "record:erasure_new": Policy(("head", "supervisor"), lambda s: [s.entry]),
    "record:erasure": Policy(("head", "supervisor"), lambda s: [uuid4()], gives=(404,)),
    "record:passkeys": Policy(CASES),
    "record:passkey_revoke": Policy(CASES, lambda s: [uuid4()], gives=(404,)),
    "record:passkey_sign": Policy(CASES, handler_item, gives=(*GOOD, 403)),
    "record:page_image": Policy(CASES, lambda s: [s.issuance.item.pk, 1]),
    "record:thumb": Policy(CASES, lambda s: [s.photo]),
    "record:proof": Policy(CASES, handler_item, gives=(200, 409)),
    "record:playable": Policy(CASES, handler_item, gives=(404,)),  # a document is read, not played
    "record:tray": Policy(("officer",)),
    "record:tray_file": Policy(("officer",), lambda s: [uuid4()], gives=(404,)),
    "record:tray_bytes": Policy(("officer",), lambda s: [uuid4()], gives=(404,)),
    "record:tray_thumb": Policy(("officer",), lambda s: [uuid4()], gives=(404,)),
    "record:tray_playable": Policy(("officer",), lambda s: [uuid4()], gives=(404,)),
    "record:transfers": Policy(("officer",), gives=(405,)),
    "record:transfer": Policy(("officer",), lambda s: [uuid4()], gives=(404,)),
    "record:vault": Policy(("supervisor", "auditor", "admin")),
    # a whole file leaves with its purpose; readings, copies and releases; periods and destruction
    "record:package": Policy(("archivist", "supervisor"), lambda s: [s.case.dossier_id]),
    "record:export": Policy(("archivist", "supervisor"), lambda s: [uuid4()], gives=(404,)),
    "record:export_zip": Policy(("archivist", "supervisor"), lambda s: [uuid4()], gives=(404,)),
    "record:devices": Policy(("officer", "head", "supervisor", "admin", "archivist")),
    "record:device": Policy(("officer", "head", "supervisor", "admin", "archivist"), lambda s: [registered(s).device]),
    "record:issue": Policy(("head", "admin"), lambda s: [registered(s).device]),
    "record:return": Policy(("head", "admin"), lambda s: [uuid4()], gives=(404,)),
    "record:dock": Policy(("head", "admin"), lambda s: [uuid4()], gives=(404,)),
    "record:repairs": Policy(CASES),
    "record:repair": Policy(CASES, lambda s: [uuid4()], gives=(404,)),
    "record:order_repair": Policy(("supervisor",), lambda s: [s.case.dossier_id]),
    "record:responsible": Policy(("officer", "unit_head", "head", "supervisor", "archivist", "admin")),
    "record:loans": Policy(CASES),
    "record:loan": Policy(CASES, lambda s: [uuid4()], gives=(404,)),
    "record:ask_loan": Policy(CASES, lambda s: [s.case.dossier_id]),
    "record:callup": Policy(CASES, asks=lambda s: "?q=安全出口"),
    "record:callups": Policy(CASES),
    "record:callup_one": Policy(CASES, lambda s: [uuid4()], gives=(404,)),
    "record:readings": Policy(("supervisor", "head")),
    "record:custody": Policy(CASES, handler_item),
    "record:clip": Policy(("officer", "archivist", "disclosure"), handler_item, gives=(404,)),
    "record:masked": Policy(("officer", "archivist", "disclosure"), handler_item),
    "record:ask_release": Policy(("officer", "archivist", "disclosure"), handler_item),
    "record:extract_file": Policy(CASES, lambda s: [uuid4()], gives=(404,)),
    "record:releases": Policy(CASES),
    "record:release": Policy(CASES, lambda s: [uuid4()], gives=(404,)),
    "record:release_file": Policy(CASES, lambda s: [uuid4()], gives=(404,)),
    "record:paper": Policy(CASES, handler_item),
    "record:paper_new": Policy(("officer", "archivist"), handler_item),
    "record:scan_page": Policy(CASES, lambda s: [s.photo, 1]),
    "record:retention": Policy(("archivist", "head", "supervisor")),
    "record:retention_one": Policy(("archivist", "head", "supervisor"), lambda s: [s.case.dossier_id]),
    "record:hold": Policy(("archivist", "head", "supervisor"), lambda s: [s.case.dossier_id]),
    "record:lift": Policy(("head", "supervisor"), lambda s: [s.case.dossier_id, uuid4()], gives=(404,)),
    "record:propose_destruction": Policy(("archivist",), lambda s: [s.case.dossier_id]),
    "record:answer_destruction": Policy(("head",), lambda s: [s.case.dossier_id], gives=(404,)),
    "record:destroy": Policy(("archivist",), lambda s: [s.case.dossier_id], gives=(404,)),
    "record:clear_destroyed": Policy(("archivist",), lambda s: [s.case.dossier_id], gives=(404,)),
    # review
    "review:desk": Policy(("reviewer", "head", "supervisor")),
    "review:submit": Policy(("officer",), lambda s: [s.proposal.pk], gives=(*GOOD, *UNSUITED)),
    "review:review": Policy(("reviewer", "officer", "head", "supervisor"), lambda s: [s.submission.pk]),
    "review:flow": Policy(("reviewer", "officer", "head", "supervisor")),
    "review:set_flow": Policy(("head",)),
    "review:leaves": Policy(("reviewer", "head", "supervisor")),
    "review:leave": Policy(("reviewer", "head")),
    "review:end_leave": Policy(("reviewer", "head"), lambda s: [uuid4()], gives=(404,)),
    "review:engagements": Policy(("reviewer", "head", "supervisor")),
    "review:engage": Policy(("head",)),
    "review:oversight": Policy(("supervisor", "head")),
    "review:skipped": Policy(("supervisor",), case),
    "review:end_breach": Policy(("supervisor",), lambda s: [uuid4()], gives=(404,)),
    "review:object": Policy(("officer",), lambda s: [s.review.pk]),
    "review:coordinate": Policy(("head",), lambda s: [uuid4()], gives=(404,)),
    "review:assign": Policy(("reviewer", "head", "supervisor"), lambda s: [s.submission.pk]),
    "review:refer": Policy(("reviewer", "head"), lambda s: [s.submission.pk]),
    "review:convene": Policy(("reviewer", "head"), lambda s: [s.submission.pk]),
    "review:vote": Policy(("reviewer", "head", "officer", "supervisor"), lambda s: [s.submission.pk], gives=(404,)),
    "review:paper_vote": Policy(("reviewer", "head"), lambda s: [s.submission.pk], gives=(404,)),
    "review:minutes": Policy(("reviewer", "head"), lambda s: [s.submission.pk], gives=(404,)),
    "review:advise": Policy(("reviewer", "head"), lambda s: [s.submission.pk]),
    "review:remark": Policy(("supervisor",), lambda s: [s.submission.pk]),
    "review:breach": Policy(("supervisor",), lambda s: [s.submission.pk]),
    # training: everybody learns; supervisor and administrator organise; the head reads
    "training:mine": Policy(SIGNED_IN),
    "training:plans": Policy(SIGNED_IN),
    "training:plan": Policy(SIGNED_IN, lambda s: [s.training.plan.key]),
    "training:plan_new": Policy(("supervisor", "admin")),
    "training:plan_change": Policy(("supervisor", "admin"), lambda s: [s.training.plan.key]),
    "training:sessions": Policy(SIGNED_IN),
    "training:session": Policy(SIGNED_IN, lambda s: [s.training.session.pk]),
    "training:session_new": Policy(("supervisor", "admin")),
    "training:attend": Policy(("supervisor", "admin"), lambda s: [s.training.session.pk]),
    "training:cancel": Policy(("supervisor", "admin"), lambda s: [s.training.session.pk]),
    "training:import": Policy(("supervisor", "admin"), lambda s: [s.training.session.pk]),
    "training:correct": Policy(("supervisor", "admin"), lambda s: [s.training.attendance.pk]),
    "training:hours": Policy(("supervisor", "admin", "head")),
    "training:hours_file": Policy(("supervisor", "admin", "head"), lambda s: ["csv"], own=False, method="post"),
    "training:bank": Policy(("supervisor", "admin")),
    "training:question_new": Policy(("supervisor", "admin")),
    "training:question": Policy(("supervisor", "admin"), lambda s: [s.training.question.key]),
    "training:papers": Policy(("supervisor", "admin", "head")),
    "training:paper": Policy(("supervisor", "admin", "head"), lambda s: [s.training.paper.pk]),
    "training:paper_new": Policy(("supervisor", "admin")),
    "training:admit": Policy(("supervisor", "admin"), lambda s: [s.training.open_paper.pk]),
    # a sitting is the candidate's alone; nobody else finds it
    "training:begin": Policy(SIGNED_IN, lambda s: [s.training.waiting.pk], gives=(*GOOD, 404)),
    "training:sitting": Policy(SIGNED_IN, lambda s: [s.training.result.sitting_id], gives=(302, 404)),
    "training:hand_in": Policy(SIGNED_IN, lambda s: [s.training.result.sitting_id], gives=(302, 404)),
    "training:result": Policy(SIGNED_IN, lambda s: [s.training.result.pk], gives=(200, 404)),
    "training:results": Policy(("supervisor", "admin", "head")),
    "training:outside": Policy(("supervisor", "admin")),
    "training:certificates": Policy(("supervisor", "admin", "head")),
    # decision
    "decision:desk": Policy(("head", "officer", "supervisor")),
    "decision:notify": Policy(("officer",), case, gives=(*GOOD, *UNSUITED)),
    "decision:serve": Policy(("officer",), lambda s: [s.case.pk, s.issuance.item.pk], gives=(*GOOD, *UNSUITED)),
    "decision:statement": Policy(("officer",), case, gives=(*GOOD, *UNSUITED)),
    "casework:rubric": Policy(("officer", "reviewer", "head", "supervisor", "archivist"), case),
    "decision:party_submission": Policy(
        ("officer", "reviewer", "head", "supervisor"), lambda s: [s.case.pk, s.case.pk], gives=(404,)
    ),
    "decision:inspection": Policy(
        ("officer", "reviewer", "head", "supervisor", "archivist"), lambda s: [s.case.pk, s.case.pk], gives=(404,)
    ),
    "decision:inspection_prepare": Policy(("officer",), lambda s: [s.case.pk, s.case.pk], gives=(404,)),
    "decision:inspection_answer": Policy(("head",), lambda s: [s.case.pk, s.case.pk], gives=(404,)),
    "decision:answer": Policy(("officer",), case, gives=(*GOOD, *UNSUITED)),
    "decision:deliberate": Policy(("head",), case, gives=(*GOOD, *UNSUITED)),
    "decision:decide": Policy(CASES, case),
    "decision:issue": Policy(("officer",), case, gives=(*GOOD, *UNSUITED)),
    "decision:perform": Policy(("officer",), case, gives=(*GOOD, *UNSUITED)),
    # hearing, payment, remedies, transfer, suspension: each page says itself whether its act is due
    "decision:hearing_ask": Policy(("officer",), case, gives=(*GOOD, *UNSUITED)),
    "decision:hearing_arrange": Policy(("head",), case, gives=(*GOOD, *UNSUITED)),
    "decision:hearing_end": Policy(
        ("officer", "reviewer", "head", "disclosure", "archivist"), case, gives=(*GOOD, *UNSUITED)
    ),
    "decision:hearing_report": Policy(
        ("officer", "reviewer", "head", "disclosure", "archivist"), case, gives=(*GOOD, *UNSUITED)
    ),
    "decision:hearing_answer": Policy(("officer",), case, gives=(*GOOD, *UNSUITED)),
    "decision:payment": Policy(CASES, case),
    "decision:deferral_ask": Policy(("officer",), case, gives=(*GOOD, *UNSUITED)),
    "decision:deferral_answer": Policy(("head",), case, gives=(*GOOD, *UNSUITED)),
    "decision:surcharge_pay": Policy(("officer",), case, gives=(*GOOD, *UNSUITED)),
    "decision:surcharge_relieve": Policy(("head",), case, gives=(*GOOD, *UNSUITED)),
    "decision:demand": Policy(("officer",), case, gives=(*GOOD, *UNSUITED)),
    "decision:court_apply": Policy(("head",), case, gives=(*GOOD, *UNSUITED)),
    "decision:court_result": Policy(("officer",), case, gives=(*GOOD, *UNSUITED)),
    "decision:remedies": Policy(CASES, case),
    "decision:remedy_open": Policy(("officer",), case, gives=(*GOOD, *UNSUITED)),
    "decision:remedy_end": Policy(("head",), case, gives=(*GOOD, *UNSUITED)),
    "decision:refund": Policy(("officer",), case, gives=(*GOOD, *UNSUITED)),
    "decision:account": Policy(("head",), case, gives=(*GOOD, *UNSUITED)),
    "decision:crime": Policy(("officer", "reviewer", "head", "supervisor", "archivist"), case),
    "decision:crime_report": Policy(("officer",), case, gives=(*GOOD, *UNSUITED)),
    "decision:crime_answer": Policy(("head",), case, gives=(*GOOD, *UNSUITED)),
    "decision:crime_transfer": Policy(("officer",), case, gives=(*GOOD, *UNSUITED)),
    "decision:crime_reply": Policy(("officer",), case, gives=(*GOOD, *UNSUITED)),
    "decision:crime_follow": Policy(("officer",), case, gives=(*GOOD, *UNSUITED)),
    "decision:announce": Policy(("officer",), lambda s: [s.case.pk, s.issuance.item.pk], gives=(*GOOD, *UNSUITED)),
    "decision:filing": Policy(("officer", "head", "supervisor"), case),
    "decision:exemption": Policy(("officer", "reviewer", "head", "supervisor", "archivist"), case),
    "decision:exemption_request": Policy(("officer",), case, gives=(*GOOD, *UNSUITED)),
    "decision:exemption_answer": Policy(("head",), case, gives=(*GOOD, *UNSUITED)),
    "decision:jurisdiction": Policy(("officer", "reviewer", "head", "supervisor", "archivist"), case),
    "decision:dispute_open": Policy(("officer",), case, gives=(*GOOD, *UNSUITED)),
    "decision:dispute_talk": Policy(("officer",), case, gives=(*GOOD, *UNSUITED)),
    "decision:dispute_refer": Policy(("head",), case, gives=(*GOOD, *UNSUITED)),
    "decision:dispute_designate": Policy(("head", "supervisor"), case, gives=GOOD),
    "decision:dispute_hear": Policy(("officer",), case, gives=(*GOOD, *UNSUITED)),
    "decision:handover": Policy(("head",), case, gives=(*GOOD, *UNSUITED)),
    "decision:handover_reply": Policy(("officer",), case, gives=(*GOOD, *UNSUITED)),
    "decision:joinder": Policy(("officer", "reviewer", "head", "supervisor", "archivist"), case),
    "decision:joinder_join": Policy(("officer",), case, gives=(*GOOD, *UNSUITED)),
    "decision:joinder_sever": Policy(("officer",), case, gives=(*GOOD, *UNSUITED)),
    "decision:joinder_answer": Policy(("head",), case, gives=(*GOOD, *UNSUITED)),
    "decision:pause": Policy(("head",), case, gives=(*GOOD, *UNSUITED)),
    "decision:close": Policy(("head",), case, gives=(*GOOD, *UNSUITED)),
    "decision:revoke": Policy(("head",), case, gives=(*GOOD, *UNSUITED)),
    "decision:archive_desk": Policy(("archivist", "head", "supervisor")),
    "decision:archive": Policy(("officer", "head", "supervisor", "archivist"), case),
    # disclosure
    "disclosure:desk": Policy(("disclosure", "head", "supervisor")),
    "disclosure:publish": Policy(("disclosure",), lambda s: [s.issuance.pk], gives=(*GOOD, *UNSUITED)),
    "disclosure:withhold": Policy(("disclosure",), lambda s: [s.issuance.pk], gives=(*GOOD, *UNSUITED)),
    "disclosure:publish_preview": Policy(("disclosure",), lambda s: [s.issuance.pk], gives=(*GOOD, 405, *UNSUITED)),
    "disclosure:publish_case": Policy(("disclosure",), lambda s: [s.guided], gives=(*GOOD, *UNSUITED)),
    "disclosure:case_preview": Policy(("disclosure",), lambda s: [s.guided], gives=(404, 405)),
    "disclosure:withhold_case": Policy(("disclosure",), lambda s: [s.guided], gives=(404, *UNSUITED)),
    "disclosure:error": Policy(("disclosure",), lambda s: [s.publication.pk], gives=(*GOOD, *UNSUITED)),
    "disclosure:correct": Policy(("disclosure",), lambda s: [s.publication.pk], gives=(*GOOD, *UNSUITED)),
    "disclosure:correct_preview": Policy(("disclosure",), lambda s: [s.publication.pk], gives=(*GOOD, 405, *UNSUITED)),
    "disclosure:take_down": Policy(("disclosure",), lambda s: [s.publication.pk], gives=(*GOOD, *UNSUITED)),
    "disclosure:tombstone": Policy(("disclosure",), lambda s: [s.publication.pk], gives=(*GOOD, 405, *UNSUITED)),
    # supervision
    "supervision:board": Policy(("supervisor",)),
    "supervision:discipline": Policy(("supervisor", "head")),
    "supervision:duties": Policy(("supervisor", "head")),
    "supervision:trail": Policy(("supervisor", "auditor")),
    # the public face
    "portal:home": Policy(PUBLIC),
    "portal:search": Policy(PUBLIC, asks=lambda s: "?q=安全出口"),
    "portal:decisions": Policy(PUBLIC, asks=lambda s: "?q=安全出口"),
    "portal:decisions_csv": Policy(PUBLIC),
    "portal:decision": Policy(PUBLIC, lambda s: [s.issuance.code], own=False),
    "portal:document": Policy(PUBLIC, lambda s: [s.issuance.code], own=False),
    "portal:verify": Policy(PUBLIC),
    "portal:proof": Policy(PUBLIC, asks=lambda s: f"?code={s.issuance.code}", gives=(200, 202)),
    # the party's pages: the door is open, what is behind it needs the code and a second thing
    "portal:party": Policy(PUBLIC),
    "portal:party_leave": Policy(PUBLIC, gives=(405,)),
    "portal:party_case": Policy(PUBLIC, gives=(302,)),
    "portal:party_calendar": Policy(PUBLIC, gives=(302,)),
    "portal:party_document": Policy(PUBLIC, lambda s: [s.notice.item_id], own=False, gives=(302,)),
    "portal:party_letter": Policy(PUBLIC, lambda s: ["statement"], own=False, gives=(302,)),
    "portal:party_inspect": Policy(PUBLIC, lambda s: [s.notice.item_id], own=False, gives=(302,)),
    "portal:party_receipt": Policy(PUBLIC, lambda s: [s.case.pk], own=False, gives=(302,)),
    "portal:code": Policy(PUBLIC, lambda s: [s.issuance.code], own=False),
    "portal:favicon": Policy(PUBLIC),
    "portal:robots": Policy(PUBLIC),
    "portal:log": Policy(PUBLIC),
    "portal:log_verify": Policy(PUBLIC),
    # the public's register: what is in force today, in its public columns
    "portal:bodies": Policy(PUBLIC),
    "portal:body": Policy(PUBLIC, lambda s: [s.who.body.key], own=False),
    "portal:officers": Policy(PUBLIC, asks=lambda s: "?q=张卫国"),
    "portal:powers": Policy(PUBLIC, asks=lambda s: "?q=安全出口"),
    "portal:power": Policy(PUBLIC, lambda s: [s.who.power.key], own=False),
    "portal:certificate": Policy(PUBLIC, card, own=False, gives=(200, 410)),
    "portal:certificate_photo": Policy(PUBLIC, card, own=False, gives=(404,)),
    "portal:data": Policy(PUBLIC),
    "portal:data_package": Policy(PUBLIC),
    "portal:data_schema": Policy(PUBLIC, lambda s: ["officers"], own=False),
    "portal:data_csv": Policy(PUBLIC, lambda s: ["officers"], own=False),
    "portal:data_json": Policy(PUBLIC, lambda s: ["powers"], own=False),
    # the law, for everybody: packs and nothing of a case
    "portal:published_list": Policy(PUBLIC, lambda s: [uuid4()], gives=(404,), own=False),
    "portal:published_pre": Policy(PUBLIC, lambda s: [uuid4()], gives=(404,), own=False),
    "portal:published_guide": Policy(PUBLIC, lambda s: [uuid4(), uuid4()], gives=(404,), own=False),
    "portal:published_chart": Policy(PUBLIC, lambda s: [uuid4(), "ordinary"], gives=(404,), own=False),
    "portal:published_policy": Policy(PUBLIC, lambda s: [uuid4()], gives=(404,), own=False),
    "portal:law:index": Policy(PUBLIC),
    "portal:law:compare": Policy(PUBLIC),
    "portal:law:pack": Policy(PUBLIC, law(), own=False),
    "portal:law:questions": Policy(PUBLIC, law(), own=False),
    "portal:law:question": Policy(PUBLIC, law("review_required"), own=False),
    "portal:law:deadlines": Policy(PUBLIC, law(), own=False),
    "portal:law:deadline": Policy(PUBLIC, law("D07"), own=False),
    "portal:law:gates": Policy(PUBLIC, law(), own=False),
    "portal:law:gate": Policy(PUBLIC, law("G9"), own=False),
    "portal:law:acts": Policy(PUBLIC, law(), own=False),
    "portal:law:act": Policy(PUBLIC, law("penalty", "ordinary"), own=False),
    "portal:law:chart": Policy(PUBLIC, law("penalty", "ordinary"), own=False),
    "portal:law:guide": Policy(PUBLIC, law("penalty", "ordinary"), own=False),
    "portal:law:checklist": Policy(PUBLIC, law("penalty", "ordinary"), own=False),
    "portal:law:parameters": Policy(PUBLIC, law(), own=False),
    "portal:law:clauses": Policy(PUBLIC, law(), asks=lambda s: "?q=听证", own=False),
    "portal:law:clause": Policy(PUBLIC, law("QS-3.1.3c"), own=False),
    "portal:law:signed": Policy(PUBLIC, law(), own=False),
    "portal:law:resolutions": Policy(PUBLIC, law(), own=False),
    "exchange:docs": Policy(PUBLIC),
    "exchange:openapi": Policy(PUBLIC),
    "exchange:packs": Policy(PUBLIC),
    "exchange:pack": Policy(PUBLIC, law(), own=False),
    "exchange:ask": Policy(PUBLIC, law("publish_by"), asks=lambda s: "?kind=penalty", own=False),
    "exchange:clause": Policy(PUBLIC, law("QS-3.1.3c"), own=False),
    "exchange:parameters": Policy(PUBLIC, law(), own=False),
    "exchange:parameter": Policy(PUBLIC, law("issuer"), own=False),
    "exchange:act": Policy(PUBLIC, law("penalty", "ordinary"), own=False),
    "exchange:nothing": Policy(PUBLIC, lambda s: ["no/such/address"], gives=(404,), own=False),
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


def filed_list(s: Story) -> tuple[ListVersion, Filing]:
    """青山镇's review catalogue, approved and sent for filing."""
    row = {"matter": "较大罚款", "kinds": "行政处罚", "when": "罚款数额≥5万元", "reason": "数额", "basis": "目录"}
    moment = at(1, 5)
    made = catalogue.draft(by=s.who.zhang, at=moment, kind="catalogue_review", rows=[row], in_force_from=moment.date())
    catalogue.approve(by=s.who.chen, at=moment, version=made, approved=True)
    return made, catalogue.file(by=s.who.zhou, at=moment, version=made, addressee="罗山县司法局", on=moment.date())


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


def beforehand(s: Any) -> None:
    """What 青山镇 shows before it acts: a version with a photographed proof, a change, a composed document."""
    moment = at(11, 18)
    drawn = before.draft(by=s.who.zhou, at=moment, kind="penalty")
    before.approve(by=s.who.chen, at=moment, draft=drawn, approved=True)
    s.pre = before.publish(by=s.who.zhou, at=moment, draft=drawn)
    photo = io.BytesIO(b"\x89PNG\r\n\x1a\n" + bytes(8))
    s.pre_photo = before.prove(by=s.who.zhou, at=moment, of=s.pre, channel="服务窗口", on=moment.date(), photo=photo)
    s.pre_sent = before.send_up(by=s.who.zhou, at=moment, of=s.pre, organ="罗山县司法局", on=moment.date())
    s.change = before.note_change(
        by=s.who.zhou, at=moment, scope=s.who.body.scope, what="law", key="*", changed_on=moment.date(), why="修订施行"
    )
    s.policy = before.compose(by=s.who.zhou, at=moment, kind="flowchart_review")
    s.policy_chart = next(one["digest"] for one in s.policy.content["blocks"] if one["type"] == "chart")


@pytest.fixture
def world() -> World:
    with access.within(""):
        s = story.begin("correct", with_accounts=True)
        s.photo = s.case.dossier.items.filter(medium="photo").first().pk  # type: ignore[attr-defined]
        s.entry = Entry.objects.filter(chain=s.case.chain).order_by("-seq").first().pk  # type: ignore[attr-defined]
        s.list, s.filing = filed_list(s)  # type: ignore[attr-defined]
        assert Service.objects.filter(case=s.case).exists()
        beforehand(s)
        chief = registry.open_account(username="he", officer=qingshan.head_of_unit(s.who), password=story.PASSWORD)
        registry.grant_role(by=None, at=at(1, 5), account=chief, role="unit_head", unit=s.who.unit)
        for username in ("admin", "security", "auditor"):
            person(s.who.body, f"管理{username[0]}", username, username)
        person(s.who.county, "冯科员", "upstairs", "officer")
        near = body("41.15.21/dingyuan/", "定远乡人民政府", "agency", "11411521006005050W", "411521")
        far = body("41.15.26/", "潢川县司法局", "supervisor", "114115260059900355", "411526")
        for who, username in ELSEWHERE.items():
            role = ROLE[who]
            person(far if role == "supervisor" else near, f"外{role[0]}", username, role)
        s.registered = register(s)  # type: ignore[attr-defined]
        s.guided = guided(s)  # type: ignore[attr-defined]
        s.training = training.fill(  # type: ignore[attr-defined]
            by=Account.objects.get(username="admin").officer,
            today=timezone.localdate(),
            moment=timezone.localtime().replace(hour=8, minute=30, second=0, microsecond=0),
            staff=[s.who.zhang, s.who.li, s.who.wu],
            new=[s.who.zhou, s.who.sun],
        )
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
            for who in PEOPLE if POLICIES[name].may is not None or POLICIES[name].own else SOME:
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
    plan = packs.load("cn-henan-xinyang-qingshan").title  # a neighbour goes by the same plan, and its page may say so
    for name in ("supervision:board", "supervision:duties", "supervision:trail", "registry:bodies"):
        assert "青山镇" not in answers["other supervisor", name].text.replace(plan, ""), name
        assert "青山镇" in answers["supervisor", name].text.replace(plan, ""), name
    assert "青山镇" not in answers["upstairs", "registry:bodies"].text.replace(plan, "")
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
            if status not in (302, 401, 403, 405):
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
