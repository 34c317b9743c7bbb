"""What the database holds of dossiers by itself: an archived one stays as it is, and what the portal may learn of bytes."""

from django.db.migrations.operations import RunSQL

REVEAL = RunSQL(
    # Whoever holds the bytes may have the log entry that commits to them; whoever holds only the code printed on the
    # paper may know that it exists.  Neither gets at any other entry.
    """
    create function record_reveal(asked_digest text, asked_code text)
        returns table(digest text, code text, what text, title text, number text, body_name text, issued_on date,
                      entry_id bigint, payload text, salt bytea, kind smallint)
        language sql stable security definer set search_path = public, pg_temp as $$
        select s.digest, s.code, s.what, s.title, s.number, s.body_name, s."on", e.id,
               case when s.digest = asked_digest then e.payload end,
               case when s.digest = asked_digest then e.salt end, e.kind
        from record_seal s join trail_entry e on e.fact_ref = s.fact_ref
        where (asked_digest <> '' and s.digest = asked_digest)
           or (asked_digest = '' and asked_code <> '' and s.code = asked_code and s.what = 'original')
        order by e.id limit 1
    $$;
    revoke all on function record_reveal(text, text) from public;
    grant execute on function record_reveal(text, text) to yg_portal, yg_web;
    """,
    "drop function record_reveal(text, text);",
)

REVEAL_NEWEST = RunSQL(
    # A code stays with its document through every correction, so it leads to the newest version, and says how often and
    # when it was corrected; bytes lead to what they are, and say which version is the newest.
    """
    drop function record_reveal(text, text);
    create function record_reveal(asked_digest text, asked_code text)
        returns table(digest text, code text, what text, title text, number text, body_name text, issued_on date,
                      entry_id bigint, payload text, salt bytea, kind smallint, newest text, corrections integer,
                      corrected_at timestamptz)
        language sql stable security definer set search_path = public, pg_temp as $$
        select s.digest, s.code, s.what, s.title, s.number, s.body_name, s."on", e.id,
               case when s.digest = asked_digest then e.payload end,
               case when s.digest = asked_digest then e.salt end, e.kind,
               made.newest, greatest(made.many - 1, 0), case when made.many > 1 then made.at end
        from record_seal s join trail_entry e on e.fact_ref = s.fact_ref
        cross join lateral (
            select (array_agg(o.digest order by n.id desc))[1] as newest, count(*)::integer as many, max(n.recorded_at) as at
            from record_seal o join trail_entry n on n.fact_ref = o.fact_ref
            where o.code = s.code and o.what = 'original') made
        where (asked_digest <> '' and s.digest = asked_digest)
           or (asked_digest = '' and asked_code <> '' and s.code = asked_code and s.what = 'original')
        order by case when asked_digest = '' then -e.id else e.id end limit 1
    $$;
    revoke all on function record_reveal(text, text) from public;
    grant execute on function record_reveal(text, text) to yg_portal, yg_web;
    """,
    f"drop function record_reveal(text, text); {REVEAL.sql}",
)

LATER = RunSQL(
    # The versions of one document, the one that is asked for and every correction after it, the newest marked.
    """
    create function record_later(asked uuid) returns table(id uuid, newest boolean)
        language sql stable set search_path = public, pg_temp as $$
        with recursive later(id) as (
            select asked union select i.id from record_item i join later l on i.replaces_id = l.id)
        select l.id, not exists (select from record_item n where n.replaces_id = l.id) from later l
    $$;
    revoke all on function record_later(uuid) from public;
    grant execute on function record_later(uuid) to yg_web;
    """,
    "drop function record_later(uuid);",
)

SUPPLEMENT = ("disclose", "revoke")  # steps that the law lets come after archiving; their papers go to the 补充卷

_STEPS = ", ".join(f"'{step}'" for step in SUPPLEMENT)

ARCHIVED_STAYS = RunSQL(
    # The chain's lock is the one trail.actions.lock takes: whoever adds and whoever archives wait for each other, and
    # each then sees what the other wrote.  The owner's function sees every row, whatever the scope of the asker.
    f"""
    create function record_hold(asked uuid) returns void language plpgsql
        security definer set search_path = public, pg_temp as $$
    declare subject text;
    begin
        select d.subject into subject from record_dossier d where d.id = asked;
        perform pg_advisory_xact_lock(
            ('x' || encode(substring(sha256(convert_to('chain:' || subject, 'UTF8')) for 8), 'hex'))::bit(64)::bigint);
    end $$;
    create function record_archived_stays() returns trigger language plpgsql
        security definer set search_path = public, pg_temp as $$
    declare held text;
    begin
        perform record_hold(new.dossier_id);
        select a.archive_no into held from record_archive a where a.dossier_id = new.dossier_id;
        if held is null then return new; end if;
        if tg_table_name = 'record_item' then
            if new.step in ({_STEPS}) then return new; end if;
        end if;
        raise exception '案卷已归档（归档号 %），不得再增减材料（行政处罚法第四十七条）', held using errcode = 'check_violation';
    end $$;
    create trigger record_item_archived before insert on record_item
        for each row execute function record_archived_stays();
    create trigger record_waiver_archived before insert on record_waiver
        for each row execute function record_archived_stays();
    create function record_archive_whole() returns trigger language plpgsql
        security definer set search_path = public, pg_temp as $$
    declare missed text;
    begin
        perform record_hold(new.dossier_id);
        select string_agg(i.title, '、') into missed from record_item i
        where i.dossier_id = new.dossier_id and i.id <> new.index_item_id
          and not new.contents @> jsonb_build_array(jsonb_build_object('item', i.id::text, 'digest', i.digest));
        if missed is not null then
            raise exception '卷内目录漏列：%', missed using errcode = 'check_violation';
        end if;
        if jsonb_array_length(new.contents) <> new.items or new.items <> (
            select count(*) from record_item i where i.dossier_id = new.dossier_id and i.id <> new.index_item_id
        ) then
            raise exception '卷内目录的件数与案卷不一致' using errcode = 'check_violation';
        end if;
        return new;
    end $$;
    create trigger record_archive_whole before insert on record_archive
        for each row execute function record_archive_whole();
    revoke all on function record_hold(uuid) from public;
    """,  # noqa: S608  step names of our own
    """
    drop trigger record_archive_whole on record_archive;
    drop function record_archive_whole();
    drop trigger record_waiver_archived on record_waiver;
    drop trigger record_item_archived on record_item;
    drop function record_archived_stays();
    drop function record_hold(uuid);
    """,
)
