"""Turns the content's small markup into Telegram HTML or plain text.

The markup is ``**bold**``, lines that begin with ``- `` and ``[words](source-id)``. Text is
escaped before any tag is added and every tag closes on its line, so the HTML is safe by
construction and can be cut between lines.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping

from knowledge.schema import Source

LONGEST_MESSAGE = 4096
"""Telegram's limit, in UTF-16 units after tags are parsed."""

_BOLD = re.compile(r"\*\*(.+?)\*\*")
_LINK = re.compile(r"\[([^\]\n]+)\]\(([^)\n]+)\)")


def to_html(text: str, sources: Mapping[str, Source]) -> str:
    """Return the text as Telegram HTML."""
    return "\n".join(_line_html(line, sources) for line in text.split("\n"))


def _line_html(line: str, sources: Mapping[str, Source]) -> str:
    escaped = html.escape(_bullet(line), quote=False)
    bold = _BOLD.sub(r"<b>\1</b>", escaped)
    return _LINK.sub(lambda found: _link(found.group(1), found.group(2), sources), bold)


def _link(words: str, source: str, sources: Mapping[str, Source]) -> str:
    url = sources[source].url if source in sources else None
    return f'<a href="{html.escape(url)}">{words}</a>' if url else words


def _bullet(line: str) -> str:
    return f"• {line[2:]}" if line.startswith("- ") else line


def to_plain(text: str, sources: Mapping[str, Source]) -> str:
    """Return the text as it reads on a screen, links written out."""

    def link(found: re.Match[str]) -> str:
        source = sources.get(found.group(2))
        return f"{found.group(1)} ({source.url})" if source and source.url else found.group(1)

    lines = (_bullet(line) for line in _LINK.sub(link, text).split("\n"))
    return "\n".join(_BOLD.sub(r"\1", line) for line in lines)


_ANCHOR = re.compile(r'<a href="([^"]*)">(.*?)</a>')
_TAG = re.compile(r"<[^>]+>")


def seen(text: str, *, links: bool = False) -> str:
    """Return what is seen of Telegram HTML, its links written out where they are wanted."""
    if links:
        text = _ANCHOR.sub(r"\2 (\1)", text)
    return html.unescape(_TAG.sub("", text))


def units(text: str) -> int:
    """Return a text's length as Telegram counts it."""
    return len(text.encode("utf-16-le")) // 2


def split(text: str, limit: int = LONGEST_MESSAGE) -> list[str]:
    """Cut HTML made by :func:`to_html` between lines, so that no piece is over the limit.

    A single line that is too long is cut between words, and inside a word only where it must.
    """
    pieces: list[str] = []
    piece = ""
    for line in text.split("\n"):
        for part in _fitting(line, limit):
            joined = f"{piece}\n{part}" if piece else part
            if units(joined) > limit:
                pieces.append(piece.strip("\n"))
                piece = part
            else:
                piece = joined
    return [found for found in (*pieces, piece.strip("\n")) if found.strip()]


def _fitting(line: str, limit: int) -> list[str]:
    if units(line) <= limit:
        return [line]
    plain = seen(line)
    parts: list[str] = []
    part = ""
    for word in re.findall(r"\S+\s*|\s+", plain):
        for chunk in [word[at : at + limit // 8] for at in range(0, len(word), limit // 8)]:
            if units(html.escape(part + chunk, quote=False)) > limit:
                parts.append(html.escape(part, quote=False))
                part = ""
            part += chunk
    return [*parts, html.escape(part, quote=False)]
