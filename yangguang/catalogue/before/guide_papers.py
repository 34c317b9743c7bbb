"""The service guide of a matter as a paper for the window, with its flowchart."""

from datetime import date

from yangguang.catalogue.models import ListVersion
from yangguang.policy import charts
from yangguang.policy.packs import Pack
from yangguang.registry.models import Power

from . import papers
from .elements import guide_of, random_field
from .papers import Paper


def guide(pack: Pack, power: Power, random: ListVersion | None, on: date) -> Paper:
    """Every field of the guide; one that lacks something says so and may not hang anywhere.  **Clause** QS-3.1.1e."""
    made = guide_of(pack, power, on)
    blocks = []
    for one in made.fields:
        blocks.append(papers.heading(one.label))
        blocks += [papers.para(line) for line in one.value]
        blocks += [papers.gap(lacking) for lacking in one.lacking if one.demanded]
        if one.because and one.value:
            blocks[-1] = (
                {**blocks[-1], "cites": papers.cites(one.because)} if blocks[-1]["type"] == "para" else blocks[-1]
            )
    if drawn := random_field(random, power):
        blocks.append(papers.heading(drawn["label"]))
        blocks += [papers.para(line) for line in drawn["lines"]]
    act = pack.act(power.kind)
    words = charts.as_text(charts.outline(pack, act, on=on))
    svg = charts.svg(pack, act, on=on).decode()
    blocks.append({**papers.chart(f"{act.title}流程图", words, ""), "svg": svg})
    lines = [power.body.name, power.code, f"规则版本 {pack.version}", f"{on.year}年{on.month}月{on.day}日"]
    if not made.complete:
        lines.append("尚缺内容，不得公开")
    return {"title": made.title, "org": power.body.name, "lines": lines, "blocks": blocks}
