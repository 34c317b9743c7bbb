"""What the database holds of lists by itself: nobody approves an own draft, nothing unapproved is published or filed."""

from django.db.migrations.operations import RunSQL

APPROVED_BY_ANOTHER = [
    RunSQL(
        """
        create function catalogue_approved_by_another() returns trigger language plpgsql as $$
        begin
            if not exists (
                select 1 from catalogue_listversion v
                join registry_officer drafter on drafter.id = v.by_id
                join registry_officer approver on approver.id = new.by_id
                where v.id = new.version_id and v.scope = new.scope and approver.scope = v.scope
                  and approver.key <> drafter.key
            ) then
                raise exception '清单须由本机关的另一人审核，起草人不得审核自己起草的清单'
                    using errcode = 'check_violation';
            end if;
            return new;
        end $$;
        create trigger catalogue_listapproval_another before insert on catalogue_listapproval
            for each row execute function catalogue_approved_by_another();
        """,
        """
        drop trigger catalogue_listapproval_another on catalogue_listapproval;
        drop function catalogue_approved_by_another();
        """,
    )
]

ONLY_APPROVED = [
    RunSQL(
        """
        create function catalogue_only_approved() returns trigger language plpgsql as $$
        begin
            if not exists (
                select 1 from catalogue_listapproval a
                where a.version_id = new.version_id and a.scope = new.scope and a.approved and a."on" <= new."on"
            ) then
                raise exception '清单未经审核同意，不得公布或者备案' using errcode = 'check_violation';
            end if;
            return new;
        end $$;
        create trigger catalogue_listpublication_approved before insert on catalogue_listpublication
            for each row execute function catalogue_only_approved();
        create trigger catalogue_filing_approved before insert on catalogue_filing
            for each row execute function catalogue_only_approved();
        """,
        """
        drop trigger catalogue_filing_approved on catalogue_filing;
        drop trigger catalogue_listpublication_approved on catalogue_listpublication;
        drop function catalogue_only_approved();
        """,
    )
]
