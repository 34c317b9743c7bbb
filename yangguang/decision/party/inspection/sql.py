"""What the portal's role may read of a file: what a head granted to this party, and nothing else."""

from django.db.migrations.operations import RunSQL

from ...sql import again
from ..sql import DOOR

_KINDS = "asked_kind not in ('statement', 'hearing', 'address')"
POST = RunSQL(
    again(DOOR, "decision_party_post", (_KINDS, "asked_kind not in ('statement', 'hearing', 'address', 'inspect')")),
    again(DOOR, "decision_party_post"),
)
READ = RunSQL(
    """
    create function decision_party_inspections(asked_token text) returns jsonb
        language sql stable security definer set search_path = public, pg_temp as $$
        select coalesce(jsonb_agg(jsonb_build_object(
            'submission', s.id, 'at', s.at, 'due', d.due_on, 'because', coalesce(d.because, '[]'),
            'answered', a.at, 'outcome', a.outcome, 'opinion', a.opinion, 'ground', a.ground,
            'rows', case when a.outcome = 'granted' then
                (select coalesce(jsonb_agg(r.row - 'digest' - 'mime' order by r.n), '[]')
                 from jsonb_array_elements(f.rows) with ordinality r(row, n)) else '[]' end
            ) order by s.at desc, s.id desc), '[]')
        from decision_partysubmission s
        left join decision_inspectionanswer a on a.submission_id = s.id and a.outcome <> 'returned'
        left join decision_inspectiondraft f on f.id = a.draft_id
        left join duty_duty d on d.subject = 'case:' || s.case_id and d.rule = 'D93' and d.at = s.at
        where s.case_id = decision_party_of(asked_token) and s.kind = 'inspect'
    $$;

    create function decision_party_inspect(asked_token text, asked_item uuid)
        returns table(title text, digest text, mime text)
        language plpgsql volatile security definer set search_path = public, pg_temp as $$
    declare held casework_case; told jsonb;
    begin
        select c.* into held from casework_case c where c.id = decision_party_of(asked_token);
        if held.id is null then return; end if;
        select r.row into told
        from decision_inspectionanswer a
        join decision_inspectiondraft f on f.id = a.draft_id
        cross join lateral jsonb_array_elements(f.rows) r(row)
        where a.case_id = held.id and a.outcome = 'granted' and r.row ->> 'item' = asked_item::text
        order by a.at desc, a.id desc limit 1;
        if told is null or told ->> 'way' not in ('original', 'copy') then return; end if;
        insert into decision_partypost (id, at, case_id, scope, kind, data)
            values (gen_random_uuid(), clock_timestamp(), held.id, held.scope, 'reading',
                    jsonb_build_object('item', asked_item));
        return query select told ->> 'title', told ->> 'digest', told ->> 'mime';
    end $$;

    revoke all on function decision_party_inspections(text), decision_party_inspect(text, uuid) from public;
    grant execute on function decision_party_inspections(text), decision_party_inspect(text, uuid)
        to yg_portal, yg_web;
    """,
    """
    drop function decision_party_inspect(text, uuid);
    drop function decision_party_inspections(text);
    """,
)
