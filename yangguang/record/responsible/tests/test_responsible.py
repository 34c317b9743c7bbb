"""Every step of keeping records has its rule, its role with names, its lines in the trail, and what is owed."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from tests import story
from tests.story import at
from yangguang.record import media
from yangguang.record.custody.actions import callups, devices
from yangguang.record.custody.tests.test_custody import as_, words
from yangguang.record.responsible import queries
from yangguang.record.retention import actions as retention
from yangguang.record.uploads import actions as uploads
from yangguang.registry import access
from yangguang.registry import actions as registry
from yangguang.registry.models import Account, Role
from yangguang.trail.actions import VERBS
from yangguang.vault import store

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(monkeypatch, settings):
    settings.SESSION_COOKIE_AGE = 365 * 86400
    with access.within(""):
        found = story.begin("order_correction", with_accounts=True)
    monkeypatch.setattr(timezone, "now", lambda: at(9, 4, 9))
    return found


def test_every_step_is_known_to_the_trail():
    """A step names verbs that exist and roles that accounts hold."""
    assert reverse("record:responsible")  # every stage is loaded
    for task in queries.TASKS:
        assert set(task.verbs) <= set(VERBS) and set(task.roles) <= set(Role.values) and task.verbs


@pytest.mark.clause("DH-2.2.1d", "WC-2.2.5a")
def test_who_answers_for_which_step_and_what_is_owed(told):
    who = told.who
    with access.within(""):
        device = registry.register_device(
            by=None, at=at(1, 5), body=who.body, kind="body_camera", serial="JLY-10", valid_from=date(2026, 1, 1)
        )
        devices.issue_device(
            by=who.chen, at=at(8, 26), device=device, holder=who.wu, purpose="巡查", back_by=date(2026, 8, 26)
        )
        # one of each step, by who answers for it
        dossier = told.case.dossier
        photo = dossier.items.filter(medium="photo").first()
        sound = uploads.Sound(store.check(photo.digest), media.Media("photo", "image/jpeg", 1, 1, None, None, None))
        got = uploads.receive(by=who.wu, at=at(8, 27), scope=who.body.scope, name="a.jpg", sound=sound)
        uploads.set_aside(by=who.wu, at=at(8, 27), received=got, reason="与已收存的重复")
        retention.hold(by=who.chen, at=at(8, 28), dossier=dossier, ground="行政复议", document="受理通知书 3 号")
        callups.call_up(
            by=who.sun, at=at(8, 29), about=dossier, purpose="案卷评查", reason="年度案卷评查", allowed=["案卷评查"],
            dossiers=[dossier.pk], items=3,
        )  # fmt: skip
    trail = reverse("supervision:trail")
    for verb, name in (
        ("record.receive", who.wu.name), ("record.set_aside", who.wu.name), ("record.hold", who.chen.name),
        ("record.issue_device", who.chen.name), ("record.call_up", who.sun.name),
    ):  # fmt: skip
        assert name in words(as_("qian").get(f"{trail}?verb={verb}")), verb
    here = reverse("record:responsible")
    for reader in ("zhang", "chen", "sun"):
        assert as_(reader).get(here).status_code == 200, reader
    shown = as_("zhang").get(here)
    by_code = {one.task.code: one for one in shown.context["standing"]}
    assert list(by_code) == ["record", "collect", "hand_over", "check", "archive", "keep", "manage", "use"]
    assert (by_code["collect"].open, by_code["collect"].overdue) == (1, 1)
    assert who.sun.name in dict(by_code["archive"].people)["档案员"]
    assert who.chen.name in dict(by_code["manage"].people)["负责人"]
    assert all(one.manned and one.verbs for one in by_code.values())
    page = words(shown)
    assert "设备里的记录存入系统：" in page and "24" in page
    assert "1 项逾期" in page and "可以借阅归档案卷的人员：执法人员" in page and "电子记录至少保存的份数" in page
    [unit] = [one for one in shown.context["units"] if one.recorders]
    assert who.zhang.name in unit.recorders and unit.checkers and unit.archivists == (who.sun.name,) and not unit.lacks
    # from above: another body is chosen, and each step leads into its lines of the trail
    above = as_("qian").get(here + f"?body={who.body.scope}")
    assert who.body.name in words(above) and "verb=record.dock_device" in words(above)
    assert "没有责任人" in words(as_("qian").get(here))  # its own house keeps no files
    # nobody archives any more: the unit shows the gap
    with access.within(""):
        account = Account.objects.get(username="sun")
        registry.grant_role(by=None, at=at(9, 4, 9), account=account, role="archivist", granted=False)
    [unit] = [one for one in as_("zhang").get(here).context["units"] if one.recorders]
    assert unit.lacks == ("归档人",)
