"""What the one search reads: the portal's role sees through these views just what it may read without them.

Both views run with the reader's own rights (security_invoker): they add no right, and row-level security holds in them.
"""

from django.db.migrations.operations import RunSQL

from yangguang.registry.portal_sql import TODAY

# What stands today, and in which state.  Register rows change, so their words are their state; what was published is
# written once, so the newest of each kind stands and the earlier ones, still readable at their address, do not; a list
# stands until the day its successor is in force, and the successor beside it.
CURRENT = f"""
create view portal_current with (security_invoker = true) as
    select 'body:' || b.key as source, md5(b::text) as stamp from registry_public_body b
    union all
    select 'power:' || p.key, md5(p::text) from registry_public_power p
    union all
    select 'officer:' || o.number, md5(o::text) from registry_public_officer o
    union all
    select 'list:' || l.id, '' from catalogue_listpublication l
    where l.channel = 'portal' and l.shown is not null and not exists (
        select from catalogue_listpublication n
        where n.scope = l.scope and n.kind = l.kind and n.channel = 'portal' and n.shown is not null
          and (n."on", n.id) > (l."on", l.id) and n.shown ->> 'in_force_from' <= {TODAY}::text)
    union all
    select 'before:' || r.id, '' from (
        select distinct on (body_key, kind) id from catalogue_prerelease order by body_key, kind, number desc, id desc) r
    union all
    select 'policy:' || d.id, md5(coalesce(b.name, '')) from (
        select distinct on (body_key, kind, case when kind = 'other' then title else '' end) id, body_key
        from catalogue_policyrelease
        order by body_key, kind, case when kind = 'other' then title else '' end, "on" desc, id desc) d
    left join registry_public_body b on b.key = d.body_key;
"""  # noqa: S608  names of our own
# `place` and `key` order the results: the register before the papers, the papers before the many decisions, each newest
# first.  The decisions keep their own index of the same lexemes; nothing of them is copied.
FOUND = """
create view portal_found with (security_invoker = true) as
    select ('e' || e.id) collate "C" as key, e.kind, e.title, e.number, e.body_name, '' as party, e.text, e.url, e."on",
           e.place collate "C" as place, e.tsv
    from portal_publicentry e join portal_current c on c.source = e.source and c.stamp = e.stamp
    union all
    select d.code collate "C", 'decision', d.title, d.number, d.body_name, d.party, d.text, '', d.decided_on,
           ('0' || to_char(d.decided_on, 'YYYYMMDD')) collate "C", d.tsv
    from disclosure_publicdecision d where d.state = 'shown';
"""
_RIGHTS = "\n".join(
    f"revoke all on {view} from public, yg_web, yg_portal; grant select on {view} to yg_web, yg_portal;"
    for view in ("portal_current", "portal_found")
)

FINDING = [
    RunSQL(
        """
        create index portal_publicentry_tsv on portal_publicentry using gin (tsv);
        alter table portal_publicentry alter tsv set statistics 2000;
        """,
        "drop index portal_publicentry_tsv;",
    ),
    RunSQL(CURRENT + FOUND + _RIGHTS, "drop view portal_found; drop view portal_current;"),
]
