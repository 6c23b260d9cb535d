/* The page: controls on top, answers below; a panel of a chapter shows a few of them. */
import { computed, ownerOf, parameters, placeOf, say } from "./model.js";
import { book } from "./data.js";
import { at, bridge, expected, heatMap, mustBe, standing, steps, TARGET, tornado } from "./answers.js";
import { asked, endWords, moveWords, show, shown } from "./controls.js";
import { branchOf, buildLine, fromAddress, levers, moved, opening } from "./moves.js";
import { parameterFile, toAddress, treeLine, valuesOf } from "./moves.js";
import { answering, wordsOf } from "./receipts.js";

const SILENCE = 700; // milliseconds without a move before a screen reader is told

function make(tag, given, ...children) {
  const element = Object.assign(document.createElement(tag), given);
  element.append(...children);
  return element;
}
const button = (text, onclick) => make("button", { type: "button", onclick }, text);

/* ---------- rows of tables ---------- */
const startWords = (state) => say("The report, {}", book.scenarios[state.scenario].name);

function bridgeRows(state, takeBack) {
  const made = bridge(state);
  return made.map(({ move, ...now }, count) => {
    const values = ["target", "expected"].flatMap((name) => {
      const before = count ? made[count - 1][name] : NaN;
      return [shown(now[name] - before, "", "exceptZero"), shown(now[name])];
    });
    const undo = move ? button(say("Take back"), () => takeBack(move)) : "";
    return [move ? moveWords(move) : startWords(state), ...values, undo];
  });
}

function tornadoRows(state) {
  const bars = tornado(state);
  const targets = bars.flatMap(({ ends }) => ends.map(([target]) => target));
  const [low, high] = [Math.min(...targets), Math.max(...targets)];
  const share = (width) => (100 * width) / (high - low || 1);
  return bars.map(({ lever, ends }) => {
    const [least, most] = [ends[0], ends.at(-1)];
    const style = `left: ${share(least[0] - low)}%; width: ${Math.max(share(most[0] - least[0]), 0.5)}%`;
    const bar = make("span", { className: "wi-span", ariaHidden: "true" }, make("i", { style }));
    const words = ([target, end]) => say("{} at {}", shown(target), endWords(lever, end));
    const [from, to] = [words(least), words(most)];
    return [lever.name, from, bar, to];
  });
}

/* The first row has the heads. */
function mapRows(state, down, across) {
  const price = valuesOf(state)[placeOf("price")];
  const tone = (value) => Math.max(-3, Math.min(3, Math.round((value / price - 1) * 4))) || 0;
  const cell = (value) => make("span", { className: `wi-heat wi-heat-${tone(value)}` }, shown(value));
  const words = (lever) => steps(lever).map((value) => endWords(lever, Number(value.toPrecision(4))));
  const [names, heads] = [words(down), words(across)];
  const rows = heatMap(state, down, across).map((line, place) => [names[place], ...line.map(cell)]);
  return [[`${down.name} ↓ ${across.name} →`, ...heads], ...rows];
}

/* Rows of cells in the body of a table; the first cell of a row is its head. */
function fill(body, rows) {
  const cell = (one, place) => make(place ? "td" : "th", place ? {} : { scope: "row" }, one);
  body.replaceChildren(...rows.map((row) => make("tr", {}, ...row.map(cell))));
}

/* ---------- numbers ---------- */
const sideOf = (state) => ({ c: computed(valuesOf(state)), tree: expected(state) });
const numberOf = ({ c, tree }, name) => (name.startsWith("tree.") ? tree?.[name.slice(5)] : at(c, name));

function fillNumbers(root, state) {
  const sides = { start: sideOf({ ...state, moves: [] }), reader: sideOf(state) };
  for (const one of root.querySelectorAll("[data-of]")) {
    const { who, of, unit, sign } = one.dataset;
    const [start, reader] = [numberOf(sides.start, of), numberOf(sides.reader, of)];
    one.textContent = shown({ start, reader, change: reader - start }[who], unit, sign);
  }
  for (const one of root.querySelectorAll("[data-grade]"))
    one.textContent = sides[one.dataset.grade].tree?.grade;
}

/* ---------- one what-if on a page ---------- */
function mount(root) {
  const whole = root.dataset.whatif === "page";
  const first = opening(root.dataset.scenario, JSON.parse(root.dataset.given));
  let [state, frame, telling] = [first, 0, 0];
  const find = (selector) => root.querySelector(selector);
  const each = (selector, work) => root.querySelectorAll(selector).forEach(work);
  /** @type {any} */ (window).readerReceipt = answering(() => state);
  root.innerHTML = book.html;
  root.classList.add("is-live");
  each(whole ? "[data-panel]" : "[data-whole]", (one) => one.remove());
  const wanted = root.dataset.levers.split(" ");
  each("[data-lever]", (one) => whole || wanted.includes(one.dataset.lever) || one.remove());

  /* Takes the state that `work` makes if the model has a value for it and each move has words; else
     says why not, in the control it was asked in, and keeps the old. */
  function take(work, control) {
    try {
      const next = work();
      next.moves.forEach(moveWords);
      sideOf(next);
      state = next;
    } catch (fault) {
      if (!control) return;
      control.querySelector(".wi-error").textContent = fault.message;
      control.querySelector("[type=text], select").setAttribute("aria-invalid", "true");
      return;
    }
    each(".wi-error", (one) => (one.textContent = ""));
    each("[aria-invalid]", (one) => one.removeAttribute("aria-invalid"));
    frame ||= requestAnimationFrame(draw);
    clearTimeout(telling);
    telling = setTimeout(tell, SILENCE);
  }
  const tell = () => (find(".wi-told").textContent = find(".wi-bar:not([hidden])").textContent);
  const takeBack = ([kind, name]) => take(() => moved(state, kind, name, undefined));

  function draw() {
    frame = 0;
    fillNumbers(root, state);
    find("#wi-start").value = state.scenario;
    each("[data-start]", (one) => (one.textContent = startWords(state)));
    const asks = branchOf(state) ? "yes" : "no";
    each("[data-branch]", (one) => (one.hidden = one.dataset.branch !== asks));
    each("[data-kind]:not([hidden])", (one) => show(one, state));
    if (whole) drawWhole();
    else find(".wi-more").href = `${pageOfMore()}#${toAddress(state)}`;
  }
  function drawWhole() {
    fill(find(".wi-bridge tbody"), bridgeRows(state, takeBack));
    fill(find(".wi-tornado tbody"), tornadoRows(state));
    const [down, across] = ["down", "across"].map((name) => levers[find(`[name=${name}]`).value]);
    const [heads, ...rows] = mapRows(state, down, across);
    each(".wi-map thead th", (one, place) => (one.textContent = heads[place]));
    fill(find(".wi-map tbody"), rows);
    [find(".wi-build").textContent, find(".wi-tree").textContent] = [buildLine(state), treeLine(state)];
    find(".wi-file").href = `data:application/json,${encodeURIComponent(parameterFile(state))}`;
    keepInAddress();
  }
  function pageOfMore() {
    const link = /** @type {HTMLAnchorElement} */ (document.querySelector('.bd-docs-nav a[href*="what_if"]'));
    return link?.href.split("#")[0] ?? "";
  }
  function keepInAddress() {
    if (state === first && !location.hash.includes("=")) return; // an anchor of the page
    const address = state === first ? location.pathname + location.search : `#${toAddress(state)}`;
    try {
      history.replaceState(null, "", address);
    } catch {
      /* a page inside another may have no address of its own */
    }
  }

  function solve({ goal, what, lever: chosen }) {
    const lever = levers[chosen.value];
    const found = mustBe(state, lever, goal.valueAsNumber, what.value === "tree");
    const said = find(".wi-solved");
    said.textContent = say("No allowed value of {} does it.", lever.name);
    if (found === null) return;
    const { kind, target, name } = lever;
    const [is, must] = [standing(state, kind, target)[0], found].map((one) => endWords(lever, one));
    const aim = [what.selectedOptions[0].text, book.money.replace("{}", shown(goal.valueAsNumber))];
    said.textContent = say("{} must be {} (it is {}) for the {} to be {}.", name, must, is, ...aim);
    said.append(" ", button(say("Move it there"), () => take(() => moved(state, kind, target, found))));
  }
  /* Shows the control of any parameter by its name, of one year or of all. */
  function choose(name) {
    const control = find(".wi-any");
    control.hidden = !(parameters.has(name) || ownerOf(name));
    if (control.hidden) return;
    control.dataset.name = name;
    control.querySelector("label").textContent = wordsOf(name)[0];
    show(control, state);
  }

  const startAt = (scenario) => (scenario === first.scenario ? first : opening(scenario));

  root.addEventListener("input", ({ target }) => {
    if (target.type === "search") choose(target.value);
    const control = target.type === "range" && target.closest("[data-kind]");
    if (control) take(() => asked(control, target, state), control);
  });
  root.addEventListener("change", ({ target }) => {
    const control = target.matches("[type=text], select") && target.closest("[data-kind]");
    if (control) take(() => asked(control, target, state), control);
    else if (target.id === "wi-start") take(() => startAt(target.value));
    else if (whole) drawWhole();
  });
  root.addEventListener("submit", (event) => {
    event.preventDefault();
    solve(event.target);
  });
  find(".wi-reset").onclick = () => take(() => first);
  if (whole) find("[name=goal]").value = valuesOf(state)[placeOf("price")];

  const fromHash = () => whole && take(() => fromAddress(location.hash.slice(1), first) ?? state);
  window.addEventListener("hashchange", fromHash);
  fromHash();
  draw();
}

document.querySelectorAll("[data-whatif]").forEach(mount);
