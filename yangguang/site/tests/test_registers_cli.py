"""The commands for the registers: a place nobody registered is said, a pause of nothing is refused, one bad thing holds nobody up."""

import argparse
import re

import pytest

from tests import registered
from yangguang.portal.finding import index, sources
from yangguang.registry import access
from yangguang.registry.models import PublicBody
from yangguang.registry.tests.test_tables import as_csv
from yangguang.site import changes_cli, cli, registry_cli


@pytest.mark.parametrize("said", ["0", "-1", "nan", "inf", "1e9", "常常"])
def test_a_pause_that_is_none_is_refused(said, capsys):
    parser = argparse.ArgumentParser()
    changes_cli.add_to(parser.add_subparsers())
    with pytest.raises(SystemExit):
        parser.parse_args(["changes", "run", "--interval", said])
    assert "应为 1 至 3600 的秒数" in capsys.readouterr().err


@pytest.mark.django_db
def test_under_a_place_that_is_not_registered_nothing_is_taken_for_empty():
    with access.within(""):
        town = registered.town()
        scope = town.body.scope
        assert registry_cli._hand("").scope == "" and registry_cli._hand(scope).body == town.body
        above = scope.split("/")[0] + "/"
        assert registry_cli._hand(above).scope == above  # those below a place count, though nobody sits there
        for wrong in (scope.rstrip("/"), "99/", scope + "x/", "%/"):
            with pytest.raises(registry_cli.NoSuchPlace, match="没有位置为"):
                registry_cli._hand(wrong)
        assert registry_cli._hand("99/", coming=True).scope == "99/"  # the file registers it
        with pytest.raises(registry_cli.NoSuchPlace):
            registry_cli._hand("99", coming=True)


@pytest.mark.django_db
def test_what_cannot_be_read_is_told_once_with_its_cause_and_the_others_are_found(monkeypatch, capsys):
    with access.within(""):
        town = registered.town()
        bad = f"body:{town.body.key}"
        many = len(index.pending()[0])
        real = sources.READERS["body"]

        def broken(names):  # type: ignore[no-untyped-def]
            if str(town.body.key) in names:
                raise KeyError("columns")
            yield from real(names)

        monkeypatch.setitem(sources.READERS, "body", broken)
        told: set[str] = set()
        assert not changes_cli._renew_search(told)
        said = capsys.readouterr().err
        assert f"公开检索没有收入 {bad}" in said and "KeyError: 'columns'" in said and "Traceback" in said
        assert set(index.pending()[0]) == {bad} and many > 1
        assert not changes_cli._renew_search(told) and capsys.readouterr().err == ""
        with pytest.raises(KeyError):
            index.renew()
        monkeypatch.setitem(sources.READERS, "body", real)
        assert changes_cli._renew_search(told) and index.pending() == ({}, [])
        assert PublicBody.objects.using("portal").filter(key=town.body.key).exists()


# ---- the command -----------------------------------------------------------------------------------------------------


@pytest.fixture
def command(fresh_database, monkeypatch, settings, capsys):
    """The command line in this process, on the database that commits and in its home."""
    settings.VAULT_DIR = fresh_database.home / "vault"
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_PORTAL_URL"):
        monkeypatch.setenv(name, fresh_database.env[name])

    def run(*arguments: str) -> tuple[int, str]:
        capsys.readouterr()
        code = cli.main(list(arguments))
        return code, capsys.readouterr().out

    return run


def test_the_command_checks_enters_and_takes_out(fresh_database, command, tmp_path):
    head = ["位置", "名称", "类型", "统一社会信用代码", "行政区划代码", "适用规则包", "机关代字", "生效日期"]
    file = tmp_path / "bodies.csv"
    file.write_bytes(
        as_csv(
            head,
            ["41.15.21/", "罗山县司法局", "行政执法监督机构", "114115210059900272", "411521", "cn", "罗司", "2024-01-01"],
            ["41.15.21/x/", "某局", "行政机关", "114115210060050423", "411521", "cn", "某", "2024-01-01"],
        )
    )  # fmt: skip
    code, said = command("registry", "import", "bodies", str(file))
    assert code == 1 and "新登记 1 行" in said and "第 3 行 统一社会信用代码" in said
    listed = tmp_path / "errors.csv"
    done = fresh_database.run(
        "registry", "import", "bodies", str(file), "--apply", "--errors", str(listed), check=False
    )  # a process of its own, as at the machine
    assert done.returncode == 1 and "登记：新登记 1 行" in done.stdout and "校验码" in listed.read_text("utf-8-sig")
    out = tmp_path / "out.xlsx"
    code, said = command("registry", "export", "bodies", str(out))
    assert code == 0 and "1 行已写到" in said
    assert command("registry", "export", "bodies", str(out), "--under", "41.15.22/")[0] == 1
    code, said = command("registry", "import", "bodies", str(out), "--apply")
    assert code == 0 and "没有变化 1 行" in said
    assert "核对通过" in fresh_database.run("vault", "scrub").stdout
    assert re.search("通过|一致|相符", fresh_database.run("audit").stdout)
    assert command("registry", "template", "officers", str(tmp_path / "t.csv"))[0] == 0
    assert command("registry", "template", "officers", str(tmp_path / "t.doc"))[0] == 1
