/* Receipts: where a number comes from, beside the number or the mark of a figure that is asked. */
"use strict";
(() => {
  const root = document.documentElement;
  const make = window.thesisMake;
  const store = window.thesisReceipt;
  const say = window.say;
  const SELECTOR = "[data-receipt]";
  const panel = make("div", "receipt");
  panel.id = "receipt";
  panel.hidden = true;
  panel.tabIndex = -1;
  panel.setAttribute("role", "dialog");
  panel.setAttribute("aria-label", say("Receipt"));
  let owner = null;
  let pinned = false;
  let timer = 0;
  let trail = [];
  let quiet = false;

  /* ---------- numbers in words ---------- */
  const MORE_DIGITS = 4; // beyond those that the page shows
  const UNSEEN = 6; // digits of a number that the page does not show

  const digitsIn = (text) => (/\d[\d,]*\.?\d*/.exec(text || "") || [""])[0].replace(/[,.]/g, "").replace(/^0+/, "").length;

  function figure(value, digits) {
    const whole = Math.abs(value) >= 1 ? Math.trunc(Math.abs(value)).toString().length : 0;
    const text = value.toLocaleString("en-US", { maximumSignificantDigits: Math.min(Math.max(digits, whole, 1), 15) });
    return text.replace("-", "−");
  }

  /* A text that shows `value` with more digits of it: `12.4亿元` becomes `12.40123亿元`. Nothing for
     a text without a unit. */
  const NUMBER = /\d[\d,]*\.?\d*/g;
  function longer(text, value) {
    const [number, ...others] = (text || "").match(NUMBER) || [];
    const other = others.length || !/[^\d.,+−\s-]/.test(text || "");
    const size = number && !other && Number(number.replaceAll(",", ""));
    if (!size || !value) return "";
    const scale = 10 ** Math.round(Math.log10(Math.abs(value) / size));
    return text.replace(number, figure(Math.abs(value) / scale, digitsIn(number) + MORE_DIGITS));
  }

  /* The value with its unit, to four digits more than `shown` has; where units are not written as in
     English, in the form that the page shows. */
  function exact(receipt, shown = "") {
    const { value, unit } = receipt;
    if (value === undefined || value === null) return receipt.text;
    if (typeof value === "object") {
      const each = Array.isArray(value) ? value.map((v) => ["", v]) : Object.entries(value);
      return each.map(([year, v]) => `${year && year + say(": ")}${exact({ ...receipt, value: v })}`).join(say(", "));
    }
    if (typeof value === "boolean") return value ? say("yes") : say("no");
    if (typeof value !== "number") return String(value);
    if (unit === "year") return String(value);
    if (unit === "date") return receipt.printed || receipt.text || String(value);
    const form = window.WORDS && longer(shown || receipt.text, value);
    if (form) return form;
    const seen = digitsIn(shown);
    const digits = seen ? seen + MORE_DIGITS : UNSEEN;
    if (unit === "ratio" || (!unit && /%|pp$/.test(shown))) return `${figure(value * 100, digits)}%`;
    if (unit === "multiple" || (!unit && /\dx$/.test(shown))) return `${figure(value, digits)}×`;
    return [figure(value, digits), unit && store.unit(unit)].filter(Boolean).join(window.WORDS ? "" : " ");
  }

  const KINDS = {
    fact: say("Fact"), quantity: say("Model quantity"), parameter: say("Assumption"),
    number: say("Derived from the data"), expression: say("Calculation"), word: say("Word"),
    study: say("Study with the model"), recomputation: say("Recomputation"), count: say("Count"),
    list: say("List"),
  };

  /* `L687 exhibit 45` is line 687 of the text, exhibit 45. */
  function placeIn(locator) {
    const [, number, rest] = /^(?:L(\d+)\s*)?(.*)$/s.exec(locator || "");
    return [number && say("line {}", number), rest].filter(Boolean).join(say(", "));
  }

  /* ---------- parts of the panel ---------- */
  function line(list, term, content, className) {
    if (content === undefined || content === null || content === "") return;
    const told = make("dd", className || "");
    told.append(...[content].flat());
    list.append(make("dt", "", term), told);
  }

  function link(text, href, className = "") {
    const made = make("a", className, text);
    made.href = href;
    return made;
  }

  const home = () => root.dataset.content_root || "./";
  const entry = (id) => store.sourcesPage() && `${home()}${store.sourcesPage()}#source-${id}`;

  /* The source's name as a link to its entry; its own address, where it has one, beside it. */
  function sourceLinks(id, locator, printed) {
    const source = store.source(id);
    if (!source) return [[id, placeIn(locator)].filter(Boolean).join(say(", "))];
    const name = [source.publisher, source.title && `“${source.title}”`, source.date].filter(Boolean).join(say(", "));
    const kind = source.kind ? ` (${source.kind})` : "";
    const parts = [entry(id) ? link(`${name} [${id}]`, entry(id), "receipt-source") : `${name} [${id}]`, kind];
    if (placeIn(locator)) parts.push(say(", "), placeIn(locator));
    if (printed) parts.push(say(": "), make("q", "receipt-print", printed));
    if ((source.url || "").startsWith("https://")) {
      const away = link(say("Open the source ↗"), source.url, "receipt-away");
      away.rel = "noopener";
      parts.push(" ", away);
    }
    return parts;
  }

  function others(list, receipt) {
    (receipt.also || []).forEach((one, i) => {
      const verdict = make("strong", one.agrees ? "agrees" : "differs", one.agrees ? say("Agrees: ") : say("Differs: "));
      const reason = one.why ? [say(". "), one.why] : [];
      line(list, i ? "" : say("Also printed"), [verdict, ...sourceLinks(one.source, one.locator, one.printed), ...reason]);
    });
  }

  function behind(list, receipt) {
    if (receipt.kind === "fact" || !(receipt.behind || []).length) return;
    const items = receipt.behind.map((id) => {
      const source = store.source(id);
      const item = make("li");
      const told = source ? `${source.publisher}${say(", ")}${source.date} [${id}]` : id;
      item.append(link(told, entry(id) || "#", "receipt-source"));
      return item;
    });
    const listed = make("ul", "receipt-behind");
    listed.append(...items);
    line(list, items.length > 1 ? say("{} sources behind it", items.length) : say("Source behind it"), listed);
  }

  const signed = (moved) => [moved < 0 ? "−" : "+", figure(Math.abs(moved), 4)];

  function change(list, receipt) {
    const name = store.yearBefore(receipt.name || "");
    const before = name && store.get(name);
    if (!before || typeof before.value !== "number" || typeof receipt.value !== "number") return;
    const year = name.slice(-4);
    const was = exact(before);
    if (receipt.unit === "ratio") {
      const moved = (receipt.value - before.value) * 100;
      line(list, say("Change"), say("{}{} points from {} in {}", ...signed(moved), was, year));
    } else if (before.value > 0 && receipt.value > 0 && receipt.unit !== "year") {
      const moved = (receipt.value / before.value - 1) * 100;
      line(list, say("Change"), say("{}{}% from {} in {}", ...signed(moved), was, year));
    } else if (receipt.unit !== "year") line(list, say("Change"), say("from {} in {}", was, year));
  }

  function step(name, text) {
    const button = make("button", "receipt-input", text);
    button.type = "button";
    button.addEventListener("click", (event) => {
      event.stopPropagation();
      go([...trail, name]);
    });
    return button;
  }

  async function go(names) {
    const asked = owner;
    trail = names;
    await store.ready(names[names.length - 1]);
    if (owner === asked && trail === names) show(names[names.length - 1]);
  }

  /* An input of another run than the number itself says of which. */
  function inputRow(name, of) {
    const item = make("li");
    const receipt = store.answer(name);
    if (!receipt) return item;
    const foreign = receipt.scenario && !/^(model|param)\./.test(name) && receipt.scenario !== of.scenario;
    item.append(step(name, foreign ? [receipt.label, receipt.scenario].join(say(", ")) : receipt.label));
    item.append(make("span", "receipt-value", exact(receipt)));
    return item;
  }

  function users(receipt) {
    const used = (receipt.used || []).filter((one) => typeof one === "object" || store.get(one));
    if (!used.length) return [];
    const listed = make("ul", "receipt-inputs");
    used.forEach((one) => {
      const item = make("li");
      if (typeof one === "string") item.append(step(one, store.get(one).label));
      else if (one.page) item.append(link(one.label, `${home()}${one.page}.html#n-${one.name}`));
      else item.append(step(one.name, one.label));
      listed.append(item);
    });
    return [make("p", "receipt-sub", say("Used by")), listed];
  }

  /* A mark of a figure is named `Revenue, 2027E: 7,030`: what it is, and its value. */
  const isMark = (element) => element.classList.contains("chart-mark");
  const markName = (element) => /^(.*)(?:: |：)([^:：]*)$/.exec(element.getAttribute("aria-label")).slice(1);
  const shownBy = (element) => (isMark(element) ? markName(element)[1] : element.textContent.trim());

  /* A cell or mark of a calculation is called by its place: the heads of its row and column. */
  function labelOf(receipt) {
    if (receipt.kind !== "expression" || trail.length > 1 || !owner) return receipt.label;
    if (isMark(owner)) return markName(owner)[0];
    const cell = owner.closest("td");
    if (!cell) return receipt.label;
    const heads = [cell.parentElement.querySelector("th"), cell.closest("table").tHead?.rows[0].cells[cell.cellIndex]];
    return heads.map((head) => head?.textContent.trim()).filter(Boolean).join(say(", ")) || receipt.label;
  }

  function show(name) {
    const receipt = store.answer(name)
      || { label: say("Number without a receipt"), note: say("No receipt travels with this number.") };
    const shown = trail.length > 1 ? receipt.text : receipt.text || shownBy(owner);
    const focused = panel.contains(document.activeElement);
    panel.replaceChildren();
    const head = make("div", "receipt-head");
    if (trail.length > 1) {
      const back = make("button", "receipt-back", say("Back"));
      back.type = "button";
      back.addEventListener("click", (event) => {
        event.stopPropagation();
        go(trail.slice(0, -1));
      });
      head.append(back);
    }
    head.append(make("span", "receipt-kind", KINDS[receipt.kind] || say("Receipt")));
    const close = make("button", "receipt-close", "×");
    close.type = "button";
    close.setAttribute("aria-label", say("Close the receipt"));
    close.addEventListener("click", () => hide(true));
    head.append(close);
    panel.append(head, make("p", "receipt-label", labelOf(receipt)));
    const value = exact(receipt, shown || receipt.printed);
    if (value !== undefined && value !== "") {
      panel.append(make("p", typeof receipt.value === "object" ? "receipt-series" : "receipt-exact", value));
    }
    const list = make("dl", "receipt-lines");
    line(list, say("Shown as"), receipt.text);
    if (receipt.source) line(list, say("Source"), sourceLinks(receipt.source, receipt.locator));
    line(list, say("Printed"), receipt.printed && make("q", "receipt-print", receipt.printed));
    others(list, receipt);
    line(list, say("Period"), receipt.period === "na" ? "" : receipt.period);
    line(list, say("Basis"), receipt.basis);
    line(list, say("Grade"), receipt.grade);
    change(list, receipt);
    line(list, say("Scenario"), receipt.scenario);
    line(list, say("Formula"), receipt.formula, "receipt-formula");
    if (Array.isArray(receipt.range)) {
      const [low, high] = receipt.range.map((value) => exact({ value, unit: receipt.unit }));
      line(list, say("Allowed"), say("{} to {}", low, high));
    }
    line(list, say("Reason"), receipt.reason);
    line(list, say("Note"), receipt.note);
    behind(list, receipt);
    if (receipt.kind === "fact" && /^L\d/.test(receipt.locator || "")) {
      line(list, say("Read it"), make("code", "", `thesisbook source ${receipt.source}:${receipt.locator.split(" ")[0]}`));
    }
    line(list, say("Workbook"), receipt.cell && make("code", "", receipt.cell));
    panel.append(list);
    if (Array.isArray(receipt.inputs) && receipt.inputs.length) {
      panel.append(make("p", "receipt-sub", say("Made from")));
      const inputs = make("ul", "receipt-inputs");
      inputs.append(...receipt.inputs.map((name) => inputRow(name, receipt)));
      panel.append(inputs);
    }
    panel.append(...users(receipt));
    if (document.getElementById("n-" + name)) panel.append(link(say("Link to this number"), "#n-" + name, "receipt-link"));
    if (focused) panel.querySelector("button, a").focus();
    place();
  }

  function place() {
    if (!owner) return;
    const sheet = window.matchMedia("(max-width: 600px)").matches;
    panel.classList.toggle("receipt-sheet", sheet);
    if (sheet) {
      panel.style.removeProperty("left");
      panel.style.removeProperty("top");
      return;
    }
    const box = owner.getBoundingClientRect();
    const width = panel.offsetWidth;
    const height = panel.offsetHeight;
    const left = Math.min(Math.max(8, box.left + box.width / 2 - width / 2), root.clientWidth - width - 8);
    const below = box.bottom + 8;
    const top = below + height > window.innerHeight && box.top - height - 8 > 0 ? box.top - height - 8 : below;
    panel.style.left = `${left + window.scrollX}px`;
    panel.style.top = `${top + window.scrollY}px`;
  }

  /* Whether it is this number's receipt that stands open then: the reader may have gone on while
     the receipts were loading. */
  async function open(number, pin) {
    clearTimeout(timer);
    if (owner === number && !panel.hidden) {
      pinned = pinned || pin;
      return true;
    }
    if (owner) owner.setAttribute("aria-expanded", "false");
    owner = number;
    pinned = pin;
    const name = number.dataset.receipt;
    await store.ready(name);
    if (owner !== number) return false;
    trail = [name];
    panel.hidden = false;
    show(name);
    number.setAttribute("aria-expanded", "true");
    return true;
  }

  function hide(refocus) {
    clearTimeout(timer);
    if (!owner) return;
    const last = owner;
    owner = null;
    pinned = false;
    panel.hidden = true;
    last.setAttribute("aria-expanded", "false");
    if (refocus) {
      quiet = true;
      last.focus();
      quiet = false;
    }
  }

  const numberAt = (target) => (target instanceof Element ? target.closest(SELECTOR) : null);
  const later = (action, wait) => {
    clearTimeout(timer);
    timer = setTimeout(action, wait);
  };

  function start() {
    document.body.append(panel);
    document.querySelectorAll(SELECTOR).forEach((number) => {
      number.tabIndex = 0;
      number.setAttribute("role", "button");
      number.setAttribute("aria-haspopup", "dialog");
      number.setAttribute("aria-expanded", "false");
    });

    document.addEventListener("pointerover", (event) => {
      if (event.pointerType !== "mouse") return;
      if (panel.contains(event.target)) return clearTimeout(timer);
      const number = numberAt(event.target);
      if (number && number !== owner && !pinned) later(() => open(number, false), 90);
      else if (number && number === owner) clearTimeout(timer);
    });
    document.addEventListener("pointerout", (event) => {
      if (event.pointerType !== "mouse" || pinned) return;
      if (numberAt(event.target) || panel.contains(event.target)) {
        const to = event.relatedTarget;
        if (to instanceof Element && (panel.contains(to) || numberAt(to) === owner) && owner) return;
        later(() => hide(false), 180);
      }
    });
    document.addEventListener("click", (event) => {
      if (panel.contains(event.target)) return;
      const number = numberAt(event.target);
      if (number) {
        if (owner === number && pinned) hide(false);
        else open(number, true);
      } else if (owner) hide(false);
    });
    document.addEventListener("focusin", (event) => {
      if (quiet || panel.contains(event.target)) return;
      const number = numberAt(event.target);
      if (number && number.matches(":focus-visible")) open(number, false);
      else if (owner && !pinned && !number) hide(false);
    });
    document.addEventListener("keydown", async (event) => {
      if (event.key === "Escape" && owner) {
        event.preventDefault();
        event.stopPropagation();
        hide(panel.contains(document.activeElement));
        return;
      }
      const number = numberAt(event.target);
      if (number && (event.key === "Enter" || event.key === " ")) {
        event.preventDefault();
        if (await open(number, true)) panel.querySelector(".receipt-close").focus();
      } else if (number && number.closest(GROUPS)) rove(event, number);
      else if (event.key === "Tab" && owner && panel.contains(document.activeElement)) leave(event);
    }, true);
    window.addEventListener("resize", place);
    document.querySelectorAll(GROUPS).forEach((group) => {
      group.querySelectorAll(SELECTOR).forEach((number, i) => (number.tabIndex = i ? -1 : 0));
    });
    openHash();
    window.addEventListener("hashchange", openHash);
  }

  function openHash() {
    const target = location.hash.startsWith("#n-") && document.getElementById(location.hash.slice(1));
    if (target) {
      window.thesisReveal(target);
      target.focus();
      open(target, true);
    }
  }

  /* Tab past either end of the receipt goes back to its number. */
  function leave(event) {
    const stops = [...panel.querySelectorAll("button, a")];
    const edge = event.shiftKey ? stops[0] : stops[stops.length - 1];
    if (document.activeElement === edge) {
      event.preventDefault();
      hide(true);
    }
  }

  /* In a table or a drawing one number is a tab stop; arrows walk from number to number. */
  const GROUPS = "table, figure.exhibit svg";

  function rove(event, number) {
    const all = [...number.closest(GROUPS).querySelectorAll(SELECTOR)];
    const at = all.indexOf(number);
    const box = (element) => element.getBoundingClientRect();
    const middle = (element) => box(element).left + box(element).width / 2;
    const inRow = (step) => {
      const table = number.closest("table");
      if (!table) return all[at + step];
      const rows = [...table.rows];
      for (let r = rows.indexOf(number.closest("tr")) + step; r >= 0 && r < rows.length; r += step) {
        const found = [...rows[r].querySelectorAll(SELECTOR)];
        if (found.length) {
          const x = middle(number);
          return found.reduce((a, b) => (Math.abs(middle(b) - x) < Math.abs(middle(a) - x) ? b : a));
        }
      }
      return undefined;
    };
    const next = {
      ArrowRight: () => all[at + 1],
      ArrowLeft: () => all[at - 1],
      ArrowDown: () => inRow(1),
      ArrowUp: () => inRow(-1),
      Home: () => all[0],
      End: () => all[all.length - 1],
    }[event.key];
    if (!next) return;
    event.preventDefault();
    const target = next();
    if (!target) return;
    all.forEach((element) => (element.tabIndex = -1));
    target.tabIndex = 0;
    target.focus();
    target.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  window.thesisAsk = { open, hide, KINDS };
  start();
})();
