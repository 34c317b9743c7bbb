"""Both sides rely on the record: the party reads its own file, the officer calls the records up for a defence."""

import uuid
from urllib.parse import quote

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from tests.story import Story
from yangguang.casework import queries as cases
from yangguang.casework.errors import NotHandler, NotHead
from yangguang.decision.models import InspectionAnswer, PartyReading, PartySubmission
from yangguang.decision.party.actions import accept, take_letters
from yangguang.decision.party.inspection import actions, queries
from yangguang.duty.models import Duty
from yangguang.record.custody import queries as custody
from yangguang.record.custody.actions import extracts
from yangguang.record.custody.models import CallUp
from yangguang.record.models import Item
from yangguang.registry import access
from yangguang.trail.models import Entry

from .. import queries as door
from .test_party import SECOND, as_, handed_in, party, words

ALL = "全部案卷材料"


def asked(told: Story, client: Client) -> PartySubmission:
    pk = handed_in(client, "inspect", text=ALL)
    assert take_letters() >= 1
    with access.within(""):
        return PartySubmission.objects.get(pk=pk)


def page(name: str, row: PartySubmission) -> str:
    return reverse(f"decision:{name}", args=[row.case_id, row.pk])


def send(client: Client, url: str, **given):
    form = client.get(url).context["form"]
    return client.post(url, {"once": form["once"].value(), "seen": form["seen"].value(), **given})


def chosen(told: Story) -> dict[str, str]:
    """What a careful handler answers: documents of the house withheld, recordings at the office, the rest read."""
    found = {}
    with access.within(""):
        for n, item in enumerate(queries.items(told.case)):
            ways = queries.ways(item, None)
            found[f"way_{n}"] = "withheld:4" if not ways else "original" if "original" in ways else "office"
    return found


def call_up(told: Story, client: Client, purpose: str):
    url = f"{reverse('record:callup')}?q={told.case.party.name}"
    form = client.get(url).context["form"]
    about = f"case:{told.case.dossier_id}"
    given = {"about": about, "purpose": purpose, "reason": "对当事人投诉我违法扣押作出说明"}
    return client.post(url, {"once": form["once"].value(), "seen": "", **given})


@pytest.mark.clause("QS-3.2.3d")
def test_the_party_reads_its_own_file_and_the_officer_defends_himself_with_it(told):
    client = party(told)
    row = asked(told, client)
    with access.within(""):
        owed = Duty.objects.get(subject=told.case.chain, rule="D93", discharge=None)
        assert {one["clause"] for one in owed.because} >= {"CN-PIP-45.1", "CN-PIP-45.2"}
    before = words(client.get("/party/case/"))
    assert "等候答复" in before
    assert client.post("/party/case/inspect/", {"once": str(uuid.uuid4())}).status_code == 409  # one at a time

    # the handler says of every item how it is given
    zhang, chen = as_("zhang"), as_("chen")
    handed = page("party_submission", row)
    assert handed in words(zhang.get("/work/"))
    assert handed not in words(chen.get("/work/"))
    assert zhang.get(handed)["Location"] == page("inspection", row)
    ways = chosen(told)
    none = send(zhang, page("inspection_prepare", row), opinion="拟同意", **{**ways, "way_0": ""})
    assert none.status_code == 422
    assert send(zhang, page("inspection_prepare", row), opinion="拟同意查阅", **ways).status_code == 302
    # the head decides, and the party is told item by item
    assert handed in words(chen.get("/work/"))
    refused = send(chen, page("inspection_answer", row), outcome="refused", opinion="不予提供")
    assert refused.status_code == 422
    assert "不予提供的理由" in words(refused)
    assert send(chen, page("inspection_answer", row), outcome="granted", opinion="同意查阅。").status_code == 302
    with access.within(""):
        assert Duty.objects.get(pk=owed.pk).discharge.how == "fulfilled"
        rows = InspectionAnswer.objects.get(submission=row).draft.rows
    shown = words(client.get("/party/case/"))
    assert "同意查阅。" in shown
    assert "内部讨论、审核、请示等过程性材料" in shown
    # read through the door: what was granted, nothing else; each reading is noted
    for one in rows:
        got = client.get(f"/party/case/inspection/{one['item']}/")
        assert got.status_code == (200 if one["way"] == "original" else 404), one
        if got.status_code == 200:
            assert b"".join(got.streaming_content)
    read = {one["item"] for one in rows if one["way"] == "original"}
    withheld = [one for one in rows if one["way"] == "withheld"]
    assert read
    assert withheld
    assert not any(one["digest"] for one in withheld)
    take_letters()
    with access.within(""):
        noted = PartyReading.objects.filter(case=told.case, item__in=read)
        assert {str(one.item_id) for one in noted} == read
        assert Entry.objects.filter(verb="decision.party_read", chain=f"custody:case:{told.case.pk}").count() > 1
    # the officer sees request, answer and readings
    seen = words(zhang.get(page("inspection", row)))
    assert "当事人查阅" in seen
    assert "同意查阅。" in seen
    assert "查阅、复制案卷材料" in words(zhang.get(reverse("workbench:case", args=[row.case_id])))

    # the other half: the officer calls the same records up to defend himself
    with access.within(""):
        uses = custody.purposes(told.who.body, timezone.localdate()).value
    assert "执法人员履职申辩" in uses
    done = call_up(told, zhang, "执法人员履职申辩")
    assert done.status_code == 302, words(done)
    with access.within(""):
        called = CallUp.objects.latest("at")
        assert (called.by.key, called.purpose) == (told.who.zhang.key, "执法人员履职申辩")
    assert zhang.get(done["Location"]).status_code == 200


def test_a_recording_and_a_house_paper_go_out_as_masked_copies_only(told, tmp_path):
    client = party(told)
    row = asked(told, client)
    with access.within(""):
        found = queries.items(told.case)
        photo = next(one for one in found if one.medium == Item.Medium.PHOTO)
        house = next(one for one in found if queries.internal(one))
        now, ways = timezone.localtime(), chosen(told)
        assert ways[f"way_{found.index(house)}"] == "withheld:4"
        withheld = ("withheld", queries.grounds(told.case).value[4])
        early = {**{str(one.pk): withheld for one in found}, str(photo.pk): ("copy", "")}
        with pytest.raises(actions.NotInspected, match="没有遮挡副本"):
            actions.prepare(by=told.who.zhang, at=now, submission=row, ways=early, opinion="拟同意")
        faces, lines = tmp_path / "faces.jpg", tmp_path / "lines.pdf"
        Image.new("RGB", (64, 48), (9, 9, 9)).save(faces, "JPEG")
        Image.new("RGB", (64, 48), (9, 9, 9)).save(lines, "PDF")
        for item, path in ((photo, faces), (house, lines)):
            extracts.keep_masked(
                by=told.who.zhang, at=now, item=item, path=path, name=path.name, note="遮挡旁人面部和讨论内容"
            )
    zhang, prepare = as_("zhang"), page("inspection_prepare", row)
    assert "可以查阅、复制遮挡副本" in words(zhang.get(prepare))
    ways |= {f"way_{found.index(one)}": "copy" for one in (photo, house)}
    original = send(zhang, prepare, opinion="拟同意", **{**ways, f"way_{found.index(house)}": "original"})
    assert original.status_code == 422  # a paper of the house never leaves as it is
    assert send(zhang, prepare, opinion="拟同意", **ways).status_code == 302
    assert client.get(f"/party/case/inspection/{photo.pk}/").status_code == 404  # no head has answered yet
    assert send(as_("chen"), page("inspection_answer", row), outcome="granted", opinion="同意。").status_code == 302
    shown = words(client.get("/party/case/"))
    assert shown.count("可以查阅、复制遮挡副本") == 2
    for item, path in ((photo, faces), (house, lines)):
        got = client.get(f"/party/case/inspection/{item.pk}/")
        assert b"".join(got.streaming_content) == path.read_bytes()
        assert got["Content-Disposition"].startswith("inline") and quote(item.title) in got["Content-Disposition"]
    take_letters()
    with access.within(""):
        assert PartyReading.objects.filter(item__in=[photo, house]).count() == 2


def test_who_may_and_what_may_not(told):
    client = party(told)
    row = asked(told, client)
    with access.within(""):
        now, found = timezone.localtime(), queries.items(told.case)
        house = next(one for one in found if queries.internal(one))
        ways = {str(one.pk): ("original", "") for one in found}
        with pytest.raises(NotHandler):
            actions.prepare(by=told.who.chen, at=now, submission=row, ways=ways, opinion="同意")
        with pytest.raises(actions.NotInspected, match="清单"):
            actions.answer(by=told.who.chen, at=now, submission=row, outcome="granted", opinion="同意")
        with pytest.raises(actions.NotInspected, match="不直接收入案卷"):
            accept(by=told.who.zhang, at=now, submission=row)
        careful = {str(one.pk): ("withheld", queries.grounds(told.case).value[4]) for one in found}
        for way, match in (
            (("original", ""), "内部文书"), (("withheld", "不愿意"), "没有写明不提供的理由"), (("", ""), "没有写明"),
        ):  # fmt: skip
            with pytest.raises(actions.NotInspected, match=match) as refused:
                actions.prepare(
                    by=told.who.zhang, at=now, submission=row, ways={**careful, str(house.pk): way}, opinion="同意"
                )
            assert refused.value.because
        recordings = [one for one in found if one.medium != Item.Medium.TEXT]
        for one in recordings:
            assert "original" not in queries.ways(one, None)
        actions.prepare(by=told.who.zhang, at=now, submission=row, ways=careful, opinion="都不提供")
        with pytest.raises(NotHead):
            actions.answer(by=told.who.zhang, at=now, submission=row, outcome="granted", opinion="同意")
        back = actions.answer(by=told.who.chen, at=now, submission=row, outcome="returned", opinion="应当提供已送达的")
        assert queries.draft_of(row) is None
        actions.prepare(by=told.who.zhang, at=now, submission=row, ways=careful, opinion="仍不提供")
        no = actions.answer(
            by=told.who.chen, at=now, submission=row, outcome="refused",
            ground=queries.grounds(told.case).value[2], opinion="涉及他人隐私。",
        )  # fmt: skip
        assert back.pk != no.pk
        with pytest.raises(actions.NotInspected, match="已经答复"):
            actions.answer(by=told.who.chen, at=now, submission=row, outcome="granted", opinion="同意")
    shown = words(client.get("/party/case/"))
    assert "不予提供" in shown
    assert "涉及他人隐私。" in shown
    assert "罗山县人民政府" in shown
    for one in found:
        assert client.get(f"/party/case/inspection/{one.pk}/").status_code == 404
    assert client.get("/party/case/inspect/").context["form"] is not None  # it may ask again


def test_nothing_is_granted_without_the_door(told):
    item = told.notice.item_id
    assert Client().get(f"/party/case/inspection/{item}/").headers["Location"] == "/party/"
    state, token = door.open_page(cases.progress_code(told.case), SECOND)
    assert state == "open"
    assert door.granted(token, item) is None
    assert door.granted(token + "0", item) is None
    bad = party(told).post("/party/case/inspect/", {"once": "x", "text": "\x00", "name": "", "phone": "abc"})
    assert bad.status_code == 422
