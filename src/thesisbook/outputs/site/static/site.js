/* Receipts, table focus, copy buttons. No request leaves the folder the page was opened from. */
"use strict";
(() => {
  const root = document.documentElement;
  const base = root.dataset.content_root || "./";
  const shared = document.currentScript.src.replace(/[^/]*$/, "");
  const loaded = new Map();

  /* A page opened from disk may not fetch(), so data come as scripts, each loaded once.
     Static files of all scenarios lie in one folder, data beside the pages of their scenario. */
  function loadScript(file) {
    if (!loaded.has(file)) {
      loaded.set(file, new Promise((resolve, reject) => {
        const script = document.createElement("script");
        script.src = (file.startsWith("_static/") ? shared + file.slice(8) : base + file);
        script.onload = resolve;
        script.onerror = () => reject(new Error(`${file} did not load`));
        document.head.append(script);
      }));
    }
    return loaded.get(file);
  }
  window.thesisLoad = loadScript;

  function make(tag, className, text) {
    const element = document.createElement(tag);
    if (className) element.className = className;
    if (text !== undefined && text !== null) element.textContent = text;
    return element;
  }

  /* ---------- receipts ---------- */
  const SELECTOR = "span.num[data-receipt]";
  const panel = make("div", "receipt");
  panel.id = "receipt";
  panel.hidden = true;
  panel.tabIndex = -1;
  panel.setAttribute("role", "dialog");
  panel.setAttribute("aria-label", "Receipt");
  let owner = null;
  let pinned = false;
  let timer = 0;
  let trail = [];

  const UNITS = {
    ratio: "", text: "", date: "", year: "", count: "", number: "",
    shares_mn: "mn shares", multiple: "×", GB_per_s: "GB/s", TB_per_s: "TB/s",
  };
  const unitOf = (receipt) => {
    if (!receipt.unit) return "";
    return receipt.unit in UNITS ? UNITS[receipt.unit] : receipt.unit.replace(/_mn$/, " mn").replaceAll("_", " ");
  };

  /* The unrounded value in words; a ratio also as a percentage, a series year by year. */
  function exact(receipt) {
    const value = receipt.value;
    if (value === undefined || value === null) return receipt.text;
    if (typeof value === "number") {
      if (receipt.unit === "year") return String(value);
      const plain = value.toLocaleString("en-US", { maximumSignificantDigits: 10 });
      if (receipt.unit !== "ratio") return plain;
      return `${(value * 100).toLocaleString("en-US", { maximumSignificantDigits: 8 })}%`;
    }
    if (typeof value === "object")
      return Object.entries(value).map(([year, v]) => `${year}: ${exact({ ...receipt, value: v })}`).join(", ");
    return String(value);
  }

  const KINDS = {
    fact: "Fact", quantity: "Model quantity", parameter: "Assumption", number: "Derived from the data",
    expression: "Calculation", word: "Word", study: "Study with the model", recomputation: "Recomputation",
  };

  function sourceOf(receipt) {
    const source = typeof receipt.source === "string" ? (window.SOURCES || {})[receipt.source] : receipt.source;
    if (!source) return [receipt.source, receipt.locator].filter(Boolean).join(", ");
    const named = [source.publisher, source.title && `“${source.title}”`, source.date].filter(Boolean).join(", ");
    return [`${named} [${source.id}]`, source.kind && `(${source.kind})`, receipt.locator].filter(Boolean).join(" ");
  }

  function line(list, term, text, className) {
    if (text === undefined || text === null || text === "") return;
    list.append(make("dt", "", term));
    list.append(make("dd", className || "", text));
  }

  /* Numbers that the reader made on the page are known to the script that made them. */
  const known = (name) =>
    Object.hasOwn(window.RECEIPTS, name) ? window.RECEIPTS[name] : window.thesisReceipt?.(name);

  /* A number that only names a fact or a quantity answers with what that one can answer. */
  function answer(name) {
    let receipt = known(name) || { label: name, note: "No receipt travels with this number." };
    const { label, text } = receipt;
    while (Array.isArray(receipt.inputs) && receipt.inputs.length === 1) {
      const next = known(receipt.inputs[0]);
      if (receipt.formula !== `{${receipt.inputs[0]}}` || !next) break;
      receipt = next;
    }
    return { ...receipt, label, text };
  }

  /* A formula with the labels of its inputs in place of their references. */
  const readable = (formula) =>
    formula && formula.replace(/\{([^}]+)\}/g, (_, name) => (known(name) ? `[${known(name).label}]` : name));

  function inputRow(name) {
    const item = make("li");
    const receipt = known(name);
    if (!receipt) {
      item.append(make("span", "receipt-input", name));
      return item;
    }
    const button = make("button", "receipt-input", receipt.label || name);
    button.type = "button";
    button.addEventListener("click", (event) => {
      event.stopPropagation();
      trail.push(name);
      show(name);
    });
    item.append(button);
    item.append(make("span", "receipt-value", [exact(receipt), unitOf(receipt)].filter(Boolean).join(" ")));
    return item;
  }

  function show(name) {
    const receipt = answer(name);
    const focused = panel.contains(document.activeElement);
    panel.replaceChildren();
    const head = make("div", "receipt-head");
    if (trail.length > 1) {
      const back = make("button", "receipt-back", "Back");
      back.type = "button";
      back.addEventListener("click", (event) => {
        event.stopPropagation();
        trail.pop();
        show(trail[trail.length - 1]);
      });
      head.append(back);
    }
    head.append(make("span", "receipt-kind", KINDS[receipt.kind] || "Receipt"));
    const close = make("button", "receipt-close", "×");
    close.type = "button";
    close.setAttribute("aria-label", "Close the receipt");
    close.addEventListener("click", () => hide(true));
    head.append(close);
    panel.append(head, make("p", "receipt-label", receipt.label || name));
    const value = exact(receipt);
    if (value !== undefined && value !== "") {
      const big = make("p", typeof receipt.value === "object" ? "receipt-series" : "receipt-exact", value);
      if (unitOf(receipt)) big.append(make("span", "receipt-unit", " " + unitOf(receipt)));
      panel.append(big);
    }
    const list = make("dl", "receipt-lines");
    line(list, "Shown as", receipt.text);
    line(list, "Printed", receipt.printed);
    line(list, "Period", receipt.period);
    line(list, "Basis", receipt.basis);
    line(list, "Grade", receipt.grade);
    line(list, "Scenario", receipt.scenario);
    line(list, "Source", sourceOf(receipt));
    line(list, "Formula", readable(receipt.formula), "receipt-formula");
    if (Array.isArray(receipt.range)) line(list, "Allowed", `${receipt.range[0]} to ${receipt.range[1]}`);
    line(list, "Reason", receipt.reason);
    line(list, "Note", receipt.note);
    line(list, "Workbook", receipt.cell);
    panel.append(list);
    if (Array.isArray(receipt.inputs) && receipt.inputs.length) {
      panel.append(make("p", "receipt-sub", "Made from"));
      const inputs = make("ul", "receipt-inputs");
      receipt.inputs.forEach((input) => inputs.append(inputRow(input)));
      panel.append(inputs);
    }
    if (document.getElementById("n-" + name)) {
      const link = make("a", "receipt-link", "Link to this number");
      link.href = "#n-" + name;
      panel.append(link);
    }
    if (focused) panel.querySelector("button, a").focus();
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
    await loadScript("receipts.js");
    if (owner !== number) return false;
    const name = number.dataset.receipt;
    trail = [name];
    show(name);
    panel.hidden = false;
    number.setAttribute("aria-expanded", "true");
    place();
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
  let quiet = false;

  const numberAt = (target) => (target instanceof Element ? target.closest(SELECTOR) : null);
  const later = (action, wait) => {
    clearTimeout(timer);
    timer = setTimeout(action, wait);
  };

  function start() {
    const numbers = [...document.querySelectorAll(SELECTOR)];
    document.body.append(panel);
    numbers.forEach((number) => number.setAttribute("aria-expanded", "false"));

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
      } else if (number && number.closest("table")) rove(event, number);
      else if (event.key === "Tab" && owner && panel.contains(document.activeElement)) leave(event);
    }, true);
    window.addEventListener("resize", place);
    document.querySelectorAll("table").forEach((table) => {
      table.querySelectorAll(SELECTOR).forEach((number, i) => (number.tabIndex = i ? -1 : 0));
    });
    openHash();
    window.addEventListener("hashchange", openHash);
  }

  function openHash() {
    const target = location.hash.startsWith("#n-") && document.getElementById(location.hash.slice(1));
    if (target) {
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

  /* In a table one number is a tab stop; arrows walk from number to number. */
  function rove(event, number) {
    const table = number.closest("table");
    const all = [...table.querySelectorAll(SELECTOR)];
    const at = all.indexOf(number);
    const middle = (element) => element.getBoundingClientRect().left + element.offsetWidth / 2;
    const inRow = (step) => {
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

  /* ---------- copy buttons ---------- */
  async function copy(button) {
    const source = button.parentElement.querySelector(button.dataset.copy);
    const words = button.textContent;
    try {
      await navigator.clipboard.writeText(source.textContent.trim());
      button.textContent = "Copied";
    } catch {
      window.getSelection().selectAllChildren(source);
      button.textContent = "Selected: press Ctrl+C";
    }
    setTimeout(() => (button.textContent = words), 1600);
  }
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element && event.target.closest("[data-copy]");
    if (button) copy(button);
  });

  /* ---------- what is wider than its place ---------- */
  /* The row of words is made once and only hidden later, so that nothing moves under the finger. */
  function cue(scroller) {
    const words = make("span", "swipe-cue", matchMedia("(pointer: coarse)").matches ? "swipe →" : "scroll →");
    words.setAttribute("aria-hidden", "true");
    scroller.before(words);
    return words;
  }

  function tellWidth(scroller) {
    const rest = scroller.scrollWidth - scroller.clientWidth;
    scroller.classList.toggle("fits", rest <= 1);
    scroller.classList.toggle("wide", rest > 1);
    const sides = [["left", scroller.scrollLeft > 1], ["right", scroller.scrollLeft < rest - 1]];
    scroller.dataset.more = sides.filter(([, more]) => more).map(([side]) => side).join(" ");
    if (rest > 1 && !cues.has(scroller)) cues.set(scroller, cue(scroller));
    const words = cues.get(scroller);
    if (!words) return;
    words.hidden = rest <= 1;
    words.classList.toggle("is-over", !scroller.dataset.more.includes("right"));
  }
  const cues = new Map();
  const watcher = new ResizeObserver((seen) => seen.forEach(({ target }) => tellWidth(target)));
  document.querySelectorAll(".figure-scroll, .table-scroll").forEach((scroller) => {
    tellWidth(scroller);
    watcher.observe(scroller);
    scroller.addEventListener("scroll", () => tellWidth(scroller), { passive: true });
  });

  /* ---------- the same place in another scenario ---------- */
  const KEPT = "thesis-place";

  /* The last exhibit or section that begins above the middle of the view. */
  function here() {
    const marks = [...document.querySelectorAll("figure.exhibit[id], .bd-article section[id]")];
    return marks.filter((mark) => mark.getBoundingClientRect().top < window.innerHeight / 2).pop();
  }

  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element && event.target.closest(".scenario-switch a");
    const mark = link && window.scrollY > 0 && here();
    if (!mark) return;
    link.hash = mark.id;
    const place = { id: mark.id, top: mark.getBoundingClientRect().top };
    try { sessionStorage.setItem(KEPT, JSON.stringify(place)); } catch { /* the fragment will do */ }
  }, true);

  async function takePlace() {
    let place = null;
    try {
      place = JSON.parse(sessionStorage.getItem(KEPT));
      sessionStorage.removeItem(KEPT);
    } catch { /* storage is blocked */ }
    const mark = place && location.hash === `#${place.id}` && document.getElementById(place.id);
    if (!mark) return;
    /* Until then the browser goes to the fragment by itself, and mathematics has no height. */
    if (document.readyState !== "complete") await new Promise((done) => addEventListener("load", done));
    await document.fonts.ready;
    await window.MathJax?.startup?.promise;
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    window.scrollBy({ top: mark.getBoundingClientRect().top - place.top, behavior: "instant" });
  }

  start();
  takePlace();
  if (document.querySelector("[data-whatif]")) loadScript("_static/whatif.js");
})();
