"""Policy documents are found by what is written in them: composed, PDF and Word; what cannot be read is said."""

import io
import re
import zipfile
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from tests import story
from tests.story import at
from yangguang.catalogue.before import actions, papers, words
from yangguang.catalogue.before.actions import policies as publishing
from yangguang.catalogue.before.models import PolicyRelease, PolicyWords
from yangguang.catalogue.tests import test_before as catalogue
from yangguang.portal.finding import index
from yangguang.registry import access
from yangguang.registry.tests.test_register_pages import as_

LINK = re.compile(r'<h2 class="h3"><a href="([^"]+)">')
TODAY = date(2026, 9, 18)


def paper(words: str) -> papers.Paper:
    lines = ["青山镇人民政府", "青政办〔2026〕9号"]
    blocks = [papers.heading("总则"), papers.para(f"第一条　{words}")]
    return {"title": "执法文书送达细则", "org": "青山镇人民政府", "lines": lines, "blocks": blocks}


def released(who, title: str, file: bytes, name: str) -> PolicyRelease:  # type: ignore[no-untyped-def]
    made = actions.upload(by=who.zhou, at=at(9, 18), kind="other", title=title, file=io.BytesIO(file), name=name)
    actions.approve_policy(by=who.chen, at=at(9, 18, 11), document=made, approved=True)
    return actions.publish_policy(by=who.zhou, at=at(9, 18, 12), document=made)


def found(asked: str) -> tuple[list[str], str]:
    page = Client().get("/search/", {"q": asked, "kind": "policy"}).content.decode()
    return LINK.findall(page), re.sub(r"</?mark[^>]*>", "", page)


def bomb() -> bytes:
    """A Word file that says it is small and unfolds without end, and one that names entities."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("word/document.xml", b" " * (60 * 2**20))
    return out.getvalue()


def entities() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("word/document.xml", b'<!DOCTYPE a [<!ENTITY x "abc">]><a>&x;</a>')
    return out.getvalue()


@pytest.mark.django_db
def test_a_policy_document_is_found_by_the_words_inside_it(settings, tmp_path, monkeypatch):
    settings.VAULT_DIR = tmp_path / "vault"
    with access.within(""):
        who = story.begin(with_accounts=True).who
        catalogue.everything_public(who)
        composed = PolicyRelease.objects.get()
        said = [one["text"] for one in composed.document.content["blocks"] if one["type"] == "para"]
        inside = max(re.findall(r"\w+", "，".join(said)), key=len)[:8]
        pdf = released(who, "送达办法", papers.pdf(paper("送达地址以当事人书面确认为准"), TODAY), "送达.pdf")
        word = released(who, "回避办法", papers.docx(paper("承办人与当事人有近亲属关系须自行回避"), TODAY), "回避.docx")
        unread = [
            released(who, f"读不出的文件{number}", file, f"坏{number}.{form}")
            for number, (file, form) in enumerate([(b"%PDF-1.7 no", "pdf"), (bomb(), "docx"), (entities(), "docx")])
        ]
        index.renew()

        def page(row: PolicyRelease) -> str:
            return reverse("portal:published_policy", args=[row.pk])

        assert inside not in composed.title and page(composed) in found(inside)[0]
        links, shown = found("书面确认")
        assert links == [page(pdf)] and "送达地址以当事人书面确认为准" in shown
        links, shown = found("近亲属关系")
        assert links == [page(word)] and "须自行回避" in shown
        for row in unread:
            assert found(row.title)[0] == [page(row)]  # by its name all the same
            assert PolicyWords.objects.get(release=row).why
        told = as_("zhou").get(reverse("catalogue:before:policy", args=[unread[0].document_id])).content.decode()
        assert "公众只能按名称、文号查到" in told
        told = as_("zhou").get(reverse("catalogue:before:policy", args=[pdf.document_id])).content.decode()
        assert "按文中的任何字句都能查到" in told

        # What was published before its words were kept is read by the watch, and found once it is.
        with monkeypatch.context() as before:
            before.setattr(publishing, "keep_words", lambda release: None)
            late = released(who, "电话办法", papers.pdf(paper("电话通知应当录音"), TODAY), "电话.pdf")
        index.renew()
        assert found("电话通知应当录音")[0] == []
        assert actions.fill_words() == 1 and actions.fill_words() == 0
        index.renew(anew=True)
        assert found("电话通知应当录音")[0] == [page(late)]


@pytest.mark.django_db
def test_a_long_document_is_read_as_far_as_the_bound_and_that_is_said(settings, tmp_path, monkeypatch):
    settings.VAULT_DIR = tmp_path / "vault"
    monkeypatch.setattr(words, "MOST", 60)
    with access.within(""):
        who = story.people()
        row = released(who, "长文件", papers.pdf(paper("甲乙丙丁" * 40), TODAY), "长.pdf")
        kept = PolicyWords.objects.get(release=row)
        assert len(kept.text) == 60 and "只读了前 60 个字" in kept.why
