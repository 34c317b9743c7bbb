"""`yangguang law diff --cases`: which open cases an edition of the law would touch."""

import shutil

import pytest

from tests import story
from yangguang.policy import diff, files, packs
from yangguang.registry import access
from yangguang.site import law_cases

QINGSHAN = "cn-henan-xinyang-qingshan"


@pytest.fixture
def newer(tmp_path):
    """The same packs with one line more for licences, or for penalties."""

    def changed(kind: str):
        root = tmp_path / kind
        for layer in packs.load(QINGSHAN).chain:
            shutil.copytree(files.ROOT / layer, root / layer)
        path = root / QINGSHAN / "pack.yaml"
        line = "  identity_rule:\n"
        words = path.read_text(encoding="utf-8")
        assert words.count(line) == 1
        more = f"    - {{when: {{kind: {kind}}}, value: wear_and_show, because: QS-3.1.2c}}\n"
        path.write_text(words.replace(line, line + more), encoding="utf-8")
        return packs.load_from(root, QINGSHAN)

    return changed


def test_the_cases_of_the_old_edition_that_the_change_reaches(fresh_database, newer):
    with access.within(""):
        begun = story.begin("apply")
    later = newer("penalty")
    reached = law_cases.touched(diff.compare(packs.load(QINGSHAN), later))
    assert [one.title for one in reached] == [begun.case.title]
    assert "identity_rule" in reached[0].changes[0]
    assert begun.case.title in reached[0].line()
    assert law_cases.touched(diff.compare(packs.load(QINGSHAN), newer("licence"))) == []
    assert law_cases.touched(diff.compare(later, packs.load(QINGSHAN))) == []  # nobody runs under that one


def test_an_edition_is_found_in_the_vault_by_its_version(fresh_database, settings, tmp_path):
    settings.HOME = tmp_path
    with access.within(""):
        begun = story.begin("apply")
    found = law_cases.kept(begun.case.pack_version)
    assert (found.id, found.version) == (QINGSHAN, begun.case.pack_version)
    assert found is not packs.load(QINGSHAN)
    assert law_cases.kept("0" * 12) is None
