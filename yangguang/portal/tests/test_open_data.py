"""开放数据: every file keeps to its dictionary, and no cell of it is a program."""

import csv
import io
import json
from datetime import date, datetime

import pytest

from tests import registered, story
from tests.registered import day, now
from tests.story import at
from yangguang.catalogue.before.models import PreRelease
from yangguang.catalogue.tests import test_before as catalogue
from yangguang.catalogue.tests import test_lists as lists
from yangguang.portal.finding.queries import KINDS
from yangguang.portal.registers.data_views import DATASETS
from yangguang.portal.tests.test_registers import found_rows, text
from yangguang.registry import access
from yangguang.registry import actions as registry

# ---- open data -------------------------------------------------------------------------------------------------------


def test_every_file_says_what_its_dictionary_says(town, client):
    assert "datapackage.json" in text(client.get("/data/"))
    package = client.get("/data/datapackage.json").json()
    assert {one["name"] for one in package["resources"]} == set(DATASETS)
    for name, one in DATASETS.items():
        fields = [field["name"] for field in client.get(f"/data/{name}.schema.json").json()["fields"]]
        assert fields == [column.name for column in one.columns]
        table = b"".join(client.get(f"/data/{name}.csv").streaming_content).decode()
        assert table.startswith("\ufeff")
        rows = list(csv.DictReader(io.StringIO(table.removeprefix("\ufeff"))))
        found = json.loads(b"".join(client.get(f"/data/{name}.json").streaming_content))
        assert len(rows) == len(found)
        assert all(list(row) == fields for row in (*rows, *found))
        assert not [secret for secret in registered.SECRETS if secret in table]
    assert [row["name"] for row in found_rows(client, "bodies")] == ["青山镇人民政府"]
    assert found_rows(client, "devices") == []
    assert found_rows(client, "lists") == []
    assert found_rows(client, "powers")[0]["basis"][0]["article"] == "第六十条第二款"
    assert client.get("/data/parties.csv").status_code == 404


# A validator of our own for the part of the Table Schema that the dictionaries use.
READ = {
    "string": lambda value: isinstance(value, str),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "boolean": lambda value: isinstance(value, bool),
    "date": lambda value: date.fromisoformat(value).isoformat() == value,
    "datetime": lambda value: datetime.fromisoformat(value).tzinfo is not None,
    "array": lambda value: isinstance(value, list),
}
FROM_TEXT = {"integer": int, "boolean": {"true": True, "false": False}.__getitem__, "array": json.loads}


def faults(schema: dict, rows: list[dict], typed: bool) -> list[str]:  # type: ignore[type-arg]
    """What of these rows is not as the dictionary says.  `typed`: the values come from JSON, not from a table of text."""
    wrong = []
    keys = [tuple(row[name] for name in schema["primaryKey"]) for row in rows]
    if len(set(keys)) != len(keys) or any(not value for key in keys for value in key):
        wrong.append("primaryKey")
    for number, row in enumerate(rows):
        if list(row) != [field["name"] for field in schema["fields"]]:
            wrong.append(f"{number}: {list(row)}")
            continue
        for field in schema["fields"]:
            value, kind = row[field["name"]], field["type"]
            if value is None or value in schema["missingValues"]:
                continue
            try:
                read = value if typed else FROM_TEXT.get(kind, str)(value)
                good = READ[kind](read)
            except (ValueError, KeyError, TypeError):
                good = False
            if not good:
                wrong.append(f"{number}.{field['name']} {kind}: {value!r}")
    return wrong


def test_the_validator_finds_what_is_wrong():
    schema = {
        "primaryKey": ["a"],
        "missingValues": [""],
        "fields": [{"name": "a", "type": "integer"}, {"name": "b", "type": "date"}],
    }
    assert not faults(schema, [{"a": 1, "b": "2026-09-18"}, {"a": 2, "b": ""}], typed=True)
    assert faults(schema, [{"a": 1, "b": "2026-02-30"}], typed=True)
    assert faults(schema, [{"a": "1", "b": ""}], typed=True) and not faults(schema, [{"a": "1", "b": ""}], typed=False)
    assert faults(schema, [{"a": 1, "b": ""}, {"a": 1, "b": ""}], typed=True) and faults(
        schema, [{"b": "", "a": 1}], typed=True
    )


# The kinds of published things the public search knows, each with the data set that has its dictionary.
FILED = {
    "body": "bodies", "power": "powers", "guide": "before", "before": "before", "list": "lists", "policy": "policies",
    "officer": "officers", "decision": "decisions",
}  # fmt: skip


@pytest.mark.clause("QS-3.1.0a")
@pytest.mark.django_db
def test_every_file_of_published_things_keeps_to_its_dictionary(settings, tmp_path, client):
    settings.VAULT_DIR = tmp_path / "vault"
    with access.within(""):
        told = story.begin("publish")
        catalogue.everything_public(told.who)
        lists.published(told, lists.in_force(told, "list_av", lists.av_rows(told)))
        replaced = PreRelease.objects.get()
        catalogue.release(told.who, at(9, 19))
        assert set(FILED) == set(KINDS) and set(FILED.values()) <= set(DATASETS)
        for name in DATASETS:
            schema = client.get(f"/data/{name}.schema.json").json()
            table = b"".join(client.get(f"/data/{name}.csv").streaming_content).decode().removeprefix("\ufeff")
            rows, found = list(csv.DictReader(io.StringIO(table))), found_rows(client, name)
            assert not faults(schema, rows, typed=False), name
            assert not faults(schema, found, typed=True), name
            assert [row[schema["primaryKey"][0]] for row in rows] == [row[schema["primaryKey"][0]] for row in found]
            assert found or name == "devices", name
        assert {row["id"]: row["current"] for row in found_rows(client, "before")}[str(replaced.pk)] is False
        assert [row["current"] for row in found_rows(client, "before")].count(True) == 1
        assert [row["current"] for row in found_rows(client, "lists")] == [True]
        [policy] = found_rows(client, "policies")
        assert policy["body"] == told.who.body.name and policy["current"] is True
        assert b"".join(client.get(policy["url"].removeprefix(settings.PUBLIC_URL)))[:5] == b"%PDF-"
        assert [row["code"] for row in found_rows(client, "decisions")] == [told.issuance.code]


def test_an_unchanged_file_is_not_sent_again_and_a_changed_one_is(town, client):
    first = client.get("/data/officers.json").headers["ETag"]
    again = client.get("/data/officers.json", HTTP_IF_NONE_MATCH=first)
    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", first)
    assert client.get("/data/officers.csv").headers["ETag"] != first
    with access.within(""):
        registry.change_certificate(
            by=None,
            at=now(),
            certificate=registered.certificate("16150001"),
            state="suspended",
            on=day(),
            reason="测试",
        )
    changed = client.get("/data/officers.json", HTTP_IF_NONE_MATCH=first)
    assert changed.status_code == 200
    assert changed.headers["ETag"] != first
    b"".join(changed.streaming_content)


def test_a_cell_of_a_spreadsheet_is_never_a_formula(db, client):
    with access.within(""):
        registered.body(name='=HYPERLINK("http://x")', duties="+1+1")
    table = b"".join(client.get("/data/bodies.csv").streaming_content).decode()
    assert "'=HYPERLINK" in table
    assert "'+1+1" in table
