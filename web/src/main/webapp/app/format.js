/**
 * Numbers and times as an operator reads them. Missing values are a dash: never a zero that was not measured. A number
 * and its unit stay on one line.
 */

export const NONE = "–";

const isNumber = (value) => typeof value === "number" && Number.isFinite(value);

export function millis(value) {
  if (!isNumber(value)) {
    return NONE;
  }
  if (value < 10 && !Number.isInteger(value)) {
    return `${value.toFixed(1)}\u00a0ms`;
  }
  return value < 1000 ? `${Math.round(value)}\u00a0ms` : duration(value);
}

export function duration(value) {
  const seconds = value / 1000;
  if (seconds < 10) {
    return `${seconds.toFixed(1)}\u00a0s`;
  }
  if (seconds < 60) {
    return `${Math.floor(seconds)}\u00a0s`;
  }
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) {
    return `${minutes}\u00a0min ${Math.floor(seconds % 60)}\u00a0s`;
  }
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours}\u00a0h ${minutes % 60}\u00a0min` : `${Math.floor(hours / 24)}\u00a0days`;
}

export function bytes(value) {
  if (!isNumber(value)) {
    return NONE;
  }
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let scaled = value;
  let unit = 0;
  while (scaled >= 1024 && unit < units.length - 1) {
    scaled /= 1024;
    unit += 1;
  }
  return `${unit === 0 ? scaled : scaled.toFixed(1)}\u00a0${units[unit]}`;
}

const pad = (number, width = 2) => String(number).padStart(width, "0");

/** Time of day, in the zone of the person who looks. */
export function clock(when) {
  const date = new Date(when);
  return Number.isNaN(date.getTime())
    ? NONE
    : `${pad(date.getHours())}:${pad(date.getMinutes())}:${pad(date.getSeconds())}`;
}

export function dateTime(when) {
  if (when === undefined || when === null || when === "") {
    return NONE;
  }
  const date = new Date(when);
  if (Number.isNaN(date.getTime())) {
    return String(when);
  }
  return `${pad(date.getFullYear(), 4)}-${pad(date.getMonth() + 1)}-${pad(date.getDate())} ${clock(date)}`;
}

export function score(value) {
  return isNumber(value) ? value.toFixed(3) : NONE;
}

export function count(number, one, many = `${one}s`) {
  return `${number} ${number === 1 ? one : many}`;
}

/** A constant of the API (`CONVERSATION`, `in-doubt`, `failoverReplica1` stays) as a word in a sentence. */
export function word(value) {
  const text = String(value ?? "").trim();
  return text === text.toUpperCase() ? text.toLowerCase().replaceAll("_", " ") : text;
}
