"""The pages of the registers: who keeps which, what was typed is kept, what a version changed is shown."""

import re
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests import story
from tests.story import TOWN, at
from yangguang.registry import access, actions, queries
from yangguang.registry.models import (
    Account,
    AccountChange,
    Body,
    CertificateCheck,
    Counsel,
    Device,
    DeviceReview,
    Entrustment,
    LeadingGroup,
    Officer,
    Party,
    PartyMerge,
    Power,
    Premises,
    Qualification,
    Region,
    RoleGrant,
    Succession,
    Unit,
)
from yangguang.registry.views.registers import REGISTERS
from yangguang.trail.models import Entry

pytestmark = pytest.mark.django_db
ROLES = ("officer", "reviewer", "head", "disclosure", "supervisor", "archivist", "admin", "security", "auditor")
CODES = ("11411521006005050W", "12411521006005050R", "12411521006005061X")


@pytest.fixture
def who(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: at(9, 8, 9))
    with access.within(""):
        people = story.people()
        story.accounts(people)
        for role in ("admin", "security", "auditor"):
            person = actions.register_officer(
                by=None, at=at(1, 5), body=people.county, name=f"县{role}", valid_from=date(2024, 1, 1)
            )
            account = actions.open_account(username=role, officer=person, password=story.PASSWORD)
            actions.grant_role(by=None, at=at(1, 5), account=account, role=role)
            person = actions.register_officer(
                by=None, at=at(1, 5), body=people.body, name=f"镇{role}", valid_from=date(2024, 1, 1)
            )
            account = actions.open_account(username=f"town_{role}", officer=person, password=story.PASSWORD)
            actions.grant_role(by=None, at=at(1, 5), account=account, role=role)
    return people


def as_(username: str) -> Client:
    client = Client()
    client.force_login(Account.objects.get(username=username), backend="yangguang.registry.access.Accounts")
    return client


def words(response: Any) -> str:
    return str(response.content.decode())


def count(model: Any, **given: Any) -> int:
    with access.within(""):
        return int(model.objects.filter(**given).count())


def last(model: Any, **given: Any) -> Any:
    with access.within(""):
        return model.objects.filter(**given).order_by("-id").first()


NEW: dict[str, tuple[str, dict[str, Any], Any]] = {
    "bodies": (
        "admin",
        {
            "place": "dingyuan",
            "name": "定远乡人民政府",
            "kind": "agency",
            "uscc": CODES[0],
            "region": "411521",
            "pack": "cn-henan-xinyang-qingshan",
            "sign": "定",
        },
        Body,
    ),
    "units": ("admin", {"name": "法制审核办公室", "kind": "legal", "duties": "审核重大执法决定"}, Unit),
    "officers": ("admin", {"name": "新来", "post": "队员", "kinds": ["penalty", "inspection"]}, Officer),
    "regions": ("admin", {"code": "411521105", "name": "青山镇", "parent": "411521"}, Region),
    "powers": (
        "chen",
        {
            "code": "XY-XZ-0300",
            "name": "对占用消防车通道的处罚",
            "kind": "penalty",
            "basis": "《中华人民共和国消防法》 | 第六十条 | 处警告或者罚款",
            "instrument": "事项清单",
            "discretion": "轻微 | 当场改正 | 0 | 0\n一般 | 限期改正 | 100 | 300.50",
            "delegation": "省政府决定",
            "delegation_published_on": "2023-05-01",
            "guide_materials": "申请书\n身份证明",
            "guide_fee": "不收费",
        },
        Power,
    ),
    "counsels": ("chen", {"name": "高律师", "kind": "external", "firm": "某所", "licence_no": "14115"}, Counsel),
    "groups": (
        "chen",
        {
            "name": "三项制度领导小组",
            "instrument": "青政〔2026〕2 号",
            "members": "陈立新 | 副镇长 | 组长\n王静｜所长｜成员",
        },
        LeadingGroup,
    ),
    "devices": ("chen", {"kind": "body_camera", "serial": "JL-01", "state": "in_use"}, Device),
    "premises": ("chen", {"name": "大勇百货店", "kind": "business", "address": "北街 27 号"}, Premises),
    "parties": ("zhang", {"kind": "legal", "name": "青山百货公司", "uscc": CODES[2]}, Party),
}


def post_new(who, slug: str, username: str = "", **more: Any) -> Any:
    user, given, _ = NEW[slug]
    extra = {"valid_from": "2026-09-01"} | given | more
    if slug == "bodies":
        with access.within(""):
            extra["parent"] = str(who.county.pk)
    return as_(username or user).post(reverse("registry:new", args=[slug]), extra)


@pytest.mark.parametrize("slug", list(NEW))
@pytest.mark.clause("QS-3.4.1b")
def test_register_change_and_end_each_thing(who, slug):
    user, _, model = NEW[slug]
    before = count(model)
    done = post_new(who, slug)
    assert done.status_code == 302, re.findall(r'_error">[^<]*<[^<]*', words(done)) or words(done)[-3000:]
    assert count(model) == before + 1
    made = last(model)
    url = reverse("registry:one", args=[slug, made.key])
    assert done.url == url
    client = as_(user)
    shown = client.get(url)
    assert shown.status_code == 200 and str(made) in words(shown) and "第 1 版" in words(shown)
    listed = client.get(reverse(f"registry:{REGISTERS[slug].listed}"))
    assert listed.status_code == 200 and str(made) in words(listed)
    assert reverse("registry:table_take", args=[slug]) in words(listed), "many at once, from the list itself"
    # the form of the next version holds what is known; nothing changed is said
    change = reverse("registry:change", args=[slug, made.key])
    form = client.get(change).context["form"]
    same = {n: form[n].value() for n in form.fields if n not in ("once", "seen") and form[n].value() not in (None, "")}
    told = client.post(change, same | {"valid_from": "2026-09-08", "reason": "没有改"})
    assert told.status_code == 422 and "没有任何改动" in words(told)
    name = "sign" if slug == "bodies" else "state" if slug == "devices" else "name"
    new = {"sign": "定政", "state": "repair"}.get(name, f"{made}（更名）")
    done = client.post(change, same | {name: new, "valid_from": "2026-09-08", "reason": "按文件更名"})
    assert done.status_code == 302, words(done)[-3000:]
    page = words(client.get(url))
    assert "按文件更名" in page and "第 2 版" in page and "变更前" in page
    then = words(client.get(url, {"on": "2026-09-02"}))
    assert "2026年9月2日" in then
    with access.within(""):
        assert Entry.objects.filter(
            chain=made.chain, verb=f"registry.{REGISTERS[slug].change.verb.split('.')[1]}"
        ).exists()
    done = client.post(reverse("registry:end", args=[slug, made.key]), {"last_day": "2026-09-08", "reason": "撤并"})
    assert done.status_code == 302
    with access.within(""):
        assert queries.as_of(model, made.key, date(2026, 9, 8)) and not queries.as_of(model, made.key, date(2026, 9, 9))


MAY = {  # who keeps which register, in words of this test's own
    "bodies": {"admin"},
    "units": {"admin"},
    "officers": {"admin"},
    "regions": {"admin"},
    "powers": {"head", "admin"},
    "counsels": {"head", "admin"},
    "groups": {"head", "admin"},
    "devices": {"head", "admin"},
    "premises": {"head", "admin"},
    "parties": {"officer", "head"},
}
USERS = {
    "officer": "zhang",
    "reviewer": "wang",
    "head": "chen",
    "disclosure": "zhou",
    "supervisor": "qian",
    "archivist": "sun",
    "admin": "town_admin",
    "security": "town_security",
    "auditor": "town_auditor",
}


def test_who_may_write_which_register(who, caplog):
    caplog.set_level("CRITICAL", logger="django.request")
    assert MAY.keys() == NEW.keys() == REGISTERS.keys()
    wrong = []
    for role in ROLES:
        client = as_(USERS[role])
        for slug in REGISTERS:
            answer = client.get(reverse("registry:new", args=[slug]))
            if (answer.status_code == 200) != (role in MAY[slug]):
                wrong.append((role, slug, answer.status_code))
            elif answer.status_code == 403 and "您的角色是" not in words(answer):
                wrong.append((role, slug, "没有说明理由"))
    assert not wrong, wrong


def test_the_own_register_is_the_bodys_own(who, caplog):
    """The county's administrator keeps bodies and people below, not their powers; a town's does not reach up."""
    caplog.set_level("CRITICAL", logger="django.request")
    answer = as_("admin").get(reverse("registry:change", args=["powers", who.power.key]))
    assert answer.status_code == 403 and "执法事项由所属机关自己登记，您属于罗山县司法局" in words(answer)
    assert as_("admin").get(reverse("registry:change", args=["units", who.unit.key])).status_code == 200
    assert as_("town_admin").get(reverse("registry:change", args=["bodies", who.county.key])).status_code == 404
    shown = words(as_("admin").get(reverse("registry:one", args=["powers", who.power.key])))
    assert "不能在此变更：执法事项由所属机关自己登记" in shown
    assert as_("admin").get("/registry/nothing/new/").status_code == 404


@pytest.mark.parametrize(
    ("slug", "given", "says"),
    [
        ("bodies", {"uscc": "11411521006005050X"}, "校验码不对"),
        ("bodies", {"place": "定远"}, "只能由字母、数字"),
        ("bodies", {"website": "www.example.cn"}, "网址应以 http"),
        ("bodies", {"region": "41"}, "6 位、9 位或者 12 位"),
        ("powers", {"basis": "消防法 第六十条"}, "第 1 行应有 3 栏"),
        ("powers", {"basis": "消防法 |  | 原文"}, "第 1 行的条款没有填写"),
        ("powers", {"discretion": "一般 | 限期改正 | 300 | 100"}, "最低罚款高于最高罚款"),
        ("powers", {"discretion": "一般 | 限期改正 | 一百 | 300"}, "不是金额"),
        ("powers", {"discretion": "一般 | 限期改正 | -1 | 300"}, "不是金额"),
        ("powers", {"discretion": "一般 | 限期改正 | 1.234 | 300"}, "不是金额"),
        ("powers", {"delegation": ""}, "没有写明省级赋权决定"),
        ("powers", {"delegation_published_on": ""}, "还没有公布"),
        ("groups", {"members": " | 副镇长 | 组长"}, "第 1 名成员没有姓名"),
        ("counsels", {"valid_to": "2026-08-31"}, "聘期的止日早于起日"),
        ("devices", {"kind": "e_monitoring"}, "没有填写设置地点"),
        ("premises", {"party_code": CODES[1]}, "没有登记过这个代码的相对人"),
        ("parties", {"kind": "natural", "id_no": "411521197903122017", "uscc": ""}, "校验码不对"),
        ("units", {"name": "隐\u200b形"}, "看不见的控制字符"),
        ("officers", {"valid_from": "2026-02-30"}, "日期不存在"),
        ("officers", {"kinds": ["nothing"]}, "没有“nothing”这一选项"),
    ],
)
def test_what_was_typed_is_kept_and_the_fault_said_at_its_field(who, slug, given, says):
    before = count(NEW[slug][2])
    answer = post_new(who, slug, **given)
    text = words(answer)
    assert answer.status_code == 422 and says in text, re.findall(r"_error[^<]*<[^<]*", text)
    assert count(NEW[slug][2]) == before
    typed = {**NEW[slug][1], **given}.get("name", "")
    assert typed in text


def test_pressing_twice_registers_once(who):
    client = as_("chen")
    url = reverse("registry:new", args=["devices"])
    once = str(client.get(url).context["form"]["once"].value())
    given = {**NEW["devices"][1], "valid_from": "2026-09-01", "once": once}
    first, second = client.post(url, given), client.post(url, given)
    assert first.url == second.url and count(Device) == 1


def test_a_photograph_is_kept_and_only_a_picture_is_taken(who):
    url = reverse("registry:change", args=["officers", who.zhang.key])
    given = {
        "name": "张卫国",
        "unit": str(who.unit.pk),
        "post": "执法大队副队长",
        "valid_from": "2026-09-08",
        "reason": "补照片",
    }
    client = as_("town_admin")
    bad = client.post(url, given | {"photo_file": SimpleUploadedFile("a.png", b"<svg onload=x>")})
    assert bad.status_code == 422 and "文件不是JPEG 或者 PNG 图片" in words(bad)
    picture = b"\x89PNG\r\n\x1a\n picture"
    assert client.post(url, given | {"photo_file": SimpleUploadedFile("a.png", picture)}).status_code == 302
    got = client.get(reverse("registry:photo", args=[who.zhang.key]))
    assert b"".join(got.streaming_content) == picture and got["Content-Type"] == "image/png"
    assert client.get(reverse("registry:photo", args=[who.li.key])).status_code == 404
    assert 'alt="张卫国的照片"' in words(client.get(reverse("registry:one", args=["officers", who.zhang.key])))


# ---- certificates ----------------------------------------------------------------------------------------------------


@pytest.mark.clause("QS-4.6b")
def test_a_certificate_from_the_page(who):
    client = as_("qian")
    with access.within(""):
        person = actions.register_officer(by=None, at=at(9, 1), body=who.body, name="新人", valid_from=date(2026, 1, 1))
        helper = actions.register_officer(
            by=None, at=at(9, 1), body=who.body, name="辅助", valid_from=date(2026, 1, 1), auxiliary=True
        )
    given = {
        "number": "16152100777",
        "family": "河南省行政执法证",
        "issuer_family": "provincial",
        "issuer": "河南省人民政府",
        "valid_from": "2026-09-01",
        "valid_to": "2029-08-31",
        "covers": "消防安全\n市容环境",
    }
    url = reverse("registry:certificate_new", args=[person.key])
    assert "《河南省行政执法证件管理办法》" in words(client.get(url))
    assert "没有新人执法资格考试合格的登记" in words(client.get(url))
    none = client.post(url, given)
    assert none.status_code == 422 and 'value="16152100777"' in words(none)
    exam_url = reverse("registry:exam_new", args=[person.key])
    exam = {
        "title": "河南省行政执法人员资格考试", "organiser": "省司法厅", "on": "2026-09-02", "score": "80", "total": "100",
        "pass_mark": "60", "proof": "HN-1",
    }  # fmt: skip
    assert "没有证明" in words(client.post(exam_url, exam | {"proof": " "})) or "请填写" in words(
        client.post(exam_url, exam | {"proof": " "})
    )
    assert "得分、合格分数须在满分之内" in words(client.post(exam_url, exam | {"score": "101"}))
    helped = client.post(reverse("registry:exam_new", args=[helper.key]), exam)
    assert "执法辅助人员，不得取得" in words(helped)
    for on, score, proof in (("2026-09-02", "80", "HN-1"), ("2026-08-01", "59", "HN-2"), ("2026-08-01", "75", "HN-3")):
        done = client.post(exam_url, exam | {"on": on, "score": score, "proof": proof})
        assert done.status_code == 302, words(done)
    with access.within(""):
        late, failed, passed = (queries.exams_of(person.key).get(proof=f"HN-{n}") for n in (1, 2, 3))
    assert "没有通过执法资格考试" in words(client.post(url, given | {"exam": late.pk}))
    offered = words(client.get(url))
    assert str(failed.pk) not in offered and str(passed.pk) in offered, "only what was passed can be chosen"
    assert client.post(url, given | {"exam": failed.pk}).status_code == 422
    assert client.post(url, given | {"exam": passed.pk}).status_code == 302
    with access.within(""):
        held = queries.certificates(person)[0]
    assert held.covers == ["消防安全", "市容环境"] and held.family == "河南省行政执法证"
    check = reverse("registry:certificate_check", args=[held.pk])
    failed = {"year": "2026", "passed": "no", "on": "2026-09-05"}
    assert "应当写明原因" in words(client.post(check, failed))
    assert client.post(check, failed | {"note": "学时不足"}).status_code == 302
    page = words(client.get(reverse("registry:one", args=["officers", person.key])))
    assert "2026 年度审验不合格" in page and "不可以执法" in page and "执法资格考试合格" in page
    assert "新人" in words(client.get(reverse("registry:certificates")))
    change = reverse("registry:certificate_change", args=[held.pk])
    assert "没有被暂扣" in words(client.post(change, {"state": "restored", "on": "2026-09-06", "reason": "恢复"}))
    assert client.post(change, {"state": "revoked", "on": "2026-09-06", "reason": "调离"}).status_code == 302
    qualified = {"kind": "law_degree", "number": "L1", "valid_from": "2020-07-01"}
    assert client.post(reverse("registry:qualify", args=[person.key]), qualified).status_code == 302
    assert count(CertificateCheck) == 1 and count(Qualification, officer_key=person.key) == 1
    with access.within(""):
        day = timezone.localdate()
        actions.change_officer(
            by=None, at=timezone.now(), officer=person, valid_from=day, reason="分工", kinds=["penalty"]
        )
    page = words(client.get(reverse("registry:one", args=["officers", person.key])))
    assert "<span>行政处罚</span>" in page and "<span>penalty</span>" not in page


def test_the_list_of_validity(who):
    text = words(as_("qian").get(reverse("registry:certificates")))
    assert "吴刚的执法证 16152100003 已于 2026-05-31 到期" in text
    assert "没有快到期的执法证" in text


# ---- bodies ----------------------------------------------------------------------------------------------------------


def test_entrust_and_end_from_the_page(who):
    client = as_("admin")
    with access.within(""):
        centre = actions.register_body(
            by=None,
            at=at(9, 1),
            scope=f"{TOWN}zhongxin/",
            name="综合行政执法中心",
            kind="entrusted",
            uscc=CODES[1],
            region="411521",
            pack="cn-henan-xinyang-qingshan",
            sign="中",
            valid_from=date(2024, 1, 1),
        )
        member = actions.register_officer(by=None, at=at(9, 1), body=centre, name="杜平", valid_from=date(2024, 1, 1))
        seal = actions.register_power(
            by=None,
            at=at(9, 1),
            body=who.body,
            code="XY-QZ-0001",
            name="查封场所",
            kind="compulsory_measure",
            basis=[{"law": "法", "article": "条", "text": "文"}],
            instrument="清单",
            valid_from=date(2024, 1, 1),
        )
    url = reverse("registry:entrust", args=[who.body.key])
    given = {
        "entrusted": str(centre.pk),
        "powers": [str(who.power.key)],
        "instrument": "青政委〔2026〕1 号",
        "valid_from": "2026-09-01",
        "valid_to": "2026-12-31",
        "published_on": "2026-09-02",
    }
    refused = words(client.post(url, given))
    assert (
        "没有取得行政执法资格的工作人员" in refused
        and "取得行政执法资格的工作人员" in refused
        and "第二十一条" in refused
    )
    with access.within(""):
        actions.grant_certificate(
            by=None,
            at=at(9, 1),
            exam=story.passed(member, at(9, 1)),
            number="16152100900",
            issuer="河南省人民政府",
            valid_from=date(2024, 1, 1),
            valid_to=date(2028, 12, 31),
        )
    refused = words(client.post(url, given | {"powers": [str(who.power.key), str(seal.key)]}))
    assert "行政强制措施权不得委托" in refused and "青政委〔2026〕1 号" in refused
    paper = SimpleUploadedFile("委托书.pdf", b"%PDF-1.7 paper")
    assert client.post(url, given | {"paper": paper}).status_code == 302
    made = last(Entrustment)
    got = as_("zhang").get(reverse("registry:entrustment_document", args=[made.pk]))
    assert b"".join(got.streaming_content) == b"%PDF-1.7 paper"
    page = words(as_("zhang").get(reverse("registry:one", args=["bodies", who.body.key])))
    assert "委托 <b>综合行政执法中心</b>" in page and "有效" in page
    end = reverse("registry:entrustment_end", args=[made.pk])
    assert "不在委托期限内" in words(client.post(end, {"on": "2027-01-01", "reason": "到期"}))
    assert client.post(end, {"on": "2026-10-01", "reason": "解除"}).status_code == 302


@pytest.mark.clause("SY-3.3b")
def test_succession_from_the_page(who):
    client = as_("admin")
    assert post_new(who, "bodies").status_code == 302
    other = last(Body)
    url = reverse("registry:succeed", args=[who.body.key])
    given = {"successor": str(other.pk), "on": "2026-10-01", "instrument": "县委编办〔2026〕5 号"}
    assert "没有写明承继的依据文件" in words(client.post(url, given | {"instrument": " "})) or "请填写" in words(
        client.post(url, given | {"instrument": " "})
    )
    nobody = client.post(url, given | {"successor": ""})
    assert nobody.status_code == 422 and "请选择" in words(nobody), "no successor is chosen by itself"
    assert client.post(url, given).status_code == 302
    assert count(Succession) == 1
    page = words(client.get(reverse("registry:one", args=["bodies", who.body.key])))
    assert "2026-10-01 起由 <b>定远乡人民政府</b> 承继" in page
    later = words(client.get(reverse("registry:one", args=["bodies", other.key]), {"on": "2026-10-01"}))
    assert "承继 <b>青山镇人民政府</b> 的全部职权" in later
    place = f"{reverse('registry:new', args=['officers'])}?body={other.key}"
    standing = reverse("registry:one", args=["bodies", other.key])
    assert "登记在定远乡人民政府名下" in words(client.get(place)) and place in words(client.get(standing))
    with access.within(""):
        actions.end(by=None, at=timezone.now(), thing=other, last_day=other.valid_from, reason="撤销")
    refused = client.get(place)
    assert refused.status_code == 403 and "没有有效的登记" in words(refused), "never silently under another body"
    assert place not in words(client.get(standing))


def test_the_tree_and_the_strength_of_review(who):
    page = words(as_("qian").get(reverse("registry:bodies")))
    assert page.index("罗山县司法局") < page.index("　</span>") < page.index("青山镇人民政府</a>")
    text = words(as_("chen").get(reverse("registry:one", args=["bodies", who.body.key])))
    assert "有法制审核资格的" in text and "没有登记法制审核机构" in text


# ---- devices and parties ---------------------------------------------------------------------------------------------


def test_a_monitor_is_reviewed_from_the_page(who):
    client = as_("chen")
    done = post_new(who, "devices", kind="e_monitoring", place="北街路口")
    key = last(Device).key
    assert "监控设备没有经过法制和技术审核" in words(client.get(done.url))
    url = reverse("registry:device_review", args=[key])
    given = {"kind": "legal", "passed": "yes", "organ": "县司法局", "document_no": "审 1", "on": "2026-09-07"}
    assert "晚于今天" in words(client.post(url, given | {"on": "2026-09-09"}))
    assert client.post(url, given).status_code == 302
    assert client.post(url, given | {"kind": "technical"}).status_code == 302
    assert count(DeviceReview) == 2
    shown = words(client.get(done.url))
    assert "监控设备没有经过法制和技术审核" not in shown and "监控设备设置地点没有公布" in shown


def test_duplicates_are_proposed_and_merged_from_the_page(who):
    client = as_("zhang")
    assert post_new(who, "parties").status_code == 302
    first = last(Party)
    assert post_new(who, "parties", name="青山百货有限公司").status_code == 302
    second = last(Party)
    text = words(client.get(reverse("registry:parties")))
    merge = reverse("registry:party_merge", args=[first.key, second.key])
    assert "疑似重复" in text and merge in text
    side = words(client.get(merge))
    assert "青山百货公司" in side and "青山百货有限公司" in side and "不同" in side
    assert client.post(merge, {"reason": ""}).status_code == 422
    assert client.post(merge, {"reason": "同一代码"}).status_code == 302
    assert count(PartyMerge) == 1
    assert "疑似重复" not in words(client.get(reverse("registry:parties")))
    moved = client.get(reverse("registry:one", args=["parties", second.key]))
    assert moved.status_code == 302 and str(first.key) in moved.url
    page = words(client.get(moved.url))
    assert "并入的登记" in page and "青山百货有限公司" in page
    found = words(client.get(reverse("registry:parties"), {"q": "青山百货有限"}))
    assert "青山百货公司" in found


def test_a_place_does_not_tell_the_administrator_whose_it_is(who):
    with access.within(""):
        place = actions.register_premises(
            by=None,
            at=at(9, 1),
            body=who.body,
            name="北街 27 号店",
            kind="business",
            address="北街 27 号",
            valid_from=date(2026, 1, 1),
            party=who.party,
        )
    url = reverse("registry:one", args=["premises", place.key])
    assert "赵大勇" in words(as_("zhang").get(url))
    told = as_("town_admin").get(url)
    assert told.status_code == 200 and "赵大勇" not in words(told)
    change = as_("town_admin").get(reverse("registry:change", args=["premises", place.key]))
    assert "411521197903122016" not in words(change)
    done = as_("town_admin").post(
        reverse("registry:change", args=["premises", place.key]),
        {"name": "北街店", "kind": "business", "address": "北街 27 号", "valid_from": "2026-09-08", "reason": "改名"},
    )
    assert done.status_code == 302 and last(Premises).party_key == who.party.key


# ---- accounts --------------------------------------------------------------------------------------------------------


def test_one_opens_another_grants_a_third_looks(who, caplog):
    caplog.set_level("CRITICAL", logger="django.request")
    admin, security, auditor = as_("admin"), as_("security"), as_("auditor")
    new = reverse("registry:account_new")
    given = {"officer": str(who.sun.pk), "username": "sun2"}
    assert "2 至 60 个字母" in words(admin.post(new, given | {"username": "孙"}))
    assert "已被使用" in words(admin.post(new, given | {"username": "zhang"}))
    opened = admin.post(new, given)
    password = re.search(r'<output class="yg-mono fs-4">([^<]+)<', words(opened))
    assert opened.status_code == 200 and password
    made = Account.objects.get(username="sun2")
    assert made.must_change and made.check_password(password[1])
    role, reset, switch = (reverse(f"registry:account_{n}", args=[made.pk]) for n in ("role", "reset", "switch"))
    for client, barred in ((admin, (role, reset)), (security, (new, switch)), (auditor, (new, switch, role, reset))):
        for url in barred:
            assert client.post(url, {"role": "head", "granted": "yes", "note": "x"}).status_code == 403
    assert security.post(role, {"role": "archivist", "granted": "yes"}).status_code == 302
    assert security.post(role, {"role": "admin", "granted": "yes"}).status_code == 302
    two = security.post(role, {"role": "auditor", "granted": "yes"})
    assert two.status_code == 422 and "已是系统管理员，不得再任审计管理员" in words(two)
    own = Account.objects.get(username="security")
    mine = security.post(reverse("registry:account_role", args=[own.pk]), {"role": "head", "granted": "yes"})
    assert mine.status_code == 422 and "不得授予、收回自己的角色" in words(mine)
    assert security.post(role, {"role": "admin", "granted": "no"}).status_code == 302
    again = security.post(reset, {"note": "忘记"})
    assert "密码已重置" in words(again) and not Account.objects.get(pk=made.pk).check_password(password[1])
    assert admin.post(switch, {"note": "调离"}).status_code == 302
    assert not Account.objects.get(pk=made.pk).is_active
    seen = words(auditor.get(reverse("registry:account", args=[made.pk])))
    for line in ("开立", "授予角色：档案员", "收回角色：系统管理员", "重置密码", "停用", "县security", "县admin"):
        assert line in seen, line
    assert "sun2" in words(auditor.get(reverse("registry:accounts"), {"state": "stopped"}))
    assert "zhang" not in words(auditor.get(reverse("registry:accounts"), {"q": "孙平"})).split("<main")[1]
    assert count(AccountChange) == 3 and count(RoleGrant, account=made) == 3


def test_a_second_press_opens_one_account_and_shows_no_second_password(who):
    admin = as_("admin")
    once = str(admin.get(reverse("registry:account_new")).context["form"]["once"].value())
    given = {"officer": str(who.sun.pk), "username": "sun2", "once": once}
    first = admin.post(reverse("registry:account_new"), given)
    second = admin.post(reverse("registry:account_new"), given)
    assert "<output" in words(first)
    assert "<output" not in words(second) and "没有重复办理" in words(second)
    assert count(AccountChange) == 1


@pytest.mark.clause("QD-3.3.1f", "QD-A3.审核.2(续①)")
def test_the_strength_of_review_of_every_body_today_and_then(who):
    qian, url = as_("qian"), reverse("registry:staffing")
    page = words(qian.get(url))
    assert "青山镇人民政府" in page and "王静" in page and "已达到" in page
    assert "没有登记法制审核机构的主体 1 个：青山镇人民政府" in page, "the office above decides nothing"
    assert "没有登记法律顾问、公职律师的主体 1 个：青山镇人民政府" in page
    with access.within(""):
        moment = at(9, 7)
        legal = actions.register_unit(
            by=None, at=moment, body=who.body, name="司法所", kind="legal", valid_from=date(2026, 9, 7)
        )
        shown = words(qian.get(url))
        assert "没有登记法制审核机构的主体" not in shown and "缺负责人、成员、职责" in shown
        actions.change_unit(
            by=None, at=moment, unit=legal, valid_from=date(2026, 9, 7), reason="补全", duties="审核重大执法决定"
        )
        actions.change_officer(
            by=None, at=moment, officer=who.wang, valid_from=date(2026, 9, 7), reason="补登所在机构", unit=legal
        )
        account = Account.objects.get(username="wang")
        actions.grant_role(by=None, at=moment, account=account, role="unit_head", unit=legal)
        actions.register_counsel(
            by=None, at=moment, body=who.body, name="高律师", kind="external", firm="某律师事务所", licence_no="141",
            valid_from=date(2026, 9, 7),
        )  # fmt: skip
    shown = words(qian.get(url))
    assert "负责人 王静，成员 王静" in shown and "审核重大执法决定" in shown and "登记不全" not in shown
    assert "高律师" in shown and "没有登记法律顾问、公职律师的主体" not in shown
    before = words(qian.get(url, {"on": "2015-01-01"}))
    assert "没有有效的主体" in before
    assert "青山镇人民政府" in words(qian.get(url, {"on": "不是日子"})), "a day that is none is today"
    assert as_("zhang").get(url).status_code == 403
    answer = qian.post(reverse("registry:staffing_file", args=["csv"]) + "?on=2026-09-01")
    line = next(row for row in answer.content.decode("utf-8-sig").splitlines() if "青山镇人民政府" in row)
    assert line.split(",")[2:6] == ["11", "3", "1", "33.3%"] and "王静" in line
    assert qian.get(reverse("registry:staffing_file", args=["csv"])).status_code == 405
    assert qian.post(reverse("registry:staffing_file", args=["pdf"])).status_code == 404


@pytest.mark.clause("QS-3.4.1b")
def test_a_person_stays_in_a_unit_that_got_a_new_version(who):
    with access.within(""):
        assert who.li.unit == who.unit
        actions.change_unit(
            by=None, at=at(2, 1), unit=who.unit, valid_from=date(2026, 2, 1), reason="补全", duties="日常巡查"
        )
    change = reverse("registry:change", args=["officers", who.li.key])
    client = as_("admin")
    form = client.get(change).context["form"]
    same = {n: form[n].value() for n in form.fields if n not in ("once", "seen") and form[n].value() not in (None, "")}
    given = same | {"valid_from": "2026-09-08", "reason": "任副队长"}
    assert "没有任何改动" in words(client.post(change, given))
    assert client.post(change, given | {"post": "副队长"}).status_code == 302
    with access.within(""):
        now = queries.as_of(Officer, who.li.key, date(2026, 9, 8))
        assert now and now.post == "副队长" and now.unit and now.unit.key == who.unit.key
        assert now.unit.duties == "日常巡查"
