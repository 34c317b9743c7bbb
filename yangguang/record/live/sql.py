"""What the database holds of live recordings by itself."""

from django.db.migrations.operations import RunSQL

EXPLAINED_BEFORE_ARCHIVING = RunSQL(
    """
    create trigger record_explanation_archived before insert on record_explanation
        for each row execute function record_archived_stays();
    """,
    "drop trigger record_explanation_archived on record_explanation;",
)
