/* Receipts of the reader's numbers, and of the start's, from the equations that made them. */
import { cellPlace, cells, computed, equations, keys, ownerOf, parameters, placeOf, range } from "./model.js";
import { book } from "./data.js";
import { branchRuns, expected, TARGET } from "./answers.js";
import { rangesOf, valuesOf } from "./moves.js";

const NAME = /^(reader|start)(?:@(\d+))?\.(.+)$/;
const EXPECTED = {
  [`tree.${TARGET}`]: "target",
  "tree.value_per_share": "today",
  "tree.upside": "upside",
  "tree.relative_return": "relative",
};
let texts = null;

const split = (name) => /^(.*?)(?:\.(\d{4}))?$/.exec(name).slice(1);
export function wordsOf(name) {
  const [stem, year] = split(name);
  return [
    [book.quantities[stem]?.[0] ?? book.labels[ownerOf(name) ?? name] ?? name, year].filter(Boolean).join(", "),
    book.quantities[stem]?.[1] ?? "",
  ];
}

/* The hook of the page's receipts: what `reader.target_price` can answer, for the state `now()`. */
export function answering(now) {
  return (asked) => {
    const found = NAME.exec(asked);
    if (!found) return null;
    const [, who, branch, name] = found;
    const state = who === "reader" ? now() : { ...now(), moves: [] };
    const printed = !branch && who === "start" && !state.branch && known(state, name);
    if (printed) return printed;
    const scenario = who === "reader" ? "Yours, not the report's" : "The start of yours";
    const space = `${who}${branch ? `@${branch}` : ""}`;
    if (name in EXPECTED) return ofTree(state, who, name, scenario);
    const p = branch ? branchRuns(state)[branch].p : valuesOf(state);
    return name.startsWith("param.")
      ? ofParameter(state, p, name.slice(6), scenario)
      : ofCell(p, space, name, scenario);
  };
}

/* The book's own receipt, where the start is the run of these pages or a scenario of the book. */
function known(state, name) {
  const space = Object.keys(state.given).length ? "model" : state.scenario;
  return /** @type {any} */ (window).thesisReceipt?.get(`${space}.${name}`) ?? null;
}

function ofCell(p, space, name, scenario) {
  texts ??= equations();
  const inputs = new Set();
  const asked = (key) => (inputs.add(`${space}.${key}`), `{${space}.${key}}`);
  const formula = texts
    .get(cellPlace(name))
    .replace(/\bc\[(\d+)\]/g, (_, place) => asked(cells[place]))
    .replace(/\bp\[(\d+)\]/g, (_, place) => asked(`param.${keys[place]}`))
    .replaceAll("===", "=");
  const [label, unit] = wordsOf(name);
  return { kind: "quantity", label, unit, value: computed(p)[cellPlace(name)], scenario, formula, inputs: [...inputs] };
}

function ofParameter(state, p, key, scenario) {
  const owner = ownerOf(key);
  const { kind, unit } = parameters.get(owner);
  const value = p[placeOf(key)];
  const moved = value !== valuesOf({ ...state, moves: [] })[placeOf(key)];
  const label = [book.labels[owner], split(key)[1]].filter(Boolean).join(", ");
  const allowed = kind === "number" ? { range: range(owner, rangesOf(state)) } : {};
  return {
    kind: "parameter",
    label,
    unit,
    value,
    scenario,
    ...allowed,
    reason: moved ? "Moved by the reader" : book.reasons[owner],
  };
}

function ofTree(state, who, name, scenario) {
  const found = expected(state);
  const inner = name.slice(5);
  const inputs = found.runs.map((_, place) => `${who}@${place}.${inner in book.quantities ? inner : TARGET}`);
  const formula = found.runs
    .map(({ chance }, place) => `${(100 * chance).toFixed(2)}% × {${inputs[place]}}`)
    .join(" + ");
  return {
    kind: "study",
    label: `Expected over the tree: ${wordsOf(inner)[0]}`,
    unit: wordsOf(inner)[1],
    value: found[EXPECTED[name]],
    scenario,
    formula,
    inputs,
  };
}
