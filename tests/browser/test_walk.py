"""The seven points of the foundation, walked in a real Chromium against the real server by the different people.

With `YANGGUANG_SHOTS=<folder>` the pages are photographed on the way; the README's pictures are made so.
"""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from tests import story
from tests.browser import typed
from tests.browser.people import Person
from tests.story import passed
from yangguang.casework.models import Case
from yangguang.decision.models import Decision, Issuance
from yangguang.disclosure.models import Publication
from yangguang.registry import access
from yangguang.registry import actions as registry
from yangguang.review.models import Submission
from yangguang.site import demo_media
from yangguang.trail.models import Entry

pytestmark = pytest.mark.browser

TODAY = timezone.localdate


@pytest.fixture
def town(live_site) -> story.People:  # type: ignore[no-untyped-def]
    """青山镇 registered, everybody with an account and certificates that are valid whenever this runs."""
    with access.within(""):
        who = story.people()
        story.accounts(who)
        for n, officer in enumerate((who.zhang, who.li, who.lin), start=1):
            registry.grant_certificate(
                by=None,
                at=timezone.now(),
                exam=passed(officer, timezone.now(), date(2024, 1, 2)),
                number=f"1615219{n:04d}",
                issuer="河南省人民政府",
                valid_from=TODAY() - timedelta(days=30),
                valid_to=TODAY() + timedelta(days=1800),
            )
    return who


@pytest.fixture
def come(browser, live_site) -> Iterator:  # type: ignore[no-untyped-def]
    """People who come to their computers."""
    here: list[Person] = []

    def one(username: str = "") -> Person:
        here.append(Person(browser, live_site.url, username, story.PASSWORD))
        return here[-1]

    yield one
    for person in here:
        assert not person.errors, person.errors
        person.leave()


def moment() -> str:
    return timezone.localtime().strftime("%Y-%m-%dT%H:%M")


def test_one_case_travels_all_three_systems(town, come, live_site, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    officer = come("zhang")
    case = opening(officer, come, town)
    investigation(officer, case, tmp_path)
    reviewer = come("wang")
    drafting_and_review(officer, reviewer, case)
    head = come("chen")
    notice_and_decision(officer, head, case)
    issuance = issue_and_service(officer, case)
    publisher = come("zhou")
    publication(publisher, issuance, case)
    visitor = come()
    public(visitor, issuance, live_site, tmp_path, town)
    closing(officer, head, come("sun"), case)
    correction(publisher, issuance)
    withdrawal(head, publisher, visitor, case, issuance, live_site, tmp_path)
    supervision(come("qian"), case)
    audited(live_site)
    entered_once([officer, reviewer, head, publisher])


# ---- 0: enter once ---------------------------------------------------------------------------------------------------

MOST_TYPED = 90  # fields that all people together typed or chose, a returned draft included


def entered_once(people: list[Person]) -> None:
    """What people had to type or choose in the whole case, page by page: few fields."""
    found = typed.pages(people)
    typed.list_under("行政处罚（普通程序）", found)
    assert typed.total(found) <= MOST_TYPED, (typed.total(found), found)


# ---- 1 -------------------------------------------------------------------------------------------------------------


def opening(officer: Person, come, town: story.People) -> Case:  # type: ignore[no-untyped-def]
    officer.open("/work/").see("今天要办的事").clean().shoot("inbox-empty")
    officer.open("/clues/new/").fill(
        {
            "source": "inspection",
            "found_on": TODAY().isoformat(),
            "summary": "巡查发现北街 27 号大勇百货店后门安全出口被货物堵塞。",
            "place": "青山镇北街 27 号",
            "party": "赵大勇",
            "power": "安全出口",
        }
    ).clean().send().done("赵大勇")
    clue = re.search(r"/clues/([0-9a-f-]{36})", officer.page.url).group(1)  # type: ignore[union-attr]
    given = {
        "party": "赵大勇",
        "power": "安全出口",
        "cause": "占用堵塞安全出口",
        "found_on": TODAY().isoformat(),
        "touches": "none",
    }
    officer.open(f"/cases/new/?clue={clue}")
    officer.fill({**given, "second": "吴刚"}).clean().send()
    officer.refused("2026-05-31 到期", "行政处罚法").shoot("apply-refused")
    officer.fill({"second": "张卫国"}).send().refused("两名以上", "行政处罚法")
    with access.within(""):
        registry.recuse(
            by=town.zhang,
            at=timezone.now(),
            subject=f"clue:{clue}",
            officer=town.lin,
            ground="interest",
            note="当事人的近亲属",
        )
    officer.open(f"/cases/new/?clue={clue}").fill({**given, "second": "林芳"}).send().refused("回避", "行政处罚法")
    officer.fill({"second": "李敏", "power": "公证机构"} if "公证机构" in officer.text() else {"second": "李敏"})
    officer.fill({"power": "安全出口"}).send().done("赵大勇占用堵塞安全出口案")
    with access.within(""):
        case = Case.objects.get()
    officer.open(f"/cases/{case.pk}/opening/", status=403)
    head = come("chen")
    head.open("/decision/").see("赵大勇").clean()
    head.open(f"/cases/{case.pk}/opening/").fill({"approved": "yes", "opinion": "同意立案"}).clean().send().done()
    return case


def investigation(officer: Person, case: Case, folder: Path) -> None:
    page = f"/cases/{case.pk}/steps"
    officer.open(f"/work/cases/{case.pk}/").see("表明身份").clean().shoot("case-opened")
    officer.open(f"{page}/identify/")
    officer.fill(
        {
            "fact.identified_at": moment(),
            "fact.identity_shown": "yes",
            "fact.rights_told": "yes",
            "fact.acknowledged": "signed",
        }
    ).clean().send().done()
    officer.open(f"{page}/scene_check/").fill(
        {
            "scene_record.started_at": moment(),
            "scene_record.ended_at": moment(),
            "scene_record.findings": "后门安全出口内侧堆放饮料、纸箱共 38 件，高约 1.6 米，出口不能打开。",
            "scene_record.identity_shown": "yes",
            "scene_record.rights_told": "yes",
            "scene_record.signature.name": "赵大勇",
        }
    ).clean().shoot("step-scene").send().done()
    proposal_refused = officer.open(f"/cases/{case.pk}/proposal/")
    proposal_refused.see("现场")
    upload(officer, case, folder)
    officer.open(f"{page}/interview/").fill(
        {
            "interview_record.started_at": moment(),
            "interview_record.ended_at": moment(),
            "interview_record.place": "青山镇行政执法大队询问室",
            "interview_record.identity_shown": "yes",
            "interview_record.rights_told": "yes",
            "interview_record.questions.0.q": "安全出口处的货物是谁堆放的？",
            "interview_record.questions.0.a": "是我让人堆的，有一个星期左右。",
            "interview_record.signature.name": "赵大勇",
        }
    ).clean().send().done()
    officer.open(f"/records/{case.dossier_id}/waive/")
    officer.fill({"demand": "调查取证", "reason": "询问笔录逐问逐答、逐页签名，文字记录能够全面有效记录。"}).clean()
    officer.send().done()
    officer.open(f"{page}/evidence/").fill(
        {
            "evidence_sheet.taken_at": moment(),
            "evidence_sheet.items.0.no": "1",
            "evidence_sheet.items.0.name": "现场照片",
            "evidence_sheet.items.0.kind": "audiovisual",
            "evidence_sheet.items.0.form": "电子照片",
            "evidence_sheet.items.0.quantity": "1 张",
            "evidence_sheet.items.0.source": "执法记录仪拍摄",
            "evidence_sheet.note": "以上材料与案件事实有关，由当事人核对确认。",
        }
    ).clean().send().done()
    officer.open(f"{page}/correct/").fill(
        {
            "correction_order.violation": "将货物堆放在后门安全出口处，堵塞安全出口。",
            "correction_order.requirement": "清理安全出口处的货物，保持畅通。",
            "correction_order.immediately": "no",
            "correction_order.until": TODAY().isoformat(),
        }
    ).clean().send().done()
    officer.open(f"{page}/conclude/")
    officer.fill(
        {
            "investigation_report.process": "立案后经现场检查、责令改正、询问当事人和复查。",
            "investigation_report.facts": "当事人将货物堆放在安全出口处，致使出口不能打开，现已清理。",
            "investigation_report.discretion_grade": "一般",
            "investigation_report.discretion": "首次发现，限期内改正，未造成危害后果。",
            "investigation_report.proposal": "建议处罚款三百元。",
            "fact.violation_nature": "首次发现，在责令限期内改正，未造成危害后果。",
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
        }
    ).clean().send().done()


def upload(officer: Person, case: Case, folder: Path) -> None:
    """Photo and video; first three files nobody can use."""
    photo, video = folder / "现场照片.jpg", folder / "现场录像.mp4"
    photo.write_bytes(demo_media.photo(7, "北街27号 安全出口", scene="shelf"))
    video.write_bytes(demo_media.video(7, 4, caption="北街27号"))
    empty, cut, wrong = folder / "空.jpg", folder / "断.jpg", folder / "假.jpg"
    empty.write_bytes(b"")
    cut.write_bytes(photo.read_bytes()[:2000])
    wrong.write_bytes(b"%PDF-1.7 not a photo")
    given = {
        "demand": "现场检查",
        "title": "现场照片和录像：安全出口被货物堵塞",
        "note": "证明安全出口被堵塞",
        "taken_at": moment(),
        "place": "青山镇北街 27 号",
    }
    # The plain form, as where scripts are off; sending in pieces has a test of its own with the real client.
    officer.page.route("**/uploads*.js", lambda sent: sent.fulfill(body="", content_type="text/javascript"))
    for bad, why in ((empty, "空"), (cut, "断"), (wrong, "假")):
        officer.open(f"/records/{case.dossier_id}/upload/").fill({**given, "files": [str(bad)]}).send()
        assert officer.page.locator("main .is-invalid, main .yg-field-bad, main .yg-panel-bad").count(), why
        officer.see(bad.name)
    officer.open(f"/records/{case.dossier_id}/upload/").fill({**given, "files": [str(photo), str(video)]}).clean()
    officer.shoot("upload").send().done()


# ---- 2 -------------------------------------------------------------------------------------------------------------


def propose(officer: Person, case: Case, fine: str, reason: str) -> None:
    officer.open(f"/cases/{case.pk}/proposal/")
    boxes = officer.page.locator('main input[type=checkbox][name^="item."]')
    for n in range(boxes.count()):
        boxes.nth(n).check()
    for proves in officer.page.locator('main [name^="proves."]').all():
        if not proves.input_value():
            proves.fill("安全出口被堵塞及改正的事实")
    officer.fill(
        {
            "facts": "当事人赵大勇将货物堆放在后门安全出口内侧，致使出口不能打开，现已清理。",
            "grade": "一般",
            "penalties": "fine",
            "fine_fen": fine,
            "discretion": reason,
            "correction": "已改正",
            "bar.violation_ended_on": "2026-08-26",
            "bar.harm": "no",
            "bar.capacity": "full",
            "bar.minor_corrected": "no",
            "bar.no_fault": "no",
            **{
                f"answer.{name}": "no"
                for name in ("major_public_interest", "social_risk", "major_rights", "complex", "major_violation")
            },
        }
    )


def drafting_and_review(officer: Person, reviewer: Person, case: Case) -> None:
    propose(officer, case, "300.005", "首次发现，限期内改正。")
    officer.send().see("精确到分")
    propose(officer, case, "300", "首次发现，限期内改正。")
    officer.clean().shoot("proposal").send().done()
    submit(officer, case)
    reviewer.open("/review/").see("赵大勇").clean().shoot("review-desk")
    give(reviewer, case, "revise", {"discretion": "没有写明罚款三百元对应的情节"}, "裁量理由不充分，修改后再审。")
    propose(officer, case, "200", "首次发现、限期内改正、未造成危害后果，属于“一般”档次，结合情节罚款二百元。")
    officer.send().done()
    submit(officer, case)
    give(reviewer, case, "passed", {}, "主体适格，事实清楚，证据确凿，程序合法，裁量适当，同意。")


def submit(officer: Person, case: Case) -> None:
    with access.within(""):
        draft = case.proposals.order_by("-version").first()
    officer.open(f"/review/submit/{draft.pk}/").fill({"declared": True}).clean().send().done()  # type: ignore[union-attr]


def give(reviewer: Person, case: Case, outcome: str, problems: dict[str, str], opinion: str) -> None:
    with access.within(""):
        submission = Submission.objects.filter(case=case).order_by("-at").first()
    reviewer.open(f"/review/{submission.pk}/")  # type: ignore[union-attr]
    for field in reviewer.page.locator('main input[name^="finding_"][value=pass]').all():
        field.check()
    for item, reason in problems.items():
        reviewer.fill({f"finding_{item}": "problem", f"reason_{item}": reason})
    reviewer.fill({"outcome": outcome, "opinion": opinion}).clean()
    reviewer.shoot("review" if outcome == "passed" else "review-return").send().done()


# ---- 3 -------------------------------------------------------------------------------------------------------------


def notice_and_decision(officer: Person, head: Person, case: Case) -> None:
    page = f"/decision/{case.pk}"
    officer.open(f"{page}/notify/").clean().send().done()
    officer.open(f"/cases/{case.pk}/documents/notice/service_address_confirmation/")
    officer.fill(
        {"service_address_confirmation.electronic": "no", "service_address_confirmation.signature.name": "赵大勇"}
    ).clean().send().done()
    serve(officer, case, "prior_notice")
    head.open(f"{page}/decide/").refused("陈述申辩").shoot("decide-refused")
    assert not head.page.locator("main form[method=post] button", has_text="作出决定").count()
    officer.open(f"{page}/statement/").fill(
        {"how": "stated", "text": "小本经营，已及时清理，请求减少罚款。", "on": TODAY().isoformat()}
    ).clean().send().done()
    officer.open(f"{page}/answer/").fill(
        {"adopted": "none", "reason": "及时改正的情节拟处罚时已经考虑，罚款二百元在档次之内，不再减轻。"}
    ).clean().send().done()
    head.open("/decision/").see("赵大勇").shoot("decision-desk")
    head.open(f"{page}/decide/").see("通过").clean().shoot("decide").fill({"opinion": "同意"}).send().done()


def serve(officer: Person, case: Case, code: str) -> None:
    with access.within(""):
        item = case.dossier.items.filter(code=code).exclude(event="public").order_by("-at").first()
    officer.open(f"/decision/{case.pk}/serve/{item.pk}/").fill(  # type: ignore[union-attr]
        {
            "method": "direct",
            "on": TODAY().isoformat(),
            "place": "青山镇北街 27 号",
            "recipient": "赵大勇",
            "relation": "本人",
        }
    ).clean().send().done()


# ---- 4 -------------------------------------------------------------------------------------------------------------


def issue_and_service(officer: Person, case: Case) -> Issuance:
    officer.open(f"/decision/{case.pk}/issue/").clean().send().done(f"青罚决字〔{TODAY().year}〕1号")
    with access.within(""):
        issuance = Issuance.objects.select_related("item", "decision").get()
    officer.open(f"/records/items/{issuance.item_id}/").see("行政处罚决定书").clean().shoot("document")
    serve(officer, case, "penalty_decision")
    return issuance


def closing(officer: Person, head: Person, archivist: Person, case: Case) -> None:
    officer.open(f"/decision/{case.pk}/perform/").fill(
        {"amount_fen": "200", "on": TODAY().isoformat(), "receipt_no": "411526000123"}
    ).clean().send().done()
    head.open(f"/decision/{case.pk}/close/")
    head.page.locator('main input[name="how"]').first.check()
    head.clean().send().done()
    archivist.open(f"/decision/{case.pk}/archive/").clean().shoot("archive").send().done()


# ---- 5 -------------------------------------------------------------------------------------------------------------


def publication(publisher: Person, issuance: Issuance, case: Case) -> None:
    publisher.open("/disclosure/").see("赵大勇").clean().shoot("disclosure-desk")
    publisher.open(f"/disclosure/{issuance.pk}/publish/").send().refused("保密审查", "政府信息公开条例")
    tick(publisher)
    publisher.fill({"secrecy_checked": True}).clean().shoot("publish").send().done()


def tick(publisher: Person) -> None:
    for box in publisher.page.locator('main input[type=checkbox][name^="hide_"]').all():
        box.check()


def correction(publisher: Person, issuance: Issuance) -> None:
    with access.within(""):
        shown = Publication.objects.get()
    publisher.open(f"/disclosure/{shown.pk}/error/").fill(
        {"what": "案由写作“占用堵塞安全出口”，应为“堵塞安全出口”。", "found_on": TODAY().isoformat()}
    ).clean().send().done()
    publisher.open(f"/disclosure/{shown.pk}/correct/")
    tick(publisher)
    publisher.fill({"secrecy_checked": True, "note": "案由更正为“堵塞安全出口”", "summary_cause": "堵塞安全出口"})
    publisher.clean().send().done()


def withdrawal(  # type: ignore[no-untyped-def]
    head: Person, publisher: Person, visitor: Person, case: Case, issuance: Issuance, live_site, folder: Path
) -> None:
    head.open(f"/decision/{case.pk}/revoke/").fill(
        {
            "kind": "revoked",
            "organ": "青山镇人民政府",
            "instrument": "撤销行政处罚决定书",
            "on": TODAY().isoformat(),
            "reason": "该出口并非消防验收确定的安全出口，主要事实认定有误。",
        }
    ).clean().send().done()
    with access.within(""):
        shown = Publication.objects.order_by("-version").first()
    publisher.open(f"/disclosure/{shown.pk}/take-down/").see("行政处罚法", "青山镇", "3")  # type: ignore[union-attr]
    publisher.fill({"reason": "该决定因主要事实认定有误，已由作出机关依法撤销。"}).clean().shoot("take-down")
    publisher.send().done()
    visitor.open(f"/decisions/{issuance.code}/").see("撤下", "主要事实认定有误").not_see("赵某某").clean()
    visitor.shoot("tombstone")
    integrate(live_site)
    drop(visitor, live_site, folder / "决定书.pdf").see("撤").clean()


# ---- 6 -------------------------------------------------------------------------------------------------------------


def public(visitor: Person, issuance: Issuance, live_site, folder: Path, town: story.People) -> None:  # type: ignore[no-untyped-def]
    integrate(live_site)
    visitor.open("/").see("阳光执法").clean().shoot("portal")
    visitor.open("/decisions/?q=安全出口").see("赵某某").clean().shoot("search")
    visitor.open("/decisions/?q=吊销许可证").not_see("赵某某")
    visitor.open(f"/decisions/{issuance.code}/").see("赵某某", "罚款", issuance.number_text)
    for secret in (town.party.name, town.party.id_no, town.party.phone):
        assert secret not in visitor.page.content()
    visitor.clean().shoot("decision")
    visitor.open(f"/v/{issuance.code}/").see(issuance.number_text, "青山镇人民政府").clean().shoot("code")
    paper = folder / "决定书.pdf"
    paper.write_bytes(original(issuance, live_site))
    drop(visitor, live_site, paper).see("未被改动").clean().shoot("verify")
    forged = folder / "伪造.pdf"
    forged.write_bytes(paper.read_bytes().replace(b"%PDF", b"%PDf", 1))
    drop(visitor, live_site, forged).see("没有找到")


def original(issuance: Issuance, live_site) -> bytes:  # type: ignore[no-untyped-def]
    """The served PDF, from this site's vault."""
    digest = issuance.digest
    found = list((live_site.database.home / "vault").rglob(f"*{digest}*")) or list(
        (live_site.database.home / "vault").rglob(f"*{digest[4:]}*")
    )
    return found[0].read_bytes()


def drop(visitor: Person, live_site, file: Path) -> Person:  # type: ignore[no-untyped-def]
    """Give the verify page a file; the browser computes and checks by itself."""
    visitor.open("/verify/")
    asked: list[str] = []
    visitor.page.on("request", lambda request: asked.append(request.post_data or ""))
    visitor.page.locator("main input[type=file]").set_input_files(str(file))
    visitor.page.wait_for_selector("main [data-answer]:not(:empty), main .yg-answer, main .yg-verdict", timeout=15_000)
    visitor.page.wait_for_timeout(800)
    assert not any("%PDF" in body for body in asked), "文件被传到了服务器"
    return visitor


def integrate(live_site) -> None:  # type: ignore[no-untyped-def]
    live_site.database.run("log", "run", "--once")


# ---- 7 -------------------------------------------------------------------------------------------------------------


def supervision(supervisor: Person, case: Case) -> None:
    supervisor.open("/supervision/").see("在办").clean().shoot("board")
    supervisor.open("/supervision/duties/").clean()
    supervisor.open("/supervision/trail/").see("撤下").clean()
    supervisor.open(f"/work/cases/{case.pk}/").see("赵大勇").clean().shoot("case")
    supervisor.open(f"/work/cases/{case.pk}/trail/").see("作出行政处罚决定").clean().shoot("trail")


def audited(live_site) -> None:  # type: ignore[no-untyped-def]
    integrate(live_site)
    with access.within(""):
        assert Decision.objects.count() == 1
        assert Entry.objects.filter(verb="disclosure.take_down").exists()
    assert "0" in live_site.database.run("audit").stdout or live_site.database.run("audit").returncode == 0
    live_site.database.run("log", "verify")
