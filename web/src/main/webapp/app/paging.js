/** A list that is fetched page by page: its rows, how many, the button for more, and what went wrong. */

import { page } from "./api.js";
import { h, setText } from "./dom.js";
import { count } from "./format.js";
import { problemNotice } from "./problems.js";

export class PagedList {
  #path;
  #query;
  #row;
  #rows;
  #noun;
  #signal;
  #empty;
  #next = null;
  #shown = 0;
  #more = h("button", { type: "button", class: "quiet", hidden: true, onclick: () => this.load() }, "Load more");
  #count = h("span", { class: "muted", role: "status" });
  #trouble = h("div", {});

  /** @param row makes the element of one item; `rows` is the element that takes them */
  constructor({ path, query = {}, limit = 50, row, rows, noun, signal, empty }) {
    this.#path = path;
    this.#query = { limit, ...query };
    this.#row = row;
    this.#rows = rows;
    this.#noun = noun;
    this.#signal = signal;
    this.#empty = empty;
    this.element = h("div", { class: "paged" }, this.#trouble, h("div", { class: "paging" }, this.#count, this.#more));
  }

  get shown() {
    return this.#shown;
  }

  get hasMore() {
    return this.#next !== null;
  }

  /** @return the items of the page, or null when it could not be fetched: the list then says why and offers a retry */
  async load() {
    this.#more.disabled = true;
    setText(this.#count, "Loading …");
    this.#trouble.replaceChildren();
    try {
      const query = { ...this.#query, cursor: this.#next };
      const { items, next } = await page(this.#path, query, { signal: this.#signal });
      this.#append(items, next);
      return items;
    } catch (problem) {
      setText(this.#count, "");
      if (problem.category !== "left") {
        this.#trouble.replaceChildren(problemNotice(problem, () => this.load()));
      }
      return null;
    } finally {
      this.#more.disabled = false;
    }
  }

  /** Shows an item that was made just now above those that were fetched. */
  prepend(item) {
    this.#rows.prepend(this.#row(item));
    this.#shown += 1;
    this.#showCount();
  }

  #append(items, next) {
    this.#rows.append(...items.map(this.#row));
    this.#shown += items.length;
    this.#next = next;
    this.#more.hidden = next === null;
    this.#showCount();
  }

  #showCount() {
    const all = this.#next === null ? "" : " so far";
    setText(this.#count, this.#shown === 0 ? this.#empty : `${count(this.#shown, ...this.#noun)}${all}`);
  }
}
