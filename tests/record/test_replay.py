"""A past act told again: who did what, when, with which record, and the proof that nobody changed the telling."""

import base64
import re

import pytest
from django.db import connections
from django.test import Client, override_settings
from django.urls import reverse

from tests import story
from yangguang.record.models import Item
from yangguang.registry import access
from yangguang.registry.models import Account
from yangguang.trail import note, tlog
from yangguang.trail.keys import log_verifiers
from yangguang.trail.models import commit
from yangguang.trail.sequencer import integrate_now


@pytest.mark.clause("QD-3.2.0b", "WC-2.2.0b")
def test_the_supervisor_replays_a_case_and_proves_that_nothing_was_changed(fresh_database):
    home = fresh_database.home
    with override_settings(LOG_DIR=home / "log", KEYS_DIR=home / "keys", VAULT_DIR=home / "vault", HOME=home):
        with access.within(""):
            told = story.begin("decide", with_accounts=True)
            records = {
                str(pk): title
                for pk, title in Item.objects.filter(dossier=told.case.dossier_id).values_list("pk", "title")
            }
        integrate_now()
        qian = Client()
        qian.force_login(Account.objects.get(username="qian"))
        page = qian.get(reverse("workbench:case_trail", args=[told.case.pk]))
        lines = page.context["lines"]

        # who, what, when: in the order in which it was done, no number left out, each record behind its line
        assert [line.entry.seq for line in lines] == list(range(1, len(lines) + 1))
        assert {line.item for line in lines if line.item} == set(records)
        done = [(line.what, line.who) for line in lines]
        for what, who in (("申请立案", "张卫国"), ("批准立案", "陈立新"), ("作出处罚决定", "陈立新")):
            assert any(what in said and name == who for said, name in done), (what, done)
        assert all(line.at <= line.recorded_at for line in lines)

        # the proof of each line, checked with nothing but what was handed out and the log's public key
        html = page.content.decode()
        links = re.findall(r'href="([^"]+/proof\.json)"', html)
        assert len(links) == len(lines)
        for line, link in zip(lines, links, strict=True):
            given = qian.get(link).json()
            assert note.b64(bytes(line.entry.commitment)) == note.b64(
                commit(base64.b64decode(given["salt"]), given["payload"])
            )
            tip = note.parse_tip(note.open_note(given["checkpoint"], log_verifiers()).text)
            leaf = tlog.leaf_hash(
                tlog.leaf_bytes(given["kind"], commit(base64.b64decode(given["salt"]), given["payload"]))
            )
            path = [base64.b64decode(one) for one in given["proof"]]
            tlog.verify_inclusion(given["index"], tip.size, leaf, path, tip.root)
        assert "相符" in fresh_database.run("audit").stdout

        # somebody with the owner's rights moves the decision by a day: the replay is contradicted, by name
        decided = next(line for line in lines if line.entry.verb == "decision.decide").entry
        with connections["owner"].cursor() as cursor:
            cursor.execute("alter table decision_decision disable trigger user")
            cursor.execute("update decision_decision set at = at - interval '1 day'")
            cursor.execute("alter table decision_decision enable trigger user")
        found = fresh_database.run("audit", check=False)
        assert found.returncode == 1
        assert f"{decided.chain} 第 {decided.seq} 条" in found.stdout + found.stderr
