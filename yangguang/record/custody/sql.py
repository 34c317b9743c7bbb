"""What the database holds of custody by itself: nobody approves the own request, and nothing leaves unapproved."""

from django.db.migrations.operations import RunSQL

RELEASE_APPROVED = RunSQL(
    """
    create function record_release_by_another() returns trigger language plpgsql
        security definer set search_path = public, pg_temp as $$
    declare asked uuid; answers uuid;
    begin
        select o.key into asked from record_releaserequest r join registry_officer o on o.id = r.by_id
            where r.id = new.request_id;
        select o.key into answers from registry_officer o where o.id = new.by_id;
        if asked is null or answers is null or asked = answers then
            raise exception '对外提供须由申请人以外的负责人审批' using errcode = 'check_violation';
        end if;
        return new;
    end $$;
    create trigger record_releaseanswer_another before insert on record_releaseanswer
        for each row execute function record_release_by_another();
    create function record_release_approved() returns trigger language plpgsql
        security definer set search_path = public, pg_temp as $$
    begin
        if not exists (select 1 from record_releaseanswer a join record_releaserequest r on r.id = a.request_id
                       where r.id = new.request_id and a.approved and r.digest = new.digest) then
            raise exception '没有批准的申请，音像记录和材料不得对外提供' using errcode = 'check_violation';
        end if;
        return new;
    end $$;
    create trigger record_releaseexport_approved before insert on record_releaseexport
        for each row execute function record_release_approved();
    """,
    """
    drop trigger record_releaseexport_approved on record_releaseexport;
    drop function record_release_approved();
    drop trigger record_releaseanswer_another on record_releaseanswer;
    drop function record_release_by_another();
    """,
)
