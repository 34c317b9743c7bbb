"""The projections follow from the facts: proved equal after a whole case, and mended where somebody touched them."""

import io
import json
from contextlib import redirect_stdout

import pytest

from tests import own_forms, story
from yangguang.casework import finding
from yangguang.casework.handlers import actions as handlers
from yangguang.casework.joinder import actions as joining
from yangguang.casework.models import CaseState
from yangguang.decision.joinder import actions as joinder
from yangguang.disclosure.models import PublicDecision
from yangguang.duty import queries as duties
from yangguang.duty.models import Duty
from yangguang.record.formbook import actions as formbook
from yangguang.record.models import Seal
from yangguang.registry import access
from yangguang.site import cli, rebuild


def said(*arguments: str) -> tuple[int, str]:
    with redirect_stdout(io.StringIO()) as out:
        code = cli.main(["rebuild", *arguments])
    return code, out.getvalue()


@pytest.fixture
def told(fresh_database, monkeypatch):
    """Committed cases: one through to its tombstone, one on a form of the body's own with another handler, one severed."""
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_PORTAL_URL"):
        monkeypatch.setenv(name, fresh_database.env[name])
    with access.within(""):
        first = story.begin("take_down")
        formbook.adopt(by=first.who.chen, at=story.at(8, 20), content=own_forms.compilation("penalty_decision"))
        second = story.begin_again(first, "publish")
        who = first.who
        handlers.change_handlers(
            by=who.chen, at=story.at(9, 23, 9), case=second.fresh(), first=who.zhang, second=who.lin,
            reason="李敏外出学习，由林芳接办",
        )  # fmt: skip
        third = story.begin_again(first, "collect")
        asked = joining.request_severance(
            by=who.zhang, at=story.at(9, 1, 9), case=third.fresh(), party=who.party, cause="占用消防车通道",
            ground="当事人另有违法行为，须另行查清", reason="另查明占用消防车通道。",
        )  # fmt: skip
        joinder.answer(by=who.chen, at=story.at(9, 2, 9), asked=asked, approved=True, opinion="同意分案。")
    return first, second


def test_rebuild_proves_the_projections_and_mends_them(told, fresh_database):
    first, second = told
    code, out = said("--check")
    assert (code, out.strip()) == (0, "案件进度、未了职责、公开的决定、存证索引与事实一致")

    with fresh_database.connect() as db:
        db.execute(
            "update casework_casestate set step = 'propose', title = '别的案件' where case_id = %s", [first.case.pk]
        )
        db.execute("update disclosure_publicdecision set party = '赵大勇' where code = %s", [second.issuance.code])
        db.execute("delete from record_seal where digest = %s", [second.issuance.digest])
        db.execute(
            "insert into casework_casetally (scope, kind, step, ended, n) values (%s, 'penalty', 'serve', false, 7)",
            [first.case.scope],
        )
        db.execute("update casework_words set pieces = '{}' where case_id = %s", [first.case.pk])
        db.execute("delete from duty_openduty where subject = %s", [second.case.chain])
        db.execute(
            'insert into record_seal (digest, code, what, fact_ref, title, number, body_name, "on")'
            " select repeat('0', 64), code, what, fact_ref, title, number, body_name, \"on\" from record_seal limit 1"
        )
        db.commit()
    code, out = said("--check")
    assert code == 1
    assert f"案件进度 {first.case.pk}" in out and "别的案件" in out and "当前环节" in out
    assert f"公开的决定 {second.issuance.code}" in out and "执法对象" in out
    assert f"案件件数 {first.case.scope} penalty serve False：件数 现为 7，应为 0" in out
    assert f"案件检索 {first.case.pk}" in out
    with access.within(""):
        assert not CaseState.objects.filter(finding.named(first.case.title), case=first.case).exists()
        owed = list(Duty.objects.filter(subject=second.case.chain, discharge__isnull=True))
        assert owed and all(f"未了职责 {one.pk}：缺少" in out for one in owed)
        assert not duties.still_open("").filter(subject=second.case.chain).exists()
    assert f"存证索引 {second.issuance.digest}：缺少" in out and f"{'0' * 64}：没有任何事实" in out
    with access.within(""):
        assert CaseState.objects.get(case=first.case).title == "别的案件"  # --check wrote nothing

    code, out = said("--json")
    assert code == 0 and {json.loads(line)["what"] for line in out.splitlines()} == {"differs", "missing", "stray"}
    assert said("--check")[0] == 0
    with access.within(""):
        assert CaseState.objects.get(case=first.case).title == first.case.title
        assert PublicDecision.objects.get(code=second.issuance.code).party == "赵某某"
        assert CaseState.objects.filter(finding.named(first.case.title), case=first.case).exists()
        assert not Seal.objects.filter(digest="0" * 64).exists()
        assert set(duties.still_open("").filter(subject=second.case.chain)) == set(owed)


def test_a_search_index_that_was_touched_is_found(told, fresh_database):
    code = told[1].issuance.code
    with fresh_database.connect() as db:
        db.execute("update disclosure_publicdecision set tsv = '''别的'''::tsvector where code = %s", [code])
        db.commit()
    assert [found.key for found in rebuild.differences(mend=False)] == [code]
