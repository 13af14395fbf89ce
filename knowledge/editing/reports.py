"""Says to staff what a draft would do, as lines for the terminal, Telegram or the console."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from knowledge.editing.diffing import quote
from knowledge.editing.freshness import Stale
from knowledge.editing.publishing import Examination
from knowledge.editing.replay import HOWS, Blast, Effect
from knowledge.errors import Fault
from knowledge.store.versions import Listed
from knowledge.texts import plural_translator, say_date, translator


def report(examined: Examination, language: str, *, most: int = 20) -> list[str]:
    """Return what an examination found, the most pressing first.

    Args:
        examined: what to tell.
        language: of the reader; what the content says stays in its own.
        most: entries listed of each kind.
    """
    _ = translator(language)
    if examined.errors:
        return [_("This draft has faults:"), *_listed(map(str, examined.faults), most)]
    lines = []
    if examined.since:
        lines.append(
            _(
                "Version {live} is live now; this draft began with {base}. Since then:",
                live=examined.live,
                base=examined.base,
            )
        )
        lines += _listed(examined.since, most)
    lines += _changes([change.said for change in examined.changes], language, most)
    lines += _golden(examined, language, most)
    lines += blast_lines(examined.blast, language, most=most)
    if warnings := list(map(str, examined.faults)):
        lines += [_("Worth a look:"), *_listed(warnings, most)]
    return lines


def _changes(changes: Sequence[str], language: str, most: int) -> list[str]:
    _ = translator(language)
    if not changes:
        return [_("Nothing that people would notice changes.")]
    _n = plural_translator(language)
    return [_n("{n} change:", "{n} changes:", len(changes)), *_listed(changes, most)]


def _golden(examined: Examination, language: str, most: int) -> list[str]:
    _ = translator(language)
    golden = examined.golden
    lines = [
        _("Golden questions: {n} asked, {lost} lost", n=golden.asked, lost=len(golden.lost)),
        *_listed(golden.lost, most),
    ]
    if golden.failing:
        by_words = _("New golden questions that the draft does not answer by words alone:")
        all_in = _("New golden questions that the draft does not answer:")
        lines += [all_in if golden.deeper else by_words, *_listed(golden.failing, most)]
    return lines


def blast_lines(blast: Blast, language: str, *, most: int = 20) -> list[str]:
    """Return what a draft does to the questions people asked."""
    _ = translator(language)
    if not blast.asked:
        return []
    names = {
        "lost": _("lost"),
        "changed": _("answered otherwise"),
        "gained": _("gained"),
        "reworded": _("reworded"),
        "same": _("the same"),
    }
    counts = ", ".join(f"{blast.count(how)} {names[how]}" for how in HOWS)
    lines = [_("{n} logged questions tried: {counts}", n=f"{blast.asked:,}", counts=counts)]
    for how in HOWS:
        if effects := [effect for effect in blast.effects if effect.how == how]:
            lines += [f"{names[how].capitalize()}:", *_listed(map(_effect, effects), most)]
    return lines


def _effect(effect: Effect) -> str:
    way = effect.after if effect.how == "reworded" else f"{effect.before} → {effect.after}"
    return f"{effect.times}× “{quote(effect.question)}”: {way}"


def _listed(lines: Iterable[str], most: int) -> list[str]:
    kept = list(lines)
    more = [f"  … +{len(kept) - most}"] if len(kept) > most else []
    return [*(f"  {line}" for line in kept[:most]), *more]


def version_lines(versions: Sequence[Listed], live: int, *, most: int = 3) -> list[str]:
    """Return a list of versions, each with who, when, why and its first changes."""
    lines = []
    for version in versions:
        mark = "*" if version.number == live else " "
        when = version.published_at.strftime("%Y-%m-%d %H:%M")
        lines.append(
            f"{mark}{version.number:>4}  {when}  {version.published_by}  {version.reason}"
        )
        lines += [f"       {line.strip()}" for line in _listed(version.changes, most)]
        if version.override:
            lines.append(f"       override: {version.override}")
    return lines


def fault_lines(faults: Sequence[Fault], *, most: int = 20) -> list[str]:
    """Return faults, each with its place and how to mend it."""
    return [line.strip() for line in _listed(map(str, faults), most)]


def stale_line(one: Stale, language: str) -> str:
    """Return a fact past its review on a line: what it says, since when, how many asked."""
    _ = translator(language)
    said = quote(one.said)
    if one.confirmed and one.looked_at:
        day = say_date(one.looked_at.isoformat(), language)
        known = _("looked at again {day}", day=day)
    else:
        known = _("as of {day}, nobody looked again", day=say_date(one.as_of, language))
    return _(
        "{name}: “{said}” ({known}, asked {n}×)",
        name=one.name,
        said=said,
        known=known,
        n=one.asked,
    )
