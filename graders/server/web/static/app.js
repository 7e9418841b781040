"use strict";
// What a page does beyond plain forms: drafts are kept, a check stays on the page, results arrive by themselves.
(() => {
  const bundle = window.deepgradeBundle;
  const main = document.getElementById("main");
  const form = document.getElementById("work");
  const ask = { "X-Deepgrade": "fragment" };
  const waiting = new Map(); // public id → where its findings go

  function refine(root) {
    for (const time of root.querySelectorAll("time[data-at]")) {
      const at = new Date(1000 * Number(time.dataset.at));
      time.dateTime = at.toISOString();
      time.textContent = at.toLocaleString(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });
    }
    if (bundle) for (const one of root.querySelectorAll(".math:not(.drawn)")) bundle.math(one);
  }

  async function send(url, body) {
    const answer = await fetch(url, { method: "POST", body, headers: ask, credentials: "same-origin" });
    const data = await answer.json();
    if (!answer.ok) throw new Error(data.error);
    return data;
  }

  function said(where, text, look) {
    const line = document.createElement("p");
    line.className = look;
    line.textContent = text;
    where.replaceChildren(line);
  }

  async function show(id) {
    const where = waiting.get(id);
    if (!where) return;
    let answer;
    try {
      answer = await fetch(`/work/${id}`, { headers: ask, credentials: "same-origin" });
    } catch {
      return; // the next change, or the next look, comes
    }
    if (!answer.ok) return;
    const parsed = new DOMParser().parseFromString(await answer.text(), "text/html");
    const found = parsed.querySelector(".findings");
    if (!found || !waiting.has(id)) return;
    where.replaceChildren(document.adoptNode(found));
    refine(where);
    if (["queued", "leased"].includes(found.dataset.state)) return;
    waiting.delete(id);
    where.dispatchEvent(new CustomEvent("graded", { bubbles: true }));
  }

  document.querySelector(".tabs [aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" });

  // --- links and tokens that are shown once ---------------------------------------------------------------------------

  for (const button of document.querySelectorAll("button[data-copy]")) {
    button.hidden = false;
    button.setAttribute("aria-live", "polite");
    button.addEventListener("click", async () => {
      const field = document.getElementById(button.dataset.copy);
      field.select();
      try {
        await navigator.clipboard.writeText(field.value);
      } catch {
        if (!document.execCommand("copy")) return; // plain HTTP has no clipboard; the text is selected
      }
      button.textContent = button.dataset.copied;
    });
  }

  // --- the editor ---------------------------------------------------------------------------------------------------

  if (form) {
    const saved = document.getElementById("saved");
    const url = form.getAttribute("action"); // form.action is the button of that name
    let dirty = false, timer = 0;
    const body = (action) => {
      const data = new URLSearchParams(new FormData(form));
      data.set("action", action);
      return data;
    };
    const keep = async () => {
      clearTimeout(timer);
      if (!dirty) return;
      dirty = false;
      saved.textContent = form.dataset.saving;
      try {
        await send(url, body("draft"));
        saved.textContent = form.dataset.saved;
      } catch {
        dirty = true;
        saved.textContent = form.dataset.unsaved;
        timer = setTimeout(keep, 5000);
      }
    };
    const changed = () => {
      dirty = true;
      clearTimeout(timer);
      timer = setTimeout(keep, 1200);
    };
    form.addEventListener("input", changed);
    if (bundle) for (const area of form.querySelectorAll("textarea.code")) bundle.editor(area, changed);
    addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden" && dirty) {
        dirty = false;
        fetch(url, { method: "POST", body: body("draft"), headers: ask, keepalive: true }).catch(() => (dirty = true));
      }
    });
    form.addEventListener("graded", (event) => {
      const line = form.querySelector(`.state[data-state="${CSS.escape(event.target.dataset.of)}"]`);
      const found = event.target.querySelector(".findings");
      if (!line || line.querySelector(".passed")) return; // in a submission; a check does not undo it
      const state = found.dataset.verdict === "pass" ? "checked" : "work";
      line.querySelector(".dot").className = `dot ${state}`;
      line.querySelector(".word").textContent = form.dataset[state];
    });
    form.addEventListener("submit", async (event) => {
      const button = event.submitter;
      if (!button || !button.value.startsWith("check:")) {
        dirty = false;
        return; // a plain form: the next page is the receipt
      }
      event.preventDefault();
      const where = document.getElementById(button.dataset.into);
      button.disabled = true;
      said(where, form.dataset.checking, "waiting");
      where.setAttribute("aria-busy", "true");
      try {
        const receipt = await send(url, body(button.value));
        dirty = false;
        saved.textContent = form.dataset.saved;
        for (const [id, place] of waiting) if (place === where) waiting.delete(id);
        waiting.set(receipt.id, where);
        where.dataset.of = button.value.slice("check:".length);
        await show(receipt.id);
      } catch (error) {
        said(where, error instanceof TypeError ? form.dataset.lost : error.message, "alert");
      } finally {
        button.disabled = false;
        where.removeAttribute("aria-busy");
      }
    });
  }

  // --- what comes after the page ------------------------------------------------------------------------------------

  async function load(where) {
    where.setAttribute("aria-busy", "true");
    const answer = await fetch(where.dataset.load, { headers: ask, credentials: "same-origin" }).catch(() => null);
    where.removeAttribute("aria-busy");
    if (!answer || !answer.ok) return; // the link is still there
    const parsed = new DOMParser().parseFromString(await answer.text(), "text/html");
    where.replaceChildren(...parsed.body.childNodes);
  }
  for (const where of document.querySelectorAll("[data-load]")) {
    const fold = where.closest("details");
    if (!fold || fold.open) load(where);
    else fold.addEventListener("toggle", () => load(where), { once: true });
  }

  // --- what changes -------------------------------------------------------------------------------------------------

  refine(document);
  if (main.dataset.open) {
    waiting.set(main.dataset.work, document.getElementById("findings"));
    main.addEventListener("graded", () => location.reload());
    show(main.dataset.work);
  }
  if (main.dataset.live) {
    const feed = new EventSource(main.dataset.live);
    let soon = 0;
    feed.addEventListener("change", (event) => {
      show(JSON.parse(event.data).id);
      if (main.dataset.refresh && !soon) soon = setTimeout(() => { soon = 0; renew(); }, 1000);
    });
    addEventListener("pagehide", () => feed.close());
    setInterval(() => { for (const id of waiting.keys()) show(id); }, 4000); // where events do not come through
  }
  async function renew() {
    const answer = await fetch(main.dataset.refresh, { headers: ask, credentials: "same-origin" }).catch(() => null);
    if (!answer || !answer.ok) return;
    const parsed = new DOMParser().parseFromString(await answer.text(), "text/html");
    const place = document.getElementById("class");
    place.replaceChildren(...parsed.body.childNodes);
    refine(place);
  }
})();
