"""A compilation of a body's own forms, for tests: the national forms' fields under headings of its own."""

import json

from yangguang.record import documents

TITLE = "本机关自定文书汇编"
HEADING = "本机关自定的一节"


def compilation(*codes: str, since: str = "2026-08-20") -> bytes:
    """The file a head loads: every field of each form, laid out by the body itself."""
    forms = [{"code": code, "edition": "1", "since": since, "layout": _layout(code)} for code in codes]
    held = {"system": "own", "title": TITLE, "issuer": "青山镇人民政府", "source": "青政办〔2026〕1号", "forms": forms}
    return json.dumps(held, ensure_ascii=False).encode()


def _layout(code: str) -> list[dict[str, object]]:
    fields = documents.template(code).fields
    blocks = [{"table": one.name} if one.type == "list" and one.of else {"fields": [one.name]} for one in fields]
    return [{"heading": HEADING}, *blocks, {"sign": True}]
