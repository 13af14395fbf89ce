// Keyboard shortcuts; every page reads and decides without this file.
"use strict";
document.addEventListener("keydown", (event) => {
  const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName);
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  const items = [...document.querySelectorAll("a.item")];
  const at = items.indexOf(document.activeElement);
  if (event.key === "j") items[Math.min(at + 1, items.length - 1)]?.focus();
  else if (event.key === "k") items[Math.max(at - 1, 0)]?.focus();
  else if (event.key === "/") document.getElementById("search")?.focus();
  else return;
  event.preventDefault();
});
