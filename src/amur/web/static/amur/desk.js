// Keys of the queue, while the focus is in its list. Without this script everything works by Tab, Enter and space.
"use strict";

const list = document.querySelector(".amur-queue--choose");

function links() {
  return [...list.querySelectorAll("li > a")];
}

function here() {
  return document.activeElement.closest(".amur-queue--choose > li");
}

function go(step) {
  const all = links();
  const row = here();
  const at = row ? all.indexOf(row.querySelector("a")) + step : step > 0 ? 0 : all.length - 1;
  all[Math.min(Math.max(at, 0), all.length - 1)].focus();
}

function chooseAll() {
  const boxes = [...list.querySelectorAll("input[type=checkbox]")];
  const all = boxes.every((box) => box.checked);
  for (const box of boxes) box.checked = !all;
}

const keys = {
  j: () => go(1),
  ArrowDown: () => go(1),
  k: () => go(-1),
  ArrowUp: () => go(-1),
  x: () => here()?.querySelector("input").click(),
  a: chooseAll,
  n: () => document.querySelector(".amur-queuefoot a[rel=next]")?.click(),
  p: () => document.querySelector(".amur-queuefoot a[rel=prev]")?.click(),
};

if (list) {
  list.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
    const work = keys[event.key];
    if (!work) return;
    event.preventDefault();
    work();
  });
  document.querySelector("[data-choose-all]")?.addEventListener("click", (event) => {
    event.preventDefault();
    chooseAll();
  });
}
