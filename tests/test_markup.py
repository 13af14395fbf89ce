"""Markup is safe by construction and long answers are cut where nothing breaks."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from hypothesis import given, strategies as st

from handlers.markup import LONGEST_MESSAGE, seen, split, to_html, to_plain, units
from knowledge.schema import Source

SOURCES = {"law": Source(title="Law", url="https://law.example/?a=1&b=2", date="2010")}


class Balanced(HTMLParser):
    """Fails on any tag that Telegram would refuse."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002 - its signature
        assert tag in ("b", "i", "a"), tag
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def assert_sound(html: str) -> None:
    parser = Balanced()
    parser.feed(html)
    parser.close()
    assert not parser.open


def test_bold_bullets_and_links() -> None:
    html = to_html("**Pay** & more\n- one\n[the law](law) [gone](nowhere)", SOURCES)
    assert html == (
        '<b>Pay</b> &amp; more\n• one\n<a href="https://law.example/?a=1&amp;b=2">the law</a> gone'
    )


def test_plain_text_writes_links_out() -> None:
    assert to_plain("**A** [law](law)", SOURCES) == "A law (https://law.example/?a=1&b=2)"


def test_what_is_seen_of_html_has_no_tags() -> None:
    html = to_html("**A** & [law](law)", SOURCES)
    assert seen(html) == "A & law"
    assert seen(html, links=True) == "A & law (https://law.example/?a=1&b=2)"


@given(st.text())
def test_no_text_makes_broken_html(text: str) -> None:
    assert_sound(to_html(text, SOURCES))


lines = st.lists(st.text(st.sampled_from("ab<&>*- 😀é\n"), max_size=900), max_size=20)


@given(lines, st.integers(60, LONGEST_MESSAGE))
def test_pieces_fit_are_sound_and_lose_nothing(made: list[str], limit: int) -> None:
    html = to_html("\n".join(made), SOURCES)
    pieces = split(html, limit)
    for piece in pieces:
        assert units(piece) <= limit
        assert_sound(piece)
    assert _letters("".join(pieces)) == _letters(html)


def _letters(html: str) -> str:
    return re.sub(r"<[^>]+>|\s", "", html)
