// The map of a result: the points of a plan, over the outlines of the counties where there are any. Without it the
// drawing stays that the page came with. What every map has in common stands in map.js.
"use strict";

(() => {
  const { between, borders, ground, library, load, mapIn, none, pointAt, ring, seen, still, token, tools } = window.amurMaps;
  const METRES = 78271.517; // a point of the screen at the equator where the whole earth is 512 of them wide
  const EDGE = { padding: { top: 28, bottom: 48, left: 28, right: 64 }, maxZoom: 9 };
  const CLOSE = 8;
  const AROUND = 0.02; // degrees, so that one point alone stands among something
  const kept = new Map();
  const report = (fault) => console.warn(fault);
  let figure = document.querySelector("[data-planmap]");
  let frame = null;
  let map = null;
  let shown = none;
  let picked = "";

  // ---------- what the points look like: as in the drawing, whose legend stands below both ----------

  const LOOK = {
    place: { radius: 3, fill: "line-strong", edge: "paper", width: 0 },
    before: { radius: 3.5, fill: "scale-3", edge: "paper", width: 0 },
    reached: { radius: 4.5, fill: "river", edge: "paper", width: 1 },
    otherwise: { radius: 4.5, fill: "heather", edge: "paper", width: 1 },
    none: { radius: 4, fill: "paper", edge: "larch", width: 2 },
    both: { radius: 6, fill: "ink-3", edge: "paper", width: 1.5 },
    first: { radius: 7.5, fill: "river", edge: "paper", width: 1.5 },
    second: { radius: 6, fill: "paper", edge: "larch", width: 4 },
    site: { radius: 7.5, fill: "ink", edge: "paper", width: 1.5 },
  };
  const KINDS = Object.keys(LOOK);

  function layers() {
    const points = KINDS.map((kind) => ({
      id: kind,
      type: "circle",
      source: "points",
      filter: ["==", ["get", "kind"], kind],
      paint: {
        "circle-radius": ["interpolate", ["linear"], ["zoom"], 5, LOOK[kind].radius * 0.75, 10, LOOK[kind].radius * 1.2],
        "circle-color": token(LOOK[kind].fill),
        "circle-stroke-color": token(LOOK[kind].edge),
        "circle-stroke-width": LOOK[kind].width,
      },
    }));
    const land = { id: "land", type: "fill", source: "counties", paint: { "fill-color": token("paper") } };
    const here = { id: "here", type: "circle", source: "points", filter: ["==", ["get", "key"], ""], paint: ring() };
    return [ground(figure.dataset.shapes ? "sunk" : "paper"), land, borders("counties"), ...points, here];
  }

  // ---------- the points, each told by its name, what is known of it and what it is ----------

  function collected({ layers: found, words }) {
    const features = Object.entries(found).flatMap(([kind, points]) => points.map(([east, north, name, said]) => ({
      type: "Feature",
      geometry: { type: "Point", coordinates: [east, north] },
      properties: { kind, key: `${kind}:${name}`, name, told: [name, words[kind], said].filter(Boolean).join(between) },
    })));
    return { type: "FeatureCollection", features };
  }

  function points(address) {
    const found = kept.get(address) ?? load(address).then(collected);
    kept.set(address, found);
    found.catch(() => kept.delete(address));
    return found;
  }

  function around() {
    const at = shown.features.map((one) => one.geometry.coordinates);
    const [east, north] = [at.map((one) => one[0]), at.map((one) => one[1])];
    const least = (each) => each.reduce((one, other) => Math.min(one, other), Infinity);
    const most = (each) => each.reduce((one, other) => Math.max(one, other), -Infinity);
    return [[least(east) - AROUND, least(north) - AROUND], [most(east) + AROUND, most(north) + AROUND]];
  }

  // ---------- one point is told: below the mouse, pressed, or chosen in the table ----------

  function pick(one) {
    picked = one?.properties.key ?? "";
    map.setFilter("here", ["==", ["get", "key"], picked]);
    const told = figure.querySelector("[data-told]");
    if (one) told.textContent = one.properties.told;
    for (const button of document.querySelectorAll("[data-show] button")) {
      const row = button.closest("[data-show]");
      const is = `${row.dataset.kind}:${row.dataset.show}` === picked;
      row.classList.toggle("is-here", is);
      button.setAttribute("aria-pressed", String(is));
    }
  }

  function show(row) {
    const key = `${row.dataset.kind}:${row.dataset.show}`;
    const one = shown.features.find((each) => each.properties.key === key);
    if (!one) return;
    pick(one);
    figure.scrollIntoView({ block: "nearest", behavior: still().animate ? "smooth" : "auto" });
    map.easeTo({ center: one.geometry.coordinates, zoom: Math.max(map.getZoom(), CLOSE), ...still() });
  }

  function offer() {
    for (const row of document.querySelectorAll("[data-show]")) {
      const head = row.querySelector("th");
      if (head.querySelector("button")) continue;
      const button = document.createElement("button");
      button.type = "button";
      button.className = "amur-linkbutton amur-planmap__show";
      button.title = figure.dataset.wordsShow;
      button.setAttribute("aria-pressed", "false");
      button.append(...head.childNodes);
      button.addEventListener("click", () => show(row));
      head.append(button);
    }
  }

  function listen() {
    let over = "";
    map.on("mousemove", (event) => {
      const one = pointAt(map, event.point, KINDS);
      map.getCanvas().style.cursor = one ? "pointer" : "";
      if (one && one.properties.key !== over) pick(one);
      over = one?.properties.key ?? "";
    });
    map.on("click", (event) => {
      const one = pointAt(map, event.point, KINDS);
      if (one) pick(one);
    });
    map.on("move", measure);
    tools(figure, map, around);
    for (const buttons of figure.querySelectorAll(".amur-map__tools")) {
      buttons.querySelector("[data-zoom=all]").addEventListener("click", () => pick(null));
    }
  }

  // ---------- the scale: the longest round length that is no wider than a quarter of the map ----------

  function measure() {
    const metres = (METRES * Math.cos((map.getCenter().lat * Math.PI) / 180)) / 2 ** map.getZoom();
    const most = (metres * Math.min(120, map.getContainer().clientWidth / 4)) / 1000;
    const power = 10 ** Math.floor(Math.log10(most));
    const km = [5, 2, 1].find((step) => step * power <= most) * power;
    const bar = figure.querySelector("[data-bar]");
    bar.querySelector("i").style.width = `${Math.round((km * 1000) / metres)}px`;
    bar.querySelector("span").textContent = `${Number(km.toPrecision(1))} km`;
    bar.hidden = false;
  }

  // ---------- first drawn, and another plan in its place ----------

  async function draw() {
    const said = figure.dataset;
    const counties = said.shapes ? load(said.shapes).catch(() => none) : none;
    const [maplibre, shapes, found] = await Promise.all([library(said), counties, points(said.points)]);
    shown = found;
    frame = figure.querySelector("[data-frame]");
    frame.hidden = false;
    try {
      map = await mapIn(maplibre, frame.querySelector(".amur-map__canvas"), said, { bounds: around(), fitBoundsOptions: EDGE });
    } catch (fault) {
      frame.hidden = true;
      throw fault;
    }
    map.addSource("counties", { type: "geojson", data: shapes });
    map.addSource("points", { type: "geojson", data: shown });
    for (const layer of layers()) map.addLayer(layer);
    listen();
    measure();
    if (figure.dataset === said) settle();
    else await adopt();
  }

  // Says when what is drawn is what is asked for.
  function settle() {
    const { dataset, classList } = figure;
    classList.add("is-live");
    offer();
    map.once("idle", () => (dataset.ready = ""));
  }

  // Another plan came with another part of the page: the map moves into it as it stands, and takes its points. Where
  // they cannot be had, the drawing of that plan is seen, not the map of another.
  async function adopt() {
    if (!figure.contains(frame)) figure.querySelector("[data-frame]").replaceWith(frame);
    const here = figure;
    here.classList.toggle("is-live", !frame.hidden);
    const found = await points(here.dataset.points).catch((fault) => report(fault) ?? null);
    if (figure !== here) return;
    frame.hidden = !found;
    here.classList.toggle("is-live", Boolean(found));
    if (!found) return;
    shown = found;
    map.resize();
    map.getSource("points").setData(shown);
    settle();
    pick(shown.features.find((one) => one.properties.key === picked));
  }

  function begin() {
    const here = figure;
    const start = () => (frame || figure !== here ? null : draw());
    return here && seen(here).then(start);
  }

  function change() {
    figure = document.querySelector("[data-planmap]");
    if (!figure) return null;
    return map ? adopt() : frame ? null : begin();
  }

  document.addEventListener("amur:plan", () => Promise.resolve(change()).catch(report));
  Promise.resolve(begin()).catch(report);
})();
