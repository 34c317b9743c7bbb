"""What a whole process needs: recordings that cover it, or a reason for each hole."""

from datetime import datetime, timedelta
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests import story
from tests.story import at
from yangguang.casework import actions as casework
from yangguang.casework import queries as cases
from yangguang.casework import unrecorded
from yangguang.casework.models import CaseState
from yangguang.record import coverage, coverage_pages, queries
from yangguang.record.live.models import Explanation
from yangguang.record.models import Item
from yangguang.record.queries import Owed
from yangguang.registry import access
from yangguang.registry.models import Account

NINE = at(8, 26, 9)


def time(minutes: float) -> datetime:
    return NINE + timedelta(minutes=minutes)


def paper(start: float, end: float, **more) -> Item:
    data = {"started_at": time(start).isoformat(), "ended_at": time(end).isoformat()}
    given = {"step": "scene_check", "code": "scene_record", "medium": "text", "title": "现场检查笔录", "data": data}
    return Item(**given | more)


def film(start: float, minutes: float, **more) -> Item:
    meta = {"duration_ms": round(minutes * 60_000), "stated": {"taken_at": time(start).isoformat()}}
    return Item(**{"step": "scene_check", "event": "onsite_check", "medium": "video", "meta": meta} | more)


def live(*stretches: tuple[float, float], gaps: tuple = ()) -> Item:
    pairs = [[time(a).isoformat(), time(b).isoformat()] for a, b in stretches]
    said = [
        {"kind": kind, "start": time(a).isoformat(), "end": time(b).isoformat(), "reason": why}
        for kind, a, b, why in gaps
    ]
    return film(0, 1, meta={"live": {"stretches": pairs, "gaps": said}})


def told(start: float | None, end: float | None, reason: str = "当事人送医") -> Explanation:
    return Explanation(
        step="scene_check",
        event="onsite_check",
        reason=reason,
        started_at=None if start is None else time(start),
        ended_at=None if end is None else time(end),
    )


def holes(have, papers, said=(), tolerance: int = 10) -> list[tuple[str, float, float, bool]]:
    found = coverage.judge(have, papers, said, tolerance).holes
    minute = [
        ((h.start - NINE).total_seconds() / 60, (h.end - NINE).total_seconds() / 60) if h.start else (0, 0)
        for h in found
    ]
    return [(hole.kind, a, b, bool(hole.reason)) for hole, (a, b) in zip(found, minute, strict=True)]


PAPER = (paper(0, 35),)


@pytest.mark.clause("QD-3.2.2c", "QS-3.2.2e", "DH-2.2.3c", "WC-2.2.3b", "QD-3.2.2(2)a")
@pytest.mark.parametrize(
    ("have", "expected"),
    [
        ([film(0, 35)], []),
        ([film(-5, 50)], []),
        ([film(0.5, 34)], []),  # papers are written to the minute
        ([film(2, 33)], [("before", 0, 2, False)]),
        ([film(0, 30)], [("after", 30, 35, False)]),
        ([film(0, 10), film(15, 20)], [("between", 10, 15, False)]),
        ([film(15, 20), film(0, 10)], [("between", 10, 15, False)]),
        ([film(0, 10), film(10.1, 25)], []),  # six seconds to change the file
        ([film(0, 20), film(10, 25)], []),
        ([film(0, 35), film(3, 1)], []),
        ([film(40, 35)], [("all", 0, 35, False)]),
        ([live((0, 10), (12, 35))], [("between", 10, 12, False)]),
        ([live((0, 10), (12, 35), gaps=(("pause", 10, 12, "涉及隐私"),))], [("between", 10, 12, True)]),
        ([live((0, 35), gaps=(("unended", 35, 35, ""),))], [("unended", 35, 35, False)]),
        ([live((0, 35), gaps=(("offline", 3, 9, ""),))], []),  # it arrived late, and it is there
    ],
)
def test_the_holes_of_a_span(have, expected):
    assert holes(have, PAPER) == expected


def test_the_tolerance_is_the_packs():
    have = [film(0, 10), film(10.5, 24.5)]
    assert holes(have, PAPER, tolerance=10) == [("between", 10, 10.5, False)]
    assert holes(have, PAPER, tolerance=30) == []


def test_a_reason_counts_for_the_hole_it_covers_and_no_other():
    have = [film(0, 10), film(15, 5), film(25, 10)]
    assert [h[3] for h in holes(have, PAPER, [told(10, 15)])] == [True, False]
    assert [h[3] for h in holes(have, PAPER, [told(11, 15)])] == [False, False]
    assert [h[3] for h in holes(have, PAPER, [told(10, 25)])] == [True, True]
    assert [h[3] for h in holes(have, PAPER, [told(None, None)])] == [False, False]


def test_without_times_nothing_is_compared_and_that_is_said():
    untimed = film(0, 35, meta={})
    assert holes([untimed], PAPER) == [("unknown", 0, 0, False)]
    assert holes([untimed], PAPER, [told(None, None)]) == [("unknown", 0, 0, True)]
    assert holes([untimed], PAPER, [told(0, 35)]) == [("unknown", 0, 0, False)]
    assert holes([film(0, 35, meta={"taken_at": "nonsense", "duration_ms": 5})], PAPER)[0][0] == "unknown"


def test_without_a_paper_the_recordings_of_a_day_hang_together():
    assert holes([film(0, 10)], ()) == []
    assert holes([film(0, 10), film(60, 10)], ()) == [("between", 10, 60, False)]
    assert holes([film(0, 10), film(60 * 24, 10)], ()) == []  # another day


def test_each_paper_has_its_own_span_and_a_corrected_one_counts_no_more():
    assert holes([film(0, 10), film(120, 10)], (paper(0, 10), paper(120, 130))) == []
    old = paper(0, 35)
    assert holes([film(0, 10)], (old, paper(0, 10, replaces_id=old.pk))) == []
    assert holes([film(0, 10)], (paper(10, 0), paper(0, 0))) == []  # times that make no span are none


SHORT = (film(0, 10),)


def owed(strength: str, have: tuple[Item, ...] = SHORT) -> Owed:
    asked = Owed("recording", "scene_check", "onsite_check", "现场检查", strength, (), tolerance=10)
    return queries.fill([asked], [*have, *PAPER], [], [])[0]


@pytest.mark.clause("QS-3.2.2e", "QD-3.2.2c")
def test_only_a_whole_process_has_to_be_covered():
    assert not owed("whole").met and len(owed("whole").unexplained) == 1
    assert owed("must").met and owed("circumstances").met
    assert not owed("whole", ()).met
    assert not owed("whole", (film(0, 35, medium="photo"),)).met


def test_a_bar_is_drawn_to_scale():
    asked = owed("whole")
    drawn = coverage_pages.row(asked, "现场检查", queries.covered(asked, PAPER, []))
    assert [(b.kind, b.x, b.width) for b in drawn["bars"][0].blocks] == [("have", 0, 286), ("hole", 286, 714)]
    assert "29%" in drawn["bars"][0].words
    assert drawn["word"] == "有 1 段没有录到，须补录或者说明"


# ---- in a case -------------------------------------------------------------------------------------------------------


@pytest.fixture
def touched(monkeypatch, settings, db):
    """The case touches property: everything on the spot is recorded as a whole.  The scene is checked, nothing filmed."""
    settings.SESSION_COOKIE_AGE = 365 * 86400
    apply = casework.apply
    monkeypatch.setattr(casework, "apply", lambda **given: apply(**given | {"touches": ["property"]}))
    with access.within(""):
        found = story.begin("check_scene", with_accounts=True)
    monkeypatch.setattr(timezone, "now", lambda: at(8, 26, 16))
    return found


def onsite(told_: story.Story) -> Owed:
    return next(one for one in cases.owed(told_.fresh()) if one.code == "onsite_check" and one.step == "scene_check")


def li() -> Client:
    client = Client()
    client.force_login(Account.objects.get(username="li"), backend="yangguang.registry.access.Accounts")
    return client


def lacking(told_: story.Story) -> set[str]:
    found = unrecorded.gaps(CaseState.objects.filter(case=told_.case))
    return {owed.code for gap in found for owed in gap.owed}


@pytest.mark.clause("QS-3.2.2e", "QS-3.2.2c", "QD-3.2.2(2)a")
def test_a_whole_process_waits_for_a_reason_for_every_hole(touched):
    with access.within(""):
        assert onsite(touched).strength == "whole" and not onsite(touched).met
        touched.film()  # four seconds out of thirty-five minutes
        assert onsite(touched).have
        assert [hole.kind for hole in onsite(touched).unexplained] == ["before", "after"]
        assert "onsite_check" in lacking(touched)
    officer, dossier = li(), touched.case.dossier_id
    case_page = officer.get(reverse("workbench:case", args=[touched.case.pk])).content.decode()
    assert "有 2 段没有录到，须补录或者说明" in case_page and "结束一段没有录：08月26日 09:42:04 至" in case_page
    page = reverse("record:explain", args=[dossier]) + "?step=scene_check&event=onsite_check"
    for reason in ("出示证件时设备尚未开机", "设备电池耗尽，备用设备故障"):
        shown = officer.get(page)
        values = {name: str(shown.context["form"][name].value()) for name in ("once", "seen")}
        hole = shown.context["form"].fields["hole"].choices[0][0]
        short = officer.post(page, values | {"hole": hole, "reason": "嗯"})
        assert short.status_code == 422 and "没有写明理由" in short.content.decode()
        forged = officer.post(page, values | {"hole": "all//", "reason": reason})
        assert forged.status_code == 422 and "没有“all//”" in unescape(forged.content.decode())
        assert officer.post(page, values | {"hole": hole, "reason": reason}).status_code == 302
    with access.within(""):
        assert onsite(touched).met and "onsite_check" not in lacking(touched)
        assert Explanation.objects.count() == 2
    text = officer.get(reverse("record:coverage", args=[dossier])).content.decode()
    assert "已有，间断均已说明" in text and "设备电池耗尽" in text
    assert "起止时间据《现场" in text
    assert "没有需要说明的时段" in officer.get(page).content.decode()
    assert officer.get(reverse("record:explain", args=[dossier]) + "?step=x&event=y").status_code == 404


def test_a_recording_of_the_whole_needs_no_words(touched):
    with access.within(""):
        touched.film()
        kept = touched.case.dossier.items.get(medium="video")
        whole = {**kept.meta, "taken_at": at(8, 26, 9, 39).isoformat(), "duration_ms": 40 * 60_000}
        assert queries.fill([onsite(touched)], [Item(event="onsite_check", medium="video", meta=whole)], [])[0].met
