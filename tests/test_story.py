"""One penalty case travels all three systems, through actions."""

import pytest

from tests import story
from yangguang.registry import access


@pytest.mark.django_db
def test_the_whole_case():
    with access.within(""):
        s = story.begin("take_down")
    assert s.publication.version == 2
