"""Takes personal data out of a text before anything is stored, and hashes who asked.

A ZIP code, a state or an amount stays: questions need them. Everything taken out leaves a mark
such as ``[email]``, so that curators still see what kind of thing stood there.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Callable

# Strangers' texts run through these, so a long run of letters or spaces is gone through once, not
# from each of its places: a part keeps what it has taken (``*+``), and a new one begins elsewhere.
_AT = r"\s?@\s?[\w-]+(?:\.[\w-]+)+"
_NAME = r"[^\W\d_][\w'’-]*"
_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("link", re.compile(r"\b(?:https?://|www\.)\S+", re.IGNORECASE)),
    ("email", re.compile(rf"(?<![\w.+-])[\w.+-]++{_AT}(?:[.+][\w.+-]*+{_AT})*")),
    ("handle", re.compile(r"(?<!\w)@[A-Za-z]\w{2,}")),
    ("ssn", re.compile(r"(?<!\d)\d{3}[- .]\d{2}[- .]\d{4}(?!\d)")),
    (
        "birth date",
        re.compile(
            r"(?:\b(?:dob|d\.o\.b\.?|born(?: on)?|birth ?da(?:te|y)(?: is)?|nac[ií](?: el)?|"
            r"fecha de nacimiento)\s*+(?:(?:is|es|[:=])\s*+)?)"
            r"(?:\d{1,4}[/. -]\d{1,2}[/. -]\d{1,4}|[^\W\d]{3,10}\.? \d{1,2},? \d{4}|"
            r"\d{1,2} (?:de )?[^\W\d]{3,10},? (?:de )?\d{4})",
            re.IGNORECASE,
        ),
    ),
    (
        "phone",
        re.compile(
            r"(?<![\d$.])(?:\+?\d{1,3}[ .-]?)?(?:\(\d{3}\)[ .-]?|\d{3}[ .-])"
            r"\d{3}[ .-]?\d{4}(?!\d)|"
            r"(?<![\d$.])\+?\d{10,11}(?!\d)|(?<!\d)\+\d[\d .-]{8,16}\d(?!\d)"
        ),
    ),
    (
        "number",
        re.compile(
            r"\b(?:mrn|medical record|record|account|member|policy|insurance|medicare|medicaid|"
            r"case|id|passport|license|licence|patient|expediente|p[oó]liza|cuenta|licencia)"
            r"(?: (?:no\.?|num(?:ber)?|n[uú]mero|id))?\s*+(?:(?:is|es|[:#=])\s*+)?"
            r"(?:#\s*+)?(?=[A-Z0-9])(?=[A-Z-]{0,64}+\d)[A-Z0-9][A-Z0-9-]{4,}",
            re.IGNORECASE,
        ),
    ),
    (
        "address",
        re.compile(
            r"\b\d{1,6} (?:[NSEW]\.? )?(?:[A-Z][\w'.-]* ){1,3}"
            r"(?:street|st|avenue|ave|road|rd|boulevard|blvd|lane|ln|drive|dr|court|ct|way|place|"
            r"pl|terrace|parkway|pkwy|highway|hwy)\b\.?(?:,? (?:apt|unit|suite|#) ?\w+)?",
            re.IGNORECASE,
        ),
    ),
    ("address", re.compile(r"\b(?:calle|avenida|av\.) (?:\w+ ){1,4}#? ?\d{1,6}\b", re.IGNORECASE)),
    (
        "ssn",
        re.compile(r"\b(?:ssn|social(?: security)?(?: number)?)\D{0,6}\d{9}(?!\d)", re.IGNORECASE),
    ),
)
REMOVED = "[removed]"
"""Stands where somebody took words out by hand."""
_MARK = re.compile(
    rf"\[(?:{'|'.join(sorted({mark for mark, _ in _PATTERNS} | {'card', 'name', 'number'}))})\]|"
    rf"{re.escape(REMOVED)}"
)
_CARD = re.compile(r"(?<!\d)(?:\d[ -]?){13,19}(?!\d)")
_LONG_NUMBER = re.compile(r"(?<![\d$.,])\d{9,}(?![\d.,]\d)")
_GLUE = r"(?:and|but|from|i|im|who|with|in|y|de|soy|pero|con|en|tengo|vivo)\b"
_SAYS_NAME = re.compile(
    r"\b(my (?:full )?name(?:'s| is)|name is|i am called|this is|me llamo|mi nombre es|"
    r"patient name:?|se llama)\s+"
    rf"((?-i:[A-ZÁÉÍÓÚÑ])[\w'’-]*(?:\s+(?-i:[A-ZÁÉÍÓÚÑ])[\w'’-]*){{0,3}}|{_NAME}(?:\s+(?!{_GLUE}){_NAME})?)",
    re.IGNORECASE,
)
_LARGE = r"(?:(?-i:Dr|Mr|Mrs|Ms|Sr|Sra|[A-ZÁÉÍÓÚÑ])\.|(?-i:[A-ZÁÉÍÓÚÜÑ])[\w'’-]*+)(?![@\w])"
_PARTICLE = r"(?:de la|de los|del?|da|dos|la|van|von|y)\b"
_MAY_SAY_NAME = re.compile(
    rf"\b(i am|i['’]?m|soy|this is)\s++({_LARGE}(?:\s++(?:{_PARTICLE}\s++)?{_LARGE}){{1,5}})",
    re.IGNORECASE,
)
"""What may as well say a trade or where somebody lives: "I am Medical Assistant"."""
_MOST_OF_A_NAME = 4
_LONGEST_NAME = 3
"""Words of a name of something that the content knows."""
_NOT_A_NAME = {
    "a",
    "an",
    "the",
    "not",
    "about",
    "for",
    "my",
    "is",
    "this",
    "un",
    "una",
    "el",
    "la",
}


def _nothing(_words: str) -> bool:
    return False


def redact(text: str, knows: Callable[[str], bool] = _nothing) -> str:
    """Return the text with personal data replaced by marks.

    Args:
        text: what somebody wrote.
        knows: whether words belong to what is asked about, such as a role or a city; after
            "I am" these are no person's name.
    """
    text = _MAY_SAY_NAME.sub(lambda found: _redact_stranger(found, knows), text)
    text = _SAYS_NAME.sub(lambda found: _redact_name(found, knows), text)
    for mark, pattern in _PATTERNS[:2]:
        text = pattern.sub(f"[{mark}]", text)
    text = _CARD.sub(lambda found: "[card]" if _is_card(found.group()) else found.group(), text)
    for mark, pattern in _PATTERNS[2:]:
        text = pattern.sub(f"[{mark}]", text)
    return _LONG_NUMBER.sub("[number]", text)


def had_personal_data(text: str) -> bool:
    """Whether something was taken out of a text that is kept."""
    return bool(_MARK.search(text))


def _redact_name(found: re.Match[str], knows: Callable[[str], bool]) -> str:
    introduction, name = found.group(1), found.group(2)
    first = name.split()[0]
    told = first[:1].isupper() and bool(_strange(name.split(), knows))
    certain = introduction.lower() != "this is" or told
    if first.lower() in _NOT_A_NAME or not certain:
        return found.group()
    return f"{introduction} [name]"


def _redact_stranger(found: re.Match[str], knows: Callable[[str], bool]) -> str:
    """Take out the words written large after "I am", up to the last that nothing here is called.

    Where somebody writes all words large, only those about the strange ones.
    """
    said = found.group(2).split()
    strange = _strange(said, knows)
    if not strange:
        return found.group()
    begin, end = max(strange[0] - 1, 0), strange[-1] + 1
    if len(said) <= _MOST_OF_A_NAME:  # Washington is a state, and part of a name as well
        begin, end = 0, len(said)
    return " ".join((found.group(1), *said[:begin], "[name]", *said[end:]))


def _strange(said: list[str], knows: Callable[[str], bool]) -> list[int]:
    """Return the places of the words that belong to no name of something known."""
    known = {
        place
        for size in range(1, _LONGEST_NAME + 1)
        for at in range(len(said) - size + 1)
        if knows(" ".join(said[at : at + size]))
        for place in range(at, at + size)
    }
    return [at for at in range(len(said)) if at not in known]


def _is_card(digits: str) -> bool:
    """Check a number by the Luhn formula, as payment cards carry it (ISO/IEC 7812-1)."""
    figures = [int(figure) for figure in digits if figure.isdigit()]
    doubled = [sum(divmod(2 * figure, 10)) for figure in figures[-2::-2]]
    return (sum(figures[-1::-2]) + sum(doubled)) % 10 == 0


def asker_key(chat: int, secret: str) -> str:
    """Return who asked as a keyed hash: the same chat gives the same key, and no way back."""
    return hmac.digest(secret.encode(), str(chat).encode(), "sha256").hex()[:24]
