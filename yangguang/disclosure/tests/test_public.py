"""What the portal's role may read, tried with the real role on a database that commits; and the public's queries."""

import pytest
from django.apps import apps
from django.db import DatabaseError, ProgrammingError, connections
from django.db.utils import InternalError

from tests import story
from yangguang.disclosure import queries
from yangguang.disclosure.models import Publication, PublicDecision
from yangguang.registry import access
from yangguang.trail.models import Entry
from yangguang.trail.sequencer import integrate_now

# What the portal's role may select from; everything else of ours it may not.
MAY_READ = {"disclosure_publicdecision", "portal_found", "trail_entry", "trail_leaf", "trail_tile", "trail_checkpoint"}
# Published copies of other stages: what each shows is held by the tests beside it; this story publishes none of them.
PUBLISHED = {
    "portal_publicentry",
    "catalogue_channelproof",
    "catalogue_listpublication",
    "catalogue_policyrelease",
    "catalogue_policywords",
    "catalogue_prerelease",
    "lawbook_signoff",
}
REGISTERS = {  # views of public columns
    f"registry_public_{what}" for what in ("body", "device", "entrustment", "officer", "power", "succession")
}
WORDS = "出口被堵塞"


@pytest.fixture
def homes(settings, tmp_path):
    home = tmp_path / "home"
    settings.LOG_DIR, settings.KEYS_DIR, settings.VAULT_DIR = home / "log", home / "keys", home / "vault"


@pytest.fixture
def told(fresh_database, homes):
    """The case as far as a step, committed and in the log; the portal then asks as its own role."""

    def tell(last: str):
        with access.within(""):
            made = story.begin(last)
        integrate_now()
        return made

    return tell


def rows(statement: str, *values) -> list[tuple]:
    with connections["portal"].cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()


def test_the_role_reads_published_rows_and_the_log_and_nothing_else(told):
    told("publish")
    tables = {model._meta.db_table for model in apps.get_models(include_auto_created=True)}
    assert tables > MAY_READ | PUBLISHED | REGISTERS
    for table in sorted(tables - MAY_READ - PUBLISHED - REGISTERS):
        with pytest.raises(ProgrammingError, match="permission denied"):
            rows(f"select * from {table} limit 1")
    for table in MAY_READ - {"trail_tile"}:  # the first 256 entries fill no tile
        assert rows(f"select count(*) from {table}")[0][0] > 0
    assert rows("select count(*) from trail_tile") == [(0,)]
    for table in PUBLISHED:
        assert rows(f"select count(*) from {table}") == [(0,)]


def test_it_writes_nothing(told):
    told("publish")
    for statement in (
        "update disclosure_publicdecision set title = 'x'",
        "delete from disclosure_publicdecision",
        "insert into trail_leaf values (99, 1, 'x')",
        "create table mine (x int)",
        "select trail_head('case:x')",
    ):
        with pytest.raises((DatabaseError, InternalError)):
            rows(statement)


def test_of_the_entries_it_sees_only_those_of_what_is_shown(told):
    made = told("correct")
    shown = PublicDecision.objects.using("portal").get()
    assert [ref for (ref,) in rows("select fact_ref from trail_entry")] == [shown.fact_ref]
    with access.within(""):
        assert Entry.objects.count() > 30
        old = Publication.objects.get(issuance=made.issuance, version=1)
    assert rows("select 1 from trail_entry where fact_ref = %s", old.ref) == []


def test_after_the_take_down_no_word_of_the_text_is_left_to_read(told):
    made = told("take_down")
    with access.within(""):
        texts = list(Publication.objects.filter(issuance=made.issuance).values_list("text", flat=True))
    assert texts
    readable = "\n".join(
        line for table in MAY_READ - {"trail_leaf", "trail_tile"} for (line,) in rows(f"select t::text from {table} t")
    )
    assert made.issuance.code in readable
    for line in {line for text in texts for line in text.split("\n") if len(line) > 30}:
        assert line not in readable
    assert made.who.party.name not in readable
    assert queries.find(text=WORDS, withdrawn=True).count() == 0


def test_the_code_reveals_no_content(told):
    made = told("publish")
    found = queries.sealed(code=made.issuance.code)
    assert found["payload"] is None
    assert found["salt"] is None
    assert found["number"] == made.issuance.number_text
    assert queries.sealed(digest="0" * 64) is None
    assert queries.sealed(digest="x") is None
    assert queries.sealed(code="' or true --") is None
    assert queries.sealed() is None
    assert rows("select * from record_reveal('', '')") == []


def test_the_text_is_found_by_what_it_says_and_not_by_what_it_hides(told):
    made = told("publish")
    assert [row.code for row in queries.find(text=WORDS)] == [made.issuance.code]
    assert [row.code for row in queries.find(text=made.issuance.number_text)] == [made.issuance.code]
    party = made.who.party
    for hidden in (party.name, party.id_no, party.phone, party.address):
        assert hidden
        assert not queries.find(text=hidden).exists()


def test_every_mask_is_where_it_says(told):
    told("publish")
    row = PublicDecision.objects.using("portal").get()
    assert len(row.marks) >= 3
    for mark in row.marks:
        assert "某" in row.text[mark["start"] : mark["end"]] or "＊" in row.text[mark["start"] : mark["end"]]
        assert mark["ground"]
        assert mark["clause"]


@pytest.mark.parametrize(
    ("last", "state"),
    [
        ("issue", "issued"),
        ("publish", "published"),
        ("correct", "corrected"),
        ("revoke", "revoked"),
        ("take_down", "withdrawn"),
    ],
)
def test_a_code_tells_what_the_document_is_worth_today(told, last, state):
    made = told(last)
    found = queries.standing(made.issuance.code.lower())
    assert found.state == state
    assert found.number == made.issuance.number_text
    if state in {"revoked", "withdrawn"}:
        assert found.revoked == "撤销"
        assert found.revoked_by
        assert found.revoked_on
    proof = queries.proof_of(queries.sealed(digest=made.issuance.digest))
    assert made.issuance.digest in proof["payload"]


def test_an_issued_document_says_nothing_personal(told):
    made = told("issue")
    payload = queries.sealed(digest=made.issuance.digest)["payload"]
    party = made.who.party
    for secret in (party.name, party.id_no, party.phone, party.address):
        assert secret not in payload


def test_a_revoked_decision_that_was_never_published_is_known_to_be_revoked(told):
    made = told("serve_decision")
    assert queries.standing(made.issuance.code).state == "issued"
    with access.within(""):
        made.revoke()
    found = queries.standing(made.issuance.code)
    assert (found.state, found.revoked, found.row) == ("revoked", "撤销", None)
    assert queries.standing("ZZZZZZZZ99") is None
