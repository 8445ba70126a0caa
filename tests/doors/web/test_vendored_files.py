"""What browsers get from others is here, whole, licensed, and pinned."""

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
LISTED = json.loads((ROOT / "tools" / "vendor" / "vendor.json").read_text(encoding="utf-8"))
PACKAGES = LISTED["packages"]
DRAWINGS = ROOT / "clientela" / "web" / "static" / "vendor" / "tabler-icons.json"
ICON_IN_TEMPLATE = re.compile(r"""{%\s*icon\s+["']([\w-]+)["']|\bicon=["']([\w-]+)["']|{%\s*event\s+["']([\w-]+)["']""")


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package["name"])
def test_every_package_is_pinned_and_comes_with_its_licence(package: dict[str, object]) -> None:
    assert re.fullmatch(r"\d+\.\d+\.\d+", str(package["version"]))
    assert re.fullmatch(r"sha512-[A-Za-z0-9+/]{86}==", str(package["integrity"]))
    licence = package["licence"]
    assert isinstance(licence, dict)
    assert len((ROOT / licence["to"]).read_text(encoding="utf-8")) > 500


@pytest.mark.parametrize("package", [one for one in PACKAGES if "files" in one], ids=lambda package: package["name"])
def test_every_vendored_file_is_there_without_a_pointer_to_a_map(package: dict[str, dict[str, str]]) -> None:
    for target in package["files"].values():
        assert "sourceMappingURL" not in (ROOT / target).read_text(encoding="utf-8")


def test_nothing_else_lies_among_the_vendored_files() -> None:
    known = {target for package in PACKAGES for target in package.get("files", {}).values()}
    known |= {package["icons"] for package in PACKAGES if "icons" in package}
    known |= {target for package in PACKAGES for target in package.get("fonts", {}).values()}
    known |= {package["licence"]["to"] for package in PACKAGES}
    web = ROOT / "clientela" / "web"
    folders = (web / "static" / "vendor", web / "fonts", ROOT / "tests" / "journeys" / "vendor")
    assert {str(path.relative_to(ROOT)) for folder in folders for path in folder.iterdir()} == known


def test_the_drawings_are_those_of_the_list() -> None:
    assert sorted(json.loads(DRAWINGS.read_text(encoding="utf-8"))) == sorted(LISTED["icons"])


def test_every_icon_that_a_template_names_is_drawn() -> None:
    drawn = set(LISTED["icons"])
    missing = []
    for path in sorted((ROOT / "clientela" / "web" / "templates").rglob("*.html")):
        for names in ICON_IN_TEMPLATE.findall(path.read_text(encoding="utf-8")):
            missing += [f"{path.name}: {name}" for name in names if name and name not in drawn]
    assert missing == []


def test_no_page_loads_anything_from_elsewhere() -> None:
    ours = [ROOT / "clientela" / "web" / "static" / name for name in ("clientela.css", "clientela.js")]
    templates = sorted((ROOT / "clientela" / "web" / "templates").rglob("*.html"))
    loaded = re.compile(r"""(?:src|href|url)\s*[=(]\s*["']?(?:https?:)?//[^"')\s]+""")
    assert [(path.name, found) for path in [*ours, *templates] for found in loaded.findall(path.read_text())] == []
