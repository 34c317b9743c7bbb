"""What the database holds of a review by itself: the reviewer handles no part of the case, and the hash is the draft's."""

from django.db.migrations.operations import RunSQL

REVIEWER_IS_NOT_HANDLER = [
    RunSQL(
        """
        create function review_by_another() returns trigger language plpgsql as $$
        declare reviewer uuid;
        begin
            select o.key into reviewer from registry_officer o where o.id = new.by_id;
            if reviewer is null or exists (
                select 1 from casework_case c
                where c.id = new.case_id and reviewer in (c.handler1_key, c.handler2_key)
            ) then
                raise exception '承办人不得审核本案（行政处罚法第五十八条）' using errcode = 'check_violation';
            end if;
            if not exists (select 1 from registry_qualification q
                           where q.id = new.qualification_id and q.officer_key = reviewer) then
                raise exception '审核人员没有登记法制审核资格（行政处罚法第五十八条）' using errcode = 'check_violation';
            end if;
            if not exists (
                select 1 from casework_proposal p join review_submission s on s.proposal_id = p.id
                where p.id = new.proposal_id and p.case_id = new.case_id and p.digest = new.draft_digest
                  and s.id = new.submission_id
            ) then
                raise exception '审核意见与所审的稿不符' using errcode = 'check_violation';
            end if;
            return new;
        end $$;
        create trigger review_review_by_another before insert on review_review
            for each row execute function review_by_another();
        """,
        """
        drop trigger review_review_by_another on review_review;
        drop function review_by_another();
        """,
    )
]

NOT_BY_A_HANDLER = [
    RunSQL(
        """
        create function review_assigned_to_another() returns trigger language plpgsql as $$
        begin
            if not exists (select 1 from registry_officer o where o.id = new.reviewer_id and o.key = new.reviewer_key)
                or exists (select 1 from casework_case c
                           where c.id = new.case_id and new.reviewer_key in (c.handler1_key, c.handler2_key)) then
                raise exception '不得把案件分派给本案承办人审核（行政处罚法第五十八条）' using errcode = 'check_violation';
            end if;
            return new;
        end $$;
        create trigger review_assigned_to_another before insert on review_assignment
            for each row execute function review_assigned_to_another();
        create function review_vote_of_a_member() returns trigger language plpgsql as $$
        begin
            if exists (select 1 from casework_case c
                       where c.id = new.case_id and new.member_key in (c.handler1_key, c.handler2_key)) then
                raise exception '承办人不得参加本案的合议表决（行政处罚法第五十八条）' using errcode = 'check_violation';
            end if;
            if exists (select 1 from review_minutes m where m.panel_id = new.panel_id) then
                raise exception '合议已经结束，不得再表决' using errcode = 'check_violation';
            end if;
            if not exists (
                select 1 from review_panel p join review_submission s on s.id = p.submission_id
                join casework_proposal d on d.id = s.proposal_id
                where p.id = new.panel_id and p.case_id = new.case_id and d.digest = new.draft_digest
                  and exists (select 1 from jsonb_array_elements(p.members) m
                              where m ->> 'name' = new.member and m ->> 'barred' = ''
                                and (new.member_key is null or m ->> 'key' = new.member_key::text))
            ) then
                raise exception '表决人不是合议成员，或者表决的不是所审的稿' using errcode = 'check_violation';
            end if;
            return new;
        end $$;
        create trigger review_vote_of_a_member before insert on review_vote
            for each row execute function review_vote_of_a_member();
        """,
        """
        drop trigger review_vote_of_a_member on review_vote;
        drop function review_vote_of_a_member();
        drop trigger review_assigned_to_another on review_assignment;
        drop function review_assigned_to_another();
        """,
    )
]

# Whoever handled the case at any time does not review it (`casework_not_by_a_handler`).  **Clause** 行政处罚法 art. 58.
NOT_BY_WHO_HANDLED_IT = [
    RunSQL(
        """
        create trigger review_review_not_by_who_handled_it before insert on review_review
            for each row execute function casework_not_by_a_handler();
        """,
        "drop trigger review_review_not_by_who_handled_it on review_review;",
    )
]
