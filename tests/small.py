"""A small knowledge base for tests that must not depend on the real one."""

from __future__ import annotations

from functools import cache

from knowledge.editing.checks import load
from knowledge.schema import Content
from knowledge.snapshot import Snapshot

FILES = {
    "sources.yaml": """\
sources:
  law: {title: The law, url: "https://law.example", date: "2010"}
  page: {title: A page, url: null, date: "2012"}
""",
    "things.yaml": """\
things:
  - kind: category
    id: mobile
    name: {en: Mobile roles, es: Funciones móviles}
  - kind: role
    id: trainer
    name: {en: Trainer, es: Capacitador (Trainer)}
    aliases: {en: [health it trainer]}
    facts:
      length: {value: 6, unit: months, text: {en: "{value} or less", es: "{value} o menos"},
               source: law, as_of: "2010-04", confidence: high}
      pay: {value: 67310, unit: usd, text: {en: "{value} a year", es: "{value} al año"},
            source: page, as_of: "2024-05", confidence: high, review_days: 30}
    links: {category: [mobile]}
  - kind: role
    id: implementation-manager
    name: {en: Implementation manager, es: Gerente de implementación (Implementation Manager)}
    facts:
      length: {value: 12, unit: months, source: law, as_of: "2010-04", confidence: high}
      pay: {blank: true, text: {en: No source gives it, es: Ninguna fuente lo dice},
            source: page, as_of: "2024-05", confidence: low}
    links: {category: [mobile]}
  - kind: role
    id: implementation-support-specialist
    name: {en: Implementation support specialist}
    facts:
      length: {value: 6, unit: months, source: law, as_of: "2010-04", confidence: high}
      pay: {value: 61340, unit: usd, source: page, as_of: "2024-05", confidence: high}
    links: {category: [mobile]}
  - kind: degree
    id: rn
    name: {en: Registered nurse, es: Enfermera registrada}
    aliases: {en: [rn, nurse], es: [enfermera]}
    facts:
      physician: {value: false, text: {en: does not count, es: no cuenta},
                  source: law, as_of: "2010-04", confidence: high}
  - kind: degree
    id: do
    name: {en: Doctor of osteopathy}
    aliases: {en: [d.o., osteopath], es: [osteópata]}
    links: {abroad: [mbbs]}
    facts: {physician: {value: true, source: law, as_of: "2010-04", confidence: high}}
  - kind: degree
    id: mbbs
    name: {en: Medical degree from abroad, es: Título de otro país}
    facts: {physician: {blank: true, text: {en: may count, es: quizá cuenta},
                        source: law, as_of: "2010-04", confidence: medium}}
  - kind: degree
    id: pa
    name: {en: Physician assistant}
    aliases: {en: [PA]}
    facts: {physician: {value: false, source: law, as_of: "2010-04", confidence: high}}
  - kind: background
    id: nursing
    name: {en: Nursing, es: Enfermería}
    aliases: {en: [nurse]}
  - kind: state
    id: maine
    name: {en: Maine}
    aliases: {en: [pine tree state]}
    place: {state: ME}
  - kind: state
    id: texas
    name: {en: Texas}
    aliases: {en: [lone star state]}
    place: {state: TX}
""",
    "topics.yaml": """\
topics:
  - id: role_length
    title: {en: How long it takes, es: Cuánto dura}
    needs: [role]
    phrasings:
      en: ["how long is training for {role}", "{role} training length",
           "months to become a {role}", "how many months does {role} take"]
      es: ["cuánto dura la capacitación de {role}", "en cuántos meses puedo ser {role}"]
    answer:
      en: |
        **{role.name}**: {role.length}.

        That was so until the program ended.
      es: |
        **{role.name}**: {role.length}.

        Así fue hasta que terminó el programa.
    next: [role_pay]
  - id: role_pay
    title: {en: What it pays, es: Cuánto pagan}
    needs: [role]
    phrasings:
      en: ["what does a {role} earn", "{role} salary", "how much money does {role} make",
           "pay for {role}"]
      es: ["cuánto gana un {role}", "sueldo de {role}"]
    answer: {en: "**{role.name}**: {role.pay}.", es: "**{role.name}**: {role.pay}."}
    next: [role_length]
  - id: cost
    title: {en: What it cost, es: Cuánto costaba}
    phrasings:
      en: ["what did the training cost", "was it free", "who paid for the courses", "tuition fees"]
      es: ["cuánto costaba el curso", "era gratis"]
    answer: {en: "No single price. **Each college** chose.", es: "No había un precio único."}
    facts: [trainer.length]
  - id: physician_is
    title: {en: Who is a physician here}
    needs: [degree]
    phrasings:
      en: ["is a {degree} a physician", "does {degree} count as a physician",
           "am i a physician as a {degree}"]
    answer: {en: "A {degree.name} {degree.physician}."}
  - id: greeting
    kind: chat
    title: {en: Hello}
    phrasings: {en: ["hello", "good morning", "hi there"], es: ["hola", "buenos días"]}
    answer: {en: "Hello! Ask me about health IT.", es: "¡Hola! Pregúnteme."}
  - id: weather
    kind: not_ours
    title: {en: The weather}
    phrasings:
      en: ["will it rain tomorrow", "weather forecast for {state}", "how hot is it today"]
    answer: {en: "I know nothing about weather."}
""",
    "menus.yaml": """\
menus:
  - id: main
    title: {en: Menu, es: Menú}
    intro: {en: Pick a subject., es: Elija un tema.}
    menus: [roles]
    topics: [cost]
  - id: roles
    title: {en: Roles, es: Funciones}
    intro: {en: The roles., es: Las funciones.}
    kinds: [role]
    overview: role_length
  - {id: where, title: {en: Where}, intro: {en: Where it is.}}
  - {id: help, title: {en: Help}, intro: {en: Ask me.}}
  - {id: programs, title: {en: Programs}, intro: {en: There is one.}}
  - {id: eligibility, title: {en: Who may enter}, intro: {en: Ask me.}}
  - {id: about, title: {en: About me}, intro: {en: I am a bot.}}
  - {id: privacy, title: {en: Privacy}, intro: {en: I keep nothing.}}
""",
    "policy.yaml": """\
policy:
  answer_at: {value: 0.5, reason: test}
  offer_at: {value: 0.18, reason: test}
  ask_back_at: {value: 0.3, reason: test}
  clear_at: {value: 0.95, reason: test}
  offer_elsewhere_at: {value: 0.6, reason: test}
  chat_at: {value: 0.7, reason: test}
  follow_up_score: {value: 0.95, reason: test}
  unused_name: {value: 0.8, reason: test}
  missing_name: {value: 0.85, reason: test}
  language_at: {value: 0.9, reason: test}
  language_words: {value: 2, reason: test}
  exact_score: {value: 0.97, reason: test}
  carries_on: {value: 1.6, reason: test}
  same_subject: {value: 1.3, reason: test}
""",
}


@cache
def content() -> Content:
    """Return the small content."""
    return load(FILES)


@cache
def snapshot() -> Snapshot:
    """Return it compiled."""
    return Snapshot(content(), 1)
