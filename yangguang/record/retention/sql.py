"""What the database holds of retention by itself: two persons, no open hold, never before the period is over."""

from django.db.migrations.operations import RunSQL

NEVER_EARLY = RunSQL(
    """
    create function record_last_day(asked uuid) returns date language sql stable
        security definer set search_path = public, pg_temp as $$
        select case a.retention when 'years_30' then make_date(extract(year from a."on")::int + 30, 12, 31)
                                when 'years_10' then make_date(extract(year from a."on")::int + 10, 12, 31) end
        from record_archive a where a.dossier_id = asked
    $$;
    create function record_destruction_by_another() returns trigger language plpgsql
        security definer set search_path = public, pg_temp as $$
    declare proposer uuid; answers uuid;
    begin
        select o.key into proposer from record_destructionproposal p join registry_officer o on o.id = p.by_id
            where p.id = new.proposal_id and p.dossier_id = new.dossier_id;
        select o.key into answers from registry_officer o where o.id = new.by_id;
        if proposer is null or answers is null or proposer = answers then
            raise exception '销毁须由提出人以外的负责人审批' using errcode = 'check_violation';
        end if;
        return new;
    end $$;
    create trigger record_destructionanswer_another before insert on record_destructionanswer
        for each row execute function record_destruction_by_another();
    create function record_destruction_lawful() returns trigger language plpgsql
        security definer set search_path = public, pg_temp as $$
    declare last date; approver uuid; destroyer uuid;
    begin
        last := record_last_day(new.dossier_id);
        if last is null or last >= (new.at at time zone 'Asia/Shanghai')::date
           or last >= (now() at time zone 'Asia/Shanghai')::date then
            raise exception '保管期限未满或者永久保管，不得销毁' using errcode = 'check_violation';
        end if;
        if exists (select 1 from record_hold h where h.dossier_id = new.dossier_id
                   and not exists (select 1 from record_holdlifted l where l.hold_id = h.id)) then
            raise exception '案卷在保全中，不得销毁' using errcode = 'check_violation';
        end if;
        select o.key into approver from record_destructionanswer a join registry_officer o on o.id = a.by_id
            where a.proposal_id = new.proposal_id and a.approved and a.dossier_id = new.dossier_id;
        select o.key into destroyer from registry_officer o where o.id = new.by_id;
        if approver is null or destroyer is null or approver = destroyer then
            raise exception '销毁须经批准，并由审批人以外的人办理' using errcode = 'check_violation';
        end if;
        return new;
    end $$;
    create trigger record_tombstone_lawful before insert on record_tombstone
        for each row execute function record_destruction_lawful();
    create function record_held_elsewhere(asked text, dossier uuid) returns text language plpgsql stable
        security definer set search_path = public, pg_temp as $$
    declare waiting boolean;
    begin
        if exists (select from record_item i where i.digest = asked and i.dossier_id <> dossier
                   and not exists (select from record_tombstone t where t.dossier_id = i.dossier_id)) then
            return '另一案卷有相同的文件';
        end if;
        if exists (select from record_extract e join record_item i on i.id = e.parent_id
                   where e.digest = asked and i.dossier_id <> dossier) then
            return '另一案卷的副本是相同的文件';
        end if;
        if exists (select from lawbook_edition l where l.digest = asked)
           or exists (select from registry_registerimport r where r.digest = asked) then
            return '法规库或者登记簿有相同的文件';
        end if;
        execute 'select exists (select from record_received r
                     left join record_placement p on p.received_id = r.id
                     left join record_item i on i.id = p.item_id
                     where r.digest = $1 and i.dossier_id is null)' into waiting using asked;
        if waiting then return '待归入的文件中有相同的文件'; end if;
        return '';
    end $$;
    revoke all on function record_last_day(uuid), record_held_elsewhere(text, uuid) from public;
    grant execute on function record_last_day(uuid), record_held_elsewhere(text, uuid) to yg_web;
    """,
    """
    drop trigger record_tombstone_lawful on record_tombstone;
    drop function record_destruction_lawful();
    drop trigger record_destructionanswer_another on record_destructionanswer;
    drop function record_destruction_by_another();
    drop function record_held_elsewhere(text, uuid);
    drop function record_last_day(uuid);
    """,
)
