"""The review desk over HTTP: what waits, the draft beside the checklist, bad input, two at once, one's own case."""

import uuid
from collections.abc import Iterator
from datetime import date

import pytest
from django.test import Client

from tests import story
from tests.story import Story, at
from yangguang.registry import access
from yangguang.registry import actions as registry
from yangguang.registry.models import Account
from yangguang.review import queries
from yangguang.review.models import Review, Submission

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


def page(client: Client, url: str, status: int = 200) -> str:
    response = client.get(url)
    assert response.status_code == status, response.content.decode()[:2000]
    return response.content.decode()


def opinion(s: Story, **changes: str) -> dict[str, str]:
    """A whole opinion: every item fits, passed."""
    given = {f"finding_{row['item']}": "pass" for row in queries.checklist(s.case)}
    given |= {f"reason_{row['item']}": "" for row in queries.checklist(s.case)}
    given |= {"outcome": "passed", "opinion": "各项均符合，同意。", "once": str(uuid.uuid4()), "seen": ""}
    return given | changes


class TestDesk:
    def test_what_waits_with_its_deadline(self, everything: None, django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
        s = told("submit")
        client = sign_in("wang")
        with django_assert_max_num_queries(25):
            shown = page(client, "/review/")
        assert f"/review/{s.submission.pk}/" in shown and "逐日计算" in shown
        assert "没有符合条件" in page(client, "/review/?q=不存在的案件")
        assert s.case.title in page(client, f"/review/?q={s.who.party.name}")

    def test_given_opinions_and_no_more_waiting(self, everything: None) -> None:
        s = told("pass_review")
        client = sign_in("wang")
        assert "没有待审核的案件" in page(client, "/review/")
        shown = page(client, "/review/?tab=given")
        assert shown.count(f"/review/{s.submission.pk}/") == 1 and "修改后再审" in shown and "通过" in shown

    def test_a_replaced_draft_does_not_wait(self, everything: None) -> None:
        s = told("submit")
        from_first = s.submission
        s.propose_again()
        shown = page(sign_in("wang"), "/review/")
        assert str(from_first.pk) not in shown

    def test_never_ones_own_case(self, everything: None) -> None:
        s = told("submit")
        registry.grant_role(by=None, at=at(1, 6), account=Account.objects.get(username="li"), role="reviewer")
        client = sign_in("li")
        assert str(s.submission.pk) not in page(client, "/review/")
        shown = page(client, f"/review/{s.submission.pk}/")
        assert "不得审核本案" in shown and "提交意见" not in shown
        response = client.post(f"/review/{s.submission.pk}/", opinion(s))
        assert response.status_code == 409 and not Review.objects.exists()

        for username in ("zhang", "zhou", "sun"):
            assert sign_in(username).get("/review/").status_code == 403


class TestReview:
    def test_the_page_shows_all_a_reviewer_needs(self, everything: None, django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
        s = told("submit_again")
        client = sign_in("wang")
        with django_assert_max_num_queries(80):
            shown = page(client, f"/review/{s.submission.pk}/")
        for words in (
            "与上一稿的差别",
            "行政执法主体是否合法",
            "两名以上有资格的执法人员",
            "200.00 元",
            "贰佰元整",
            "所选档次，金额在幅度内",
            "青山镇推行行政执法",
            "审核意见书",
            "裁量理由不充分",
            "案卷评查",  # the evaluation as it stands, beside the checklist
            f"/cases/{s.case.pk}/rubric/",
        ):
            assert words in shown, words
        assert " checked" not in shown, "nothing is filled in beforehand"

    def test_return_then_pass(self, everything: None) -> None:
        s = told("submit")
        client = sign_in("wang")
        given = opinion(s, outcome="revise", finding_discretion="problem", reason_discretion="没有写明情节")
        response = client.post(f"/review/{s.submission.pk}/", given)
        assert response.status_code == 302 and response["Location"] == "/review/"
        done = Review.objects.get()
        assert (done.outcome, done.draft_digest) == ("revise", s.proposal.digest)
        found = {row["item"]: row for row in done.findings}
        assert found["discretion"] == {
            "item": "discretion",
            "title": "裁量基准运用是否适当",
            "finding": "problem",
            "reason": "没有写明情节",
        }
        s.propose_again()
        s.submit_again()
        assert client.post(f"/review/{s.submission.pk}/", opinion(s)).status_code == 302
        assert queries.passed(s.proposal) is not None

    def test_twice_is_once(self, everything: None) -> None:
        s = told("submit")
        client, given = sign_in("wang"), opinion(s)
        for _ in range(2):
            response = client.post(f"/review/{s.submission.pk}/", given)
        assert response.status_code in (302, 409)
        assert Review.objects.count() == 1

    def test_all_that_is_wrong_is_said_at_once_and_nothing_is_lost(self, everything: None) -> None:
        s = told("submit")
        given = opinion(s, finding_facts="problem", opinion="意见甲乙丙")
        del given["finding_subject"]
        response = sign_in("wang").post(f"/review/{s.submission.pk}/", given)
        shown = response.content.decode()
        assert response.status_code == 422 and not Review.objects.exists()
        assert "请选择符合、存在问题或者不涉及" in shown
        assert "写明是什么问题" in shown
        assert "不能作出“通过”的结论" in shown
        assert "意见甲乙丙" in shown

    def test_bad_input(self, everything: None) -> None:
        s = told("submit")
        elsewhere = registry.register_officer(
            by=None, at=at(1, 5), body=s.who.county, name="何远", valid_from=date(2024, 1, 1), post="科员"
        )
        account = registry.open_account(username="he", officer=elsewhere, password=story.PASSWORD)
        registry.grant_role(by=None, at=at(1, 5), account=account, role="reviewer")
        client = sign_in("wang")
        for changes, words in (
            ({"opinion": "看\x00不见"}, "控制字符"),
            ({"opinion": "长" * 100_000}, "最多 4000 个字"),
            ({"opinion": " "}, "请填写"),
            ({"outcome": "maybe"}, "没有“maybe”这一选项"),
            ({"finding_facts": "perhaps"}, "没有“perhaps”这一选项"),
            ({"reason_facts": "甲\u202e乙"}, "控制字符"),
            ({"once": "no uuid"}, "UUID"),
        ):
            response = client.post(f"/review/{s.submission.pk}/", opinion(s, **changes))
            assert response.status_code == 422 and words in response.content.decode(), words
        assert not Review.objects.exists()
        assert client.get(f"/review/{uuid.uuid4()}/").status_code == 404
        assert sign_in("he").get(f"/review/{s.submission.pk}/").status_code == 404
        assert str(s.submission.pk) not in page(sign_in("he"), "/review/")
        assert Client().get(f"/review/{s.submission.pk}/").status_code == 302

    def test_two_people_at_once(self, everything: None) -> None:
        s = told("submit")
        client = sign_in("wang")
        shown = page(client, f"/review/{s.submission.pk}/")
        seen = shown.split('name="seen" value="')[1].split('"')[0]
        s.propose_again()
        response = client.post(f"/review/{s.submission.pk}/", opinion(s, seen=seen))
        assert response.status_code == 409 and "取代" in response.content.decode()
        assert not Review.objects.exists()

    def test_a_handler_reads_but_does_not_write(self, everything: None) -> None:
        s = told("return_draft")
        first = Submission.objects.get()
        shown = page(sign_in("zhang"), f"/review/{first.pk}/")
        assert "裁量理由不充分" in shown and "提交意见" not in shown
        assert sign_in("zhang").post(f"/review/{first.pk}/", opinion(s)).status_code == 409


class TestSubmit:
    def test_what_is_sent_and_the_promise(self, everything: None, django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
        s = told("propose")
        client = sign_in("zhang")
        with django_assert_max_num_queries(60):
            shown = page(client, f"/review/submit/{s.proposal.pk}/")
        for words in ("案件调查终结报告", "送审承诺", "询问笔录", "青山镇推行行政执法"):
            assert words in shown, words
        response = client.post(f"/review/submit/{s.proposal.pk}/", {})
        assert response.status_code == 422 and "请作出送审承诺" in response.content.decode()
        given = {"declared": "on", "once": str(uuid.uuid4()), "unit_head": str(s.who.zhang.pk)}
        assert client.post(f"/review/submit/{s.proposal.pk}/", given).status_code == 302
        assert client.post(f"/review/submit/{s.proposal.pk}/", given).status_code == 302
        assert Submission.objects.count() == 1

    def test_only_a_handler(self, everything: None) -> None:
        s = told("propose")
        client = sign_in("wu")
        response = client.post(f"/review/submit/{s.proposal.pk}/", {"declared": "on"})
        assert response.status_code == 409 and not Submission.objects.exists()
        assert sign_in("wang").get(f"/review/submit/{s.proposal.pk}/").status_code == 403

    def test_only_the_newest_draft(self, everything: None) -> None:
        s = told("propose")
        old = s.proposal
        s.propose_again()
        response = sign_in("zhang").post(f"/review/submit/{old.pk}/", {"declared": "on"})
        assert response.status_code == 409 and "已被第 2 稿取代" in response.content.decode()
