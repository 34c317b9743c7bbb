"""What a superior wrote about a body is read by that body with the writer's name; a neighbour's people stay hidden.

A join to a writer whose row is hidden would hide what was written: a hold, a mark, an answer of the county.
"""

import pytest

from tests import registered, story
from yangguang.registry import access
from yangguang.registry.models import Officer

pytestmark = pytest.mark.django_db


def test_a_body_reads_the_names_of_those_above_it_and_of_no_neighbour():
    with access.within(""):
        who = story.people()
        neighbour = registered.body(f"{story.COUNTY}other/", name="邻镇人民政府", uscc=registered.USCC["county"])
        registered.officer(neighbour, "邻居")
    with access.within(story.TOWN):
        names = set(Officer.objects.values_list("name", flat=True))
    assert who.qian.name in names
    assert "邻居" not in names
