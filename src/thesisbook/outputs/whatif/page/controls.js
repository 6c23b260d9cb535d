/* Words for values, and the controls: what each shows of a state, and the state it asks for. */
import { named, ownerOf, range, say } from "./model.js";
import { book } from "./data.js";
import { put, standing } from "./answers.js";
import { branchOf, drivers, levers, share, typed } from "./moves.js";
import { wordsOf } from "./receipts.js";

const READ = { set: typed, scale: share, odds: share, state: (text) => text };
const DECIMALS = { ratio: 1, _mn: 0, "": 2 };

/* A result in the form of its unit: `ratio`, `_mn` or none. */
const forms = new Map();
export function shown(value, unit = "", signDisplay = "negative") {
  const [style, digits] = [unit === "ratio" ? "percent" : "decimal", DECIMALS[unit]];
  const form = { style, signDisplay, minimumFractionDigits: digits, maximumFractionDigits: digits };
  const key = unit + signDisplay;
  if (!forms.has(key)) forms.set(key, new Intl.NumberFormat("en-US", /** @type {any} */ (form)));
  return Number.isFinite(value) ? forms.get(key).format(value).replace("-", "\u2212") : "–";
}

/* A value as a field shows it, and as it may be typed. */
export function field(value, unit, digits = 10) {
  if (typeof value !== "number") return String(value);
  const text = String(Number((unit === "ratio" ? value * 100 : value).toPrecision(digits)));
  return unit === "ratio" ? `${text}%` : text;
}
export const endWords = ({ kind, target, unit }, end) =>
  kind === "state" ? drivers[target].states[end].name : field(end, unit, 6);

const MOVES = {
  set: (name, value) => `${wordsOf(name)[0]}${say(": ")}${field(value, wordsOf(name)[1])}`,
  scale: (name, value) => say("{}: {} of the report's", levers[name].name, field(value, "ratio", 6)),
  state: (name, value) => `${drivers[name].name}${say(": ")}${drivers[name].states[value].name}`,
  odds: (name, value) => {
    const driver = drivers[name];
    const told = Object.keys(value).map((id) => `${driver.states[id].name} ${shown(value[id], "ratio")}`);
    return say("Odds, {}: {}", driver.name, told.join(say(", ")));
  },
};
export const moveWords = ([kind, name, value]) => MOVES[kind](name, value);

/* The state that an input of a control asks for; an Error where its text is none. */
export function asked(control, input, state) {
  const { kind, name } = control.dataset;
  const slid = () => Number(input.valueAsNumber.toPrecision(6));
  return put(state, kind, name, input.type === "range" ? slid() : READ[kind](input.value, name));
}

/* Shows in a control what stands in the state. A refused text stays until a value is taken. */
export function show(control, state) {
  const { kind, name } = control.dataset;
  const [slider, box] = ["[type=range]", "[type=text], select"].map((one) => control.querySelector(one));
  const unit = kind === "set" ? wordsOf(name)[1] : "ratio";
  const values = standing(state, kind, name);
  const said = values.every((one) => one === values[0]) ? field(values[0], unit, 8) : say("by year");
  if (!box.hasAttribute("aria-invalid")) box.value = said;
  if (slider) [slider.value, slider.ariaValueText] = [values[0], said];
  const hint = control.querySelector("small");
  if (kind === "set") hint.textContent = hintOf(name, unit, state);
  if (kind !== "state") return;
  box.disabled = !branchOf(state);
  const none = say("Only a branch of the tree has this state.");
  hint.textContent = drivers[name].states[box.value]?.reason ?? none;
}
function hintOf(name, unit, state) {
  const owner = ownerOf(named(name)[0]);
  const [low, high] = range(owner, state.scenario).map((end) => field(end, unit));
  return book.hints[owner].replace("{}", say("{} to {}", low, high));
}
