"""An edition is the words the rules were read from: kept, it loads again as the same law, byte for byte."""

import json

import pytest

from yangguang.policy import editions, packs, scaffold
from yangguang.policy.errors import PackError


@pytest.fixture
def folder(tmp_path):
    return scaffold.new("cn-shifan-xian", extends="cn", name="示范县", region="999999", level="county", into=tmp_path)


def test_an_edition_loads_again_as_the_same_law(folder):
    """Also with the line ends of another system: they are part of the bytes the version is made of."""
    for path in (folder / "pack.yaml", folder / "clauses.tsv"):
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    pack = packs.load_folder(folder)
    kept = editions.archive(pack)
    again = editions.restore(kept, pack.version)
    assert (again.id, again.version, editions.archive(again)) == (pack.id, pack.version, kept)
    assert again.ask("covers", {"kind": "penalty"}).as_json() == pack.ask("covers", {"kind": "penalty"}).as_json()


def test_files_edited_while_the_program_runs_do_not_get_into_the_edition(folder):
    """A case is bound to the rules that answered it, not to what stands on the disk by then."""
    pack = packs.load_folder(folder)
    path = folder / "pack.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "since: 2026-01-01\n", encoding="utf-8")
    assert packs.load_folder(folder).version != pack.version
    assert editions.restore(editions.archive(pack), pack.version).version == pack.version


def test_another_version_is_refused(folder):
    pack = packs.load_folder(folder)
    document = json.loads(editions.archive(pack))
    document["files"]["cn-shifan-xian/pack.yaml"] += "since: 2026-01-01\n"
    with pytest.raises(PackError, match=rf"存档的内容是版本 \w+，不是 {pack.version}.*修改办法"):
        editions.restore(json.dumps(document).encode(), pack.version)
