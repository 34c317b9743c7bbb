"""A decision to give no penalty becomes public as a penalty does, is contested, undone and taken down."""

import pytest
from django.urls import reverse
from django.utils import timezone

from tests import story
from tests.again import rebuilt
from tests.story import at
from yangguang.decision import actions as decision
from yangguang.decision.exemption import actions, queries
from yangguang.decision.models import Issuance, Revocation
from yangguang.decision.remedy import actions as remedy
from yangguang.decision.remedy import against
from yangguang.decision.remedy import queries as remedies
from yangguang.decision.tests.test_exemption import as_, ask, send
from yangguang.disclosure import actions as disclosure
from yangguang.disclosure import queries as disclosed
from yangguang.duty.models import Duty
from yangguang.record import documents
from yangguang.registry import access
from yangguang.trail.errors import Refused

pytestmark = pytest.mark.django_db


@pytest.mark.clause("CN-PEN-48.2")
@pytest.mark.clause("CN-REC-20.1")
def test_a_decision_without_a_penalty_is_published_contested_and_taken_down(monkeypatch, settings, client):
    """行政处罚法 art. 48(2); 行政复议法 art. 20: shown, contested, undone, taken down, accounted for."""
    settings.SESSION_COOKIE_AGE = 365 * 86400
    with access.within(""):
        told = story.begin("conclude", with_accounts=True)
        who, asked = told.who, ask(told)
        answer = actions.answer(by=who.chen, at=at(9, 3, 9), asked=asked, approved=True, opinion="同意")
        pk, issued = told.case.pk, Issuance.objects.get(case=told.case)
    zhang, chen, zhou = as_("zhang"), as_("chen"), as_("zhou")

    monkeypatch.setattr(timezone, "now", lambda: at(9, 4, 9))
    early = zhang.get(reverse("decision:remedies", args=[pk])).content.decode()
    assert "决定书还没有送达" in early
    handed = {"method": "direct", "on": "2026-09-04", "place": "青山镇北街 27 号", "recipient": "赵大勇"}
    assert send(zhang, "serve", pk, answer.item.pk, relation="本人", **handed).status_code == 302
    page = reverse("disclosure:publish", args=[issued.pk])
    shown = zhou.get(page)
    assert "不予行政处罚" in shown.content.decode()
    marks = shown.context["form"].marks
    with access.within(""):
        public = disclosure.publish(
            by=who.zhou, at=at(9, 4, 10), issuance=issued, confirmed={mark.id for mark in marks}, declined={},
            added=[], secrecy_checked=True,
        )  # fmt: skip
        assert public.summary["conclusion"] == "不予行政处罚" and "第三十三条" in public.summary["basis"]
        assert "赵大勇" not in public.text
        assert not Duty.objects.filter(subject=told.case.chain, rule="D07", discharge=None).exists()
        assert rebuilt(told).step == "close"
    assert "不予行政处罚" in client.get(reverse("portal:decision", args=[issued.code])).content.decode()

    monkeypatch.setattr(timezone, "now", lambda: at(9, 10, 9))
    assert reverse("decision:remedies", args=[pk]) in zhang.get(reverse("workbench:case", args=[pk])).content.decode()
    given = {"kind": "reconsideration", "organ": "罗山县人民政府", "number": "罗政复〔2026〕3号", "stopped": "no"}
    too_soon = send(zhang, "remedy_open", pk, **given, on="2026-09-01")
    assert too_soon.status_code == 422
    assert send(zhang, "remedy_open", pk, **given, on="2026-09-09").status_code == 302
    with access.within(""), pytest.raises(Refused, match="行政复议还没有终结"):
        decision.close(by=who.chen, at=at(9, 10, 10), case=told.fresh(), how=queries.ENDING)

    monkeypatch.setattr(timezone, "now", lambda: at(10, 22, 9))
    ended = {"outcome": "redo", "instrument": "行政复议决定书", "reason": "主要证据不足", "on": "2026-10-20"}
    assert send(chen, "remedy_end", pk, **ended, received_on="2026-10-21").status_code == 302
    with access.within(""):
        undone = Revocation.objects.get(case=told.case)
        assert (undone.decision, undone.document) == (None, answer.item) and undone.item.code == "decision_undone"
        assert "撤下" in documents.text(undone.item.code, undone.item.data, on=undone.item.on)
        assert Duty.objects.filter(subject=told.case.chain, rule="D09", discharge=None).count() == 1
        assert disclosed.standing(issued.code).state == "revoked"
        rebuilt(told)
        with pytest.raises(Refused, match="责任认定"):
            remedy.call_to_account(
                by=who.chen, at=at(10, 22, 10), result=remedies.to_account(against.of(told.fresh())), to="县司法局",
                finding=" ",
            )  # fmt: skip
    assert issued.number_text in zhou.get(f"{reverse('disclosure:desk')}?tab=down").content.decode()
    down = send(zhou, "disclosure:take_down", public.pk, reason="复议机关认为主要证据不足，责令重新作出。")
    assert down.status_code == 302
    assert send(chen, "account", pk, to="县司法局", finding="取证不充分，责令检讨").status_code == 302
    gone = client.get(reverse("portal:decision", args=[issued.code])).content.decode()
    assert "主要证据不足" in gone and "不予行政处罚" not in gone
    with access.within(""):
        assert not Duty.objects.filter(subject=told.case.chain, rule="D09", discharge=None).exists()
