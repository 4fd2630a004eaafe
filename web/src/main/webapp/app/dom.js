/**
 * Builds elements. Text always becomes a text node, so nothing a server or a person wrote is ever read as markup.
 */

const SVG = "http://www.w3.org/2000/svg";

export function h(name, attributes = {}, ...children) {
  return fill(document.createElement(name), attributes, children);
}

export function svg(name, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, name), attributes, children);
}

function fill(element, attributes, children) {
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) {
      continue;
    }
    if (key.startsWith("on")) {
      element.addEventListener(key.slice(2), value);
    } else if (key === "value") {
      element.value = value;
    } else {
      element.setAttribute(key, value === true ? "" : String(value));
    }
  }
  element.append(...children.flat().filter((child) => child !== undefined && child !== null && child !== false));
  return element;
}

/** Writes only what differs: a picture that is redrawn each second must not disturb a selection or a screen reader. */
export function setText(element, text) {
  const wanted = String(text);
  if (element.textContent !== wanted) {
    element.textContent = wanted;
  }
}

export function setAttribute(element, name, value) {
  const wanted = String(value);
  if (element.getAttribute(name) !== wanted) {
    element.setAttribute(name, wanted);
  }
}

let fields = 0;

/** A label and its control, tied together by id. */
export function field(label, control, hint) {
  const id = control.id || `field-${++fields}`;
  control.id = id;
  const children = [h("label", { for: id }, label), control];
  if (hint) {
    control.setAttribute("aria-describedby", `${id}-hint`);
    children.push(h("small", { id: `${id}-hint` }, hint));
  }
  return h("div", { class: "field" }, children);
}

export function select(options, chosen = "") {
  return h(
    "select",
    {},
    options.map(([value, label]) => h("option", { value, selected: value === chosen }, label)),
  );
}

const announcer = () => document.getElementById("announcer");

/** Tells people who cannot see the page what changed on it. */
export function announce(text) {
  setText(announcer(), text);
}
