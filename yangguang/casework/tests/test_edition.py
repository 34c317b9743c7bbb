"""A case is judged by the edition of the law it was opened under."""

import shutil

import pytest

from tests import story
from yangguang.casework import queries as cases
from yangguang.lawbook import queries
from yangguang.policy import files, packs
from yangguang.registry import access

pytestmark = pytest.mark.django_db

QINGSHAN = "cn-henan-xinyang-qingshan"


@pytest.fixture
def opened():
    with access.within(""):
        return story.begin("apply")


def test_a_case_is_judged_by_its_own_edition_after_the_pack_changed(opened, tmp_path, settings, monkeypatch):
    """The pack gains a rule after the case was opened: the case does not see it, a new case would."""
    settings.HOME = tmp_path / "home"
    later = tmp_path / "packs"
    for layer in packs.load(QINGSHAN).chain:
        shutil.copytree(files.ROOT / layer, later / layer)
    pack_file = later / QINGSHAN / "pack.yaml"
    words = pack_file.read_text(encoding="utf-8")
    line = "  identity_rule:\n"
    assert words.count(line) == 1
    pack_file.write_text(words.replace(line, "  assessment_period:\n    - {value: P3M, because: QS-4.1b}\n" + line))
    newer = packs.load_from(later, QINGSHAN)
    assert newer.version != opened.case.pack_version
    monkeypatch.setattr(packs, "load", lambda name: newer)
    queries._earlier.cache_clear()
    assert newer.ask("assessment_period").value == "P3M"
    kept = cases.pack_of(opened.case)
    assert kept.version == opened.case.pack_version
    assert kept.ask("assessment_period").value is None
