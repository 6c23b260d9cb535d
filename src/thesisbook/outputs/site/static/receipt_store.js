/* The receipts of a site: which script holds one, and what it says. The form of index and parts is
   told in thesisbook/provenance/receipt_store.py. */
"use strict";
(() => {
  const held = new Map();
  window.thesisReceipts = (id, content) => held.set(id, content);
  let index = null;
  let page = "";

  const bare = (name) => name.replace(/^num\./, "");
  const line = (key) => key.replace(/^param\./, "").split(".")[0];
  const inRun = (run, key) => (run === "model" && key.startsWith("param.") ? key : `${run}.${key}`);

  /* The run and the name in it of a quantity or assumption; null for every other receipt. */
  function runAndKey(name) {
    const [first, ...rest] = name.split(".");
    if (first === "param") return ["model", name];
    return first in index.runs ? [first, rest.join(".")] : null;
  }

  /* Of parts in order, the last that begins at or before `word`. */
  function partFrom(list, word) {
    const found = list.filter(([first]) => first <= word).pop();
    return found ? [found[1]] : [];
  }

  function partsOf(given) {
    const name = bare(given);
    if (name.includes("{") || !name.includes(".")) {
      return [index.pages[page], index.pages[""]].filter(Boolean);
    }
    const run = runAndKey(name);
    if (run) return [index.runs[run[0]] || [], index.shapes].flatMap((list) => partFrom(list, line(run[1])));
    const first = name.split(".").slice(0, 2).join(".");
    return [...partFrom(index.facts, first), ...partFrom(index.studies, first)];
  }

  function get(given) {
    const name = bare(given);
    const reader = window.readerReceipt?.(name); // of a number that the reader made on the page
    if (reader) return reader;
    if (!index) return undefined;
    const run = name.includes("{") ? null : runAndKey(name);
    if (!run) {
      const part = partsOf(name).map((id) => held.get(id)).find((one) => one && Object.hasOwn(one, name));
      return part && part[name];
    }
    const [space, key] = run;
    const [values] = partFrom(index.runs[space] || [], line(key)).map((id) => held.get(id));
    if (!values || !Object.hasOwn(values.values, key)) return undefined;
    const own = values.values[key];
    const shape = partFrom(index.shapes, line(key)).map((id) => held.get(id))[0];
    if (!shape) return undefined;
    const differs = own !== null && typeof own === "object" && "=" in own ? own : { "=": own };
    const told = { scenario: values.scenario, ...shape[key], ...differs, value: differs["="] };
    const named = (list) => (list || []).map((each) => (each.startsWith(".") ? inRun(space, each.slice(1)) : each));
    return { ...told, inputs: named(told.inputs), used: named(told.used) };
  }

  async function need(ids) {
    const missing = [...new Set(ids)].filter((id) => !held.has(id));
    await Promise.all(missing.map((id) => window.thesisLoad(`receipts/${id}.js`)));
  }

  /* A number that only names a fact or a quantity answers with what that one can answer. */
  function answer(name) {
    let receipt = get(name);
    if (!receipt) return undefined;
    const { label, text, shown } = receipt;
    let last = name;
    while (receipt.as && get(receipt.as)) {
      last = receipt.as;
      receipt = get(last);
    }
    return { ...receipt, label, text: text || shown, name: last };
  }

  /* The same quantity, assumption or fact a year before; null for what is of no year. */
  function yearBefore(name) {
    const found = /^(.+\.)(\d{4})$/.exec(name);
    return found && !name.includes("{") ? `${found[1]}${found[2] - 1}` : null;
  }

  /* Load what the receipt of `name` says, down to the values and labels of its inputs.
     The parts that hold it. */
  async function ready(name) {
    await window.thesisLoad("receipts.js");
    index = window.RECEIPT_INDEX;
    page = window.thesisPage();
    const needed = new Set([index.sources, ...partsOf(name)]);
    for (let known = 0; known < needed.size;) {
      known = needed.size;
      await need([...needed]);
      const receipt = answer(name) || {};
      [...(receipt.inputs || []), ...(receipt.as ? [receipt.as] : [])].flatMap(partsOf).forEach((id) => needed.add(id));
    }
    return [...needed];
  }

  window.thesisReceipt = {
    ready, get, answer, yearBefore,
    source: (id) => (held.get(index.sources) || {})[id],
    unit: (code) => (Object.hasOwn(index.units, code) ? index.units[code] : code.replaceAll("_", " ")),
    sourcesPage: () => index.sources_page,
  };
})();
