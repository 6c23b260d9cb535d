/* The audit view: every number of the page by kind, grade and source, one after the other, beside
   the counts of the check that reads the finished pages. */
"use strict";
(() => {
  const make = window.thesisMake;
  const store = window.thesisReceipt;
  const say = window.say;
  const { open, hide, KINDS } = window.thesisAsk;
  const openers = [...document.querySelectorAll(".audit-switch")];
  let opener = openers[0];
  if (!opener) return;
  const ORIGINS = {
    receipt: (count) => say("{} by a receipt", count),
    exhibit: (count) => say("{} by the data of an exhibit", count),
    source: (count) => say("{} by a cited source", count),
    name: (count) => say("{} as a name in the data", count),
    allowed: (count) => say("{} by the list of years, dates and codes", count),
  };
  const bar = make("section", "audit-bar");
  bar.hidden = true;
  bar.setAttribute("aria-label", say("Audit view"));
  let numbers = [];
  let shown = [];
  let at = -1;

  /* Of the two drawings of a figure only one is shown; rows that are folded away are counted. */
  const visible = (element) => element.getClientRects().length > 0 || !element.closest("svg");

  const sourcesOf = (receipt) => (receipt.kind === "fact" ? [receipt.source] : receipt.behind || []);

  async function read() {
    const elements = [...document.querySelectorAll(".bd-article [data-receipt]")].filter(visible);
    await Promise.all([...new Set(elements.map((one) => one.dataset.receipt))].map(store.ready));
    numbers = elements.map((element) => {
      const receipt = store.answer(element.dataset.receipt);
      if (!receipt) return { element, kind: "none", grade: "", sources: [] };
      return { element, kind: receipt.kind, grade: receipt.weakest || "", sources: sourcesOf(receipt) };
    });
  }

  function counted(values, called) {
    const counts = new Map();
    values.flat().forEach((value) => counts.set(value, (counts.get(value) || 0) + 1));
    return [...counts].sort().map(([value, count]) => [value, `${called(value)} (${count})`]);
  }

  function choice(label, name, options) {
    const list = make("select", "audit-choice");
    list.name = name;
    const named = make("label", "", label);
    [["", say("All")], ...options].forEach(([value, words]) => {
      const option = make("option", "", words);
      option.value = value;
      list.append(option);
    });
    list.addEventListener("change", filter);
    named.append(" ", list);
    return named;
  }

  function button(words, action) {
    const made = make("button", "copy-button", words);
    made.type = "button";
    made.addEventListener("click", (event) => {
      event.stopPropagation();
      action();
    });
    return made;
  }

  const GRADES = {
    A: say("A, exchange or company paper"), B: say("B, press, research or abstract"),
    C: say("C, file that retells another"), D: say("D, own assumption or model"),
    "": say("no grade: words and counts"),
  };

  function filter() {
    const wanted = Object.fromEntries([...bar.querySelectorAll("select")].map((list) => [list.name, list.value]));
    shown = numbers.filter((one) => (!wanted.kind || one.kind === wanted.kind)
      && (!wanted.grade || (one.grade || "none") === wanted.grade)
      && (!wanted.source || one.sources.includes(wanted.source)));
    const chosen = new Set(shown);
    numbers.forEach((one) => one.element.classList.toggle("audit-out", !chosen.has(one)));
    at = -1;
    tell();
  }

  function tell() {
    const status = bar.querySelector(".audit-status");
    const many = shown.length === 1 ? say("{} number", 1) : say("{} numbers", shown.length);
    const place = at < 0 ? many : say("{} of {}", at + 1, many);
    status.textContent = shown.length ? place : say("No number is like that");
  }

  async function step(by) {
    if (!shown.length) return;
    at = (at + by + (at < 0 && by < 0 ? 1 : 0) + shown.length) % shown.length;
    const { element } = shown[at];
    window.thesisReveal(element);
    element.scrollIntoView({ block: "center", inline: "nearest" });
    tell();
    await open(element, true);
  }

  /* What the check of the finished pages counted here, and what it found without an origin. */
  function gate() {
    const counts = (window.AUDIT || {})[window.thesisPage()];
    if (!counts) return [];
    const total = Object.values(counts.bound).reduce((a, b) => a + b, 0) + counts.unbound.length;
    const parts = Object.keys(ORIGINS).filter((one) => counts.bound[one]);
    const words = make("p", "audit-counts");
    words.append(make("strong", "", say("{} numbers on this page", total.toLocaleString("en-US"))), say(": "));
    words.append(parts.map((one) => ORIGINS[one](counts.bound[one].toLocaleString("en-US"))).join(say(", ")), say("; "));
    words.append(make("strong", "", say("{} without", counts.unbound.length)), say("."));
    const listed = make("ul", "audit-unbound");
    counts.unbound.forEach(([token, sentence]) => {
      const item = make("li");
      item.append(make("strong", "", token), ` ${sentence}`);
      listed.append(item);
    });
    return counts.unbound.length ? [words, listed] : [words];
  }

  async function start() {
    openers.forEach((one) => one.setAttribute("aria-pressed", "true"));
    await Promise.all([window.thesisLoad("audit.js").catch(() => {}), read()]);
    const close = button(say("Close the view"), stop);
    bar.replaceChildren(
      ...gate(),
      choice(say("Kind"), "kind",
        counted(numbers.map((one) => one.kind), (kind) => KINDS[kind] || say("Without a receipt"))),
      choice(say("Grade"), "grade",
        counted(numbers.map((one) => one.grade || "none"), (grade) => GRADES[grade] || GRADES[""])),
      choice(say("Source"), "source", counted(numbers.map((one) => one.sources), (id) => {
        const source = store.source(id);
        return source ? `[${id}] ${source.publisher}` : id;
      })),
      button(say("Previous"), () => step(-1)), button(say("Next"), () => step(1)),
      make("span", "audit-status"), close,
    );
    bar.querySelector(".audit-status").setAttribute("role", "status");
    numbers.forEach((one) => (one.element.dataset.grade = one.grade || "none"));
    document.documentElement.classList.add("auditing");
    bar.hidden = false;
    filter();
    bar.querySelector("select").focus();
  }

  function stop() {
    hide(false);
    bar.hidden = true;
    openers.forEach((one) => one.setAttribute("aria-pressed", "false"));
    document.documentElement.classList.remove("auditing");
    numbers.forEach((one) => one.element.classList.remove("audit-out"));
    opener.focus();
  }

  document.body.append(bar);
  openers.forEach((one) => one.addEventListener("click", () => {
    opener = one;
    if (bar.hidden) start();
    else stop();
  }));
  bar.addEventListener("keydown", (event) => {
    if (event.key === "Escape") stop();
  });
})();
