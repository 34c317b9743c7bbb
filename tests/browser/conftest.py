"""One site, and the people who keep their windows open on it, for all stories of a module."""

from collections.abc import Iterator

import pytest
from django.test import override_settings

from conftest import TEMPLATE, _clone, serving
from tests.browser.course import Office, the_town
from tests.browser.people import Person
from tests.story import PASSWORD

KINDS = ("compulsory_execution", "levy", "requisition", "charge", "inspection")


@pytest.fixture(scope="module")
def office(browser, cluster, django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[Office]:  # type: ignore[no-untyped-def]
    """青山镇 on a server of its own, with powers of every kind."""
    folder = tmp_path_factory.mktemp("office")
    home = folder / "home"
    folders = override_settings(LOG_DIR=home / "log", KEYS_DIR=home / "keys", VAULT_DIR=home / "vault")
    with folders, _clone(cluster, TEMPLATE, django_db_blocker, home) as fresh:
        who = the_town(KINDS)
        with serving(fresh, folder / "web.log") as site:
            here = Office(who, lambda username: Person(browser, site.url, username, PASSWORD), folder)
            yield here
            here.leave()
