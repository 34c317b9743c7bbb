"""What the database itself should refuse: the triggers, functions, policies and privileges, as they were put there."""

import re
from collections.abc import Iterator

from django.db import connections

from yangguang.trail import sql
from yangguang.trail.audit_entries import Finding
from yangguang.trail.models import Fact

LOG = ("trail_entry", "trail_leaf", "trail_tile", "trail_checkpoint")
ON_DELETE, ON_UPDATE, ON_TRUNCATE = 8, 16, 32  # bits of pg_trigger.tgtype
OPERATIONS = {ON_UPDATE: "修改", ON_DELETE: "删除", ON_TRUNCATE: "清空"}

GUARDS = """
    select c.relname,
           (select coalesce(bit_or(t.tgtype::int), 0) from pg_trigger t where t.tgrelid = c.oid and not t.tgisinternal
             and t.tgenabled in ('O', 'A') and t.tgtype & 2 = 2
             and t.tgfoid in (to_regproc('public.trail_written_once'), to_regproc('public.trail_entry_kept'))),
           c.relrowsecurity,
           array(select r || ':' || p from unnest(array['yg_web', 'yg_portal']) r,
                 unnest(array['UPDATE', 'DELETE', 'TRUNCATE']) p where has_table_privilege(r, c.oid, p)),
           exists (select from pg_rewrite w where w.ev_class = c.oid)
      from pg_class c where c.relnamespace = 'public'::regnamespace and c.relname = any(%s)
"""


def removed(using: str, facts: list[type[Fact]]) -> Iterator[Finding]:
    """Every guard that is not there any more, or does something else."""
    titles = {model._meta.db_table: str(model._meta.verbose_name) for model in facts} | {name: name for name in LOG}
    scoped = {model._meta.db_table for model in facts} | {"trail_entry"}
    with connections[using].cursor() as cursor:
        cursor.execute(GUARDS, [list(titles)])
        rows = {row[0]: row[1:] for row in cursor.fetchall()}
        cursor.execute("select proname, prosrc from pg_proc where pronamespace = 'public'::regnamespace")
        bodies = dict(cursor.fetchall())
    for table, title in titles.items():
        if table not in rows:
            yield _found(table, f"“{title}”的表 {table} 不见了")
            continue
        triggers, secured, rights, rewritten = rows[table]
        if missing := [word for bit, word in OPERATIONS.items() if not triggers & bit]:
            yield _found(table, f"“{title}”（{table}）上拒绝{'、'.join(missing)}的触发器被去掉或停用")
        if table in scoped and not secured:
            yield _found(table, f"“{title}”（{table}）的行级安全被关闭")
        if rights:
            yield _found(table, f"“{title}”（{table}）多授了权限：{'、'.join(rights)}")
        if rewritten:
            yield _found(table, f"“{title}”（{table}）上有改写规则")
    for name, body in expected().items():
        if name not in bodies:
            yield _found(name, f"数据库函数 {name} 不见了")
        elif bodies[name] != body:
            yield _found(name, f"数据库函数 {name} 被换过，与程序的不同")


def expected() -> dict[str, str]:
    """The functions as the migrations made them."""
    text = f"{sql.CHAIN_HEAD.sql}\n{sql.LOCKS.sql}\n{sql.ERASURE.sql}"
    return dict(re.findall(r"function (\w+)\([^;]*?as \$\$(.*?)\$\$", text, re.DOTALL))


def _found(where: str, sentence: str) -> Finding:
    return Finding("guard-removed", where, None, sentence)
