"""Who reads a file that was handed over, as the database holds it: the body it was handed to, what the letter lists, while
the handover stands.

A transaction opens one file (`decision_open_file`, which finds it only for the body it went to) and reads it until it ends;
nothing else a body reads changes with it.  Once the receiving body declined, or the file went elsewhere, it opens no more.
"""

from django.db.migrations.operations import RunSQL

# What of the case's trail goes with it: how it was opened and investigated, the papers that went, the dispute and the
# handover.  Drafts, opinions of the unit, the review and deliberation of the body that handed over stay with that body.
LINES = (
    "casework.apply", "casework.answer_opening", "casework.take_step", "casework.change_handlers", "casework.sever",
    "casework.open_severed", "casework.take_over", "decision.open_dispute", "decision.talk_over",
    "decision.refer_dispute", "decision.designate", "decision.hear_designation", "decision.hand_over",
    "decision.answer_handover",
)  # fmt: skip
PAPERS = ("record.write", "record.keep", "record.take_in")
_LINES = ", ".join(f"'{one}'" for one in LINES)
_PAPERS = ", ".join(f"'{one}'" for one in PAPERS)

OPENED = RunSQL(
    f"""
    create function decision_handed_stands(asked uuid) returns boolean
        language sql stable security definer set search_path = public, pg_temp as $$
        select exists (
            select 1 from decision_handedfile f join decision_casehandover h on h.id = f.handover_id
             where f.id = asked
               and not exists (select 1 from decision_handoverreply r where r.handover_id = h.id and not r.accepted)
               and not exists (select 1 from decision_casehandover l
                                where l.case_id = h.case_id and (l.at, l.id) > (h.at, h.id)))
    $$;
    create function decision_open_file(asked uuid) returns uuid
        language plpgsql volatile security definer set search_path = public, pg_temp as $$
    declare found uuid;
    begin
        select f.id into found from decision_handedfile f
         where f.receiver = current_setting('app.lo', true) and f.receiver <> ''
           and (f.id = asked or f.items @> to_jsonb(asked::text)) and decision_handed_stands(f.id)
         order by f.at desc limit 1;
        perform set_config('app.file', coalesce(found::text, ''), true);
        return found;
    end $$;
    create function decision_opened() returns decision_handedfile
        language sql stable security definer set search_path = public, pg_temp as $$
        select f from decision_handedfile f
         where f.id = nullif(current_setting('app.file', true), '')::uuid
           and f.receiver = current_setting('app.lo', true) and decision_handed_stands(f.id)
    $$;
    create function decision_opened_case() returns casework_case
        language sql stable security definer set search_path = public, pg_temp as $$
        select c from casework_case c where c.id = (select (decision_opened()).case_id)
    $$;
    create function decision_opened_items() returns setof uuid
        language sql stable security definer set search_path = public, pg_temp as $$
        select i::uuid from jsonb_array_elements_text((select (decision_opened()).items)) i
    $$;
    create function decision_opened_dossiers() returns setof uuid
        language sql stable security definer set search_path = public, pg_temp as $$
        select i.dossier_id from record_item i where i.id in (select decision_opened_items())
    $$;
    create function decision_opened_people() returns setof uuid
        language sql stable security definer set search_path = public, pg_temp as $$
        select i.by_id from record_item i where i.id in (select decision_opened_items())
        union select s.by_id from casework_step s where s.case_id = (select (decision_opened()).case_id)
        union select o.by_id from casework_opening o where o.case_id = (select (decision_opened()).case_id)
        union select (decision_opened()).by_id
        union select unnest(array[c.handler1_id, c.handler2_id, c.by_id]) from decision_opened_case() c
    $$;
    create function decision_opened_lines() returns setof bigint
        language sql stable security definer set search_path = public, pg_temp as $$
        select e.id from trail_entry e
         where e.chain = 'case:' || (select (decision_opened()).case_id)
           and (e.verb in ({_LINES})
                or e.verb in ({_PAPERS})
                   and e.fact_ref in (select 'record.item:' || i from decision_opened_items() i))
    $$;
    create function decision_answers_here(asked text) returns boolean
        language sql stable security definer set search_path = public, pg_temp as $$
        select exists (
            select 1 from (
                select distinct on (g.account_id) g.granted
                  from registry_rolegrant g
                  join registry_account a on a.id = g.account_id and a.is_active
                  join registry_officer o on o.id = a.officer_id
                 where g.role = 'head' and o.scope = asked
                 order by g.account_id, g.at desc, g.id desc) held
             where held.granted)
    $$;
    revoke all on function decision_handed_stands(uuid), decision_open_file(uuid), decision_opened(),
        decision_opened_case(), decision_opened_items(), decision_opened_dossiers(), decision_opened_people(),
        decision_opened_lines(), decision_answers_here(text) from public;
    grant execute on function decision_handed_stands(uuid), decision_open_file(uuid), decision_opened(),
        decision_opened_case(), decision_opened_items(), decision_opened_dossiers(), decision_opened_people(),
        decision_opened_lines(), decision_answers_here(text) to yg_web;
    """,  # noqa: S608  the verbs named above
    """
    drop function decision_answers_here(text);
    drop function decision_opened_lines();
    drop function decision_opened_people();
    drop function decision_opened_dossiers();
    drop function decision_opened_items();
    drop function decision_opened_case();
    drop function decision_opened();
    drop function decision_open_file(uuid);
    drop function decision_handed_stands(uuid);
    """,
)

# What the body reads once it opened the file; the handover and its answer it reads in any case: they are addressed to it.
READ: tuple[tuple[str, str], ...] = (
    ("casework_case", "id = (select (decision_opened()).case_id)"),
    ("casework_opening", "case_id = (select (decision_opened()).case_id)"),
    ("casework_step", "case_id = (select (decision_opened()).case_id)"),
    ("record_dossier", "id in (select decision_opened_dossiers())"),
    ("record_item", "id in (select decision_opened_items())"),
    ("registry_party", "id = (select (decision_opened_case()).party_id)"),
    ("registry_power", "id = (select (decision_opened_case()).power_id)"),
    ("registry_body", "id = (select (decision_opened_case()).body_id)"),
    ("registry_officer", "id in (select decision_opened_people())"),
    ("trail_entry", "id in (select decision_opened_lines())"),
    ("decision_handedfile", "receiver = (select current_setting('app.lo', true))"),
    (
        "decision_casehandover",
        "exists (select 1 from decision_handedfile f where f.handover_id = decision_casehandover.id)",
    ),
    (
        "decision_handoverreply",
        "exists (select 1 from decision_handedfile f where f.handover_id = decision_handoverreply.handover_id)",
    ),
)
ALSO_READ = [
    RunSQL(
        f"create policy {table}_handed on {table} for select to yg_web using ({when});",
        f"drop policy {table}_handed on {table};",
    )
    for table, when in READ
]

# A body that works here answers for itself; nobody writes its answer down for it.
ANSWERED_BY_THE_RECEIVER = RunSQL(
    """
    create function decision_answered_by_the_receiver() returns trigger
        language plpgsql security definer set search_path = public, pg_temp as $$
    begin
        if exists (
            select 1 from decision_handedfile f join registry_officer o on o.id = new.by_id
             where f.handover_id = new.handover_id and o.scope <> f.receiver
        ) then
            raise exception '接受移送的机关使用本系统，由该机关自己答复'
                using errcode = 'check_violation', hint = '等候该机关答复';
        end if;
        return new;
    end $$;
    create trigger decision_answered_by_the_receiver before insert on decision_handoverreply
        for each row execute function decision_answered_by_the_receiver();
    """,
    """
    drop trigger decision_answered_by_the_receiver on decision_handoverreply;
    drop function decision_answered_by_the_receiver();
    """,
)
