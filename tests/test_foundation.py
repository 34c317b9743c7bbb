"""The ground: the cluster, the roles, the settings, the command."""

import pytest
from django.db import connection, connections


@pytest.mark.django_db
def test_unit_tests_run_as_the_web_role():
    with connection.cursor() as cursor:
        cursor.execute(
            "select current_user, session_user, rolsuper, rolbypassrls from pg_roles where rolname = current_user"
        )
        assert cursor.fetchone() == ("yg_web", "yg_web", False, False)
    assert connections["portal"] is connections["default"]


def test_fresh_database_has_the_three_roles(fresh_database):
    for alias, role in {"default": "yg_web", "owner": "yg_owner", "portal": "yg_portal"}.items():
        with connections[alias].cursor() as cursor:
            cursor.execute("select current_user, current_database()")
            assert cursor.fetchone() == (role, fresh_database.name)
