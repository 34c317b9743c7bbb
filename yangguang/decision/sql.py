"""What the database holds of a decision by itself: no decision without a passed review of that very draft.

**Clause** 行政处罚法 art. 58: 未经法制审核或者审核未通过的，不得作出决定.  The pack's answer whether review is due is
pinned on the draft (`needs_review`), so that the database can hold it without knowing any pack.
"""

from django.db.migrations.operations import RunSQL

from .party.sql import DOOR

REVIEWED_DRAFT_ONLY = [
    RunSQL(
        """
        create function decision_reviewed_draft() returns trigger language plpgsql as $$
        declare draft casework_proposal; head uuid;
        begin
            select * into draft from casework_proposal p where p.id = new.proposal_id;
            if draft.id is null or draft.case_id <> new.case_id then
                raise exception '决定所依据的处理意见不属于本案' using errcode = 'check_violation';
            end if;
            if exists (select 1 from casework_proposal p
                       where p.case_id = new.case_id and p.version > draft.version) then
                raise exception '处理意见已有新的一稿，须对最新一稿审核后决定（行政处罚法第五十八条）'
                    using errcode = 'check_violation';
            end if;
            if new.review_id is not null and not exists (
                select 1 from review_review r
                where r.id = new.review_id and r.case_id = new.case_id and r.proposal_id = draft.id
                  and r.draft_digest = draft.digest and r.outcome = 'passed'
            ) then
                raise exception '未经法制审核或者审核未通过的，不得作出决定（行政处罚法第五十八条）'
                    using errcode = 'check_violation';
            end if;
            if new.review_id is null and draft.needs_review then
                raise exception '依规则须法制审核的处理意见未经审核，不得作出决定（行政处罚法第五十八条）'
                    using errcode = 'check_violation';
            end if;
            select o.key into head from registry_officer o where o.id = new.by_id;
            if head is null or exists (select 1 from casework_case c
                                       where c.id = new.case_id and head in (c.handler1_key, c.handler2_key)) then
                raise exception '承办人不得决定本案' using errcode = 'check_violation';
            end if;
            if not exists (
                select 1 from decision_notice n join decision_service s on s.item_id = n.item_id
                where n.id = new.notice_id and n.case_id = new.case_id
            ) then
                raise exception '未告知不得作出决定（行政处罚法第四十四条、第六十二条）' using errcode = 'check_violation';
            end if;
            return new;
        end $$;
        create trigger decision_decision_reviewed before insert on decision_decision
            for each row execute function decision_reviewed_draft();
        """,
        """
        drop trigger decision_decision_reviewed on decision_decision;
        drop function decision_reviewed_draft();
        """,
    )
]

# Whoever handled the case at any time does not decide it (`casework_not_by_a_handler`).  **Clause** 行政处罚法 art. 57.
NOT_BY_WHO_HANDLED_IT = [
    RunSQL(
        """
        create trigger decision_decision_not_by_who_handled_it before insert on decision_decision
            for each row execute function casework_not_by_a_handler();
        """,
        "drop trigger decision_decision_not_by_who_handled_it on decision_decision;",
    )
]
NO_EXEMPTION_BY_WHO_HANDLED_IT = [
    RunSQL(
        """
        create trigger decision_exemptionanswer_not_by_who_handled_it before insert on decision_exemptionanswer
            for each row execute function casework_not_by_a_handler();
        """,
        "drop trigger decision_exemptionanswer_not_by_who_handled_it on decision_exemptionanswer;",
    )
]


def again(made: RunSQL, name: str, *changes: tuple[str, str]) -> str:
    """One function of an earlier migration with other lines in it.  **Raises** ValueError where a line is not there."""
    whole = str(made.sql)
    begin = whole.index(f"create function {name}(")
    text = whole[begin : whole.index("$$;", begin) + 3].replace("create function", "create or replace function")
    for old, new in changes:
        if text.count(old) != 1:
            raise ValueError(f"{name}: {old}")
        text = text.replace(old, new)
    return text


_TOLD = "select 1 from decision_notice n join decision_service s on s.item_id = n.item_id\n"
_SERVED = "from decision_notice n join decision_service v on v.item_id = n.item_id where n.case_id = c.id),"
_CODES = "union select i.case_id from decision_issuance i where i.code = asked_code) f"

# A notice that was corrected is told by its newest version: that is the one that must have been served, and from its
# service the party's time runs.  The code on every paper that left the house leads the party to its case.
CORRECTED = [
    RunSQL(
        again(
            REVIEWED_DRAFT_ONLY[0],
            "decision_reviewed_draft",
            (
                _TOLD,
                "select 1 from decision_notice n cross join lateral record_later(n.item_id) l\n"
                "                join decision_service s on s.item_id = l.id and l.newest\n",
            ),
        ),
        again(REVIEWED_DRAFT_ONLY[0], "decision_reviewed_draft"),
    ),
    RunSQL(
        """
        create function decision_case_of(asked_code text) returns table(id uuid)
            language sql stable security definer set search_path = public, pg_temp as $$
            select i.case_id from decision_issuance i where i.code = asked_code
            union select k.id from record_seal s join record_item i on i.digest = s.digest
                  join casework_case k on k.dossier_id = i.dossier_id
                  where s.code = asked_code and s.what = 'original'
        $$;
        revoke all on function decision_case_of(text) from public;
        """,
        "drop function decision_case_of(text);",
    ),
    RunSQL(
        again(
            DOOR,
            "decision_party_open",
            (_CODES, "union select o.id from decision_case_of(asked_code) o) f"),
        )
        + again(
            DOOR,
            "decision_party_read",
            (
                "'item', n.item_id, 'hearing', n.hearing, 'served_on', v.\"on\")",
                "'item', v.item_id, 'hearing', n.hearing, 'served_on', v.\"on\")",
            ),
            (
                _SERVED,
                """from decision_notice n cross join lateral (
                            select s.item_id, s."on" from record_later(n.item_id) l
                            join decision_service s on s.item_id = l.id order by s.at desc, s.id desc limit 1) v
                        where n.case_id = c.id),""",
            ),
            (
                "'served_on', v.\"on\", 'method', v.method)",
                "'served_on', v.\"on\", 'method', v.method,\n"
                "                          'replaced', exists (select from record_item r where r.replaces_id = i.id))",
            ),
        ),
        again(DOOR, "decision_party_open") + again(DOOR, "decision_party_read"),
    ),
]
