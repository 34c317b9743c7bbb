"""An outsider's request never touches the connection that could see a case."""

import hashlib

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from . import papers


def test_every_page_is_answered_by_the_portals_role_alone(fresh_database):
    paper = papers.Paper("ABCDEFGH23")
    gone = papers.Paper("GQNE222222", "青山罚决字〔2026〕34号")
    papers.bury(gone.row)
    papers.log()
    digest = hashlib.sha256(paper.original).hexdigest()
    client = Client()
    with CaptureQueriesContext(connections["default"]) as officers, CaptureQueriesContext(connections["portal"]) as own:
        for url in (
            "/",
            "/decisions/?q=流动小吃摊&withdrawn=1",
            "/decisions/ABCDEFGH23/",
            "/decisions/GQNE222222/",
            "/v/ABCDEFGH23/",
            "/verify/",
            "/verify/?no=ABCDEFGH23",
            f"/verify/proof.json?digest={digest}",
            "/verify/proof.json?code=GQNE222222",
        ):
            assert client.get(url).status_code == 200, url
        table = b"".join(client.get("/decisions/data.csv?withdrawn=1").streaming_content).decode()
        assert "ABCDEFGH23" in table
        assert "GQNE222222" in table
        answer = client.post("/verify/", {"file": SimpleUploadedFile("a.pdf", paper.original)})
        assert "起未被改动" in answer.content.decode()
    assert len(officers) == 0
    assert len(own) > 20
