"use strict";
const { controls, shapes, rules, rows, causes } = JSON.parse(document.getElementById("data").textContent);
const SIGNS = { h: ["\u2713", "PASS"], u: ["?", "MANUAL"], b: ["\u2715", "FAIL"] };
const ORDER = { b: 0, u: 1, h: 2 };
const PAGE = 100;
const at = (name) => document.getElementById(name);
const body = document.querySelector("tbody");
const heads = [...document.querySelectorAll("thead th")];
const letters = (row, place) => (row[2][place] < 0 ? "" : shapes[row[2][place]][0]);
const lost = rows.map((row) => row[2].filter((one) => one >= 0 && shapes[one][0] !== "h").length);
const keys = rows.map((row) => (row[0] + " " + row[1]).toLowerCase());
let sorting = ["account", 1];
let only = null;
let page = 0;
let shown = [];

function make(tag, text, kind) {
  const element = document.createElement(tag);
  if (text) element.textContent = text;
  if (kind) element.className = kind;
  return element;
}

function choose() {
  const words = at("search").value.trim().toLowerCase();
  shown = [];
  for (let place = 0; place < rows.length; place++) {
    if ((!only || only.has(place)) && keys[place].includes(words)) shown.push(place);
  }
  const [by, sign] = sorting;
  const value = by === "account" ? (place) => keys[place]
    : by === "lost" ? (place) => lost[place]
    : (place) => ORDER[letters(rows[place], by)] ?? 3;
  const ranks = new Map(shown.map((place) => [place, value(place)]));
  shown.sort((one, two) => {
    const [a, b] = [ranks.get(one), ranks.get(two)];
    return a < b ? -sign : a > b ? sign : one - two;
  });
  page = 0;
  draw();
}

function draw() {
  const pages = Math.max(1, Math.ceil(shown.length / PAGE));
  const made = document.createDocumentFragment();
  for (const place of shown.slice(page * PAGE, (page + 1) * PAGE)) {
    const row = rows[place];
    const line = make("tr");
    const head = make("th");
    head.scope = "row";
    const button = make("button", row[0]);
    button.type = "button";
    button.addEventListener("click", () => tell(row));
    head.append(button);
    if (row[1]) head.append(" ", make("small", row[1]));
    line.append(head, make("td", String(lost[place])));
    row[2].forEach((_, control) => {
      const letter = letters(row, control);
      const cell = make("td", "", letter);
      if (letter) {
        const sign = make("span", SIGNS[letter][0]);
        sign.setAttribute("aria-hidden", "true");
        cell.append(sign, make("span", SIGNS[letter][1], "hidden"));
      }
      line.append(cell);
    });
    made.append(line);
  }
  body.replaceChildren(made);
  at("count").textContent = shown.length + " of " + rows.length + " accounts";
  at("page").textContent = "page " + (page + 1) + " of " + pages;
  at("back").disabled = page === 0;
  at("on").disabled = page + 1 >= pages;
  at("all").hidden = !only;
}

function tell(row) {
  const list = make("ul");
  row[2].forEach((shape, control) => {
    if (shape < 0 || shapes[shape][0] === "h") return;
    const [letter, ...named] = shapes[shape];
    const told = named.length ? named.map((rule) => rules[rule]).join(" ") : "no path was found.";
    list.append(make("li", controls[control] + ", " + SIGNS[letter][1] + ": " + told));
  });
  const title = "Account " + row[0] + (row[1] ? " (" + row[1] + ")" : "");
  at("account").replaceChildren(make("p", title + (list.children.length ? ":" : ": all controls PASS.")), list);
}

for (const head of heads) {
  const button = head.querySelector("button");
  button.addEventListener("click", () => {
    const by = /^\d+$/.test(button.dataset.sort) ? Number(button.dataset.sort) : button.dataset.sort;
    sorting = [by, sorting[0] === by ? -sorting[1] : by === "lost" ? -1 : 1];
    for (const other of heads) other.setAttribute("aria-sort", "none");
    head.setAttribute("aria-sort", sorting[1] > 0 ? "ascending" : "descending");
    choose();
  });
}
for (const button of document.querySelectorAll("[data-cause]")) {
  button.addEventListener("click", () => {
    only = new Set(causes[Number(button.dataset.cause)]);
    at("search").value = "";
    choose();
    at("matrix").scrollIntoView();
  });
}
at("search").addEventListener("input", choose);
at("all").addEventListener("click", () => { only = null; choose(); });
at("back").addEventListener("click", () => { page--; draw(); });
at("on").addEventListener("click", () => { page++; draw(); });
choose();
