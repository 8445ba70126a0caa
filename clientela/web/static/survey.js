/* Surveys in the browser: what is not sent yet is kept here, and nowhere else, where nothing may be kept with us.
   Every page works without this file. */
(() => {
  "use strict";

  const DAYS = 30;
  const form = document.querySelector("form[data-survey-draft]");
  if (!form) return;
  const key = `clientela.draft.${document.body.dataset.person || "nobody"}.${form.dataset.surveyDraft}`;
  const kept = () => form.elements.namedItem("kept");
  const carried = () => { try { return JSON.parse(kept()?.value || "{}"); } catch { return {}; } };

  /* All answers by field: those on this page, and those of other pages that the form carries along. */
  const answers = () => {
    const here = {};
    for (const [name, value] of new FormData(form)) {
      if (name.startsWith("q.") && typeof value === "string" && value) (here[name] ??= []).push(value);
    }
    return { here, others: carried() };
  };
  const keep = () => {
    try { localStorage.setItem(key, JSON.stringify({ answers: answers(), at: Date.now() })); } catch { /* not kept */ }
  };

  const bring = () => {
    let found;
    try { found = JSON.parse(localStorage.getItem(key)); } catch { return; }
    if (!found?.answers || Date.now() - found.at > DAYS * 86_400_000) return;
    if (Object.keys(carried()).length || Object.keys(answers().here).length) return; // the page knows more already
    const shown = new Set((form.elements.namedItem("shown")?.value || "").split(" "));
    for (const field of form.querySelectorAll("[name^='q.']")) {
      const values = found.answers.here[field.name];
      if (!values) continue;
      if (field.type === "radio" || field.type === "checkbox") field.checked = values.includes(field.value);
      else if (field.type !== "hidden") field.value = values[0];
    }
    const others = Object.fromEntries(Object.entries(found.answers.others).filter(([name]) => !shown.has(name)));
    for (const [name, values] of Object.entries(found.answers.here)) {
      const [question, row] = name.slice(2).split(/\.(.*)/s);
      if (shown.has(question)) continue;
      if (row) (others[question] ??= {})[row] = values[0];
      else others[question] = values.length > 1 ? values : values[0];
    }
    if (kept()) kept().value = JSON.stringify(others);
  };

  bring();
  form.addEventListener("input", keep);
  form.addEventListener("change", keep);
  form.addEventListener("submit", keep);
})();
