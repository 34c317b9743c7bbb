"""One sign-in for everything the three systems are done on."""

from datetime import date

import pytest
from django.test import Client

from tests import story
from yangguang.registry import access
from yangguang.registry import actions as registry
from yangguang.site import nav

# What each of the three systems is done on, by its name in the navigation.
THREE = {
    "公示": {"公示办理", "事前公开", "清单"},
    "记录": {"音像待归入", "案件", "案卷归档", "调阅", "设备领用"},
    "审核": {"法制审核", "审核监督", "审核力量"},
}


@pytest.mark.clause("QS-3.4.1a")
@pytest.mark.django_db
def test_one_sign_in_opens_every_function_of_the_three_systems():
    with access.within(""):
        told = story.begin("publish", with_accounts=True)
        for name in ("unit_head", "admin", "security", "auditor"):
            person = registry.register_officer(
                by=None, at=story.at(1, 5), body=told.who.body, name=f"镇{name}", valid_from=date(2024, 1, 1)
            )
            account = registry.open_account(username=name, officer=person, password=story.PASSWORD)
            unit = {"unit": told.who.unit} if name == "unit_head" else {}
            registry.grant_role(by=None, at=story.at(1, 5), account=account, role=name, **unit)
    reached = set()
    for username in ("zhang", "wang", "chen", "zhou", "sun", "qian", "unit_head", "admin", "security", "auditor"):
        client = Client()
        assert client.post("/login/", {"username": username, "password": story.PASSWORD}).status_code == 302
        shown = client.get("/work/").content.decode()
        offered = {one.label: nav.address(one.names) for _, entries in nav.WORK for one in entries}
        for label, url in offered.items():
            if url and f'href="{url}"' in shown and label not in reached:
                assert client.get(url, follow=True).status_code == 200, (username, label)
                reached.add(label)
    assert reached == {entry.label for _, entries in nav.WORK for entry in entries}
    assert {system for system, labels in THREE.items() if labels <= reached} == set(THREE)
