"""The search index of the portal, and what its role may learn beyond the published rows."""

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

ONLY_WHAT_IS_SHOWN = RunSQL(
    # An entry holds the row it speaks of, a publication its whole text.  What was corrected or taken down must not be
    # readable through the trail either, so the portal's role sees just the entries that its own rows name.
    """
    drop policy trail_entry_portal on trail_entry;
    create policy trail_entry_portal on trail_entry for select to yg_portal
        using (kind = 4 and exists (select from disclosure_publicdecision d where d.fact_ref = trail_entry.fact_ref));
    create index disclosure_publicdecision_fact on disclosure_publicdecision (fact_ref);
    """,
    """
    drop index disclosure_publicdecision_fact;
    drop policy trail_entry_portal on trail_entry;
    create policy trail_entry_portal on trail_entry for select to yg_portal using (kind = 4);
    """,
)

STANDING = RunSQL(
    # Whoever holds a paper has to learn that its decision no longer stands, also before it was taken down and when it
    # was never published.  Nothing but what, who and when: the reason is public only in the words of the take-down.
    """
    create function disclosure_standing(asked_code text) returns table(kind text, organ text, revoked_on date)
        language sql stable security definer set search_path = public, pg_temp as $$
        select r.kind, r.organ, r."on" from decision_revocation r
        join decision_issuance i on i.decision_id = r.decision_id
        where i.code = asked_code order by r."on" desc, r.id desc limit 1
    $$;
    revoke all on function disclosure_standing(text) from public;
    grant execute on function disclosure_standing(text) to yg_portal, yg_web;
    """,
    "drop function disclosure_standing(text);",
)

PROGRESS = RunSQL(
    # Whoever was handed the code learns how far the matter has come: the codes of the steps and their days.  No name, no
    # number, no word of the file leaves this function.  The code of a case follows from its key, which nobody outside
    # sees before a decision is published; the code printed on a decision works as well.
    """
    create function casework_progress_code(asked uuid) returns text language sql immutable strict parallel safe as $$
        select upper(left(encode(sha256(uuid_send(asked)), 'hex'), 12))
    $$;
    create index casework_case_progress on casework_case (casework_progress_code(id));
    create function disclosure_progress(asked_code text) returns table(
            kind text, procedure text, pack text, body_key uuid, body_name text, power_key uuid, done jsonb, step text)
        language sql stable security definer set search_path = public, pg_temp as $$
        select c.kind, c.procedure, c.pack, b.key, s.body_name, p.key,
               (select coalesce(jsonb_object_agg(d.key, left(d.value, 10)), '{}') from jsonb_each_text(s.done) d), s.step
        from (select id from casework_case where casework_progress_code(id) = asked_code
              union select case_id from decision_issuance where code = asked_code) found
        join casework_case c on c.id = found.id
        join casework_casestate s on s.case_id = c.id
        join registry_body b on b.id = c.body_id
        join registry_power p on p.id = c.power_id limit 1
    $$;
    revoke all on function casework_progress_code(uuid), disclosure_progress(text) from public;
    grant execute on function casework_progress_code(uuid) to yg_web;
    grant execute on function disclosure_progress(text) to yg_portal, yg_web;
    """,
    """
    drop function disclosure_progress(text);
    drop index casework_case_progress;
    drop function casework_progress_code(uuid);
    """,
)

_BY_DECISION = "union select case_id from decision_issuance where code = asked_code) found"
_WHOLE = str(PROGRESS.sql)
_PROGRESS = _WHOLE[_WHOLE.index("create function disclosure_progress") :].partition("$$;")[0] + "$$;"

PROGRESS_BY_EVERY_CODE = RunSQL(
    # The code on a notice, an order, a reminder leads to the progress of its matter as the code on a decision does.
    _PROGRESS.replace("create function", "create or replace function").replace(
        _BY_DECISION, "union select o.id from decision_case_of(asked_code) o) found"
    ),
    _PROGRESS.replace("create function", "create or replace function"),
)

STANDING_OF_EVERY_DOCUMENT = RunSQL(
    # What is no penalty has no row of a decision: the revocation names the document, whose code may be its own.
    """
    create or replace function disclosure_standing(asked_code text) returns table(kind text, organ text, revoked_on date)
        language sql stable security definer set search_path = public, pg_temp as $$
        select r.kind, r.organ, r."on" from decision_revocation r
        where r.decision_id in (select i.decision_id from decision_issuance i where i.code = asked_code)
           or r.document_id in (select i.item_id from decision_issuance i where i.code = asked_code
                                union select k.id from record_seal s join record_item k on k.digest = s.digest
                                where s.code = asked_code and s.what = 'original')
        order by r."on" desc, r.id desc limit 1
    $$;
    """,
    str(STANDING.sql).partition("revoke all")[0].replace("create function", "create or replace function"),
)
