"""移送来的案卷: the body it went to reads it, answers it and makes a case of it; nobody else reads anything."""

from datetime import date
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.db.utils import Error
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests import story
from tests.again import rebuilt
from tests.story import at, passed
from yangguang.casework.models import Case, Opening, Proposal, Step
from yangguang.decision.handed import actions as handing
from yangguang.decision.handed.models import HandedAnswer, HandedFile
from yangguang.decision.handed.sql import READ
from yangguang.decision.jurisdiction import actions, queries
from yangguang.duty.models import Duty
from yangguang.inspection.models import Clue
from yangguang.record.custody.models import Reading
from yangguang.record.models import Item
from yangguang.registry import access
from yangguang.registry import actions as registry
from yangguang.registry.models import Account, Body, Party, Power
from yangguang.trail.models import Entry

pytestmark = pytest.mark.django_db
NEXT, THIRD = "41.15.21/dingyuan/", "41.15.21/lingshan/"
REASON = "违法行为发生在定远镇，依法由该镇管辖。"


def body(scope: str, name: str, uscc: str) -> Body:
    return registry.register_body(
        by=None, at=at(1, 5), scope=scope, name=name, kind="agency", uscc=uscc, region="411521", address="街道",
        pack="cn-henan-xinyang-qingshan", reconsideration="罗山县人民政府", court="罗山县人民法院", sign=name[0],
        valid_from=date(2024, 1, 1),
    )  # fmt: skip


def person(of: Body, name: str, username: str, role: str, number: str = ""):
    made = registry.register_officer(
        by=None, at=at(1, 5), body=of, name=name, valid_from=date(2024, 1, 1), post="工作人员"
    )
    if number:
        registry.grant_certificate(
            by=None, at=at(1, 5), exam=passed(made, at(1, 5)), number=number, issuer="河南省人民政府",
            valid_from=date(2024, 1, 1), valid_to=date(2028, 12, 31),
        )  # fmt: skip
    account = registry.open_account(username=username, officer=made, password=story.PASSWORD)
    registry.grant_role(by=None, at=at(1, 5), account=account, role=role)
    return made


def neighbours(told: story.Story) -> None:
    """定远镇 with a head and two officers, who have the same power; 灵山镇 with a head."""
    there = body(NEXT, "定远镇人民政府", "11411521006005049P")
    person(there, "马俊", "ma", "head")
    two = [
        person(there, "高峰", "gao", "officer", "16152100901"),
        person(there, "罗兰", "luo", "officer", "16152100902"),
    ]
    story.taught(two, two[0], at(1, 5))
    power = told.who.power
    names = (
        "code", "name", "kind", "field", "instrument", "delegation", "delegation_published_on", "delegated_from", "basis",
        "discretion", "published_on", "valid_from",
    )  # fmt: skip
    registry.register_power(by=None, at=at(1, 5), body=there, **{name: getattr(power, name) for name in names})
    person(body(THIRD, "灵山镇人民政府", "11411521006005050W"), "宋平", "song", "head")


def as_(username: str) -> Client:
    client = Client()
    client.force_login(Account.objects.get(username=username), "yangguang.registry.access.Accounts")
    return client


def send(client: Client, name: str, *args, **given):
    page = reverse(name, args=args)
    shown = client.get(page)
    assert shown.status_code == 200, shown.content.decode()
    form = shown.context["form"]
    assert form is not None, shown.content.decode()
    return client.post(page, {one.html_name: one.value() or "" for one in (form["once"], form["seen"])} | given)


def handed_over() -> tuple[story.Story, HandedFile]:
    """青山镇's case, investigated and drafted, handed to 定远镇."""
    told = story.begin("propose", with_accounts=True)
    neighbours(told)
    moment = at(9, 7, 9)
    gone = actions.hand_over(by=told.who.chen, at=moment, case=told.fresh(), organ="定远镇人民政府", reason=REASON)
    return told, gone.handed


@pytest.mark.clause("CN-PEN-22", "CN-PEN-25.2")
def test_the_body_it_went_to_reads_answers_and_opens_its_own_case(monkeypatch, settings):
    settings.SESSION_COOKIE_AGE = 365 * 86400
    with access.within(""):
        told = story.begin("conclude", with_accounts=True)
        neighbours(told)
        case = told.fresh()
    pk, chen, ma, gao, zhang = case.pk, as_("chen"), as_("ma"), as_("gao"), as_("zhang")
    monkeypatch.setattr(timezone, "now", lambda: at(9, 7, 9))
    assert send(chen, "decision:handover", pk, organ_scope="", organ="", reason=REASON).status_code == 422
    assert send(chen, "decision:handover", pk, organ_scope=NEXT, organ="", reason=REASON).status_code == 302
    with access.within(""):
        handed = HandedFile.objects.get(case=case)
        photo = Item.objects.filter(pk__in=handed.items, medium="photo").first() or Item.objects.get(pk=handed.items[0])
    shown = zhang.get(reverse("decision:handover_reply", args=[pk]))
    assert "由该机关自己答复" in shown.content.decode() and shown.context["form"] is None

    waits = ma.get(reverse("workbench:inbox")).content.decode()
    assert "答复移送" in waits and handed.title in waits
    assert handed.title in gao.get(reverse("workbench:handed")).content.decode()
    page = gao.get(reverse("workbench:handed_file", args=[handed.pk])).content.decode()
    for words in (told.who.party.name, told.who.party.uscc or told.who.party.id_no, "现场检查", "移送", "张卫国"):
        assert words in page
    assert "还没有答复" in page and 'name="accepted"' not in page  # a head answers
    assert gao.get(reverse("record:item", args=[photo.pk])).status_code == 200
    assert b"".join(gao.get(reverse("record:file", args=[photo.pk])).streaming_content)
    with access.within(""):
        read = Reading.objects.get(item=photo, how="view")
        assert read.scope == NEXT and not read.keeper
        assert Entry.objects.filter(verb="record.read", fact_ref=read.ref, chain=f"custody:case:{pk}").exists()

    assert send(ma, "workbench:handed_file", handed.pk, accepted="no", reason="").status_code == 422
    assert send(ma, "workbench:handed_file", handed.pk, accepted="yes", reason="").status_code == 302
    again = ma.post(reverse("workbench:handed_file", args=[handed.pk]), {"accepted": "no", "reason": "不属于本机关"})
    assert again.status_code == 302
    with access.within(""):
        answer = HandedAnswer.objects.get(handed=handed)
        clue, there = answer.clue, answer.clue.party
        assert answer.accepted and clue.scope == NEXT and clue.source == Clue.Source.TRANSFER
        assert (there.scope, there.name, there.uscc) == (NEXT, told.who.party.name, told.who.party.uscc)
        assert clue.power.scope == NEXT and clue.power.code == told.who.power.code
        assert queries.accepted(told.fresh()).by.name == "马俊"
        assert rebuilt(told).step == "close"
        party = str(there.pk)

    asked = gao.get(reverse("workbench:handed_open", args=[handed.pk])).context["form"]
    start = asked.initial
    assert start["party"] == party and start["cause"] == case.cause and start["found_on"] == case.found_on
    with access.within(""):
        second = str(Account.objects.get(username="luo").officer_id)
    given = {"party": party, "power": start["power"], "cause": start["cause"], "found_on": str(start["found_on"])}
    done = send(gao, "workbench:handed_open", handed.pk, **given, second=second, touches=start["touches"], ended_on="")
    assert done.status_code == 302, done.content.decode()
    with access.within(""):
        own = Case.objects.get(clue=clue)
        assert own.scope == NEXT and own.found_on == case.found_on
        kept = {one.meta["handed"]["item"]: one for one in own.dossier.items.filter(meta__has_key="handed")}
        assert set(kept) == set(handed.items)
        for one in Item.objects.filter(pk__in=handed.items):
            assert (kept[str(one.pk)].digest, kept[str(one.pk)].meta["handed"]["sender"]) == (
                one.digest,
                "青山镇人民政府",
            )
    assert gao.get(reverse("workbench:case", args=[own.pk])).status_code == 200
    assert gao.get(reverse("workbench:handed_open", args=[handed.pk])).status_code == 302  # not twice
    assert gao.get(reverse("workbench:handed_file", args=[handed.pk])).status_code == 200  # it stays open to them


@pytest.mark.clause("CN-PEN-25.2")
def test_what_was_declined_is_read_no_more_and_goes_on_where_it_was():
    with access.within(""):
        told, handed = handed_over()
        ma, song = (
            Account.objects.select_related("officer__body").get(username=name).officer for name in ("ma", "song")
        )
        case = told.fresh()
    item = UUID(handed.items[0])
    with access.within(NEXT, alone=True):
        here = access.Caller(Account.objects.get(username="ma"), frozenset({"head"}))
        assert access.open_file(here, item) == handed.pk and Item.objects.filter(pk=item).exists()
        with pytest.raises(handing.NotHanded, match="由接受移送的机关的负责人决定"):
            handing.answer(by=song, at=at(9, 8, 9), handed=handed, accepted=True)
        with pytest.raises(handing.NotHanded, match="理由") as refused:
            handing.answer(by=ma, at=at(9, 8, 9), handed=handed, accepted=False, reason=" ")
        assert refused.value.because and refused.value.field == "reason"
        handing.answer(by=ma, at=at(9, 8, 9), handed=handed, accepted=False, reason="违法行为不在本镇发生。")
        with pytest.raises(handing.NotHanded, match="已经答复"):
            handing.answer(by=ma, at=at(9, 8, 10), handed=handed, accepted=True)
        assert access.open_file(here, item) is None and not Item.objects.filter(pk=item).exists()
        assert not Clue.objects.exists() and HandedFile.objects.get() == handed  # the letter's line stays
    with access.within(""):
        assert rebuilt(told).step in ("review", "notice", "propose")
        assert Duty.objects.get(subject=case.chain, rule="D05", discharge=None).start_on == case.opening.on
        reply = queries.handover_of(told.fresh()).reply
        assert not reply.accepted and reply.reason == "违法行为不在本镇发生。"


def test_nobody_writes_the_answer_of_a_body_that_works_here():
    with access.within(""):
        told, handed = handed_over()
        answer = {"handover": handed.handover, "accepted": True, "instrument": "回执", "on": date(2026, 9, 8)}
        with pytest.raises(actions.NotDisputed, match="由该机关自己答复"):
            actions.hear_handover(by=told.who.zhang, at=at(9, 8, 9), **answer)
        with (
            pytest.raises(Error, match="由该机关自己答复"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(
                "insert into decision_handoverreply (id, at, scope, by_id, case_id, handover_id, accepted, instrument, "
                '"on", reason) values (gen_random_uuid(), now(), %s, %s, %s, %s, true, %s, now(), %s)',
                [told.who.zhang.scope, told.who.zhang.pk, handed.case_id, handed.handover_id, "x", ""],
            )


def seen(scope: str, named: UUID | None, alone: bool = True) -> dict[str, int]:
    """How many rows of the file each table shows to a body, after it tried to open it; the policy in the database."""
    counts = {}
    with access.within(scope, alone=alone), connection.cursor() as cursor:
        if named is not None:
            cursor.execute("select decision_open_file(%s)", [named])
        for table, _ in READ:
            cursor.execute(f"select count(*) from {table} where scope = %s", [story.TOWN])
            counts[table] = cursor.fetchone()[0]
    return counts


def test_the_database_itself_shows_the_file_to_that_body_alone():
    with access.within(""):
        told, handed = handed_over()
        case = told.fresh()
        elsewhere = Item.objects.filter(scope=story.TOWN).exclude(pk__in=handed.items).values_list("pk", flat=True)
        stays = set(elsewhere)
        drafts = Proposal.objects.filter(case=case).count()
    addressed = {"decision_handedfile": 1, "decision_casehandover": 1}
    blank = dict.fromkeys((table for table, _ in READ), 0)
    assert drafts and seen(NEXT, None) == blank | addressed  # nothing of the file before it is opened
    opened = seen(NEXT, handed.pk)
    assert opened["casework_case"] == opened["casework_opening"] == opened["registry_party"] == 1
    assert opened["record_item"] == len(handed.items) and opened["registry_officer"] < 6
    assert (
        opened["casework_step"] and opened["trail_entry"] and opened["registry_power"] == opened["registry_body"] == 1
    )
    for other in (THIRD, "41.15.22/", f"{NEXT}zhongxin/"):
        assert seen(other, handed.pk) == blank, other
        assert seen(other, UUID(handed.items[0])) == blank, other
    with access.within(NEXT, alone=True):
        with connection.cursor() as cursor:
            cursor.execute("select decision_open_file(%s)", [handed.pk])
            cursor.execute("select distinct verb from trail_entry where chain = %s", [case.chain])
            verbs = {verb for (verb,) in cursor.fetchall()}
        assert not {"casework.propose", "review.submit", "review.give"} & verbs and "casework.take_step" in verbs
        assert not Proposal.objects.exists() and not Item.objects.filter(pk__in=stays).exists()
        for model in (Step, Opening):
            with pytest.raises(Error), transaction.atomic():  # read, never written
                one = model.objects.filter(case=case).first()
                columns = ", ".join(f'"{field.column}"' for field in model._meta.concrete_fields if field.name != "id")
                with connection.cursor() as cursor:
                    cursor.execute(
                        f"insert into {model._meta.db_table} (id, {columns}) "
                        f"select gen_random_uuid(), {columns} from {model._meta.db_table} where id = %s",
                        [one.pk],
                    )
    with connection.cursor() as cursor:  # the public's role may not even ask
        cursor.execute(
            "select p.tablename from pg_policies p where p.policyname like %s and 'yg_portal' = any(p.roles)",
            ["%handed"],
        )
        assert not cursor.fetchall()
        for table in ("decision_handedfile", "decision_handedanswer", "casework_case", "record_item", "registry_party"):
            cursor.execute("select has_table_privilege('yg_portal', %s, 'select')", [table])
            assert not cursor.fetchone()[0], table
        cursor.execute("select has_function_privilege('yg_portal', 'decision_open_file(uuid)', 'execute')")
        assert not cursor.fetchone()[0]


def test_the_python_policy_opens_it_to_those_who_work_with_cases_there():
    with access.within(""):
        _, handed = handed_over()
        accounts = {name: Account.objects.get(username=name) for name in ("ma", "gao", "song", "zhang", "chen")}
    item = UUID(handed.items[0])
    for name, scope, role, may in (
        ("ma", NEXT, "head", True),
        ("gao", NEXT, "officer", True),
        ("gao", NEXT, "admin", False),
        ("gao", NEXT, "disclosure", False),
        ("song", THIRD, "head", False),
        ("chen", story.TOWN, "head", False),
    ):
        with access.within(scope, alone=True):
            asking = access.Caller(accounts[name], frozenset({role}))
            assert (access.open_file(asking, item) is not None) == may, (name, role)


def test_who_handed_it_over_acts_in_it_no_more():
    with access.within(""):
        told, handed = handed_over()
        with pytest.raises(actions.NotDisputed, match="已经移送"):
            actions.hand_over(
                by=told.who.chen, at=at(9, 8, 9), case=told.fresh(), organ="灵山镇人民政府", reason=REASON
            )
        assert told.fresh().state.step == "close"
        assert {one["name"] for one in handed.withheld} <= {"法制审核意见书", "重大执法决定送审表"}
        assert not Party.objects.filter(scope=NEXT).exists() and Power.objects.filter(scope=NEXT).count() == 1
        assert NEXT.startswith(story.COUNTY)
