"""Which bodies there are and where they stand in the tree: names everybody may know, rows a body does not see."""

from django.db.migrations.operations import RunSQL

PLACES = RunSQL(
    # A township sees neither its neighbours' rows nor those above it; a dispute has to name both.
    """
    create function decision_places(asked date) returns table(scope text, name text)
        language sql stable security definer set search_path = public, pg_temp as $$
        select p.scope, p.name from (
            select distinct on (b.key) b.* from registry_body b
            where b.valid_from <= asked order by b.key, b.valid_from desc, b.id desc) p
        where p.valid_to is null or p.valid_to >= asked
    $$;
    revoke all on function decision_places(date) from public;
    grant execute on function decision_places(date) to yg_web;
    """,
    "drop function decision_places(date);",
)
