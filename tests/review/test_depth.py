"""Who reviews, the panel, counsel, dissent, and what those above see: over the actions and over HTTP."""

import uuid
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from tests import story
from tests.story import Story, at
from tests.walker import Walker, a_power
from yangguang.casework import queries as cases
from yangguang.record.models import Item
from yangguang.registry import access
from yangguang.registry import actions as registry
from yangguang.registry import queries as register
from yangguang.registry.models import Account, Counsel, Officer
from yangguang.review import actions as review
from yangguang.review import queries as reviews
from yangguang.review.assignment import actions as assigning
from yangguang.review.assignment import queries as assignment
from yangguang.review.assignment.models import Assignment
from yangguang.review.counsel import actions as counsel
from yangguang.review.counsel.models import CounselOpinion
from yangguang.review.dissent import actions as dissent
from yangguang.review.dissent.queries import Unsettled
from yangguang.review.models import Review
from yangguang.review.oversight import actions as oversight
from yangguang.review.oversight import queries as watching
from yangguang.review.oversight.models import Breach
from yangguang.review.panel import actions as panels
from yangguang.review.panel.models import Panel, Vote
from yangguang.review.panel.queries import NoPanel
from yangguang.site import demo_media
from yangguang.site.demo import qingshan

pytestmark = pytest.mark.django_db

WC, QD, DH = "cn-xinjiang-urumqi-gaoxin-wjw", "cn-hunan-hengyang-qidong", "cn-yunnan-dehong-zjj"


@pytest.fixture(autouse=True)
def everything() -> Iterator[None]:
    with access.within(""):
        yield


def told(last: str, pack: str = "") -> Story:
    """The story as far as `last`, under another county's rules where one is named."""
    s = story.begin(with_accounts=True)
    if pack:
        s.who.body = registry.change_body(
            by=None, at=at(2, 1), body=s.who.body, valid_from=date(2026, 2, 1), reason="适用方案", pack=pack
        )
    if pack in (QD, DH):  # these plans let only the registered legal body review
        s.legal = registry.register_unit(  # type: ignore[attr-defined]
            by=None, at=at(2, 1), body=s.who.body, name="法制科", kind="legal", duties="审核重大执法决定",
            valid_from=date(2026, 2, 1),
        )  # fmt: skip
        s.who.wang = registry.change_officer(
            by=None, at=at(2, 1), officer=s.who.wang, valid_from=date(2026, 2, 1), reason="调入", unit=s.legal  # type: ignore[attr-defined]
        )  # fmt: skip
    if pack in (WC, DH) and last == "submit":
        s.to("conclude")
        film(s)
        s.propose()
        s.submit()
        return s
    return s.to(last)


def film(s: Story) -> None:
    """What the plan wants recorded before a draft, and the story did not record."""
    for one in {one.code: one for one in cases.missing(s.fresh(), upto="propose")}.values():
        s.upload(
            demo_media.video(8, 2, caption=one.title, at=at(8, 27)), name="调查.mp4", title=f"{one.title}录像",
            step=one.step, event=one.code, moment=at(9, 1), note="调查取证的情况",
        )  # fmt: skip


def licence(s: Story, month: int = 9, **choose: Any) -> Walker:
    """A licence under the rules the body has that month."""
    body = register.body_at(s.who.body.scope, date(2026, month, 28)) or s.who.body
    walker = Walker(s.who, at(month, 28), choose)
    walker.begin("licence", "ordinary", a_power(body, "licence", qingshan.REGISTERED, qingshan.SINCE))
    return walker


def sent_licence(pack: str) -> Story:
    """A licence of public interest that waits for its legal review under this plan."""
    s = told("take_clue", pack)
    chosen = {"acceptance_outcome": "accepted", "licence_outcome": "granted", "major_public_interest": True}
    walker = licence(s, 8, **chosen)
    walker.walk(until="review")
    s.case = walker.course.case
    s.proposal = cases.latest_proposal(s.case)  # type: ignore[assignment]
    s.submission = review.submit(
        by=s.who.zhang, at=at(9, 2, 10), proposal=s.proposal, declared=True, unit_head=s.who.zhang
    )
    return s


def person(s: Story, name: str, username: str, *roles: str, qualified: bool = True) -> Officer:
    """Somebody more on the staff of the town."""
    made = registry.register_officer(by=None, at=at(1, 6), body=s.who.body, name=name, valid_from=date(2024, 1, 1))
    if qualified:
        registry.qualify_reviewer(
            by=None, at=at(1, 6), officer=made, kind="legal_professional", number=f"A{username}", valid_from=date(2020, 1, 1)
        )  # fmt: skip
    account = registry.open_account(username=username, officer=made, password=story.PASSWORD)
    for role in roles:
        registry.grant_role(by=None, at=at(1, 6), account=account, role=role)
    return made


def sign_in(username: str) -> Client:
    client = Client()
    client.force_login(Account.objects.get(username=username), backend="yangguang.registry.access.Accounts")
    return client


def page(client: Client, url: str, status: int = 200) -> str:
    response = client.get(url)
    assert response.status_code == status, response.content.decode()[:2000]
    return response.content.decode()


def clauses(refused: Any) -> set[str]:
    return {one.clause for one in refused.value.because}


def give(s: Story, by: Officer, outcome: str = "passed", when: Any = None, **problems: str) -> Review:
    return review.give(
        by=by, at=when or at(9, 3, 15), submission=s.submission, outcome=outcome,
        findings=s.findings(**problems), opinion="逐项审核，意见如上。",
    )  # fmt: skip


class TestAssignment:
    @pytest.mark.clause("QS-3.3.1a")
    def test_the_least_burdened_of_those_who_may(self) -> None:
        s = told("propose")
        he = person(s, "何文", "he", "reviewer")
        person(s, "无证", "wuzheng", "reviewer", qualified=False)
        s.submit()
        now = assignment.current(s.submission)
        assert now is not None and (now.how, now.load) == ("even", 0)
        first, other = (he, s.who.wang) if now.reviewer_key == he.key else (s.who.wang, he)
        assert assignment.loads(s.submission.scope) == {first.key: 1}
        with pytest.raises(assigning.NotAssigned, match=f"已分派给{first.name}") as refused:
            give(s, other)
        assert "QS-3.3.1a" in clauses(refused)
        found = {one.officer.name: one.barred for one in assignment.candidates(s.submission, date(2026, 9, 2))}
        assert found["无证"] == "无证没有登记法制审核资格" and found[other.name] == ""

        chosen = assigning.assign(
            by=s.who.chen, at=at(9, 2, 11), submission=s.submission, reviewer=other, reason="工作安排"
        )
        assert (chosen.how, chosen.reviewer_name) == ("chosen", other.name)
        assert give(s, other).passed
        with pytest.raises(assigning.Settled):
            assigning.assign(by=s.who.chen, at=at(9, 4), submission=s.submission, reviewer=first, reason="再看")

    def test_nobody_handling_the_case_assigns_or_is_assigned(self) -> None:
        s = told("submit")
        for by, reviewer in ((s.who.zhang, s.who.wang), (s.who.chen, s.who.li), (s.who.chen, s.who.wu)):
            with pytest.raises((assigning.NotForYou, assigning.CannotReview)):
                assigning.assign(by=by, at=at(9, 2, 11), submission=s.submission, reviewer=reviewer, reason="试")
        handled = {
            "by": s.who.chen, "by_name": "陈", "at": at(9, 2), "scope": s.case.scope, "case": s.case,
            "submission": s.submission, "reviewer": s.who.li, "reviewer_key": s.who.li.key, "reviewer_name": "李敏",
            "how": "chosen", "load": 0,
        }  # fmt: skip
        with pytest.raises(IntegrityError, match="承办人"), transaction.atomic():
            super(Assignment, Assignment(**handled)).save_base(force_insert=True)

    def test_leave_hands_on_what_is_in_hand(self) -> None:
        s = told("submit")
        he = person(s, "何文", "he", "reviewer")
        client = sign_in("wang")
        today = timezone.localdate()
        given = {
            "officer": str(s.who.wang.key), "from_on": today.isoformat(), "to_on": today.isoformat(),
            "reason": "年休假", "once": str(uuid.uuid4()),
        }  # fmt: skip
        assert str(he.key) not in page(client, "/review/leaves/new/"), "a reviewer enters only their own"
        assert client.post("/review/leaves/new/", given | {"to_on": "2020-01-01"}).status_code == 422
        assert client.post("/review/leaves/new/", given | {"reason": "看\x00不见"}).status_code == 422
        assert client.post("/review/leaves/new/", given).status_code == 302
        now = assignment.current(s.submission)
        assert now is not None and now.reviewer_key == he.key
        assert "年休假" in page(client, "/review/leaves/") and str(s.submission.pk) not in page(client, "/review/")
        assert str(s.submission.pk) in page(client, "/review/?tab=others")
        assert str(s.submission.pk) in page(sign_in("he"), "/review/")
        leave = next(iter(assignment.on_leave([s.who.wang.key], today).values()))
        assert client.post(f"/review/leaves/{leave.pk}/end/", {"once": str(uuid.uuid4())}).status_code == 302
        assert not assignment.on_leave([s.who.wang.key], today)
        # Leave that was entered before and has begun since: whoever is there takes the draft up.
        assert "提交意见" not in page(client, f"/review/{s.submission.pk}/")
        assigning.leave(by=s.who.chen, at=at(9, 1), officer=he, from_on=today, to_on=today, reason="事假")
        assert "提交意见" in page(client, f"/review/{s.submission.pk}/")
        give(s, s.who.wang, when=timezone.now())
        now = assignment.current(s.submission)
        assert now is not None and (now.reviewer_key, now.how) == (s.who.wang.key, "taken")

    @pytest.mark.clause("QS-3.3.1c")
    def test_where_the_only_reviewer_is_on_leave_the_organ_above_is_asked(self) -> None:
        s = told("submit")
        url, client, today = f"/review/{s.submission.pk}/", sign_in("wang"), timezone.localdate()
        assert f"{url}refer/" not in page(client, url)
        assigning.leave(by=s.who.wang, at=timezone.now(), officer=s.who.wang, from_on=today, to_on=today, reason="病假")
        shown = page(client, url)
        assert "提交意见" not in shown and "请假期间不审核" in shown
        with pytest.raises(assigning.NotAssigned, match="请假期间不审核"):
            give(s, s.who.wang, when=timezone.now())
        head = sign_in("chen")
        assert "王静请假至" in page(head, url) and "县司法局" in page(head, url)
        given = {"referred_to": "罗山县司法局", "reason": "唯一的审核人员请假", "once": str(uuid.uuid4())}
        assert f"{url}refer/" in page(head, url) and head.post(f"{url}refer/", given).status_code == 302
        assert "唯一的审核人员请假" in page(sign_in("qian"), "/review/oversight/?tab=referred")
        leave = assignment.on_leave([s.who.wang.key], today)[s.who.wang.key]
        assert client.post(f"/review/leaves/{leave.pk}/end/", {"once": str(uuid.uuid4())}).status_code == 302
        assert give(s, s.who.wang, when=timezone.now()).passed

    @pytest.mark.clause("QS-3.3.1c")
    def test_where_the_only_reviewer_must_recuse_the_organ_above_names_one(self) -> None:
        s = told("propose")
        registry.recuse(
            by=s.who.chen, at=at(9, 1), subject=s.case.chain, officer=s.who.wang, ground="interest", note="近亲属"
        )
        s.submit()
        assert assignment.current(s.submission) is None
        shown = page(sign_in("chen"), f"/review/{s.submission.pk}/")
        assert "还没有分派" in shown and "县司法局" in shown and "有人审核之前不得作出决定" in shown
        with pytest.raises(review.NotQualified, match="应当回避"):
            give(s, s.who.wang)
        client = sign_in("chen")
        given = {"referred_to": "罗山县司法局", "reason": "唯一的审核人员应当回避", "once": str(uuid.uuid4())}
        assert client.post(f"/review/{s.submission.pk}/refer/", given).status_code == 302
        assert Item.objects.filter(dossier=s.case.dossier, code="review_referral").count() == 1
        above = sign_in("qian")
        assert "唯一的审核人员应当回避" in page(above, "/review/oversight/?tab=referred")
        named = person(s, "高明", "gao", "reviewer")
        given = {"reviewer": str(named.key), "reason": "县司法局指定", "once": str(uuid.uuid4())}
        assert "应当回避" in page(above, f"/review/{s.submission.pk}/assign/")
        assert above.post(f"/review/{s.submission.pk}/assign/", given).status_code == 302
        now = assignment.current(s.submission)
        assert now is not None and (now.how, now.reviewer_key) == ("designated", named.key)
        assert "高明" in page(sign_in("zhang"), f"/review/{s.submission.pk}/")
        assert "唯一的审核人员应当回避" not in page(above, "/review/oversight/?tab=referred")
        assert give(s, named).passed

    @pytest.mark.clause("QD-3.3.1a", "QD-3.3.5a", "DH-2.3.1a")
    @pytest.mark.parametrize(("pack", "clause"), [(QD, "QD-3.3.1a"), (DH, "DH-2.3.1a")])
    def test_only_the_legal_body_reviews_and_never_what_it_handles_itself(self, pack: str, clause: str) -> None:
        s = sent_licence(pack)
        he, on = person(s, "何文", "he", "reviewer"), date(2026, 9, 3)
        assert reviews.may_review(he, s.case, on) == "何文不是法制科的人员"
        found = {one.officer.name: one.barred for one in assignment.candidates(s.submission, on)}
        assert found == {"王静": "", "何文": "何文不是法制科的人员"}
        with pytest.raises(review.NotQualified, match="何文不是法制科的人员") as refused:
            give(s, he)
        assert clause in clauses(refused)
        shown = page(sign_in("he"), f"/review/{s.submission.pk}/")
        assert "何文不是法制科的人员" in shown and "提交意见" not in shown
        with pytest.raises(assigning.CannotReview, match="不是法制科的人员"):
            assigning.assign(by=s.who.chen, at=at(9, 3), submission=s.submission, reviewer=he, reason="工作安排")
        case = s.case
        case.unit = s.legal  # type: ignore[attr-defined]  # what this body handles itself
        assert "不得自行审核" in reviews.may_review(s.who.wang, case, on)
        named = assigning.assign(
            by=s.who.qian, at=at(9, 3), submission=s.submission, reviewer=he, reason="法制科自己承办，由上级指定"
        )
        assert named.how == "designated" and reviews.may_review(he, case, on) == ""
        assert give(s, he).passed, "only now is the gate open"
        case.unit = None
        registry.end(by=None, at=at(9, 4), thing=s.legal, last_day=date(2026, 9, 4), reason="撤销")  # type: ignore[attr-defined]
        assert "没有登记法制审核机构" in reviews.may_review(s.who.wang, case, date(2026, 9, 5))


class TestPanel:
    @pytest.fixture
    def s(self) -> Story:
        s = told("submit", WC)
        s.group = registry.register_leading_group(  # type: ignore[attr-defined]
            by=None, at=at(2, 2), body=s.who.body, name="三项制度领导小组", instrument="卫发〔2026〕1 号",
            members=[{"name": n, "post": "成员", "role": "成员"} for n in ("陈立新", "王静", "周倩", "李敏", "外请专家")],
            valid_from=date(2026, 2, 2),
        )  # fmt: skip
        return s

    def convened(self, s: Story) -> Panel:
        return panels.convene(
            by=s.who.wang, at=at(9, 3, 9), submission=s.submission, group=s.group, chair="陈立新", place="三楼会议室"  # type: ignore[attr-defined]
        )  # fmt: skip

    @pytest.mark.clause("WC-2.3.1(1)a")
    def test_a_collegial_body_votes_and_only_its_conclusion_is_given(self, s: Story) -> None:
        with pytest.raises(NoPanel, match="委领导小组集体审核") as refused:
            give(s, s.who.wang)
        assert "WC-2.3.1(1)a" in clauses(refused)
        panel = self.convened(s)
        seats = {one["name"]: one for one in panel.members}
        assert (
            panel.quorum == 3
            and seats["李敏"]["barred"]
            and seats["陈立新"]["decides"]
            and not seats["外请专家"]["key"]
        )
        for by, member in ((s.who.li, ""), (s.who.wu, ""), (s.who.zhang, "周倩"), (s.who.wang, "外请专家")):
            with pytest.raises(panels.NotMember):
                panels.vote(by=by, at=at(9, 3, 10), panel=panel, vote="passed", view="同意", member=member)
        panels.vote(by=s.who.chen, at=at(9, 3, 10), panel=panel, vote="passed", view="同意")
        with pytest.raises(panels.NotMember, match="已经表决"):
            panels.vote(by=s.who.chen, at=at(9, 3, 10), panel=panel, vote="revise", view="反悔")
        panels.vote(by=s.who.zhou, at=at(9, 3, 10), panel=panel, vote="passed", view="同意")
        with pytest.raises(panels.NoQuorum, match=r"法定人数 3 人.*没有具备法制审核资格的成员署名"):
            panels.conclude(by=s.who.wang, at=at(9, 3, 11), panel=panel)
        panels.vote(by=s.who.wang, at=at(9, 3, 10), panel=panel, vote="revise", view="裁量理由还要写清")
        with pytest.raises(panels.NoQuorum, match="没有一种意见达到规定的票数"):
            panels.conclude(by=s.who.wang, at=at(9, 3, 11), panel=panel)  # two of five are no majority of all members
        scan, film = (
            Item.objects.filter(dossier=s.case.dossier, code="", medium=one).first() for one in ("photo", "video")
        )
        expert = {"vote": "passed", "view": "同意", "member": "外请专家"}
        with pytest.raises(panels.NotMember, match="本人签字的原件"):  # a recording bears no signature
            panels.vote(by=s.who.wang, at=at(9, 3, 10), panel=panel, paper=film, **expert)
        panels.vote(by=s.who.wang, at=at(9, 3, 10), panel=panel, paper=scan, **expert)
        minutes = panels.conclude(by=s.who.wang, at=at(9, 3, 11), panel=panel)
        assert minutes.outcome == "passed" and "1 人持不同意见" in minutes.item.data["collegial_text"]
        with pytest.raises(NoPanel, match="集体审核的结论是“通过”"):
            give(s, s.who.wang, "revise", discretion="理由不充分")
        done = give(s, s.who.wang)
        said = done.item.data["opinion"]
        assert done.passed and "王静：裁量理由还要写清" in said and "兼任本案决定人的成员：陈立新" in said
        with pytest.raises((panels.NotMember, panels.NotCollegial)):
            panels.vote(by=s.who.zhou, at=at(9, 4), panel=panel, vote="passed", view="同意")

    def test_the_database_takes_no_vote_of_a_handler_nor_on_another_draft(self, s: Story) -> None:
        panel = self.convened(s)
        row = {
            "by": s.who.chen, "at": at(9, 3), "scope": s.case.scope, "case": s.case, "panel": panel, "vote": "passed",
            "view": "同意", "draft_digest": s.proposal.digest, "member": "周倩", "member_key": s.who.zhou.key,
        }  # fmt: skip
        for change, words in (
            ({"member": "李敏", "member_key": s.who.li.key}, "承办人"),
            ({"draft_digest": "0" * 64}, "不是所审的稿"),
            ({"member": "路人", "member_key": None}, "不是合议成员"),
        ):
            with pytest.raises(IntegrityError, match=words), transaction.atomic():
                super(Vote, Vote(**row | change)).save_base(force_insert=True)

    def test_over_the_pages(self, s: Story) -> None:
        url = f"/review/{s.submission.pk}/"
        client = sign_in("wang")
        assert "组成集体审核" in page(client, url)
        given = {"group": str(s.group.key), "chair": "路人", "place": "会议室", "once": str(uuid.uuid4())}  # type: ignore[attr-defined]
        response = client.post(f"{url}panel/", given)
        assert response.status_code == 422 and "不是能够表决的成员" in response.content.decode()
        assert "去表决" not in page(sign_in("chen"), "/work/")
        assert client.post(f"{url}panel/", given | {"chair": "陈立新"}).status_code == 302
        assert client.post(f"{url}panel/", given | {"chair": "陈立新", "once": str(uuid.uuid4())}).status_code == 409
        assert "去表决" in page(sign_in("chen"), "/work/") and "去表决" in page(client, "/work/")
        assert "去表决" not in page(sign_in("zhang"), "/work/"), "no handler of the case votes"
        vote = {"vote": "passed", "view": "同意", "once": str(uuid.uuid4())}
        assert sign_in("zhang").post(f"{url}panel/vote/", vote).status_code == 409
        assert client.post(f"{url}panel/vote/", vote | {"vote": "maybe"}).status_code == 422
        assert client.post(f"{url}panel/vote/", vote).status_code == 302
        assert "去表决" not in page(client, "/work/") and "王静已经表决" in page(client, f"{url}panel/vote/")
        assert "外请专家" in page(client, f"{url}panel/paper/")
        response = client.post(f"{url}panel/minutes/", {"once": str(uuid.uuid4())})
        assert response.status_code == 422 and "法定人数 3 人" in response.content.decode()
        shown = page(sign_in("chen"), url)
        assert "还没有表决" in shown and "本案承办人，不参加表决" in shown and f"{url}panel/vote/" in shown


def lawyer(s: Any, username: str = "lv") -> tuple[Counsel, Officer]:
    """Counsel of the town who may sign in."""
    made = registry.register_counsel(
        by=None, at=at(1, 6), body=s.who.body, name="吕律师", valid_from=date(2026, 1, 1), kind="external",
        firm="正义律师事务所", licence_no="14115202010000001",
    )  # fmt: skip
    officer = person(s, "吕律师", username, "reviewer")
    counsel.engage(
        by=s.who.chen, at=at(1, 7), counsel=made, officer=officer, valid_from=date(2026, 1, 1),
        valid_to=date(2026, 12, 31), terms="参与重大执法决定法制审核",
    )  # fmt: skip
    return made, officer


class TestCounsel:
    @pytest.mark.clause("QD-A3.审核.2(续①)", "QD-A3.审核.2(续②)", "QD-5.2b")
    def test_counsel_takes_part_and_never_concludes(self) -> None:
        s = told("propose")
        made, officer = lawyer(s)
        s.submit()
        now = assignment.current(s.submission)
        assert now is not None and now.reviewer_key == s.who.wang.key, "not to counsel, though nobody has less in hand"
        with pytest.raises(review.NotQualified, match="可以参与审核，不能单独作出审核结论"):
            give(s, officer)
        url, client = f"/review/{s.submission.pk}/", sign_in("lv")
        today = timezone.localdate().isoformat()
        given = {
            "counsel": str(made.key), "asked_on": today, "given_on": today, "agrees": "no", "opinion": "证据还不充分",
            "once": str(uuid.uuid4()),
        }  # fmt: skip
        response = client.post(f"{url}counsel/", given)
        assert response.status_code == 422 and "没有声明的，不能参与审核" in response.content.decode()
        assert client.post(f"{url}counsel/", given | {"disinterested": "on"}).status_code == 302
        done = CounselOpinion.objects.get()
        assert done.item.code == "counsel_opinion" and "不同意" in done.item.data["counsel_opinion"]
        assert "证据还不充分" in page(sign_in("wang"), url)
        assert give(s, s.who.wang).passed, "the reviewer concludes, also against counsel"
        assert "吕律师" in page(sign_in("chen"), "/review/counsel/")
        with access.within(""):
            caller = access.Caller(Account.objects.get(username="qian"), frozenset({"supervisor"}))
            assert watching.figures(caller, date(2026, 9, 30)).counsel_share == 100

    @pytest.mark.clause("QD-3.3.1e", "DH-2.3.1b")
    def test_the_pack_decides_whether_counsel_may_conclude(self) -> None:
        s = told("apply", DH)
        _, officer = lawyer(s)
        on = date(2026, 9, 10)
        assert "不能单独作出审核结论" in reviews.may_review(officer, s.case, on), "never on a penalty"

        assert reviews.may_review(officer, licence(s).case, on) == ""  # type: ignore[arg-type]
        assert reviews.engagement(officer, date(2027, 1, 1)) is None, "only while engaged"
        registry.change_body(
            by=None, at=at(10, 1), body=s.who.body, valid_from=date(2026, 10, 1), reason="适用方案", pack=QD
        )
        case = licence(s, 10).case
        assert case is not None
        assert case.pack == QD and "不能单独作出审核结论" in reviews.may_review(officer, case, date(2026, 10, 29))
        assert "QD-3.3.1e" in {one.clause for one in reviews.why_not(officer, case, date(2026, 10, 29))}


class TestDissent:
    @pytest.mark.clause("WC-2.3.3c", "DH-2.3.4a")
    def test_coordination_ends_in_a_new_review_by_somebody_else(self) -> None:
        s = told("return_draft")
        he = person(s, "何文", "he", "reviewer")
        objection = dissent.object_to(by=s.who.zhang, at=at(9, 3, 16), review=s.review, text="情节已经写明，不需要修改")
        s.propose_again()
        with pytest.raises(Unsettled, match="还没有协调"):
            s.submit_again()
        assert reviews.passed(s.proposal) is None
        given: dict[str, Any] = {
            "objection": objection, "at": at(9, 4, 9), "result": "again", "text": "双方各自说明了理由",
            "attendees": [{"name": "张卫国", "post": "副队长"}, {"name": "王静", "post": "审核员"}],
            "started_at": at(9, 4, 8), "place": "二楼会议室",
        }  # fmt: skip
        for by in (s.who.zhang, s.who.wang):
            with pytest.raises(dissent.NotPresiding):
                dissent.coordinate(by=by, **given)
        with pytest.raises(dissent.NotPresiding, match="两方"):
            dissent.coordinate(by=s.who.chen, **given | {"attendees": given["attendees"][:1]})
        done = dissent.coordinate(by=s.who.chen, **given)
        assert done.item.code == "coordination_minutes" and "重新审核" in done.item.data["coordination_text"]
        assert reviews.passed(s.proposal) is None, "a coordination opens no gate"
        s.submit_again()
        now = assignment.current(s.submission)
        assert now is not None and now.reviewer_key == he.key
        with pytest.raises(review.NotQualified, match="另行分派人员重新审核"):
            give(s, s.who.wang, when=at(9, 5))
        assert give(s, he, when=at(9, 5)).passed and reviews.passed(s.proposal) is not None

    def test_over_the_pages(self) -> None:
        s = told("return_draft")
        url, handler, head = f"/review/{s.submission.pk}/", sign_in("zhang"), sign_in("chen")
        assert f"/review/opinions/{s.review.pk}/object/" in page(handler, url)
        given = {"text": "情节已经写明", "once": str(uuid.uuid4())}
        assert sign_in("wu").post(f"/review/opinions/{s.review.pk}/object/", given).status_code == 422
        assert handler.post(f"/review/opinions/{s.review.pk}/object/", given).status_code == 302
        objection = s.review.__class__.objects.get(pk=s.review.pk).objection
        coordinate = f"/review/objections/{objection.pk}/coordinate/"
        for reader in (head, handler):
            assert "等待协调对第 1 稿审核意见的异议" in page(reader, f"/work/cases/{s.case.pk}/")
        assert coordinate in page(head, "/work/") and coordinate not in page(handler, "/work/")
        assert "张卫国 承办人\n李敏 承办人\n王静 审核人员" in page(head, coordinate)
        shown = page(head, f"/review/objections/{objection.pk}/coordinate/")
        assert "情节已经写明" in shown and "不能绕过审核" in shown
        bad = {
            "started_at": "2020-01-01T09:00", "place": "会议室", "attendees": "张卫国", "text": "说明",
            "result": "revise", "once": str(uuid.uuid4()),
        }  # fmt: skip
        response = head.post(f"/review/objections/{objection.pk}/coordinate/", bad)
        assert response.status_code == 422 and "第 1 行没有写明职务" in response.content.decode()
        bad["attendees"] = "张卫国 副队长\n李敏 承办人"
        response = head.post(f"/review/objections/{objection.pk}/coordinate/", bad)
        assert response.status_code == 422 and "两方参加" in response.content.decode()
        bad["attendees"] = "张卫国 副队长\n王静 审核员"
        response = head.post(f"/review/objections/{objection.pk}/coordinate/", bad)
        assert response.status_code == 422 and "提出异议之后" in response.content.decode()
        good = bad | {"started_at": timezone.localtime().strftime("%Y-%m-%dT%H:%M:%S")}
        assert head.post(f"/review/objections/{objection.pk}/coordinate/", good).status_code == 302
        assert "主持协调" in page(handler, url)
        assert coordinate not in page(head, "/work/")


class TestOversight:
    @pytest.mark.clause("QD-3.3.5c", "SY-2.3e", "WC-2.3.1(1)b")
    def test_those_above_see_every_review_and_speak_of_it(self) -> None:
        s = told("pass_review")
        above = sign_in("qian")
        registry.qualify_reviewer(
            by=None, at=at(1, 6), officer=s.who.sun, kind="law_degree", number="法学学士", valid_from=date(2020, 1, 1)
        )
        work = page(above, "/review/oversight/?tab=people")
        for words in (
            "2 人，其中取得法律职业资格 1 人", "人均在审</dt><dd>0.0 件", "人均近一年结论</dt><dd>1.0 件",
            "退回率 50%，逾期未审 0 件，追究属实 0 件", "孙平",
        ):  # fmt: skip
            assert words in work, words
        for tab, words in (
            ("open", "没有在审的案件"), ("given", s.case.title), ("people", "王静"), ("breaches", "没有责任追究案件"),
            ("referred", "没有等待指定的审核"), ("nonsense", "没有在审的案件"),
        ):  # fmt: skip
            assert words in page(above, f"/review/oversight/?tab={tab}"), tab
        shown = page(above, "/review/oversight/?tab=given")
        assert "50%" in shown and "裁量基准运用是否适当" in shown and "用时" in shown
        assert "没有符合条件" in page(above, "/review/oversight/?tab=given&q=不存在")
        given = {"text": "审核意见应当写明裁量档次", "once": str(uuid.uuid4())}
        assert above.post(f"/review/{s.submission.pk}/remark/", given).status_code == 302
        assert "审核意见应当写明裁量档次" in page(sign_in("zhang"), f"/review/{s.submission.pk}/")
        assert sign_in("chen").get(f"/review/{s.submission.pk}/remark/").status_code == 403
        assert reviews.passed(s.proposal) is not None, "a remark changes no opinion"

    @pytest.mark.clause("QS-3.3.3f")
    def test_a_breach_is_what_the_file_shows_and_names_who_answers(self) -> None:
        s = told("submit")  # its five working days are over long since
        above = sign_in("qian")
        assert s.case.title in page(above, "/review/oversight/?tab=open&late=1")
        url = f"/review/{s.submission.pk}/breach/"
        given = {"ground": "recused", "text": "超期未审", "once": str(uuid.uuid4())}
        response = above.post(url, given)
        assert response.status_code == 422 and "案卷没有“应当回避的人员参加审核”的记载" in response.content.decode()
        assert above.post(url, given | {"ground": "late"}).status_code == 302
        made = Breach.objects.get()
        assert [one["name"] for one in made.persons] == ["王静"] and "至今没有出具" in made.shown
        assert "QS-3.3.3f" in {one["clause"] for one in made.because}
        again = given | {"ground": "late", "once": str(uuid.uuid4())}
        assert above.post(url, again).status_code == 422
        assert "王静" in page(above, "/review/oversight/?tab=breaches")
        end = {"result": "found", "text": "批评教育", "once": str(uuid.uuid4())}
        assert above.post(f"/review/oversight/breaches/{made.pk}/end/", end).status_code == 302
        assert "属实，已追究责任" in page(sign_in("zhang"), f"/review/{s.submission.pk}/")
        declared = oversight.open_breach(
            by=s.who.qian, at=at(9, 20), submission=s.submission, ground="false_declaration", text="照片不是现场所摄"
        )
        assert {one["name"] for one in declared.persons} == {"张卫国", "李敏"}

    def test_who_took_part_or_is_not_above_opens_nothing(self) -> None:
        s = told("return_draft")
        for by in (s.who.zhang, s.who.wang):
            with pytest.raises(oversight.NotAbove, match="承办或者审核了本案"):
                oversight.open_breach(by=by, at=at(9, 4), submission=s.submission, ground="perfunctory", text="走过场")
        assert cases.latest_proposal(s.case) == s.proposal
