// Keeps a page up to date while somebody looks at it: asks for the same page again, and puts the parts that changed
// in place of the old ones. Without it everything works, by the link "Reload".
//
// Parts are the children of <main> that have an id, and the navigation. A part in which somebody is (focus, selected
// text) stays as it is until they leave it. An answer is parsed as a document that runs nothing; no text becomes
// markup here.
"use strict";
(() => {
  const EVERY = 4000;
  const PATIENCE = 10000;
  const button = document.getElementById("live");
  const main = document.getElementById("main");
  if (!button || !main) return;

  let timer = 0;
  let asking = null;
  let on = remembered() !== "off";

  function remembered() {
    try { return localStorage.getItem("live"); } catch { return null; }
  }
  function remember(value) {
    try { localStorage.setItem("live", value); } catch { /* Then it is on again next time. */ }
  }

  function say(state, words) {
    if (button.dataset.state !== state) button.dataset.state = state;
    if (button.title !== words) button.title = words;
    button.setAttribute("aria-pressed", String(on));
  }

  // Somebody reads or writes here.
  function isUsed(part) {
    if (part.contains(document.activeElement)) return true;
    const selection = getSelection();
    return Boolean(selection && !selection.isCollapsed && selection.containsNode(part, true));
  }

  // What was opened stays open: by id; where an open one has none, the part stays.
  function keepsOpen(old, fresh) {
    for (const open of old.querySelectorAll("details[open]")) {
      const same = open.id && fresh.querySelector("#" + CSS.escape(open.id));
      if (!same) return false;
      same.open = true;
    }
    return true;
  }

  // The part that is to be shown: the old one where it is the same, or must not go now.
  function chosen(old, fresh) {
    if (!old) return document.importNode(fresh, true);
    if (isUsed(old) || !keepsOpen(old, fresh) || old.isEqualNode(fresh)) return old;
    return document.importNode(fresh, true);
  }

  function update(next) {
    const freshMain = next.getElementById("main");
    if (!freshMain) return false;
    const fresh = [...freshMain.children].filter((part) => part.id);
    const old = new Map([...main.children].filter((part) => part.id).map((part) => [part.id, part]));
    // Parts behind something without an id (a heading) come behind it.
    let before = [...main.children].find((part) => part.id) ?? null;
    for (const part of fresh) {
      const known = old.get(part.id);
      const shown = chosen(known, part);
      old.delete(part.id);
      if (shown === before) {
        before = before.nextElementSibling;
      } else if (known && shown !== known) {
        if (known === before) before = known.nextElementSibling;
        known.replaceWith(shown);
        if (shown.nextElementSibling !== before) main.insertBefore(shown, before);
      } else {
        main.insertBefore(shown, before);
      }
    }
    for (const gone of old.values()) if (!isUsed(gone)) gone.remove();
    const nav = document.getElementById("nav");
    const freshNav = next.getElementById("nav");
    if (nav && freshNav) nav.replaceWith(chosen(nav, freshNav));
    if (document.title !== next.title) document.title = next.title;
    return true;
  }

  function ask() {
    timer = 0;
    if (!on || document.hidden || asking) return;
    const request = new XMLHttpRequest();
    asking = request;
    request.open("GET", location.href);
    // As a browser asks for a page: without a session it is led to the login.
    request.setRequestHeader("Accept", "text/html");
    // Nobody need be there: a session is not kept open by it.
    request.setRequestHeader("X-Countersign-Live", "1");
    request.responseType = "document";
    request.timeout = PATIENCE;
    request.onloadend = () => {
      asking = null;
      if (!on) return;
      // A page that says what is wrong is an answer too.
      const page = request.response?.getElementById("main") && request.response;
      const moved = page && new URL(request.responseURL).pathname !== location.pathname;
      if (moved) return location.reload();
      if (page && update(page)) say("on", "Up to date. Press to stop.");
      else say("lost", "Countersign does not answer: what you see may be old.");
      later();
    };
    request.send();
  }

  function later() {
    if (on && !timer && !document.hidden) timer = setTimeout(ask, EVERY);
  }

  function turn(to) {
    on = to;
    clearTimeout(timer);
    timer = 0;
    if (asking) asking.abort();
    say(on ? "on" : "off", on ? "Up to date. Press to stop." : "Stopped. Press to go on.");
    later();
  }

  button.addEventListener("click", () => {
    remember(on ? "off" : "on");
    turn(!on);
    if (on) ask();
  });
  document.addEventListener("visibilitychange", () => {
    clearTimeout(timer);
    timer = 0;
    if (!document.hidden) ask();
  });
  turn(on);
})();
