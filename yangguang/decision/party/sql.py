"""The door of the party: functions of the owner that check the code and the second factor in the database itself.

The portal's role has no right on any of these tables, nor on a case, a party or a document.  What it may do is ask
`decision_party_open` with a code and a second factor, and with the token it then gets read one case and put letters into
the box.  A wrong code and a wrong second factor give the same answer and count alike, also for codes that do not exist.

**Why** plpgsql: `casework_progress_code` is made by a later migration (disclosure 0003) and is found when it is called.
"""

from django.db.migrations.operations import RunSQL

MINUTES = 30  # a page stays open
TRIES, TRIES_A_DAY = 5, 20  # wrong guesses at one code: in half an hour, in a day
POSTS = 20  # letters about one case in a day
SIZE = 65536  # bytes of one letter

DOOR = RunSQL(
    f"""
    create function decision_party_open(asked_code text, asked_second text) returns table(state text, token text)
        language plpgsql volatile security definer set search_path = public, pg_temp as $$
    declare
        mark text := encode(sha256(convert_to(asked_code, 'UTF8')), 'hex');
        second text := upper(asked_second);
        found casework_case;
        made text;
    begin
        perform pg_advisory_xact_lock(('x' || left(mark, 16))::bit(64)::bigint);  -- guesses at one code come one by one
        delete from decision_partytry t where t.at < now() - interval '1 day';
        delete from decision_partysession s where s.until < now();
        if (select count(*) >= {TRIES} from decision_partytry t where t.code = mark and t.at > now() - interval '30 minutes')
           or (select count(*) >= {TRIES_A_DAY} from decision_partytry t where t.code = mark) then
            return query select 'locked'::text, ''::text;
            return;
        end if;
        select c.* into found
        from (select k.id from casework_case k where casework_progress_code(k.id) = asked_code
              union select i.case_id from decision_issuance i where i.code = asked_code) f
        join casework_case c on c.id = f.id
        where exists (
            select from registry_party pinned join registry_party p on p.key = pinned.key
            where pinned.id = c.party_id and (
                (length(second) = 6 and length(p.id_no) >= 15 and right(upper(p.id_no), 6) = second)
                or (length(second) = 6 and length(p.uscc) = 18 and right(upper(p.uscc), 6) = second)
                or (length(second) = 4 and length(regexp_replace(p.phone, '\\D', '', 'g')) >= 7
                    and right(regexp_replace(p.phone, '\\D', '', 'g'), 4) = second)))
        limit 1;
        if found.id is null then
            insert into decision_partytry (code, at) values (mark, clock_timestamp());
            return query select 'wrong'::text, ''::text;
            return;
        end if;
        made := replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', '');
        insert into decision_partysession (token, case_id, at, until)
            values (encode(sha256(convert_to(made, 'UTF8')), 'hex'), found.id, now(), now() + interval '{MINUTES} minutes');
        insert into decision_partypost (id, at, case_id, scope, kind, data)
            values (gen_random_uuid(), clock_timestamp(), found.id, found.scope, 'reading', '{{}}');
        return query select 'open'::text, made;
    end $$;

    create function decision_party_close(asked_token text) returns void
        language sql volatile security definer set search_path = public, pg_temp as $$
        delete from decision_partysession s where s.token = encode(sha256(convert_to(asked_token, 'UTF8')), 'hex')
    $$;

    create function decision_party_of(asked_token text) returns uuid
        language sql stable security definer set search_path = public, pg_temp as $$
        select s.case_id from decision_partysession s
        where s.token = encode(sha256(convert_to(asked_token, 'UTF8')), 'hex') and s.until >= now()
    $$;

    create function decision_party_letters(asked_case uuid) returns jsonb
        language sql stable security definer set search_path = public, pg_temp as $$
        select coalesce(jsonb_agg(l.said order by l.at desc), '[]') from (
            select p.at, jsonb_build_object('id', p.id, 'at', p.at, 'kind', p.kind, 'data', p.data, 'taken', false) as said
            from decision_partypost p where p.case_id = asked_case and p.kind <> 'reading'
            union all
            select s.at, jsonb_build_object('id', s.id, 'at', s.at, 'kind', s.kind, 'data', s.data, 'taken', true,
                'due', s.due, 'late', s.late, 'because', s.because, 'accepted', a.at, 'note', coalesce(a.note, ''),
                'leaf', f.index, 'commitment', encode(e.commitment, 'hex'))
            from decision_partysubmission s
            left join decision_partyacceptance a on a.submission_id = s.id
            left join trail_entry e on e.fact_ref = 'decision.partysubmission:' || s.id
            left join trail_leaf f on f.entry_id = e.id
            where s.case_id = asked_case
        ) l
    $$;

    create function decision_party_read(asked_token text) returns jsonb
        language sql stable security definer set search_path = public, pg_temp as $$
        select jsonb_build_object(
            'kind', c.kind, 'procedure', c.procedure, 'pack', c.pack, 'body_key', b.key, 'body_name', s.body_name,
            'reconsideration', b.reconsideration, 'court', b.court, 'number', s.number, 'cause', c.cause,
            'power_key', w.key, 'step', s.step, 'party', p.name, 'party_kind', p.kind,
            'done', (select coalesce(jsonb_object_agg(d.key, left(d.value, 10)), '{{}}') from jsonb_each_text(s.done) d),
            'decided_on', s.decided_on, 'closed_on', s.closed_on,
            'fine_fen', (select d.fine_fen from decision_decision d where d.case_id = c.id),
            'codes', (select coalesce(jsonb_agg(jsonb_build_object('code', i.code, 'number', i.number_text)), '[]')
                      from decision_issuance i where i.case_id = c.id),
            'served', (select coalesce(jsonb_agg(jsonb_build_object(
                          'item', i.id, 'code', i.code, 'title', i.title, 'number', i.number, 'on', i."on",
                          'served_on', v."on", 'method', v.method) order by v."on" desc, v.id desc), '[]')
                       from decision_service v join record_item i on i.id = v.item_id
                       where v.case_id = c.id and i.dossier_id = c.dossier_id and i.event <> 'public'),
            'notices', (select coalesce(jsonb_agg(jsonb_build_object(
                          'item', n.item_id, 'hearing', n.hearing, 'served_on', v."on") order by n.at desc, n.id desc), '[]')
                        from decision_notice n join decision_service v on v.item_id = n.item_id where n.case_id = c.id),
            'said', (select jsonb_build_object('how', t.how, 'on', t."on") from decision_statement t
                     where t.case_id = c.id order by t.at desc, t.id desc limit 1),
            'letters', decision_party_letters(c.id))
        from casework_case c
        join casework_casestate s on s.case_id = c.id
        join registry_body b on b.id = c.body_id
        join registry_power w on w.id = c.power_id
        join registry_party p on p.id = c.party_id
        where c.id = decision_party_of(asked_token)
    $$;

    create function decision_party_document(asked_token text, asked_item uuid)
        returns table(code text, title text, number text, digest text, mime text)
        language plpgsql volatile security definer set search_path = public, pg_temp as $$
    declare held casework_case;
    begin
        select c.* into held from casework_case c where c.id = decision_party_of(asked_token);
        if held.id is null or not exists (
            select from decision_service v join record_item i on i.id = v.item_id
            where i.id = asked_item and v.case_id = held.id and i.dossier_id = held.dossier_id and i.event <> 'public'
        ) then
            return;
        end if;
        insert into decision_partypost (id, at, case_id, scope, kind, data)
            values (gen_random_uuid(), clock_timestamp(), held.id, held.scope, 'reading',
                    jsonb_build_object('item', asked_item));
        return query select i.code::text, i.title::text, i.number::text, i.digest::text, i.mime::text
            from record_item i where i.id = asked_item;
    end $$;

    create function decision_party_post(asked_token text, asked_id uuid, asked_kind text, asked_data jsonb)
        returns text language plpgsql volatile security definer set search_path = public, pg_temp as $$
    declare held casework_case; earlier uuid;
    begin
        select c.* into held from casework_case c where c.id = decision_party_of(asked_token);
        if held.id is null then return 'closed'; end if;
        if asked_kind not in ('statement', 'hearing', 'address') or jsonb_typeof(asked_data) <> 'object'
           or octet_length(asked_data::text) > {SIZE} then
            return 'bad';
        end if;
        perform pg_advisory_xact_lock(('x' || left(encode(sha256(uuid_send(held.id)), 'hex'), 16))::bit(64)::bigint);
        select coalesce((select p.case_id from decision_partypost p where p.id = asked_id),
                        (select s.case_id from decision_partysubmission s where s.id = asked_id)) into earlier;
        if earlier is not null then
            return case when earlier = held.id then 'kept' else 'bad' end;
        end if;
        if (select count(*) from decision_partypost p where p.case_id = held.id and p.kind <> 'reading')
           + (select count(*) from decision_partysubmission s
              where s.case_id = held.id and s.at > now() - interval '1 day') >= {POSTS} then
            return 'full';
        end if;
        insert into decision_partypost (id, at, case_id, scope, kind, data)
            values (asked_id, date_trunc('second', clock_timestamp()), held.id, held.scope, asked_kind, asked_data);
        return 'kept';
    end $$;

    revoke all on function decision_party_open(text, text), decision_party_close(text), decision_party_of(text),
        decision_party_letters(uuid), decision_party_read(text), decision_party_document(text, uuid),
        decision_party_post(text, uuid, text, jsonb) from public;
    grant execute on function decision_party_open(text, text), decision_party_close(text), decision_party_read(text),
        decision_party_document(text, uuid), decision_party_post(text, uuid, text, jsonb) to yg_portal, yg_web;
    """,  # noqa: S608  numbers of our own
    """
    drop function decision_party_post(text, uuid, text, jsonb);
    drop function decision_party_document(text, uuid);
    drop function decision_party_read(text);
    drop function decision_party_letters(uuid);
    drop function decision_party_of(text);
    drop function decision_party_close(text);
    drop function decision_party_open(text, text);
    """,
)
