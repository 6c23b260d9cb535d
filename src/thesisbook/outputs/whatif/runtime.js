/* What the tables and equations above need: names, allowed values, errors, functions of equations.

   evaluate({beta: 1.1, "gross_margin.2027": 0.5}, "bull")   every cell by name
   values({beta: 1.1}, "bull")   every parameter by its flat name
   range("beta", "bull")         the lowest and highest value allowed
   start, changed, computed    the same in three steps, over arrays, for many runs of one page
   cells        names of the cells: "revenue.2027", "target_price"
   parameters   Map of name to unit, kind, years, low, high and allowed words
   scenarios    their names; the first is meant where none is named
   An Error is thrown where Python would raise ParameterError. */

const dated = ([stem, first, last]) =>
  first ? Array.from({ length: last - first + 1 }, (_, k) => `${stem}.${first + k}`) : [stem];

export const cells = tables.cells.flatMap(dated);
export const parameters = new Map(Object.entries(tables.parameters));
export const scenarios = Object.keys(tables.scenarios);

const flat = ([name, { years }]) => (years ? years.map((year) => `${name}.${year}`) : [name]);
const owners = new Map([...parameters].flatMap((entry) => flat(entry).map((key) => [key, entry[0]])));
export const keys = [...owners.keys()];

/* Functions that equations call. */
const mean = (...list) => list.reduce((sum, value) => sum + value) / list.length;
const median = (...list) => {
  list.sort((a, b) => a - b);
  const middle = list.length >> 1;
  return list.length % 2 ? list[middle] : (list[middle - 1] + list[middle]) / 2;
};
const meanWithoutLargest = (...list) =>
  list.length > 1
    ? (list.reduce((sum, value) => sum + value) - Math.max(...list)) / (list.length - 1)
    : list[0];
const roundHalfUp = (value, decimals) => Math.floor(value * 10 ** decimals + 0.5 + tables.tie) / 10 ** decimals;
const daysBetween = (first, last) => (Date.parse(last) - Date.parse(first)) / 864e5;

/* A number as Python's `g` writes it, with that many digits. */
export const general = (value, digits = 6) => {
  if (!Number.isFinite(value)) return String(value);
  const [front, power] = value.toExponential(digits - 1).split("e");
  const size = Math.abs(power);
  if (power >= -4 && power < digits) return String(Number(`${front}e${power}`));
  return `${Number(front)}e${power < 0 ? "-" : "+"}${size < 10 ? 0 : ""}${size}`;
};

/* What is said to a reader, in the language of a page that has other words than the English. */
export const say = (english, ...parts) => {
  const said = /** @type {any} */ (globalThis).WORDS?.[english] || english;
  return said.replace(/\{\}/g, () => parts.shift());
};
const refuse = (message) => {
  throw new Error(message);
};
const shown = (value) => (typeof value === "string" ? `'${value}'` : String(value));

const isDay = (value) => {
  const time = typeof value === "string" ? Date.parse(value) : NaN;
  return !Number.isNaN(time) && new Date(time).toISOString().slice(0, 10) === value;
};

/* A value if its parameter allows it; an Error that says what is allowed if not. */
function checked(key, value, { kind, unit, allowed }, [low, high]) {
  if (kind === "published") refuse(say("{}: is a published line; only its fact can change it", key));
  if (kind === "choice" && !allowed.includes(value))
    refuse(say("{}: {} is not allowed; one of {}", key, shown(value), allowed.join(", ")));
  if (kind === "switch" && typeof value !== "boolean")
    refuse(say("{}: {} is not allowed; true or false", key, shown(value)));
  if (kind === "date") {
    if (!isDay(value)) refuse(say("{}: {} is no date; write YYYY-MM-DD", key, shown(value)));
    if (value < low || value > high) refuse(say("{}: {} is out of range; {} to {}", key, value, low, high));
  }
  if (kind === "number") {
    if (typeof value !== "number") refuse(say("{}: {} is not a number", key, shown(value)));
    if (!(value >= low && value <= high)) {
      const found = [value, low, high].map((one) => general(one));
      if (!unit) refuse(say("{}: {} is out of range; allowed is {} to {}", key, ...found));
      refuse(say("{}: {} is out of range; allowed is {} to {} ({})", key, ...found, unit));
    }
    if (unit === "year" && !Number.isInteger(value)) refuse(say("{}: {} is not a whole year", key, value));
  }
  return value;
}

/* The flat names meant by `wacc`, `gross_margin.2027`, or `gross_margin` (every year). */
export function named(name) {
  if (owners.has(name)) return [name];
  if (parameters.has(name)) return flat([name, parameters.get(name)]);
  const found = /^(.*)\.\d+$/.exec(name);
  if (!found || !parameters.has(found[1])) refuse(say("{}: no such parameter", name));
  const { years } = parameters.get(found[1]);
  if (!years) refuse(say("{}: no such year; it has no years", name));
  return refuse(say("{}: no such year; {} to {}", name, years[0], years.at(-1)));
}

export function range(name, scenario = scenarios[0]) {
  const { low, high } = parameters.get(name);
  return tables.scenarios[scenario].ranges[name] ?? [low, high];
}

const places = new Map(keys.map((key, place) => [key, place]));
const cellPlaces = new Map(cells.map((name, place) => [name, place]));
export const placeOf = (key) => places.get(key);
export const cellPlace = (name) => cellPlaces.get(name);
export const ownerOf = (key) => owners.get(key);

/* The values of a scenario, by place. They are shared: change a copy. */
const starts = new Map();
export function start(scenario = scenarios[0]) {
  if (!scenarios.includes(scenario)) refuse(say("{}: no such scenario", scenario));
  if (!starts.has(scenario)) {
    const own = tables.scenarios[scenario].values;
    starts.set(scenario, keys.map((key, place) => own[key] ?? tables.values[place]));
  }
  return starts.get(scenario);
}

/* Values by place with what is given in their place, each checked against its range. */
export function changed(from, given = {}, scenario = scenarios[0]) {
  const settled = new Map();
  for (const [name, value] of Object.entries(given)) {
    const meant = named(name);
    for (const key of meant) {
      if (meant.length > 1 && Object.hasOwn(given, key)) continue; // the year's own value wins
      const owner = owners.get(key);
      settled.set(key, checked(key, value, parameters.get(owner), range(owner, scenario)));
    }
  }
  for (const [name, [other, word]] of Object.entries(tables.selects))
    if (settled.has(name) && !settled.has(other)) settled.set(other, word);
  const found = from.slice();
  for (const [key, value] of settled) found[places.get(key)] = value;
  return found;
}

/* Every cell by place, at values by place. */
export function computed(p) {
  const c = new Float64Array(cells.length);
  for (const part of equationParts) part(p, c);
  const told = (_, name, digits) => general(c[cellPlace(name)], Number(digits));
  for (const [name, message, holds] of requirements)
    if (!holds(p, c)) refuse(`${name}${say(": ")}${message.replace(/\{(.*?):\.(\d+)g\}/g, told)}`);
  return c;
}

/* The equation of each cell as text, by place: `c[3]*p[7]`. */
export const equations = () =>
  new Map(Array.from(equationParts.join("\n").matchAll(/^c\[(\d+)\]=(.*)$/gm), ([, place, text]) => [Number(place), text]));

/* Every parameter of a scenario with what is given in its place, by flat name. */
export function values(given = {}, scenario = scenarios[0]) {
  const p = changed(start(scenario), given, scenario);
  return Object.fromEntries(keys.map((key, place) => [key, p[place]]));
}

/* Every cell by name at the values of a scenario with what is given in their place. */
export function evaluate(given = {}, scenario = scenarios[0]) {
  const c = computed(changed(start(scenario), given, scenario));
  return Object.fromEntries(cells.map((name, place) => [name, c[place]]));
}
