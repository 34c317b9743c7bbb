"""What the database holds of a unit's opinion by itself: nobody gives it who ever handled the case."""

from django.db.migrations.operations import RunSQL

NOT_BY_A_HANDLER = [
    RunSQL(
        """
        create trigger casework_unitopinion_not_by_a_handler before insert on casework_unitopinion
            for each row execute function casework_not_by_a_handler();
        """,
        "drop trigger casework_unitopinion_not_by_a_handler on casework_unitopinion;",
    )
]
