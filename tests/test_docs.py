"""The documents name only commands, options, settings, make targets and files that there are."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from bot.cli import app
from bot.settings import Settings

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
NAMES = [str(page.relative_to(ROOT)) for page in PAGES]

CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)
COMMAND = re.compile(r"(?<![\w-])guide ((?:[a-z]+|--)[^\n`#]*)")
SETTING = re.compile(r"GUIDE_[A-Z_]+")
TARGET = re.compile(r"\bmake ([a-z]+)")
LINK = re.compile(r"\]\(([^)\s]+)\)|src=\"([^\"]+)\"")


def code_of(page: str) -> str:
    """Return what stands in code marks on a page, a line each."""
    return "\n".join(CODE.findall((ROOT / page).read_text("utf-8")))


def faults_of(line: str) -> list[str]:
    """Return what is wrong with a command as a page writes it, without ``guide``."""
    at: Any = get_command(app)
    named = [word for word in line.replace(" | ", "|").split() if word]
    while named and hasattr(at, "commands"):
        words = named.pop(0).strip("|").split("|")
        if unknown := [word for word in words if word not in at.commands]:
            return [f"guide {line}: there is no command {unknown}"]
        at = at.commands[words[0]]
    known = {option for given in at.params for option in (*given.opts, *given.secondary_opts)}
    options = [word for word in named if word.startswith("--")]
    return [f"guide {line}: no option {one}" for one in options if one not in known]


@pytest.mark.parametrize("page", NAMES)
def test_every_command_of_a_page_exists(page: str) -> None:
    lines = COMMAND.findall(code_of(page))
    assert [fault for line in lines for fault in faults_of(line)] == []


@pytest.mark.parametrize("page", NAMES)
def test_every_setting_of_a_page_exists(page: str) -> None:
    known = {f"GUIDE_{name}".upper() for name in Settings.model_fields} | {"GUIDE_BENCH_DATA"}
    assert set(SETTING.findall(code_of(page))) <= known


@pytest.mark.parametrize("page", NAMES)
def test_every_make_target_of_a_page_exists(page: str) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    assert set(TARGET.findall(code_of(page))) <= targets


@pytest.mark.parametrize("page", NAMES)
def test_every_file_a_page_points_to_exists(page: str) -> None:
    text = CODE.sub("", (ROOT / page).read_text("utf-8"))
    places = {one or other for one, other in LINK.findall(text)}
    local = [place.partition("#")[0] for place in places if "://" not in place]
    assert [
        place for place in local if place and not (ROOT / page).parent.joinpath(place).exists()
    ] == []


@pytest.mark.parametrize("line", ["ak x", "ask --wy", "review lst", "people give 5 viewer --now"])
def test_a_wrong_command_is_found(line: str) -> None:
    assert faults_of(line)


def test_lists_of_words_stand_where_translators_are_sent() -> None:
    rows = re.findall(
        r"^\| `([\w/]+\.py)`, (.+?) \|", (ROOT / "docs/translating.md").read_text(), re.MULTILINE
    )
    assert rows
    for file, names in rows:
        code = (ROOT / file).read_text("utf-8")
        for name in re.findall(r"`(\w+)`", names):
            assert re.search(rf"^{name}\b", code, re.MULTILINE), f"{file} has no {name}"
