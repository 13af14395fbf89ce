"use strict";
// The sandbox's chat page: shows one person's chat and lets them act. Plain DOM, nothing from outside.

const $ = (id) => document.getElementById(id);
const state = { room: null, person: null, chats: new Map() };
const PLACES = [["Cleveland, Ohio", 41.4993, -81.6944], ["Austin, Texas", 30.2672, -97.7431],
  ["Anchorage, Alaska", 61.2181, -149.9003], ["San Juan, Puerto Rico", 18.4655, -66.1057]];

function el(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value !== false && value != null) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child != null));
  return made;
}

async function act(action, given) {
  const answer = await fetch(`/control/${action}`, {
    method: "POST", headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ person: state.person, ...given }),
  });
  const body = await answer.json();
  if (!answer.ok) toast(body.error);
  return body.result;
}

const TAGS = { bold: "b", italic: "i", underline: "u", strikethrough: "s", code: "code", pre: "pre",
  blockquote: "blockquote", expandable_blockquote: "blockquote", spoiler: "span" };

// Text with entities as nodes: text is never read as HTML.
function rich(text, entities = []) {
  const build = (from, to, inside) => {
    const nodes = [];
    let at = from;
    for (let i = 0; i < inside.length; i++) {
      const entity = inside[i];
      if (entity.offset < at) continue;
      nodes.push(text.slice(at, entity.offset));
      const end = entity.offset + entity.length;
      const inner = inside.filter((other, j) => j > i && other.offset >= entity.offset && other.offset + other.length <= end);
      nodes.push(wrap(entity, build(entity.offset, end, inner), text.slice(entity.offset, end)));
      at = end;
    }
    nodes.push(text.slice(at, to));
    return nodes;
  };
  return build(0, text.length, entities);
}

function wrap(entity, nodes, plain) {
  if (entity.type === "text_link" || entity.type === "url") {
    const url = entity.url || plain;
    return /^https?:/.test(url) ? el("a", { href: url, rel: "noreferrer", target: "_blank" }, ...nodes) : el("span", {}, ...nodes);
  }
  if (entity.type === "bot_command") {
    return el("a", { href: "#", onclick: (event) => { event.preventDefault(); say(plain); } }, ...nodes);
  }
  return el(TAGS[entity.type] || "span", {}, ...nodes);
}

function bubble(message) {
  const mine = !message.from.is_bot;
  const inside = [];
  if (message.reply_to_message) {
    const quoted = message.reply_to_message;
    inside.push(el("div", { class: "quote" }, (quoted.text || quoted.caption || "a message").slice(0, 120)));
  }
  if (message.photo) {
    const id = message.photo[message.photo.length - 1].file_id;
    inside.push(el("img", { src: `/api/files/${id}`, alt: message.caption || "picture" }));
  }
  if (message.document) {
    inside.push(el("a", { href: `/api/files/${message.document.file_id}`, download: message.document.file_name }, `File: ${message.document.file_name}`), "\n");
  }
  if (message.location) inside.push(`Location: ${message.location.latitude}, ${message.location.longitude}`);
  inside.push(...rich(message.text || message.caption || "", message.entities || message.caption_entities));
  return [mine, el("div", { class: "bubble" }, ...inside)];
}

function keyboard(message) {
  const rows = message.reply_markup && message.reply_markup.inline_keyboard;
  if (!rows) return null;
  return el("div", { class: "keyboard" }, ...rows.map((row) => el("div", {}, ...row.map((button) => {
    if (button.url) return el("a", { href: button.url, rel: "noreferrer", target: "_blank" }, button.text);
    if (button.switch_inline_query != null) {
      return el("button", { type: "button", onclick: () => { $("text").value = `@${state.room.bot.username} ${button.switch_inline_query}`; $("text").focus(); } }, button.text);
    }
    return el("button", { type: "button", onclick: () => act("press", { message_id: message.message_id, data: button.callback_data }) }, button.text);
  }))));
}

function reactions(message) {
  if (!message.from.is_bot) {
    return el("button", { type: "button", onclick: () => editOwn(message) }, "Edit");
  }
  const reply = el("button", { type: "button", onclick: () => replyTo(message) }, "Reply");
  return el("span", {}, reply, ...[["👍", "Helpful"], ["👎", "Not helpful"]].map(([emoji, words]) => {
    const on = message.reaction_of_person === emoji;
    return el("button", { type: "button", "aria-pressed": String(on), "aria-label": `React: ${words.toLowerCase()}`,
      onclick: () => act("react", { message_id: message.message_id, emoji: on ? "" : emoji }) }, words);
  }));
}

function row(message) {
  const [mine, content] = bubble(message);
  const time = new Date(message.date * 1000).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  return el("li", { class: mine ? "message mine" : "message", "data-id": message.message_id },
    el("span", { class: "hidden" }, mine ? "You: " : "Guide: "), content, keyboard(message),
    el("div", { class: "meta" }, message.edit_date ? `${time}, edited` : time, reactions(message)));
}

function show(message) {
  const known = $("messages").querySelector(`[data-id="${message.message_id}"]`);
  const made = row(message);
  if (known) {
    const focused = known.contains(document.activeElement);
    known.replaceWith(made);
    if (focused) (made.querySelector(".keyboard button") || $("text")).focus();
  } else $("messages").append(made);
  if (message.from.is_bot) $("typing").hidden = true;
  if (!known && message.reply_markup?.force_reply) replyTo(message);
  $("intro").hidden = true;
  made.scrollIntoView({ block: known ? "nearest" : "end" });
}

function open(person) {
  state.person = person;
  const chosen = state.room.people.find((one) => one.id === person);
  $("person-note").textContent = `Telegram id ${chosen.id}`;
  document.documentElement.lang = chosen.language;
  $("messages").replaceChildren();
  const messages = state.chats.get(person) || new Map();
  replyTo(null);
  $("intro").hidden = messages.size > 0;
  $("description").textContent = state.room.descriptions[chosen.language] || state.room.descriptions[""] || "";
  for (const message of messages.values()) show(message);
  const last = [...messages.values()].pop();
  if (!last?.reply_markup?.force_reply) replyTo(null); // an old prompt was answered or passed by
  const url = new URL(location.href);
  url.searchParams.set("as", person);
  history.replaceState(null, "", url);
  panel(null);
}

function keep(chat, message) {
  if (!state.chats.has(chat)) state.chats.set(chat, new Map());
  state.chats.get(chat).set(message.message_id, message);
}

function on(event) {
  if (event.kind === "message") {
    keep(event.chat, event.message);
    if (event.chat === state.person) show(event.message);
  } else if (event.kind === "deleted") {
    (state.chats.get(event.chat) || new Map()).delete(event.message_id);
    if (event.chat === state.person) $("messages").querySelector(`[data-id="${event.message_id}"]`)?.remove();
    if (event.chat === state.person && replying?.message_id === event.message_id) replyTo(null);
  } else if (event.kind === "callback" && event.text) toast(event.text);
  else if (event.kind === "action" && event.chat === state.person) {
    $("typing").hidden = false;
    setTimeout(() => { $("typing").hidden = true; }, 5000);
  } else if (event.kind === "inline") cards(event.results);
  else if (event.kind === "commands") refresh();
}

let toastTimer;
function toast(text) {
  $("toast").textContent = text;
  $("toast").hidden = false;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => { $("toast").hidden = true; }, 6000);
}

// As Telegram's apps do: a message that asks for a reply opens the reply, any other can be replied to.
let replying = null;
function replyTo(message) {
  replying = message;
  if (message) editing = null;
  $("replying").hidden = !message;
  $("replying-to").textContent = message ? (message.text || message.caption || "a message").slice(0, 120) : "";
  if (message) $("text").focus();
}

let editing = null;
function editOwn(message) {
  replyTo(null);
  editing = message.message_id;
  $("text").value = message.text || "";
  $("text").focus();
}

function say(text) {
  const inline = state.room.bot && text.match(new RegExp(`^@${state.room.bot.username}\\s+(.*)$`, "s"));
  if (inline) return act("inline", { query: inline[1] });
  if (editing) {
    const number = editing;
    editing = null;
    return act("edit", { message_id: number, text });
  }
  const number = replying?.message_id;
  replyTo(null);
  return act("say", { text, reply_to: number });
}

// -- the panel: commands, attachments, inline cards
function panel(name, ...children) {
  $("panel").hidden = !name;
  $("panel").dataset.name = name || "";
  $("panel-body").replaceChildren(...children);
  $("menu").setAttribute("aria-expanded", String(name === "menu"));
  $("more").setAttribute("aria-expanded", String(name === "more"));
}

function toggle(name, build) {
  if ($("panel").dataset.name === name) return panel(null);
  panel(name, ...build());
  $("panel-body").querySelector("button, input, select")?.focus();
}

function commands() {
  const table = state.room.commands[state.person] || [];
  if (!table.length) return ["The bot has not told its commands yet."];
  return table.map((command) => el("button", { type: "button", class: "command", onclick: () => { panel(null); say(`/${command.command}`); } },
    el("b", {}, `/${command.command}`), command.description));
}

function attachments() {
  const latitude = el("input", { type: "number", step: "any", "aria-label": "Latitude", value: PLACES[0][1] });
  const longitude = el("input", { type: "number", step: "any", "aria-label": "Longitude", value: PLACES[0][2] });
  const place = el("select", { "aria-label": "Place", onchange: (event) => {
    [, latitude.value, longitude.value] = PLACES[event.target.value];
  } }, ...PLACES.map(([name], index) => el("option", { value: index }, name)));
  const file = el("input", { type: "file", "aria-label": "File" });
  return [
    el("h2", {}, "Share a location"),
    el("form", { onsubmit: (event) => { event.preventDefault(); panel(null); act("location", { latitude: latitude.value, longitude: longitude.value }); } },
      place, latitude, longitude, el("button", { class: "go", type: "submit" }, "Send location")),
    el("h2", {}, "Send a file"),
    el("form", { onsubmit: async (event) => { event.preventDefault(); if (file.files[0]) { await upload(file.files[0]); panel(null); } } },
      file, el("button", { class: "go", type: "submit" }, "Send file")),
    el("h2", {}, "Try inline mode"),
    el("button", { type: "button", onclick: () => { panel(null); $("text").value = `@${state.room.bot?.username || "bot"} `; $("text").focus(); } }, "Write to the bot as if in another chat"),
  ];
}

async function upload(file) {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  const as = file.type.startsWith("image/") ? "photo" : "document";
  await act("document", { name: file.name, content: btoa(binary), as });
}

function cards(results) {
  panel("inline", el("h2", {}, results.length ? "Cards to send" : "No cards"), ...results.map((card) =>
    el("button", { type: "button", class: "command", onclick: () => { panel(null); toast("The card would be sent to the other chat."); } },
      el("b", {}, card.title || ""), card.description || card.message.text.slice(0, 100))));
}

async function refresh() {
  const answer = await fetch("/api/room");
  state.room = await answer.json();
  if (state.room.bot) $("bot-name").textContent = state.room.bot.name;
  for (const [chat, messages] of Object.entries(state.room.chats)) {
    for (const message of messages) keep(Number(chat), message);
  }
}

function listen() {
  const source = new EventSource(`/api/events?from=${state.room.events}`);
  source.onmessage = (event) => on(JSON.parse(event.data));
  source.onopen = () => { $("status").textContent = "local sandbox"; };
  source.onerror = () => { $("status").textContent = "connection lost, trying again"; };
}

async function begin() {
  await refresh();
  const query = new URLSearchParams(location.search);
  $("person").append(...state.room.people.map((one) => el("option", { value: one.id }, `${one.name} (${one.note})`)));
  const wanted = Number(query.get("as"));
  const first = state.room.people.some((one) => one.id === wanted) ? wanted : state.room.people[0].id;
  $("person").value = first;
  open(first);
  listen();
  if (query.get("start")) say(`/start ${query.get("start")}`);
}

$("person").addEventListener("change", (event) => open(Number(event.target.value)));
$("start").addEventListener("click", () => say("/start"));
$("no-reply").addEventListener("click", () => { replyTo(null); $("text").focus(); });
$("menu").addEventListener("click", () => toggle("menu", commands));
$("more").addEventListener("click", () => toggle("more", attachments));
$("composer").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = $("text").value.trim();
  if (!text || !state.room) return;
  $("text").value = "";
  say(text);
});
$("text").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey) { event.preventDefault(); $("composer").requestSubmit(); }
});
document.addEventListener("keydown", (event) => { if (event.key === "Escape") panel(null); });
begin();
