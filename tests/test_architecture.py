"""The house stands as it is drawn: imports go one way, files stay small, the web process stays light."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LAYERS = ["config", "bot", "replies", "handlers", "wsgi"]
ROOTS = {ROOT / "wsgi.py", ROOT / "bot" / "__main__.py"}
"""The composition roots: they join the parts and may import everything."""

LARGEST = 300
"""Lines of a file; the house aims at 250, and whatever grows past this is two things."""

SOURCES = sorted(path for layer in LAYERS[:-1] for path in (ROOT / layer).rglob("*.py"))


def imported(path: Path) -> set[str]:
    """Full names of the modules a file imports, at any depth of nesting."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            names.add(node.module or "")
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def arrows_against_the_grain(path: Path, names: set[str]) -> set[str]:
    """Imports of a layer that stands above the file's own."""
    rank = LAYERS.index(path.relative_to(ROOT).parts[0])
    return {name for name in names if name.split(".")[0] in LAYERS and LAYERS.index(name.split(".")[0]) > rank}


def test_imports_go_one_way() -> None:
    wrong = {path: arrows_against_the_grain(path, imported(path)) for path in SOURCES if path not in ROOTS}
    assert not {path.as_posix(): names for path, names in wrong.items() if names}


def test_an_arrow_that_points_the_wrong_way_is_found() -> None:
    assert arrows_against_the_grain(ROOT / "bot" / "webhook.py", {"handlers.queue", "bot.clock"}) == {"handlers.queue"}


def test_the_domain_imports_nothing_of_ours_but_itself() -> None:
    for path in (ROOT / "bot" / "domain").glob("*.py"):
        ours = {name for name in imported(path) if name.split(".")[0] in LAYERS}
        assert all(name.startswith("bot.domain") for name in ours), path.name


def test_the_sandbox_is_used_by_the_command_line_alone() -> None:
    users = [path for path in SOURCES if any(name.startswith("bot.sandbox") for name in imported(path))]
    strangers = [path for path in users if not path.is_relative_to(ROOT / "bot" / "sandbox")]
    assert all(path.is_relative_to(ROOT / "handlers" / "command_line") for path in strangers)


def test_jieba_is_imported_in_one_place() -> None:
    users = [path.relative_to(ROOT).as_posix() for path in SOURCES if "jieba" in imported(path)]
    assert users == ["replies/words.py"]


def test_pure_parts_do_no_input_or_output() -> None:
    forbidden = {"redis", "requests", "flask", "socket", "time", "random", "os"}
    pure = [*(ROOT / "bot" / "domain").glob("*.py"), ROOT / "bot" / "wechat" / "callback.py"]
    for path in pure:
        assert not {name.split(".")[0] for name in imported(path)} & forbidden, path.name


def test_files_are_small_and_say_what_they_are_for() -> None:
    texts = {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in SOURCES}
    assert not {name for name, text in texts.items() if text.count("\n") > LARGEST}
    assert not {name for name, text in texts.items() if text.strip() and not ast.get_docstring(ast.parse(text))}


def test_the_web_process_never_loads_word_segmentation_nor_the_sandbox() -> None:
    loads = "import handlers.assembly, handlers.command_line, sys"
    code = f"{loads}; print([m for m in ('jieba', 'bot.sandbox') if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.strip() == "[]"
