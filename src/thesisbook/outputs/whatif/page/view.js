/* The page: controls on top, answers below; a panel of a chapter shows a few of them. */
import { computed, named, ownerOf, parameters, placeOf, range } from "./model.js";
import { book } from "./data.js";
import * as ask from "./answers.js";
import {
  branchOf,
  buildLine,
  fromAddress,
  levers,
  moved,
  oddsOf,
  opening,
  parameterFile,
  rangesOf,
  toAddress,
  tree,
  treeLine,
  typed,
  valueOf,
  valuesOf,
} from "./moves.js";
import { answering, wordsOf } from "./receipts.js";

function h(tag, given = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(given))
    if (name in element) element[name] = value;
    else element.setAttribute(name, value);
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

const REST = 60; // milliseconds without a move before the tornado and the map follow

/* ---------- words for values ---------- */
const MINUS = "\u2212";
const plain = (value, decimals) =>
  value.toLocaleString("en-US", { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
function shown(value, unit, sign = false) {
  if (typeof value !== "number") return String(value ?? "–");
  if (!Number.isFinite(value)) return "–";
  const [factor, decimals, after] = unit === "ratio" ? [100, 1, "%"] : /_mn$/.test(unit) ? [1, 0, ""] : [1, 2, ""];
  const text = plain(Math.abs(value) * factor, decimals);
  const below = value < 0 && /[1-9]/.test(text);
  return `${below ? MINUS : sign ? "+" : ""}${text}${after}`;
}
const unitOf = (name) => {
  const owner = ownerOf(named(name)[0]);
  return book.factors.includes(owner) ? "" : parameters.get(owner).unit;
};
const field = (value, unit) =>
  typeof value !== "number"
    ? String(value)
    : unit === "ratio"
      ? `${Number((value * 100).toPrecision(8))}%`
      : String(Number(value.toPrecision(10)));
const per = () => book.trading;

/* A number that answers with its receipt; in a table one of them is a tab stop. */
const number = (text, receipt) =>
  h(
    "span",
    {
      className: "num",
      role: "button",
      tabIndex: 0,
      "aria-haspopup": "dialog",
      "aria-expanded": "false",
      "data-receipt": receipt,
    },
    text,
  );
function table(label, heads, rows, className = "") {
  const cells = (row) => row.map((one, k) => h(k ? "td" : "th", k ? {} : { scope: "row" }, one));
  const made = h(
    "table",
    { className },
    h(
      "thead",
      {},
      h(
        "tr",
        {},
        heads.map((one) => h("th", { scope: "col" }, one)),
      ),
    ),
    h(
      "tbody",
      {},
      rows.map((row) => h("tr", {}, cells(row))),
    ),
  );
  made.querySelectorAll(".num").forEach((one, k) => (one.tabIndex = k ? -1 : 0));
  return h("div", { className: "wi-scroll", tabIndex: 0, role: "region", "aria-label": label }, made);
}

/* The run of the page; as a branch of the tree where it is one, or where a panel moves branches. */
function begun(run, wanted, whole) {
  if (!tree) return run;
  const branch = ask.likeliest();
  const [own, other] = [run, { ...run, branch }].map((one) => valuesOf(one));
  const asks = !whole && wanted.some((id) => levers.get(id).tree);
  return asks || own.every((value, place) => value === other[place]) ? { ...run, branch } : run;
}

/* ---------- one what-if on a page ---------- */
export function mount(root) {
  const whole = root.dataset.whatif === "page";
  const wanted = (root.dataset.levers ?? "").split(" ").filter((id) => levers.has(id));
  const book0 = begun(opening(root.dataset.scenario, JSON.parse(root.dataset.given)), wanted, whole);
  let state = (whole && fromAddress(location.hash.slice(1), book0)) || book0;
  const [shapes, heavy] = [[], []]; // what follows a move: at once, and once the reader rests
  const part = (name) => h("div", { className: `wi-${name}` });
  const [bar, controls, answers, told] = [
    part("bar"),
    part("controls"),
    part("answers"),
    h("p", { className: "visually-hidden", role: "status" }),
  ];
  /** @type {any} */ (window).readerReceipt = answering(() => state);

  /* Takes a new state if the model has a value for it; else says why not, and keeps the old. */
  function take(next, error) {
    try {
      computed(valuesOf(next));
      ask.expected(next);
    } catch (fault) {
      if (error) error.textContent = fault.message;
      return false;
    }
    controls.querySelectorAll(".wi-error").forEach((one) => (one.textContent = ""));
    controls.querySelectorAll("[aria-invalid]").forEach((one) => one.removeAttribute("aria-invalid"));
    state = next;
    later();
    return true;
  }

  let waiting = 0;
  function later() {
    waiting ||= requestAnimationFrame(() => {
      waiting = 0;
      render();
    });
  }
  let telling = 0;
  const tell = () => {
    clearTimeout(telling);
    telling = setTimeout(() => (told.textContent = sentence()), 700);
  };
  function sentence() {
    const found = ask.expected(state);
    const own = `Your target in twelve months is ${per()} ${shown(ask.at(computed(valuesOf(state)), ask.TARGET), "")}.`;
    return found ? `${own} Your expected value is ${per()} ${shown(found.target, "")}: ${found.grade}.` : own;
  }

  /* ---------- controls ---------- */
  let count = 0;
  function entry(label, hint, read, write, slider) {
    const id = `wi-${(count += 1)}`;
    const error = h("span", { className: "wi-error", id: `${id}-error`, role: "alert" });
    const text = h("input", {
      type: "text",
      id,
      autocomplete: "off",
      spellcheck: false,
      "aria-describedby": `${id}-hint ${id}-error`,
    });
    const range =
      slider &&
      h("input", { type: "range", min: slider.low, max: slider.high, step: "any", "aria-label": `${label}, slider` });
    const set = (value) => {
      const done = take(write(value), error);
      if (!done) text.setAttribute("aria-invalid", "true");
      tell();
      return done;
    };
    text.onchange = () => {
      try {
        set(text.value);
      } catch (fault) {
        error.textContent = fault.message;
        text.setAttribute("aria-invalid", "true");
      }
    };
    if (range) {
      const stride = (slider.high - slider.low) / 100;
      range.oninput = () =>
        set(Number((Math.round((range.valueAsNumber - slider.low) / stride) * stride + slider.low).toPrecision(6)));
    }
    shapes.push(() => {
      const { value, said } = read();
      if (!text.hasAttribute("aria-invalid")) text.value = said;
      if (range) [range.value, range.ariaValueText] = [value, said];
    });
    return h(
      "div",
      { className: "wi-lever" },
      h("label", { htmlFor: id }, label),
      range ?? null,
      text,
      h("small", { id: `${id}-hint` }, hint),
      error,
    );
  }

  function parameter(name, label, reason, slider) {
    const unit = unitOf(name);
    const { kind, allowed } = parameters.get(ownerOf(named(name)[0]));
    const scope =
      kind === "number"
        ? range(ownerOf(named(name)[0]), rangesOf(state))
            .map((end) => field(end, unit))
            .join(" to ")
        : kind === "choice"
          ? allowed.join(", ")
          : kind === "switch"
            ? "true, false"
            : kind === "date"
              ? "YYYY-MM-DD"
              : "a published line, fixed";
    const read = () => {
      const all = named(name).map((key) => valuesOf(state)[placeOf(key)]);
      const same = all.every((one) => one === all[0]);
      return { value: all[0], said: same ? field(all[0], unit) : "by year" };
    };
    const write = (given) => moved(state, "set", name, typeof given === "number" ? given : typed(given, name));
    const words = [`Allowed: ${scope}`, unit && unit !== "ratio" ? `(${unit.replaceAll("_", " ")})` : ""]
      .filter(Boolean)
      .join(" ");
    return entry(label, `${words}. ${reason}`, read, write, kind === "number" ? slider : null);
  }

  function control(lever) {
    if (lever.tree) return choice(lever);
    if (lever.how === "set") return parameter(lever.parameters[0], lever.name, lever.reason, lever);
    const read = () => ({ value: ask.standing(state, lever), said: field(ask.standing(state, lever), "ratio") });
    const write = (given) =>
      moved(state, "scale", lever.id, typeof given === "number" ? given : factor(given, lever.name));
    return entry(
      lever.name,
      `Of the report's values, in every year; 100% leaves them. ${lever.reason}`,
      read,
      write,
      lever,
    );
  }
  function factor(text, label) {
    const value = text.trim().endsWith("%") ? Number(text.trim().slice(0, -1)) / 100 : Number(text);
    if (!text.trim() || !Number.isFinite(value)) throw new Error(`${label}: '${text}' is not a number`);
    return value;
  }

  function choice(lever) {
    const id = `wi-${(count += 1)}`;
    const driver = tree.drivers.find((one) => one.id === lever.tree);
    const select = h(
      "select",
      { id, "aria-describedby": `${id}-hint` },
      driver.states.map((one) => h("option", { value: one.id }, one.name)),
    );
    select.onchange = () => (take(moved(state, "state", driver.id, select.value)) ? tell() : refresh());
    const note = h("small", { id: `${id}-hint` });
    shapes.push(() => {
      select.disabled = !state.branch;
      if (state.branch) select.value = branchOf(state)[driver.id];
      note.textContent = state.branch
        ? driver.states.find((one) => one.id === select.value).reason
        : "Start from a branch of the tree to choose its state.";
    });
    return h("div", { className: "wi-lever" }, h("label", { htmlFor: id }, lever.name), select, note);
  }

  function odds(driver) {
    const now = () => oddsOf(state)[driver.id] ?? ask.chances(driver, oddsOf(state));
    const rows = driver.states.map((one) => {
      const read = () => ({ value: now()[one.id], said: `${Number((now()[one.id] * 100).toPrecision(6))}%` });
      const write = (given) => {
        const chance = typeof given === "number" ? given : factor(given, `${driver.id}.${one.id}`);
        if (chance < 0 || chance > 1)
          throw new Error(`${driver.id}.${one.id}: ${given} is out of range; allowed is 0% to 100%`);
        return moved(state, "odds", driver.id, ask.reweighted(now(), one.id, chance));
      };
      return entry(one.name, "", read, write, { low: 0, high: 1 });
    });
    return h("fieldset", {}, h("legend", {}, driver.name), rows);
  }

  function starting() {
    const id = `wi-${(count += 1)}`;
    const names = Object.entries(book.scenarios).map(([value, name]) => h("option", { value }, `Scenario ${name}`));
    const select = h("select", { id }, names, tree ? h("option", { value: "tree" }, "A branch of the tree") : null);
    select.value = state.branch ? "tree" : state.scenario;
    select.onchange = () => {
      const own = select.value === book0.scenario ? { ...book0, branch: null } : opening(select.value);
      if (take(select.value === "tree" ? { ...opening(book0.scenario), branch: ask.likeliest() } : own)) build();
      tell();
    };
    const reset = h("button", { type: "button", onclick: () => ((state = book0), build(), later(), tell()) }, "Reset");
    return h("div", { className: "wi-lever wi-start" }, h("label", { htmlFor: id }, "Starting point"), select, reset);
  }

  function search() {
    const found = h("div");
    const box = h("input", {
      type: "search",
      placeholder: "margin, beta, dso …",
      "aria-label": "Search the parameters",
      id: "wi-search",
    });
    const chosen = new Map();
    const row = (name) => {
      const { years } = parameters.get(name);
      const place = h("div");
      const show = (key) =>
        place.replaceChildren(parameter(key, `${book.labels[name]} [${key}]`, book.reasons[name], null));
      const year =
        years &&
        h(
          "select",
          { "aria-label": `Year of ${book.labels[name]}` },
          h("option", { value: name }, "every year"),
          years.map((one) => h("option", { value: `${name}.${one}` }, one)),
        );
      if (year) year.onchange = () => (show(year.value), refresh());
      show(name);
      return h("div", { className: "wi-row" }, year ?? null, place);
    };
    box.oninput = () => {
      const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
      const hits = [...parameters.keys()].filter(
        (name) =>
          parameters.get(name).kind !== "published" &&
          words.length &&
          words.every((word) => `${name} ${book.labels[name]}`.toLowerCase().includes(word)),
      );
      found.replaceChildren(
        ...hits.slice(0, 12).map((name) => chosen.get(name) ?? (chosen.set(name, row(name)), chosen.get(name))),
      );
      if (hits.length > 12) found.append(h("p", {}, `${hits.length - 12} more; type another word.`));
      refresh();
    };
    return h("details", { className: "wi-all" }, h("summary", {}, `All ${parameters.size} parameters`), box, found);
  }

  /* ---------- answers ---------- */
  const reader = (name, value, unit, sign) => number(shown(value, unit, sign), `reader.${name}`);
  const report = (name, value, unit, sign) => number(shown(value, unit, sign), `start.${name}`);
  const pair = (label, name, unit, old, now, sign) => [
    label,
    report(name, old, unit, sign),
    reader(name, now, unit, sign),
    shown(now - old, unit, true),
  ];
  const heads = () => [`${per()} a share`, start(), "Yours", "Change"];
  const start = () => (state.branch ? "The branch" : `The report, ${book.scenarios[state.scenario]}`);

  function results(was, now, before, after) {
    const cell = (label, name, unit = "", sign = false) =>
      pair(label, name, unit, ask.at(was, name), ask.at(now, name), sign);
    const case_ = [
      cell("Target in twelve months", "target_price"),
      cell("Value today", "value_per_share"),
      cell("Cash flows", "dcf_per_share"),
      cell("Peers", "relative_per_share"),
      cell("Against the price", "upside", "ratio", true),
      cell(`Less the ${book.benchmark}`, "relative_return", "ratio", true),
      cell("Cost of capital", "wacc", "ratio"),
    ];
    const own = table("Your case beside the report's", heads(), whole ? case_ : case_.slice(0, 4), "wi-pair");
    if (!after) return [h("h3", {}, "One case"), own];
    const mean = [
      pair("Expected in twelve months", "tree.target_price", "", before.target, after.target),
      pair("Expected today", "tree.value_per_share", "", before.today, after.today),
      pair("Against the price", "tree.upside", "ratio", before.upside, after.upside, true),
      pair(`Less the ${book.benchmark}`, "tree.relative_return", "ratio", before.relative, after.relative, true),
      ["Grade", before.grade, after.grade, before.grade === after.grade ? "the same" : "another"],
    ];
    const tree_ = table(
      "Your expected value beside the report's",
      [`${per()} a share`, "The report", "Yours", "Change"],
      mean,
      "wi-pair",
    );
    return [h("h3", {}, "Expected value over the tree"), tree_, h("h3", {}, "One case, without a grade"), own];
  }

  const YEARLY = [
    ["Revenue", "revenue", "_mn"],
    ["Gross margin", "gross_margin", "ratio"],
    ["Adjusted margin", "adjusted_margin", "ratio"],
    ["Cash at year end", "cash", "_mn"],
  ];
  function byYear(was, now) {
    const years = ask.series("revenue");
    const rows = YEARLY.flatMap(([label, name, unit]) => [
      [`${label}, yours`, ...years.map((year) => reader(`${name}.${year}`, ask.at(now, `${name}.${year}`), unit))],
      ["report", ...years.map((year) => report(`${name}.${year}`, ask.at(was, `${name}.${year}`), unit))],
    ]);
    return [
      h("h3", {}, "By year"),
      table(
        "Revenue, margins and cash by year",
        [`${book.reporting} mn`, ...years.map((year) => `${year}E`)],
        rows,
        "wi-years",
      ),
    ];
  }

  function named_([kind, name, value]) {
    const driver = tree?.drivers.find((one) => one.id === name);
    if (kind === "state") return `${driver.name}: ${driver.states.find((one) => one.id === value).name}`;
    if (kind === "odds")
      return `Odds, ${driver.name}: ${driver.states.map((one) => `${one.name} ${shown(value[one.id], "ratio")}`).join(", ")}`;
    if (kind === "scale") return `${levers.get(name).name} × ${Number(value.toPrecision(6))}`;
    const lever = [...levers.values()].find((one) => one.how === "set" && one.parameters[0] === name);
    return `${lever?.name ?? wordsOf(name)[0]}: ${field(value, unitOf(name))}`;
  }
  function bridge() {
    const steps = ask.bridge(state);
    const change = (name, k) => (k ? shown(steps[k][name] - steps[k - 1][name], "", true) : "");
    const back = ([kind, name]) =>
      h("button", { type: "button", onclick: () => (take(moved(state, kind, name, undefined)), tell()) }, "Take back");
    const rows = steps.map(({ move, target, expected }, k) => [
      move ? named_(move) : start(),
      change("target", k),
      shown(target, ""),
      ...(tree ? [change("expected", k), shown(expected, "")] : []),
      move ? back(move) : "",
    ]);
    const tops = ["Step, in the order moved", "Change", "Target", ...(tree ? ["Change", "Expected"] : []), "Undo"];
    return [
      h("h3", {}, "From the report's number to yours"),
      table("Bridge from the report's number to yours", tops, rows, "wi-bridge"),
    ];
  }

  function bars() {
    const all = ask.tornado(state).filter(({ targets }) => targets.some(Number.isFinite));
    const spread = all.flatMap(({ targets }) => targets).filter(Number.isFinite);
    const [low, high] = [Math.min(...spread), Math.max(...spread)];
    const share = (value) => (100 * (value - low)) / (high - low || 1);
    const end = (lever, value) =>
      lever.tree
        ? tree.drivers.find(({ id }) => id === lever.tree).states.find(({ id }) => id === value).name
        : field(value, lever.how === "scale" ? "ratio" : unitOf(lever.parameters[0]));
    const rows = all.map(({ lever, ends, targets }) => {
      const sorted = ends
        .map((value, k) => [targets[k], value])
        .filter(([target]) => Number.isFinite(target))
        .sort((a, b) => a[0] - b[0]);
      const [worst, best] = [sorted[0], sorted.at(-1)];
      const drawn = h("i", {
        style: `left:${share(worst[0])}%;width:${Math.max(share(best[0]) - share(worst[0]), 0.5)}%`,
      });
      return [
        lever.name,
        `${shown(worst[0], "")} at ${end(lever, worst[1])}`,
        h("span", { className: "wi-span", "aria-hidden": "true" }, drawn),
        `${shown(best[0], "")} at ${end(lever, best[1])}`,
      ];
    });
    return [
      h("h3", {}, "What moves your target"),
      table("Tornado of your target", ["Each alone", "Least", "Between", "Most"], rows, "wi-tornado"),
    ];
  }

  /* ---------- two sections with controls of their own ---------- */
  const options = (list, chosen) =>
    list.map((lever, k) => h("option", { value: lever.id, selected: k === chosen }, lever.name));
  const plainLevers = [...levers.values()].filter((lever) => !lever.tree);
  const wide = Math.min(1, plainLevers.length - 1);
  function heat() {
    const [down, across] = [
      h("select", { "aria-label": "Down" }, options(plainLevers, 0)),
      h("select", { "aria-label": "Across" }, options(plainLevers, wide)),
    ];
    const place = h("div");
    const draw = () => {
      const [rows, columns] = [levers.get(down.value), levers.get(across.value)];
      const price = valuesOf(state)[placeOf("price")];
      const head = (lever) => (value) =>
        field(Number(value.toPrecision(4)), lever.how === "scale" ? "ratio" : unitOf(lever.parameters[0]));
      const cells = ask
        .heatMap(state, rows, columns)
        .map((line, k) => [
          head(rows)(ask.steps(rows)[k]),
          ...line.map((value) =>
            h("span", { className: `wi-heat wi-heat-${tone(value / price - 1)}` }, shown(value, "")),
          ),
        ]);
      place.replaceChildren(
        table(
          "Your target over two drivers",
          [`${rows.name} ↓ ${columns.name} →`, ...ask.steps(columns).map(head(columns))],
          cells,
          "wi-map",
        ),
      );
    };
    down.onchange = across.onchange = draw;
    heavy.push(draw);
    const note = h("small", {}, "Your target in twelve months; blue lies above the price, orange below.");
    return [h("h3", {}, "Two at once"), h("p", { className: "wi-pick" }, down, across), place, note];
  }
  const tone = (over) => (Number.isNaN(over) ? 0 : Math.max(-3, Math.min(3, Math.round(over * 4))));

  function wayBack() {
    const lever = h("select", { "aria-label": "Driver to solve for" }, options(plainLevers, wide));
    const goal = h("input", {
      type: "text",
      inputMode: "decimal",
      "aria-label": `Price to explain, ${per()}`,
      value: String(valuesOf(state)[placeOf("price")]),
    });
    const what = h(
      "select",
      { "aria-label": "Value that must reach it" },
      tree ? h("option", { value: "tree" }, "expected value") : null,
      h("option", { value: "case" }, "target of the case"),
    );
    const said = h("p", { role: "status" });
    const go = () => {
      const one = levers.get(lever.value);
      const wanted = Number(goal.value);
      if (!(wanted > 0)) return (said.textContent = `'${goal.value}' is not a price`);
      const found = ask.mustBe(state, one, wanted, what.value === "tree");
      const unit = one.how === "scale" ? "ratio" : unitOf(one.parameters[0]);
      const word = (value) => (unit === "ratio" ? shown(value, "ratio") : String(Number(value.toPrecision(6))));
      said.textContent =
        found === null
          ? `No allowed value of ${one.name} does it.`
          : `${one.name} must be ${word(found)}${one.how === "scale" ? " of the report's" : ""} (it is ${word(ask.standing(state, one))}) for the ${what.selectedOptions[0].textContent} to be ${per()} ${shown(wanted, "")}.`;
      if (found === null) return undefined;
      const put =
        one.how === "scale" ? moved(state, "scale", one.id, found) : moved(state, "set", one.parameters[0], found);
      return said.append(" ", h("button", { type: "button", onclick: () => (take(put), tell()) }, "Move it there"));
    };
    const button = h("button", { type: "button", onclick: go }, "Solve");
    return [
      h("h3", {}, "What must be true for this price"),
      h("p", { className: "wi-pick" }, goal, what, lever, button),
      said,
    ];
  }

  function away() {
    const lines = [buildLine, ...(tree ? [treeLine] : [])].map((write) => {
      const code = h("code", { className: "wi-line", tabIndex: 0, role: "group", ariaLabel: "Command line" });
      shapes.push(() => (code.textContent = write(state)));
      return h("p", { className: "wi-copy" }, code, h("button", { type: "button", "data-copy": ".wi-line" }, "Copy"));
    });
    const save = h("button", { type: "button" }, "Download the parameters");
    save.onclick = () => {
      const link = h("a", {
        href: URL.createObjectURL(new Blob([parameterFile(state)], { type: "application/json" })),
        download: "what-if.json",
      });
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 1000);
    };
    const words =
      "The lines build this case and value the tree; the file does the same with thesisbook import. The address of this page holds your state.";
    return [h("h3", {}, "Take it away"), h("p", {}, words), lines, h("p", {}, save)];
  }

  /* ---------- drawing ---------- */
  const refresh = () => shapes.forEach((update) => update());
  const live = h("div");
  const swings = h("div");
  let resting = 0;
  function build() {
    shapes.length = 0;
    heavy.length = 0;
    heavy.push(() => swings.replaceChildren(...bars()));
    const list = [...levers.values()].filter((lever) => whole || wanted.includes(lever.id));
    controls.replaceChildren(...[starting(), ...list.map(control)]);
    if (whole && tree)
      controls.append(
        h(
          "details",
          {},
          h("summary", {}, "Odds of the tree"),
          h("div", { className: "wi-odds" }, tree.drivers.map(odds)),
        ),
      );
    if (whole) controls.append(search());
    answers.replaceChildren(live, ...(whole ? [swings, heat(), wayBack(), away()].flat(2) : [onward()]));
  }
  function onward() {
    const link = h("a", {}, "More of it on the page What if");
    const page = /** @type {HTMLAnchorElement} */ (document.querySelector('.bd-docs-nav a[href*="what_if"]'));
    shapes.push(() => (link.href = `${page ? page.href.split("#")[0] : ""}#${toAddress(state)}`));
    return h("p", {}, link);
  }

  function render() {
    const [was, now] = [{ ...state, moves: [] }, state].map((one) => computed(valuesOf(one)));
    const [before, after] = [opening(book0.scenario, book0.given), state].map((one) => ask.expected(one));
    const one = after
      ? ["Expected in twelve months", "tree.target_price", "", before.target, after.target]
      : ["Target", "target_price", "", ask.at(was, ask.TARGET), ask.at(now, ask.TARGET)];
    const [label, old, mine] = pair(...one);
    bar.replaceChildren(
      h("span", {}, `${label}, ${per()}`),
      h("span", {}, "report ", old),
      h("strong", {}, "yours ", mine),
      h("span", {}, after ? after.grade : ""),
    );
    live.replaceChildren(
      ...[results(was, now, before, after), whole ? [byYear(was, now), bridge()].flat() : []].flat(),
    );
    refresh();
    clearTimeout(resting);
    resting = setTimeout(() => heavy.forEach((draw) => draw()), REST);
    if (whole) keepInAddress();
  }

  function keepInAddress() {
    if (state === book0 && !location.hash.includes("=")) return; // an anchor of the page
    try {
      history.replaceState(null, "", state === book0 ? location.pathname + location.search : `#${toAddress(state)}`);
    } catch {
      /* a page inside another may have no address of its own */
    }
  }

  build();
  render();
  root.replaceChildren(bar, controls, answers, told);
  root.classList.add("is-live");
  if (whole)
    window.addEventListener("hashchange", () => {
      const next = fromAddress(location.hash.slice(1), book0);
      if (next) ((state = next), build(), render());
    });
}

document.querySelectorAll("[data-whatif]").forEach(mount);
