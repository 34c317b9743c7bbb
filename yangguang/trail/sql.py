"""Migration operations that make the database itself hold the rules: written once, seen within one's scope only.

The roles `yg_web`, `yg_portal` and `yg_owner` exist before any migration runs; migrations are run by `yg_owner`.
A migration that uses these helpers depends on `("trail", "0001_initial")`.
"""

from django.db.migrations.operations import RunSQL

IN_SCOPE = "scope >= (select current_setting('app.lo', true)) and scope < (select current_setting('app.hi', true))"

WRITTEN_ONCE = RunSQL(
    """
    create function trail_written_once() returns trigger language plpgsql as $$
    begin
        raise exception '“%”的记录一经写入不得修改、删除或清空（全过程记录不可删改）', tg_table_name
            using errcode = 'restrict_violation', hint = '如需更正，请写入一条新的记录';
    end $$;
    """,
    "drop function trail_written_once();",
)


def written_once(table: str) -> list[RunSQL]:
    """Triggers that refuse UPDATE, DELETE and TRUNCATE for everybody, the owner included."""
    return [
        RunSQL(
            f"""
            create trigger {table}_written_once before update or delete on {table}
                for each row execute function trail_written_once();
            create trigger {table}_never_emptied before truncate on {table}
                for each statement execute function trail_written_once();
            """,
            f"""
            drop trigger {table}_never_emptied on {table};
            drop trigger {table}_written_once on {table};
            """,
        )
    ]


def granted(table: str, web: str, portal: str) -> list[RunSQL]:
    """Exactly these privileges for the web and the portal role, and none for anybody else."""
    grants = [f"revoke all on {table} from public, yg_web, yg_portal;"]
    for role, rights in (("yg_web", web), ("yg_portal", portal)):
        if rights:
            grants.append(f"grant {rights} on {table} to {role};")
        if "insert" in rights.lower():
            grants.append(_sequences(table, role))
    return [RunSQL("\n".join(grants), f"revoke all on {table} from yg_web, yg_portal;")]


def _sequences(table: str, role: str) -> str:
    return f"""
    do $$ declare owned regclass; begin
        for owned in select objid::regclass from pg_depend d join pg_class c on c.oid = d.objid
            where d.refobjid = '{table}'::regclass and d.deptype in ('a', 'i') and c.relkind = 'S'
        loop execute format('grant usage on sequence %s to {role}', owned); end loop;
    end $$;"""  # noqa: S608  table names of our own migrations


def secured(table: str, web: str | None, portal: str | None) -> list[RunSQL]:
    """Row-level security: the web role sees and writes rows for which `web` holds, the portal role reads `portal`."""
    forward = [f"alter table {table} enable row level security;"]
    back = []
    if web:
        forward.append(f"create policy {table}_web on {table} to yg_web using ({web}) with check ({web});")
        back.append(f"drop policy {table}_web on {table};")
    if portal:
        forward.append(f"create policy {table}_portal on {table} for select to yg_portal using ({portal});")
        back.append(f"drop policy {table}_portal on {table};")
    back.append(f"alter table {table} disable row level security;")
    return [RunSQL("\n".join(forward), "\n".join(back))]


def fact_table(
    table: str,
    scope: bool = True,
    web: str = "INSERT, SELECT",
    portal: str = "",
    portal_when: str = "true",
) -> list[RunSQL]:
    """A table of facts: written once, visible within the scope, granted to web and portal.

    **Shape:** `portal_when` is the SQL condition for rows the portal role may read (used with `portal="SELECT"`).
    A table without a `scope` column passes `scope=False`; the web role then reads every row.
    """
    return [
        *written_once(table),
        *secured(table, IN_SCOPE if scope else "true", portal_when if portal else None),
        *granted(table, web, portal),
    ]


def scoped_table(
    table: str,
    web: str = "SELECT, INSERT, UPDATE, DELETE",
    portal: str = "",
    portal_when: str = "true",
) -> list[RunSQL]:
    """A table of mutable rows that carries a `scope` column."""
    return [
        *secured(table, IN_SCOPE, portal_when if portal else None),
        *granted(table, web, portal),
    ]


def plain_table(table: str, web: str = "SELECT, INSERT, UPDATE, DELETE", portal: str = "") -> list[RunSQL]:
    """A table without a scope: mutable, seen whole by those it is granted to."""
    return granted(table, web, portal)


CHAIN_HEAD = RunSQL(
    # The head of a chain may have been written by a body the asker cannot see (a supervisor, say); its number and
    # commitment are needed to write the next line, and tell nothing else.
    """
    create function trail_head(asked text) returns table(seq integer, commitment bytea)
        language sql stable security definer set search_path = public, pg_temp as $$
        select e.seq, e.commitment from trail_entry e where e.chain = asked order by e.seq desc limit 1
    $$;
    revoke all on function trail_head(text) from public;
    grant execute on function trail_head(text) to yg_web;
    """,
    "drop function trail_head(text);",
)
