"""What the database holds of training by itself: what a body above makes is read below; who passed is written once."""

from django.db.migrations.operations import RunSQL

from yangguang.trail.sql import IN_SCOPE, granted, written_once

FROM_ABOVE = "starts_with((select current_setting('app.lo', true)), scope)"


def read_from_above(table: str) -> list[RunSQL]:
    """A table of facts that the bodies below may read too, and each writes only within its own scope.

    **Why** a county's plan, bank and paper are for the townships; `app.lo` is the path of the asker's own body, and a
    body above it is a prefix of that path.
    """
    return [
        *written_once(table),
        RunSQL(
            f"""
            alter table {table} enable row level security;
            create policy {table}_read on {table} for select to yg_web using (({IN_SCOPE}) or {FROM_ABOVE});
            create policy {table}_write on {table} for insert to yg_web with check ({IN_SCOPE});
            """,
            f"""
            drop policy {table}_write on {table};
            drop policy {table}_read on {table};
            alter table {table} disable row level security;
            """,
        ),
        *granted(table, "INSERT, SELECT", ""),
    ]


# One person, one sitting: the row speaks of the admitted person, and the score of a sitting of that person's paper.
OWN_SITTING = [
    RunSQL(
        """
        create function training_own_sitting() returns trigger language plpgsql as $$
        begin
            if not exists (
                select 1 from training_admission a join registry_officer o on o.id = new.by_id
                where a.id = new.admission_id and a.officer_key = o.key
            ) then
                raise exception '只有准考的本人能够应试' using errcode = 'check_violation';
            end if;
            return new;
        end $$;
        create trigger training_sitting_own before insert on training_sitting
            for each row execute function training_own_sitting();

        create function training_own_result() returns trigger language plpgsql as $$
        begin
            if new.sitting_id is null then
                if new.how <> 'outside' or new.proof = '' then
                    raise exception '没有应试记录的成绩须写明外部考试的证明编号' using errcode = 'check_violation';
                end if;
            elsif not exists (
                select 1 from training_sitting s join training_admission a on a.id = s.admission_id
                where s.id = new.sitting_id and a.officer_key = new.officer_key and a.paper_id = new.paper_id
            ) then
                raise exception '成绩与应试记录不符' using errcode = 'check_violation';
            end if;
            return new;
        end $$;
        create trigger training_result_own before insert on training_result
            for each row execute function training_own_result();
        """,
        """
        drop trigger training_result_own on training_result;
        drop function training_own_result();
        drop trigger training_sitting_own on training_sitting;
        drop function training_own_sitting();
        """,
    )
]


# An exam of the register that says it was sat here is the result it names, mark for mark.
EXAM_AS_SAT = RunSQL(
    """
    create function training_exam_as_sat() returns trigger language plpgsql as $$
    begin
        if new.how = 'sat' and not exists (
            select 1 from training_result r
            where 'training.result:' || r.id = new.source and r.sitting_id is not null and r.purpose = 'certificate'
              and (r.officer_key, r."on", r.score, r.total, r.pass_mark, r.passed)
                = (new.officer_key, new."on", new.score, new.total, new.pass_mark, new.passed)
        ) then
            raise exception '所登记的成绩与应试记录不符' using errcode = 'check_violation';
        end if;
        return new;
    end $$;
    create trigger training_exam_as_sat before insert on registry_exam
        for each row execute function training_exam_as_sat();
    """,
    """
    drop trigger training_exam_as_sat on registry_exam;
    drop function training_exam_as_sat();
    """,
)

# Nobody is put on the list of a session that was called off.
NOT_CALLED_OFF = RunSQL(
    """
    create function training_not_called_off() returns trigger language plpgsql as $$
    begin
        if new.replaces_id is null
           and exists (select 1 from training_cancellation c where c.session_id = new.session_id) then
            raise exception '场次已经取消，不能登记参训' using errcode = 'check_violation';
        end if;
        return new;
    end $$;
    create trigger training_attendance_held before insert on training_attendance
        for each row execute function training_not_called_off();
    """,
    """
    drop trigger training_attendance_held on training_attendance;
    drop function training_not_called_off();
    """,
)
