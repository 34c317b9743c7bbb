"""How each step is recorded: held for every step of every kind of every pack, said in the chart, made stricter only."""

from pathlib import Path

import pytest
import yaml

from yangguang.policy import charts, checklists, manners, packs, scaffold, wording
from yangguang.policy.packs import load

EVERY = [(name, kind, procedure) for name in packs.names() for kind, procedure in load(name).act_names]


@pytest.mark.parametrize(("name", "kind", "procedure"), EVERY)
@pytest.mark.clause("DH-2.2.1c")
def test_every_step_says_what_is_recorded_how_on_what_and_how_that_is_managed_and_used(name, kind, procedure):
    pack = load(name)
    act = pack.act(kind, procedure)
    drawn = charts.graph(pack, act)
    picture = charts.svg(pack, act).decode()
    sheet = {one.code: one for one in checklists.checklist(pack, act).steps}
    for step, node, said in zip(act.steps, drawn.nodes, charts.outline(pack, act), strict=True):
        it = manners.of(pack, act, step)
        assert all((it.text, it.carriers, it.managed, it.uses, it.because)), step.code
        assert all(f"《{one.title}》" in it.content for one in step.documents)
        assert all(fact.label in it.content for fact in step.facts)
        asked = [
            one for one in pack.recordings_owed(step, wording.known(pack, act)) if one.level != "none" or one.unknown
        ]
        assert len(it.av) == len(asked)
        assert all(one.title in words for one, words in zip(asked, it.av, strict=True))
        assert bool(asked) == ("音像" in node.record) == node.recorded
        assert it.brief in said.facts
        assert f"记录：{node.record}" in picture
        assert any("载体" in line.text for line in sheet[step.code].manner)


@pytest.mark.clause("WC-2.2.1a")
def test_a_lower_pack_asks_for_more_of_a_step_and_takes_nothing_away(tmp_path: Path):
    folder = scaffold.new("cn-shifan-xian", extends="cn", name="示范县", region="999999", level="county", into=tmp_path)
    over = {
        "kind": "penalty",
        "tighten": {"ordinary": {"interview": {"because": "CN-PEN-55.2", "manner": "在办案区询问，双机位录像"}}},
    }
    (folder / "acts").mkdir(exist_ok=True)
    (folder / "acts" / "penalty.yaml").write_text(yaml.safe_dump(over, allow_unicode=True), "utf-8")
    values = {"values": {"record_carriers_av": {"value": ["专用硬盘"], "because": "CN-118-3.2d"}}}
    (folder / "parameters.yaml").write_text(yaml.safe_dump(values, allow_unicode=True), "utf-8")
    mine, floor = packs.load_folder(folder), load("cn")
    step, base = mine.act("penalty").step("interview"), floor.act("penalty").step("interview")
    here, below = manners.of(mine, mine.act("penalty"), step), manners.of(floor, floor.act("penalty"), base)
    assert here.more == ("在办案区询问，双机位录像",)
    assert set(below.carriers) < set(here.carriers)
    assert "专用硬盘" in here.carriers
    assert "双机位录像" in charts.as_text(charts.outline(mine, mine.act("penalty")))
    assert here.content == below.content
