"""What the portal's role may read of the register: public columns of what is in force today, and nothing beside them.

The views belong to the owner and are security barriers: a condition of the reader's own never sees a row, or a column,
that the view leaves out.  Names of people without a certificate, auxiliary staff, powers nobody has published, accounts,
parties and every number of a person but that of the certificate stay behind them.
**Clause** QS-3.1.1g, QD-3.1.2(2)a, SY-2.1.1b, WC-2.1.2(4).
"""

from django.db.migrations.operations import RunSQL

TODAY = "(now() at time zone 'Asia/Shanghai')::date"


def _in_force(table: str) -> str:
    """The version of each thing that holds today: the rule of `queries.in_force`, for the database."""
    return f"""(select * from (
        select distinct on (key) * from {table} where valid_from <= {TODAY} order by key, valid_from desc, id desc
    ) latest where valid_to is null or valid_to >= {TODAY})"""  # noqa: S608  names of our own


# The standing of one certificate today: the rule of `queries.standing`, for the database.
STANDING = f"""
    case when c.valid_from > {TODAY} then 'not_yet'
         when c.valid_to < {TODAY} then 'expired'
         else coalesce(
             (select case when h.state in ('suspended', 'revoked') then h.state end from registry_certificatechange h
               where h.certificate_id = c.id and h."on" <= {TODAY} order by h."on" desc, h.at desc limit 1),
             (select case when k.passed then null else 'unchecked' end from registry_certificatecheck k
               where k.certificate_id = c.id and k."on" <= {TODAY} order by k."on" desc, k.at desc limit 1),
             'valid') end
"""  # noqa: S608  names of our own
# Since when a certificate that lets nobody act does not: the day of what stopped it.
SINCE = f"""
    case when c.valid_from > {TODAY} then c.valid_from
         when c.valid_to < {TODAY} then c.valid_to + 1
         else coalesce(
             (select case when h.state in ('suspended', 'revoked') then h."on" end from registry_certificatechange h
               where h.certificate_id = c.id and h."on" <= {TODAY} order by h."on" desc, h.at desc limit 1),
             (select case when k.passed then null else k."on" end from registry_certificatecheck k
               where k.certificate_id = c.id and k."on" <= {TODAY} order by k."on" desc, k.at desc limit 1)) end
"""  # noqa: S608

BODY = f"""
create view registry_public_body with (security_barrier) as
    select b.key, b.name, b.kind, b.uscc, b.region, b.pack, b.address, b.phone, b.office_hours, b.duties, b.authority,
           b.complaint_phone, b.complaint_way, b.website, b.reconsideration, b.court
    from {_in_force("registry_body")} b;
"""  # noqa: S608

OFFICER = f"""
create view registry_public_officer with (security_barrier) as
    select c.number, o.name, o.post, coalesce(u.name, '') as unit, o.kinds, o.service_matters, c.covers,
           c.valid_from, c.valid_to, {STANDING} as standing, b.key as body_key, b.name as body_name, b.pack
    from {_in_force("registry_officer")} o
    join registry_body own on own.id = o.body_id
    join {_in_force("registry_body")} b on b.key = own.key
    left join registry_unit u on u.id = o.unit_id
    join lateral (
        select h.* from registry_certificate h where h.officer_key = o.key
        order by (h.valid_from <= {TODAY} and h.valid_to >= {TODAY}) desc, h.valid_from desc, h.id desc limit 1
    ) c on true
    where not o.auxiliary and {STANDING} not in ('revoked', 'not_yet');
"""  # noqa: S608

POWER = f"""
create view registry_public_power with (security_barrier) as
    select p.key, p.code, p.national_code, p.name, p.kind, p.field, p.basis, p.instrument, p.published_on, p.discretion,
           p.guide, p.delegation, p.delegation_published_on, p.delegated_from, b.key as body_key, b.name as body_name, b.pack
    from {_in_force("registry_power")} p
    join registry_body own on own.id = p.body_id
    join {_in_force("registry_body")} b on b.key = own.key
    where p.published_on <= {TODAY};
"""  # noqa: S608

DEVICE = f"""
create view registry_public_device with (security_barrier) as
    select d.key, d.place, d.published_on, b.key as body_key, b.name as body_name
    from {_in_force("registry_device")} d
    join registry_body own on own.id = d.body_id
    join {_in_force("registry_body")} b on b.key = own.key
    where d.kind = 'e_monitoring' and d.state = 'in_use' and d.place <> '' and d.published_on <= {TODAY};
"""  # noqa: S608

# Who holds a card in the hand has its number: about this one certificate everything is said that a party must know, also
# when it no longer stands.  Of somebody who left the body, the name is not said again.
CERTIFICATE = f"""
create function registry_certificate_standing(asked text) returns table(
        number text, serving boolean, name text, post text, unit text, photo text, kinds jsonb, covers jsonb,
        valid_from date, valid_to date, standing text, since date, body_key uuid, body_name text, pack text)
    language sql stable security definer set search_path = public, pg_temp as $$
    select c.number, o.id is not null, coalesce(o.name, ''), coalesce(o.post, ''), coalesce(u.name, ''),
           coalesce(o.photo, ''), coalesce(o.kinds, '[]'::jsonb), c.covers, c.valid_from, c.valid_to,
           {STANDING}, {SINCE}, b.key, b.name, b.pack
    from registry_certificate c
    left join {_in_force("registry_officer")} o on o.key = c.officer_key and not o.auxiliary
    left join registry_unit u on u.id = o.unit_id
    join registry_officer granted on granted.id = c.officer_id
    join registry_body own on own.id = coalesce(o.body_id, granted.body_id)
    join lateral (select v.* from registry_body v where v.key = own.key and v.valid_from <= {TODAY}
                  order by v.valid_from desc, v.id desc limit 1) b on true
    where c.number = asked
$$;
"""  # noqa: S608

VIEWS = ("registry_public_body", "registry_public_officer", "registry_public_power", "registry_public_device")

# The page of the workbench shows what the public sees, so the web role may read it too.
_GRANTS = "\n".join(
    f"revoke all on {v} from public, yg_web, yg_portal; grant select on {v} to yg_portal, yg_web;" for v in VIEWS
)
_FUNCTION = "registry_certificate_standing(text)"

WHAT_THE_PORTAL_SEES = RunSQL(
    "\n".join((BODY, OFFICER, POWER, DEVICE, CERTIFICATE, _GRANTS))
    + f"revoke all on function {_FUNCTION} from public; grant execute on function {_FUNCTION} to yg_portal, yg_web;",
    f"drop function {_FUNCTION};" + "".join(f"drop view {view};" for view in reversed(VIEWS)),
)

# Who answers now for a body that is no more, and who acts in whose name: both are published by law (行政处罚法 art. 20).
SUCCESSION = f"""
create view registry_public_succession with (security_barrier) as
    select s.id, s.predecessor_key, s.predecessor_name, s.successor_key, s.successor_name, s."on", s.instrument,
           s.powers = '[]'::jsonb as whole
    from registry_succession s where s."on" <= {TODAY};
"""  # noqa: S608

ENTRUSTMENT = f"""
create view registry_public_entrustment with (security_barrier) as
    select t.id, t.entrusting_key, t.entrusting_name, t.entrusted_key, t.entrusted_name, t.instrument,
           t.valid_from, t.valid_to, t.published_on,
           coalesce((select jsonb_agg(distinct p.name) from {_in_force("registry_power")} p
                      where t.powers ? p.key::text), '[]'::jsonb) as powers
    from registry_entrustment t
    where t.published_on <= {TODAY} and {TODAY} between t.valid_from and t.valid_to
      and not exists (select 1 from registry_entrustmentend e where e.entrustment_id = t.id and e."on" <= {TODAY});
"""  # noqa: S608

FOLLOWED = ("registry_public_succession", "registry_public_entrustment")
WHO_FOLLOWED_AND_WHO_ACTS_FOR_WHOM = RunSQL(
    SUCCESSION
    + ENTRUSTMENT
    + "".join(
        f"revoke all on {v} from public, yg_web, yg_portal; grant select on {v} to yg_portal, yg_web;" for v in FOLLOWED
    ),
    "".join(f"drop view {view};" for view in reversed(FOLLOWED)),
)
