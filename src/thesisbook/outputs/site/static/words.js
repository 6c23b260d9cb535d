/* What scripts show, in the language of the page: looked up by its English form in the words that
   a page in another language loads first (`words-zh.js`). `{}` stands for each part in turn. */
"use strict";
window.say = (english, ...parts) => {
  const said = (window.WORDS || {})[english] || english;
  return said.replace(/\{\}/g, () => parts.shift());
};
