"""What the database holds of a case by itself: two different officers, each with a certificate of theirs, valid then."""

from django.db.migrations.operations import RunSQL

TWO_CERTIFIED_OFFICERS = [
    RunSQL(
        """
        create function casework_two_certified_officers() returns trigger language plpgsql as $$
        declare handler uuid; held uuid;
        begin
            foreach handler in array array[new.handler1_key, new.handler2_key] loop
                held := case when handler = new.handler1_key then new.certificate1_id else new.certificate2_id end;
                if not exists (
                    select 1 from registry_certificate c
                    where c.id = held and c.officer_key = handler
                      and new.applied_on between c.valid_from and c.valid_to
                      and not exists (
                          select 1 from registry_certificatechange x
                          where x.certificate_id = c.id and x."on" <= new.applied_on and x.state <> 'restored'
                            and not exists (
                                select 1 from registry_certificatechange y
                                where y.certificate_id = c.id and y."on" <= new.applied_on and y.at > x.at
                                  and y.state = 'restored'))
                ) then
                    raise exception '执法人员在申请立案之日没有有效的行政执法证（行政处罚法第四十二条）'
                        using errcode = 'check_violation';
                end if;
            end loop;
            return new;
        end $$;
        create trigger casework_case_certified before insert on casework_case
            for each row execute function casework_two_certified_officers();
        """,
        """
        drop trigger casework_case_certified on casework_case;
        drop function casework_two_certified_officers();
        """,
    )
]


# Whoever is assigned, takes a step, or is named on a document may enforce that day: validity, suspension, revocation and
# the yearly check, at the moment of the act (`registry_may_act`).  **Clause** QD-3.1.2(1)b, WC-2.1.3(2)a, QS-4.6b.
STANDING = [
    RunSQL(
        """
        create or replace function casework_two_certified_officers() returns trigger language plpgsql as $$
        begin
            if not registry_may_act(new.handler1_key, new.certificate1_id, new.applied_on)
               or not registry_may_act(new.handler2_key, new.certificate2_id, new.applied_on) then
                raise exception '执法人员在申请立案之日没有有效的行政执法证（行政处罚法第四十二条）'
                    using errcode = 'check_violation', hint = '更换持有效执法证的人员，或者办理换证、恢复、审验后再办理';
            end if;
            return new;
        end $$;

        create function casework_handlers_may_act(held uuid, day date) returns void language plpgsql stable as $$
        begin
            if exists (
                select 1 from casework_case c
                where c.id = held
                  and not (registry_may_act(c.handler1_key, day) and registry_may_act(c.handler2_key, day))
            ) then
                raise exception '承办人在办理之日没有有效的行政执法证（行政处罚法第四十二条）'
                    using errcode = 'check_violation', hint = '更换持有效执法证的人员，或者办理换证、恢复、审验后再办理';
            end if;
        end $$;

        create function casework_acted_by_the_certified() returns trigger language plpgsql as $$
        begin
            perform casework_handlers_may_act(new.case_id, (new.at at time zone 'Asia/Shanghai')::date);
            return new;
        end $$;
        create trigger casework_step_certified before insert on casework_step
            for each row execute function casework_acted_by_the_certified();
        create trigger casework_proposal_certified before insert on casework_proposal
            for each row execute function casework_acted_by_the_certified();

        create function casework_signed_by_the_certified() returns trigger language plpgsql as $$
        declare held uuid;
        begin
            select c.id into held from casework_case c join registry_officer o on o.id = new.by_id
             where c.dossier_id = new.dossier_id and o.key in (c.handler1_key, c.handler2_key);
            if held is not null and new.code <> '' then
                perform casework_handlers_may_act(held, (new.at at time zone 'Asia/Shanghai')::date);
            end if;
            return new;
        end $$;
        create trigger casework_document_certified before insert on record_item
            for each row execute function casework_signed_by_the_certified();
        revoke all on function casework_handlers_may_act(uuid, date) from public;
        grant execute on function casework_handlers_may_act(uuid, date) to yg_web;
        """,
        """
        drop trigger casework_document_certified on record_item;
        drop function casework_signed_by_the_certified();
        drop trigger casework_proposal_certified on casework_proposal;
        drop trigger casework_step_certified on casework_step;
        drop function casework_acted_by_the_certified();
        drop function casework_handlers_may_act(uuid, date);
        """,
    )
]

# A body whose people cannot see or handle what is open does not follow one that has open matters: the files and duties of
# the predecessor stay within its own part of the tree.  **Clause** SY-3.3b.
NOTHING_LEFT_OPEN = [
    RunSQL(
        """
        create function casework_nothing_left_open() returns trigger language plpgsql as $$
        declare cases integer; clues integer; duties integer;
        begin
            if jsonb_array_length(new.powers) > 0 then
                return new;  -- only some powers pass: the predecessor goes on and finishes its own matters
            end if;
            select count(*) into cases from casework_casestate s
             where s.scope = new.scope and s.closed_on is null and s.step <> '';
            select count(*) into clues from inspection_clue l
             where l.scope = new.scope
               and not exists (select 1 from inspection_declined x where x.clue_id = l.id)
               and not exists (select 1 from casework_case c where c.clue_id = l.id);
            select count(*) into duties from duty_duty d
             where d.scope = new.scope and d.subject like 'case:%'
               and not exists (select 1 from duty_discharge x where x.duty_id = d.id);
            if cases + clues + duties > 0 then
                raise exception '%还有 % 件未结案件、% 条没有答复的线索、% 项案件的未了职责，%看不到这些案卷，不能接着办理',
                    new.predecessor_name, cases, clues, duties, new.successor_name
                    using errcode = 'check_violation',
                    hint = '由原主体办结、移送后再登记承继；只是更名、换代码的，办理“变更执法主体”，案件、职责和人员随之延续';
            end if;
            return new;
        end $$;
        create trigger casework_succession_clear before insert on registry_succession
            for each row execute function casework_nothing_left_open();
        """,
        """
        drop trigger casework_succession_clear on registry_succession;
        drop function casework_nothing_left_open();
        """,
    )
]

# A head answers what is put before a head: the role is held now, in the body of the case, by nobody who handles it.
# **Clause** 行政处罚法 art. 57(1), gate G11.
ANSWERED_BY_A_HEAD = [
    RunSQL(
        """
        create function casework_answered_by_a_head() returns trigger language plpgsql as $$
        declare head uuid;
        begin
            select o.key into head from registry_officer o join casework_case c on c.scope = o.scope
             where o.id = new.by_id and c.id = new.case_id and o.key not in (c.handler1_key, c.handler2_key);
            if head is null or not exists (
                select 1 from (
                    select distinct on (g.account_id) g.granted
                      from registry_rolegrant g
                      join registry_account a on a.id = g.account_id and a.is_active
                      join registry_officer o on o.id = a.officer_id
                     where g.role = 'head' and o.key = head
                     order by g.account_id, g.at desc, g.id desc) held
                where held.granted
            ) then
                raise exception '答复提请的不是本机关未承办本案的负责人（行政处罚法第五十七条）'
                    using errcode = 'check_violation', hint = '由本机关未承办本案的负责人答复';
            end if;
            return new;
        end $$;
        create trigger casework_approval_by_a_head before insert on casework_approval
            for each row execute function casework_answered_by_a_head();
        """,
        """
        drop trigger casework_approval_by_a_head on casework_approval;
        drop function casework_answered_by_a_head();
        """,
    )
]

# Who handles a case is the latest change of handlers, else the two who applied; whoever ever handled it answers nothing
# that is put before a head and gives no opinion on it.  **Clause** 行政处罚法 art. 42, 57, 58.
HANDED_OVER = [
    RunSQL(
        """
        create function casework_handling(held uuid) returns table (key1 uuid, key2 uuid) language sql stable as $$
            select coalesce(x.handler1_key, c.handler1_key), coalesce(x.handler2_key, c.handler2_key)
              from casework_case c
              left join lateral (select h.handler1_key, h.handler2_key from casework_handlerchange h
                                  where h.case_id = c.id order by h.at desc, h.id desc limit 1) x on true
             where c.id = held
        $$;
        create function casework_ever_handled(held uuid, person uuid) returns boolean language sql stable as $$
            select exists (select 1 from casework_case c
                            where c.id = held and person in (c.handler1_key, c.handler2_key))
                or exists (select 1 from casework_handlerchange h
                            where h.case_id = held and person in (h.handler1_key, h.handler2_key))
        $$;
        revoke all on function casework_handling(uuid), casework_ever_handled(uuid, uuid) from public;
        grant execute on function casework_handling(uuid), casework_ever_handled(uuid, uuid) to yg_web;

        create or replace function casework_handlers_may_act(held uuid, day date) returns void
            language plpgsql stable as $$
        begin
            if exists (
                select 1 from casework_handling(held) h
                where not (registry_may_act(h.key1, day) and registry_may_act(h.key2, day))
            ) then
                raise exception '承办人在办理之日没有有效的行政执法证（行政处罚法第四十二条）'
                    using errcode = 'check_violation', hint = '更换持有效执法证的人员，或者办理换证、恢复、审验后再办理';
            end if;
        end $$;
        create or replace function casework_signed_by_the_certified() returns trigger language plpgsql as $$
        declare held uuid;
        begin
            if new.code <> '' then
                select c.id into held from casework_case c, casework_handling(c.id) h, registry_officer o
                 where c.dossier_id = new.dossier_id and o.id = new.by_id and o.key in (h.key1, h.key2);
                if held is not null then
                    perform casework_handlers_may_act(held, (new.at at time zone 'Asia/Shanghai')::date);
                end if;
            end if;
            return new;
        end $$;

        create function casework_handed_to_the_certified() returns trigger language plpgsql as $$
        declare day date := (new.at at time zone 'Asia/Shanghai')::date; head uuid;
        begin
            if not registry_may_act(new.handler1_key, new.certificate1_id, day)
               or not registry_may_act(new.handler2_key, new.certificate2_id, day) then
                raise exception '执法人员在变更承办人之日没有有效的行政执法证（行政处罚法第四十二条）'
                    using errcode = 'check_violation', hint = '更换持有效执法证的人员，或者办理换证、恢复、审验后再办理';
            end if;
            select o.key into head from registry_officer o where o.id = new.by_id and o.scope = new.scope;
            if head is null or head in (new.handler1_key, new.handler2_key)
               or casework_ever_handled(new.case_id, head) then
                raise exception '变更承办人须由本机关未承办本案的负责人批准' using errcode = 'check_violation';
            end if;
            return new;
        end $$;
        create trigger casework_handlerchange_certified before insert on casework_handlerchange
            for each row execute function casework_handed_to_the_certified();

        create function casework_not_by_a_handler() returns trigger language plpgsql as $$
        begin
            if exists (select 1 from registry_officer o
                        where o.id = new.by_id and casework_ever_handled(new.case_id, o.key)) then
                raise exception '承办过本案的人员不得审批、审核本案（行政处罚法第五十七条、第五十八条）'
                    using errcode = 'check_violation';
            end if;
            return new;
        end $$;
        create trigger casework_approval_not_by_a_handler before insert on casework_approval
            for each row execute function casework_not_by_a_handler();
        """,
        """
        drop trigger casework_approval_not_by_a_handler on casework_approval;
        drop function casework_not_by_a_handler();
        drop trigger casework_handlerchange_certified on casework_handlerchange;
        drop function casework_handed_to_the_certified();
        create or replace function casework_handlers_may_act(held uuid, day date) returns void
            language plpgsql stable as $$
        begin
            if exists (
                select 1 from casework_case c
                where c.id = held
                  and not (registry_may_act(c.handler1_key, day) and registry_may_act(c.handler2_key, day))
            ) then
                raise exception '承办人在办理之日没有有效的行政执法证（行政处罚法第四十二条）'
                    using errcode = 'check_violation', hint = '更换持有效执法证的人员，或者办理换证、恢复、审验后再办理';
            end if;
        end $$;
        create or replace function casework_signed_by_the_certified() returns trigger language plpgsql as $$
        declare held uuid;
        begin
            select c.id into held from casework_case c join registry_officer o on o.id = new.by_id
             where c.dossier_id = new.dossier_id and o.key in (c.handler1_key, c.handler2_key);
            if held is not null and new.code <> '' then
                perform casework_handlers_may_act(held, (new.at at time zone 'Asia/Shanghai')::date);
            end if;
            return new;
        end $$;
        drop function casework_ever_handled(uuid, uuid);
        drop function casework_handling(uuid);
        """,
    )
]


# How many cases stand where, so that the whole of a county is counted without walking it.  Each move adds a line in its own
# transaction and locks nobody's: now and then one of them sums up the lines of its body that nobody else is at.
TALLY = [
    RunSQL(
        """
        insert into casework_casetally (scope, kind, step, ended, n)
            select scope, kind, step, closed_on is not null, count(*) from casework_casestate group by 1, 2, 3, 4;

        create function casework_tally() returns trigger
            language plpgsql security definer set search_path = public, pg_temp as $$
        declare line bigint;
        begin
            if tg_op = 'UPDATE' then
                if (old.scope, old.kind, old.step, old.closed_on is null)
                    is not distinct from (new.scope, new.kind, new.step, new.closed_on is null) then
                    return null;
                end if;
            end if;
            if tg_op <> 'INSERT' then
                insert into casework_casetally (scope, kind, step, ended, n)
                    values (old.scope, old.kind, old.step, old.closed_on is not null, -1);
            end if;
            if tg_op <> 'DELETE' then
                insert into casework_casetally (scope, kind, step, ended, n)
                    values (new.scope, new.kind, new.step, new.closed_on is not null, 1) returning id into line;
                if line % 64 < 2 and current_setting('transaction_isolation') = 'read committed' then
                    perform casework_tally_sum(new.scope);
                end if;
            end if;
            return null;
        end $$;
        create function casework_tally_sum(asked text) returns void
            language sql volatile security definer set search_path = public, pg_temp as $$
            with taken as (select id from casework_casetally where scope = asked for update skip locked),
                 gone as (delete from casework_casetally t using taken where t.id = taken.id
                          returning t.kind, t.step, t.ended, t.n)
            insert into casework_casetally (scope, kind, step, ended, n)
                select asked, kind, step, ended, sum(n) from gone group by kind, step, ended having sum(n) <> 0
        $$;
        revoke all on function casework_tally(), casework_tally_sum(text) from public;
        create trigger casework_casestate_tally after insert or update or delete on casework_casestate
            for each row execute function casework_tally();
        """,
        """
        drop trigger casework_casestate_tally on casework_casestate;
        drop function casework_tally_sum(text);
        drop function casework_tally();
        """,
    ),
]


# Finding a case by words of its title, its number or its party's name: its characters and pairs of neighbouring ones, kept
# by the database beside the case.  Row-level security keeps the web role from using an index of them (their comparison is
# not leakproof), so the database itself looks, within the scope of the transaction, and tells nothing but the cases.
_FOUND_BY_WORDS = r"""
            return query select k.case_id from casework_words k join casework_casestate s using (case_id)
                where k.pieces @> wanted and k.scope >= lo and k.scope < hi
                  and not exists (select 1 from unnest(words) w where position(w in casework_line(s)) = 0)
                limit most;
            if line ~ '\d' then  -- a document's number, from its beginning or to its end
                return query select c.id from record_item i join casework_case c on c.dossier_id = i.dossier_id
                    where i.number <> '' and i.scope >= lo and i.scope < hi and (
                        i.number >= line and i.number < line || chr(1114111)
                        or reverse(i.number) >= reverse(line) and reverse(i.number) < reverse(line) || chr(1114111))
                    limit most;
            end if;
"""
_WHOLE_NUMBER = """
            if line ~ '号$' then  -- a whole number names one case: nothing else has to be looked through
                return query
                    select s.case_id from casework_casestate s
                     where s.number = line and s.scope >= lo and s.scope < hi
                    union
                    select c.id from record_item i join casework_case c on c.dossier_id = i.dossier_id
                     where i.number = line and i.number <> '' and i.scope >= lo and i.scope < hi;
                if found then
                    return;
                end if;
            end if;
"""


def _found(body: str) -> str:
    return rf"""
        create or replace function casework_found(asked text, most integer) returns setof uuid
            language plpgsql stable security definer set search_path = public, pg_temp as $$
        declare
            line text := btrim(casework_folded(asked));
            words text[] := regexp_split_to_array(line, '\s+');
            wanted text[] := array(select p from unnest(words) w, unnest(casework_pieces(w, least(length(w), 2))) p);
            lo text := current_setting('app.lo', true);
            hi text := current_setting('app.hi', true);
        begin{body}
        end $$;
    """  # noqa: S608  our own two bodies


FOUND = [
    RunSQL(
        """
        create function casework_folded(said text) returns text
            language sql immutable parallel safe set search_path = pg_catalog, pg_temp as $$
            select lower(translate(normalize(said, nfkc), '()[]【】{}', '〔〕〔〕〔〕〔〕'))
        $$;
        create function casework_pieces(line text, shortest integer) returns text[]
            language sql immutable parallel safe set search_path = pg_catalog, pg_temp as $$
            with signs as (select string_to_array(line, null) as s)
            select coalesce(array_agg(distinct piece), '{}')
              from signs, generate_subscripts(s, 1) n, unnest(array[s[n], s[n] || s[n + 1]]) piece
             where length(piece) >= shortest and piece !~ '\\s'
        $$;
        create function casework_line(state casework_casestate) returns text
            language sql immutable set search_path = public, pg_temp as $$
            select casework_folded(state.title || ' ' || state.number || ' ' || state.party_name)
        $$;

        create table casework_words (
            case_id uuid primary key references casework_casestate on delete cascade,
            scope text collate "C" not null,
            pieces text[] not null
        );
        alter table casework_words enable row level security;
        revoke all on casework_words from public, yg_web, yg_portal;
        insert into casework_words select s.case_id, s.scope, casework_pieces(casework_line(s), 1) from casework_casestate s;
        create index casework_words_pieces on casework_words using gin (pieces);
        create index casework_words_scope on casework_words (scope);

        create function casework_put_words() returns trigger
            language plpgsql security definer set search_path = public, pg_temp as $$
        begin
            if tg_op = 'UPDATE' then
                if (old.scope, old.title, old.number, old.party_name) = (new.scope, new.title, new.number, new.party_name) then
                    return null;
                end if;
            end if;
            insert into casework_words values (new.case_id, new.scope, casework_pieces(casework_line(new), 1))
                on conflict (case_id) do update set scope = excluded.scope, pieces = excluded.pieces;
            return null;
        end $$;
        create trigger casework_casestate_words after insert or update on casework_casestate
            for each row execute function casework_put_words();
        """,
        """
        drop function casework_found(text, integer);
        drop trigger casework_casestate_words on casework_casestate;
        drop function casework_put_words();
        drop table casework_words;
        drop function casework_line(casework_casestate);
        drop function casework_pieces(text, integer);
        drop function casework_folded(text);
        """,
    ),
    RunSQL(_found(_FOUND_BY_WORDS), RunSQL.noop),
    RunSQL(
        """
        revoke all on function casework_found(text, integer), casework_put_words() from public;
        grant execute on function casework_found(text, integer) to yg_web;
        """,
        RunSQL.noop,
    ),
]

FOUND_BY_NUMBER = RunSQL(_found(_WHOLE_NUMBER + _FOUND_BY_WORDS), _found(_FOUND_BY_WORDS))
