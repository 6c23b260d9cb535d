/* What follows from a state: the tree, the grade, the bridge, tornado, heat map, the way back. */
import { cellPlace, computed, named, ownerOf, placeOf, range } from "./model.js";
import { book } from "./data.js";
import {
  branchOf,
  branchValues,
  levers,
  moved,
  oddsOf,
  rangesOf,
  startValues,
  tree,
  upTo,
  valueOf,
  valuesOf,
  withMoves,
} from "./moves.js";

export const TARGET = "target_price";
export const at = (c, name) => c[cellPlace(name)];

/* ---------- the tree ---------- */
/* Every combination of states with its probability; odds of a driver replace those of the book. */
export function combinations(odds = {}) {
  let found = [{ states: {}, chance: 1 }];
  for (const { id, given, states } of tree.drivers)
    found = found.flatMap((one) =>
      states.map((state) => {
        const own = typeof state.odds === "object" ? state.odds[one.states[given]] : state.odds;
        return {
          states: { ...one.states, [id]: state.id },
          chance: one.chance * (odds[id] ? odds[id][state.id] : own),
        };
      }),
    );
  return found.filter(({ chance }) => chance > 0);
}

export const likeliest = () => combinations().reduce((a, b) => (b.chance > a.chance ? b : a)).states;

/* Each branch with the reader's moves: its states, chance, values and cells. */
export function branchRuns(state) {
  const moves = [...Object.entries(state.given).map(([name, value]) => ["set", name, value]), ...state.moves];
  return combinations(oddsOf(state)).map((one) => {
    const p = withMoves(branchValues(one.states), moves, tree.start);
    return { ...one, p, c: computed(p) };
  });
}

/* The expected value over the tree with its return and grade; null where there is no tree. */
const known = new Map();
export function expected(state) {
  if (!tree) return null;
  const key = JSON.stringify([state.given, state.moves.filter(([kind]) => kind !== "state")]);
  if (known.size > 300) known.clear();
  if (!known.has(key)) known.set(key, weighed(state));
  return known.get(key);
}
function weighed(state) {
  const runs = branchRuns(state);
  const mean = (name) => runs.reduce((sum, { c, chance }) => sum + chance * at(c, name), 0);
  const [price, index] = ["price", "index_return"].map((name) => runs[0].p[placeOf(name)]);
  const target = mean(TARGET);
  const upside = target / price - 1;
  return {
    target,
    today: mean("value_per_share"),
    price,
    upside,
    relative: upside - index,
    grade: grade(upside - index),
    runs,
  };
}

/* The best grade must be exceeded; every other includes its lower bound. */
export const grade = (relative) =>
  book.grades.find(([, above], place) => above === null || (place ? relative >= above : relative > above))[0];

/* The chance of each state of a driver, whatever the states of the others. */
export function chances(driver, odds) {
  const found = Object.fromEntries(driver.states.map((one) => [one.id, 0]));
  for (const { states, chance } of combinations(odds)) found[states[driver.id]] += chance;
  return found;
}

/* Odds with one of them set; the others keep their proportions, and all add up to 1. */
export function reweighted(own, state, chance) {
  const rest = Object.entries(own).filter(([id]) => id !== state);
  const sum = rest.reduce((total, [, value]) => total + value, 0);
  const found = { ...own, [state]: chance };
  for (const [id, value] of rest) found[id] = sum > 0 ? ((1 - chance) * value) / sum : (1 - chance) / rest.length;
  const last = rest.at(-1)[0];
  found[last] = Math.max(
    0,
    1 - Object.entries(found).reduce((total, [id, value]) => total + (id === last ? 0 : value), 0),
  );
  return found;
}

/* ---------- around the reader's state ---------- */
const target = (state, clip = false) => {
  try {
    return at(computed(valuesOf(state, clip)), TARGET);
  } catch {
    return NaN; // no value exists, as where growth reaches the cost of capital
  }
};
const expectedTarget = (state) => {
  try {
    return expected(state)?.target ?? NaN;
  } catch {
    return NaN;
  }
};

/* After each move, in the order moved: the target and the expected value. The first is the start. */
export const bridge = (state) =>
  Array.from({ length: state.moves.length + 1 }, (_, count) => {
    const before = upTo(state, count);
    return { move: state.moves[count - 1], target: target(before), expected: expectedTarget(before) };
  });

export const movable = (state) => [...levers.values()].filter((lever) => !lever.tree || state.branch);
const put = (state, lever, value) =>
  lever.tree
    ? moved(state, "state", lever.tree, value)
    : moved(state, lever.how, lever.how === "scale" ? lever.id : lever.parameters[0], value);
export const standing = (state, lever) => {
  if (lever.tree) return branchOf(state)?.[lever.tree];
  if (lever.how === "scale") return valueOf(state, "scale", lever.id) ?? 1;
  return valuesOf(state)[placeOf(lever.parameters[0])];
};

/* Each lever at its ends, all else as it stands; widest first. */
export function tornado(state) {
  const bars = movable(state).map((lever) => {
    const ends = lever.tree
      ? tree.drivers.find(({ id }) => id === lever.tree).states.map(({ id }) => id)
      : [lever.low, lever.high];
    const targets = ends.map((end) => target(put(state, lever, end), true));
    return { lever, ends, targets };
  });
  const width = ({ targets }) => Math.max(...targets) - Math.min(...targets) || 0;
  return bars.sort((a, b) => width(b) - width(a));
}

export const steps = (lever, count = 7) =>
  Array.from({ length: count }, (_, k) => lever.low + ((lever.high - lever.low) * k) / (count - 1));
export const heatMap = (state, down, across) =>
  steps(down).map((row) => steps(across).map((column) => target(put(put(state, down, row), across, column), true)));

/* ---------- what must be true ---------- */
const HALVINGS = 50;

/* The value of a lever at which the target (or the expected value) is `goal`; null if at none. */
export function mustBe(state, lever, goal, ofTree) {
  const gap = (value) => (ofTree ? expectedTarget : target)(put(state, lever, value)) - goal;
  let [low, high] = bracket(state, lever);
  const width = (high - low) / 200;
  for (let k = 0; k < 200 && Number.isNaN(gap(low)); k += 1) low += width;
  for (let k = 0; k < 200 && Number.isNaN(gap(high)); k += 1) high -= width;
  const below = gap(low);
  if (below === 0) return low;
  if (!(below * gap(high) <= 0)) return null;
  for (let k = 0; k < HALVINGS; k += 1) {
    const middle = (low + high) / 2;
    if (gap(middle) > 0 === below > 0) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/* All that is allowed: the range of a parameter, or the factors that keep every value in range. */
function bracket(state, lever) {
  const scenario = rangesOf(state);
  if (lever.how === "set") return range(ownerOf(named(lever.parameters[0])[0]), scenario);
  const bases = [
    startValues(state),
    ...(tree ? combinations(oddsOf(state)).map((one) => branchValues(one.states)) : []),
  ];
  let [low, high] = [0, Infinity];
  for (const key of lever.parameters.flatMap(named))
    for (const base of bases) {
      const value = base[placeOf(key)];
      const [least, most] = range(ownerOf(key), scenario);
      if (value > 0) [low, high] = [Math.max(low, least / value), Math.min(high, most / value)];
    }
  return [low, Number.isFinite(high) ? high : 10];
}

export const series = (line) => book.years.filter((year) => cellPlace(`${line}.${year}`) !== undefined);
