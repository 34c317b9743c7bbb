"""The list of random inspections is executed: only its matters are drawn, from its first day on, and guides say the same."""

import html
import uuid
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tests import story
from tests.story import Story, at
from yangguang.catalogue import actions as catalogue
from yangguang.catalogue import queries as lists
from yangguang.catalogue.before import elements, guide_papers
from yangguang.catalogue.models import ListVersion
from yangguang.inspection import actions, activity, queries
from yangguang.inspection.models import Clue, RandomMatter
from yangguang.policy import packs
from yangguang.registry import access
from yangguang.registry import actions as registry
from yangguang.registry.models import Account, Power
from yangguang.trail.errors import Refused

pytestmark = pytest.mark.django_db

FIRE, STRAW = "消防通道检查", "秸秆焚烧巡查"
CHANGED = date(2026, 9, 1)  # from here on the second list holds


@pytest.fixture
def s() -> Iterator[Story]:
    with access.within(""):
        yield story.begin(with_accounts=True)


def listed(s: Story, on: date, matter: str, moment: datetime | None = None, **more: str) -> ListVersion:
    moment = moment or at(8, 1)
    row = {"matter": matter, "object": "镇区沿街商铺", "ratio": "10%", "frequency": "每年 2 次", **more}
    made = catalogue.draft(by=s.who.zhang, at=moment, kind="list_random_inspection", rows=[row], in_force_from=on)
    catalogue.approve(by=s.who.chen, at=moment, version=made, approved=True)
    return made


def clue(s: Story, matter: str, on: date, source: str = "random") -> Clue:
    return actions.take_clue(
        by=s.who.zhang, at=at(9, 5), source=source, found_on=on, summary="出口被货物堵塞", place="北街", matter=matter
    )


def done(s: Story, matter: str, on: date, name: str = "随机抽查") -> Any:
    started = at(on.month, on.day, 10)
    asked = activity.demands(s.who.body)
    return actions.record_activity(
        by=s.who.zhang, at=at(9, 5), second=s.who.li, activity=name, started_at=started,
        ended_at=started + timedelta(minutes=40), place="北街", reason="随机抽查", basis="《中华人民共和国消防法》第五十三条",
        rights="有权申请回避、陈述和申辩", told=list(asked.must_tell), worn=True, shown=True, throughout=True,
        uniform="worn", findings="出口畅通", acknowledged="signed", document="检查通知书", explained="逐项说明",
        matter=matter,
    )  # fmt: skip


@pytest.mark.clause("WC-2.1.2(2)a", "QS-3.1.1c")
def test_without_a_list_in_force_nothing_is_drawn(s: Story) -> None:
    listed(s, CHANGED, FIRE)
    for matter in (FIRE, ""):
        with pytest.raises(actions.NotListed, match="没有现行的随机抽查事项清单") as refused:
            clue(s, matter, date(2026, 8, 31))
        assert refused.value.because and refused.value.mend
    with pytest.raises(actions.NotListed, match="没有现行"):
        done(s, FIRE, date(2026, 8, 31))
    assert not Clue.objects.filter(source="random").exists()


@pytest.mark.clause("WC-2.1.2(2)a", "QS-3.1.1c")
def test_a_new_list_decides_from_its_first_day_and_not_before(s: Story) -> None:
    listed(s, date(2026, 8, 1), FIRE)
    listed(s, CHANGED, STRAW, at(8, 2))
    before, first = date(2026, 8, 31), CHANGED
    with pytest.raises(actions.NotListed, match=r"不在.*第 1 版"):
        clue(s, STRAW, before)
    drawn = queries.random_matter(clue(s, FIRE, before).chain)
    assert (drawn.matter, drawn.version.number, drawn.line) == (FIRE, 1, 1)

    with pytest.raises(actions.NotListed, match=r"不在.*第 2 版") as refused:
        clue(s, FIRE, first)
    assert {one.clause for one in refused.value.because} & {"QS-3.1.1c", "CN-118-2.1"}
    assert queries.random_matter(clue(s, STRAW, first).chain).version.number == 2

    with pytest.raises(actions.NotListed):
        done(s, FIRE, first)
    made = done(s, STRAW, first)
    assert queries.random_matter(made.chain).matter == STRAW
    with pytest.raises(actions.NotListed, match="没有选择"):
        done(s, "", first)  # what is called a random inspection needs its matter
    assert queries.random_matter(done(s, "", first, name="监督检查").chain) is None
    assert RandomMatter.objects.count() == 3


def test_a_matter_belongs_to_a_random_inspection_only(s: Story) -> None:
    listed(s, date(2026, 8, 1), FIRE)
    with pytest.raises(Refused, match="不是随机抽查") as refused:
        clue(s, FIRE, CHANGED, source="report")
    assert refused.value.field == "matter"


@pytest.mark.clause("QS-3.1.1a", "SY-2.1.1a")
def test_the_guide_of_an_inspection_and_the_draw_read_one_list(s: Story) -> None:
    power = registry.register_power(
        by=None, at=at(8, 1), body=s.who.body, code="XY-JC-1", name="沿街商铺消防安全检查", kind="inspection",
        basis=[{"law": "中华人民共和国消防法", "article": "第五十三条"}], instrument="权责清单", field="消防",
        valid_from=date(2026, 1, 1),
    )  # fmt: skip
    listed(s, CHANGED, FIRE, powers="XY-JC-1")

    def said(on: date) -> str:
        held = lists.random_list(s.who.body.scope, on)
        paper = guide_papers.guide(packs.load(s.who.body.pack), power, held, on)
        field = elements.random_field(held, power)
        assert field is not None
        texts = [block.get("text", "") for block in paper["blocks"]]
        assert all(line in texts for line in field["lines"])
        return "".join(field["lines"])

    assert "没有现行的随机抽查事项清单" in said(date(2026, 8, 31))
    assert "抽查比例10%" in said(CHANGED) and "第 1 版第 1 行" in said(CHANGED)
    listed(s, date(2026, 10, 1), STRAW, at(8, 3), powers="XY-XZ-0132")
    assert "抽查比例10%" in said(date(2026, 9, 30))
    assert "没有列入" in said(date(2026, 10, 1))
    assert elements.random_field(None, Power(kind="penalty")) is None


# ---- pages -----------------------------------------------------------------------------------------------------------


def sign_in(username: str) -> Client:
    client = Client()
    client.force_login(Account.objects.get(username=username), backend="yangguang.registry.access.Accounts")
    return client


def test_the_page_offers_the_matters_of_the_list_in_force_and_refuses_others(s: Story) -> None:
    today = timezone.localdate()
    client = sign_in("zhang")
    page = html.unescape(client.get("/clues/new/").content.decode())
    assert "本机关没有现行的随机抽查事项清单" in page
    listed(s, today, FIRE)
    page = html.unescape(client.get("/clues/new/").content.decode())
    assert f"1. {FIRE}" in page
    given = {"found_on": today.isoformat(), "summary": "出口被货物堵塞", "place": "北街", "source": "random"}
    answer = client.post("/clues/new/", {**given, "once": str(uuid.uuid4())})
    assert answer.status_code == 422 and "没有选择抽查事项" in html.unescape(answer.content.decode())
    answer = client.post("/clues/new/", {**given, "matter": "别的", "once": str(uuid.uuid4())})
    assert answer.status_code == 422
    answer = client.post("/clues/new/", {**given, "matter": FIRE, "once": str(uuid.uuid4())})
    assert answer.status_code == 302
    assert f"{FIRE}（《" in html.unescape(client.get(answer["Location"]).content.decode())
