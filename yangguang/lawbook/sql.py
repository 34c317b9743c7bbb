"""What the database holds by itself of the law book: everybody reads it, one writes only in one's own name."""

from django.db.migrations.operations import RunSQL

from yangguang.trail.sql import IN_SCOPE, granted, written_once


def read_by_all(table: str, portal: str = "") -> list[RunSQL]:
    """A table of facts that every body may read and each writes only within its own scope."""
    portal_policy = f"create policy {table}_portal on {table} for select to yg_portal using (true);" if portal else ""
    forward = f"""
        alter table {table} enable row level security;
        create policy {table}_read on {table} for select to yg_web using (true);
        create policy {table}_write on {table} for insert to yg_web with check ({IN_SCOPE});
        {portal_policy}
    """
    back = f"""
        drop policy if exists {table}_portal on {table};
        drop policy {table}_write on {table};
        drop policy {table}_read on {table};
        alter table {table} disable row level security;
    """
    return [*written_once(table), RunSQL(forward, back), *granted(table, "INSERT, SELECT", portal)]
