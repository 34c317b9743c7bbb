"""What the public is told of a decision that a law keeps from it: the matter is over, and nothing says it was published."""

from uuid import uuid4

from yangguang.casework.progress import fold
from yangguang.disclosure.queries import Progress
from yangguang.portal.registers import progress

PACK = "cn-henan-xinyang-qingshan"


def told(verb: str) -> tuple[list[str], str]:
    done = fold({"decide": "2026-09-18", "close": "2026-10-08"}, verb, {}, "2026-10-09")
    found = Progress("penalty", "ordinary", PACK, uuid4(), "青山镇人民政府", uuid4(), done, "archive")
    return [row["title"] for row in progress.line(found) if row["state"] == "done"], progress.shown(found, None, None)[
        "ended"
    ]


def test_a_withheld_decision_is_not_said_to_be_public() -> None:
    titles, ended = told("disclosure.withhold")
    assert "公开" not in titles and "不向社会公开" in ended
    titles, ended = told("disclosure.publish")
    assert "公开" in titles and ended == ""
