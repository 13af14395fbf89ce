"""Updates of every kind the Bot API knows, whole and damaged."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import strategies as st

WHEN = 1_290_000_000
PERSON = {"id": 101, "is_bot": False, "first_name": "Ana", "language_code": "es"}
PRIVATE = {"id": 101, "type": "private", "first_name": "Ana"}
GROUP = {"id": -100200, "type": "supergroup", "title": "Nurses"}
CHANNEL = {"id": -100300, "type": "channel", "title": "News"}
MESSAGE = {"message_id": 5, "date": WHEN, "chat": PRIVATE, "from": PERSON}
POST = {"message_id": 6, "date": WHEN, "chat": CHANNEL, "sender_chat": CHANNEL}
FILE = {"file_id": "f", "file_unique_id": "u", "file_size": 9}
PICTURE = {**FILE, "width": 9, "height": 9}
MEMBER = {"status": "member", "user": PERSON}
LEFT = {"status": "left", "user": PERSON}
CHANGED = {
    "chat": GROUP,
    "from": PERSON,
    "date": WHEN,
    "old_chat_member": LEFT,
    "new_chat_member": MEMBER,
}
BOOST = {
    "boost_id": "b",
    "add_date": WHEN,
    "expiration_date": WHEN + 9,
    "source": {"source": "premium", "user": PERSON},
}
ADDRESS = {
    "country_code": "US",
    "state": "ND",
    "city": "Bismarck",
    "street_line1": "1 Main",
    "street_line2": "",
    "post_code": "58501",
}
THUMB = {"type": "emoji", "emoji": "👍"}
POLL = {
    "id": "p",
    "question": "Which role?",
    "options": [{"persistent_id": "1", "text": "trainer", "voter_count": 1}],
    "total_voter_count": 1,
    "is_closed": False,
    "is_anonymous": True,
    "type": "regular",
    "allows_multiple_answers": False,
    "allows_revoting": False,
    "members_only": False,
}

CONTENTS: dict[str, Any] = {
    "text": "how long is training?",
    "entities": [{"type": "bot_command", "offset": 0, "length": 6}],
    "caption": "my diploma",
    "photo": [PICTURE],
    "document": {**FILE, "file_name": "cv.pdf", "mime_type": "application/pdf"},
    "audio": {**FILE, "duration": 1},
    "voice": {**FILE, "duration": 1},
    "video": {**PICTURE, "duration": 1},
    "video_note": {**FILE, "length": 9, "duration": 1},
    "animation": {**PICTURE, "duration": 1},
    "sticker": {**PICTURE, "type": "regular", "is_animated": False, "is_video": False},
    "contact": {"phone_number": "+17015550100", "first_name": "Ana", "user_id": 101},
    "location": {"latitude": 46.8, "longitude": -100.8},
    "venue": {
        "location": {"latitude": 46.8, "longitude": -100.8},
        "title": "College",
        "address": "1 Main",
    },
    "dice": {"emoji": "🎲", "value": 6},
    "poll": POLL,
    "game": {"title": "g", "description": "d", "photo": [PICTURE]},
    "invoice": {
        "title": "t",
        "description": "d",
        "start_parameter": "s",
        "currency": "USD",
        "total_amount": 100,
    },
    "successful_payment": {
        "currency": "USD",
        "total_amount": 100,
        "invoice_payload": "x",
        "telegram_payment_charge_id": "c",
        "provider_payment_charge_id": "c",
    },
    "new_chat_members": [PERSON],
    "left_chat_member": PERSON,
    "new_chat_title": "title",
    "new_chat_photo": [PICTURE],
    "group_chat_created": True,
    "migrate_to_chat_id": -100900,
    "pinned_message": {**MESSAGE, "text": "pinned"},
    "reply_to_message": {**MESSAGE, "text": "before"},
    "via_bot": {**PERSON, "is_bot": True, "username": "x_bot"},
    "forward_origin": {"type": "user", "date": WHEN, "sender_user": PERSON},
    "web_app_data": {"data": "d", "button_text": "b"},
    "users_shared": {"request_id": 1, "users": [{"user_id": 101}]},
    "chat_shared": {"request_id": 1, "chat_id": -100200},
    "forum_topic_created": {"name": "n", "icon_color": 7322096},
    "video_chat_started": {},
    "message_auto_delete_timer_changed": {"message_auto_delete_time": 60},
    "paid_media": {"star_count": 1, "paid_media": [{"type": "preview"}]},
    "something_of_tomorrow": {"kind": "unknown"},
}

WHOLE: dict[str, dict[str, Any]] = {
    "message": {**MESSAGE, **CONTENTS},
    "edited_message": {**MESSAGE, "text": "how long?", "edit_date": WHEN + 1},
    "channel_post": {**POST, "text": "news"},
    "edited_channel_post": {**POST, "text": "news", "edit_date": WHEN + 1},
    "business_connection": {
        "id": "c",
        "user": PERSON,
        "user_chat_id": 101,
        "date": WHEN,
        "can_reply": True,
        "is_enabled": True,
        "rights": {"can_reply": True},
    },
    "business_message": {**MESSAGE, "text": "hi", "business_connection_id": "c"},
    "edited_business_message": {**MESSAGE, "text": "hi", "business_connection_id": "c"},
    "deleted_business_messages": {
        "business_connection_id": "c",
        "chat": PRIVATE,
        "message_ids": [1, 2],
    },
    "guest_message": {**MESSAGE, "text": "hi", "guest_query_id": "g"},
    "message_reaction": {
        "chat": PRIVATE,
        "message_id": 5,
        "user": PERSON,
        "date": WHEN,
        "old_reaction": [],
        "new_reaction": [THUMB],
    },
    "message_reaction_count": {
        "chat": CHANNEL,
        "message_id": 6,
        "date": WHEN,
        "reactions": [{"type": THUMB, "total_count": 3}],
    },
    "inline_query": {"id": "q", "from": PERSON, "query": "nurse", "offset": ""},
    "chosen_inline_result": {"result_id": "r", "from": PERSON, "query": "nurse"},
    "callback_query": {
        "id": "q",
        "from": PERSON,
        "chat_instance": "i",
        "data": "role:1",
        "message": {**MESSAGE, "text": "Which role?"},
    },
    "shipping_query": {
        "id": "q",
        "from": PERSON,
        "invoice_payload": "x",
        "shipping_address": ADDRESS,
    },
    "pre_checkout_query": {
        "id": "q",
        "from": PERSON,
        "currency": "USD",
        "total_amount": 100,
        "invoice_payload": "x",
        "order_info": {"name": "Ana", "shipping_address": ADDRESS},
    },
    "purchased_paid_media": {"from": PERSON, "paid_media_payload": "x"},
    "poll": POLL,
    "poll_answer": {
        "poll_id": "p",
        "user": PERSON,
        "option_ids": [0],
        "option_persistent_ids": ["1"],
    },
    "my_chat_member": CHANGED,
    "chat_member": CHANGED,
    "chat_join_request": {"chat": GROUP, "from": PERSON, "user_chat_id": 101, "date": WHEN},
    "chat_boost": {"chat": CHANNEL, "boost": BOOST},
    "removed_chat_boost": {
        "chat": CHANNEL,
        "boost_id": "b",
        "remove_date": WHEN,
        "source": {"source": "premium", "user": PERSON},
    },
    "managed_bot": {"user": PERSON, "bot": {**PERSON, "id": 9, "is_bot": True}},
    "kind_of_tomorrow": {"id": 1, "from": PERSON},
}

_SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**63), 2**63),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=30),
)
JUNK = st.recursive(
    _SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3)
    ),
    max_leaves=6,
)


@st.composite
def updates(draw: st.DrawFn) -> dict[str, Any]:
    """One update without its number: of any kind, with up to four wounds."""
    kind = draw(st.sampled_from(sorted(WHOLE)))
    payload = copy.deepcopy(WHOLE[kind])
    if kind == "message":
        kept = draw(st.sets(st.sampled_from(sorted(CONTENTS)), max_size=3))
        payload = {k: v for k, v in payload.items() if k not in CONTENTS or k in kept}
    for _ in range(draw(st.integers(0, 4))):
        _wound(draw, payload)
    if draw(st.integers(0, 19)) == 0:
        return {kind: draw(JUNK)}
    return {kind: payload}


def _wound(draw: st.DrawFn, payload: dict[str, Any]) -> None:
    """Take a part away, or put nonsense in its place, at any depth."""
    part: dict[str, Any] = payload
    while part:
        key = draw(st.sampled_from(sorted(part)))
        if isinstance(part[key], dict) and draw(st.booleans()):
            part = part[key]
            continue
        if draw(st.booleans()):
            del part[key]
        else:
            part[key] = draw(JUNK)
        return
