"""Link a scan to the document it is the paper original of, page by page.  **Clause** QD-3.2.1d, WC-2.2.2d, QS-3.2.1e."""

from datetime import datetime

from yangguang.registry.models import Officer
from yangguang.trail.actions import action
from yangguang.trail.errors import Refused

from ... import volumes
from ...models import Item
from ..models import PaperLink


class BadLink(Refused):
    """A scan that cannot be linked so."""


@action("record.link_paper", kind="evidence")
def link_paper(
    *, by: Officer, at: datetime, document: Item, scan: Item, pages: list[tuple[int, int]], place: str
) -> PaperLink:
    """关联纸质原件.  **Shape** `pages`: (page of the document, page of the scan).  **Raises** BadLink."""
    if by.scope != document.scope:
        raise BadLink("只能由保存该案卷的机关关联纸质原件", mend="转交该机关办理")
    if scan.dossier_id != document.dossier_id or scan.pk == document.pk or scan.code:
        raise BadLink("扫描件须是同一案卷中上传的文件", mend="先上传扫描件，再选择它", field="scan")
    if not document.code:
        raise BadLink("只有本系统制作的文书可以关联纸质原件的扫描件", mend="选择一份文书")
    have, there = page_count(document), page_count(scan)
    if not pages:
        raise BadLink("没有写明页码对应", mend="例如 1-3=1-3", field="pages")
    for mine, theirs in pages:
        if not 1 <= mine <= have:
            raise BadLink(f"文书共 {have} 页，没有第 {mine} 页", mend="核对页码", field="pages")
        if not 1 <= theirs <= there:
            raise BadLink(f"扫描件共 {there} 页，没有第 {theirs} 页", mend="核对页码", field="pages")
    if len({mine for mine, _ in pages}) != len(pages):
        raise BadLink("文书的同一页对应了两页扫描", mend="每页只写一次", field="pages")
    if not place.strip():
        raise BadLink("没有写明纸质原件存放处", mend="例如“档案室 3 柜 2 层”", field="place")
    return PaperLink.objects.create(
        by=by,
        at=at,
        scope=document.scope,
        document=document,
        scan=scan,
        pages=[list(pair) for pair in sorted(pages)],
        place=place.strip(),
    )


def page_count(item: Item) -> int:
    """Pages of a document; a photograph of a sheet is one."""
    return volumes.paper_pages(item) or 1
