/* Entry of vouchers, faster: suggestions of accounts, sums while somebody types, the amount of the last
   row, keys, more rows, and receipts by drop and paste. Without it the page is a plain form, and the
   server does the same sums. Amounts are exact: fractions of BigInt, whole öre in the end. */
"use strict";

(() => {
  const form = document.getElementById("entry");
  if (!form) return;
  const table = form.querySelector(".entry-rows");
  const body = table.tBodies[0];
  const total = form.querySelector('[name="rows-TOTAL_FORMS"]');
  const swedish = document.documentElement.lang.startsWith("sv");
  const grouped = new Intl.NumberFormat(swedish ? "sv-SE" : "en-GB");

  // Amounts ---------------------------------------------------------------------------------------

  const TOKEN = /\s*(?:(\d{1,3}(?: \d{3})+(?!\d)|\d+)(?:[.,](\d+))?|([-+*/()]))/y;
  const SIGNS = { "\u2212": "-", "\u2013": "-", "\u00d7": "*", "\u00b7": "*", "\u00f7": "/", ":": "/" };

  /* The öre that a text comes to, as finance/arithmetic.py reads it; null for nothing or no amount. */
  function ore(text) {
    const plain = text
      .replace(/[\s\u00a0\u2009\u202f]+/g, " ")
      .trim()
      .replace(/ ?(kr|sek)$/i, "")
      .replace(/[\u2212\u2013\u00d7\u00b7\u00f7:]/g, (sign) => SIGNS[sign]);
    if (!plain || plain.length > 100) return null;
    const tokens = [];
    TOKEN.lastIndex = 0;
    while (TOKEN.lastIndex < plain.length) {
      const found = TOKEN.exec(plain);
      if (!found) return null;
      const decimals = found[2] ?? "";
      tokens.push(found[3] ?? [BigInt(found[1].replaceAll(" ", "") + decimals), 10n ** BigInt(decimals.length)]);
    }
    let place = 0;
    const NONE = new Error("no amount");
    function take() {
      if (place === tokens.length) throw NONE;
      return tokens[place++];
    }
    function factor() {
      const token = take();
      if (token === "-") {
        const [n, d] = factor();
        return [-n, d];
      }
      if (token === "(") {
        const value = sum();
        if (take() !== ")") throw NONE;
        return value;
      }
      if (typeof token === "string") throw NONE;
      return token;
    }
    function product() {
      let [n, d] = factor();
      while (tokens[place] === "*" || tokens[place] === "/") {
        const times = take() === "*";
        const [m, e] = factor();
        if (!times && m === 0n) throw NONE;
        [n, d] = times ? [n * m, d * e] : [n * e, d * m];
      }
      return [n, d];
    }
    function sum() {
      let [n, d] = product();
      while (tokens[place] === "+" || tokens[place] === "-") {
        const plus = take() === "+";
        const [m, e] = product();
        [n, d] = [plus ? n * e + m * d : n * e - m * d, d * e];
      }
      return [n, d];
    }
    try {
      const [n, d] = sum();
      if (place < tokens.length || (n * 100n) % d !== 0n) return null;
      return (n * 100n) / d;
    } catch (error) {
      if (error !== NONE) throw error;
      return null;
    }
  }

  function written(sum) {
    const size = sum < 0n ? -sum : sum;
    const whole = grouped.format(size / 100n).replaceAll("\u00a0", "\u202f");
    return (sum < 0n ? "\u2212" : "") + whole + (swedish ? "," : ".") + String(size % 100n).padStart(2, "0");
  }

  // Rows, sums and the last row's amount ------------------------------------------------------------

  const field = (row, name) => row.querySelector(`[name$="-${name}"]`);
  const fieldsOf = (row) => [...row.querySelectorAll("input:not([type=hidden])")];
  const rows = () => [...body.rows];

  function add() {
    const number = rows().length;
    const row = body.rows[number - 1].cloneNode(true);
    for (const left of row.querySelectorAll("p, .options")) left.remove();
    for (const input of row.querySelectorAll("input")) {
      for (const name of ["name", "id"]) {
        input[name] = input[name].replace(/^((?:id_)?rows-)\d+/, `$1${number}`);
      }
      const label = input.getAttribute("aria-label");
      if (label) input.setAttribute("aria-label", label.replace(/\d+$/, String(number + 1)));
      for (const name of ["aria-invalid", "aria-describedby", "placeholder", "value", "aria-controls"]) {
        input.removeAttribute(name);
      }
      input.value = "";
    }
    body.append(row);
    total.value = String(number + 1);
    suggestIn(row);
    return row;
  }

  function sums() {
    let debit = 0n;
    let credit = 0n;
    let open = null;
    for (const row of rows()) {
      const [d, c] = [field(row, "debit"), field(row, "credit")];
      d.placeholder = c.placeholder = "";
      debit += ore(d.value) ?? 0n;
      credit += ore(c.value) ?? 0n;
      if (field(row, "account").value.trim()) open = d.value.trim() || c.value.trim() ? null : row;
    }
    const left = debit - credit;
    if (open && left) {
      field(open, left > 0n ? "credit" : "debit").placeholder = written(left > 0n ? left : -left);
      if (left > 0n) credit = debit;
      else debit = credit;
    }
    const said = form.querySelector(".sums");
    const equal = debit === credit;
    const between = equal ? "=" : "\u2260";
    said.value = `${said.dataset.debit} ${written(debit)} ${between} ${said.dataset.credit} ${written(credit)}`;
    said.classList.toggle("good", equal && debit > 0n);
    said.classList.toggle("muted", equal && !debit);
    said.classList.toggle("bad", !equal);
    return equal && debit > 0n;
  }

  // Suggestions: a combobox with a listbox, as ARIA describes it --------------------------------------

  let list = null;

  function matches(source, typed) {
    const wanted = typed.trim().toLocaleLowerCase();
    if (!wanted) return [];
    const texts = [...source.options].map((option) => option.value);
    if (texts.includes(typed.trim())) return [];
    const found = [[], [], []];
    for (const text of texts) {
      const plain = text.toLocaleLowerCase();
      const rank = plain.startsWith(wanted) ? 0 : plain.includes(` ${wanted}`) ? 1 : plain.includes(wanted) ? 2 : -1;
      if (rank >= 0) found[rank].push(text);
    }
    return found.flat().slice(0, 8);
  }

  function close() {
    if (!list) return;
    const { input, element } = list;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
    element.remove();
    list = null;
  }

  function choose(text) {
    const { input } = list;
    input.value = text;
    close();
    sums();
  }

  function mark(index) {
    const options = [...list.element.children];
    list.index = (index + options.length) % options.length;
    options.forEach((option, at) => option.setAttribute("aria-selected", String(at === list.index)));
    list.input.setAttribute("aria-activedescendant", options[list.index].id);
    options[list.index].scrollIntoView({ block: "nearest" });
  }

  function open(input) {
    close();
    const source = document.getElementById(input.dataset.suggestions);
    const found = matches(source, input.value);
    if (!found.length) return;
    const element = document.createElement("ul");
    element.className = "options";
    element.id = `${input.id}_options`;
    element.setAttribute("role", "listbox");
    element.setAttribute("aria-label", input.getAttribute("aria-label"));
    found.forEach((text, index) => {
      const option = document.createElement("li");
      option.id = `${element.id}_${index}`;
      option.setAttribute("role", "option");
      const [number, ...name] = text.split(" ");
      const strong = document.createElement("strong");
      strong.textContent = number;
      option.append(strong, ` ${name.join(" ")}`);
      option.addEventListener("pointerdown", (event) => {
        event.preventDefault();
        choose(text);
        next(input);
      });
      element.append(option);
    });
    input.parentElement.append(element);
    input.setAttribute("aria-expanded", "true");
    list = { input, element, found, index: -1 };
    mark(0);
  }

  function suggestIn(row) {
    for (const input of row.querySelectorAll("input[list], input[data-suggestions]")) {
      const source = input.getAttribute("list");
      if (source) {
        input.dataset.suggestions = source;
        input.removeAttribute("list");
      }
      input.setAttribute("role", "combobox");
      input.setAttribute("aria-autocomplete", "list");
      input.setAttribute("aria-expanded", "false");
      input.setAttribute("aria-controls", `${input.id}_options`);
    }
  }

  // Keys ------------------------------------------------------------------------------------------

  const post = form.querySelector('button[value="post"]') ?? form.querySelector('button[value="draft"]');

  /* The field after this one: past the credit of a row that has a debit, and to the button when an
     empty row is reached and the voucher balances. */
  function next(input) {
    const row = input.closest("tr");
    if (!row) {
      const heads = [...form.querySelectorAll(".entry-head input:not([type=hidden]), .entry-head select")];
      return (heads[heads.indexOf(input) + 1] ?? field(rows()[0], "account")).focus();
    }
    const fields = fieldsOf(row);
    const at = fields.indexOf(input);
    const isEmpty = fields.every((one) => !one.value.trim());
    if (isEmpty && sums()) return post.focus();
    const hasDebit = input === field(row, "debit") && input.value.trim();
    if (at < fields.length - 1 && !hasDebit) return fields[at + 1].focus();
    return field(row.nextElementSibling ?? add(), "account").focus();
  }

  form.addEventListener("keydown", (event) => {
    const input = event.target;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      if (list) choose(list.found[list.index]);
      post.click();
      return;
    }
    if (!(input instanceof HTMLInputElement || input instanceof HTMLSelectElement)) return;
    if (list && input === list.input) {
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        mark(list.index + (event.key === "ArrowDown" ? 1 : -1));
        return;
      }
      if (event.key === "Escape") {
        event.preventDefault();
        close();
        return;
      }
      if (event.key === "Enter" || (event.key === "Tab" && !event.shiftKey)) choose(list.found[list.index]);
    } else if (event.key === "ArrowDown" && input.dataset.suggestions) {
      open(input);
    }
    if (event.key === "Enter" && input.type !== "checkbox" && input.id !== "template_name") {
      event.preventDefault();
      next(input);
    }
  });

  form.addEventListener("input", (event) => {
    if (event.target.dataset.suggestions) open(event.target);
    sums();
  });
  form.addEventListener("focusin", (event) => {
    if (list && event.target !== list.input) close();
    if (event.target instanceof HTMLInputElement && event.target.type === "text") event.target.select();
  });
  form.addEventListener("focusout", (event) => {
    if (list && event.target === list.input) close();
  });

  // Buttons: more rows without asking the server, and nothing sent twice -------------------------------

  form.querySelector('button[value="more"]').addEventListener("click", (event) => {
    event.preventDefault();
    field(add(), "account").focus();
  });

  let sent = false;
  form.addEventListener("submit", (event) => {
    if (sent) event.preventDefault();
    sent = true;
  });
  window.addEventListener("pageshow", () => {
    sent = false;
  });

  // Receipts ----------------------------------------------------------------------------------------

  const drop = document.querySelector(".drop");
  const files = document.getElementById("files");
  const photo = document.getElementById("photo");
  const chosen = drop.querySelector(".chosen");

  function show() {
    chosen.replaceChildren(
      ...[files, photo].flatMap((input) =>
        [...input.files].map((file) => {
          const item = document.createElement("li");
          const off = document.createElement("button");
          off.type = "button";
          off.className = "quiet";
          off.textContent = chosen.dataset.remove;
          off.setAttribute("aria-label", `${chosen.dataset.remove} ${file.name}`);
          off.addEventListener("click", () => {
            put(input, [...input.files].filter((other) => other !== file));
            input.focus();
          });
          item.append(`${file.name} `, off);
          return item;
        }),
      ),
    );
  }

  function put(input, all) {
    const transfer = new DataTransfer();
    for (const file of all) transfer.items.add(file);
    input.files = transfer.files;
    show();
  }

  for (const name of ["dragenter", "dragover"]) {
    drop.addEventListener(name, (event) => {
      event.preventDefault();
      drop.classList.add("over");
    });
  }
  for (const name of ["dragleave", "drop"]) {
    drop.addEventListener(name, () => drop.classList.remove("over"));
  }
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    put(files, [...files.files, ...event.dataTransfer.files]);
  });
  document.addEventListener("paste", (event) => {
    const pasted = [...(event.clipboardData?.files ?? [])];
    if (pasted.length) {
      event.preventDefault();
      put(files, [...files.files, ...pasted]);
    }
  });
  for (const input of [files, photo]) input.addEventListener("change", show);

  // Begin -----------------------------------------------------------------------------------------

  document.documentElement.classList.add("has-script");
  form.querySelector(".keys").hidden = false;
  rows().forEach(suggestIn);
  sums();
  // The browser may have led to the first field before this script came, without choosing its text: a
  // key that is struck at once shall take the place of what is proposed.
  const errors = document.getElementById("errors");
  const first = form.querySelector("[autofocus]");
  if (errors) {
    errors.focus();
  } else {
    first.focus();
    first.select();
  }
})();
