"""What the database holds of a decision by itself: no decision without a passed review of that very draft.

**Clause** 行政处罚法 art. 58: 未经法制审核或者审核未通过的，不得作出决定.  The pack's answer whether review is due is
pinned on the draft (`needs_review`), so that the database can hold it without knowing any pack.
"""

from django.db.migrations.operations import RunSQL

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
