"""What the database holds by itself here: nobody approves what is their own, and only what is approved is published."""

from django.db.migrations.operations import RunSQL

BY_ANOTHER = [
    RunSQL(
        """
        create function before_by_another() returns trigger language plpgsql as $$
        declare author uuid; approver uuid;
        begin
            execute format('select o.key from %I d join registry_officer o on o.id = d.by_id where d.id = ($1).%I',
                           tg_argv[0], tg_argv[1]) into author using new;
            select o.key into approver from registry_officer o where o.id = new.by_id;
            if author is null or approver is null or author = approver then
                raise exception '公开前须由起草人以外的人审核' using errcode = 'check_violation';
            end if;
            return new;
        end $$;
        create trigger catalogue_preapproval_another before insert on catalogue_preapproval
            for each row execute function before_by_another('catalogue_predraft', 'draft_id');
        create trigger catalogue_policyapproval_another before insert on catalogue_policyapproval
            for each row execute function before_by_another('catalogue_policydocument', 'document_id');
        create function before_only_approved() returns trigger language plpgsql as $$
        begin
            if not exists (select 1 from catalogue_policyapproval a
                           where a.document_id = new.document_id and a.approved and a."on" <= new."on") then
                raise exception '制度文件未经审批同意，不得公布' using errcode = 'check_violation';
            end if;
            return new;
        end $$;
        create trigger catalogue_policyrelease_approved before insert on catalogue_policyrelease
            for each row execute function before_only_approved();
        create function before_as_drafted() returns trigger language plpgsql as $$
        begin
            if not exists (select 1 from catalogue_predraft d where d.id = new.draft_id and d.scope = new.scope
                           and d.digest = new.digest and d.kind = new.kind and d.number = new.number
                           and d.shown = new.shown) then
                raise exception '公开的内容与审核的稿不一致' using errcode = 'check_violation';
            end if;
            if exists (select 1 from catalogue_preapproval a where a.draft_id = new.draft_id and not a.approved) then
                raise exception '审核不同意公开的稿不得公开' using errcode = 'check_violation';
            end if;
            return new;
        end $$;
        create trigger catalogue_prerelease_as_drafted before insert on catalogue_prerelease
            for each row execute function before_as_drafted();
        """,
        """
        drop trigger catalogue_prerelease_as_drafted on catalogue_prerelease;
        drop function before_as_drafted();
        drop trigger catalogue_policyrelease_approved on catalogue_policyrelease;
        drop function before_only_approved();
        drop trigger catalogue_policyapproval_another on catalogue_policyapproval;
        drop trigger catalogue_preapproval_another on catalogue_preapproval;
        drop function before_by_another();
        """,
    )
]
