(() => {
  "use strict";
  const root = document.documentElement;
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  all("[data-script]").forEach((part) => { part.hidden = false; });

  const kept = { get: () => { try { return localStorage.getItem("report-theme"); } catch { return null; } },
                 set: (name) => { try { localStorage.setItem("report-theme", name); } catch { /* not kept */ } } };
  const choose = (name) => {
    if (name === "auto") root.removeAttribute("data-theme"); else root.dataset.theme = name;
    all("[data-theme-choice]").forEach((button) => button.setAttribute("aria-pressed", String(button.dataset.themeChoice === name)));
  };
  all("[data-theme-choice]").forEach((button) => button.addEventListener("click", () => {
    choose(button.dataset.themeChoice);
    kept.set(button.dataset.themeChoice);
  }));
  if (["light", "dark"].includes(kept.get())) choose(kept.get());

  const compared = (left, right) => {
    if (left === "" || right === "") return left === right ? 0 : left === "" ? 2 : -2;
    const [a, b] = [Number(left), Number(right)];
    if (!Number.isNaN(a) && !Number.isNaN(b)) return Math.sign(a - b);
    return left.localeCompare(right, "en", { numeric: true });
  };
  const sort = (head) => {
    const table = head.closest("table"), body = table.tBodies[0], place = head.cellIndex;
    const down = head.getAttribute("aria-sort") === "ascending";
    const key = (row) => row.cells[place].dataset.sort ?? row.cells[place].textContent.trim();
    const rows = [...body.rows].sort((one, other) => {
      const order = compared(key(one), key(other));
      return Math.abs(order) === 2 ? order : down ? -order : order;
    });
    all("th", table.tHead).forEach((other) => other.removeAttribute("aria-sort"));
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    body.append(...rows);
  };
  all("thead th").forEach((head) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => sort(head));
  });

  const dialog = document.getElementById("source");
  const part = (name) => document.getElementById(`source-${name}`);
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a.n");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || !dialog.showModal) return;
    const query = document.getElementById(link.hash.slice(1));
    if (!query) return;
    event.preventDefault();
    part("value").textContent = link.textContent;
    part("title").textContent = query.querySelector("h3").textContent;
    part("place").textContent = `Row ${Number(link.dataset.row) + 1}, column ${link.dataset.column} of this query’s answer:`;
    part("link").hash = link.hash;
    dialog.querySelector("code").textContent = query.querySelector("code").textContent;
    dialog.querySelector('[data-copy="command"]').dataset.command = query.querySelector('[data-copy="command"]').dataset.command;
    dialog.querySelector(".told").textContent = "";
    dialog.showModal();
  });
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  part("link").addEventListener("click", () => dialog.close());

  const copy = async (text) => {
    try { await navigator.clipboard.writeText(text); return true; } catch { /* older browsers, below */ }
    const area = document.createElement("textarea");
    area.value = text;
    (dialog.open ? dialog : document.body).append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  };
  all("[data-copy]").forEach((button) => button.addEventListener("click", async () => {
    const whole = button.closest("article, dialog");
    const text = button.dataset.copy === "sql" ? whole.querySelector("code").textContent : button.dataset.command;
    whole.querySelector(".told").textContent = (await copy(text)) ? "Copied." : "Select the text and copy it.";
  }));

  if ("IntersectionObserver" in window) {
    const links = new Map(all(".contents a").map((link) => [link.hash.slice(1), link]));
    const seen = new IntersectionObserver((entries) => entries.forEach((entry) => {
      if (!entry.isIntersecting) return;
      links.forEach((link) => link.removeAttribute("aria-current"));
      links.get(entry.target.id)?.setAttribute("aria-current", "true");
    }), { rootMargin: "-10% 0px -80% 0px" });
    all("main > section").forEach((section) => seen.observe(section));
  }
})();
