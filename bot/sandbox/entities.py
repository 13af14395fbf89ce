"""Telegram's HTML: text and entities out of it, with Telegram's own error texts."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

Entity = dict[str, Any]

_TAGS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "code": "code",
    "pre": "pre",
    "a": "text_link",
    "blockquote": "blockquote",
    "tg-spoiler": "spoiler",
}
_TOKEN = re.compile(r"<(/?)([a-zA-Z-]*)([^<>]*)>|<")
_HREF = re.compile(r"""href\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_AUTO = (
    ("bot_command", re.compile(r"(?<![\w/])/[a-zA-Z0-9_]{1,64}(?:@\w+)?")),
    ("url", re.compile(r"https?://[^\s<>]+")),
    ("email", re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]*\w")),
    ("mention", re.compile(r"(?<![\w@])@[A-Za-z]\w{3,31}")),
)


class EntityError(ValueError):
    """The markup is one that Telegram refuses."""


def units(text: str) -> int:
    """Return a length as Telegram counts it, in UTF-16 units."""
    return len(text.encode("utf-16-le")) // 2


def from_html(html: str) -> tuple[str, list[Entity]]:
    """Return the text and entities of Telegram HTML.

    Raises:
        EntityError: a tag is unknown, not closed or closed wrongly.
    """
    text = ""
    entities: list[Entity] = []
    open_tags: list[tuple[str, int, Entity]] = []
    at = 0
    for found in _TOKEN.finditer(html):
        text += unescape(html[at : found.start()])
        at = found.end()
        closing, name, rest = found.group(1), (found.group(2) or "").lower(), found.group(3) or ""
        offset = len(html[: found.start()].encode())
        if name not in _TAGS:
            raise EntityError(f'Unsupported start tag "{name}" at byte offset {offset}')
        if not closing:
            open_tags.append((name, units(text), _opened(name, rest)))
            continue
        if not open_tags or open_tags[-1][0] != name:
            wanted = open_tags[-1][0] if open_tags else ""
            raise EntityError(
                f'Unmatched end tag at byte offset {offset}, expected "</{wanted}>", '
                f'found "</{name}>"'
            )
        _, start, entity = open_tags.pop()
        if length := units(text) - start:
            entities.append({**entity, "offset": start, "length": length})
    text += unescape(html[at:])
    if open_tags:
        raise EntityError(f'Can\'t find end tag corresponding to start tag "{open_tags[-1][0]}"')
    return _trimmed(text, sorted(entities, key=lambda e: (e["offset"], -e["length"])))


def _opened(name: str, attributes: str) -> Entity:
    kind = _TAGS[name]
    if kind == "text_link":
        found = _HREF.search(attributes)
        return {"type": kind, "url": unescape(found.group(1) or found.group(2)) if found else ""}
    if kind == "blockquote" and "expandable" in attributes:
        return {"type": "expandable_blockquote"}
    return {"type": kind}


def _trimmed(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """Drop white space at both ends, as Telegram does."""
    lead = units(text) - units(text.lstrip())
    trimmed = text.strip()
    end = units(trimmed)
    kept = []
    for entity in entities:
        start = max(entity["offset"] - lead, 0)
        stop = min(entity["offset"] - lead + entity["length"], end)
        if stop > start:
            kept.append({**entity, "offset": start, "length": stop - start})
    return trimmed, kept


def automatic(text: str) -> list[Entity]:
    """Return the entities that Telegram finds by itself: commands, links, addresses, mentions."""
    found = [
        {
            "type": kind,
            "offset": units(text[: match.start()]),
            "length": units(match.group()),
        }
        for kind, pattern in _AUTO
        for match in pattern.finditer(text)
    ]
    return sorted(found, key=lambda entity: entity["offset"])
