"""法规库: a case keeps the edition it was opened under; a lawyer signs the words of a rule and nobody else does."""

import json
from types import SimpleNamespace

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from tests import story
from tests.story import Story
from yangguang.lawbook import actions, queries
from yangguang.lawbook.models import Edition, SignOff
from yangguang.policy import editions, files, packs, texts
from yangguang.policy.errors import PackError
from yangguang.registry import access
from yangguang.trail.errors import Refused
from yangguang.vault import store

pytestmark = pytest.mark.django_db

QINGSHAN = "cn-henan-xinyang-qingshan"
KEY = "cn/deadline/D07"


@pytest.fixture
def opened() -> Story:
    with access.within(""):
        return story.begin("apply")


def test_opening_a_case_keeps_the_edition_whole(opened):
    edition = Edition.objects.get(version=opened.case.pack_version)
    assert edition.pack == QINGSHAN
    assert edition.layers[0] == "cn"
    with store.open(edition.digest) as held:
        document = json.loads(held.read())
    own = (files.ROOT / QINGSHAN / "pack.yaml").read_text(encoding="utf-8")
    assert document["files"][f"{QINGSHAN}/pack.yaml"] == own
    assert "cn/clauses.tsv" in document["files"]


def test_two_cases_keep_it_once(opened):
    with access.within(""):
        actions.keep(at=timezone.now(), scope=opened.case.scope, pack=packs.load(QINGSHAN))
    assert Edition.objects.filter(version=opened.case.pack_version).count() == 1


def test_an_edition_that_was_tampered_with_is_refused():
    pack = packs.load(QINGSHAN)
    document = json.loads(editions.archive(pack))
    name = f"{QINGSHAN}/pack.yaml"
    document["files"][name] = document["files"][name].replace("wear_and_show", "show")
    with pytest.raises(PackError, match="不是"):
        editions.restore(json.dumps(document).encode(), pack.version)
    for name in ("../out.txt", "/out.txt"):
        with pytest.raises(PackError, match="文件名"):
            editions.restore(json.dumps({**document, "files": {name: "x"}}).encode(), pack.version)
    for data in (b"", b"[]", b"{}", json.dumps({**document, "version": "0" * 12}).encode()):
        with pytest.raises(PackError, match="存档不是法条包版本"):
            editions.restore(data, pack.version)


def test_an_edition_outlives_its_pack(opened):
    """The case is read by its edition when the checkout has no such pack any more; one nobody kept is named."""
    queries._earlier.cache_clear()
    assert queries.pack("cn-gone", opened.case.pack_version).version == opened.case.pack_version
    with pytest.raises(queries.NotKept, match=r"0{12}.*修改办法"):
        queries.pack("cn-gone", "0" * 12)


def test_the_archive_is_the_same_bytes_every_time():
    assert editions.archive(packs.load(QINGSHAN)) == editions.archive(packs.load(QINGSHAN))


def test_a_lawyer_signs_the_words_and_a_change_unsigns_them(opened, monkeypatch):
    rule = texts.rules("cn")[KEY]
    with access.within(""):
        who = opened.who.wang
        done = actions.sign(by=who, at=timezone.now(), layer="cn", key=KEY, digest=rule.digest, opinion="agreed")
        assert (done.name, done.words, done.entry.verb) == (who.name, rule.words, "lawbook.sign")
        found = {row.rule.key: row for row in queries.signed("cn")}
        assert found[KEY].state == "agreed"
        assert found["cn/deadline/D08"].state == "none"
        changed = {**texts.rules("cn"), KEY: SimpleNamespace(digest="0" * 64, section="deadline", name="D07", key=KEY)}
        monkeypatch.setattr(texts, "rules", lambda layer: changed)
        assert {row.rule.key: row for row in queries.signed("cn")}[KEY].state == "changed"


def test_who_may_not_sign_and_what_cannot_be_signed(opened):
    rule = texts.rules("cn")[KEY]
    given = {"at": timezone.now(), "layer": "cn", "key": KEY, "digest": rule.digest, "opinion": "agreed"}
    with access.within(""):
        with pytest.raises(actions.NotALawyer) as lay:
            actions.sign(by=opened.who.zhang, **given)
        who = opened.who.wang
        with pytest.raises(actions.WordsChanged) as changed:
            actions.sign(by=who, **{**given, "digest": "0" * 64})
        for refused in (lay.value, changed.value):
            assert {"CN-PEN-58.2", *rule.clauses} <= {one.clause for one in refused.because}
            assert refused.mend
        with pytest.raises(Refused, match="没有规则"):
            actions.sign(by=who, **{**given, "key": "cn/deadline/D999"})
        with pytest.raises(Refused, match="理由"):
            actions.sign(by=who, **{**given, "opinion": "objected"})
    assert not SignOff.objects.exists()


def test_the_database_refuses_to_change_a_signature(opened):
    rule = texts.rules("cn")[KEY]
    with access.within(""):
        actions.sign(
            by=opened.who.wang,
            at=timezone.now(),
            layer="cn",
            key=KEY,
            digest=rule.digest,
            opinion="objected",
            note="单位",
        )
    for words in ("update lawbook_signoff set opinion = 'agreed'", "delete from lawbook_edition"):
        with (
            pytest.raises(DatabaseError, match="permission denied"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(words)


def test_the_standard_for_files_is_signed_like_any_rule(opened):
    """Each item of 案卷评查 and its grades are rules with words, clauses and a digest; a lawyer signs them."""
    found = texts.rules("cn")
    item = found["cn/rubric/V1"]
    assert "CN-PEN-17" in item.clauses and packs.load("cn").clause("CN-PEN-17").text in item.words
    assert "优秀" in found["cn/rubric/grades"].words
    with access.within(""):
        actions.sign(
            by=opened.who.wang, at=timezone.now(), layer="cn", key=item.key, digest=item.digest, opinion="agreed"
        )
        assert {row.rule.key: row.state for row in queries.signed("cn")}[item.key] == "agreed"
