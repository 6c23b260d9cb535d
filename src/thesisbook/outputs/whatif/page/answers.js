/* What follows from a state: the tree, the grade, the bridge, tornado, heat map, the way back. */
import { cellPlace, computed, named, ownerOf, placeOf, range, say } from "./model.js";
import { book } from "./data.js";
import { branchOf, branchValues, drivers, levers, moved, ofKind, valuesOf, withMoves } from "./moves.js";

export const TARGET = "target_price";
export const at = (c, name) => c[cellPlace(name)];

/* ---------- the tree ---------- */
/* Every combination of states with its probability; odds of a driver replace those of the book. */
export function combinations(odds = {}) {
  let found = [{ states: {}, chance: 1 }];
  for (const [id, { given, states }] of Object.entries(drivers))
    found = found.flatMap((one) =>
      Object.entries(states).map(([name, state]) => {
        const own = typeof state.odds === "object" ? state.odds[one.states[given]] : state.odds;
        const chance = one.chance * (odds[id] ? odds[id][name] : own);
        return { states: { ...one.states, [id]: name }, chance };
      }),
    );
  return found.filter(({ chance }) => chance > 0);
}

/* The expected value over the tree, its return and grade, and the run of each branch; null where
   the state starts from no branch. Which branch it is makes no difference. */
export function expected(state) {
  if (!branchOf(state)) return null;
  const runs = combinations(ofKind(state, "odds")).map((one) => {
    const p = withMoves(branchValues(one.states), state, book.start);
    return { ...one, p, c: computed(p) };
  });
  const mean = (value) => runs.reduce((total, one) => total + one.chance * value(one), 0);
  const sum = mean(() => 1);
  if (!(Math.abs(sum - 1) < 1e-9)) throw new Error(say("odds add to {}; 1 is allowed", sum));
  const target_price = mean(({ c }) => at(c, TARGET));
  const value_per_share = mean(({ c }) => at(c, "value_per_share"));
  const upside = target_price / runs[0].p[placeOf("price")] - 1;
  const relative_return = upside - runs[0].p[placeOf("index_return")];
  return { target_price, value_per_share, upside, relative_return, grade: grade(relative_return), runs };
}

/* The best grade must be exceeded; every other includes its lower bound. */
export function grade(relative) {
  const reached = (above, place) => above === null || (place ? relative >= above : relative > above);
  return book.grades.find(([, above], place) => reached(above, place))[0];
}

/* The chance of each state of a driver, whatever the states of the others. */
function chances(driver, odds) {
  const found = Object.fromEntries(Object.keys(drivers[driver].states).map((id) => [id, 0]));
  for (const { states, chance } of combinations(odds)) found[states[driver]] += chance;
  return found;
}
/* Odds with one of them set; the others keep their proportions, and all add up to 1. */
export function reweighted(own, state, chance) {
  const others = Object.keys(own).filter((id) => id !== state);
  const sum = others.reduce((total, id) => total + own[id], 0);
  const part = (id) => (1 - chance) * (sum > 0 ? own[id] / sum : 1 / others.length);
  return Object.fromEntries(Object.keys(own).map((id) => [id, id === state ? chance : part(id)]));
}

/* ---------- one control ---------- */
/* The values that stand where a control of this kind puts one; odds are named `driver:state`. */
export function standing(state, kind, name) {
  if (kind === "set") return named(name).map((key) => valuesOf(state)[placeOf(key)]);
  if (kind === "scale") return [ofKind(state, kind)[name] ?? 1];
  if (kind === "state") return [branchOf(state)?.[name]];
  const [driver, one] = name.split(":");
  return [chances(driver, ofKind(state, kind))[one]];
}
export function put(state, kind, name, value) {
  if (kind !== "odds") return moved(state, kind, name, value);
  const [driver, one] = name.split(":");
  if (!(value >= 0 && value <= 1))
    throw new Error(say("{}: {} is out of range; allowed is 0% to 100%", `${driver}.${one}`, value));
  return moved(state, kind, driver, reweighted(chances(driver, ofKind(state, kind)), one, value));
}

/* ---------- around the reader's state ---------- */
const orNaN = (work) => {
  try {
    return work();
  } catch {
    return NaN; // no value exists, as where growth reaches the cost of capital
  }
};
const target = (state, clip = false) => orNaN(() => at(computed(valuesOf(state, clip)), TARGET));
const expectedTarget = (state) => orNaN(() => expected(state)?.target_price ?? NaN);
const pull = (state, { kind, target: name }, value) => moved(state, kind, name, value);

/* After each move, in the order moved: the target and the expected value. The first is the start. */
export const bridge = (state) =>
  [undefined, ...state.moves].map((move, count) => {
    const before = { ...state, moves: state.moves.slice(0, count) };
    return { move, target: target(before), expected: expectedTarget(before) };
  });

/* Each lever at its ends, all else as it stands: [target, end] from least to most; widest first. */
export function tornado(state) {
  const list = Object.values(levers).filter(({ kind }) => kind !== "state" || branchOf(state));
  const bars = list.map((lever) => {
    const ends = lever.ends.map((end) => [target(pull(state, lever, end), true), end]);
    return { lever, ends: ends.sort(([one], [other]) => one - other) };
  });
  const width = ({ ends }) => ends.at(-1)[0] - ends[0][0];
  return bars.filter((bar) => Number.isFinite(width(bar))).sort((one, other) => width(other) - width(one));
}

const STEPS = 7;
export const steps = ({ ends: [low, high] }) =>
  Array.from({ length: STEPS }, (_, place) => low + ((high - low) * place) / (STEPS - 1));
export function heatMap(state, down, across) {
  const row = (own) => steps(across).map((value) => target(pull(own, across, value), true));
  return steps(down).map((value) => row(pull(state, down, value)));
}

/* ---------- what must be true ---------- */
const HALVINGS = 60;
const MOST_FACTOR = 10;

/* The farthest value from `inside`, where something holds, towards `outside` at which it holds. */
function edge(holds, inside, outside) {
  if (holds(outside)) return outside;
  for (let count = 0; count < HALVINGS; count += 1) {
    const middle = (inside + outside) / 2;
    [inside, outside] = holds(middle) ? [middle, outside] : [inside, middle];
  }
  return inside;
}
/* The value of a lever at which the target (or the expected value) is `goal`; null if at none. */
export function mustBe(state, lever, goal, ofTree) {
  const valueAt = (value) => (ofTree ? expectedTarget : target)(pull(state, lever, value));
  const [now] = standing(state, lever.kind, lever.target);
  const factors = [0, MOST_FACTOR];
  const ends = lever.kind === "set" ? range(ownerOf(named(lever.target)[0]), state.scenario) : factors;
  const [low, high] = ends.map((end) => edge((value) => !Number.isNaN(valueAt(value)), now, end));
  const above = valueAt(low) > goal;
  return valueAt(high) > goal === above ? null : edge((value) => valueAt(value) > goal === above, low, high);
}
