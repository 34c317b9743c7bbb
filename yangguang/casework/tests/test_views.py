"""Opening, steps and proposal, walked in the browser's place by the people of 青山镇."""

from datetime import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests import story
from tests.story import Story, at
from yangguang.casework.models import Case, Opening, Proposal, Step
from yangguang.record import actions as record
from yangguang.record import documents
from yangguang.record.models import Item
from yangguang.registry import access
from yangguang.registry import actions as registry
from yangguang.registry.models import Account, Party

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock(monkeypatch):
    def set_to(moment: datetime) -> None:
        monkeypatch.setattr(timezone, "now", lambda: moment)

    set_to(at(9, 23, 10))
    return set_to


def begun(last: str) -> Story:
    with access.within(""):
        return story.begin(last, with_accounts=True)


def as_(username: str) -> Client:
    client = Client()
    client.force_login(Account.objects.get(username=username), backend="yangguang.registry.access.Accounts")
    return client


def words(response) -> str:
    return response.content.decode()


def start(response) -> dict[str, str]:
    """What a browser would send back from the form it was given."""
    data: dict = {}
    form = response.context["form"]
    for name in form.fields:
        value = form[name].value()
        if value in (None, False, ""):
            continue
        if isinstance(value, datetime):
            value = value.strftime("%Y-%m-%dT%H:%M")
        data[name] = value if isinstance(value, list) else "on" if value is True else str(value)
    return data


def errors(response) -> str:
    assert response.status_code == 422, (response.status_code, response.headers)
    return str(response.context["form"].errors)


def count(model) -> int:
    with access.within(""):
        return model.objects.count()


# ---- opening -----------------------------------------------------------------------------------------------------


def asked(told: Story, **changes) -> dict:
    who = told.who
    data = {
        "second": str(who.li.pk),
        "party": str(who.party.pk),
        "power": str(who.power.pk),
        "cause": "占用堵塞安全出口",
        "found_on": "2026-08-24",
        "touches": ["none"],
    }
    return {**data, **changes}


def test_a_case_is_applied_for_and_opened(clock):
    told = begun("take_clue")
    clock(at(8, 25, 9))
    zhang, url = as_("zhang"), f"/cases/new/?clue={told.clue.pk}"
    page = zhang.get(url)
    form = start(page)
    assert form["party"] == str(told.who.party.pk) and form["power"] == str(told.who.power.pk)
    assert form["found_on"] == "2026-08-24"
    assert "已于 2026-05-31 到期" in words(page) and "没有行政执法证" in words(page)
    answer = zhang.post(url, {**form, **asked(told)})
    assert answer.status_code == 302, errors(answer)
    again = zhang.post(url, {**form, **asked(told)})
    assert again.status_code == 302 and count(Case) == 1
    with access.within(""):
        case = Case.objects.get()
    assert case.touches == [] and case.clue == told.clue

    clock(at(8, 25, 16))
    opening = reverse("casework:opening", args=[case.pk])
    assert as_("zhang").get(opening).status_code == 403
    chen = as_("chen")
    form = start(chen.get(opening))
    assert "不予立案必须写明理由" in errors(chen.post(opening, {**form, "approved": "no"}))
    assert "请回答是或者否" in errors(chen.post(opening, form))
    answer = chen.post(opening, {**form, "approved": "yes"}, follow=True)
    assert "青立字〔2026〕1号" in words(answer)
    assert chen.post(opening, {**form, "approved": "yes"}).status_code == 302 and count(Opening) == 1


@pytest.mark.parametrize(
    ("second", "says"),
    [
        ("zhang", "只选了一名执法人员"),
        ("wu", "已于 2026-05-31 到期"),
        ("sun", "没有行政执法证"),
        ("lin", "应当回避"),
    ],
)
def test_an_unfit_second_officer_is_refused_with_the_clause(clock, second, says):
    told = begun("take_clue")
    clock(at(8, 25, 9))
    if second == "lin":
        with access.within(""):
            registry.recuse(
                by=told.who.zhang,
                at=at(8, 24, 16),
                subject=told.clue.chain,
                officer=told.who.lin,
                ground="interest",
                note="当事人的表姐",
            )
    data = asked(told, second=str(getattr(told.who, second).pk))
    answer = as_("zhang").post(f"/cases/new/?clue={told.clue.pk}", data)
    assert says in errors(answer)
    text = words(answer)
    assert "不能办理" in text and "行政处罚法" in text and "怎样才能办" in text
    assert "占用堵塞安全出口" in text and count(Case) == 0  # nothing lost, nothing written


def test_a_power_that_ended_is_refused(clock):
    told = begun("take_clue")
    clock(at(8, 25, 9))
    with access.within(""):
        ended = registry.register_power(
            by=None,
            at=at(1, 5),
            body=told.who.body,
            valid_from=story.at(1, 5, year=2024).date(),
            valid_to=at(3, 1).date(),
            code="XY-XZ-0009",
            name="对已收回事项的处罚",
            kind="penalty",
            field="消防安全",
            instrument="权责清单",
            delegation="省级赋权决定",
            delegation_published_on=story.at(1, 1, year=2024).date(),
            basis=[{"law": "某法", "article": "第一条", "text": "某文"}],
        )
    answer = as_("zhang").post("/cases/new/", asked(told, power=str(ended.pk)))
    assert "没有“对已收回事项的处罚”这项执法权" in errors(answer) and "失效" in words(answer)


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("found_on", "2026-08-26", "不能晚于今天"),
        ("cause", "", "请填写"),
        ("cause", "案\u200b由", "控制字符"),
        ("second", "11111111-1111-1111-1111-111111111111", "这一选项"),
        ("touches", [], "请选择"),
        ("touches", ["none", "health"], "不能再选其他项"),
        ("party", "", "请选择"),
    ],
)
def test_bad_input_of_an_application(clock, field, value, says):
    told = begun("take_clue")
    clock(at(8, 25, 9))
    answer = as_("zhang").post("/cases/new/", asked(told, **{field: value}))
    assert says in errors(answer) and field in answer.context["form"].errors and count(Case) == 0


def test_an_unknown_clue_is_not_there(clock):
    begun("take_clue")
    for pk in ("nonsense", "11111111-1111-1111-1111-111111111111"):
        assert as_("zhang").get(f"/cases/new/?clue={pk}").status_code == 404


# ---- parties -----------------------------------------------------------------------------------------------------


def test_a_party_is_registered_and_brought_back_to_the_form(clock):
    begun("take_clue")
    data = {"kind": "natural", "name": "孙小梅", "id_no": "411521198601010021", "address": "青山镇南街 3 号"}
    url = "/cases/parties/new/?next=/clues/new/"
    zhang = as_("zhang")
    wrong = zhang.post(url, {**data, "id_no": "411521198601010020"})
    assert "校验码不对" in errors(wrong) and "孙小梅" in words(wrong)
    answer = zhang.post(url, data)
    assert answer.status_code == 302, errors(answer)
    assert answer["Location"].startswith("/clues/new/?party=")
    assert "孙小梅" in words(zhang.get(answer["Location"]))
    changed = zhang.post(url, {**data, "address": "青山镇南街 5 号"})
    assert changed.status_code == 302
    with access.within(""):
        assert len(set(Party.objects.filter(name="孙小梅").values_list("key", flat=True))) == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"id_no": ""}, "id_no"),
        ({"id_no": "12345"}, "id_no"),
        ({"id_no": "411521202613010020"}, "id_no"),
        ({"kind": "legal"}, "uscc"),
        ({"kind": "legal", "uscc": "91411500MA00000000"}, "uscc"),
        ({"name": ""}, "name"),
        ({"kind": "robot"}, "kind"),
        ({"phone": "1" * 41}, "phone"),
    ],
)
def test_wrong_codes_are_named_at_their_field(clock, changes, field):
    begun("take_clue")
    data = {"kind": "natural", "name": "孙小梅", "id_no": "411521198601010021", "address": "南街", **changes}
    answer = as_("zhang").post("/cases/parties/new/", data)
    errors(answer)
    assert field in answer.context["form"].errors
    assert count(Party) == 1


def test_the_way_back_stays_on_this_site(clock):
    begun("take_clue")
    answer = as_("zhang").get("/cases/parties/new/?next=https://elsewhere.example/")
    assert answer.context["back"] == "/cases/new/"


# ---- steps -------------------------------------------------------------------------------------------------------


def step(told: Story, code: str) -> str:
    return reverse("casework:step", args=[told.case.pk, code])


def test_the_investigation_is_walked_without_typing_anything_twice(clock):
    told = begun("approve_opening")
    who = told.who

    clock(at(8, 26, 9, 35))
    zhang = as_("zhang")
    page = zhang.get(step(told, "identify"))
    form = start(page)
    assert form["fact.certificates_shown"] == "16152100001、16152100002"
    form |= {"fact.identified_at": "2026-08-26T09:30", "fact.identity_shown": "yes", "fact.rights_told": "yes"}
    refused = zhang.post(step(told, "identify"), form | {"fact.acknowledged": "refused"})
    assert refused.status_code == 422
    assert "写明理由或者见证人" in refused.content.decode()
    form |= {"fact.acknowledged": "signed"}
    with CaptureQueriesContext(connection) as asked:
        done(zhang.post(step(told, "identify"), form))
    assert len(asked) <= 26, [one["sql"][:120] for one in asked]

    clock(at(8, 26, 11))
    zhang = as_("zhang")
    page = zhang.get(step(told, "scene_check"))
    form = start(page)
    assert form["scene_record.place"] == "青山镇北街 27 号" and form["scene_record.recorder"] == "李敏"
    assert "赵大勇" in words(page) and "当事人登记" in words(page)
    form |= {
        "scene_record.started_at": "2026-08-26T09:40",
        "scene_record.ended_at": "2026-08-26T10:15",
        "scene_record.identity_shown": "yes",
        "scene_record.rights_told": "yes",
        "scene_record.findings": "安全出口内侧堆放纸箱 38 件，不能打开。",
    }
    done(zhang.post(step(told, "scene_check"), form))
    with access.within(""):
        told.film()
        taken = Step.objects.get(step="scene_check")
    assert taken.facts["scene_findings"].startswith("安全出口内侧") and taken.at == at(8, 26, 9, 40)

    clock(at(8, 26, 15))
    zhang = as_("zhang")
    form = start(zhang.get(step(told, "correct")))
    assert (
        form["correction_order.violation"].startswith("安全出口内侧") and "消防法" in form["correction_order.violated"]
    )
    form |= {
        "correction_order.requirement": "清理安全出口处的货物",
        "correction_order.immediately": "no",
        "correction_order.until": "2026-08-28",
    }
    done(zhang.post(step(told, "correct"), form))

    clock(at(8, 27, 10))
    zhang = as_("zhang")
    form = start(zhang.get(step(told, "interview")))
    assert form["interview_record.person.name"] == "赵大勇" and form["interview_record.nth"] == "1"
    form |= {
        "interview_record.started_at": "2026-08-27T09:00",
        "interview_record.ended_at": "2026-08-27T09:40",
        "interview_record.place": "询问室",
        "interview_record.identity_shown": "yes",
        "interview_record.rights_told": "yes",
        "interview_record.questions.0.q": "货物是谁堆放的？",
        "interview_record.questions.0.a": "是我让人堆的。",
        "interview_record.questions.5.q": "还有什么补充？",
        "interview_record.questions.5.a": "没有。",
    }
    done(zhang.post(step(told, "interview"), form))
    with access.within(""):
        item = Item.objects.get(code="interview_record")
        record.waive(
            by=who.li,
            at=at(8, 27, 10),
            dossier=told.fresh().dossier,
            step="interview",
            event="investigation",
            reason="询问笔录逐问逐答，文字记录能够全面有效记录。",
        )
        assert Step.objects.get(step="interview").facts["interview_text"].count("问：") == 2
    assert [row["a"] for row in item.data["questions"]] == ["是我让人堆的。", "没有。"]

    clock(at(8, 28, 11))
    zhang = as_("zhang")
    form = start(zhang.get(step(told, "evidence")))
    assert form["evidence_sheet.items.0.name"].startswith("现场照片") and form["evidence_sheet.provider"] == "赵大勇"
    form |= {"evidence_sheet.taken_at": "2026-08-28T10:00", "evidence_sheet.note": "与案件事实有关。"}
    done(zhang.post(step(told, "evidence"), form))

    clock(at(9, 1, 10))
    zhang = as_("zhang")
    form = start(zhang.get(step(told, "conclude")))
    assert form["investigation_report.basis"] == "《中华人民共和国消防法》第六十条第二款"
    form |= {
        "at": "2026-09-01T09:50",
        "fact.violation_nature": "首次发现，限期内改正。",
        **{
            f"fact.{name}": "no"
            for name in (
                "major_public_interest",
                "social_risk",
                "major_rights",
                "complex",
                "catalogue_hit",
                "crime_suspected",
            )
        },
        "investigation_report.process": "8 月 25 日立案，8 月 26 日检查。",
        "investigation_report.discretion_grade": "一般",
        "investigation_report.discretion": "首次发现，限期内改正，未造成后果。",
        "investigation_report.proposal": "建议处罚款三百元。",
        "investigation_report.fine": "300.00",
    }
    done(zhang.post(step(told, "conclude"), form))
    with access.within(""):
        assert told.fresh().state.step == "propose"

    clock(at(9, 2, 9))
    zhang = as_("zhang")
    url = reverse("casework:propose", args=[told.case.pk])
    page = zhang.get(url)
    form = start(page)
    assert form["grade"] == "一般" and form["fine_fen"] == "300.00" and form["penalties"] == ["fine"]
    assert form["answer.complex"] == "no" and "还缺" not in words(page)
    with access.within(""):
        scene = Item.objects.get(code="scene_record")
    form |= {"answer.major_violation": "no", f"item.{scene.pk}": "on", f"proves.{scene.pk}": "安全出口被堵塞"} | BARS
    done(zhang.post(url, form))
    with access.within(""):
        proposal = Proposal.objects.get()
    assert proposal.body["fine_fen"] == 30000 and proposal.needs_review


def done(response) -> None:
    assert response.status_code == 302, str(response.context["form"].errors)


def test_more_rows_keep_what_was_typed(clock):
    told = begun("identify")
    zhang, url = as_("zhang"), step(told, "interview")
    form = start(zhang.get(url)) | {"interview_record.questions.7.q": "第八问", "interview_record.place": "询问室"}
    answer = zhang.post(url, form | {"more": "interview_record.questions"})
    assert answer.status_code == 200 and count(Item) == 1
    assert "第八问" in words(answer) and "询问室" in words(answer)
    assert "interview_record.questions.10.q" in answer.context["form"].fields
    again = start(answer)
    assert again["once"] == form["once"] and again["interview_record.questions.count"] == "11"
    for many in ("9999", "-1", "x", "１２"):
        odd = zhang.post(url, form | {"interview_record.questions.count": many})
        assert odd.status_code == 422


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("scene_record.started_at", "2026-09-24T09:00", "晚于现在"),
        ("scene_record.started_at", "2026-08-01T09:00", "早于申请立案的时间"),
        ("scene_record.started_at", "2026-02-30T09:00", "时间不存在"),
        ("scene_record.ended_at", "2026-08-26T09:00", "结束时间早于开始时间"),
        ("scene_record.findings", "", "请填写"),
        ("scene_record.findings", "长" * 100_000, "最多 20000 个字"),
        ("scene_record.findings", "响铃\x07", "控制字符"),
        ("scene_record.identity_shown", "", "请回答是或者否"),
        ("scene_record.recordings.0.kind", "照片", "没有填写"),
    ],
)
def test_bad_input_of_a_step(clock, field, value, says):
    told = begun("identify")
    zhang, url = as_("zhang"), step(told, "scene_check")
    form = start(zhang.get(url)) | {
        "scene_record.started_at": "2026-08-26T09:40",
        "scene_record.ended_at": "2026-08-26T10:15",
        "scene_record.identity_shown": "yes",
        "scene_record.rights_told": "yes",
        "scene_record.findings": "出口不能打开。",
        field: value,
    }
    before = count(Item)
    answer = zhang.post(url, form)
    assert says in errors(answer)
    assert "青山镇北街 27 号" in words(answer) and count(Item) == before and count(Step) == 1


def test_two_people_at_once(clock):
    told = begun("identify")
    zhang, url = as_("zhang"), step(told, "scene_check")
    form = start(zhang.get(url)) | {
        "scene_record.started_at": "2026-08-26T09:40",
        "scene_record.ended_at": "2026-08-26T10:15",
        "scene_record.identity_shown": "yes",
        "scene_record.rights_told": "yes",
        "scene_record.findings": "出口不能打开。",
    }
    with access.within(""):
        told.order_correction()
    answer = zhang.post(url, form)
    assert "已有他人办理" in errors(answer) and "出口不能打开" in words(answer)
    assert "办理一个环节" in words(answer)  # what the other one did
    done(zhang.post(url, form | {"seen": str(answer.context["form"]["seen"].value())}))


def test_the_session_died_in_mid_form(clock):
    told = begun("identify")
    response = Client().post(step(told, "scene_check"), {"scene_record.findings": "写了很多"})
    assert response.status_code == 302 and "/login/?next=" in response["Location"] and count(Step) == 1


def test_who_may_take_a_step(clock):
    told = begun("identify")
    for username, status in (("wu", 403), ("chen", 403), ("qian", 403), ("li", 200)):
        assert as_(username).get(step(told, "interview")).status_code == status, username
    assert "不是承办人" in words(as_("wu").get(step(told, "interview")))
    assert as_("zhang").get(step(told, "nothing")).status_code == 404
    assert as_("zhang").get(step(told, "decide")).status_code == 302


def test_before_opening_no_step_is_taken(clock):
    told = begun("apply")
    answer = as_("zhang").get(step(told, "identify"))
    assert answer.status_code == 403 and "尚未批准立案" in words(answer)


def test_the_pages_take_few_queries(clock, django_assert_max_num_queries):
    told = begun("conclude")
    zhang = as_("zhang")
    for code in ("identify", "scene_check", "interview", "evidence", "correct", "conclude"):
        with django_assert_max_num_queries(60, info=code):
            assert zhang.get(step(told, code)).status_code == 200
    with django_assert_max_num_queries(60):
        zhang.get(reverse("casework:propose", args=[told.case.pk]))


# ---- the proposal ------------------------------------------------------------------------------------------------


def test_missing_records_refuse_the_proposal_each_with_its_mend(clock):
    told = begun("identify")
    zhang, url = as_("zhang"), reverse("casework:propose", args=[told.case.pk])
    text = words(zhang.get(url))
    assert "还缺" in text and step(told, "interview") in text and "/upload/?step=interview" in text
    form = start(zhang.get(url)) | {
        "facts": "堵塞出口。",
        "grade": "一般",
        "penalties": ["fine"],
        "fine_fen": "200",
        "discretion": "首次发现。",
        **{f"answer.{name}": "no" for name in ANSWERS},
        **BARS,
    }
    assert "提出处理意见之前还缺" in errors(zhang.post(url, form)) and count(Proposal) == 0


BARS = {
    "bar.violation_ended_on": "2026-08-26",
    "bar.harm": "no",
    "bar.capacity": "full",
    "bar.minor_corrected": "no",
    "bar.no_fault": "no",
}
ANSWERS = ("major_public_interest", "social_risk", "major_rights", "complex", "major_violation")


def ready(told: Story, client: Client) -> tuple[str, dict]:
    url = reverse("casework:propose", args=[told.case.pk])
    form = start(client.get(url))
    with access.within(""):
        scene = Item.objects.get(code="scene_record")
    form |= {"answer.major_violation": "no", f"item.{scene.pk}": "on", f"proves.{scene.pk}": "出口被堵塞"} | BARS
    return url, form


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"fine_fen": "200.001"}, "只能精确到分"),
        ({"fine_fen": "-1"}, "不能小于零"),
        ({"fine_fen": "很多"}, "不是金额"),
        ({"fine_fen": "1e400"}, "金额"),
        ({"fine_fen": "800"}, "不在“一般”档"),
        ({"fine_fen": ""}, "不一致"),
        ({"penalties": []}, "至少选择一种"),
        ({"penalties": ["exile"]}, "没有“exile”"),
        ({"answer.complex": ""}, "请回答是或者否"),
        ({"grade": "特别严重"}, "这一选项"),
        ({"facts": "长" * 100_000}, "最多 20000 个字"),
        ({"facts": "甲\u202e乙"}, "控制字符"),
    ],
)
def test_bad_input_of_a_proposal(clock, changes, says):
    told = begun("conclude")
    zhang = as_("zhang")
    url, form = ready(told, zhang)
    assert says in errors(zhang.post(url, form | changes)) and count(Proposal) == 0


def test_evidence_says_what_it_proves(clock):
    told = begun("conclude")
    zhang = as_("zhang")
    url, form = ready(told, zhang)
    none = {name: value for name, value in form.items() if not name.startswith("item.")}
    assert "没有列明证据" in errors(zhang.post(url, none))
    silent = {name: ("" if name.startswith("proves.") else value) for name, value in form.items()}
    assert "写明这份证据证明什么" in errors(zhang.post(url, silent))


def test_leaving_the_benchmark_with_a_reason(clock):
    told = begun("conclude")
    zhang = as_("zhang")
    url, form = ready(told, zhang)
    done(zhang.post(url, form | {"fine_fen": "400", "deviation": "当事人此前两次被口头告诫仍不改正，从重处理。"}))


def test_a_returned_draft_comes_back_with_the_opinion_and_the_difference(clock):
    told = begun("return_draft")
    zhang = as_("zhang")
    url = reverse("casework:propose", args=[told.case.pk])
    page = zhang.get(url)
    text = words(page)
    assert "第 2 稿" in text and "裁量理由应当写明首次发现" in text
    form = start(page) | {"discretion": "首次发现，限期改正，未造成后果，罚款二百元。", "fine_fen": "200"}
    done(zhang.post(url, form))
    text = words(zhang.get(url))
    assert "差别" in text and "第 3 稿" in text


def test_the_rules_answer_while_typing(clock):
    told = begun("conclude")
    zhang = as_("zhang")
    _url, form = ready(told, zhang)
    check = reverse("casework:propose_check", args=[told.case.pk])
    text = words(zhang.post(check, form))
    assert "通过" in text and "须法制审核" in text
    assert "不通过" in words(zhang.post(check, form | {"fine_fen": "800"}))
    assert "尚不能判断" in words(zhang.post(check, form | {"grade": ""}))
    assert zhang.post(check, {}).status_code == 200
    assert zhang.get(check).status_code == 405 and count(Proposal) == 0


def test_an_address_is_confirmed_on_a_page_of_its_own(clock):
    told = begun("notify")
    url = reverse("casework:document", args=[told.case.pk, "notice", "service_address_confirmation"])
    zhang = as_("zhang")
    form = start(zhang.get(url))
    assert form["service_address_confirmation.recipient"] == "赵大勇"
    done(zhang.post(url, form | {"service_address_confirmation.electronic": "no"}))
    with access.within(""):
        assert Item.objects.filter(code="service_address_confirmation").count() == 1
    other = reverse("casework:document", args=[told.case.pk, "notice", "penalty_decision"])
    assert zhang.get(other).status_code == 404
    # 行政处罚法第二十六条: another agency is asked to help, by a numbered letter that names the case by itself.
    url = reverse("casework:document", args=[told.case.pk, "evidence", "assistance_letter"])
    assert url in words(zhang.get(reverse("workbench:case", args=[told.case.pk])))
    form = start(zhang.get(url))
    assert "assistance_letter.matter" not in form  # known: nobody types what the case is about
    asked = {
        "assisting_body": "罗山县市场监督管理局",
        "reason": "需要核对进货单位",
        "requests": "请提供进货单位的登记信息",
    }
    assert "请填写" in errors(zhang.post(url, form))
    done(zhang.post(url, form | {f"assistance_letter.{name}": value for name, value in asked.items()}))
    with access.within(""):
        letter = Item.objects.get(code="assistance_letter")
        assert (
            letter.number
            and letter.data["matter"]
            and asked["requests"] in documents.text(letter.code, letter.data, on=letter.on)
        )


def test_a_recusal_stops_the_handler(clock):
    told = begun("identify")
    url = reverse("casework:recuse", args=[told.case.pk])
    chen = as_("chen")
    data = {"officer": str(told.who.zhang.pk), "ground": "interest", "note": "当事人的堂兄"}
    assert chen.post(url, data | {"note": ""}).status_code == 422
    assert chen.post(url, data).status_code == 302
    answer = as_("zhang").get(step(told, "interview"))
    assert answer.status_code == 403 and "应当回避" in words(answer)
