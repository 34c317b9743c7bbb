"""A licence walked by its course from beginning to archive: its papers bear codes, its trail audits, its package proves itself."""

import re
from contextlib import closing
from pathlib import Path

import pypdfium2
import pytest
from django.test import override_settings

from tests import story
from tests.walker import Walker, a_power
from yangguang.disclosure import queries as disclosures
from yangguang.record.models import Item, Seal
from yangguang.record.package import verify
from yangguang.registry import access
from yangguang.trail import asking
from yangguang.trail.sequencer import integrate_now
from yangguang.vault import store

WAY = {"acceptance_outcome": "accepted", "licence_outcome": "granted"}


@pytest.mark.clause("DH-2.2.4c", "QS-3.2.0b", "QD-3.2.2(2)c")
def test_a_guided_case_is_verifiable_from_paper_to_package(fresh_database, tmp_path):
    home = fresh_database.home
    folders = override_settings(LOG_DIR=home / "log", KEYS_DIR=home / "keys", VAULT_DIR=home / "vault", HOME=home)
    with folders:
        with access.within(""):
            who = story.people()
            walker = Walker(who, story.at(9, 1, 9), dict(WAY))
            walker.begin("licence", "ordinary", a_power(who.body, "licence", story.at(8, 1), story.at(8, 1).date()))
            walker.walk()
            walker.archive()
            case = walker.course.case
            sent = [one for one in Item.objects.filter(dossier=case.dossier_id) if one.meta.get("code")]
            decided = walker.course.decision
        assert decided is not None and decided in sent
        with access.within(""):
            approval = Item.objects.filter(dossier=case.dossier_id, code="licence_approval").latest("at")
        chain = [(one["role"], one["name"]) for one in approval.data["opinions"]]
        assert [role for role, _ in chain] == ["承办人意见", "承办机构意见", "法制审核意见", "负责人意见"], chain
        assert chain[-1] == ("负责人意见", who.chen.name), chain
        integrate_now()

        # The paper leads to the page that says it is ours; whoever holds the bytes gets the proof.
        with store.open(decided.digest) as kept, closing(pypdfium2.PdfDocument(kept.read())) as paper:
            assert _pictures(paper) >= 1
        codes = [one.meta["code"] for one in sent]
        assert len(set(codes)) == len(codes) == Seal.objects.filter(code__in=codes, what="original").count()
        assert re.fullmatch("[2-9A-HJ-NP-Z]{10}", decided.meta["code"])
        worth = disclosures.standing(decided.meta["code"])
        assert worth is not None and (worth.number, worth.title) == (decided.number, decided.title)
        assert worth.state == "published"  # the course published it: under the code that is on the paper
        assert worth.row is not None and worth.row.code == decided.meta["code"]

        # The database against the log, and the projections against the facts.
        assert "相符" in fresh_database.run("audit").stdout
        fresh_database.run("rebuild", "--check")

        # The package, made and checked at the command line.
        out = tmp_path / "out"
        out.mkdir()
        said = fresh_database.run("case", "package", str(case.pk), "-o", str(out)).stdout
        (top,) = out.iterdir()
        policy = tmp_path / "policy"
        policy.write_text(asking.own_policy(), encoding="utf-8")
        judged = verify.Package(top).check(policy.read_text(encoding="utf-8"))
        assert judged.problems == [] and judged.kept == len(list((top / "data/电子档案").rglob("*.*"))), said
        checked = fresh_database.run("case", "verify", str(top), "--policy", str(policy)).stdout
        assert "通过" in checked
        assert (top / "yangguang/policy").read_text(encoding="utf-8").endswith(asking.own_policy())
        victim = sorted(Path(top / "data/电子档案").rglob("*.pdf"))[0]
        victim.write_bytes(victim.read_bytes()[:-1] + b" ")
        assert fresh_database.run("case", "verify", str(top), check=False).returncode == 1


def _pictures(paper: pypdfium2.PdfDocument) -> int:
    """Drawn things on the first page that are neither text nor a rule: the code is one."""
    page = paper[0]
    return sum(1 for one in page.get_objects() if one.type not in (1,))
