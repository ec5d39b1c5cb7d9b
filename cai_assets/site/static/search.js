/* The search of every page: results below the field as one types, all of them in search.html.

   The rest of the search (stem.js, search-index.js, search-query.js, search.css) is loaded when
   the reader turns to the field. Works from a folder: nothing is fetched, scripts are run. */
"use strict";

(function () {
  const site = (window.caiSearch = window.caiSearch || {});
  const PARTS = ["stem.js", "search-index.js", "search-query.js"];
  const IN_PANEL = 12;
  const ON_PAGE = 50;

  const root = document.documentElement.dataset.root || "";
  const own = document.currentScript.src;
  site.folder = `${root}search/`;

  /* --- Loading ------------------------------------------------------------------------------- */

  /** What scripts of the index have put down, by name. */
  site.arrived = new Map();
  site.put = (name, data) => site.arrived.set(name, data);

  /** Run a script; those asked for together run in this order. */
  site.run = (source) =>
    new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = source;
      script.async = false;
      script.onload = () => resolve(script.remove());
      script.onerror = () => {
        script.remove();
        reject(new Error(`${source} did not load`));
      };
      document.head.append(script);
    });

  let ready = null;

  /** The index, once the other scripts are here. */
  function prepare() {
    if (!ready) {
      const scripts = PARTS.map((name) => new URL(name, own).href);
      scripts.push(`${site.folder}index.js`);
      ready = Promise.all(scripts.map(site.run)).then(() => site.open());
      ready.catch(() => {
        ready = null;
      });
    }
    return ready;
  }

  /* --- Making elements ------------------------------------------------------------------------ */

  function element(tag, attributes, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (value !== false) made.setAttribute(name, value === true ? "" : value);
    }
    made.append(...children.filter(Boolean));
    return made;
  }

  /** A text with what was asked for marked in it. */
  function marked(asked, text, name) {
    const found = document.createDocumentFragment();
    let at = 0;
    for (const [start, end] of site.marks(asked, text, name)) {
      found.append(text.slice(at, start), element("mark", {}, text.slice(start, end)));
      at = end;
    }
    found.append(text.slice(at));
    return found;
  }

  function href(address) {
    const sharp = address.indexOf("#");
    const path = sharp < 0 ? address : address.slice(0, sharp);
    const anchor = sharp < 0 ? "" : `#${encodeURIComponent(address.slice(sharp + 1))}`;
    return root + path.split("/").map(encodeURIComponent).join("/") + anchor;
  }

  /** What is inside the link of one result. */
  function content(found, record) {
    const { title, synonym, summary } = record;
    const name = title.slice(title.lastIndexOf(".") + 1);
    const spoken = synonym && site.squash(synonym) !== site.squash(name) ? synonym : "";
    return [
      element("span", { class: "found-title" }, marked(found.asked, title, true)),
      spoken && element("span", { class: "found-synonym" }, marked(found.asked, spoken, false)),
      summary && element("span", { class: "found-text" }, marked(found.asked, summary, false)),
    ];
  }

  // `Intl` would do both, but its first use takes longer than the search itself.

  /** A number with its thousands apart. */
  function spelled({ language }, number) {
    const between = language === "ru" ? "\u202f" : ",";
    return String(number).replace(/\B(?=(?:\d{3})+$)/g, between);
  }

  /** The text for one, for a few (2 to 4, 22 to 24 …) or for many. */
  function counted({ texts, language }, number) {
    if (language !== "ru") return number === 1 ? texts.one : texts.many;
    const [last, tens] = [number % 10, Math.floor(number / 10) % 10];
    if (tens === 1 || last === 0 || last > 4) return texts.many;
    return last === 1 ? texts.one : texts.few;
  }

  /** `Найдено 3 результата`, and what is odd about them. */
  function said(index, found) {
    if (!found.total) return index.texts.none;
    const number = spelled(index, found.total);
    const count = counted(index, found.total).replace("{n}", () => number);
    return [count, ...notes(index, found)].join(". ");
  }

  function notes({ texts }, found) {
    const other = found.shown !== found.query && texts.layout.replace("{q}", () => found.shown);
    return [other, found.partial && texts.some].filter(Boolean);
  }

  async function search(query, limit) {
    const index = await prepare();
    const found = await site.find(index, query, limit);
    found.query = query;
    return [index, found];
  }

  /* --- Below the field ------------------------------------------------------------------------ */

  class Panel {
    constructor(form, input) {
      this.form = form;
      this.input = input;
      this.turn = 0; // of the latest query: answers to earlier ones are dropped
      this.active = -1;
      this.options = [];
      this.status = element("p", { class: "found-status", role: "status" });
      this.list = element("div", { role: "listbox", id: "found-list", tabindex: "-1" });
      this.note = element("p", { class: "found-note", hidden: true });
      this.all = element("a", { class: "found-all" });
      this.box = element("div", { class: "found", hidden: true }, this.note, this.list, this.all);
      form.append(this.box, this.status);
      const combobox = { role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false" };
      for (const [name, value] of Object.entries({ ...combobox, "aria-controls": "found-list" })) {
        input.setAttribute(name, value);
      }
      this.listen();
    }

    listen() {
      const { form, input } = this;
      const begin = () => prepare().catch(() => {}); // what fails is said when results are due
      input.addEventListener("focus", begin);
      form.addEventListener("pointerenter", begin);
      input.addEventListener("input", () => this.ask());
      input.addEventListener("keydown", (event) => this.key(event));
      input.addEventListener("click", () => this.box.hidden && this.ask());
      form.addEventListener("submit", (event) => {
        if (!input.value.trim()) event.preventDefault();
      });
      form.addEventListener("focusout", (event) => {
        if (!form.contains(event.relatedTarget)) this.close();
      });
      document.addEventListener("pointerdown", (event) => {
        if (!form.contains(event.target)) this.close();
      });
    }

    async ask() {
      const turn = (this.turn += 1);
      const query = this.input.value;
      if (!query.trim()) {
        this.close();
        return;
      }
      try {
        const [index, found] = await search(query, IN_PANEL);
        const records = await index.records(found.documents);
        if (turn === this.turn) this.show(index, found, records);
      } catch (error) {
        // The page of results says what is wrong; Enter leads there.
        console.error(error);
        if (turn === this.turn) this.close();
      }
    }

    show(index, found, records) {
      this.options = [];
      this.activate(-1);
      const groups = new Map();
      records.forEach((record) => {
        const same = groups.get(record.kind) || [];
        groups.set(record.kind, [...same, record]);
      });
      this.list.setAttribute("aria-label", index.texts.results);
      this.list.replaceChildren(
        ...[...groups].map(([kind, some]) => this.group(index, found, kind, some))
      );
      const note = found.total ? notes(index, found).join(". ") : index.texts.none;
      this.note.textContent = note;
      this.note.hidden = !note;
      this.list.hidden = !found.total;
      this.all.hidden = found.total <= records.length;
      this.all.textContent = `${index.texts.all} (${spelled(index, found.total)})`;
      this.all.href = `${root}search.html?q=${encodeURIComponent(found.query.trim())}`;
      this.status.textContent = said(index, found);
      this.box.hidden = false;
      this.box.scrollTop = 0;
      this.input.setAttribute("aria-expanded", String(found.total > 0));
    }

    group(index, found, kind, records) {
      const id = `found-kind-${kind}`;
      const heading = { class: "found-kind", id, role: "presentation" };
      const made = element("div", { role: "group", "aria-labelledby": id });
      made.append(element("div", heading, index.kinds[kind][1]));
      for (const record of records) {
        const option = element("a", { role: "option", tabindex: "-1" }, ...content(found, record));
        option.id = `found-${this.options.length}`;
        option.href = href(record.address);
        option.setAttribute("aria-selected", "false");
        option.addEventListener("click", () => this.close());
        this.options.push(option);
        made.append(option);
      }
      return made;
    }

    key(event) {
      if (event.isComposing) return;
      const open = !this.box.hidden;
      if (event.key === "Escape" && open) {
        event.preventDefault(); // the first time the field keeps its text
        this.close();
      } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        if (!open) this.ask();
        else this.move(event.key === "ArrowDown" ? 1 : -1);
      } else if (event.key === "Enter" && open && this.active >= 0) {
        event.preventDefault();
        this.options[this.active].click();
      }
    }

    /** The next option or the one before; the field itself stands between last and first. */
    move(step) {
      const places = this.options.length + 1;
      this.activate(((this.active + 1 + step + places) % places) - 1);
    }

    activate(at) {
      this.options[this.active]?.setAttribute("aria-selected", "false");
      this.active = at;
      const option = this.options[at];
      if (option) {
        option.setAttribute("aria-selected", "true");
        option.scrollIntoView({ block: "nearest" });
        this.input.setAttribute("aria-activedescendant", option.id);
      } else {
        this.input.removeAttribute("aria-activedescendant");
      }
    }

    close() {
      this.turn += 1;
      this.box.hidden = true;
      this.status.textContent = "";
      this.input.setAttribute("aria-expanded", "false");
      this.activate(-1);
    }
  }

  /* --- The page of results -------------------------------------------------------------------- */

  class Results {
    constructor(place, query) {
      this.place = place;
      this.query = query;
      this.kind = null;
      this.shown = ON_PAGE;
    }

    async show() {
      const status = this.place.querySelector("[data-search-status]");
      try {
        const [index, found] = await search(this.query, Infinity);
        status.textContent = this.query.trim() ? said(index, found) : index.texts.empty;
        [this.index, this.found] = [index, found];
        await this.fill();
      } catch (error) {
        console.error(error);
        status.hidden = true;
        this.place.querySelector("[data-search-failed]").hidden = false;
      }
    }

    async fill() {
      const { index, found } = this;
      const kinds = new Map();
      for (const document of found.documents) {
        kinds.set(index.kind[document], (kinds.get(index.kind[document]) || 0) + 1);
      }
      const fits = (document) => this.kind === null || index.kind[document] === this.kind;
      const chosen = found.documents.filter(fits);
      const records = await index.records(chosen.slice(0, this.shown));
      const list = element("ol", { class: "found-list" });
      for (const record of records) {
        const kind = element("span", { class: "found-kind" }, index.kinds[record.kind][1]);
        const link = element("a", { href: href(record.address) }, ...content(found, record));
        list.append(element("li", {}, kind, link));
      }
      const more = element("button", { type: "button", class: "found-more" }, index.texts.more);
      more.hidden = chosen.length <= this.shown;
      more.addEventListener("click", () => this.grow(list));
      const shown = kinds.size > 1 ? [this.choices(kinds)] : [];
      this.place.querySelector("[data-search-results]").replaceChildren(...shown, list, more);
    }

    choices(kinds) {
      const { index, found } = this;
      const label = index.texts.kinds;
      const made = element("div", { class: "found-kinds", role: "group", "aria-label": label });
      const put = (kind, name, count) => {
        const button = element("button", { type: "button" }, `${name} `);
        button.setAttribute("aria-pressed", String(kind === this.kind));
        button.append(element("span", { class: "found-count" }, spelled(index, count)));
        button.addEventListener("click", () => this.choose(kind));
        made.append(button);
      };
      put(null, index.texts.every, found.documents.length);
      for (const [kind, count] of kinds) put(kind, index.kinds[kind][1], count);
      return made;
    }

    async choose(kind) {
      this.kind = kind;
      this.shown = ON_PAGE;
      await this.fill();
      this.place.querySelector("[aria-pressed=true]").focus();
    }

    async grow(list) {
      const before = list.children.length;
      this.shown += ON_PAGE;
      await this.fill();
      this.place.querySelector(`.found-list > :nth-child(${before + 1}) a`)?.focus();
    }
  }

  /* --- Start ---------------------------------------------------------------------------------- */

  const input = document.querySelector("form[role=search] input[name=q]");
  if (!input) return;
  const style = new URL("search.css", own).href;
  document.head.append(element("link", { rel: "stylesheet", href: style }));
  const panel = new Panel(input.form, input);

  document.addEventListener("keydown", (event) => {
    const busy = event.target.closest?.("input, textarea, select, [contenteditable]");
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || busy) return;
    event.preventDefault();
    input.focus();
    input.select();
  });

  const place = document.querySelector("[data-search-page]");
  if (place) {
    const query = new URLSearchParams(location.search).get("q") || "";
    input.value = query;
    new Results(place, query).show();
  } else if (document.activeElement === input && input.value) {
    panel.ask(); // typed before this script was here
  }
})();
