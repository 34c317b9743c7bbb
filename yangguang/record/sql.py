"""What the portal may learn of sealed bytes: a definer's function, so that its role needs no right on the trail."""

from django.db.migrations.operations import RunSQL

REVEAL = RunSQL(
    # Whoever holds the bytes may have the log entry that commits to them; whoever holds only the code printed on the
    # paper may know that it exists.  Neither gets at any other entry.
    """
    create function record_reveal(asked_digest text, asked_code text)
        returns table(digest text, code text, what text, title text, number text, body_name text, issued_on date,
                      entry_id bigint, payload text, salt bytea, kind smallint)
        language sql stable security definer set search_path = public, pg_temp as $$
        select s.digest, s.code, s.what, s.title, s.number, s.body_name, s."on", e.id,
               case when s.digest = asked_digest then e.payload end,
               case when s.digest = asked_digest then e.salt end, e.kind
        from record_seal s join trail_entry e on e.fact_ref = s.fact_ref
        where (asked_digest <> '' and s.digest = asked_digest)
           or (asked_digest = '' and asked_code <> '' and s.code = asked_code and s.what = 'original')
        order by e.id limit 1
    $$;
    revoke all on function record_reveal(text, text) from public;
    grant execute on function record_reveal(text, text) to yg_portal, yg_web;
    """,
    "drop function record_reveal(text, text);",
)
