"""Who may import whom, beyond what import-linter's contracts in pyproject.toml say."""

import ast
import tomllib
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[2] / "clientela"
CONTEXTS = ("kernel", "directory", "promises", "catalogue", "requests", "voice", "network", "impact", "inbox")
FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "common", "misc", "stuff", "managers"}
LONGEST_MODULE_LINES = 400


def modules() -> list[Path]:
    return [path for path in sorted(PACKAGE.rglob("*.py")) if "migrations" not in path.parts]


def offences_in(path: Path) -> list[str]:
    """Every offence in one module, as «line: what»."""
    source = path.read_text(encoding="utf-8")
    tree = ast.parse(source)
    found = []
    lines = source.count("\n")
    if lines > LONGEST_MODULE_LINES:
        found.append(f"{lines} lines; more than {LONGEST_MODULE_LINES} become a folder of the same name")
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            body = function.body if isinstance(function.body, list) else [function.body]
            found += [
                f"{node.lineno}: an import inside a function"
                for statement in body
                for node in ast.walk(statement)
                if isinstance(node, ast.Import | ast.ImportFrom)
            ]
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("django.dispatch"):
            found.append(f"{node.lineno}: a signal; write a fact to the journal instead")
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("django.db.models.signals"):
            found.append(f"{node.lineno}: a signal; write a fact to the journal instead")
        if isinstance(node, ast.ClassDef) and node.name.endswith(("Manager", "Helper", "Service")):
            # "Service" alone is the glossary's word for what a provider offers.
            found += [f"{node.lineno}: a class named {node.name}"] if node.name != "Service" else []
        found += _ways_around(node)
    if path.name == "models.py":
        found += _offences_in_models(tree)
    return found


def _ways_around(node: ast.AST) -> list[str]:
    """What would do in other words what a rule forbids."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "get_model":
        return [f"{node.lineno}: a model by its name; ask its context"]
    if isinstance(node, ast.keyword) and node.arg in {"auto_now", "auto_now_add"}:
        return [f"{node.value.lineno}: {node.arg} reads the clock; take `at`"]
    return []


def _offences_in_models(tree: ast.Module) -> list[str]:
    found = []
    for model in [node for node in tree.body if isinstance(node, ast.ClassDef)]:
        methods = [node for node in model.body if isinstance(node, ast.FunctionDef) and node.name != "__str__"]
        if any(isinstance(base, ast.Attribute) and base.attr == "Model" for base in model.bases):
            found += [f"{method.lineno}: a method on a model: {method.name}" for method in methods]
        for meta in [node for node in model.body if isinstance(node, ast.ClassDef) and node.name == "Meta"]:
            found += [
                f"{node.lineno}: default ordering"
                for node in meta.body
                if isinstance(node, ast.Assign) and any(getattr(t, "id", "") == "ordering" for t in node.targets)
            ]
    return found


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_keeps_the_rules_of_the_house(path: Path) -> None:
    assert offences_in(path) == []


def test_every_room_of_rules_and_reading_stands_in_the_contract_that_keeps_it_pure() -> None:
    project = tomllib.loads((PACKAGE.parent / "pyproject.toml").read_text(encoding="utf-8"))
    (contract,) = [one for one in project["tool"]["importlinter"]["contracts"] if "are pure" in one["name"]]
    rooms = {
        ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts)
        for name in ("rules", "measures", "meaning", "reading", "simulation", "discovery")
        for path in [*PACKAGE.glob(f"*/{name}"), *PACKAGE.glob(f"*/{name}.py")]
    }
    assert set(contract["source_modules"]) == rooms


def test_no_room_has_a_name_that_says_nothing() -> None:
    names = [path for path in PACKAGE.rglob("*") if path.stem in FORBIDDEN_NAMES and "static" not in path.parts]
    assert names == []


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_models_are_touched_only_by_their_own_context(path: Path) -> None:
    own = path.relative_to(PACKAGE).parts[0]
    foreign = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        named = []
        if isinstance(node, ast.ImportFrom) and node.module:
            named = [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            named = [alias.name for alias in node.names]
        foreign += [
            f"{node.lineno}: {name}"
            for name in named
            for context in CONTEXTS
            if name.startswith(f"clientela.{context}.models") and own != context
        ]
    assert foreign == []


@pytest.mark.parametrize(
    "path",
    [path for path in modules() if path.relative_to(PACKAGE).parts[0] in (*CONTEXTS[:-1], "network")],
    ids=lambda path: str(path.relative_to(PACKAGE)),
)
def test_a_context_knows_no_web_and_no_terminal(path: Path) -> None:
    named = [
        module
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for module in (
            [node.module or ""] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names]
        )
    ]
    web = ("django.http", "django.shortcuts", "django.urls", "django_htmx", "typer", "rich", "granian", "aiosmtpd")
    assert [module for module in named if module.startswith(web)] == []


def test_the_rules_see_an_offence_when_there_is_one(tmp_path: Path) -> None:
    planted = tmp_path / "models.py"
    planted.write_text(
        "from django.db import models\n"
        "from django.db.models.signals import post_save\n"
        "class ThingManager:\n    pass\n"
        "class Thing(models.Model):\n"
        "    at = models.DateTimeField(auto_now_add=True)\n"
        "    other = apps.get_model('directory', 'Party')\n"
        "    class Meta:\n        ordering = ['id']\n"
        "    def save(self):\n        import os\n        return os\n" + "\n" * 400,
        encoding="utf-8",
    )
    assert offences_in(planted) == [
        "412 lines; more than 400 become a folder of the same name",
        "11: an import inside a function",
        "2: a signal; write a fact to the journal instead",
        "3: a class named ThingManager",
        "7: a model by its name; ask its context",
        "6: auto_now_add reads the clock; take `at`",
        "10: a method on a model: save",
        "9: default ordering",
    ]
