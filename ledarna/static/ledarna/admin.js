/* Sums while somebody types: of vouchers, opening balances and budgets. Without it the sums are those
   that were saved, and all else works. Amounts are whole öre in BigInt, as in the ledger. */
"use strict";

(() => {
  const AMOUNT = /^([-+]?)(\d+|\d{1,3}(?: \d{3})+)(?:[.,](\d{1,2}))?$/;
  const BALANCED = { asset: 1n, liability: -1n, equity: -1n };
  const IN_RESULT = { income: 1n, cost: -1n, financial: 1n };
  const swedish = document.documentElement.lang.startsWith("sv");
  const grouped = new Intl.NumberFormat(swedish ? "sv-SE" : "en-GB");

  /* The öre that a person means; 0 for nothing, null for what is no amount. */
  function ore(text) {
    const plain = text
      .replace(/[\s\u00a0\u2009\u202f]+/g, " ")
      .trim()
      .replace("\u2212", "-")
      .replace(/ ?(kr|sek)$/i, "")
      .replace(/^([-+]) /, "$1");
    if (!plain) return 0n;
    const found = AMOUNT.exec(plain);
    if (!found) return null;
    const sum = BigInt(found[2].replaceAll(" ", "")) * 100n + BigInt((found[3] ?? "").padEnd(2, "0"));
    return found[1] === "-" ? -sum : sum;
  }

  /* Öre as the page writes them: two decimals, or none where *short* and there are no öre. */
  function written(sum, short) {
    const size = sum < 0n ? -sum : sum;
    const rest = size % 100n;
    const decimals = short && !rest ? "" : (swedish ? "," : ".") + String(rest).padStart(2, "0");
    return (sum < 0n ? "\u2212" : "") + grouped.format(size / 100n) + decimals;
  }

  function amounts(row, ending) {
    const field = row.querySelector(`input[name$="-${ending}"]`);
    return field ? (ore(field.value) ?? 0n) : 0n;
  }

  /* The kind of the account that a row names, by the suggestions. */
  function kindOf(row) {
    const field = row.querySelector('input[list="account-suggestions"]');
    const typed = field?.value.trim();
    if (!typed) return "";
    const known = [...field.list.options].find((option) => option.value === typed || option.value.split(" ")[0] === typed);
    return known?.dataset.kind ?? "";
  }

  function rowsOf(table) {
    return [...table.querySelectorAll("tr.form-row:not(.empty-form)")].filter(
      (row) => !row.querySelector('input[name$="-DELETE"]')?.checked,
    );
  }

  function say(table, name, sum) {
    table.querySelector(`[data-sum="${name}"]`).value = written(sum);
  }

  function sayDifference(table, difference, empty) {
    const said = table.closest("fieldset").querySelector("[data-difference]");
    said.value = difference ? `${said.dataset.differs} ${written(difference)}` : empty ? "" : said.dataset.equal;
    said.classList.toggle("bad", difference !== 0n);
    said.classList.toggle("good", difference === 0n);
  }

  const KEEP = {
    voucher(table) {
      const rows = rowsOf(table);
      const debit = rows.reduce((sum, row) => sum + amounts(row, "debit"), 0n);
      const credit = rows.reduce((sum, row) => sum + amounts(row, "credit"), 0n);
      const difference = debit - credit;
      say(table, "debit", debit);
      say(table, "credit", credit);
      sayDifference(table, difference < 0n ? -difference : difference, !debit && !credit);
    },

    opening(table) {
      let assets = 0n;
      let others = 0n;
      for (const row of rowsOf(table)) {
        const sign = BALANCED[kindOf(row)];
        if (sign === 1n) assets += amounts(row, "natural");
        if (sign === -1n) others += amounts(row, "natural");
      }
      say(table, "assets", assets);
      say(table, "others", others);
      sayDifference(table, assets - others, !assets && !others);
    },

    budget(table) {
      const sums = {};
      const add = (kind, column, sum) => {
        sums[kind] ??= {};
        sums[kind][column] = (sums[kind][column] ?? 0n) + sum;
      };
      for (const row of table.querySelectorAll("tr.grid-row")) {
        const kind = row.dataset.kind || kindOf(row);
        let total = 0n;
        let filled = false;
        for (const cell of row.querySelectorAll("td[data-column]")) {
          const field = cell.querySelector("input");
          const sum = ore(field.value) ?? 0n;
          filled ||= field.value.trim() !== "";
          total += sum;
          add(kind, cell.dataset.column, sum);
          add("result", cell.dataset.column, sum * (IN_RESULT[kind] ?? 0n));
        }
        add(kind, "total", total);
        add("result", "total", total * (IN_RESULT[kind] ?? 0n));
        row.querySelector('output[data-column="total"]').value = filled ? written(total, true) : "";
      }
      for (const row of table.querySelectorAll("tr[data-sums-kind]")) {
        for (const said of row.querySelectorAll("output")) {
          said.value = written(sums[row.dataset.sumsKind]?.[said.dataset.column] ?? 0n, true);
        }
      }
    },
  };

  for (const table of document.querySelectorAll("table[data-sums]")) {
    if (!table.querySelector("tbody input:not([type=hidden])")) continue;
    const keep = () => KEEP[table.dataset.sums](table);
    table.addEventListener("input", keep);
    table.addEventListener("change", keep);
    document.addEventListener("formset:removed", keep);
    keep();
  }

  /* Enter in a row goes to the next field; Ctrl+Enter (⌘ on a Mac) posts. */
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.target instanceof HTMLInputElement)) return;
    const post = event.target.form?.elements.namedItem("_post");
    if ((event.ctrlKey || event.metaKey) && post) {
      event.preventDefault();
      event.target.form.requestSubmit(post);
    } else if (event.target.closest("table[data-sums]")) {
      event.preventDefault();
      const fields = [...event.target.form.querySelectorAll("table[data-sums] input:not([type=hidden])")].filter(
        (field) => field.offsetParent !== null,
      );
      fields[fields.indexOf(event.target) + 1]?.focus();
    }
  });
})();
