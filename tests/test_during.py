"""事中公示: at each activity who they are, why, on what basis, with which rights, by which paper; each plan in its own words."""

from datetime import date, timedelta
from typing import Any

import pytest

from tests import registered
from yangguang.inspection import actions, activity
from yangguang.inspection.models import ActivityRecord
from yangguang.policy import packs
from yangguang.registry import access, queries
from yangguang.registry import actions as registry
from yangguang.registry.models import Certificate, Officer

pytestmark = pytest.mark.django_db
SUNITE, GAOXIN = "cn-neimenggu-xilingol-suniteyouqi", "cn-xinjiang-urumqi-gaoxin-wjw"


@pytest.fixture(autouse=True)
def everything():
    with access.within(""):
        yield


def two(pack: str) -> tuple[Officer, Officer]:
    body = registered.body("41.15.21/qingshan/", pack=pack, uscc=registered.USCC["town"])
    return registered.officer(body, "王一", "16150001"), registered.officer(body, "李二", "16150002")


def record(by: Officer, second: Officer, **other: Any) -> ActivityRecord:
    started = registered.now() - timedelta(hours=2)
    said = {
        "activity": "监督检查",
        "started_at": started,
        "ended_at": started + timedelta(minutes=40),
        "place": "青山街12号",
        "reason": "日常检查",
        "basis": "《中华人民共和国消防法》第五十三条",
        "rights": "有权申请回避、陈述和申辩；应当配合检查",
        "told": list(activity.demands(by.body).must_tell),
        "worn": True,
        "shown": True,
        "throughout": True,
        "uniform": "worn",
        "explained": "逐项说明了检查的内容",
        "document": "行政检查通知书（青检通〔2026〕8号）",
        "findings": "安全出口畅通",
        "acknowledged": "signed",
    }
    return actions.record_activity(**{"by": by, "at": registered.now(), "second": second, **said, **other})


def cites(refused: pytest.ExceptionInfo[Any], clause: str) -> bool:
    return clause in {one.clause for one in refused.value.because}


@pytest.mark.clause("QD-3.1.2(2)b", "QS-3.1.2d", "SY-2.1.2b", "WC-2.1.3(1)b", "WC-2.1.3.0")
@pytest.mark.parametrize(
    ("pack", "clause"),
    [
        (registered.QIDONG, "QD-3.1.2(2)b"),
        (registered.QINGSHAN, "QS-3.1.2d"),
        (SUNITE, "SY-2.1.2b"),
        (GAOXIN, "WC-2.1.3(1)b"),
    ],
)
def test_reason_basis_and_rights_are_each_told_and_stand_in_the_record(pack, clause):
    by, second = two(pack)
    asked = activity.demands(by.body).must_tell
    assert {"执法事由", "执法依据", "权利义务"} <= set(asked)
    for left in ("执法事由", "执法依据", "权利义务"):
        with pytest.raises(actions.NotTold, match=left) as refused:
            record(by, second, told=[one for one in asked if one != left])
        assert cites(refused, clause) and refused.value.mend
    made = record(by, second)
    assert set(made.told) == set(asked) and (made.reason, made.basis, made.rights) == (
        "日常检查", "《中华人民共和国消防法》第五十三条", "有权申请回避、陈述和申辩；应当配合检查",
    )  # fmt: skip
    told = made.item.data
    assert (told["reason"], told["basis"], told["rights"]) == (made.reason, made.basis, made.rights)


@pytest.mark.clause("QD-3.1.2(2)c", "QS-3.1.2d", "SY-2.1.2b", "WC-2.1.3(1)a")
@pytest.mark.parametrize(
    ("pack", "word", "clause"),
    [
        (registered.QIDONG, "出具", "QD-3.1.2(2)c"),
        (registered.QINGSHAN, "出具", "QS-3.1.2d"),
        (SUNITE, "出示", "SY-2.1.2b"),
        (GAOXIN, "出具", "WC-2.1.3(1)a"),
    ],
)
def test_the_paper_that_was_issued_or_shown_is_named_and_the_record_is_a_paper_itself(pack, word, clause):
    by, second = two(pack)
    with pytest.raises(actions.NotTold, match=f"{word}了哪份执法文书") as refused:
        record(by, second, document=" ")
    assert cites(refused, clause)
    made = record(by, second)
    assert made.item.code == "activity_record" and made.item.mime == "application/pdf" and made.item.digest
    assert made.item.data["shown_document"] == "行政检查通知书（青检通〔2026〕8号）"


@pytest.mark.clause("QD-3.1.2(2)d", "SY-2.1.2b", "WC-2.1.3(1)b", "WC-2.1.3.0")
@pytest.mark.parametrize(
    ("pack", "clause"), [(registered.QIDONG, "QD-3.1.2(2)d"), (SUNITE, "SY-2.1.2b"), (GAOXIN, "WC-2.1.3(1)b")]
)
def test_the_explanation_is_written_down(pack, clause):
    by, second = two(pack)
    with pytest.raises(actions.NotTold, match="怎样说明解释") as refused:
        record(by, second, explained="")
    assert cites(refused, clause)
    assert record(by, second).explained == "逐项说明了检查的内容"


@pytest.mark.clause("WC-2.1.3.0", "WC-2.1.3(2)b")
def test_in_gaoxin_the_certificate_is_shown_unasked_and_its_number_is_kept():
    by, second = two(GAOXIN)
    with pytest.raises(actions.NotIdentified) as refused:
        record(by, second, shown=False, worn=True)
    assert refused.value.because and refused.value.mend
    made = record(by, second)
    assert made.shown and [one["cert_no"] for one in made.item.data["officers"]] == ["16150001", "16150002"]


@pytest.mark.clause("DH-2.1.3b")
def test_in_dehong_certificates_of_the_province_and_of_other_departments_are_both_recorded():
    by, _ = two(registered.DEHONG)
    families = packs.load(registered.DEHONG).parameter("certificate_families").value
    assert len(families) == 2
    third = registered.officer(by.body, "孙三")
    exam = registered.passed(third, registered.now(), date(2023, 9, 20))
    held = registry.grant_certificate(
        by=None, at=registered.now(), exam=exam, number="ZJ-0003", issuer="住房和城乡建设部",
        issuer_family=Certificate.IssuerFamily.DEPARTMENT, family=families[1],
        valid_from=registered.SINCE, valid_to=registered.day(300),
    )  # fmt: skip
    assert held.issuer_family == "department" and queries.standing(third, registered.day(0)).valid
    for worn in (True, False):
        made = record(by, third, worn=worn, shown=True)
        assert (made.worn, made.shown, made.certificate2.number) == (worn, True, "ZJ-0003")
    # The plan lets wearing do; the law of penalties asks to show, and the stricter rule wins.
    with pytest.raises(actions.NotIdentified) as refused:
        record(by, third, worn=True, shown=False)
    assert cites(refused, "CN-PEN-55.1")
