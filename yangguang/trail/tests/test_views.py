"""The log over HTTP."""

import pytest
from django.http import Http404
from django.test import RequestFactory
from django.urls import resolve

from yangguang.trail import note
from yangguang.trail.keys import log_verifiers
from yangguang.trail.sequencer import integrate_now


def get(path: str, method: str = "get"):
    match = resolve(f"/{path}", "yangguang.trail.urls")
    response = match.func(getattr(RequestFactory(), method)(f"/{path}"), **match.kwargs)
    body = b"".join(response.streaming_content) if response.streaming else response.content
    response.close()
    return response, body


def test_files_are_served_as_the_specification_asks(memo, entries):
    entries(2)
    integrate_now()
    response, body = get("checkpoint")
    assert (response.status_code, response["Content-Type"]) == (200, "text/plain; charset=utf-8")
    assert response["Cache-Control"] == "public, max-age=2"
    assert note.open_note(body.decode(), log_verifiers())
    for path, size in (("tile/0/000.p/2", 64), ("tile/entries/000.p/2", 72)):
        response, body = get(path)
        assert (response["Content-Type"], len(body)) == ("application/octet-stream", size)
        assert "immutable" in response["Cache-Control"]
    _, keys = get("vkey")
    assert keys.decode().split() == [key.vkey for key in log_verifiers()]
    assert get("checkpoint", "post")[0].status_code == 405


@pytest.mark.parametrize(
    "path", ["tile/0/000", "tile/0/../../keys/log-ed25519.seed", "tile/0/000.p/02", "tile/x", "checkpoint"]
)
def test_nothing_else_is_served(memo, path):
    try:
        response, _ = get(path)
    except Http404:
        return
    assert response.status_code == 404
    assert "日志中没有" in response.content.decode()
