"""The pages of what is shown beforehand, as people use them: empty, filled in, refused, done."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests import story
from tests.story import TOWN, Story
from yangguang.catalogue.before.models import (
    BoardShown,
    Change,
    ChannelProof,
    PolicyDocument,
    PreDraft,
    PreRelease,
    ResponsiblePerson,
)
from yangguang.registry import access
from yangguang.registry import actions as registry
from yangguang.registry.forms import now
from yangguang.registry.models import Account

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(settings: Any, tmp_path: Path) -> Any:
    settings.VAULT_DIR = tmp_path / "vault"
    with access.within(""):
        return story.begin(with_accounts=True)


def sign_in(username: str) -> Client:
    client = Client()
    with access.within(""):
        client.force_login(Account.objects.get(username=username))
    return client


def at_page(name: str, *args: Any) -> str:
    return reverse(f"catalogue:before:{name}", args=args)


def seen(client: Client, url: str, status: int = 200) -> str:
    response = client.get(url)
    assert response.status_code == status, (url, response.status_code)
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return content.decode("utf-8", "replace")


def done(client: Client, url: str, status: int = 302, **data: Any) -> Any:
    response = client.post(url, data)
    assert response.status_code == status, response.content.decode()[:3000]
    return response


def released(told: Story) -> PreRelease:
    zhou, chen = sign_in("zhou"), sign_in("chen")
    done(zhou, at_page("draft", "penalty"))
    with access.within(TOWN):
        draft = PreDraft.objects.get()
    done(chen, at_page("approve", draft.pk), approved="yes")
    done(zhou, at_page("publish", draft.pk))
    with access.within(TOWN):
        return PreRelease.objects.get()


def test_every_list_says_what_to_do_while_there_is_nothing(told):
    zhou = sign_in("zhou")
    assert "行政处罚" in seen(zhou, at_page("home")) and "未公开" in seen(zhou, at_page("home"))
    assert "没有登记过变动" in seen(zhou, at_page("changes"))
    assert "还没有制度文件" in seen(zhou, at_page("policies"))
    assert "没有符合条件的事项" in seen(zhou, at_page("guides") + "?q=不存在")


def test_a_kind_shows_each_element_with_what_is_missing_and_where_it_is_mended(told):
    page = seen(sign_in("zhou"), at_page("kind", told.who.body.key, "penalty"))
    for label in ("处罚权事项清单", "随机抽查事项清单", "服务指南", "执法流程图", "救济渠道", "监督方式", "执法人员"):
        assert f">{label}</h2>" in page
    assert "没有现行的随机抽查事项清单" in page and "/catalogue/lists/" in page
    assert "QS-3.1.1c" in page or "双随机" in page


def test_from_the_draft_to_the_proof_of_each_channel(told):
    release = released(told)
    zhou = sign_in("zhou")
    version = at_page("version", release.draft_id)
    assert "缺证明" in seen(zhou, version) and "张卫国" in seen(zhou, version)
    prove = at_page("prove", "pre", release.pk)
    refused = done(zhou, prove, 422, channel="服务窗口", on=now().date())
    assert "没有证明" in refused.content.decode()
    photo = SimpleUploadedFile("p.png", b"\x89PNG\r\n\x1a\n" + bytes(20), "image/png")
    done(zhou, prove, channel="服务窗口", on=now().date(), photo=photo)
    with access.within(TOWN):
        proof = ChannelProof.objects.get()
    assert "PNG" in seen(zhou, at_page("photo", proof.pk)) and "有证明" in seen(zhou, version)
    assert seen(zhou, at_page("saved_chart", release.draft_id, "ordinary")).startswith("<svg")
    done(zhou, at_page("send_up", "pre", release.pk), organ="罗山县人民政府", on=now().date(), item="")
    assert "没有回执" in seen(zhou, version)
    assert "不全" in seen(sign_in("qian"), at_page("home"))  # the county sees the town, element by element
    done(sign_in("qian"), prove, channel="政府门户网站", on=now().date(), link="https://example.gov.cn/a")


def test_approving_ones_own_draft_and_publishing_unapproved_are_refused_on_the_page(told):
    with access.within(""):
        account = Account.objects.get(username="zhou")
        registry.grant_role(by=None, at=now(), account=account, role="head")
    zhou = sign_in("zhou")
    done(zhou, at_page("draft", "penalty"))
    with access.within(TOWN):
        draft = PreDraft.objects.get()
    own = done(zhou, at_page("approve", draft.pk), 422, approved="yes")
    assert "不得由本人审核" in own.content.decode() and "怎样才能办" in own.content.decode()
    early = done(zhou, at_page("publish", draft.pk), 422)
    assert "还没有审核" in early.content.decode()
    done(zhou, at_page("publish", "00000000-0000-7000-8000-000000000000"), 404)


def test_naming_a_person(told):
    chen = sign_in("chen")
    assert "没有责任人" in seen(chen, at_page("people"))
    done(chen, at_page("people"), matter="pre", person=str(told.who.zhou.key), since="2026-01-05")
    with access.within(TOWN):
        assert ResponsiblePerson.objects.get().person_key == told.who.zhou.key
    assert "周倩" in seen(chen, at_page("home"))


def test_a_guide_with_its_chart_on_screen_and_on_paper(told):
    zhou = sign_in("zhou")
    page = seen(zhou, at_page("guide", told.who.power.key))
    assert "受理条件" in page and "流程图" in page
    assert seen(zhou, at_page("guide_pdf", told.who.power.key)).startswith("%PDF-")
    chart = seen(zhou, at_page("chart", told.who.body.key, "penalty", "ordinary"))
    assert "文字说明" in chart and "调查取证" in chart
    assert seen(zhou, at_page("chart_svg", told.who.body.key, "penalty", "summary")).startswith("<svg")
    seen(zhou, at_page("chart", told.who.body.key, "penalty", "no-such"), 404)


def test_a_board_for_paper_for_the_display_and_on_the_wall(told):
    zhou, key = sign_in("zhou"), told.who.zhang.key
    listed = seen(zhou, at_page("boards"))
    assert "张卫国" in listed and "未上墙" in listed and "投诉举报" in listed
    sheet = seen(zhou, at_page("sheet", key, "A3"))
    assert "<svg" in sheet and "style=" not in sheet and "<script" not in sheet and "yg-board-a3" in sheet
    seen(zhou, at_page("sheet", key, "A5"), 404)
    screen = seen(zhou, at_page("screen", key))
    assert 'http-equiv="refresh"' in screen and "<script" not in screen
    assert 'http-equiv="refresh"' not in seen(zhou, at_page("screen", key) + "?hold=1")
    lacking = done(zhou, at_page("put_up", key), 422, place="大厅", on=now().date())
    assert "缺" in lacking.content.decode()
    with access.within(""):
        registry.change_body(
            by=None, at=now(), body=told.who.body, valid_from=now().date(), reason="补全", duties="综合行政执法",
            complaint_phone="12345",
        )  # fmt: skip
    done(zhou, at_page("put_up", key), place="大厅", on=now().date())
    with access.within(TOWN):
        assert BoardShown.objects.get().place == "大厅"
    assert "与登记一致" in seen(zhou, at_page("boards"))


def test_a_change_of_law_is_noted_its_touched_things_are_listed_and_dealt_with(told):
    released(told)
    zhou = sign_in("zhou")
    missing = done(zhou, at_page("change_new"), 422, what="power", title="x", changed_on=now().date(), why="y")
    assert "请选择变动的执法事项" in missing.content.decode()
    done(zhou, at_page("change_new"), what="law", title="《行政处罚法》修订施行", changed_on=now().date(), why="主席令")
    with access.within(TOWN):
        change = Change.objects.get()
    page = seen(zhou, at_page("change", change.pk))
    assert "行政处罚事前公开" in page and "未处理" in page and "还有" in page
    ref = change.touched[0]["ref"]
    none = done(zhou, at_page("change", change.pk), 422, how="unaffected", note="条文未变")
    assert "没有选择处理哪几项" in none.content.decode()
    refused = done(zhou, at_page("change", change.pk), 422, refs=[ref], how="renewed")
    assert "没有公开过新的版本" in refused.content.decode()
    done(zhou, at_page("change", change.pk), refs=[ref], how="unaffected", note="条文未变")
    assert "不受影响" in seen(zhou, at_page("change", change.pk))
    done(sign_in("zhang"), at_page("change", change.pk), 403, refs=[ref], how="unaffected", note="x")
    assert "主席令" in seen(sign_in("qian"), at_page("change", change.pk))


@pytest.mark.clause("QS-0.1")
def test_a_policy_document_is_composed_settled_approved_published_and_downloaded(told):
    zhou, chen = sign_in("zhou"), sign_in("chen")
    with access.within(""):
        registry.register_unit(
            by=None,
            at=now(),
            body=told.who.body,
            name="北街社区居民委员会",
            kind="village",
            valid_from=date(2026, 1, 1),
        )
    offered = '<option value="北街社区居民委员会">'  # where enforcement and disclosure take place
    assert offered in seen(zhou, at_page("put_up", told.who.zhang.key))
    assert offered in seen(sign_in("zhang"), reverse("inspection:new"))
    wrong = done(zhou, at_page("compose"), 422, kind="rules_review", links="乱写")
    assert "应以制定依据" in wrong.content.decode()
    done(zhou, at_page("compose"), kind="rules_review", links="制定依据：国办发〔2018〕118号")
    with access.within(TOWN):
        first = PolicyDocument.objects.get()
    page = seen(zhou, at_page("policy", first.pk))
    assert "待明确" in page and "缺文号" in page and "国办发〔2018〕118号" in page
    assert "方案发至：各村（居）、各单位" in page and "北街社区居民委员会" in page and "行政执法大队" in page
    early = done(chen, at_page("approve_policy", first.pk), 422, approved="yes")
    assert "待明确" in early.content.decode()
    done(zhou, at_page("settle", first.pk), **{f"gap_{n}": "五个工作日" for n in range(len(first.gaps))})
    with access.within(TOWN):
        second = PolicyDocument.objects.get(version=2)
    assert not second.gaps and any("五个工作日" in one.get("text", "") for one in second.content["blocks"])
    done(chen, at_page("approve_policy", second.pk), approved="yes")
    done(zhou, at_page("publish_policy", second.pk))
    assert "已公布" in seen(zhou, at_page("policies"))
    assert seen(zhou, at_page("policy_file", second.pk, "original")).startswith("%PDF-")
    word = zhou.get(at_page("policy_file", second.pk, "word"))
    assert b"".join(word.streaming_content)[:2] == b"PK"
    done(zhou, at_page("upload"), 422, kind="other", title="别的")
    file = SimpleUploadedFile("a.pdf", b"%PDF-1.7\n" + bytes(30), "application/pdf")
    done(zhou, at_page("upload"), kind="other", title="别的制度", links="", file=file)
    assert "别的制度" in seen(zhou, at_page("policies") + "?kind=other")


def test_a_text_the_body_says_itself(told):
    zhou = sign_in("zhou")
    done(zhou, at_page("tell", "penalty"), element="随机抽查事项清单", text="本镇暂不开展随机抽查")
    assert "本镇暂不开展随机抽查" in seen(zhou, at_page("kind", told.who.body.key, "penalty"))
