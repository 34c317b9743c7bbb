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
