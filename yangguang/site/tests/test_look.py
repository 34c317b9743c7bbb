"""The gallery in a real browser: nothing for axe to find, nothing wider than a phone, and the manners of site.js."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import path

from yangguang.site import gallery

urlpatterns = [
    path("gallery/", gallery.gallery, name="gallery"),
    path("gallery/<slug:name>/", gallery.gallery_page, name="gallery_page"),
]
pytestmark = [pytest.mark.browser, pytest.mark.urls(__name__)]
KINDS = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


class Handler(BaseHTTPRequestHandler):
    """The gallery needs no database, so neither does its server; headers such as the CSP are the site's own."""

    def do_GET(self) -> None:
        if self.path.startswith("/static/"):
            found = finders.find(self.path.split("?")[0].removeprefix("/static/"))
            body = Path(found).read_bytes() if found else b""
            headers = {"Content-Type": KINDS.get(Path(self.path).suffix, "application/octet-stream")}
            status = 200 if found else 404
        else:
            answer = Client().get(self.path, HTTP_HOST="127.0.0.1")
            status, headers, body = answer.status_code, dict(answer.headers), answer.content
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def site(settings) -> Iterator[str]:
    settings.MIDDLEWARE = [
        "csp.middleware.CSPMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django_htmx.middleware.HtmxMiddleware",
    ]
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/gallery/"
    server.shutdown()
    thread.join()
    server.server_close()


def faults(page) -> list[str]:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    return [f"{v['id']}: {v['nodes'][0]['html'][:120]}" for v in axe.run(page).response["violations"]]


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (390, 844)])
def test_pages_fit_the_screen_and_axe_finds_nothing(page, site, width, height):
    refused: list[str] = []
    page.on("console", lambda m: refused.append(m.text) if "Content Security Policy" in m.text else None)
    page.set_viewport_size({"width": width, "height": height})
    for name in ["", *gallery.PAGES]:
        page.goto(site + (f"{name}/" if name else ""))
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, name
        # The error pages are one page; on the phone only what is laid out anew is looked at again.
        if name in (
            {"case", "portal"} if width < 768 else {"", *gallery.PAGES} - (gallery.ERRORS.keys() - {"error-404"})
        ):
            assert faults(page) == [], name
    assert refused == []


def test_the_proof_of_a_deadline_opens_by_pointing_by_key_and_without_script(page, site, browser):
    page.goto(f"{site}case/")
    proof = page.locator(".yg-casehead .yg-proof-pop")
    assert not proof.is_visible()
    page.locator(".yg-casehead .yg-duedate").hover()
    assert proof.is_visible()
    page.mouse.move(2, 700)
    assert not proof.is_visible()
    page.locator(".yg-casehead .yg-duedate").focus()
    assert proof.is_visible() and "第六十条" in proof.inner_text()
    page.keyboard.press("Escape")
    assert not proof.is_visible()
    with browser.new_context(java_script_enabled=False) as plain:
        bare = plain.new_page()
        bare.goto(f"{site}case/")
        bare.locator(".yg-casehead .yg-duedate").focus()
        assert bare.locator(".yg-casehead .yg-proof-pop").is_visible()


def test_what_was_typed_survives_leaving_and_the_end_of_the_session(page, site):
    page.goto(site)
    page.fill("#ok_reason", "写到一半的理由")
    page.locator("#form [data-savestate][data-state=saved]").wait_for()
    page.goto(site)
    assert page.input_value("#ok_reason") == "写到一半的理由"
    assert "已恢复" in page.locator("#form .yg-notice").first.inner_text()
    page.evaluate("localStorage.setItem('yg:seen', String(Date.now() - 9e9))")
    page.evaluate("const f = document.querySelector('#form form'); f.noValidate = true; f.requestSubmit()")
    assert "登录已过期，内容已保存" in page.locator("#yg-expired").inner_text()
    assert page.url == site and page.input_value("#ok_reason") == "写到一半的理由"


def test_a_form_is_sent_once_and_an_empty_file_is_named(page, site):
    page.goto(f"{site}disclosure/")
    sent = page.evaluate(
        """() => {
          let sent = 0;
          document.addEventListener("submit", (e) => { if (!e.defaultPrevented) sent++; e.preventDefault(); });
          const form = document.querySelector("form.yg-actionbar");
          for (let n = 0; n < 3; n++) form.requestSubmit();
          return sent;
        }"""
    )
    assert sent == 1
    page.goto(f"{site}verify/")
    page.set_input_files("input[type=file]", {"name": "空.pdf", "mimeType": "application/pdf", "buffer": b""})
    assert "空文件（0 字节）" in page.locator("[data-drop-list]").inner_text()
