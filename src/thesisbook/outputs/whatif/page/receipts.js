/* Receipts of the reader's numbers, and of the start's, from the equations that made them. */
import { cellPlace, cells, computed, equations, keys, ownerOf } from "./model.js";
import { parameters, placeOf, range, say } from "./model.js";
import { book } from "./data.js";
import { at, expected, TARGET } from "./answers.js";
import { valuesOf } from "./moves.js";

/* `reader.target_price`, `start.param.beta`, `reader.tree.upside`; `reader@3.…` is of a branch. */
const NAME = /^(reader|start)(?:@(\d+))?\.(?:(param|tree)\.)?(.+)$/;
const SCENARIO = { reader: say("Yours, not the report's"), start: say("The start of yours") };

/* The label and unit of a cell or parameter, of a year or of all. */
export function wordsOf(name) {
  const [, stem, year] = /^(.*?)(?:\.(\d{4}))?$/.exec(name);
  const [label, unit] = book.words[stem];
  return [year ? `${label}${say(", ")}${year}` : label, unit];
}

/* The hook of the page's receipts: what each name can answer, for the state `now()`. */
export const answering = (now) => (asked) => {
  const [, who, branch, part, name] = NAME.exec(asked) ?? [];
  if (!who) return null;
  const state = who === "reader" ? now() : { ...now(), moves: [] };
  const [label, unit] = wordsOf(name);
  const told = { kind: "quantity", label, unit, scenario: SCENARIO[who] };
  if (who === "start" && !branch) told.as = ofBook(state, part, name);
  if (part === "tree") return { ...told, ...ofTree(expected(state), who, name, label) };
  const p = branch ? expected(state).runs[branch].p : valuesOf(state);
  if (part === "param") return { ...told, ...ofParameter(state, p, name) };
  return { ...told, ...ofCell(p, asked.slice(0, asked.indexOf(".")), name) };
};

/* The book's own name of a number of the start: where the book has it, that receipt answers. */
function ofBook(state, part, name) {
  if (part === "tree") return `tree.${name === TARGET ? "target" : name}`;
  const run = Object.keys(state.given).length ? "model" : state.scenario;
  return [run, part, name].filter(Boolean).join(".");
}

let texts = null;
function ofCell(p, space, name) {
  texts ??= equations();
  const inputs = new Set();
  const named = (key, prefix) => {
    inputs.add(`${space}.${prefix}${key}`);
    return `[${wordsOf(key)[0]}]`;
  };
  const formula = texts
    .get(cellPlace(name))
    .replace(/\bc\[(\d+)\]/g, (_, place) => named(cells[place], ""))
    .replace(/\bp\[(\d+)\]/g, (_, place) => named(keys[place], "param."))
    .replaceAll("===", "=");
  return { value: at(computed(p), name), formula, inputs: [...inputs] };
}

function ofParameter(state, p, key) {
  const [owner, value] = [ownerOf(key), p[placeOf(key)]];
  const own = value === valuesOf({ ...state, moves: [] })[placeOf(key)];
  const reason = own ? book.reasons[owner] : say("Moved by the reader, or by the branch");
  const allowed = parameters.get(owner).kind === "number" ? range(owner, state.scenario) : null;
  return { kind: "parameter", value, reason, range: allowed };
}

function ofTree(found, who, name, label) {
  const formula = found.runs.map(({ chance }) => `${(100 * chance).toFixed(2)}% × [${label}]`).join(" + ");
  const inputs = found.runs.map((_, place) => `${who}@${place}.${name}`);
  const said = say("Expected over the tree: {}", label);
  return { kind: "study", label: said, value: found[name], formula, inputs };
}
