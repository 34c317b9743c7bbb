"""The search index of the portal."""

from django.db.migrations.operations import RunSQL

SEARCH_INDEX = [
    RunSQL(
        # Without the raised target the planner walks the date index backwards for a rare word: seconds, not milliseconds.
        """
        create index disclosure_publicdecision_tsv on disclosure_publicdecision using gin (tsv);
        alter table disclosure_publicdecision alter tsv set statistics 2000;
        """,
        "drop index disclosure_publicdecision_tsv;",
    )
]
