"""What the law does not let be punished, or has punished more lightly: asked, judged, said in the document, refused."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from tests import story
from yangguang.casework import actions, bars
from yangguang.casework.errors import BadFact, NotPunishable, TimeBarred
from yangguang.casework.models import Case, Proposal
from yangguang.decision import papers
from yangguang.decision import queries as decisions
from yangguang.policy import packs
from yangguang.registry import access
from yangguang.registry.models import Account

PACK = packs.load("cn-henan-xinyang-qingshan")


@pytest.mark.parametrize(
    ("ended", "found", "harm", "within"),
    [
        ("2024-08-26", "2026-08-26", False, True),  # the last day of two years
        ("2024-08-26", "2026-08-27", False, False),
        ("2024-08-26", "2026-08-27", True, True),  # five where there is harm
        ("2024-08-26", "2026-08-27", None, None),  # hangs on the harm: nobody said
        ("2021-07-20", "2026-07-21", None, False),  # over either way
        ("2026-08-26", "2026-08-26", None, True),
        ("2020-01-01", "2026-08-26", False, None),  # before the law that is kept here: to be judged by hand
    ],
)
def test_limitation_is_two_years_or_five(ended, found, harm, within):
    """行政处罚法 art. 36."""
    assert bars.in_time(PACK, date.fromisoformat(ended), date.fromisoformat(found), harm) is within


def refused(told, error, clause, **changes):
    said = {**told.draft()["bars"], **changes}
    with pytest.raises(error) as caught:
        actions.propose(by=told.who.zhang, at=story.at(9, 2, 9), case=told.fresh(), body=told.draft(bars=said))
    if clause:
        assert clause in {one.clause for one in caught.value.because}
    assert caught.value.mend
    assert not Proposal.objects.exists()
    return caught.value


@pytest.mark.django_db
def test_no_penalty_is_proposed_where_the_law_gives_none(monkeypatch):
    """行政处罚法 art. 30, 31, 33, 36: each bar is refused by name; an answer left out is never taken for a no."""
    with access.within(""):
        told = story.begin("conclude")
        refused(told, NotPunishable, "CN-PEN-33.1", minor_corrected=True)
        refused(told, NotPunishable, "CN-PEN-33.2", no_fault=True)
        refused(told, NotPunishable, "CN-PEN-31", capacity="none")
        late = refused(told, NotPunishable, "CN-PEN-36.1", violation_ended_on="2024-08-01")
        assert "处罚时效" in late.message and "不再给予" in late.mend
        unknown = refused(told, NotPunishable, "CN-PEN-36.1", violation_ended_on="2019-08-01")
        assert PACK.facts["within_limitation"].label in unknown.message
        for name in ("harm", "minor_corrected", "no_fault"):
            assert refused(told, BadFact, "", **{name: None}).field == name
        assert refused(told, BadFact, "", capacity="half").field == "capacity"
        assert refused(told, BadFact, "", violation_ended_on="昨天").field == "violation_ended_on"
        assert refused(told, BadFact, "", violation_ended_on="2026-12-01").field == "violation_ended_on"
        monkeypatch.setattr(bars, "age", lambda party, on: 13)
        child = refused(told, NotPunishable, "CN-PEN-30")
        assert "监护人" in child.mend
        monkeypatch.setattr(bars, "age", lambda party, on: 16)
        refused(told, NotPunishable, "CN-PEN-30", mitigation="")
        said = {**told.draft()["bars"], "mitigation": "初犯并主动改正，在法定幅度以下减轻一档"}
        proposal = actions.propose(
            by=told.who.zhang, at=story.at(9, 2, 9), case=told.fresh(), body=told.draft(bars=said)
        )
        words = papers.notice(proposal, False, date(2026, 9, 3))["discretion"]
        assert "违法时16周岁" in words and "《中华人民共和国行政处罚法》第三十条" in words and "减轻一档" in words
        judged = {one.code: one.state for one in decisions.verdicts(proposal, told.who.chen, date(2026, 9, 9))}
        assert judged["G70"] == "passed"
        monkeypatch.setattr(bars, "age", lambda party, on: 13)
        judged = {one.code: one.state for one in decisions.verdicts(proposal, told.who.chen, date(2026, 9, 9))}
        assert judged["G70"] == "failed", "judged again when it is decided"


@pytest.mark.django_db
def test_what_is_time_barred_is_not_opened_and_the_day_is_asked_once():
    """行政处罚法 art. 36: refused at the application; a day that was said there stands in the draft's form."""
    with access.within(""):
        told = story.begin("take_clue", with_accounts=True)
        given = {
            "by": told.who.zhang,
            "at": story.at(8, 27, 9),
            "second": told.who.li,
            "party": told.who.party,
            "power": told.who.power,
            "clue": told.clue,
            "cause": "占用安全出口",
            "found_on": told.clue.found_on,
            "touches": [],
        }
        with pytest.raises(TimeBarred) as late:
            actions.apply(**given, ended_on=date(2021, 7, 20))
        assert {"CN-PEN-36.1", "CN-PEN-36.2"} <= {one.clause for one in late.value.because}
        with pytest.raises(BadFact, match="晚于发现之日"):
            actions.apply(**given, ended_on=date(2026, 8, 26))
        assert not Case.objects.exists()
        case = actions.apply(**given, ended_on=told.clue.found_on)
        actions.answer_opening(by=told.who.chen, at=story.at(8, 27, 10), case=case, approved=True, opinion="同意。")
    client = Client()
    client.force_login(Account.objects.get(username="zhang"), "yangguang.registry.access.Accounts")
    page = client.get(reverse("casework:propose", args=[case.pk])).content.decode()
    assert 'name="bar.violation_ended_on"' in page and told.clue.found_on.isoformat() in page
    assert "依法应当给予处罚" in page
