"""The disclosure desk over HTTP: settle the marks, publish, report an error, correct, take down; bad input."""

import html
import uuid
from collections.abc import Iterator

import pytest
from django.test import Client
from django.utils import timezone

from tests import story
from tests.story import Story
from yangguang.disclosure import actions, queries
from yangguang.disclosure.models import ErrorFound, Publication, PublicDecision, Takedown
from yangguang.record.models import Item
from yangguang.registry import access
from yangguang.registry.models import Account

pytestmark = pytest.mark.django_db


@pytest.fixture
def everything() -> Iterator[None]:
    with access.within(""):
        yield


def told(last: str) -> Story:
    return story.begin(last, with_accounts=True)


def sign_in(username: str) -> Client:
    client = Client()
    client.force_login(Account.objects.get(username=username), backend="yangguang.registry.access.Accounts")
    return client


def page(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200, response.content.decode()[:2000]
    return html.unescape(response.content.decode())


def sent(client: Client, url: str, given: dict[str, str], status: int) -> str:
    response = client.post(url, given)
    shown = html.unescape(response.content.decode())
    assert response.status_code == status, shown[:6000]
    return shown


def settled(s: Story, **changes: str) -> dict[str, str]:
    """Every mark confirmed, the secrecy check done."""
    given = {f"hide_{mark.id}": "on" for mark in queries.proposed_marks(s.issuance)}
    return given | {"secrecy_checked": "on", "once": str(uuid.uuid4())} | changes


def test_the_desk_and_the_publish_page(
    everything: None,
    django_assert_max_num_queries,  # type: ignore[no-untyped-def]
) -> None:
    s = told("issue")
    client = sign_in("zhou")
    with django_assert_max_num_queries(30):
        shown = page(client, "/disclosure/")
    assert s.issuance.number_text in shown and "逐日计算" in shown and "2026-09-29" in shown
    assert "没有符合条件的决定" in page(client, "/disclosure/?q=不存在")
    for tab in ("correct", "down", "shown", "nonsense"):
        page(client, f"/disclosure/?tab={tab}")
    url = f"/disclosure/{s.issuance.pk}/publish/"
    with django_assert_max_num_queries(60):
        shown = page(client, url)
    original, public = shown.split('id="seen"')
    for words in (
        "赵大勇",
        "411521197903122016",
        "及时通过政府门户网站",
        "《中华人民共和国行政处罚法》第五十条",
        "当事人姓名或名称",
    ):
        assert words in original, words
    for words in ("赵大勇", "411521197903122016", "13700001234", "北街 27 号"):
        assert words not in public, words
    for words in ("赵某某", "执法机关", "执法对象", "执法类别", "执法结论", "还有 6 处没有确认"):
        assert words in public, words
    assert " checked" not in shown, "nothing is confirmed beforehand"

    # who else may look, and who may not
    assert sign_in("qian").get("/disclosure/").status_code == 200
    assert "去公示" not in page(sign_in("chen"), "/disclosure/")
    assert sign_in("chen").get(url).status_code == 403
    assert sign_in("zhang").get("/disclosure/").status_code == 403
    assert client.get(f"/disclosure/{uuid.uuid4()}/publish/").status_code == 404
    assert Client().get(url).status_code == 302


def test_refusals_stand_at_their_fields_and_then_it_is_published(everything: None) -> None:
    s = told("issue")
    client, url = sign_in("zhou"), f"/disclosure/{s.issuance.pk}/publish/"
    marks = {mark.ground: mark for mark in queries.proposed_marks(s.issuance) if mark.field.startswith("party")}
    name, number = marks["name"], marks["id"]

    given = settled(s)
    del given[f"hide_{name.id}"], given[f"hide_{number.id}"]
    shown = sent(client, url, given, 422)
    assert "知悉的国家秘密、商业秘密或者个人隐私，应当依法予以保密" in shown, "the clause of the refusal"
    assert shown.count("请确认隐去，或者写明不隐去的理由") >= 2

    assert "没有确认保密审查" in sent(client, url, settled(s, secrecy_checked=""), 422)
    both = settled(s) | {f"why_{name.id}": "当事人书面同意公开"}
    assert "请只留一样" in sent(client, url, both, 422)
    short = settled(s) | {f"why_{name.id}": "同意"}
    del short[f"hide_{name.id}"]
    assert "至少四个字" in sent(client, url, short, 422)

    leaking = settled(s) | {f"why_{number.id}": "当事人书面同意公开"}
    del leaking[f"hide_{number.id}"]
    shown = sent(client, url, leaking, 422)
    assert "任何理由都不得公开" in shown and "当事人书面同意公开" in shown
    assert f'id="id_why_{number.id}_error"' in shown

    assert "文书里没有“没有的字”" in sent(client, url, settled(s, words_0="没有的字", ground_0="other"), 422)
    assert "请选择隐去的理由" in sent(client, url, settled(s, words_0="饮料"), 422)
    assert "控制字符" in sent(client, url, settled(s, secrecy="甲\x00乙"), 422)
    assert "最多 1000 个字" in sent(client, url, settled(s, secrecy="长" * 100_000), 422)
    assert "日期不存在" in sent(client, url, settled(s, until="2027-02-30"), 422)
    assert "公示截止日应在今天之后" in sent(client, url, settled(s, until="2026-01-01"), 422)
    assert not Publication.objects.exists() and not Item.objects.filter(code="disclosure_approval").exists()

    # the live preview
    shown = sent(client, f"{url}preview/", settled(s, words_0="纸箱", ground_0="other"), 200)
    assert "每处都已确认" in shown and "纸箱" not in shown and "赵大勇" not in shown
    assert "现在公示会露出：公民身份号码" in sent(client, f"{url}preview/", leaking, 200)

    given = settled(s, words_0="饮料", ground_0="business")
    assert client.post(url, given)["Location"] == "/disclosure/?tab=shown"
    assert client.post(url, given).status_code == 302
    done = Publication.objects.get()
    assert "饮料" not in done.text and PublicDecision.objects.get().state == "shown"
    approval = Item.objects.get(code="disclosure_approval")
    assert approval.step == "disclose" and approval.data["due_on"] == "2026-09-29"
    assert "QS-3.1.3c" in approval.data["due_because"] and approval.data["confirmed_by"] == s.who.zhou.name
    assert {row["what"] for row in approval.data["redactions"]} >= {"自然人姓名", "公民身份号码", "商业秘密"}
    assert "执法对象：赵某某" in approval.data["abstract"]
    assert "赵大勇" not in str(approval.data)
    assert "已公示" in page(client, "/disclosure/?tab=shown")


def test_error_correction_and_what_was_hidden_by_hand_stays_hidden(everything: None) -> None:
    s = told("issue")
    client = sign_in("zhou")
    client.post(f"/disclosure/{s.issuance.pk}/publish/", settled(s, words_0="饮料", ground_0="business"))
    first = Publication.objects.get()
    url = f"/disclosure/{first.pk}/error/"
    assert "占用堵塞安全出口" in page(client, url)
    assert "没有写明" in sent(client, url, {"what": "错", "found_on": "2026-11-20"}, 422)
    assert "发现日期应在" in sent(client, url, {"what": "案由写错了", "found_on": "2030-01-01"}, 422)
    day = timezone.localdate(first.at).isoformat()
    given = {"what": "案由应为“堵塞安全出口”", "found_on": day, "once": str(uuid.uuid4())}
    assert client.post(url, given)["Location"] == f"/disclosure/{first.pk}/correct/"
    assert client.post(url, given).status_code == 302 and ErrorFound.objects.count() == 1
    shown = page(client, "/disclosure/?tab=correct")
    assert "去更正" in shown and "案由应为“堵塞安全出口”" in shown and "逐日计算" in shown

    url = f"/disclosure/{first.pk}/correct/"
    shown = page(client, url)
    assert 'value="饮料"' in shown, "what was hidden by hand is offered again"
    words = {f"summary_{name}": first.summary[name] for name in actions.WORDING}
    base = settled(s, words_0="饮料", ground_0="business", note="案由更正为“堵塞安全出口”") | words
    assert "请填写" in sent(client, url, base | {"note": ""}, 422)
    assert "公开，删去个人信息" in sent(client, url, base | {"note": "赵大勇案由更正"}, 422)
    assert "自然人姓名" in sent(client, url, base | {"summary_party": "赵大勇"}, 422)
    base["summary_cause"] = "堵塞安全出口"
    assert client.post(url, base).status_code == 302
    second = Publication.objects.get(version=2)
    assert second.summary["cause"] == "堵塞安全出口" and "饮料" not in second.text
    assert "没有待更正的公示" in page(client, "/disclosure/?tab=correct")
    assert "正在公示的是第 2 版" in sent(client, url, base | {"once": str(uuid.uuid4())}, 409)
    assert Item.objects.filter(code="disclosure_approval").count() == 2


def test_take_down_cites_both_and_leaves_a_tombstone(everything: None) -> None:
    s = told("publish")
    s.revoke()
    client = sign_in("zhou")
    assert "去撤下" in page(client, "/disclosure/?tab=down")
    url = f"/disclosure/{s.publication.pk}/take-down/"
    shown = page(client, url)
    for words in (
        "在三日内撤回",
        "在20个工作日内撤下",
        "采用（最严）",
        "不采用（较宽）",
        "2026-11-12",
        "主要事实认定有误",
    ):
        assert words in shown, words
    assert "请填写" in sent(client, url, {"reason": ""}, 422)
    shown = sent(client, url, {"reason": "赵大勇的处罚有误"}, 422)
    assert "删去个人信息" in shown and "赵大勇的处罚有误" in shown
    assert "主要事实有误" in sent(client, f"{url}preview/", {"reason": "主要事实有误"}, 200)
    given = {"reason": "主要事实认定有误，已依法撤销。", "once": str(uuid.uuid4())}
    assert client.post(url, given).status_code == 302
    assert sent(client, url, given, 409) and Takedown.objects.count() == 1
    assert PublicDecision.objects.get().state == "withdrawn"
    assert "没有待撤下的公示" in page(client, "/disclosure/?tab=down")
