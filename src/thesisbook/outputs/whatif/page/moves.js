/* What the reader moved: a starting point and moves in order, their values, and their words. */
import { changed, named, ownerOf, parameters, placeOf, range, scenarios, start } from "./model.js";
import { book } from "./data.js";

export const tree = book.tree;
const drivers = new Map((tree ? tree.drivers : []).map((driver) => [driver.id, driver]));
export const levers = new Map(book.levers.map((lever) => [lever.id, lever]));

/* A state: { scenario, given, branch, moves }. `branch` has a state for each driver where the
   start is a branch of the tree; `given` are the changes of the book's own run. A move is
   [kind, name, value]: set a parameter, scale a lever, the state or the odds of a driver. */
export const opening = (scenario, given = {}) => ({ scenario, given, branch: null, moves: [] });

export function moved(state, kind, name, value) {
  const move = [kind, name, value];
  const at = state.moves.findIndex(([k, n]) => k === kind && n === name);
  if (value === undefined) return { ...state, moves: state.moves.filter((_, place) => place !== at) };
  return { ...state, moves: at < 0 ? [...state.moves, move] : state.moves.with(at, move) };
}
export const valueOf = (state, kind, name) => state.moves.find(([k, n]) => k === kind && n === name)?.[2];
export const upTo = (state, count) => ({ ...state, moves: state.moves.slice(0, count) });
export const branchOf = (state) =>
  state.branch && {
    ...state.branch,
    ...Object.fromEntries(state.moves.filter(([k]) => k === "state").map(([, n, v]) => [n, v])),
  };
export const oddsOf = (state) =>
  Object.fromEntries(state.moves.filter(([kind]) => kind === "odds").map(([, n, v]) => [n, v]));

/* ---------- values by place ---------- */
let houseValues = null;
const house = () => (houseValues ??= start(tree.start));

const kept = new Map();
export function branchValues(states) {
  const key = Object.values(states).join("~");
  if (!kept.has(key)) kept.set(key, ofBranch(states));
  return kept.get(key);
}

/* A branch of the tree, by the state of each driver: set, then added, then capped. */
function ofBranch(states) {
  const parts = tree.drivers.map(({ id, states: own }) => own.find((one) => one.id === states[id]));
  const found = Object.assign({}, ...parts.map((part) => part.set));
  const standing = (name) => found[name] ?? house()[placeOf(name)];
  for (const { add } of parts) for (const [name, more] of Object.entries(add)) found[name] = standing(name) + more;
  for (const { most } of parts)
    for (const [name, cap] of Object.entries(most)) found[name] = Math.min(standing(name), cap);
  return changed(house(), found, tree.start);
}

/* Values with moves of levers and parameters: what is scaled first, then what is set, as the
   command `tree` does. Held within the ranges if `clip`, else refused outside. */
export function withMoves(from, moves, scenario, clip = false) {
  const given = {};
  for (const [kind, name, factor] of moves)
    if (kind === "scale")
      for (const key of levers.get(name).parameters.flatMap(named))
        given[key] = (given[key] ?? from[placeOf(key)]) * factor;
  const sets = moves.filter(([kind]) => kind === "set");
  for (const whole of [true, false])
    for (const [, name, value] of sets)
      if (named(name).length > 1 === whole) for (const key of named(name)) given[key] = value;
  if (clip)
    for (const [key, value] of Object.entries(given)) {
      const [low, high] = range(ownerOf(key), scenario);
      if (typeof value === "number") given[key] = Math.min(Math.max(value, low), high);
    }
  return changed(from, given, scenario);
}

export const rangesOf = (state) => (state.branch ? tree.start : state.scenario);
export const startValues = (state) =>
  state.branch ? branchValues(branchOf(state)) : changed(start(state.scenario), state.given, state.scenario);
export const valuesOf = (state, clip = false) => withMoves(startValues(state), state.moves, rangesOf(state), clip);

/* ---------- typed values ---------- */
const PERCENT = ["ratio", "percent"];

/* What was typed, as the command line reads it: a number, 10%, true, a word, a date. */
export function typed(text, name) {
  const said = text.trim().replace("\u2212", "-");
  const { kind, unit } = parameters.get(ownerOf(named(name)[0]));
  if (kind === "switch" && ["true", "false"].includes(said)) return said === "true";
  if (kind !== "number") return said;
  const found = /^([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)(%?)$/i.exec(said);
  if (!found) return said;
  if (found[2] && !PERCENT.includes(unit))
    throw new Error(
      `${name}: ${said} is for ratios, ${ownerOf(named(name)[0])} is ${unit ? `in ${unit}` : "without a unit"}`,
    );
  return found[2] ? Number(found[1]) / 100 : Number(found[1]);
}

/* ---------- the command line and the file ---------- */
/* What differs from a scenario as it stands, by flat name; one name for all years that agree. */
export function differences(state) {
  const scenario = rangesOf(state);
  const [before, after] = [start(scenario), valuesOf(state)];
  /** @type {Record<string, any>} */
  const found = {};
  for (const [name, { years }] of parameters) {
    const own = years ? years.map((year) => `${name}.${year}`) : [name];
    const values = own.map((key) => after[placeOf(key)]);
    const differ = own.filter((key) => before[placeOf(key)] !== after[placeOf(key)]);
    if (years && differ.length === own.length && new Set(values).size === 1) found[name] = values[0];
    else for (const key of differ) found[key] = after[placeOf(key)];
  }
  if ("wacc" in found) found.wacc_method ??= after[placeOf("wacc_method")];
  return found;
}

const options = (found, flag) => Object.entries(found).map(([name, value]) => `${flag} ${name}=${value}`);
export function buildLine(state) {
  const scenario = rangesOf(state);
  const chosen = scenario === scenarios[0] ? [] : [`--scenario ${scenario}`];
  return ["thesisbook build", ...chosen, ...options(differences(state), "-p")].join(" ");
}

export function treeLine(state) {
  const factors = state.moves.filter(([kind]) => kind === "scale");
  const scales = factors.flatMap(([, name, factor]) =>
    levers.get(name).parameters.map((one) => `--scale ${one}=${factor}`),
  );
  const sets = options(
    Object.fromEntries(state.moves.filter(([kind]) => kind === "set").map(([, n, v]) => [n, v])),
    "-p",
  );
  const odds = Object.entries(oddsOf(state)).map(
    ([driver, own]) =>
      `--odds ${driver}=${Object.entries(own)
        .map(([one, chance]) => `${one}:${chance}`)
        .join(",")}`,
  );
  return ["thesisbook tree", ...sets, ...scales, ...odds].join(" ");
}

export const parameterFile = (state) =>
  `${JSON.stringify({ what_if: book.company, edition: book.edition, scenario: rangesOf(state), parameters: differences(state) }, null, 1)}\n`;

/* ---------- the address ---------- */
export function toAddress(state) {
  const parts = state.branch ? [["branch", Object.values(state.branch).join("~")]] : [["start", state.scenario]];
  for (const [kind, name, value] of state.moves)
    parts.push([kind, `${name}:${kind === "odds" ? Object.values(value).join("~") : value}`]);
  return parts.map(([key, text]) => `${key}=${encodeURIComponent(text)}`).join("&");
}

const inOrder = (texts, names) => Object.fromEntries(names.map((name, place) => [name, texts[place]]));

/* The state that an address holds; null where it holds none that this book knows. */
export function fromAddress(text, fallback) {
  let state = null;
  try {
    for (const [key, said] of new URLSearchParams(text)) {
      const [name, value] = [said.slice(0, said.indexOf(":")), said.slice(said.indexOf(":") + 1)];
      const states = drivers.get(name)?.states.map((one) => one.id);
      if (key === "start")
        state = said === fallback.scenario ? { ...fallback, branch: null, moves: [] } : opening(said);
      else if (key === "branch")
        state = { ...fallback, branch: inOrder(said.split("~"), [...drivers.keys()]), moves: [] };
      else if (!state) return null;
      else if (key === "set") state = moved(state, key, name, typed(value, name));
      else if (key === "scale" && levers.has(name)) state = moved(state, key, name, Number(value));
      else if (key === "state" && states?.includes(value)) state = moved(state, key, name, value);
      else if (key === "odds" && states) state = moved(state, key, name, inOrder(value.split("~").map(Number), states));
    }
    return state && valuesOf(state) && state;
  } catch {
    return null;
  }
}
