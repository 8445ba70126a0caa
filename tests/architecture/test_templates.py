"""A template includes nothing from a higher room, holds no script and no style, and says nothing untranslated."""

import re
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[2] / "clientela"
TEMPLATES = sorted(path for path in PACKAGE.rglob("*.html") if "static" not in path.parts)
INCLUDES = re.compile(r"{%\s*(?:include|extends)\s+[\"']([^\"']+)[\"']")
INLINE = re.compile(r"<script(?![^>]*\bsrc=)|\sstyle=|\son[a-z]+=|javascript:", re.IGNORECASE)
PLACES = ("portal", "desk", "directory", "listen", "map", "insight", "workplace", "settings", "account")


def relative(path: Path) -> str:
    return str(path.relative_to(PACKAGE))


@pytest.mark.parametrize("path", TEMPLATES, ids=relative)
def test_a_template_includes_only_its_own_place_and_the_parts_below(path: Path) -> None:
    if "web" not in path.parts:
        return  # letters include only their own frame, by folder
    place = path.relative_to(PACKAGE / "web" / "templates").parts[0]
    for included in INCLUDES.findall(path.read_text(encoding="utf-8")):
        other = included.split("/")[0]
        assert other not in PLACES or other == place, f"{relative(path)} includes {included} from another place"


@pytest.mark.parametrize("path", [path for path in TEMPLATES if "letters" not in path.parts], ids=relative)
def test_a_page_holds_no_script_and_no_style_of_its_own(path: Path) -> None:
    assert INLINE.findall(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=relative)
def test_days_and_months_are_written_by_the_languages_own_rules(path: Path) -> None:
    """Django's own `date` filter writes "2 Martie" in Romanian, with a capital; our filters ask CLDR."""
    assert re.findall(r"\|date\b", path.read_text(encoding="utf-8")) == []
