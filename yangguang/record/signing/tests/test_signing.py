"""Signing on a pad and noting a refusal, bound to the document of exactly these bytes."""

import base64
import io

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image, ImageDraw

from tests import story
from tests.story import at
from yangguang.record.models import Item
from yangguang.record.signing import strokes
from yangguang.record.signing.models import Signature
from yangguang.registry import access
from yangguang.registry.models import Account
from yangguang.trail import queries as trail
from yangguang.vault import store

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(monkeypatch, settings):
    settings.SESSION_COOKIE_AGE = 365 * 86400
    with access.within(""):
        found = story.begin("order_correction", with_accounts=True)
    monkeypatch.setattr(timezone, "now", lambda: at(8, 26, 16))
    return found


def as_(username: str) -> Client:
    client = Client()
    client.force_login(Account.objects.get(username=username), backend="yangguang.registry.access.Accounts")
    return client


def drawn(size: tuple[int, int] = (1200, 420), ink: bool = True) -> str:
    image = Image.new("RGB", size, "white")
    if ink:
        ImageDraw.Draw(image).line([(100, 100), (300, 200), (500, 120)], fill="black", width=8)
    out = io.BytesIO()
    image.save(out, "PNG")
    return strokes.PREFIX + base64.b64encode(out.getvalue()).decode()


def transcript(told) -> Item:
    with access.within(""):
        return Item.objects.get(dossier=told.case.dossier_id, code="scene_record")


def send(client: Client, item: Item, **over):
    page = reverse("record:sign", args=[item.pk])
    shown = client.get(page)
    assert shown.status_code == 200
    form = shown.context["form"]
    fields = {
        "once": str(form["once"].value()), "seen": form["seen"].value(), "who": "interviewee", "name": "陈大明",
        "how": "pad", "stroke": drawn(), "reason": "", "witness": "", **over,
    }  # fmt: skip
    return client.post(page, fields)


def made(item: Item) -> list[Signature]:
    with access.within(""):
        return list(Signature.objects.filter(item=item).select_related("image"))


@pytest.mark.clause("行政处罚法 第五十五条")
def test_a_signature_is_kept_and_bound_to_the_documents_digest(told):
    client, item = as_("zhang"), transcript(told)
    answer = send(client, item)
    assert answer.status_code == 302 and answer["Location"] == reverse("record:item", args=[item.pk])
    (held,) = made(item)
    assert (held.digest, held.who, held.name, held.how) == (item.digest, "interviewee", "陈大明", "pad")
    assert held.image.meta == {"signature_of": item.digest} and store.has(held.image.digest)
    with access.within(""):
        entry = trail.entry_of(held)
        assert entry is not None and entry.chain == item.dossier.subject and item.digest in entry.payload
    shown = client.get(answer["Location"]).content.decode()
    assert "陈大明的签名笔迹" in shown and reverse("record:file", args=[held.image.pk]) in shown
    with store.open(held.image.digest) as kept, Image.open(kept) as picture:
        assert picture.mode == "L" and picture.size == (1200, 420) and not picture.info.get("exif")


@pytest.mark.clause("行政强制法 第十八条")
def test_a_refusal_is_noted_with_its_reason_and_witness(told):
    client, item = as_("zhang"), transcript(told)
    refused = {"how": "refused", "stroke": ""}
    answer = send(client, item, **refused, reason="不", witness="王秀英")
    assert answer.status_code == 422 and "应当写明情况" in answer.content.decode()
    answer = send(client, item, **refused, reason="看过笔录后拒绝签名，全程录像。", witness="陈大明")
    assert answer.status_code == 422 and "见证人不能是拒绝签名的本人" in answer.content.decode()
    assert send(client, item, **refused, reason="看过笔录后拒绝签名，全程录像。", witness="王秀英").status_code == 302
    (held,) = made(item)
    assert held.how == "refused" and held.image is None and held.witness == "王秀英"
    shown = client.get(reverse("record:item", args=[item.pk])).content.decode()
    assert "拒绝签名。看过笔录后拒绝签名，全程录像。" in shown and "见证人：王秀英" in shown


@pytest.mark.parametrize(
    ("stroke", "words"),
    [
        ("", "没有签名笔迹"),
        (drawn(ink=False), "没有笔迹"),
        (drawn((4000, 100)), "最大 2400×1200"),
        ("data:image/svg+xml;base64,PHN2Zy8+", "不是本页签名框的图片"),
        (strokes.PREFIX + "!!!!", "编码不正确"),
        (strokes.PREFIX + base64.b64encode(b"GIF89a" + b"\0" * 60).decode(), "不是 PNG"),
        (drawn()[: len(strokes.PREFIX) + 400], "不完整"),
        (strokes.PREFIX + "A" * 450_000, "过大"),
        ("\x00", "不是本页签名框的图片"),
    ],
)
def test_what_is_no_signature_is_refused_in_words(told, stroke, words):
    client, item = as_("zhang"), transcript(told)
    answer = send(client, item, stroke=stroke)
    assert answer.status_code == 422
    assert made(item) == []
    with pytest.raises(strokes.BadStrokes, match=words):
        strokes.clean(stroke)


def test_nobody_signs_twice_nor_on_what_is_no_document(told):
    client, item = as_("zhang"), transcript(told)
    assert send(client, item).status_code == 302
    again = send(client, item)
    assert again.status_code == 422 and "已经在这份文书上签名" in again.content.decode()
    with access.within(""):
        photo = Item.objects.filter(dossier=told.case.dossier_id, code="").first()
    assert client.get(reverse("record:sign", args=[photo.pk])).status_code == 404
    assert len(made(item)) == 1


def test_only_those_who_handle_the_case_take_a_signature(told):
    item = transcript(told)
    other = as_("wu").get(reverse("record:sign", args=[item.pk]))
    assert other.status_code in (403, 404)


def test_the_database_holds_a_signature_to_be_one_or_a_refusal_and_never_changed(told):
    item = transcript(told)
    send(as_("zhang"), item)
    for sql in (
        "update record_signature set name = '别人'",
        "delete from record_signature",
        "insert into record_signature select gen_random_uuid(), at, scope, digest, who, '另一人', 'refused', '', '', by_id,"
        " null, item_id from record_signature",
    ):
        with access.within(""), pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)


def test_the_same_strokes_are_the_same_bytes_and_lose_what_a_picture_tells_besides():
    assert strokes.clean(drawn()) == strokes.clean(drawn())
    image = Image.new("RGBA", (600, 200), (0, 0, 0, 0))  # a pad that draws on nothing
    ImageDraw.Draw(image).line([(10, 10), (300, 150)], fill=(0, 0, 0, 255), width=8)
    out = io.BytesIO()
    image.save(out, "PNG", dpi=(300, 300))
    with Image.open(io.BytesIO(strokes.clean(strokes.PREFIX + base64.b64encode(out.getvalue()).decode()))) as clean:
        assert clean.getpixel((599, 199)) == 255 and "dpi" not in clean.info


# ---- the Word copy of a kept document -------------------------------------------------------------------------------
def test_the_word_copy_of_a_kept_document_names_the_pdf_it_was_made_beside(told):
    client, item = as_("zhang"), transcript(told)
    answer = client.get(reverse("record:word", args=[item.pk]))
    assert answer.status_code == 200 and answer.content[:2] == b"PK"
    assert "attachment" in answer["Content-Disposition"] and ".docx" in answer["Content-Disposition"]
    assert answer.content == client.get(reverse("record:word", args=[item.pk])).content
    with access.within(""):
        photo = Item.objects.filter(dossier=told.case.dossier_id, code="").first()
    assert client.get(reverse("record:word", args=[photo.pk])).status_code == 404
    assert "Word 副本" in client.get(reverse("record:item", args=[item.pk])).content.decode()
