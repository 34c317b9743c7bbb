"""Standard wording for officers at each activity, and the evaluator's mark of how they spoke."""

import pytest
from django.test import Client
from django.urls import reverse

from tests import story
from tests.story import at
from yangguang.casework.rubric.models import Finding
from yangguang.policy import packs, spoken
from yangguang.registry import access
from yangguang.registry.models import Account


def as_(username: str) -> Client:
    client = Client()
    client.force_login(Account.objects.get(username=username), backend="yangguang.registry.access.Accounts")
    return client


EVERY = [
    (name, kind, procedure)
    for name in packs.names()
    for kind, procedure in packs.load(name).act_names
    if kind != "legal_review"  # within the house: nobody is spoken to
]


@pytest.mark.parametrize(("name", "kind", "procedure"), EVERY)
def test_at_every_recording_somebody_says_that_it_runs(name, kind, procedure):
    pack = packs.load(name)
    for step in pack.act(kind, procedure).steps:
        found = spoken.of(pack, kind, step.code, step.title, step.recordings, at(8, 26).date())
        assert [one.event for one in found] == list(step.recordings) or not step.recordings
        for words in found if step.recordings else ():
            assert any("录音录像" in one.text for one in words.phrases), (step.code, words.event)
            assert len(words.phrases) > 1, (step.code, words.event)
            assert all(one.because for one in words.phrases)
            assert len({one.text for one in words.phrases}) == len(words.phrases)


@pytest.mark.django_db
@pytest.mark.clause("QS-3.2.2g")
def test_the_words_stand_where_they_are_said_and_the_evaluator_marks_how_they_were():
    with access.within(""):
        told = story.begin("approve_opening", with_accounts=True)
    li, wang = as_("li"), as_("wang")
    dossier = told.case.dossier_id

    step = li.get(reverse("casework:step", args=[told.case.pk, "interview"])).content.decode()
    live = li.get(reverse("record:live", args=[dossier]) + "?step=interview&event=investigation").content.decode()
    for page in (step, live):
        assert "规范用语" in page
        assert "现在开始录音录像" in page  # the notice that recording is on
        assert "我们是（机关名称）的执法人员" in page
        assert "有权申请回避" in page
        assert "请您不要着急，慢慢说" in page  # the town's own plan
        assert "行政处罚法" in page
    chosen = live.split('id="spoken"')[1].split("<details", 1)[1].split("</details>")[0]
    assert "询问" in chosen
    assert " open" in chosen.split(">", 1)[0]
    assert "送达回证" in live  # the other recordings are at hand too
    assert "送达回证" not in step.split('id="spoken"')[1].split("</section>")[0]

    sheet = reverse("casework:rubric", args=[told.case.pk])
    assert "执法用语规范、文明" in wang.get(sheet).content.decode()
    bad = wang.post(sheet, {"item": "I3", "verdict": "failed", "note": ""})
    assert bad.status_code == 422
    assert not Finding.objects.exists()
    said = {"item": "I3", "verdict": "failed", "note": "询问录像开始时没有告知正在录音录像"}
    assert wang.post(sheet, said).status_code == 302
    assert (Finding.objects.get().item, Finding.objects.get().note) == ("I3", said["note"])
    assert said["note"] in li.get(sheet).content.decode()  # the officers read it
    assert li.post(sheet, {"item": "I3", "verdict": "passed"}).status_code == 403  # and do not mark themselves
