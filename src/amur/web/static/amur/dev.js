// Asks the site under `amur dev` how the pack is: a new release shows itself, faults stand in the bar at the top.
"use strict";

const bar = document.querySelector("[data-amur-dev]");
const address = `/dev/state?language=${document.documentElement.lang.split("-")[0]}`;

function tell(found) {
  bar.querySelector("p").textContent = found.head;
  bar.querySelector("ul").replaceChildren(
    ...found.lines.map((line) => Object.assign(document.createElement("li"), { textContent: line })),
  );
  bar.hidden = !found.lines.length;
}

async function look() {
  try {
    const found = await (await fetch(address)).json();
    if (found.release !== bar.dataset.amurDev) {
      location.reload();
      return;
    }
    tell(found);
  } catch {
    // The server is being started again; ask anew.
  }
  setTimeout(look, 400);
}

setTimeout(look, 400);
