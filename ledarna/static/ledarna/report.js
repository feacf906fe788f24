/* Writing the annual report, faster: how the text reads is shown while somebody types, and names are
   completed between the braces. Without it the page is a plain form with a button for the preview. */
"use strict";

(() => {
  const form = document.getElementById("section");
  if (!form) return;
  const text = form.querySelector("textarea");
  const PAUSE = 700; // milliseconds without a key before the server is asked

  // How it reads ----------------------------------------------------------------------------------

  let waiting = 0;
  let asked = null;

  async function preview() {
    asked?.abort();
    asked = new AbortController();
    const said = new FormData(form);
    said.set("do", "preview");
    try {
      const response = await fetch(form.action, { method: "POST", body: said, signal: asked.signal });
      if (!response.ok || response.redirected) return; // the button still works, and says why
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      for (const id of ["preview", "mistakes"]) {
        document.getElementById(id).replaceWith(page.getElementById(id));
      }
    } catch (error) {
      if (error.name !== "AbortError" && error.name !== "TypeError") throw error;
    }
  }

  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(preview, PAUSE);
  });

  // Names between the braces ----------------------------------------------------------------------

  const OPEN = /\{\{\s*([\w.-]*)$/;
  const OPEN_FORMAT = /\{\{[^{}\n]*\|\s*(\w*)$/;
  const SHOWN = 8;
  const words = (selector) => [...document.querySelectorAll(selector)].map((code) => code.dataset.name);
  const names = words("[data-name]:not([data-format])");
  const formats = words("[data-format]");
  const list = document.createElement("ul");
  list.className = "completions";
  list.id = "completions";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", text.dataset.completions);
  list.hidden = true;
  text.after(list);
  text.setAttribute("aria-autocomplete", "list");
  text.setAttribute("aria-controls", list.id);
  let begun = "";
  let chosen = 0;

  function close() {
    list.hidden = true;
    list.replaceChildren();
    text.removeAttribute("aria-activedescendant");
  }

  function choose(place) {
    chosen = (place + list.children.length) % list.children.length;
    [...list.children].forEach((item, index) => {
      item.setAttribute("aria-selected", String(index === chosen));
    });
    text.setAttribute("aria-activedescendant", list.children[chosen].id);
  }

  function suggest() {
    const before = text.value.slice(0, text.selectionStart);
    const found = OPEN.exec(before) ?? OPEN_FORMAT.exec(before);
    if (!found) return close();
    begun = found[1];
    const like = (found[0].includes("|") ? formats : names).filter(
      (name) => name.includes(begun) && name !== begun,
    );
    if (!like.length) return close();
    list.replaceChildren(
      ...like.slice(0, SHOWN).map((name, index) => {
        const item = document.createElement("li");
        item.id = `completion-${index}`;
        item.setAttribute("role", "option");
        item.textContent = name;
        item.addEventListener("mousedown", (event) => {
          event.preventDefault();
          insert(name);
        });
        return item;
      }),
    );
    list.hidden = false;
    choose(0);
  }

  function insert(name) {
    const place = text.selectionStart;
    const closes = /^\s*[|}]/.test(text.value.slice(place)) ? "" : " }}";
    text.setRangeText(name + closes, place - begun.length, place, "end");
    if (closes) text.selectionEnd = text.selectionStart = text.selectionEnd - closes.length;
    close();
    form.dispatchEvent(new Event("input"));
  }

  text.addEventListener("input", suggest);
  text.addEventListener("blur", close);
  text.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    if (event.key === "ArrowDown") choose(chosen + 1);
    else if (event.key === "ArrowUp") choose(chosen - 1);
    else if (event.key === "Enter") insert(list.children[chosen].textContent);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
  });
})();
