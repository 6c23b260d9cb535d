/* Long tables show their first rows until they are asked for all; what is folded away is opened
   where a link, a number or the printer needs it. */
"use strict";
(() => {
  document.querySelectorAll(".show-all").forEach((button) => {
    button.addEventListener("click", () => unfold(button.closest(".is-folded")));
  });

  function unfold(folded) {
    if (!folded) return;
    folded.classList.remove("is-folded");
    folded.querySelectorAll(".show-all").forEach((button) => button.remove());
  }

  /* Open every part around an element that hides it. */
  window.thesisReveal = (element) => {
    for (let part = element; part; part = part.parentElement) {
      if (part.classList.contains("is-folded") && !element.closest("thead")) unfold(part);
      if (part.tagName === "DETAILS") part.open = true;
    }
  };

  function revealHash() {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target || (!target.closest("details:not([open])") && !target.closest(".is-folded tr"))) return;
    window.thesisReveal(target);
    target.scrollIntoView();
  }

  revealHash();
  window.addEventListener("hashchange", revealHash);
  window.addEventListener("beforeprint", () => {
    document.querySelectorAll(".is-folded").forEach(unfold);
    document.querySelectorAll("details.exhibit-meta").forEach((part) => (part.open = true));
  });
})();
