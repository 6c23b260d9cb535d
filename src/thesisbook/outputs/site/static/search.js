/* Search as you type: the index of Sphinx finds the pages, the text of their sections shows where. */
"use strict";
(() => {
  const base = document.documentElement.dataset.content_root || "./";
  const LIMIT = 24;
  const PER_PAGE = 4;
  const GLOSSARY = 20; // what a word means comes after where it is used

  let loading;
  const ready = () => (loading ??= load());

  async function load() {
    if (typeof Search === "undefined") {
      /* On loading, the tools of Sphinx empty every field named q; what is typed must stay. */
      const fields = [...document.querySelectorAll('input[name="q"]')];
      fields.forEach((input) => input.removeAttribute("name"));
      for (const file of ["_static/language_data.js", "_static/searchtools.js"]) await window.thesisLoad(file);
      fields.forEach((input) => (input.name = "q"));
    }
    if (!Search.hasIndex()) await window.thesisLoad("searchindex.js");
    if (!window.SEARCH_TEXT) await window.thesisLoad("searchtext.js");
  }

  const make = (tag, className, text) => {
    const element = document.createElement(tag);
    if (className) element.className = className;
    if (text) element.textContent = text;
    return element;
  };

  /* The words to look for in the text: the query's runs of letters, Chinese runs whole. */
  function needles(query) {
    const runs = query.toLowerCase().match(/[\u3400-\u9fff\uf900-\ufaff]+|[\p{L}\p{N}][\p{L}\p{N}.,%-]*/gu) || [];
    const words = runs.filter((run) => typeof stopwords === "undefined" || !stopwords.includes(run));
    return words.length ? words : runs;
  }

  const stem = (word) => (/^[a-z]{5,}$/.test(word) ? word.slice(0, Math.max(4, word.length - 3)) : word);

  /* What a section is called beside its heading: by its anchors, and in other words. */
  const otherNames = ([anchor, , , anchors, names]) => `${`${anchor} ${anchors}`.replaceAll("-", " ")} ${names || ""}`.toLowerCase();

  const escaped = (word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  /* A short Latin word stands alone: PE is not in "people". */
  const SHORT = /^[a-z]{1,3}$/;
  const pattern = (word) => (SHORT.test(word) ? `(?<![\\p{L}\\p{N}])${word}(?![\\p{L}\\p{N}])` : escaped(word));
  const has = (text, word) => (SHORT.test(word) ? new RegExp(pattern(word), "u").test(text) : text.includes(word));

  function score(section, words, phrase) {
    const [heading, text, called] = [1, 2, 5].map((k) => (section[k] || "").toLowerCase());
    const also = otherNames(section);
    let sum = 0;
    for (const word of words) {
      const root = stem(word);
      if (has(called, word)) sum += 8;
      else if (has(heading, root)) sum += 6;
      if (has(also, word)) sum += 4;
      else if (has(text, word)) sum += 3;
      else if (has(text, root)) sum += 2;
    }
    if (words.length > 1 && [text, heading, also].some((part) => part.includes(phrase))) sum += 8;
    return sum;
  }

  function excerpt(text, words, phrase) {
    const lower = text.toLowerCase();
    let at = lower.indexOf(phrase);
    for (const word of words) if (at < 0) at = lower.indexOf(word);
    for (const word of words) if (at < 0) at = lower.indexOf(stem(word));
    const from = Math.max(0, at < 0 ? 0 : lower.lastIndexOf(" ", Math.max(0, at - 60)));
    const goesOn = from + 200 < text.length;
    const piece = text.slice(from, from + 200);
    const out = make("p", "search-excerpt");
    if (from > 0) out.append("… ");
    mark(out, goesOn ? piece.replace(/\s*[\w.,’-]+$/, "") : piece, words); // ends with a whole word
    if (goesOn) out.append(" …");
    return out;
  }

  function mark(target, text, words) {
    // of a Latin word the whole is marked, whatever its ending
    const patterns = words.map((word) => `${pattern(stem(word))}${/^[a-z]{4,}$/.test(word) ? "[a-z]*" : ""}`);
    if (!patterns.length) return target.append(text);
    text.split(new RegExp(`(${patterns.join("|")})`, "giu")).forEach((part, i) => target.append(i % 2 ? make("mark", "", part) : part));
  }

  /* Pages that the index of Sphinx names come first; others follow where a section has every word,
     in the text of a picture or among its other names. */
  function find(query) {
    const named = Search._performSearch(...Search._parseQuery(query)).reverse().map(([page]) => page);
    const pages = [...new Set([...named, ...Object.keys(window.SEARCH_TEXT)])];
    const words = needles(query);
    const phrase = query.toLowerCase().trim();
    const hits = [];
    pages.forEach((page) => {
      if (!window.SEARCH_TEXT[page]) return;
      const { title, sections, glossary } = window.SEARCH_TEXT[page];
      const rank = named.indexOf(page);
      const whole = (section) => {
        const all = `${section.join(" ")} ${otherNames(section)}`.toLowerCase();
        return words.every((word) => has(all, stem(word)));
      };
      sections
        .filter((section) => rank >= 0 || whole(section))
        .map((section) => ({ page, title, section, score: score(section, words, phrase) }))
        .filter((hit) => hit.score > 0)
        .sort((a, b) => b.score - a.score)
        .slice(0, PER_PAGE)
        .forEach((hit) => hits.push({ ...hit, score: hit.score - Math.max(rank, 0) * 0.25 - (glossary ? GLOSSARY : 0) }));
    });
    return hits.sort((a, b) => b.score - a.score).slice(0, LIMIT);
  }

  function render(target, query, hits) {
    const words = needles(query);
    const phrase = query.toLowerCase().trim();
    target.replaceChildren();
    let status = window.say("Nothing found for “{}”", query);
    if (hits.length === 1) status = window.say("{} place found for “{}”", 1, query);
    if (hits.length > 1) status = window.say("{} places found for “{}”", hits.length, query);
    target.append(make("p", "search-status", status));
    const list = make("ul", "search search-hits");
    for (const hit of hits) {
      const item = make("li");
      const link = make("a", "search-hit");
      link.href = `${base}${hit.page}.html${hit.section[0] ? "#" + hit.section[0] : ""}`;
      link.append(make("span", "search-page", hit.title));
      if (hit.section[1] && hit.section[1] !== hit.title) link.append(make("span", "search-section", hit.section[1]));
      item.append(link, excerpt(hit.section[2] || hit.section[1], words, phrase));
      list.append(item);
    }
    target.append(list);
  }

  async function run(input, target) {
    const query = input.value.trim();
    if (query.length < 2) return target.replaceChildren();
    await ready();
    if (input.value.trim() === query) render(target, query, find(query));
  }

  function start() {
    const dialog = document.getElementById("pst-search-dialog");
    const live = dialog?.querySelector(".search-live");
    const field = dialog?.querySelector("input");
    if (field && live) {
      let timer = 0;
      field.addEventListener("input", () => {
        clearTimeout(timer);
        timer = setTimeout(() => run(field, live), 80);
      });
      field.addEventListener("focus", ready, { once: true });
      field.addEventListener("keydown", (event) => {
        if (event.key === "ArrowDown") {
          event.preventDefault();
          live.querySelector("a")?.focus();
        }
      });
    }
    const results = document.getElementById("search-results");
    if (results && typeof Search !== "undefined") {
      const own = document.querySelector(".bd-search-container input[name=q]");
      Search.performSearch = () => {};
      const query = new URLSearchParams(location.search).get("q") || "";
      own.value = query;
      own.addEventListener("input", () => run(own, results));
      if (query) run(own, results);
      else own.focus();
    }
  }
  start();
})();
