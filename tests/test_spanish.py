"""Everything a person who writes Spanish meets, on the content that travels with the package."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Browser, expect

from bot.sandbox.client import Talk
from bot.sandbox.room import Room
from knowledge.reading import read_folder
from tests.bots import Running

ENGLISH = re.compile(
    r"\b(?:the|you|your|which|what|with|and|was|were|is|are|this|that|have|from|more|about)\b",
    re.IGNORECASE,
)
NAMES = re.compile(r"\([^()]*\)|“[^”]*”|\"[^\"]*\"|«[^»]*»")
"""What stays English: names beside their Spanish, and words that are quoted."""


TRAINING = "¿Cuánto dura el training de implementation manager?"


@pytest.fixture
def files() -> dict[str, str]:
    return dict(read_folder())


@pytest.fixture
def lucia(running: Running, room: Room) -> Talk:
    """Somebody whose app is in Spanish."""
    return Talk(room, 102)


def english_in(said: str) -> list[str]:
    """Return the English words of a message, its source line and names apart."""
    own = said.partition("Fuente: ")[0]
    return ENGLISH.findall(NAMES.sub("", own))


async def test_the_menu_and_every_page_it_opens_are_spanish(lucia: Talk) -> None:
    assert "Pregúnteme" in await lucia("/start")
    for page in list(lucia.buttons):
        heard = await lucia.press(page)
        assert not english_in(heard), heard
        assert not [words for words in lucia.buttons if english_in(words)], lucia.buttons
        assert await lucia.press("Volver al menú")


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        (TRAINING, "6 meses o menos"),
        ("cuánto gana un capacitador", "la mediana"),
        ("qué está abierto hoy", "Hoy todavía hay caminos"),
        ("tengo un GED", "estas funciones le quedan más cerca"),
        ("cuáles eran las regiones", "5 regiones"),
        ("compare capacitador con gerente de implementación", "Experiencia esperada"),
        ("hola", "¡Hola!"),
        ("/help", "con sus propias palabras"),
    ],
)
async def test_answers_are_spanish_to_the_last_word(
    talk: Talk, question: str, answer: str
) -> None:
    heard = await talk("/language es") and await talk(question)
    assert answer in heard
    assert not english_in(heard), english_in(heard)
    assert not [words for words in talk.buttons if english_in(words)], talk.buttons


async def test_the_source_line_and_its_dates_are_spanish(lucia: Talk) -> None:
    heard = await lucia(TRAINING)
    assert re.search(r"Fuente: .+, de abr 2010; .+, de 10 mar 2014", heard)
    heard = await lucia("cuánto gana un capacitador")
    assert "No lo hemos vuelto a confirmar desde" in heard


async def test_buttons_keep_the_language_that_was_written(talk: Talk) -> None:
    assert "Ask me anything" in await talk("/start")
    await talk(TRAINING)
    heard = await talk.press("Cómo llegar hoy")
    assert not english_in(heard), heard
    assert "Pregúnteme" in await talk("/start")
    await talk("what does a trainer do")
    assert "Ask me anything" in await talk("/start")


async def test_one_word_does_not_change_the_language(talk: Talk) -> None:
    await talk(TRAINING)
    heard = await talk("RHIT")
    assert not english_in(heard), heard


@pytest.mark.parametrize(
    "mixed",
    [
        "y online",
        "hay jobs",
        "what is el role de technical support",
        "i need help pero mi english is no so good",
    ],
)
async def test_who_mixes_english_in_is_answered_in_spanish(lucia: Talk, mixed: str) -> None:
    heard = await lucia(mixed)
    assert not english_in(heard), heard


async def test_a_whole_english_question_is_answered_in_english(lucia: Talk) -> None:
    assert "6 months or less" in await lucia("how long is training for a trainer")


async def test_a_language_that_was_chosen_holds(talk: Talk) -> None:
    assert "Which language" in await talk("/language")
    assert talk.buttons == ["English", "Español", "Follow what I write"]
    assert "Nuestro idioma es ahora: Español" in await talk.press("Español")
    assert "6 meses o menos" in await talk("how long is training for a trainer")
    assert "Pregúnteme" in await talk("/start")
    assert "Ahora: Español" in await talk("/language")
    assert "en que usted escriba" in await talk.press("Según")
    assert "6 months or less" in await talk("how long is training for a trainer")


async def test_a_language_can_be_typed(lucia: Talk) -> None:
    assert "Our language is now: English" in await lucia("/language English")
    assert "Ask me anything" in await lucia("/start")
    assert "Which language" in await lucia("/language klingon")


async def test_who_may_enter_is_asked_and_told_in_spanish(lucia: Talk) -> None:
    heard = await lucia("¿puedo entrar?")
    while "Ver el resultado ahora" not in lucia.buttons:
        assert not english_in(heard), heard
        heard = await lucia.press("Prefiero no decirlo")
    heard = await lucia.press("Ver el resultado ahora")
    assert "Según las reglas del programa" in heard
    assert not english_in(heard), english_in(heard)


async def test_the_search_for_a_role_is_spanish(lucia: Talk) -> None:
    await lucia("¿qué función me conviene?")
    while "Ver el resultado ahora" not in lucia.buttons:
        await lucia.press("Saltar esta")
    heard = await lucia.press("Ver el resultado ahora")
    assert "mejor van con lo que me dijo" in heard
    assert not english_in(heard), english_in(heard)
    heard = await lucia.press("Mi plan")
    assert "Su plan:" in heard
    assert not english_in(heard), english_in(heard)


async def test_a_place_is_told_in_spanish_with_its_map(lucia: Talk) -> None:
    heard = await lucia("¿qué hay en Texas?", answers=2)
    assert "Texas: Región D, el sur. Un mapa" in heard
    assert "Universidades de entonces" in heard


async def test_what_is_not_known_is_said_and_promised_in_spanish(lucia: Talk) -> None:
    heard = await lucia("¿a qué hora sale el tren para Guadalajara mañana?")
    assert not english_in(heard), heard
    heard = await lucia("/forgetme")
    assert "¿Borro todo" in heard
    assert "Ya no guardo nada de usted" in await lucia.press("Sí")


async def test_why_an_answer_was_given_is_explained_in_spanish(lucia: Talk) -> None:
    await lucia(TRAINING)
    heard = await lucia("/why")
    assert "Yo entendí: Cuánto duraba" in heard


async def test_commands_are_described_in_spanish(room: Room, lucia: Talk) -> None:
    await lucia("/start")
    (bot,) = room.bots.values()
    spanish = {c["command"]: c["description"] for c in bot.commands["all_private_chats", "es"]}
    english = {c["command"]: c["description"] for c in bot.commands["all_private_chats", ""]}
    assert set(spanish) == set(english)
    assert not [name for name, words in spanish.items() if words == english[name]]
    assert bot.texts["description", "es"] != bot.texts["description", ""]


async def test_a_conversation_in_a_browser(
    chromium: Browser, room: Room, running: Running
) -> None:
    page = await chromium.new_page(viewport={"width": 390, "height": 800})
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    await page.goto(f"{room.url}/?as=102")
    await page.get_by_label("Your message").fill(
        "cuanto dura el trainin de implementation manager"
    )
    await page.keyboard.press("Enter")
    messages = page.get_by_role("list", name="Messages")
    await expect(messages).to_contain_text("6 meses o menos")
    await page.get_by_role("button", name="Cómo llegar hoy").click()
    await expect(page.locator(".message").last).to_contain_text("Fuente:")
    await page.get_by_role("button", name="Menu", exact=True).click()
    await expect(page.get_by_role("button", name="/language")).to_contain_text("inglés")
