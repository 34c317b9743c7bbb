"""What the database holds of repairs and loans by itself: nobody accepts the own work or lends to oneself."""

from django.db.migrations.operations import RunSQL


def by_another(name: str, answer: str, asked: str, column: str, words: str) -> RunSQL:
    """The answer to a request has to be another person's, of the same file."""
    return RunSQL(
        f"""
        create function {name}() returns trigger language plpgsql
            security definer set search_path = public, pg_temp as $$
        declare asks uuid; answers uuid;
        begin
            select o.key into asks from {asked} r join registry_officer o on o.id = r.by_id
                where r.id = new.{column} and r.dossier_id = new.dossier_id;
            select o.key into answers from registry_officer o where o.id = new.by_id;
            if asks is null or answers is null or asks = answers then
                raise exception '{words}' using errcode = 'check_violation';
            end if;
            return new;
        end $$;
        create trigger {name} before insert on {answer} for each row execute function {name}();
        """,  # noqa: S608  names of our own migrations
        f"drop trigger {name} on {answer}; drop function {name}();",
    )


REPAIR = by_another(
    "record_repair_by_another", "record_repairanswer", "record_repairreply", "reply_id", "改正须由承办人以外的人验收"
)
LOAN = by_another("record_loan_by_another", "record_loananswer", "record_loan", "loan_id", "借阅须由申请人以外的人审批")
