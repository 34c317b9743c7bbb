"""The public's own database role reads the public copy of a list and nothing else of it."""

import psycopg
import pytest

from tests import story
from yangguang.catalogue.models import PORTAL
from yangguang.registry import access

from .test_lists import av_rows, in_force, published


def test_the_public_reads_the_public_copy_and_nothing_else_of_a_list(fresh_database):
    with access.within(""):
        s = story.begin()
        version = in_force(s, "list_av", av_rows(s))
        published(s, version)
    with fresh_database.connect("yg_portal") as outside:
        ((channel, shown),) = outside.execute("select channel, shown from catalogue_listpublication").fetchall()
        assert (channel, shown["number"], shown["title"]) == (PORTAL, 1, "音像记录事项清单")
        for table in ("listversion", "listapproval", "filing", "filingreceipt"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                outside.execute(f"select 1 from catalogue_{table}")
