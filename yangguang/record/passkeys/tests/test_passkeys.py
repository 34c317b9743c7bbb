"""Signing with a passkey: registered by its holder, over exactly one document, verifiable ever after."""

import json
import re

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests import story
from tests.story import at
from yangguang.record.models import Item
from yangguang.record.passkeys import ceremony, queries
from yangguang.record.passkeys.ceremony import BadPasskey, Site
from yangguang.record.passkeys.models import Assertion, Passkey, PasskeyRevoked
from yangguang.record.signing.models import Signature
from yangguang.registry import access
from yangguang.registry.models import Account
from yangguang.trail import queries as trail

from .device import UP, UV, Device, rsa_device

pytestmark = pytest.mark.django_db
SITE = Site("localhost", "http://localhost")
LIST = "/records/passkeys/"


@pytest.fixture
def told(monkeypatch, settings):
    settings.SESSION_COOKIE_AGE = 365 * 86400
    with access.within(""):
        found = story.begin("order_correction", with_accounts=True)
    monkeypatch.setattr(timezone, "now", lambda: at(8, 26, 16))
    return found


def as_(username: str, host: str = "localhost") -> Client:
    client = Client(SERVER_NAME=host)
    client.force_login(Account.objects.get(username=username), backend="yangguang.registry.access.Accounts")
    return client


def document(told) -> Item:
    with access.within(""):
        return Item.objects.get(dossier=told.case.dossier_id, code="case_opening_approval")


def hidden(form) -> dict[str, str]:
    return {"once": str(form["once"].value()), "seen": form["seen"].value() or ""}


def register(client: Client, device: Device, label: str = "办公室电脑", **over):
    shown = client.get(LIST)
    challenge = ceremony.unb64(shown.context["challenge"])
    given = {**hidden(shown.context["form"]), "label": label, "answer": device.make(challenge, SITE), **over}
    return client.post(LIST, given)


def sign(client: Client, item: Item, device: Device, who: str = "officer", signed_as: str = "", **over):
    page = reverse("record:passkey_sign", args=[item.pk])
    shown = client.get(page)
    assert shown.status_code == 200
    challenge = ceremony.unb64(json.loads(shown.context["challenges"])[signed_as or who])
    answer = over.pop("answer", None) or device.sign(challenge, SITE, **over)
    return client.post(page, {**hidden(shown.context["form"]), "who": who, "answer": answer})


def rows(model):
    with access.within(""):
        return list(model.objects.order_by("at", "id"))


@pytest.mark.parametrize("make", [Device, rsa_device])
def test_a_document_is_signed_with_a_registered_key_and_verifies_ever_after(told, make):
    client, item, device = as_("zhang"), document(told), make()
    assert (
        "还没有在这个网址有效的通行密钥" in client.get(reverse("record:passkey_sign", args=[item.pk])).content.decode()
    )
    assert register(client, device).status_code == 302
    (key,) = rows(Passkey)
    assert (key.officer_key, key.rp, key.label) == (told.who.zhang.key, "localhost", "办公室电脑")
    assert key.key["alg"] in ("ES256", "RS256") and "办公室电脑" in client.get(LIST).content.decode()
    assert sign(client, item, device).status_code == 302
    (held,), (made,) = rows(Signature), rows(Assertion)
    assert (held.how, held.who, held.name, held.digest) == ("passkey", "officer", "张卫国", item.digest)
    statement = json.loads(made.statement)
    assert statement["document"] == item.digest and statement["officer"] == str(told.who.zhang.key)
    with access.within(""):
        entry = trail.entry_of(made)
        assert entry is not None and entry.chain == item.dossier.subject and made.value in entry.payload
        made = Assertion.objects.select_related("passkey", "signature").get(pk=made.pk)
        assert queries.holds(made)
        for field, value in (
            ("statement", made.statement.replace('"officer"', '"head"', 1)),
            ("statement", made.statement.replace(item.digest, "0" * 64)),
            ("client_data", made.client_data + " "),
            ("authenticator", made.authenticator[:-4] + "AAAA"),
            ("value", made.value[:-4] + "AAAA"),
        ):
            before = getattr(made, field)
            setattr(made, field, value)
            assert not queries.holds(made), field
            setattr(made, field, before)
        made.signature.name = "李晓梅"
        assert not queries.holds(made)
    assert "通行密钥签名，核验有效" in client.get(reverse("record:item", args=[item.pk])).content.decode()
    assert "已经在这份文书上签名" in sign(client, item, device).content.decode()


def test_an_answer_that_does_not_hold_is_refused_in_words(told):
    client, item, device = as_("zhang"), document(told), Device()
    register(client, device)
    for over, words in (
        ({"flags": UP}, "没有通过核验"),  # a tap without the person
        ({"flags": UV}, "没有通过核验"),
        ({"origin": "http://evil.example"}, "没有通过核验"),
        ({"rp": "evil.example"}, "没有通过核验"),
        ({"type": "webauthn.create"}, "没有通过核验"),
        ({"challenge": "AAAA"}, "没有通过核验"),
        ({"crossOrigin": True}, "没有通过核验"),
        ({"topOrigin": "http://evil.example"}, "没有通过核验"),
        ({"signed_as": "recorder"}, "没有通过核验"),  # signed as one thing, handed in as another
        ({"answer": "{}"}, "格式不正确"),
        ({"answer": '{"id": "x", "response": {}}'}, "不是您登记的通行密钥"),
        ({"answer": "[" * 9000}, "格式不正确"),
        ({"answer": "\x00"}, "空字符|格式不正确|没有收到|空值"),
        ({"answer": "x" * 30_000}, "过大"),
    ):
        answer = sign(client, item, device, **over)
        assert answer.status_code == 422 and re.search(words, answer.content.decode()), over
    assert rows(Signature) == rows(Assertion) == []


def test_a_key_is_its_holders_alone_and_ends(told):
    zhang, li, item, device = as_("zhang"), as_("li"), document(told), Device()
    register(zhang, device)
    assert "已经登记过" in register(li, device).content.decode()
    register(li, Device(b"credential-of-another-device-001"))
    assert "不是您登记的通行密钥" in sign(li, item, device).content.decode()
    clone = Device(device.name)  # the right name, another key
    assert "没有通过核验" in sign(zhang, item, clone).content.decode()
    (mine,) = [one for one in rows(Passkey) if one.officer_key == told.who.zhang.key]
    page = reverse("record:passkey_revoke", args=[mine.pk])
    assert li.get(page).status_code == 404
    shown = zhang.get(page)
    assert "没有写明停用的理由" in zhang.post(page, {**hidden(shown.context["form"]), "reason": "x"}).content.decode()
    head = as_("chen")
    assert head.post(page, {**hidden(head.get(page).context["form"]), "reason": "手机遗失"}).status_code == 302
    assert rows(PasskeyRevoked)[0].by_id == told.who.chen.pk
    shown = zhang.get(reverse("record:passkey_sign", args=[item.pk]))
    assert "还没有在这个网址有效的通行密钥" in shown.content.decode()
    assert "停用：手机遗失" in sign(zhang, item, device).content.decode()
    assert rows(Signature) == []


def test_a_counter_that_goes_back_is_a_copied_device(told):
    client, item, device = as_("zhang"), document(told), Device()
    register(client, device)
    assert sign(client, item, device).status_code == 302
    device.count = 0
    assert "没有通过核验" in sign(client, item, device, who="recorder").content.decode()
    assert len(rows(Signature)) == 1


def test_each_signs_as_what_he_is(told):
    """The handler as officer, the head as head, the reviewer as reviewer; nobody as somebody else."""
    item = document(told)
    for number, (name, own, foreign) in enumerate(
        (
            ("zhang", "officer", "head"),
            ("chen", "head", "officer"),
            ("wang", "legal", "head"),
            ("wu", "unit", "officer"),
        )
    ):
        client, device = as_(name), Device(b"credential-of-test-device-%07d" % number)
        register(client, device)
        assert sign(client, item, device, who=foreign, signed_as=own).status_code == 422
        assert sign(client, item, device, who=own).status_code == 302, name
    assert [one.who for one in rows(Signature)] == ["officer", "head", "legal", "unit"]
    shown = as_("zhang").get(reverse("record:item", args=[item.pk])).content.decode()
    assert shown.count("通行密钥签名，核验有效") == 4
    assert as_("qian").get(reverse("record:passkey_sign", args=[item.pk])).status_code == 403  # a supervisor above
    pad = as_("zhang").get(reverse("record:sign", args=[item.pk])).content.decode()
    assert 'value="head"' not in pad and 'value="passkey"' not in pad


def test_no_registration_without_our_challenge_nor_at_an_address_that_bears_none(told):
    client, device = as_("zhang"), Device()
    assert "没有通过核验" in register(client, device, answer=device.make(b"x" * 32, SITE)).content.decode()
    fresh = as_("zhang")
    given = {"label": "电脑", "answer": device.make(b"x" * 32, SITE), "once": "", "seen": ""}
    assert "已经过期" in fresh.post(LIST, given).content.decode()
    assert "没有填写" in register(client, device, label=" ").content.decode() or rows(Passkey) == []
    number = as_("zhang", "127.0.0.1").get(LIST).content.decode()
    assert "现在的网址不能登记通行密钥" in number and "data-passkey=" not in number
    assert rows(Passkey) == []


def test_the_database_keeps_a_passkey_signature_as_it_is(told):
    client, item, device = as_("zhang"), document(told), Device()
    register(client, device)
    sign(client, item, device)
    for sql in (
        "update record_passkey set officer_key = gen_random_uuid()",
        "delete from record_passkeyrevoked",
        "update record_assertion set value = 'x'",
        "truncate record_assertion",
        "update record_signature set how = 'pad'",
    ):
        with access.within(""), pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
            cursor.execute("select 1 / (select count(*) from record_passkeyrevoked)")  # an empty table: nothing to hold


def test_bytes_of_anybody_never_stop_the_parsers():
    device, challenge = Device(), b"c" * 32
    good = json.loads(device.make(challenge, SITE))
    signed = json.loads(device.sign(challenge, SITE))
    for whole, part in ((good, "attestationObject"), (good, "clientDataJSON"), (signed, "authenticatorData"),
                        (signed, "signature"), (signed, "clientDataJSON")):  # fmt: skip
        text = whole["response"][part]
        for bad in ("", "!", text[:-9], text[: len(text) // 2], "oWNhYmM", 7, None, [], ceremony.b64(b"\xff" * 80),
                    ceremony.b64(b"[1]"), ceremony.b64(b'{"type":7}')):  # fmt: skip
            answer = json.dumps({**whole, "response": {**whole["response"], part: bad}})
            with pytest.raises(BadPasskey):
                if whole is good:
                    ceremony.made(answer, challenge, SITE)
                else:
                    ceremony.signed(answer, "statement", SITE, device.cose.hex(), 0)
