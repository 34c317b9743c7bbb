"""An ordinary penalty with a hearing: from the chair's hand to the bound file, in a real Chromium.

What lies in the past of the story, up to the notice of the hearing, is made by the actions; the rest by people at browsers.
"""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import timezone

from tests.browser.course import Office
from tests.browser.test_walk import closing, give, propose, serve, submit, tick
from tests.story import Story, at
from yangguang.casework import actions as casework
from yangguang.casework import queries as cases
from yangguang.decision import actions as decision
from yangguang.decision.hearing import actions as hearing
from yangguang.decision.models import Issuance
from yangguang.record import actions as record
from yangguang.registry import access

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def told(office: Office) -> Story:
    """A draft that would close the shop was told in September; the party asked for a hearing, which has been called."""
    with access.within(""):
        one = Story(office.who).to("conclude")
        one.proposal = casework.propose(
            by=one.who.zhang, at=at(9, 4, 9), case=one.fresh(),
            body=one.draft(penalties=["fine", "suspend_business"], fine_fen=20000),
        )  # fmt: skip
        for step in ("submit_again", "pass_review", "notify", "confirm_address", "serve_notice"):
            getattr(one, step)()
        decision.take_statement(
            by=one.who.li, at=at(9, 9, 9), notice=one.notice, how="waived", text="听证时一并说", on=date(2026, 9, 9)
        )
        asked = hearing.ask(
            by=one.who.zhang, at=at(9, 10, 15), notice=one.notice, how="requested", text="责令停业过重。",
            on=date(2026, 9, 10),
        )  # fmt: skip
        meeting = hearing.arrange(
            by=one.who.chen, at=at(9, 11, 9), asked=asked, host=one.who.zhou, opens_at=at(9, 24, 9),
            place="青山镇人民政府二楼会议室", public=True,
        )  # fmt: skip
        decision.serve(
            by=one.who.zhang, at=at(9, 11, 17), case=one.fresh(), item=meeting.item, method="direct",
            place="青山镇北街 27 号", recipient="赵大勇", relation="本人", on=date(2026, 9, 11),
        )  # fmt: skip
        record.keep(
            by=one.who.zhang, at=at(9, 24, 12), dossier=one.case.dossier, step="hearing", event="hearing",
            path=office.video(), name="听证.mp4", title="听证会录像",
        )  # fmt: skip
    return one


def test_the_decision_follows_the_transcript_to_the_file(office: Office, told: Story) -> None:
    case, page = told.case, f"/decision/{told.case.pk}"
    chair, officer, head = office.come("zhou"), office.come("zhang"), office.come("chen")
    chair.open(f"/work/cases/{case.pk}/").see("听证主持人 周倩")
    chair.open(f"{page}/hearing/record/").fill(
        {
            "how": "held",
            "ended_at": "2026-09-24T11:00",
            "participants": "赵大勇，当事人",
            "rights": "已告知权利义务，当事人不申请回避。",
            "presented": "调查人员宣读违法事实、证据和处罚建议。",
            "argued": "当事人认为已经及时清理，责令停业过重。",
            "final": "请求不责令停业。",
            "signer": "赵大勇",
        }
    ).clean().shoot("hearing-record").send().done()
    chair.open(f"{page}/hearing/report/").fill(
        {"held": "公开举行", "disputed": "应否责令停业", "facts": "违法事实属实，已清理", "proposal": "只处罚款"}
    ).clean().send().done()
    head.open(f"{page}/decide/")
    assert not head.page.locator("main form[method=post] button", has_text="作出决定").count()
    propose(officer, case, "200", "听证后采纳当事人关于停业过重的意见，只处罚款二百元。")
    officer.send().done()
    submit(officer, case)
    give(office.come("wang"), case, "passed", {}, "根据听证笔录，程序合法，同意。")
    officer.open(f"{page}/hearing/answer/").fill(
        {"point_0": "责令停业过重", "adopted_0": "all", "reason_0": "已及时清理，罚款足以教育"}
    ).clean().shoot("hearing-answer").send().done()
    head.open(f"{page}/decide/").clean().shoot("hearing-decide").fill({"opinion": "同意"}).send().done()
    officer.open(f"{page}/issue/").see("听证").send().done()
    with access.within(""):
        issuance = Issuance.objects.select_related("item").get(case=case)
    officer.open(f"/records/items/{issuance.item_id}/").see("行政处罚决定书").clean()
    serve(officer, case, "penalty_decision")
    publisher = office.come("zhou").open(f"/disclosure/{issuance.pk}/publish/")
    tick(publisher)
    publisher.fill({"secrecy_checked": True}).send().done()
    with access.within(""):
        owed = [one for one in cases.owed(told.fresh(), upto="close") if not one.met]
    office.film(case, owed)
    assert {one.code for one in owed if one.kind == "document"} <= {"receipt"}  # paid next
    closing(officer, head, office.come("sun"), case)
    officer.open(f"/work/cases/{case.pk}/").see("案卷已归档", "听证笔录", "听证报告").clean().shoot("hearing-case")
    assert issuance.on == timezone.localdate()
