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


def clauses_named(said: dict[str, str]) -> RunSQL:
    """The messages of triggers name their clauses, in `detail`; what a clause says stands in the pack, not in them.

    **Shape** `said`: the words of law that end a message → the clauses, by their ids, apart by spaces.
    """
    there, back = [], []
    rest, errcode = "((?:, *[a-z_.]+)*)", "using errcode = ''check_violation''"
    for words, clauses in said.items():
        named = f"{errcode}, detail = ''{clauses}''"
        there.append(rf"(E'（{words}）''{rest}\\s+{errcode}', E'''\\1 {named}')")
        back.append(rf"(E'''{rest} {named}', E'（{words}）''\\1 {errcode}')")
    return RunSQL(_reworded(there), _reworded(back))


def _reworded(pairs: list[str]) -> str:
    """Every function whose body holds one of the patterns, written anew."""
    return f"""
    do $do$ declare f record; r record; body text; begin
        for f in select p.oid from pg_proc p join pg_language l on l.oid = p.prolang
                  where p.pronamespace = 'public'::regnamespace and l.lanname = 'plpgsql' loop
            body := pg_get_functiondef(f.oid);
            for r in select * from (values {", ".join(pairs)}) as v(was, becomes) loop
                body := regexp_replace(body, r.was, r.becomes, 'g');
            end loop;
            if body <> pg_get_functiondef(f.oid) then execute body; end if;
        end loop;
    end $do$;
    """  # noqa: S608  words of our own migrations


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

LOCKS = RunSQL(
    # Each statement of a volatile function has a snapshot of its own: what is read is younger than the lock.
    """
    create function trail_lock(number bigint, asked text) returns table(seq integer, commitment bytea)
        language plpgsql volatile set search_path = public, pg_temp as $$
    begin
        perform pg_advisory_xact_lock(number);
        return query select h.seq, h.commitment from trail_head(asked) h;
    end $$;
    create function trail_once(number bigint, asked uuid) returns bigint
        language plpgsql volatile set search_path = public, pg_temp as $$
    begin
        perform pg_advisory_xact_lock(number);
        return (select e.id from trail_entry e where e.once = asked);
    end $$;
    revoke all on function trail_lock(bigint, text), trail_once(bigint, uuid) from public;
    grant execute on function trail_lock(bigint, text), trail_once(bigint, uuid) to yg_web;
    """,
    "drop function trail_lock(bigint, text); drop function trail_once(bigint, uuid);",
)


# ---- the one lawful exception: erasure ---------------------------------------------------------------------------

WRITTEN_ONCE_OR_ERASED = """
create or replace function trail_written_once() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' then
        if trail_may_blank(tg_table_name::text, to_jsonb(old), to_jsonb(new)) then
            return new;
        end if;
    end if;
    raise exception '“%”的记录一经写入不得修改、删除或清空（全过程记录不可删改）', tg_table_name
        using errcode = 'restrict_violation', hint = '如需更正，请写入一条新的记录';
end $$;
"""

# Two different people, both of their lines in the signed log already: only then is an erasure one that may be done.
ERASURE = RunSQL(
    """
    create function trail_ground(asked uuid) returns boolean
        language sql stable security definer set search_path = public, pg_temp as $$
        select exists (
            select from trail_erasure x
            join trail_erasureorder o on o.id = x.order_id and o.entry_erased_id = x.entry_erased_id
            join trail_entry target on target.id = x.entry_erased_id
            join trail_entry eo on eo.fact_ref = 'trail.erasureorder:' || o.id and eo.kind = 8
            join trail_entry ex on ex.fact_ref = 'trail.erasure:' || x.id and ex.kind = 8
            join trail_leaf lt on lt.entry_id = target.id
            join trail_leaf lo on lo.entry_id = eo.id
            join trail_leaf lx on lx.entry_id = ex.id
            where x.id = asked and target.kind <> 8 and eo.by_ref <> ex.by_ref
              and 'system' not in (eo.by_ref, ex.by_ref) and o.clause <> '' and o.ground <> '' and o.reason <> '')
    $$;
    create function trail_stub(payload text, erasure uuid) returns text
        language sql immutable set search_path = public, pg_temp as $$
        select json_build_object('p', json_build_object(
            'at', payload::json #>> '{p,at}', 'erased', erasure, 'row', '{}'::json))::text
    $$;
    create function trail_may_blank(table_name text, was jsonb, becomes jsonb) returns boolean
        language sql stable security definer set search_path = public, pg_temp as $$
        select exists (
            select from trail_entry target
            join trail_erasure x on x.entry_erased_id = target.id
            join trail_erasureorder o on o.id = x.order_id
            where target.fact_ref = regexp_replace(table_name, '_', '.') || ':' || (was ->> 'id') and trail_ground(x.id)
              and not exists (
                select from jsonb_each(was) a join jsonb_each(becomes) b using (key)
                where a.value is distinct from b.value
                  and not (o.columns ? key and b.value in ('""', 'null', '{}', '[]'))))
    $$;
    create function trail_entry_kept() returns trigger language plpgsql as $$
    begin
        if to_jsonb(new) - array['payload', 'salt'] = to_jsonb(old) - array['payload', 'salt'] and length(new.salt) = 0
            and exists (select from trail_erasure x where x.entry_erased_id = old.id and trail_ground(x.id)
                        and new.payload = trail_stub(old.payload, x.id)) then
            return new;
        end if;
        raise exception '“%”的记录一经写入不得修改、删除或清空（全过程记录不可删改）', tg_table_name
            using errcode = 'restrict_violation', hint = '如需更正，请写入一条新的记录';
    end $$;
    create function trail_carry_out_erasures() returns integer
        language plpgsql security definer set search_path = public, pg_temp as $$
    declare
        due record; name text; kind text; nullable boolean; place text; done integer := 0;
    begin
        for due in
            select x.id, t.id as entry_id, t.fact_ref, o.columns from trail_erasure x
            join trail_erasureorder o on o.id = x.order_id join trail_entry t on t.id = x.entry_erased_id
            where length(t.salt) > 0 and trail_ground(x.id) order by x.id
        loop
            place := replace(split_part(due.fact_ref, ':', 1), '.', '_');
            for name in select jsonb_array_elements_text(due.columns) loop
                select c.data_type, c.is_nullable = 'YES' into kind, nullable from information_schema.columns c
                    where c.table_schema = 'public' and c.table_name = place and c.column_name = name;
                execute format('update %I set %I = %s where id = %L', place, name,
                    case when nullable then 'null' when kind = 'jsonb' then '''{}''' else '''''' end,
                    split_part(due.fact_ref, ':', 2));
            end loop;
            update trail_entry set payload = trail_stub(payload, due.id), salt = ''::bytea where id = due.entry_id;
            done := done + 1;
        end loop;
        return done;
    end $$;
    revoke all on function trail_ground(uuid), trail_may_blank(text, jsonb, jsonb), trail_carry_out_erasures() from public;
    grant execute on function trail_carry_out_erasures() to yg_web;
    """  # noqa: S608  nothing of a caller's is in it
    + WRITTEN_ONCE_OR_ERASED
    + """
    drop trigger trail_entry_written_once on trail_entry;
    create trigger trail_entry_written_once before delete on trail_entry
        for each row execute function trail_written_once();
    create trigger trail_entry_kept before update on trail_entry for each row execute function trail_entry_kept();
    """,
    RunSQL.noop,
)

ERASURES_TOLD = RunSQL(
    """
    create function trail_erasures_told(most integer)
        returns table(place bigint, clause text, asked_at timestamptz, agreed_at timestamptz, total bigint)
        language sql stable security definer set search_path = public, pg_temp as $$
        select l.index, o.clause, o.at, x.at, count(*) over ()
        from trail_erasure x
        join trail_erasureorder o on o.id = x.order_id
        join trail_entry t on t.id = x.entry_erased_id
        join trail_leaf l on l.entry_id = t.id
        where length(t.salt) = 0
        order by x.at desc, x.id desc limit least(greatest(most, 0), 200)
    $$;
    revoke all on function trail_erasures_told(integer) from public;
    grant execute on function trail_erasures_told(integer) to yg_portal, yg_web;
    """,
    "drop function trail_erasures_told(integer);",
)
