"""Every attack of the corpus is reported, by the check it belongs to, in the words the reference page gives."""

import re
import shutil
from pathlib import Path

import pytest
from django.db import connections
from django.test import override_settings

from conftest import TEMPLATE, _clone
from tests.attacks import corpus, scene

QUIET = ("audit", "verify", "verify_since", "verify_policy", "restore_check", "start", "witness")


@pytest.fixture(scope="module")
def prepared(cluster, django_db_setup, django_db_blocker, tmp_path_factory):
    """The untouched log, made once; every attack has a copy of its own."""
    home = tmp_path_factory.mktemp("attacks") / "home"
    home.mkdir()
    witness_folder = home.parent / "witness"
    with (
        override_settings(LOG_DIR=home / "log", KEYS_DIR=home / "keys"),
        _clone(cluster, TEMPLATE, django_db_blocker, home) as made,
    ):
        scene.build(home, witness_folder)
        yield made, witness_folder


@pytest.fixture
def it(cluster, prepared, django_db_blocker, tmp_path):
    made, witness_folder = prepared
    shutil.copytree(made.home, tmp_path / "home", symlinks=True)
    shutil.copytree(witness_folder, tmp_path / "witness")
    connections.close_all()  # a database is copied only while nobody is connected to it
    with (
        _clone(cluster, made.name, django_db_blocker, tmp_path / "home") as fresh,
        scene.at(fresh, tmp_path / "witness") as here,
    ):
        yield here


def test_the_untouched_log_passes_every_check(it):
    for name in QUIET:
        assert getattr(it, name)() == "", name
    assert it.sequencer() == ""
    assert it.audit() == ""


@pytest.mark.clause("DH-2.2.4b", "DH-2.2.4c", "WC-2.2.4")
@pytest.mark.parametrize("attack", corpus.ATTACKS, ids=lambda attack: attack.name)
def test_the_attack_is_reported(it, attack):
    attack.do(it)
    said = getattr(it, attack.check)()
    assert re.search(attack.says, said, re.DOTALL), said or "没有发现"


def test_there_are_enough_of_them_and_each_has_its_name():
    names = [attack.name for attack in corpus.ATTACKS]
    assert len(set(names)) == len(names) >= 14
    told = (Path(__file__).parents[1] / "test_tampering.py").read_text("utf-8")
    for *_, says, test in corpus.ELSEWHERE:
        assert f"def {test}(" in told
        assert says in told


def test_the_reference_page_is_up_to_date():
    assert corpus.PAGE.read_text("utf-8") == corpus.table(), (
        "请运行 python -m tests.attacks > docs/reference/attacks.md"
    )
