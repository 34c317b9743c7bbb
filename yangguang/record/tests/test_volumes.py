"""How a dossier is laid out in its volumes."""

from datetime import UTC, date, datetime

import pytest
from pydantic import ValidationError

from yangguang.record import documents, volumes
from yangguang.record.models import Item
from yangguang.registry.models import Officer

BODY = "青山镇人民政府"


def item(title: str, code: str = "", day: int = 1, pages: int = 1, **given) -> Item:
    meta = {"pages": pages} if code else {}
    known = {"medium": "text", "meta": meta, "digest": title, "on": date(2026, 9, day)}
    return Item(title=title, code=code, at=datetime(2026, 9, day, tzinfo=UTC), **known | given)


def titles(lines: list[volumes.Line], volume: str) -> list[str]:
    return [line.item.title for line in lines if line.volume == volume]


@pytest.mark.clause("QS-3.2.3a")
def test_the_standard_s_order_and_pages_that_run_on_in_each_volume():
    decision, notice = item("决定书", "penalty_decision", 18, 3), item("告知书", "prior_notice", 8, 2)
    got_notice = item("告知书回证", "service_receipt", 8, event="service")
    got_decision = item("决定书回证", "service_receipt", 21, event="service")
    kept = [
        item("来源登记表", "clue_record", 1),
        item("立案审批表", "case_opening_approval", 2),
        item("现场笔录", "scene_record", 3, 2),
        item("录像", day=3, medium="video", meta={"duration_ms": 61_000}),
        item("身份证复印件", day=4, meta={"codec": "pdf/2"}),
        item("询问笔录", "interview_record", 4, 4),
        notice, got_notice, decision, got_decision,
        item("审批表", "decision_approval", 18),
        item("公开版", "penalty_decision", 22, 3, event="public"),
        item("结案审批表", "closure_report", 24, 2),
        item("不认识的文书", "something_new", 25),
    ]  # fmt: skip
    follows = {got_notice.pk: notice.pk, got_decision.pk: decision.pk}
    lines = volumes.arrange(reversed(kept), follows)
    assert titles(lines, "main") == [
        "立案审批表", "决定书", "决定书回证", "告知书", "告知书回证", "询问笔录", "身份证复印件", "现场笔录", "录像", "公开版",
        "不认识的文书",
    ]  # fmt: skip
    assert titles(lines, "sub") == ["来源登记表", "审批表", "结案审批表"]
    assert [line.span for line in lines] == [
        "1", "2-4", "5", "6-7", "8", "9-12", "13-14", "15-16", "—", "17-19", "20", "1", "2", "3-4",
    ]  # fmt: skip
    assert [line.no for line in lines if line.volume == "sub"] == [1, 2, 3]
    assert sorted(line.item.pk for line in lines) == sorted(one.pk for one in kept)  # each once, none left out


def test_every_document_of_the_catalogue_has_its_place():
    """A paper without a place would lie among the rest: that is for what nobody foresaw."""
    placed = {code for _, place in volumes.order().places for code in place.codes}
    assert placed | {"service_receipt", "volume", "revocation_decision"} == set(documents.catalogue())


def test_an_order_without_a_place_for_the_rest_is_refused():
    with pytest.raises(ValidationError, match="无处可放"):
        volumes.Order(because="CN-PEN-47", main=(volumes.Place(title="立案审批表"),), sub=())


def test_recordings_are_listed_with_moment_length_and_digest():
    film = item(
        "录像",
        medium="video",
        step="scene_check",
        by=Officer(name="李敏"),
        meta={"duration_ms": 61_000, "taken_at": "2026-09-01T09:42:00+08:00"},
    )
    lists = volumes.sheet(volumes.arrange([film], {}), BODY, {"scene_check": "现场检查"}, [])
    assert lists["main"][0]["pages"] == "—" and "见音像资料清单" in lists["main"][0]["note"]
    assert lists["media"] == [
        {"no": 1, "step": "现场检查", "medium": "录像", "taken_at": "2026-09-01T09:42:00+08:00", "title": "录像",
         "length": "1分01秒", "sha256": "录像"},
    ]  # fmt: skip
    assert lists["main_pages"] == 0
