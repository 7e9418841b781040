"use strict";
// What every page adds to plain forms: local times, formulas, and results that update live.
window.deepgrade = (() => {
  const main = document.getElementById("main");
  const { over, logIn } = document.body.dataset; // message and login label for users whose session has ended
  const ask = { "X-Deepgrade": "fragment" };
  const waiting = new Map(); // public id → element for its findings

  function refine(root) {
    for (const time of root.querySelectorAll("time[data-at]")) {
      const at = new Date(1000 * Number(time.dataset.at));
      time.dateTime = at.toISOString();
      time.textContent = at.toLocaleString(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });
    }
    if (window.deepgradeMath) for (const one of root.querySelectorAll(".math:not(.drawn)")) window.deepgradeMath(one);
    reach(root);
  }

  // Make scrollable elements reachable by keyboard.
  function reach(root) {
    for (const one of root.querySelectorAll("pre, .math-block, .prose table, .prose p:has(> .figure), .scroll")) {
      if (one.scrollWidth > one.clientWidth + 1) one.tabIndex = 0;
      else if (one.tabIndex === 0) one.removeAttribute("tabindex");
    }
  }

  async function send(url, body, more) {
    const given = { method: "POST", body, headers: ask, credentials: "same-origin" };
    const answer = await fetch(url, { ...given, signal: AbortSignal.timeout(20000), ...more });
    const data = await answer.json().catch(() => ({}));
    if (!answer.ok) throw Object.assign(new Error(data.error || ""), { status: answer.status, data });
    return data;
  }

  function said(where, text, look, link) {
    const line = document.createElement("p");
    line.className = look;
    line.textContent = text;
    if (look === "alert") line.setAttribute("role", "alert");
    if (link) {
      const to = document.createElement("a");
      to.href = link;
      to.textContent = logIn;
      line.append(" ", to);
    }
    where.replaceChildren(line);
  }

  const login = () => `/login?next=${encodeURIComponent(location.pathname)}`;

  async function fragment(url) {
    const answer = await fetch(url, { headers: ask, credentials: "same-origin" }).catch(() => null);
    if (!answer || !answer.ok) return { status: answer ? answer.status : 0 }; // retried at the next change or poll
    return { status: 200, body: new DOMParser().parseFromString(await answer.text(), "text/html").body };
  }

  async function show(id) {
    const where = waiting.get(id);
    if (!where) return;
    const { status, body } = await fragment(`/submissions/${id}`);
    if (!waiting.has(id)) return;
    if (status === 401) said(where, over, "alert", login());
    const found = body && body.querySelector(".findings");
    if (!found) return;
    const ended = !["queued", "leased"].includes(found.dataset.state);
    if (ended || where.textContent.trim() !== found.textContent.trim()) where.replaceChildren(document.adoptNode(found));
    refine(where);
    if (!ended) return;
    waiting.delete(id);
    where.dispatchEvent(new CustomEvent("graded", { bubbles: true, detail: found }));
  }

  function follow(id, where) {
    for (const [other, place] of waiting) if (place === where) waiting.delete(other);
    waiting.set(id, where);
    return show(id);
  }

  async function renew() {
    const { status, body } = await fragment(main.dataset.refresh);
    if (status === 401) location.assign(login());
    if (!body) return;
    const place = document.getElementById("class");
    const at = document.activeElement, held = place.contains(at) && at.href;
    const across = place.querySelector(".scroll")?.scrollLeft;
    place.replaceChildren(...body.childNodes);
    refine(place);
    if (across) place.querySelector(".scroll").scrollLeft = across;
    if (held) [...place.querySelectorAll("a")].find((one) => one.href === held)?.focus(); // restore keyboard focus
  }

  function listen() {
    const feed = new EventSource(main.dataset.live);
    let soon = 0;
    feed.addEventListener("change", (event) => {
      show(JSON.parse(event.data).id);
      if (main.dataset.refresh && !soon) soon = setTimeout(() => { soon = 0; renew(); }, 1000);
    });
    addEventListener("pagehide", () => feed.close());
    setInterval(() => { for (const id of waiting.keys()) show(id); }, 4000); // poll, in case events are blocked
  }

  // Copy buttons for links and tokens that are shown once.
  function copied(button) {
    button.hidden = false;
    button.setAttribute("aria-live", "polite");
    button.addEventListener("click", async () => {
      const field = document.getElementById(button.dataset.copy);
      field.select();
      try {
        await navigator.clipboard.writeText(field.value);
      } catch {
        if (!document.execCommand("copy")) return; // plain HTTP has no clipboard API; the text stays selected
      }
      button.textContent = button.dataset.copied;
    });
  }

  // Load slow parts after the page; if that fails, their link remains.
  async function load(where) {
    where.setAttribute("aria-busy", "true");
    const { body } = await fragment(where.dataset.load);
    where.removeAttribute("aria-busy");
    if (!body) return;
    where.replaceChildren(...body.childNodes);
    refine(where);
  }

  for (const button of document.querySelectorAll("button[data-copy]")) copied(button);
  for (const where of document.querySelectorAll("[data-load]")) {
    const fold = where.closest("details");
    if (!fold || fold.open) load(where);
    else fold.addEventListener("toggle", () => load(where), { once: true });
  }
  document.querySelector(".tabs [aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
  refine(document);
  addEventListener("resize", () => reach(document));
  addEventListener("load", () => reach(document)); // figures and fonts now have their final size
  if (main.dataset.open) {
    main.addEventListener("graded", () => location.reload());
    follow(main.dataset.work, document.getElementById("findings"));
  }
  if (main.dataset.live) listen();
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); }); // restored by the back button
  return { follow, login, refine, said, send };
})();
