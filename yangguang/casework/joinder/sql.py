"""What the database holds of a joinder by itself: whoever ever handled the case does not answer it."""

from django.db.migrations.operations import RunSQL

NOT_BY_WHO_HANDLED_IT = [
    RunSQL(
        """
        create trigger casework_joinderanswer_not_by_who_handled_it before insert on casework_joinderanswer
            for each row execute function casework_not_by_a_handler();
        """,
        "drop trigger casework_joinderanswer_not_by_who_handled_it on casework_joinderanswer;",
    )
]
