"""The manual is complete: every setting and every command stands in it, and every link in it leads somewhere."""

import re
from pathlib import Path

import pytest

from clientela.command.main import COMMANDS
from clientela.kernel.environment import SETTINGS

ROOT = Path(__file__).resolve().parents[2]
MANUAL = ROOT / "docs" / "manual"
PAGES = [*sorted((ROOT / "docs").rglob("*.md")), ROOT / "README.md", ROOT / "CONTRIBUTING.md"]
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#]+)")


@pytest.mark.parametrize("name", [setting.name for setting in SETTINGS])
def test_a_setting_stands_in_the_manual(name: str) -> None:
    assert f"`{name}`" in (MANUAL / "settings.md").read_text(encoding="utf-8")


def test_every_setting_that_is_read_is_listed() -> None:
    source = (ROOT / "clientela" / "kernel" / "environment.py").read_text(encoding="utf-8")
    read = set(re.findall(r'"(CLIENTELA_[A-Z_]+|DATABASE_URL)"', source))
    assert read == {setting.name for setting in SETTINGS}


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_a_command_stands_in_the_manual(name: str) -> None:
    assert f"`clientela {name}" in (MANUAL / "commands.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_link_leads_somewhere(page: Path) -> None:
    lost = [link for link in LINK.findall(page.read_text(encoding="utf-8")) if not (page.parent / link).exists()]
    assert lost == []


def test_a_decision_is_a_full_sentence_with_its_check() -> None:
    decisions = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    assert [path.name[:4] for path in decisions] == [f"{number:04}" for number in range(1, len(decisions) + 1)]
    for path in decisions:
        text = path.read_text(encoding="utf-8")
        assert all(f"## {part}" in text for part in ("Context", "Decision", "The check")), path.name
