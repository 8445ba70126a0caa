/* The service map in the browser: search as you type, weeks as you slide, zoom, drag, arrow keys, and departments that
   open without the page jumping. Everything works without this file, as plain links and one form. */
(() => {
  "use strict";

  const PAUSE_MS = 160;
  const SETTLE_MS = 140;
  const FURTHEST = { least: 0.2, most: 4 };
  const form = document.getElementById("map-choose");
  const said = document.getElementById("map-said");
  if (!form || !document.getElementById("map")) return;

  let waiting = null; // the answer that is on its way
  let zoom = 0; // 0: as the page draws it
  let drawnAt = null; // how large it was drawn, while it is only stretched
  let settling = 0;
  let index = null; // what the search looks through

  const frame = () => document.getElementById("map-frame");
  const drawing = () => frame()?.querySelector("svg");

  /* ---- one map gives way to the next; the frame stays where it was, and so does the keyboard ---- */
  const marked = () => {
    const at = document.activeElement?.closest?.("#map a");
    if (!at) return null;
    const { k, g, p, c } = at.dataset;
    if (at.dataset.swap) return `[data-swap="${CSS.escape(at.dataset.swap)}"]`; // its address changes as the map does
    if (k || g) return `[data-k="${CSS.escape(k ?? g)}"], [data-g="${CSS.escape(k ?? g)}"]`;
    return p ? `[data-p="${CSS.escape(p)}"][data-c="${CSS.escape(c)}"]` : `a[href="${CSS.escape(at.getAttribute("href"))}"]`;
  };

  /* A large map comes in over a few frames, so that none of them halts. */
  const AT_ONCE = [[".m-places", 110], [".m-lines", 320]];
  const nextFrame = () => new Promise((resolve) => { requestAnimationFrame(() => setTimeout(resolve)); });
  const heldBack = (next) => {
    const later = [];
    for (const [name, most] of AT_ONCE) {
      const group = next.querySelector(`#map-frame ${name}`);
      const rest = group ? [...group.children].slice(most) : [];
      for (const one of rest) one.remove();
      for (let start = 0; start < rest.length; start += most) later.push([group, rest.slice(start, start + most)]);
    }
    return later;
  };

  const show = async (address, { push = true } = {}) => {
    waiting?.abort();
    const own = new AbortController();
    waiting = own;
    const old = document.getElementById("map");
    old.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(address, { headers: { "HX-Request": "true" }, signal: own.signal });
      if (!answer.ok || answer.redirected) return location.assign(address);
      const page = document.createElement("template");
      page.innerHTML = await answer.text();
      const next = page.content.getElementById("map");
      if (!next) return location.assign(address);
      const focused = marked();
      const place = frame() ? [frame().scrollLeft, frame().scrollTop] : [0, 0];
      const later = heldBack(next);
      next.setAttribute("aria-busy", "true");
      await nextFrame();
      if (own.signal.aborted) return undefined;
      old.replaceWith(next);
      settle();
      frame()?.scrollTo(...place);
      if (push) history.pushState({ map: true }, "", address);
      keepUp(new URL(address, location.href).searchParams);
      said.textContent = next.dataset.said ?? "";
      for (const [group, some] of later) {
        await nextFrame();
        group.append(...some);
      }
      if (document.getElementById("map") !== next) return undefined;
      next.removeAttribute("aria-busy");
      prepare();
      if (focused) (next.querySelector(focused) ?? frame())?.focus({ preventScroll: true });
    } catch (error) {
      if (error.name !== "AbortError") location.assign(address);
    } finally {
      if (waiting === own) waiting = null;
    }
  };

  /* The form carries along what links have changed. */
  const keepUp = (chosen) => {
    for (const name of ["open", "all", "only"]) {
      let field = form.querySelector(`input[type=hidden][name=${name}]`);
      const value = chosen.get(name);
      if (!value) { field?.remove(); continue; }
      if (!field) {
        field = document.createElement("input");
        field.type = "hidden";
        field.name = name;
        form.prepend(field);
      }
      field.value = value;
    }
    if (!chosen.get("find") && form.elements.find !== document.activeElement) form.elements.find.value = "";
  };

  const asked = () => {
    const given = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (value !== "") given.append(name, value);
    const slider = form.elements.week;
    if (slider && slider.value === slider.max) given.delete("week");
    return `${location.pathname}?${given}`;
  };

  /* ---- the row above ---- */
  let timer = 0;
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(() => show(asked()), PAUSE_MS);
  };
  const sayWeek = () => {
    const slider = form.elements.week;
    const words = slider.dataset.words.split("|")[slider.value - slider.min] ?? "";
    slider.setAttribute("aria-valuetext", words);
    document.getElementById("map-week-words").textContent = words;
  };
  form.addEventListener("input", (event) => {
    if (event.target.name === "week") { sayWeek(); soon(); }
    if (event.target.name === "find") seek(event.target.value);
  });
  form.addEventListener("change", (event) => {
    if (event.target.name === "span") return location.assign(asked()); // the slider's own words change with it
    if (event.target.tagName === "SELECT") show(asked());
  });
  form.addEventListener("submit", (event) => { event.preventDefault(); show(asked()); });
  form.addEventListener("click", (event) => {
    const step = event.target.closest("[data-week-step]");
    const slider = form.elements.week;
    if (!step || !slider || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    slider.value = Number(slider.value) + Number(step.dataset.weekStep);
    sayWeek();
    soon();
  });

  /* ---- search as you type: what does not fit grows pale ---- */
  const seek = (words) => {
    const svg = drawing();
    if (!svg) return;
    const sought = words.trim().toLowerCase();
    index ??= {
      places: [...svg.querySelectorAll(".m-place")],
      edges: [...svg.querySelectorAll(".m-edge")],
    };
    const found = new Set();
    for (const place of index.places) {
      const fits = sought !== "" && place.dataset.name.includes(sought);
      if (fits) found.add(place.dataset.k);
    }
    const near = new Set(found);
    for (const edge of index.edges) {
      const { p, c } = edge.dataset;
      const fits = found.has(p) || found.has(c);
      if (fits) near.add(p).add(c);
      edge.classList.toggle("is-found", fits);
    }
    for (const place of index.places) place.classList.toggle("is-found", near.has(place.dataset.k));
    svg.classList.toggle("is-sought", found.size > 0);
  };

  /* ---- zoom ---- */
  const natural = (svg) => svg.viewBox.baseVal.width;
  const zoomTo = (wanted, at) => {
    const svg = drawing();
    const box = frame();
    if (!svg) return;
    const before = svg.getBoundingClientRect().width / natural(svg);
    zoom = Math.min(FURTHEST.most, Math.max(FURTHEST.least, wanted));
    drawnAt ??= before;
    const view = box.getBoundingClientRect();
    const point = at ?? { x: view.left + view.width / 2, y: view.top + view.height / 2 };
    const inside = { x: point.x - view.left + box.scrollLeft, y: point.y - view.top + box.scrollTop };
    svg.style.willChange = "transform";
    svg.style.transformOrigin = "0 0";
    svg.style.transform = `scale(${zoom / drawnAt})`;
    box.scrollTo(inside.x * (zoom / before) - (point.x - view.left), inside.y * (zoom / before) - (point.y - view.top));
    clearTimeout(settling);
    settling = setTimeout(settle, SETTLE_MS);
  };
  /* While it grows and shrinks, what is drawn already is stretched; a moment after the last step it is drawn anew. */
  const settle = () => {
    const svg = drawing();
    const box = frame();
    clearTimeout(settling);
    drawnAt = null;
    if (!svg) return;
    const place = [box.scrollLeft, box.scrollTop];
    for (const name of ["will-change", "transform-origin", "transform"]) svg.style.removeProperty(name);
    keepZoom();
    box.scrollTo(...place);
  };
  const keepZoom = () => {
    const svg = drawing();
    if (!zoom || !svg) return;
    svg.style.setProperty("--m-width", `${Math.round(natural(svg) * zoom)}px`);
    svg.dataset.zoomed = "";
  };
  const now = () => (drawing() ? drawing().getBoundingClientRect().width / natural(drawing()) : 1);
  const fit = () => {
    const svg = drawing();
    const box = frame();
    zoomTo(Math.min(box.clientWidth / natural(svg), box.clientHeight / svg.viewBox.baseVal.height || 1));
  };

  document.addEventListener("click", (event) => {
    const tool = event.target.closest("[data-zoom]");
    if (tool) return tool.dataset.zoom === "fit" ? fit() : zoomTo(now() * Number(tool.dataset.zoom));
    const link = event.target.closest("#map a[data-swap]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (!dragged) show(link.getAttribute("href"));
  });
  document.addEventListener("wheel", (event) => {
    if (!event.ctrlKey || !event.target.closest?.("#map-frame")) return;
    event.preventDefault();
    zoomTo(now() * (event.deltaY < 0 ? 1.1 : 1 / 1.1), { x: event.clientX, y: event.clientY });
  }, { passive: false });

  /* ---- drag with the mouse; fingers scroll by themselves ---- */
  let held = null;
  let dragged = false;
  document.addEventListener("pointerdown", (event) => {
    const box = event.target.closest?.("#map-frame");
    dragged = false;
    if (!box || event.pointerType !== "mouse" || event.button !== 0) return;
    held = { box, x: event.clientX, y: event.clientY, left: box.scrollLeft, top: box.scrollTop };
  });
  document.addEventListener("pointermove", (event) => {
    if (!held) return;
    const [dx, dy] = [event.clientX - held.x, event.clientY - held.y];
    if (!dragged && Math.hypot(dx, dy) < 5) return;
    if (!dragged) held.box.classList.add("is-held");
    dragged = true;
    held.box.scrollTo(held.left - dx, held.top - dy);
  });
  const letGo = () => { held?.box.classList.remove("is-held"); held = null; };
  document.addEventListener("pointerup", letGo);
  document.addEventListener("pointercancel", letGo);
  document.addEventListener("dragstart", (event) => { if (event.target.closest?.("#map-frame")) event.preventDefault(); });
  document.addEventListener("click", (event) => {
    if (dragged && event.target.closest?.("#map-frame")) { event.preventDefault(); event.stopPropagation(); }
  }, true);

  /* ---- the keyboard: the departments are one stop, the lines another; arrows go on within ---- */
  const stops = (svg) => [[...svg.querySelectorAll(".m-place, .m-close")], [...svg.querySelectorAll(".m-edge")]];
  const AHEAD = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const at = event.target.closest?.("#map-frame svg a");
    if (at && (event.key in AHEAD || event.key === "Home" || event.key === "End")) {
      const row = stops(drawing()).find((some) => some.includes(at));
      const last = row.length - 1;
      // Round and round: the line that is told of lies on top, so it is the last, and one starts there.
      const place = event.key === "Home" ? 0 : event.key === "End" ? last
        : (row.indexOf(at) + AHEAD[event.key] + row.length) % row.length;
      event.preventDefault();
      at.tabIndex = -1;
      row[place].tabIndex = 0;
      row[place].focus();
    } else if (event.target.closest?.("#map-frame") && (event.key === "+" || event.key === "-")) {
      event.preventDefault();
      zoomTo(now() * (event.key === "+" ? 1.25 : 0.8));
    }
  });

  /* ---- the ends of a line stand out with it, and the lines of a department ---- */
  const light = (event) => {
    const at = event.target.closest?.("#map-frame .m-place");
    for (const edge of document.querySelectorAll("#map-frame .m-edge.is-near")) edge.classList.remove("is-near");
    if (!at) return;
    const key = CSS.escape(at.dataset.k);
    for (const edge of document.querySelectorAll(`#map-frame .m-edge[data-p="${key}"], #map-frame .m-edge[data-c="${key}"]`)) {
      edge.classList.add("is-near");
    }
  };
  document.addEventListener("pointerover", (event) => { if (event.target.closest?.("#map-frame")) light(event); });
  document.addEventListener("focusin", light);

  const prepare = () => {
    index = null;
    for (const tools of document.querySelectorAll("[data-map-tools]")) tools.hidden = false;
    const svg = drawing();
    if (!svg) return;
    for (const some of stops(svg)) {
      const first = some.find((one) => one.matches(".is-sel")) ?? some[0];
      for (const one of some) one.tabIndex = one === first ? 0 : -1;
    }
    settle();
    if (form.elements.find.value) seek(form.elements.find.value);
  };

  window.addEventListener("popstate", () => location.reload());
  prepare();
})();
