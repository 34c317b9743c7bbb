"""The rules of the house, held by machine: each test names the rule and says what breaks it and where."""

import ast
import re
import subprocess
import tomllib
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import grimp
import pytest
from django.apps import apps
from django.db import connection, models

from yangguang.policy import examples
from yangguang.trail.models import Fact

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "yangguang"
CONTRACTS = {
    contract["id"]: contract
    for contract in tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
}
# Top first, as in the contract; packages of one line may not see each other.
LAYERS = [[name.strip() for name in line.split("|")] for line in CONTRACTS["stages"]["layers"]]
HEIGHT = {name: -number for number, line in enumerate(LAYERS) for name in line}
CHINESE = re.compile(r"[\u4e00-\u9fff]")
VAGUE = {"utils", "util", "core", "common", "helpers", "helper", "services", "managers", "signals", "misc"}


def modules(*, tests: bool = False) -> Iterator[tuple[Path, ast.Module]]:
    """Every module of the package with its syntax tree; migrations are generated and left out."""
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).parts
        if "migrations" in parts or (not tests and "tests" in parts):
            continue
        yield path, ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def where(path: Path, node: ast.AST) -> str:
    return f"{path.relative_to(ROOT)}:{node.lineno}"


def own_models() -> list[type[models.Model]]:
    found = [model for model in apps.get_models(include_auto_created=True) if model.__module__.startswith("yangguang.")]
    assert found
    return found


def facts() -> list[type[Fact]]:
    return [model for model in own_models() if issubclass(model, Fact)]


# ------------------------------------------------------------------------------------------------- 1–4: order and place


def test_1_stages_import_only_earlier_ones():
    graph = grimp.build_graph("yangguang", cache_dir=None)
    layers = [grimp.Layer(*line, independent=True) for line in LAYERS]
    broken = graph.find_illegal_dependencies_for_layers(layers=layers, containers={"yangguang"})
    assert not broken, sorted(f"{item.importer} 不得导入 {item.imported}" for item in broken)


def test_2_every_package_has_a_place():
    packages = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    assert packages == set(HEIGHT), "pyproject.toml 的层次与目录不一致"
    loose = [path.name for path in PACKAGE.glob("*.py") if path.name != "__init__.py"]
    assert not loose, f"模块须属于某一阶段：{loose}"
    vague = [
        str(path.relative_to(ROOT)) for path in PACKAGE.rglob("*") if path.stem in VAGUE and path.suffix in ("", ".py")
    ]
    assert not vague, f"名称没有说明内容：{vague}"


def test_3_policy_is_pure():
    for path, tree in modules():
        if path.is_relative_to(PACKAGE / "policy"):
            for node in ast.walk(tree):
                names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
                names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
                for name in names:
                    assert name.split(".")[0] not in {"django", "psycopg"}, where(path, node)


def test_4_foreign_keys_point_the_way_of_the_imports():
    wrong = []
    for model in own_models():
        here = model._meta.app_label
        for field in model._meta.get_fields():
            if not (field.is_relation and field.concrete and field.related_model):
                continue
            there = field.related_model._meta.app_label
            if there in HEIGHT and there != here and HEIGHT[there] >= HEIGHT[here]:
                wrong.append(f"{model._meta.label}.{field.name} → {there}")
    assert not wrong


# ------------------------------------------------------------------------------------------------------- 5–6: writing

WRITING = {"save", "create", "bulk_create", "get_or_create", "update_or_create", "bulk_update"}
# These may write rows outside an action: the trail itself, drafts (which are no facts), and what serves the machine.
MAY_WRITE = {"trail", "vault", "policy", "site"}
MAY_WRITE_FILES = {"workbench/drafts.py", "workbench/models.py"}
NOT_A_FACT = "# not a fact"  # said, with the reason, in the line that writes


def test_5_only_actions_write():
    wrong = []
    for path, tree in modules():
        inside = path.relative_to(PACKAGE)
        if inside.parts[0] in MAY_WRITE or "actions" in (inside.stem, *inside.parts) or str(inside) in MAY_WRITE_FILES:
            continue
        lines = path.read_text(encoding="utf-8").splitlines()
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in WRITING:
                if isinstance(node.func.value, ast.Call) and ast.unparse(node.func.value) == "super()":
                    continue  # a model's own guard around its save
                if node.func.attr == "save" and node.args:
                    continue  # an image or a document saved to a file; a row's save takes no positional argument
                if not any(NOT_A_FACT in line for line in lines[node.lineno - 1 : node.end_lineno]):
                    wrong.append(f"{where(path, node)}  {ast.unparse(node.func)}(")
    assert not wrong, "只有 actions.py 可以写入：\n" + "\n".join(wrong)


def test_6_every_action_is_keyword_only():
    found = 0
    for path, tree in modules():
        for node in tree.body:
            if not isinstance(node, ast.FunctionDef):
                continue
            for decorator in node.decorator_list:
                if isinstance(decorator, ast.Call) and getattr(decorator.func, "id", "") == "action":
                    found += 1
                    arguments = node.args
                    assert not (arguments.args or arguments.posonlyargs or arguments.vararg), where(path, node)
                    assert "actions" in (path.stem, path.parent.name), f"动作须在 actions 中：{where(path, node)}"
    assert found


# ----------------------------------------------------------------------------------------- 8–12: packs, facts and names


def test_8_every_packs_examples_hold():
    report = examples.check_all()
    assert report.packs and not report.faults, "\n".join(report.faults)


def test_10_no_field_shadows_a_name_of_fact():
    wrong = []
    for model in facts():
        for base in model.__mro__[1:]:
            if base.__name__ not in {"Fact", "Signed"}:
                continue
            theirs = {field.name: field for field in base._meta.local_fields}
            for field in model._meta.local_fields:
                mine = theirs.get(field.name)
                same = mine is not None and mine.deconstruct()[1:] == field.deconstruct()[1:]
                if not same and hasattr(base, field.name):
                    wrong.append(f"{model._meta.label}.{field.name}")
    assert not wrong


@pytest.fixture
def tables(db) -> dict[str, dict]:
    """What the database itself says of every table: owner, row security, triggers, privileges."""
    query = """
        select c.relname, r.rolname, c.relrowsecurity,
               (select coalesce(bit_or(t.tgtype::int), 0) from pg_trigger t
                 where t.tgrelid = c.oid and not t.tgisinternal and t.tgenabled in ('O', 'A') and t.tgtype & 2 = 2
                   and t.tgfoid = to_regproc('trail_written_once')),
               (select count(*) from pg_policy p where p.polrelid = c.oid),
               array(select p from unnest(array['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER']) p
                      where has_table_privilege('yg_web', c.oid, p)),
               array(select p from unnest(array['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER']) p
                      where has_table_privilege('yg_portal', c.oid, p)),
               exists (select 1 from aclexplode(c.relacl) a where a.grantee = 0)
          from pg_class c join pg_roles r on r.oid = c.relowner
         where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace
    """
    names = ("owner", "secured", "triggers", "policies", "web", "portal", "anybody")
    with connection.cursor() as cursor:
        cursor.execute(query)
        return {row[0]: dict(zip(names, row[1:], strict=True)) for row in cursor.fetchall()}


ON_DELETE, ON_UPDATE, ON_TRUNCATE = 8, 16, 32  # bits of pg_trigger.tgtype


def test_every_model_has_a_table(tables):
    missing = [
        model._meta.label for model in own_models() if model._meta.managed and model._meta.db_table not in tables
    ]
    assert not missing, f"缺少迁移：{missing}"


def test_11_every_fact_table_is_written_once_and_seen_in_scope(tables):
    wrong = []
    for model in facts():
        label, table = model._meta.label, tables.get(model._meta.db_table)
        if table is None:
            continue  # the test above names it
        if model._meta.many_to_many:
            wrong.append(f"{label}：多对多的中间表可以改动，请用单独的事实")
        if ~table["triggers"] & (ON_DELETE | ON_UPDATE | ON_TRUNCATE):
            wrong.append(f"{label}：缺少拒绝改、删、清空的触发器")
        if set(table["web"]) - {"SELECT", "INSERT"}:
            wrong.append(f"{label}：网站角色权限过大 {table['web']}")
        if set(table["portal"]) - {"SELECT"}:
            wrong.append(f"{label}：公示角色权限过大 {table['portal']}")
    assert not wrong, "\n".join(wrong)


def test_11_every_table_with_a_scope_has_row_level_security(tables):
    wrong = []
    for model in own_models():
        table = tables.get(model._meta.db_table)
        carries = any(field.column == "scope" for field in model._meta.local_fields)
        if table and carries and not (table["secured"] and table["policies"]):
            wrong.append(model._meta.label)
    assert not wrong, f"缺少行级安全：{wrong}"


def test_11_no_table_is_open_to_anybody(tables):
    for name, table in tables.items():
        assert table["owner"] == "yg_owner", f"{name} 属于 {table['owner']}"
        assert not table["anybody"], f"{name} 对 PUBLIC 开放"
        assert not {"TRUNCATE", "TRIGGER"} & {*table["web"], *table["portal"]}, name
        if name.startswith(("django_", "axes_", "auth_")):
            assert not table["portal"], f"公示角色可读 {name}"


def test_12_every_model_has_a_chinese_name():
    wrong = [model._meta.label for model in own_models() if not CHINESE.search(str(model._meta.verbose_name))]
    assert not wrong, f"缺少中文 verbose_name：{wrong}"


# ------------------------------------------------------------------------------------------------ 13–15: pages, modules


def test_13_views_take_objects_only_through_queries():
    wrong = []
    for path, tree in modules():
        if "views" in (path.stem, path.parent.name):
            for node in ast.walk(tree):
                if isinstance(node, ast.Attribute) and node.attr in {"objects", "_base_manager", "_default_manager"}:
                    wrong.append(where(path, node))
    assert not wrong


def test_14_no_imports_inside_functions():
    wrong = []
    for path, tree in modules(tests=True):
        for function in ast.walk(tree):
            if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
                wrong += [
                    where(path, node) for node in ast.walk(function) if isinstance(node, ast.Import | ast.ImportFrom)
                ]
    assert not wrong


# These tell a moment without a zone (a form's, a cell's, a document's) from one with.
TELLS_ZONES = {
    "casework/said_as.py", "casework/course/told.py", "record/documents/values.py", "registry/tables/columns.py",
    "site/wording.py", "site/demo_cli.py", "policy/workdays.py",
}  # fmt: skip


def test_14b_a_moment_becomes_a_day_in_local_time():
    """A row's `at` and `timezone.now()` are UTC: their `.date()` is yesterday until eight in the morning."""
    wrong = []
    for path, tree in modules():
        inside = path.relative_to(PACKAGE)
        if str(inside) in TELLS_ZONES or inside.parts[:2] == ("site", "demo"):
            continue
        for node in ast.walk(tree):
            match node:
                case ast.Call(func=ast.Attribute(attr="date"), args=[], keywords=[]):
                    wrong.append(where(path, node))
                case ast.FormattedValue(value=ast.Attribute(attr=name), format_spec=ast.JoinedStr(values=[spec, *_])):
                    if (name == "at" or name.endswith("_at")) and "%" in ast.unparse(spec):
                        wrong.append(where(path, node))
    assert not wrong, "用 timezone.localdate(moment)、timezone.localtime(moment)"


READING = {"env.text", "env.flag", "env.number", "env.names", "env.database", "os.environ.get", "environ.get"}


def test_15_every_setting_is_documented():
    read = set()
    for _, tree in modules():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in READING and node.args:
                read |= {node.args[0].value} if isinstance(node.args[0], ast.Constant) else set()
    page = (ROOT / "docs/reference/settings.md").read_text(encoding="utf-8")
    read.discard("PATH")
    missing = sorted(name for name in read if f"`{name}`" not in page)
    assert read and not missing, f"docs/reference/settings.md 没有说明：{missing}"


def test_migrations_form_one_line():
    """Two people adding a migration at once leave two ends; the second has to renumber."""
    for label in HEIGHT:
        folder = PACKAGE / label / "migrations"
        numbers = sorted(path.name[:4] for path in folder.glob("[0-9]*.py"))
        assert all(int(later) == int(earlier) + 1 for earlier, later in pairwise(numbers)), f"{label}: {numbers}"


# ------------------------------------------------------------------------------------------ what must never be committed

FORBIDDEN = {
    # Written in pieces, so that this file does not contain what it looks for.
    "软件源地址": r"pypi\.(?:org|python)|files\.python" + r"hosted|registry\.npm|npm" + r"mirror",
    "本机路径": r"/work" + r"/(?:main|shared)|\.\./" + r"shared\b|/home/[a-z]+/|/root/[\w.]",
    "密钥": r"BEGIN (?:RSA |EC |OPENSSH )?PRIVATE" + r" KEY|AKIA[0-9A-Z]{16}",
}


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True)
    if listed.returncode:
        pytest.skip("不是 git 工作目录")
    return [ROOT / name for name in listed.stdout.decode().split("\0") if name]


def test_nothing_of_a_machine_or_a_person_is_committed():
    wrong = []
    for path in tracked():
        if not path.is_file() or path.stat().st_size > 2 * 2**20:
            continue
        text = path.read_bytes().decode("utf-8", errors="ignore")
        for what, pattern in FORBIDDEN.items():
            if found := re.search(pattern, text):
                wrong.append(f"{path.relative_to(ROOT)}：{what} {found[0]!r}")
    assert not wrong


def test_third_party_files_are_not_committed():
    wrong = [str(path.relative_to(ROOT)) for path in tracked() if {"node_modules", "vendor"} & set(path.parts)]
    wrong += [str(path.relative_to(ROOT)) for path in tracked() if path.suffix in {".ttf", ".otf", ".woff2", ".whl"}]
    assert not wrong


def test_large_files_are_not_committed():
    large = {
        str(path.relative_to(ROOT)): path.stat().st_size
        for path in tracked()
        if path.is_file() and path.stat().st_size > 2**20
    }
    assert not large
