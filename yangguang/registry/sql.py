"""What the database holds of the registry by itself: what the law makes public is read by every body."""

from django.db.migrations.operations import RunSQL

from yangguang.trail.sql import IN_SCOPE, granted, written_once


def read_by_all(table: str) -> list[RunSQL]:
    """A table of facts that every body may read and each writes only within its own scope."""
    forward = f"""
        alter table {table} enable row level security;
        create policy {table}_read on {table} for select to yg_web using (true);
        create policy {table}_write on {table} for insert to yg_web with check ({IN_SCOPE});
    """
    back = f"""
        drop policy {table}_write on {table};
        drop policy {table}_read on {table};
        alter table {table} disable row level security;
    """
    return [*written_once(table), RunSQL(forward, back), *granted(table, "INSERT, SELECT", "")]
