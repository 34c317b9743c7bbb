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
