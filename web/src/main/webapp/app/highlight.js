/** Marks the words that a text shares with a query. Search by meaning also finds texts that share none. */

import { h } from "./dom.js";

const WORD = /[\p{L}\p{N}]+/gu;
const COMMON = new Set(
  ("a an and are as at be but by can did do does for from had has have how i if in is it its me my of on or our " +
    "she so that the their them they this to us was we were what when where which who why will with you your").split(" "),
);

/** Close enough to the stems of the full-text search to explain a result; it decides nothing. */
function stem(wordText) {
  const lower = wordText.toLowerCase();
  return lower.length > 4 ? lower.replace(/(ing|ed|es|s)$/u, "") : lower;
}

export function stemsOf(query) {
  const words = String(query ?? "").match(WORD) ?? [];
  return new Set(words.filter((text) => !COMMON.has(text.toLowerCase())).map(stem));
}

/** Text nodes and `mark` elements; the text itself is never read as markup. */
export function highlighted(text, stems) {
  const parts = [];
  let end = 0;
  for (const match of text.matchAll(WORD)) {
    if (stems.has(stem(match[0]))) {
      parts.push(text.slice(end, match.index), h("mark", {}, match[0]));
      end = match.index + match[0].length;
    }
  }
  parts.push(text.slice(end));
  return parts;
}
