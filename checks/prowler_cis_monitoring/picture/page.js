"use strict";
const map = document.querySelector(".scroll svg");
const boxes = [...map.querySelectorAll("[data-box]")];
const lines = [...map.querySelectorAll("[data-from]")];
const items = [...document.querySelectorAll("li.control")];
const says = document.querySelector(".say p");
const faults = [...document.querySelectorAll(".faults li")];
const first = says.textContent;
const numbers = (element, name) => (element.dataset[name] || "").split(" ").filter(Boolean);
const nameOf = (box) => box.querySelector("title").textContent;
const titleOf = (item) => item.querySelector(".title").textContent;

function clear() {
  map.classList.remove("chosen");
  for (const one of [...boxes, ...lines]) one.classList.remove("on", "nh", "nu", "nb");
  for (const box of boxes) box.setAttribute("aria-pressed", "false");
  for (const item of items) item.classList.remove("hangs");
  says.textContent = first;
}

function show(controls) {
  map.classList.add("chosen");
  for (const box of boxes) box.classList.toggle("on", numbers(box, "c").some((one) => controls.has(one)));
  for (const line of lines) {
    const found = ["h", "u", "b"].find((kind) => numbers(line, kind).some((one) => controls.has(one)));
    if (found) line.classList.add("on", "n" + found);
  }
}

function chooseControl(item) {
  clear();
  show(new Set([item.dataset.control]));
  says.textContent = titleOf(item) + ": " + item.querySelector(".sentence").textContent;
}

function chooseBox(box) {
  const pressed = box.getAttribute("aria-pressed") === "true";
  for (const item of items) item.querySelector("details").open = false;
  clear();
  if (pressed) return;
  const controls = new Set(numbers(box, "c"));
  show(controls);
  box.setAttribute("aria-pressed", "true");
  const named = items.filter((item) => controls.has(item.dataset.control));
  for (const item of named) item.classList.add("hangs");
  const told = faults.filter((fault) => fault.dataset.at === box.dataset.box);
  says.textContent =
    nameOf(box) + ". " +
    (named.length === 1 ? "One control hangs on it: " : named.length + " controls hang on it: ") +
    named.map(titleOf).join(", ") + "." +
    told.map((fault) => " " + fault.querySelector("p").firstChild.textContent + ".").join("");
}

function focusBox(box) {
  for (const other of boxes) other.setAttribute("tabindex", other === box ? "0" : "-1");
  box.focus();
}

// The nearest box in the direction of an arrow key.
function next(box, key) {
  const here = box.getBoundingClientRect();
  const across = key === "ArrowLeft" || key === "ArrowRight";
  const sign = key === "ArrowLeft" || key === "ArrowUp" ? -1 : 1;
  let best = null;
  let least = Infinity;
  for (const other of boxes) {
    const there = other.getBoundingClientRect();
    const x = there.x - here.x;
    const y = there.y - here.y;
    const along = sign * (across ? x : y);
    const aside = Math.abs(across ? y : x);
    if (along < 8 || (!across && aside > 8)) continue;
    const far = along * (across ? 4 : 1) + aside;
    if (far < least) [best, least] = [other, far];
  }
  return best;
}

for (const item of items) {
  const details = item.querySelector("details");
  details.addEventListener("toggle", () => {
    if (details.open) {
      for (const other of items) if (other !== item) other.querySelector("details").open = false;
      chooseControl(item);
    } else if (!items.some((other) => other.querySelector("details").open) && !map.querySelector("[aria-pressed=true]")) {
      clear();
    }
  });
}
for (const box of boxes) {
  box.addEventListener("click", () => { chooseBox(box); focusBox(box); });
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      chooseBox(box);
    } else if (event.key.startsWith("Arrow")) {
      event.preventDefault();
      const found = next(box, event.key);
      if (found) focusBox(found);
    }
  });
}
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const item of items) item.querySelector("details").open = false;
  clear();
});
for (const [place, box] of boxes.entries()) {
  box.setAttribute("role", "button");
  box.setAttribute("aria-pressed", "false");
  box.setAttribute("tabindex", place ? "-1" : "0");
}
