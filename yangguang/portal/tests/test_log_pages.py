"""The public page of the log and the page that checks proofs in the browser."""

import pytest
from django.urls import reverse

from yangguang.trail import asking, note
from yangguang.trail.keys import log_verifiers

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_folders(settings, tmp_path):
    settings.LOG_DIR, settings.KEYS_DIR = tmp_path / "log", tmp_path / "keys"


def test_without_witnesses_the_page_says_what_that_means(client):
    page = client.get(reverse("portal:log")).content.decode()
    assert "目前没有外部机构为本日志见证" in page
    assert "日志里还没有条目" in page
    assert "没有在运行" in page or "日志里还没有条目" in page


def test_a_witness_that_was_not_asked_yet_stands_there_with_the_quorum(client):
    log_verifiers()
    witness = note.Ed25519Cosigner("city.test/w", bytes(32))
    asking.policy_path().write_text(f"witness 市司法局 {witness.vkey} http://127.0.0.1:9\nquorum 市司法局\n", "utf-8")
    page = client.get(reverse("portal:log")).content.decode()
    assert "市司法局" in page
    assert "尚未请求" in page
    assert "要求“市司法局”" in page
    asking.policy_path().write_text("quorum 谁\n", "utf-8")
    assert "见证规则不能使用" in client.get(reverse("portal:log")).content.decode()


def test_the_offline_page_carries_the_rules_it_checks_by(client):
    page = client.get(reverse("portal:log_verify")).content.decode()
    assert log_verifiers()[0].vkey.split("+")[1] in page
    assert "quorum none" in page
    assert "log-page.js" in page
