"""What the database keeps of the duties by itself."""

from django.db.migrations.operations import RunSQL

# The open ones beside all that were ever owed: a county's lists ask for these, and there are few of them.
STILL_OPEN = RunSQL(
    """
    insert into duty_openduty (duty_id, scope, rule, subject, due_on)
        select d.id, d.scope, d.rule, d.subject, d.due_on from duty_duty d
         where not exists (select 1 from duty_discharge e where e.duty_id = d.id);

    create function duty_opened() returns trigger
        language plpgsql security definer set search_path = public, pg_temp as $$
    begin
        insert into duty_openduty (duty_id, scope, rule, subject, due_on)
            values (new.id, new.scope, new.rule, new.subject, new.due_on);
        return null;
    end $$;
    create function duty_ended() returns trigger
        language plpgsql security definer set search_path = public, pg_temp as $$
    begin
        delete from duty_openduty where duty_id = new.duty_id;
        return null;
    end $$;
    revoke all on function duty_opened(), duty_ended() from public;
    create trigger duty_duty_opened after insert on duty_duty for each row execute function duty_opened();
    create trigger duty_discharge_ended after insert on duty_discharge for each row execute function duty_ended();
    """,
    """
    drop trigger duty_discharge_ended on duty_discharge;
    drop trigger duty_duty_opened on duty_duty;
    drop function duty_ended();
    drop function duty_opened();
    """,
)
