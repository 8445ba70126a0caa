/* Clientela in the browser. Every page works without this file, as plain links and forms; it adds keys, kept drafts,
   exact moments within reach, the sheet on a phone, undo that waits, and tabs. All of it hangs on data attributes;
   all words come from the page, in its language. */
(() => {
  "use strict";

  const PHONE = window.matchMedia("(max-width: 899.98px)");
  const TOAST_MS = 10_000;
  const DRAFT_PAUSE_MS = 400;
  const DRAFT_DAYS = 30;
  const words = document.body.dataset;
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const isShown = (element) => element.getClientRects().length > 0;

  /* Private windows may refuse storage: then nothing is kept, and nothing breaks. */
  const store = {
    get(key) { try { return localStorage.getItem(key); } catch { return null; } },
    set(key, value) { try { localStorage.setItem(key, value); return true; } catch { return false; } },
    remove(key) { try { localStorage.removeItem(key); } catch { /* nothing was kept */ } },
    keys() { try { return Object.keys(localStorage); } catch { return []; } },
  };

  /* ---- theme ---- */
  document.addEventListener("submit", (event) => {
    const form = event.target.closest("[data-theme-form]");
    if (!form || !event.submitter) return;
    event.preventDefault();
    const theme = event.submitter.value;
    document.documentElement.dataset.bsTheme = theme;
    document.cookie = `theme=${theme}; path=/; max-age=31536000; samesite=lax${location.protocol === "https:" ? "; secure" : ""}`;
    for (const button of all("[data-theme-form] button")) button.setAttribute("aria-pressed", String(button.value === theme));
  });

  /* ---- one click rates ----
     A mail scanner opens the link too, some even run scripts. Only what a person's hand does sends the score: a pointer
     that moves, a touch, a wheel, a key. The button does the same without any script. */
  const rating = document.querySelector("form[data-send-on-sign-of-life]");
  if (rating) {
    const signs = ["pointermove", "touchstart", "wheel", "keydown"];
    const send = (event) => {
      if (!event.isTrusted || navigator.webdriver || event.target.closest?.("a, button, summary")) return;
      for (const sign of signs) window.removeEventListener(sign, send);
      rating.requestSubmit();
    };
    for (const sign of signs) window.addEventListener(sign, send, { passive: true });
  }

  /* ---- menus ---- */
  const closeMenus = (except) => {
    for (const menu of all("details[data-menu][open]")) if (menu !== except) menu.open = false;
  };
  document.addEventListener("click", (event) => closeMenus(event.target.closest("details[data-menu]")));
  document.addEventListener("focusin", (event) => closeMenus(event.target.closest("details[data-menu]")));

  /* ---- exact moments ---- */
  const tip = document.createElement("div");
  tip.className = "c-tip";
  tip.id = "exact-moment";
  tip.setAttribute("role", "tooltip");
  tip.popover = "manual";
  let tipOf = null;
  let tipTimer = 0;
  const hideTip = () => {
    clearTimeout(tipTimer);
    if (!tipOf) return;
    tipOf.removeAttribute("aria-describedby");
    tipOf = null;
    tip.remove();
  };
  const showTip = (element) => {
    clearTimeout(tipTimer);
    if (tipOf === element) return;
    hideTip();
    tipOf = element;
    element.removeAttribute("title"); // else the browser says it a second time
    element.setAttribute("aria-describedby", tip.id);
    tip.textContent = element.dataset.exact;
    element.after(tip); // it is read where it belongs, also inside a sheet or a dialog
    tip.showPopover();
    const at = element.getBoundingClientRect();
    const own = tip.getBoundingClientRect();
    const left = Math.min(Math.max(at.left, 16), document.documentElement.clientWidth - own.width - 16);
    const above = at.bottom + 6 + own.height > window.innerHeight;
    tip.style.left = `${Math.max(left, 16)}px`;
    tip.style.top = `${above ? Math.max(at.top - own.height - 6, 4) : at.bottom + 6}px`;
  };
  const momentAt = (event) => event.target.closest?.("[data-exact]");
  document.addEventListener("pointerover", (event) => {
    if (event.pointerType !== "mouse") return;
    if (tip.contains(event.target)) return clearTimeout(tipTimer);
    const element = momentAt(event);
    if (element) return showTip(element);
    if (tipOf && tipOf !== document.activeElement) {
      clearTimeout(tipTimer);
      tipTimer = setTimeout(hideTip, 150);
    }
  });
  document.addEventListener("focusin", (event) => (momentAt(event) ? showTip(momentAt(event)) : hideTip()));
  document.addEventListener("focusout", (event) => { if (momentAt(event)) hideTip(); });
  document.addEventListener("click", (event) => {
    const element = momentAt(event);
    if (element) showTip(element); // Safari gives no focus to a button that is clicked
    else if (!tip.contains(event.target)) hideTip();
  });
  window.addEventListener("scroll", () => { if (tipOf) hideTip(); }, { passive: true, capture: true });

  /* ---- the sheet on a phone ---- */
  let sheet = null;
  let sheetOpener = null;
  const around = (element) => {
    const others = [];
    for (let inner = element; inner.parentElement && inner !== document.body; inner = inner.parentElement) {
      others.push(...[...inner.parentElement.children].filter((other) => other !== inner && !other.matches("#toasts, script, .c-tip")));
    }
    return others;
  };
  const closeSheet = () => {
    if (!sheet) return;
    for (const other of around(sheet)) other.inert = false;
    sheet.classList.remove("is-open");
    sheet.setAttribute("role", "complementary");
    sheet.removeAttribute("aria-modal");
    document.body.classList.remove("is-covered");
    sheet = null;
    sheetOpener?.focus();
  };
  const openSheet = (opener) => {
    sheet = document.getElementById(opener.dataset.sheetOpen);
    sheetOpener = opener;
    if (!sheet.querySelector(".c-sheet-close")) {
      const close = document.createElement("button");
      close.type = "button";
      close.className = "btn btn-sm c-sheet-close";
      close.textContent = words.wordsClose;
      close.addEventListener("click", closeSheet);
      sheet.prepend(close);
    }
    for (const other of around(sheet)) other.inert = true;
    sheet.classList.add("is-open");
    sheet.setAttribute("role", "dialog");
    sheet.setAttribute("aria-modal", "true");
    document.body.classList.add("is-covered");
    sheet.querySelector(".c-sheet-close").focus();
  };
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-sheet-open]");
    if (opener && PHONE.matches) {
      event.preventDefault();
      openSheet(opener);
    } else if (sheet && event.target === sheet && event.clientY < sheet.getBoundingClientRect().top) {
      closeSheet();
    }
  });
  PHONE.addEventListener("change", closeSheet);

  /* ---- toasts ---- */
  const livingToast = (toast) => {
    let timer = 0;
    const wait = () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        if (toast.matches(":hover") || toast.contains(document.activeElement)) wait();
        else toast.remove();
      }, TOAST_MS);
    };
    toast.addEventListener("pointerleave", wait);
    toast.addEventListener("focusout", wait);
    wait();
  };
  const say = (text) => {
    const toast = document.createElement("div");
    toast.className = "c-toast";
    const inside = document.createElement("span");
    inside.textContent = text;
    toast.append(inside);
    document.getElementById("toasts")?.append(toast);
    livingToast(toast);
  };

  /* ---- drafts: kept here until the server says that the words arrived ---- */
  const draftKey = (name) => `clientela.draft.${words.person || "nobody"}.${name}`;
  const draftOf = (name) => {
    try {
      const kept = JSON.parse(store.get(draftKey(name)));
      return kept && Date.now() - kept.at < DRAFT_DAYS * 86_400_000 ? kept : null;
    } catch { return null; }
  };
  const draftStatus = (name) => all("[data-draft-status]").filter((place) => place.dataset.draftStatus === name);
  const draftSays = (name, text) => { for (const place of draftStatus(name)) place.textContent = text; };
  const draftTimers = new Map();
  const keepDraft = (field) => {
    const name = field.dataset.draft;
    draftTimers.delete(name);
    if (!field.value.trim()) {
      store.remove(draftKey(name));
      draftSays(name, "");
    } else if (store.set(draftKey(name), JSON.stringify({ text: field.value, at: Date.now() }))) {
      draftSays(name, words.wordsDraftSaved);
    }
  };
  const bringDraft = (field) => {
    const name = field.dataset.draft;
    const kept = draftOf(name);
    if (!kept || field.value.trim()) return;
    field.value = kept.text;
    for (const place of draftStatus(name)) {
      const discard = document.createElement("button");
      discard.type = "button";
      discard.textContent = words.wordsDraftDiscard;
      discard.addEventListener("click", () => { field.value = ""; keepDraft(field); field.focus(); });
      place.replaceChildren(words.wordsDraftBack, discard);
    }
  };
  document.addEventListener("input", (event) => {
    const field = event.target.closest("[data-draft]");
    if (!field) return;
    clearTimeout(draftTimers.get(field.dataset.draft));
    draftTimers.set(field.dataset.draft, setTimeout(keepDraft, DRAFT_PAUSE_MS, field));
  });
  const keepAllDrafts = () => {
    for (const field of all("[data-draft]")) {
      if (!draftTimers.has(field.dataset.draft)) continue;
      clearTimeout(draftTimers.get(field.dataset.draft));
      keepDraft(field);
    }
  };
  document.addEventListener("visibilitychange", () => { if (document.hidden) keepAllDrafts(); });
  window.addEventListener("pagehide", keepAllDrafts);
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-forget-drafts]")) return;
    // On a shared computer nothing of one person stays for the next.
    draftTimers.forEach((timer) => clearTimeout(timer));
    draftTimers.clear();
    for (const key of store.keys()) if (key.startsWith("clientela.draft.")) store.remove(key);
  });

  /* ---- forms: sent once, and seen to be sent ---- */
  const sending = new Map();
  const release = (form) => {
    const button = sending.get(form);
    sending.delete(form);
    if (!button) return;
    button.disabled = false;
    if (button.dataset.words) (button.querySelector("span") ?? button).textContent = button.dataset.words;
  };
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    if (sending.has(form)) return event.preventDefault();
    keepAllDrafts();
    const button = event.submitter;
    sending.set(form, button);
    setTimeout(() => {
      if (!button || !sending.has(form)) return;
      const label = button.querySelector("span") ?? button;
      if (button.dataset.busy) {
        button.dataset.words = label.textContent;
        label.textContent = button.dataset.busy;
      }
      button.disabled = true; // after the form has taken the button's own name and value
    });
  });
  document.addEventListener("change", (event) => event.target.closest("form[data-submit-on-change]")?.requestSubmit());
  window.addEventListener("pageshow", (event) => { if (event.persisted) [...sending.keys()].forEach(release); });

  /* ---- tabs of the composer ---- */
  const selectTab = (tab) => {
    for (const other of all("[role=tab]", tab.closest("[role=tablist]"))) {
      const chosen = other === tab;
      other.setAttribute("aria-selected", String(chosen));
      other.tabIndex = chosen ? 0 : -1;
      document.getElementById(other.getAttribute("aria-controls")).hidden = !chosen;
    }
  };
  const makeTabs = (box) => {
    const list = box.querySelector("[data-tablist]");
    const tabs = all("a", list);
    list.setAttribute("role", "tablist");
    for (const tab of tabs) {
      const panel = box.querySelector(tab.hash);
      tab.setAttribute("role", "tab");
      tab.setAttribute("aria-controls", panel.id);
      panel.setAttribute("role", "tabpanel");
      panel.setAttribute("aria-labelledby", tab.id);
      panel.removeAttribute("aria-label");
      panel.dataset.ready = "";
      tab.addEventListener("click", (event) => { event.preventDefault(); selectTab(tab); });
    }
    list.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      const from = tabs.indexOf(document.activeElement);
      if (!step || from < 0) return;
      event.preventDefault();
      const next = tabs[(from + step + tabs.length) % tabs.length];
      selectTab(next);
      next.focus();
    });
    const asked = tabs.find((tab) => tab.hash === location.hash);
    const withError = tabs.find((tab) => box.querySelector(`${tab.hash} .c-error`));
    selectTab(withError ?? asked ?? tabs.find((tab) => tab.hasAttribute("aria-current")) ?? tabs[0]);
    for (const tab of tabs) tab.removeAttribute("aria-current");
  };

  /* ---- keys ---- */
  const KEYS_OFF = "clientela.keys-off";
  const keysDialog = document.getElementById("keys");
  const isTyping = (element) =>
    element?.closest("input:not([type=checkbox], [type=radio], [type=button], [type=submit]), textarea, select, [contenteditable]");
  const showKeys = () => {
    if (!keysDialog || keysDialog.open) return;
    closeMenus();
    const list = keysDialog.querySelector("[data-keys-of-page]");
    list.replaceChildren();
    for (const element of all("[data-key][data-key-words]").filter(isShown)) {
      const row = document.createElement("div");
      const term = document.createElement("dt");
      const cap = document.createElement("kbd");
      const meaning = document.createElement("dd");
      cap.textContent = element.dataset.key === "Enter" ? "↵" : element.dataset.key.toUpperCase();
      meaning.textContent = element.dataset.keyWords;
      term.append(cap);
      row.append(term, meaning);
      list.append(row);
    }
    keysDialog.querySelector("[data-keys-switch]").checked = !store.get(KEYS_OFF);
    keysDialog.showModal();
    keysDialog.querySelector("form button").focus();
  };
  document.addEventListener("click", (event) => { if (event.target.closest("[data-keys-open]")) showKeys(); });
  document.addEventListener("change", (event) => {
    if (!event.target.matches("[data-keys-switch]")) return;
    if (event.target.checked) store.remove(KEYS_OFF);
    else store.set(KEYS_OFF, "1");
  });
  const focusSearch = () => {
    const field = all("[data-find]").find(isShown);
    field?.focus();
    field?.select();
    return Boolean(field);
  };
  const moveInList = (step) => {
    const items = all("[data-list-item]").filter(isShown);
    if (!items.length) return false;
    const here = items.findIndex((item) => item.contains(document.activeElement));
    const next = items[here < 0 ? (step > 0 ? 0 : items.length - 1) : Math.min(Math.max(here + step, 0), items.length - 1)];
    const link = next.querySelector("h2 a, h3 a, a, button");
    link?.focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
    return true;
  };
  const pressKeyed = (key) => {
    const element = all("[data-key]").filter(isShown).find((candidate) => candidate.dataset.key === key);
    if (!element || element.disabled) return false;
    if (element.matches("input:not([type=checkbox], [type=radio]), textarea, select")) {
      element.focus();
      return true;
    }
    element.click();
    if (element.matches("[role=tab]")) {
      document.getElementById(element.getAttribute("aria-controls")).querySelector("textarea, input:not([type=hidden]), select")?.focus();
    }
    return true;
  };
  const escape = () => {
    const menu = document.querySelector("details[data-menu][open]");
    if (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    } else if (sheet) closeSheet();
    else if (tipOf) hideTip();
    else if (document.activeElement?.matches("[data-find]")) document.activeElement.blur();
  };
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing) return;
    if (event.key === "Escape") return escape();
    if ((event.metaKey || event.ctrlKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k") {
      if (focusSearch()) event.preventDefault();
      return;
    }
    if (event.metaKey || event.ctrlKey || event.altKey || isTyping(event.target) || document.querySelector("dialog[open]")) return;
    if (store.get(KEYS_OFF)) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    let used = false;
    if (key === "j") used = moveInList(1);
    else if (key === "k") used = moveInList(-1);
    else if (key === "/") used = focusSearch();
    else if (key === "?") { showKeys(); used = true; }
    else if (key !== "Enter" || event.target.matches("body, main")) used = pressKeyed(key);
    if (used) event.preventDefault();
  });

  /* ---- whenever something new is on the page ---- */
  const wake = (root) => {
    for (const toast of all("[data-toast]", root)) {
      // Said again, it takes the place of what it said before: five times "Kept." would cover the page.
      for (const before of all(".c-toast:not([data-toast])", toast.parentElement))
        if (before.textContent === toast.textContent && !before.querySelector("form, button, a")) before.remove();
      if (toast.dataset.draftArrived) {
        store.remove(draftKey(toast.dataset.draftArrived));
        draftSays(toast.dataset.draftArrived, "");
      }
      toast.removeAttribute("data-toast");
      livingToast(toast);
    }
    for (const box of all("[data-tabs]", root)) {
      box.removeAttribute("data-tabs");
      makeTabs(box);
    }
    for (const field of all("[data-draft]", root)) bringDraft(field);
    root.querySelector("[data-error-summary]")?.focus();
  };
  wake(document);

  /* What was done before this page came is read out only if it arrives in the live region after it. */
  const toasts = document.getElementById("toasts");
  if (toasts?.children.length) {
    const waiting = [...toasts.children];
    toasts.replaceChildren();
    setTimeout(() => toasts.append(...waiting), 150);
  }

  document.addEventListener("htmx:load", (event) => {
    const root = event.detail.elt;
    if (root !== document.body) wake(root.parentElement ?? root);
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.detail.elt.closest?.("form");
    if (form) release(form);
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    // A whole page where a part was asked for: the session ran out, or the view has no part. Go there instead.
    const { xhr, target } = event.detail;
    if (target !== document.body && /^\s*<!doctype html/i.test(xhr.responseText)) {
      event.detail.shouldSwap = false;
      if (xhr.status < 400 || xhr.status === 422) location.assign(xhr.responseURL);
    }
  });
  /* Who works inside a part that is replaced goes on where they were: at the same control, else, by keyboard, at the
     first of the row, the section, the part, whichever is still there; a mouse leaves its place to whoever types next,
     so that no key ever goes to nothing. A button that is sent is off, and has lost the focus, before the answer comes. */
  const STOPS = "a[href], button, input:not([type=hidden]), select, textarea, summary";
  const stopsIn = (id) => all(STOPS, document.getElementById(id) ?? document.createElement("i"))
    .filter((stop) => !stop.disabled && stop.tabIndex >= 0 && stop.getClientRects().length);
  const placeOf = (at) => {
    const place = { name: at.name, value: at.value, isByKey: at.matches(":focus-visible"), roots: [] };
    for (let root = at.parentElement?.closest("[id]"); root && root.id !== "main"; root = root.parentElement?.closest("[id]")) {
      place.roots.push({ id: root.id });
      // What is taken out of a list leaves its place to its neighbour, but never the hand on the same button there.
      const others = place.roots.length > 1 ? [] : all(":scope > [id]", root.parentElement);
      const beside = others[others.indexOf(root) + 1] ?? others[others.indexOf(root) - 1];
      if (beside) place.roots.push({ id: beside.id, isBeside: true });
    }
    return place;
  };
  let pressed;
  let left;
  document.addEventListener("submit", (event) => {
    pressed = event.submitter && { form: event.target, place: placeOf(event.submitter) };
  }, { capture: true });
  document.addEventListener("htmx:beforeSwap", (event) => {
    const at = document.activeElement;
    left = at && at !== document.body ? placeOf(at) : undefined;
    if (pressed && event.detail.requestConfig?.elt === pressed.form) left ??= pressed.place;
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    if (document.activeElement?.matches("[data-error-summary]")) return; // what is wrong is read first
    const sent = event.detail.requestConfig;
    const then = (sent?.triggeringEvent?.submitter?.closest("[data-then]") ?? sent?.elt.closest("[data-then]"))?.dataset.then; // a form, or its button, says where one goes on
    if (then) { document.querySelector(then)?.focus(); return; }
    if (!left || (document.activeElement && document.activeElement !== document.body)) return;
    for (const { id, isBeside } of left.roots) {
      const stops = stopsIn(id);
      const alike = stops.filter((stop) => left.name && stop.name === left.name && stop.value === left.value);
      const same = alike.length === 1 && !isBeside ? alike[0] : null;
      if (same || (left.isByKey && stops[0])) { (same ?? stops[0]).focus({ preventScroll: !left.isByKey }); return; }
      const root = left.isByKey ? null : document.getElementById(id);
      if (root?.getClientRects().length) {
        if (!root.hasAttribute("tabindex")) root.tabIndex = -1;
        root.focus({ preventScroll: true });
        return;
      }
    }
  });
  document.addEventListener("htmx:responseError", () => say(words.wordsFailed));
  document.addEventListener("htmx:sendError", () => say(words.wordsOffline));
})();
