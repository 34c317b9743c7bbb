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
