"""并案、分案: cases of one body become one, or one becomes two; each names the other and what it took over."""

from datetime import date

import pytest
from django.db import Error, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests import story
from tests.again import rebuilt
from tests.story import at
from yangguang.casework import actions as casework
from yangguang.casework import queries as cases
from yangguang.casework.errors import NotHandler, NotHead
from yangguang.casework.joinder import actions as joining
from yangguang.casework.joinder import queries
from yangguang.casework.joinder.models import JoinderRequest
from yangguang.casework.models import Case
from yangguang.decision import queries as decisions
from yangguang.decision.joinder import actions, papers
from yangguang.duty.models import Duty
from yangguang.record import documents
from yangguang.registry import access
from yangguang.registry import actions as registry
from yangguang.registry.models import Account
from yangguang.review import queries as review
from yangguang.trail.errors import Refused
from yangguang.trail.models import Entry

pytestmark = pytest.mark.django_db
SAME = "同一当事人的同一个违法行为重复立案"
OTHERS = "违法行为涉及其他当事人，责任须分别认定"
WHY = "两案查的是同一处安全出口、同一天的堆放。"


def as_(username: str) -> Client:
    client = Client()
    client.force_login(Account.objects.get(username=username), "yangguang.registry.access.Accounts")
    return client


def send(client: Client, name: str, *args, **given):
    """What a person does: open the page, fill the form in, send it."""
    page = reverse(f"decision:{name}", args=args)
    shown = client.get(page)
    assert shown.status_code == 200, shown.content.decode()
    form = shown.context["form"]
    assert form is not None, shown.content.decode()
    return client.post(page, {one.html_name: one.value() for one in (form["once"], form["seen"])} | given)


def clock(case) -> Duty:
    return Duty.objects.get(subject=case.chain, rule="D05", discharge=None)


def test_two_cases_of_one_act_become_one(monkeypatch, settings):
    """行政处罚法 art. 29: asked by a handler, approved by a head; the lead keeps the earlier clock and names the file."""
    settings.SESSION_COOKIE_AGE = 365 * 86400
    with access.within(""):
        lead = story.begin("collect", with_accounts=True)
        told = story.begin_again(lead, "conclude")
        first, second = lead.fresh(), told.fresh()
        seen = cases.evidence_items(second)
    zhang, chen, sun = as_("zhang"), as_("chen"), as_("sun")

    monkeypatch.setattr(timezone, "now", lambda: at(9, 2, 9))
    assert (
        reverse("decision:joinder", args=[second.pk])
        in zhang.get(reverse("workbench:case", args=[second.pk])).content.decode()
    )
    page = zhang.get(reverse("decision:joinder", args=[second.pk])).content.decode()
    assert "第二十九条" in page and reverse("decision:joinder_join", args=[second.pk]) in page
    given = {"other": str(first.pk), "ground": SAME, "reason": WHY}
    assert send(zhang, "joinder_join", second.pk, **{**given, "reason": "短"}).status_code == 422
    assert send(zhang, "joinder_join", second.pk, **{**given, "other": "x"}).status_code == 422
    assert send(zhang, "joinder_join", second.pk, **given).status_code == 302
    with access.within(""), pytest.raises(joining.NotJoined, match="等候负责人决定"):
        joining.may_regroup(second)

    monkeypatch.setattr(timezone, "now", lambda: at(9, 3, 9))
    assert WHY in chen.get(reverse("decision:joinder_answer", args=[second.pk])).content.decode()
    assert send(chen, "joinder_answer", second.pk, approved="yes", opinion="同意并案。").status_code == 302
    with access.within(""):
        stands = rebuilt(told)
        assert stands.step == "archive" and stands.closed_on == date(2026, 9, 3)
        assert not Duty.objects.filter(subject=second.chain, discharge=None).exists()
        assert clock(first).start_on == min(first.opening.on, second.opening.on)
        assert set(seen) <= set(cases.evidence_items(lead.fresh()))
        assert rebuilt(lead).step == "conclude"
        paper = second.dossier.items.get(code="joinder_approval")
        text = documents.text(paper.code, paper.data, on=paper.on)
        assert first.title in text and SAME in text and "第二十九条" in text and "最先立案" in text
        assert first.dossier.items.filter(code="joinder_approval").exists()
        assert Entry.objects.filter(chain=first.chain, verb="casework.take_over").count() == 1
        assert second.dossier.items.get(code="closure_report").data["mode"] == "joined"
        joined = told.fresh()  # asks for nothing it never came to
        assert {one.step for one in cases.owed(joined)} <= {"open", *(one.step for one in cases.taken(joined))}
        with pytest.raises(Refused, match="并入"):
            joining.may_regroup(second)
    for case, words, other in ((second, "本案已并入", first), (first, "并入本案的案件", second)):
        shown = zhang.get(reverse("workbench:case", args=[case.pk])).content.decode()
        assert words in shown and reverse("workbench:case", args=[other.pk]) in shown

    monkeypatch.setattr(timezone, "now", lambda: at(9, 8, 9))
    assert send(sun, "archive", second.pk, retention="years_30").status_code == 302
    with access.within(""):
        assert rebuilt(told).step == ""


def test_what_cannot_be_joined_is_refused_with_its_clause():
    with access.within(""):
        told = story.begin("conclude", with_accounts=True)
        case, who = told.fresh(), told.who
        given = {"by": who.zhang, "at": at(9, 2, 9), "case": case, "ground": SAME, "reason": WHY}
        with pytest.raises(joining.NotJoined, match="本案自己") as same:
            joining.request_joinder(**given, other=case)
        assert "CN-PEN-29" in {one.clause for one in same.value.because}
        other = story.begin_again(told, "conclude").fresh()
        with pytest.raises(NotHandler):
            joining.request_joinder(**{**given, "by": who.chen}, other=other)
        with pytest.raises(joining.NotJoined, match="规则所列的情形") as ground:
            joining.request_joinder(**{**given, "ground": "省事"}, other=other)
        assert ground.value.field == "ground" and ground.value.because
        foreign = Case.objects.get(pk=other.pk)
        foreign.scope = "41.15.21/dingyuan/"
        with pytest.raises(joining.NotJoined, match="不能并案") as body:
            joining.request_joinder(**given, other=foreign)
        assert {"CN-PEN-22", "CN-PEN-25.1"} <= {one.clause for one in body.value.because}
        decided = story.begin_again(told, "decide").fresh()
        with pytest.raises(joining.NotJoined, match="已经作出决定"):
            joining.request_joinder(**{**given, "at": at(9, 20, 9)}, other=decided)
        bare = story.begin_again(told, "check_scene").fresh()  # what ends with the joining has to be complete first
        with pytest.raises(joining.NotJoined, match="现场检查") as lacking:
            joining.request_joinder(**{**given, "case": bare}, other=other)
        assert lacking.value.because and "补齐" in lacking.value.mend
        asked = joining.request_joinder(**given, other=other)
        with pytest.raises(NotHead):
            actions.answer(by=who.zhang, at=at(9, 3, 9), asked=asked, approved=True, opinion="同意")
        no = actions.answer(by=who.chen, at=at(9, 3, 9), asked=asked, approved=False, opinion="不是同一行为")
        assert no.item is None and rebuilt(told).step == "propose"
        with pytest.raises(joining.NotJoined, match="已经答复"):
            actions.answer(by=who.chen, at=at(9, 3, 10), asked=asked, approved=True, opinion="同意")


def test_one_case_becomes_two_with_a_number_a_party_and_a_clock_of_its_own(monkeypatch, settings):
    """行政处罚法 art. 54(1), 60: what was seen stands for both, what was done towards one party does not."""
    settings.SESSION_COOKIE_AGE = 365 * 86400
    with access.within(""):
        told = story.begin("collect", with_accounts=True)
        case = told.fresh()
        seen = cases.evidence_items(case)
        landlord = registry.register_party(
            by=None,
            at=at(8, 20, 9),
            scope=told.who.body.scope,
            kind="natural",
            name="赵建国",
            id_no="411521197003120015",
            phone="13700001235",
            address="河南省信阳市罗山县青山镇北街 29 号",
        )
    zhang, chen = as_("zhang"), as_("chen")
    monkeypatch.setattr(timezone, "now", lambda: at(9, 1, 9))
    page = reverse("decision:joinder_sever", args=[case.pk])
    found = zhang.post(page, {"find": "1", "party_q": "赵建国", "cause": "擅自停用消防设施"})
    assert "赵建国" in found.content.decode() and "擅自停用消防设施" in found.content.decode()
    same = {"party": str(case.party.pk), "cause": case.cause, "ground": OTHERS, "reason": "房东锁闭了另一安全出口。"}
    assert send(zhang, "joinder_sever", case.pk, **same).status_code == 422
    given = {**same, "party": str(landlord.pk), "cause": "锁闭安全出口"}
    assert send(zhang, "joinder_sever", case.pk, **given).status_code == 302

    monkeypatch.setattr(timezone, "now", lambda: at(9, 2, 9))
    assert send(chen, "joinder_answer", case.pk, approved="yes", opinion="同意分案。").status_code == 302
    with access.within(""):
        made = Case.objects.exclude(pk=case.pk).get()
        assert made.title == "赵建国锁闭安全出口案" and made.handler_keys == case.handler_keys
        assert made.opening.number and made.opening.number != case.opening.number
        assert clock(made).start_on == case.opening.on and clock(case).start_on == case.opening.on
        assert list(queries.items(made)) == seen and not made.dossier.items.filter(code="scene_record").exists()
        new = story.Story(told.who)
        new.case = made
        stands = rebuilt(new)
        assert stands.step == "identify" and {"open", "scene_check", "evidence"} <= set(stands.done)
        assert rebuilt(told).step == "conclude"
        assert not [one for one in cases.owed(made) if one.step == "scene_check" and not one.met]
        drawn = cases.evidence_items(made)[0]
        assert drawn.dossier_id == case.dossier_id
        with pytest.raises(joining.NotJoined, match="当事人不同"):
            joining.may_join(made, case)
    for one, words, other in ((made, "本案由此案分出", case), (case, "由本案分出的案件", made)):
        shown = zhang.get(reverse("workbench:case", args=[one.pk])).content.decode()
        assert words in shown and reverse("workbench:case", args=[other.pk]) in shown
    assert zhang.get(reverse("casework:step", args=[made.pk, "identify"])).status_code == 200


def test_what_the_same_party_said_goes_with_it_and_what_it_waived_does_not(monkeypatch):
    """行政处罚法 art. 44, 45, 63: statement and confirmed address stand for the second act; notice and hearing are its own."""
    with access.within(""):
        told = story.begin("answer", with_accounts=True)
        case = told.fresh()
        asked = joining.request_severance(
            by=told.who.zhang, at=at(9, 16, 9), case=case, party=told.who.party, cause="占用消防车通道",
            ground="当事人另有违法行为，须另行查清", reason="另查明占用消防车通道。",
        )  # fmt: skip
        done = actions.answer(by=told.who.chen, at=at(9, 16, 10), asked=asked, approved=True, opinion="同意分案。")
        made = Case.objects.get(pk=done.other_id)
        taken = {one.code for one in queries.items(made)}
        assert {"service_address_confirmation", "defence_record"} <= taken
        assert decisions.confirmed_address(made) == decisions.confirmed_address(case)
        listed = {one.code for one in cases.evidence_items(made)}
        assert "defence_record" in listed and "service_address_confirmation" not in listed
        state = made.state
        assert not {"notice", "defence", "hearing", "deliberate", "review"} & set(state.done)
        words = papers.heard(asked)
        assert "重新告知" in words and "第四十四条" in words and "一并引用" in words
        new = story.Story(told.who)
        new.case = made
        rebuilt(new)


def test_a_draft_under_review_leaves_the_desk_with_its_case():
    with access.within(""):
        lead = story.begin("collect", with_accounts=True)
        told = story.begin_again(lead, "submit")
        wang = access.Caller(Account.objects.get(username="wang"), frozenset({"reviewer"}))
        assert review.waiting(wang).filter(case=told.case).exists()
        asked = joining.request_joinder(
            by=told.who.zhang, at=at(9, 12, 9), case=told.fresh(), other=lead.fresh(), ground=SAME, reason=WHY
        )
        actions.answer(by=told.who.chen, at=at(9, 12, 10), asked=asked, approved=True, opinion="同意并案。")
        assert not review.waiting(wang).filter(case=told.case).exists()
        assert told.fresh().state.step == "archive"


def test_the_database_holds_who_answers(monkeypatch):
    with access.within(""):
        told = story.begin("conclude", with_accounts=True)
        asked = joining.request_severance(
            by=told.who.zhang,
            at=at(9, 2, 9),
            case=told.fresh(),
            party=told.who.party,
            cause="占用消防车通道",
            ground="当事人另有违法行为，须另行查清",
            reason="另查明占用消防车通道。",
        )
        monkeypatch.setattr(casework, "not_handler_but_head", lambda case, by: None)
        with pytest.raises(Error, match="不得审批"), transaction.atomic():
            actions.answer(by=told.who.zhang, at=at(9, 3, 9), asked=asked, approved=False, opinion="不同意")
        assert JoinderRequest.objects.count() == 1
