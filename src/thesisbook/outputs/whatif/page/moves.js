/* What the reader moved: a scenario and moves in order, the values they give, and their words. */
import { changed, named, ownerOf, parameters, placeOf, range, say, scenarios, start } from "./model.js";
import { book } from "./data.js";

export const levers = book.levers;
export const drivers = book.drivers;

/* A state. `given` are the changes of the book's own run. A move is [kind, name, value]: `set` a
   parameter, `scale` a lever, choose the `state` of a driver, or give the `odds` of all its states. */
export const opening = (scenario, given = {}) => ({ scenario, given, moves: [] });

/* A state with a move; a second move of the same thing replaces the first, one to nothing undoes it. */
export function moved(state, kind, name, value) {
  const at = state.moves.findIndex(([k, n]) => k === kind && n === name);
  const move = [kind, name, value];
  const moves = at < 0 ? [...state.moves, move] : state.moves.with(at, move);
  return { ...state, moves: moves.filter((one) => one[2] !== undefined) };
}
export function ofKind(state, wanted) {
  const found = state.moves.filter(([kind]) => kind === wanted);
  return Object.fromEntries(found.map(([, name, value]) => [name, value]));
}
/* The state of each driver; null where the scenario is no branch of the tree. */
export function branchOf(state) {
  const { branch } = book.scenarios[state.scenario];
  return branch && { ...branch, ...ofKind(state, "state") };
}

/* ---------- values by place ---------- */
/* A branch of the tree, by the state of each driver: set, then added, then capped. */
function ofBranch(states) {
  const house = start(book.start);
  const parts = Object.entries(drivers).map(([id, driver]) => driver.states[states[id]]);
  const found = Object.assign({}, ...parts.map((part) => part.set));
  const standing = (name) => found[name] ?? house[placeOf(name)];
  for (const { add } of parts) for (const name in add) found[name] = standing(name) + add[name];
  for (const { most } of parts) for (const name in most) found[name] = Math.min(standing(name), most[name]);
  return changed(house, found, book.start);
}
const kept = {};
export const branchValues = (states) => (kept[Object.values(states).join()] ??= ofBranch(states));

/* Values with what is scaled first, then what is set, as the command `tree` does; of what is set,
   a year's own value wins. Held within the ranges if `clip`, else refused outside. */
export function withMoves(from, state, scenario, clip = false) {
  const found = {};
  for (const [name, factor] of Object.entries(ofKind(state, "scale")))
    for (const key of levers[name].parameters.flatMap(named))
      found[key] = (found[key] ?? from[placeOf(key)]) * factor;
  const sets = { ...state.given, ...ofKind(state, "set") };
  for (const [name, value] of Object.entries(sets))
    for (const key of named(name)) if (key === name || !(key in sets)) found[key] = value;
  for (const key in found) {
    const [low, high] = range(ownerOf(key), scenario);
    if (clip && typeof found[key] === "number") found[key] = Math.min(Math.max(found[key], low), high);
  }
  return changed(from, found, scenario);
}
export function valuesOf(state, clip = false) {
  const branch = branchOf(state);
  return withMoves(branch ? branchValues(branch) : start(state.scenario), state, state.scenario, clip);
}

/* ---------- typed values ---------- */
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?%?$/i;
const number = (said) => (said.endsWith("%") ? parseFloat(said) / 100 : parseFloat(said));

/* What was typed, as the command line reads it: a number, 10%, true, a word, a date. */
export function typed(text, name) {
  const said = text.trim().replace("\u2212", "-");
  const owner = ownerOf(named(name)[0]);
  const { kind, unit } = parameters.get(owner);
  if (kind === "switch" && ["true", "false"].includes(said)) return said === "true";
  if (kind !== "number" || !NUMBER.test(said)) return said;
  if (!said.endsWith("%") || ["ratio", "percent"].includes(unit)) return number(said);
  if (unit) throw new Error(say("{}: {} is for ratios, {} is in {}", name, said, owner, unit));
  throw new Error(say("{}: {} is for ratios, {} is without a unit", name, said, owner));
}
/* A factor or a probability. */
export function share(text, name) {
  if (!NUMBER.test(text.trim())) throw new Error(say("{}: '{}' is not a number", name, text));
  return number(text.trim());
}

/* ---------- command lines, file and address ---------- */
/* What differs from the scenario as it stands, by flat name; one name for all years that agree. */
function differences(state) {
  const [before, after] = [start(state.scenario), valuesOf(state)];
  /** @type {Record<string, any>} */
  const found = {};
  for (const name of parameters.keys()) {
    const own = named(name);
    const differ = own.filter((key) => before[placeOf(key)] !== after[placeOf(key)]);
    const agree = differ.length === own.length && new Set(own.map((key) => after[placeOf(key)])).size === 1;
    for (const key of agree ? [name] : differ) found[key] = after[placeOf(named(key)[0])];
  }
  if ("wacc" in found) found.wacc_method ??= after[placeOf("wacc_method")];
  return found;
}
const options = (flag, found) => Object.entries(found).map(([name, value]) => `${flag} ${name}=${value}`);

export function buildLine(state) {
  const chosen = state.scenario === scenarios[0] ? [] : [`--scenario ${state.scenario}`];
  return ["thesisbook build", ...chosen, ...options("-p", differences(state))].join(" ");
}
export function treeLine(state) {
  const sets = options("-p", { ...state.given, ...ofKind(state, "set") });
  const scales = Object.entries(ofKind(state, "scale")).flatMap(([name, factor]) =>
    levers[name].parameters.map((one) => `--scale ${one}=${factor}`),
  );
  const list = (own) => Object.entries(own).map(([one, chance]) => `${one}:${chance}`);
  const odds = Object.entries(ofKind(state, "odds")).map(([name, own]) => `--odds ${name}=${list(own)}`);
  return ["thesisbook tree", ...sets, ...scales, ...odds].join(" ");
}
export function parameterFile(state) {
  const { company: what_if, edition } = book;
  const found = { what_if, edition, scenario: state.scenario, parameters: differences(state) };
  return `${JSON.stringify(found, null, 1)}\n`;
}

export function toAddress(state) {
  const moves = state.moves.map(([kind, name, value]) => [kind, `${name}:${JSON.stringify(value)}`]);
  return String(new URLSearchParams([["start", state.scenario], ...moves]));
}
/* The state that an address tells, from the start of the page; null where it tells none. */
export function fromAddress(text, first) {
  const [[start, scenario] = [], ...told] = new URLSearchParams(text);
  if (start !== "start") return null;
  const moves = told.map(([kind, said]) => {
    const [, name, value] = /^(.*?):(.*)$/.exec(said);
    return [kind, name, JSON.parse(value)];
  });
  return { ...(scenario === first.scenario ? first : opening(scenario)), moves };
}
