"""What the database holds of the registry by itself: what the law makes public is read by every body."""

from django.db.migrations.operations import RunSQL

from yangguang.trail.sql import IN_SCOPE, granted, written_once


def read_by_all(table: str) -> list[RunSQL]:
    """A table of facts that every body may read and each writes only within its own scope."""
    forward = f"""
        alter table {table} enable row level security;
        create policy {table}_read on {table} for select to yg_web using (true);
        create policy {table}_write on {table} for insert to yg_web with check ({IN_SCOPE});
    """
    back = f"""
        drop policy {table}_write on {table};
        drop policy {table}_read on {table};
        alter table {table} disable row level security;
    """
    return [*written_once(table), RunSQL(forward, back), *granted(table, "INSERT, SELECT", "")]


# A certificate stands on a passed exam of the same person that is on record; rows older than the register are left alone.
RESTS_ON_AN_EXAM = RunSQL(
    """
    create function registry_certificate_rests() returns trigger language plpgsql as $$
    begin
        if not exists (
            select 1 from registry_exam e
            where e.id = new.exam_id and e.passed and e.officer_key = new.officer_key and e."on" = new.exam_passed_on
        ) then
            raise exception '没有本人考试合格的登记，不得颁发行政执法证'
                using errcode = 'check_violation', hint = '先登记执法资格考试成绩';
        end if;
        return new;
    end $$;
    create trigger registry_certificate_rests before insert on registry_certificate
        for each row execute function registry_certificate_rests();
    """,
    """
    drop trigger registry_certificate_rests on registry_certificate;
    drop function registry_certificate_rests();
    """,
)

# Whether a person may act on a day on the strength of one certificate: the rule of `queries.standing`, for the database.
MAY_ACT = RunSQL(
    """
    create function registry_may_act(person uuid, held uuid, day date) returns boolean
        language sql stable set search_path = public, pg_temp as $$
        select exists (
            select 1 from registry_certificate c
            where c.id = held and c.officer_key = person and day between c.valid_from and c.valid_to
              and coalesce((select h.state from registry_certificatechange h
                             where h.certificate_id = c.id and h."on" <= day
                             order by h."on" desc, h.at desc limit 1), 'restored') = 'restored'
              and coalesce((select k.passed from registry_certificatecheck k
                             where k.certificate_id = c.id and k."on" <= day
                             order by k."on" desc, k.at desc limit 1), true))
           and not coalesce((select o.auxiliary from registry_officer o where o.key = person and o.valid_from <= day
                              order by o.valid_from desc, o.id desc limit 1), false)
    $$;
    create function registry_may_act(person uuid, day date) returns boolean
        language sql stable set search_path = public, pg_temp as $$
        select coalesce(
            (select registry_may_act(person, c.id, day) from registry_certificate c
              where c.officer_key = person and day between c.valid_from and c.valid_to
              order by c.valid_from desc, c.id desc limit 1), false)
    $$;
    revoke all on function registry_may_act(uuid, uuid, date), registry_may_act(uuid, date) from public;
    grant execute on function registry_may_act(uuid, uuid, date), registry_may_act(uuid, date) to yg_web;
    """,
    """
    drop function registry_may_act(uuid, date);
    drop function registry_may_act(uuid, uuid, date);
    """,
)


# Who signs in is read before it is known what they may see; then the transaction sees that, and nothing beyond.
ENTERED = RunSQL(
    # The account with all that is asked of it first; a transaction that is open sees its part of the tree from then on.
    """
    create function registry_entered(asked bigint, reaching text[])
        returns table(account registry_account, officer registry_officer, body registry_body, roles text[])
        language plpgsql volatile set search_path = public, pg_temp as $$
    declare every text := chr(1114111); own text := chr(1);
    begin
        select a.* into account from registry_account a where a.id = asked;
        if not found then
            return;
        end if;
        perform set_config('app.lo', '', true), set_config('app.hi', every, true);
        select o.* into officer from registry_officer o where o.id = (account).officer_id;
        select b.* into body from registry_body b where b.id = (officer).body_id;
        roles := array(
            select g.role from (
                select distinct on (r.role) r.role, r.granted from registry_rolegrant r
                where r.account_id = asked order by r.role, r.at desc, r.id desc) g
            where g.granted);
        perform set_config('app.lo', (officer).scope, true),
                set_config('app.hi', (officer).scope || case when roles && reaching then every else own end, true);
        return next;
    end $$;
    revoke all on function registry_entered(bigint, text[]) from public;
    grant execute on function registry_entered(bigint, text[]) to yg_web;
    drop function registry_signed_in(bigint, uuid, text[]);
    """,
    "drop function registry_entered(bigint, text[]);",
)

SIGNED_IN = RunSQL(
    """
    create function registry_signed_in(asked bigint, person uuid, reaching text[])
        returns table(officer registry_officer, body registry_body, roles text[])
        language plpgsql volatile set search_path = public, pg_temp as $$
    declare every text := chr(1114111); own text := chr(1);
    begin
        perform set_config('app.lo', '', true), set_config('app.hi', every, true);
        select o.* into officer from registry_officer o where o.id = person;
        select b.* into body from registry_body b where b.id = (officer).body_id;
        roles := array(
            select g.role from (
                select distinct on (r.role) r.role, r.granted from registry_rolegrant r
                where r.account_id = asked order by r.role, r.at desc, r.id desc) g
            where g.granted);
        perform set_config('app.lo', (officer).scope, true),
                set_config('app.hi', (officer).scope || case when roles && reaching then every else own end, true);
        return next;
    end $$;
    revoke all on function registry_signed_in(bigint, uuid, text[]) from public;
    grant execute on function registry_signed_in(bigint, uuid, text[]) to yg_web;
    """,
    "drop function registry_signed_in(bigint, uuid, text[]);",
)
