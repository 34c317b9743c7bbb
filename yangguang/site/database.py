"""Bringing the database to the shape of the models, as its owner, and giving the web role what is not ours to secure."""

from django.apps import apps
from django.core.management import call_command
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from psycopg import sql

from yangguang.site.migrator import Migrator

OURS = "yangguang."


def migrate(verbosity: int = 0) -> None:
    """Run the migrations as yg_owner, then grant the web role the tables of the libraries.

    **Why** not default privileges: a table of ours that forgot to say its grants must be closed, not open.
    """
    owner = connections["owner"]
    Migrator(owner).migrate_all()
    call_command("migrate", database="owner", interactive=False, verbosity=verbosity)  # what Django does afterwards
    with owner.cursor() as cursor:
        for table in library_tables():
            cursor.execute(
                sql.SQL("GRANT SELECT, INSERT, UPDATE, DELETE ON {} TO yg_web").format(sql.Identifier(table))
            )
            for sequence in owner.introspection.get_sequences(cursor, table):
                name = sql.Identifier(sequence["name"])
                cursor.execute(sql.SQL("GRANT USAGE ON SEQUENCE {} TO yg_web").format(name))
        cursor.execute("GRANT SELECT ON django_migrations TO yg_web")
    owner.close()


def library_tables() -> list[str]:
    """The tables of Django's and the libraries' own applications: sessions, sign-in attempts, content types."""
    return sorted(
        model._meta.db_table
        for config in apps.get_app_configs()
        if not config.name.startswith(OURS)
        for model in config.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy
    )


def pending() -> list[str]:
    """The migrations not yet applied, by name; empty when the database fits the program."""
    executor = MigrationExecutor(connections["owner"])
    return [str(migration) for migration, _ in executor.migration_plan(executor.loader.graph.leaf_nodes())]
