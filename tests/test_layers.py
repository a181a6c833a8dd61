"""The direction that docs/design.md draws: nothing imports upward, and each library has its wall."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]

LAYERS = (
    {"errors", "redaction", "pointer", "depth"},
    {"findings", "exchange"},
    {"rules", "yaml_reader"},
    {"contract"},
    {"recordings", "coverage"},
    {"thresholds"},
    {"reports", "listing"},
    {"judges"},
    {"check", "parallel", "posting"},
    {"service"},
    {"arguments", "progress", "interruption", "door"},
    {"commands"},
    {"cli", "__main__"},
)
"""From the ground up: a module may import from its own layer and from those above it in this list."""

WALLS = {
    "openapi_core": {"validator/judges/reference.py", "validator/judges/engine.py"},
    "openapi_schema_validator": {"validator/judges/engine.py"},
    "openapi_spec_validator": {"validator/contract/checks.py"},
    "jsonschema_specifications": {"validator/contract/metaschema.py"},
    "jsonschema": {"validator/judges/reference.py", "validator/judges/engine.py", "validator/judges/keywords.py"},
    "flask": {"validator/service/", "fuzz/sandbox/"},
    "jinja2": {"validator/service/pages/rendering.py"},
    "markupsafe": set(),
    "selenium": set(),
    "hypothesis": {"fuzz/"},
    "sqlalchemy": {"validator/service/store/"},
    "alembic": {"validator/service/store/upgrade.py", "validator/service/store/migrations/"},
    "psycopg": set(),
    "prometheus_client": {"validator/service/metrics.py"},
    "sqlite3": {"validator/service/store/database.py"},
    "yaml": {"validator/yaml_reader.py"},
    "click": {
        "validator/cli.py",
        "validator/commands/",
        "validator/door.py",
        "validator/arguments.py",
        "fuzz/cli.py",
        "fuzz/arguments.py",
        "fuzz/commands/",
    },
}
"""The only files, or folders, that may import the library."""

DOORS = {"validator/door.py", "validator/cli.py", "validator/__main__.py", "fuzz/cli.py", "fuzz/__main__.py"}


def sources() -> list[Path]:
    return sorted(path for folder in ("validator", "fuzz") for path in (ROOT / folder).rglob("*.py"))


def imported(path: Path) -> Iterator[str]:
    """Every module that a file imports, wherever in it; `from package import module` gives `package.module` too."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{path}: relative import"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def layer(module: str) -> int | None:
    parts = module.split(".")
    if parts[0] != "validator" or len(parts) == 1:
        return None
    return next((index for index, names in enumerate(LAYERS) if parts[1] in names), None)


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


@pytest.mark.parametrize("path", sources(), ids=module_of)
def test_nothing_imports_upward(path: Path) -> None:
    module = module_of(path)
    own = layer(module)
    for name in imported(path):
        if module.startswith("validator"):
            assert not name.startswith("fuzz"), f"{module} imports {name}: the judge must not know the fuzzer"
        if own is not None and layer(name) is not None:
            assert layer(name) <= own, f"{module} imports {name}, which stands above it"
        if module.startswith("fuzz.sandbox"):
            assert not name.startswith("validator"), f"{module}: a target that shares code with its judge"
            assert not name.startswith("fuzz.") or name.startswith("fuzz.sandbox"), f"{module} imports {name}"


@pytest.mark.parametrize("path", sources(), ids=module_of)
def test_every_module_has_its_place_in_the_layers(path: Path) -> None:
    module = module_of(path)
    if module.startswith("validator.") and module != "validator.__init__":
        assert layer(module) is not None, f"{module} is in no layer: give it one"


@pytest.mark.parametrize("library", sorted(WALLS))
def test_a_library_is_seen_only_behind_its_wall(library: str) -> None:
    allowed = WALLS[library]
    for path in sources():
        name = path.relative_to(ROOT).as_posix()
        if any(one.split(".")[0] == library for one in imported(path)):
            assert any(name == place or (place.endswith("/") and name.startswith(place)) for place in allowed), name


@pytest.mark.parametrize("path", sources(), ids=module_of)
def test_only_the_doors_print_or_end_the_process(path: Path) -> None:
    if path.relative_to(ROOT).as_posix() in DOORS:
        return
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            assert called not in {"print", "sys.exit", "exit", "quit", "os._exit"}, f"{path}:{node.lineno}: {called}"


@pytest.mark.parametrize("path", sources(), ids=module_of)
def test_a_file_says_what_it_is_for(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text())), f"{path} has no head"
