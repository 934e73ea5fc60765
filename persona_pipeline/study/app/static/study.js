// Comforts for raters. Every page works without this file: forms are plain forms.
"use strict";
document.documentElement.classList.add("scripted");

const remembered = {
  get(name) { try { return localStorage.getItem(name); } catch { return null; } },
  set(name, value) { try { localStorage.setItem(name, value); } catch { /* private windows may forbid it */ } },
};

// keys can be turned off: speech input and screen readers use letters of their own
const shortcuts = document.querySelector("[data-shortcuts]");
if (shortcuts) {
  shortcuts.checked = remembered.get("shortcuts") !== "off";
  shortcuts.addEventListener("change", () => remembered.set("shortcuts", shortcuts.checked ? "on" : "off"));
}

// on a phone the description would hide every question after the first one
const person = document.querySelector("[data-person]");
if (person && matchMedia("(max-width: 59.9rem)").matches) {
  const known = remembered.get("person");
  if (known) person.open = known === "open";
  person.addEventListener("toggle", () => remembered.set("person", person.open ? "open" : "closed"));
}

document.querySelector("[data-focus]")?.focus();

const form = document.querySelector("[data-item]");
if (form) item(form);

function item(form) {
  const reason = form.elements.reason;
  const saved = form.querySelector("[data-saved]");
  const count = form.querySelector("[data-count]");
  const activeBefore = Number(form.elements.active_s.dataset.active) || 0;
  let visibleSince = document.hidden ? null : performance.now();
  let visibleMs = 0, timer = null, sent = false, stored = state();

  function state() { return (form.elements.choice.value || "") + "\n" + reason.value; }

  function activeSeconds() {
    const open = visibleSince === null ? 0 : performance.now() - visibleSince;
    return (activeBefore + (visibleMs + open) / 1000).toFixed(1);
  }

  function body() {
    form.elements.active_s.value = activeSeconds();
    return new URLSearchParams(new FormData(form));
  }

  function showCount() {
    const missing = Number(count.dataset.least) - reason.value.trim().length;
    count.textContent = missing > 0 ? `${missing} more characters` : "Long enough";
  }

  async function save() {
    clearTimeout(timer);
    timer = null;
    if (sent || state() === stored) return;
    const saving = state();
    try {
      const answer = await fetch(form.dataset.draft, { method: "POST", body: body(), keepalive: true });
      if (answer.ok) stored = saving;
      saved.textContent = answer.ok ? "Draft saved" : "Not saved; it is sent with the answer";
    } catch {
      saved.textContent = "No connection; not saved yet";
      timer = setTimeout(save, 5000);
    }
  }

  function changed() {
    saved.textContent = "";
    showCount();
    clearTimeout(timer);
    timer = setTimeout(save, 700);
  }

  form.addEventListener("input", changed);
  form.addEventListener("submit", (event) => {
    if (sent) { event.preventDefault(); return; }
    sent = true;
    clearTimeout(timer);
    form.elements.active_s.value = activeSeconds();
    form.querySelector("[type=submit]").setAttribute("aria-disabled", "true");
  });
  addEventListener("pageshow", () => {
    sent = false;
    form.querySelector("[type=submit]").removeAttribute("aria-disabled");
  });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) {
      if (visibleSince !== null) visibleMs += performance.now() - visibleSince;
      visibleSince = null;
      if (!sent && state() !== stored) navigator.sendBeacon(form.dataset.draft, body());
    } else visibleSince = performance.now();
  });

  for (const text of form.querySelectorAll("[data-picks]")) {
    text.addEventListener("click", () => {
      if (String(getSelection())) return;  // somebody marks text
      const radio = document.getElementById(text.dataset.picks);
      if (!radio.checked) { radio.checked = true; changed(); }
    });
  }

  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
    if (shortcuts && !shortcuts.checked) return;
    const typing = event.target === reason;
    const inControl = event.target.closest("a, button, summary, input[type=checkbox]");
    if (event.key === "Enter" && !event.shiftKey && !inControl && matchMedia("(pointer: fine)").matches) {
      event.preventDefault();
      form.requestSubmit();
    }
    if (typing) return;
    const side = { 1: "A", a: "A", 2: "B", b: "B" }[event.key.toLowerCase()];
    if (!side || event.shiftKey) return;
    event.preventDefault();
    form.elements.choice.value = side;
    changed();
  });

  showCount();
}
