/* Scripts that load others, copy buttons, wide tables, the place in another scenario.
   No request leaves the folder the page was opened from. */
"use strict";
(() => {
  const root = document.documentElement;
  const base = root.dataset.content_root || "./";
  const shared = document.currentScript.src.replace(/_static\/[^/]*$/, "");
  const loaded = new Map();
  const say = window.say;

  /* A page opened from disk may not fetch(), so data come as scripts, each loaded once.
     Static files and receipts of all scenarios lie in one folder, other data beside the pages of
     their scenario. */
  function loadScript(file) {
    if (!loaded.has(file)) {
      loaded.set(file, new Promise((resolve, reject) => {
        const script = document.createElement("script");
        const folder = file.startsWith("_static/") || file.startsWith("receipts/") ? shared : base;
        script.src = folder + file;
        script.onload = resolve;
        script.onerror = () => reject(new Error(`${file} did not load`));
        document.head.append(script);
      }));
    }
    return loaded.get(file);
  }
  window.thesisLoad = loadScript;
  /* The page's name as the book has it: its address below the folder of its scenario. */
  window.thesisPage = () => {
    const home = new URL(base, location.href).pathname;
    const name = decodeURIComponent(location.pathname.slice(home.length));
    return name.replace(/(^|\/)$/, "$1index").replace(/\.html$/, "");
  };

  function make(tag, className, text) {
    const element = document.createElement(tag);
    if (className) element.className = className;
    if (text !== undefined && text !== null) element.textContent = text;
    return element;
  }
  window.thesisMake = make;

  /* ---------- copy buttons ---------- */
  async function copy(button) {
    const source = button.parentElement.querySelector(button.dataset.copy);
    const words = button.textContent;
    try {
      await navigator.clipboard.writeText(source.textContent.trim());
      button.textContent = say("Copied");
    } catch {
      window.getSelection().selectAllChildren(source);
      button.textContent = say("Selected: press Ctrl+C");
    }
    setTimeout(() => (button.textContent = words), 1600);
  }
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element && event.target.closest("[data-copy]");
    if (button) copy(button);
  });

  /* ---------- what is wider than its place ---------- */
  /* The row of words is made once and only hidden later, so that nothing moves under the finger. */
  function cue(scroller) {
    const words = make("span", "swipe-cue", matchMedia("(pointer: coarse)").matches ? say("swipe →") : say("scroll →"));
    words.setAttribute("aria-hidden", "true");
    scroller.before(words);
    return words;
  }

  function tellWidth(scroller) {
    const rest = scroller.scrollWidth - scroller.clientWidth;
    scroller.classList.toggle("fits", rest <= 1);
    scroller.classList.toggle("wide", rest > 1);
    const sides = [["left", scroller.scrollLeft > 1], ["right", scroller.scrollLeft < rest - 1]];
    scroller.dataset.more = sides.filter(([, more]) => more).map(([side]) => side).join(" ");
    if (rest > 1 && !cues.has(scroller)) cues.set(scroller, cue(scroller));
    const words = cues.get(scroller);
    if (!words) return;
    words.hidden = rest <= 1;
    words.classList.toggle("is-over", !scroller.dataset.more.includes("right"));
  }
  const cues = new Map();
  const watcher = new ResizeObserver((seen) => seen.forEach(({ target }) => tellWidth(target)));
  document.querySelectorAll(".figure-scroll, .table-scroll").forEach((scroller) => {
    tellWidth(scroller);
    watcher.observe(scroller);
    scroller.addEventListener("scroll", () => tellWidth(scroller), { passive: true });
  });

  /* ---------- the same place in another scenario or language ---------- */
  const KEPT = "thesis-place";

  /* The last exhibit or section that begins above the middle of the view. */
  function here() {
    const marks = [...document.querySelectorAll("figure.exhibit[id], .bd-article section[id]")];
    return marks.filter((mark) => mark.getBoundingClientRect().top < window.innerHeight / 2).pop();
  }

  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element && event.target.closest(".scenario-switch a, .language-switch a");
    if (!link) return;
    if (link.closest(".scenario-switch")) keepNumbers();
    const mark = window.scrollY > 0 && here();
    if (!mark) return;
    link.hash = mark.id;
    const place = { id: mark.id, top: mark.getBoundingClientRect().top };
    try { sessionStorage.setItem(KEPT, JSON.stringify(place)); } catch { /* the fragment will do */ }
  }, true);

  async function takePlace() {
    let place = null;
    try {
      place = JSON.parse(sessionStorage.getItem(KEPT));
      sessionStorage.removeItem(KEPT);
    } catch { /* storage is blocked */ }
    const mark = place && location.hash === `#${place.id}` && document.getElementById(place.id);
    if (!mark) return;
    /* Until then the browser goes to the fragment by itself, and mathematics has no height. */
    if (document.readyState !== "complete") await new Promise((done) => addEventListener("load", done));
    await document.fonts.ready;
    await window.MathJax?.startup?.promise;
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    window.scrollBy({ top: mark.getBoundingClientRect().top - place.top, behavior: "instant" });
  }

  /* ---------- what is another number there ---------- */
  const NUMBERS = "thesis-numbers";
  const numbers = () => document.querySelectorAll(".bd-article .num[data-receipt]");
  const nameOf = () => document.querySelector(".scenario-switch [aria-current]")?.textContent || "";

  /* What each number of this page says, for the same page of another scenario. */
  function keepNumbers() {
    const shown = {};
    numbers().forEach((number) => {
      const said = (shown[number.dataset.receipt] ??= []);
      if (!said.includes(number.textContent)) said.push(number.textContent);
    });
    const kept = { page: window.thesisPage(), from: nameOf(), shown };
    try { sessionStorage.setItem(NUMBERS, JSON.stringify(kept)); } catch { /* nothing is marked */ }
  }

  function markNumbers() {
    let kept = null;
    try {
      kept = JSON.parse(sessionStorage.getItem(NUMBERS));
      sessionStorage.removeItem(NUMBERS);
    } catch { /* storage is blocked */ }
    if (!kept || kept.page !== window.thesisPage() || kept.from === nameOf()) return;
    const differs = [...numbers()].filter((number) => {
      const said = kept.shown[number.dataset.receipt];
      return said && !said.includes(number.textContent);
    });
    differs.forEach((number) => {
      number.classList.add("is-other");
      number.title = `${kept.from}${say(": ")}${kept.shown[number.dataset.receipt].join(say(", "))}`;
    });
    const told = differs.length
      ? say("Numbers that differ from {}: {}, marked on the page.", kept.from, differs.length)
      : say("No number of this page differs from {}.", kept.from);
    const bar = make("p", "other-numbers", told);
    bar.setAttribute("role", "status");
    const close = make("button", "copy-button", say("Hide"));
    close.type = "button";
    close.addEventListener("click", () => {
      bar.remove();
      differs.forEach((number) => {
        number.classList.remove("is-other");
        number.removeAttribute("title");
      });
    });
    bar.append(close);
    document.body.append(bar);
  }

  markNumbers();
  takePlace();
  /* A page with words of its own has the model with its names in that language. */
  const spoken = window.WORDS ? `-${root.lang.split("-")[0]}` : "";
  if (document.querySelector("[data-whatif]")) loadScript(`_static/whatif${spoken}.js`);
})();
