from pathlib import Path

from yangguang.record.documents import fonts as document_fonts
from yangguang.site import fonts


def test_without_apt_the_wheels_fonts_are_named_and_nothing_fails(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    said = fonts.install(tmp_path / "fonts")
    assert "思源宋体" in said and "没有 apt" in said


def test_fonts_that_are_there_are_left_alone(tmp_path, monkeypatch):
    monkeypatch.setitem(document_fonts.FACES, "fang", (("Noto Sans SC", 400, False),))
    monkeypatch.setattr(document_fonts, "LAST_RESORT", ("Noto Serif SC",))
    monkeypatch.setattr(document_fonts, "_loaded", {})
    assert fonts.install(tmp_path).startswith("公文字体：已有 Noto Sans SC")


def test_a_package_without_the_faces_is_said_so_and_leaves_nothing_behind(tmp_path, monkeypatch):
    def run(command: list[str], place: Path) -> None:
        if command[0] == "apt-get":
            (place / f"{fonts.PACKAGE}_1_all.deb").touch()

    monkeypatch.setattr(fonts, "_run", run)
    monkeypatch.setattr(fonts.shutil, "which", lambda name: f"/usr/bin/{name}")
    assert "没有 FandolFang-Regular.otf" in fonts.install(tmp_path / "fonts")
    assert list((tmp_path / "fonts").iterdir()) == [] if (tmp_path / "fonts").exists() else True
