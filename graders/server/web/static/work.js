"use strict";
// A unit's page: saves drafts while the student types, checks without leaving the page, and loses nothing typed.
(() => {
  const form = document.getElementById("work");
  const { follow, login, said, send } = window.deepgrade;
  const words = form.dataset;
  const url = form.getAttribute("action"); // form.action would be the button with that name
  const base = form.elements.base; // when the draft that this text is based on was saved
  const cells = [...form.querySelectorAll("textarea.code")];
  const write = new Map(); // cell → function that replaces its text
  const saved = document.getElementById("saved");
  const problem = document.getElementById("problem");
  const spare = `deepgrade ${words.user} ${location.pathname}`; // this window's copy of unsaved text
  let typed = 0, kept = 0, timer = 0, last = Promise.resolve();

  const dirty = () => typed !== kept;

  function tell(text) {
    if (saved.textContent !== text) saved.textContent = text;
  }

  function body(action) {
    const data = new URLSearchParams(new FormData(form));
    data.set("action", action);
    return data;
  }

  // --- drafts -------------------------------------------------------------------------------------------------------

  function remember() {
    const texts = Object.fromEntries(cells.map((one) => [one.name, one.value]));
    try {
      sessionStorage.setItem(spare, JSON.stringify({ base: base.value, texts }));
    } catch {} // storage is disabled
  }

  function changed() {
    typed += 1;
    remember();
    clearTimeout(timer);
    timer = setTimeout(keep, 1200);
  }

  // One request at a time, because each states the draft that it is based on.
  function post(action, more) {
    const turn = last.then(async () => {
      const now = typed;
      const data = await send(url, body(action), more);
      base.value = data.saved_at;
      kept = now;
      if (dirty()) remember();
      else sessionStorage.removeItem(spare);
      problem.hidden = true;
      tell(words.saved);
      return data;
    });
    last = turn.catch(() => {});
    return turn;
  }

  async function keep(more) {
    clearTimeout(timer);
    if (!dirty() || problem.dataset.kind === "elsewhere") return;
    tell(words.saving);
    await post("draft", more).catch(trouble);
  }

  function trouble(error) {
    const kind = { 409: "elsewhere", 401: "over" }[error.status] || (error.status ? "refused" : "lost");
    if (dirty()) tell(words.unsaved);
    problem.dataset.kind = kind;
    problem.dataset.at = error.data?.saved_at ?? "";
    problem.querySelector(".words").textContent = kind === "refused" ? error.message : words[kind];
    for (const one of problem.querySelectorAll("[data-for]")) one.hidden = one.dataset.for !== kind;
    problem.hidden = false;
    if (kind === "lost") timer = setTimeout(keep, 5000);
  }

  problem.addEventListener("click", (event) => {
    const choice = event.target.closest("button")?.dataset.choice;
    if (!choice) return;
    problem.dataset.kind = "";
    if (choice === "other") {
      sessionStorage.removeItem(spare);
      kept = typed;
      location.reload();
    } else {
      base.value = problem.dataset.at;
      typed += 1;
      keep();
    }
  });

  function restore() {
    let found = null;
    try {
      found = JSON.parse(sessionStorage.getItem(spare));
    } catch {} // not written by this page
    const lost = cells.filter((one) => typeof found?.texts?.[one.name] === "string" && found.texts[one.name] !== one.value);
    if (!lost.length) return sessionStorage.removeItem(spare);
    for (const one of lost) write.get(one)(found.texts[one.name]);
    base.value = found.base;
    typed += 1;
    keep();
  }

  // --- checks and submissions ---------------------------------------------------------------------------------------

  async function check(button) {
    const where = document.getElementById(button.dataset.into);
    where.dataset.of = button.value.slice("check:".length);
    where.setAttribute("aria-busy", "true");
    said(where, words.checking, "waiting");
    try {
      await follow((await post(button.value)).id, where);
    } catch (error) {
      where.replaceChildren();
      trouble(error);
    }
    where.removeAttribute("aria-busy");
  }

  async function submit() {
    try {
      location.assign(`/submissions/${(await post("submit")).id}`);
    } catch (error) {
      trouble(error);
    }
  }

  form.addEventListener("submit", async (event) => {
    const button = event.submitter;
    event.preventDefault();
    if (!button || button.value === "draft") return keep();
    if (button.getAttribute("aria-disabled")) return; // a double click
    button.setAttribute("aria-disabled", "true");
    await (button.value === "submit" ? submit() : check(button));
    button.removeAttribute("aria-disabled");
  });

  form.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
    if (event.key === "Enter") {
      for (const one of event.target.closest(".answer")?.querySelectorAll("button[data-into]") ?? []) one.click();
    } else if (event.key.toLowerCase() === "s") keep();
    else return;
    event.preventDefault();
  });

  form.addEventListener("graded", (event) => {
    const name = event.target.dataset.of, found = event.detail;
    document.getElementById("told").textContent = `${name}: ${found.dataset.said}`;
    const state = found.dataset.verdict === "pass" ? "checked" : "work";
    for (const line of document.querySelectorAll(`[data-state="${CSS.escape(name)}"]`)) {
      const dot = line.querySelector(".dot");
      if (dot.classList.contains("passed")) continue; // passed in a submission, which a check does not undo
      dot.className = `dot ${state}`;
      line.querySelector(".word").textContent = words[state];
    }
  });

  // --- page lifecycle -----------------------------------------------------------------------------------------------

  for (const area of cells) {
    const plainly = (text) => { area.value = text; };
    write.set(area, window.deepgradeEditor ? window.deepgradeEditor(area, changed) : plainly);
    area.addEventListener("input", changed);
  }
  restore();
  addEventListener("online", () => keep());
  addEventListener("focus", () => keep()); // the user may have logged in in another tab
  addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") keep({ keepalive: true }); });
  addEventListener("beforeunload", (event) => { if (dirty() && !problem.hidden) event.preventDefault(); });
  problem.querySelector("a").href = login();
  form.dataset.ready = "1";
})();
