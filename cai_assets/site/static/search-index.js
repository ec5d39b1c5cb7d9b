/* Reads the search index: scripts of the folder `search`, loaded as a query needs them.

   `cai_assets/site/search` writes it: `packing.py` says how numbers and sorted words are written,
   `writing.py` what stands where. */
"use strict";

(function () {
  const site = (window.caiSearch = window.caiSearch || {});
  const FIRST = 35;
  const BACKSLASH = 92;
  const BASE = 45;

  /* --- Scripts ------------------------------------------------------------------------------- */

  const asked = new Map();

  /** The data of a script of the index. Rejected if the file is not there. */
  function load(name, version) {
    if (!asked.has(name)) {
      const source = `${site.folder}${name}.js?${version}`;
      const loaded = site.run(source).then(() => taken(name));
      loaded.catch(() => asked.delete(name)); // it may be there the next time
      asked.set(name, loaded);
    }
    return asked.get(name);
  }

  /** What a script has put down, once. */
  function taken(name) {
    const data = site.arrived.get(name);
    if (data === undefined) throw new Error(`${name}.js holds no index`);
    site.arrived.delete(name);
    return data;
  }

  /* --- Packed texts -------------------------------------------------------------------------- */

  function digit(text, at) {
    const code = text.charCodeAt(at);
    return code > BACKSLASH ? code - FIRST - 1 : code - FIRST;
  }

  /** Calls back with each number of a text; with the letter behind it if `weighed`. */
  function eachNumber(text, weighed, found) {
    let value = 0;
    let unit = 1;
    for (let at = 0; at < text.length; at += 1) {
      const next = digit(text, at);
      if (next >= BASE) {
        value += (next - BASE) * unit;
        unit *= BASE;
        continue;
      }
      value += next * unit;
      if (weighed) at += 1;
      found(value, weighed ? digit(text, at) : 0);
      value = 0;
      unit = 1;
    }
  }

  /** Calls back with each document of a list of differences. */
  function eachDocument(text, weighed, found) {
    let document = 0;
    eachNumber(text, weighed, (gap, heaviness) => {
      document += gap;
      found(document, heaviness);
    });
  }

  function numbers(text) {
    const found = [];
    eachNumber(text, false, (value) => found.push(value));
    return found;
  }

  function letters(text) {
    const found = new Uint8Array(text.length);
    for (let at = 0; at < text.length; at += 1) found[at] = digit(text, at);
    return found;
  }

  function sortedTexts(text, separator) {
    let before = "";
    return text.split(separator).map((item) => {
      before = before.slice(0, digit(item, 0)) + item.slice(1);
      return before;
    });
  }

  /* --- The index ----------------------------------------------------------------------------- */

  const MOST_SCRIPTS = 6; // for one beginning of a word

  class Index {
    constructor(described) {
      this.count = described.count;
      this.texts = described.texts;
      this.language = described.language;
      this.kinds = described.kinds;
      this.levels = described.levels;
      this.kind = letters(described.kind);
      const { step } = described;
      this.weight = new Float32Array(letters(described.weight)).map((value) => value * step);
      this.nameSize = letters(described.nameSize);
      this.synonymSize = letters(described.synonymSize);
      this.types = new Map(Object.entries(described.types));
      this.steps = new Set(described.steps);
      this.stops = new Set(described.stops);
      this.placeTypes = numbers(described.placeTypes);
      this.places = sortedTexts(described.places, " ");
      this.place = new Uint32Array(this.count);
      const runs = numbers(described.runs);
      for (let at = 0, begin = 0; at < runs.length; at += 2) {
        this.place.fill(runs[at], begin, begin + runs[at + 1]);
        begin += runs[at + 1];
      }
      this.chunk = described.chunk;
      this.version = described.version;
      this.firsts = { w: described.words, n: described.names };
      this.read = new Map();
    }

    /** Sorted keys and their lists, or the records, of one script; decoded once. */
    script(name, decode) {
      if (!this.read.has(name)) this.read.set(name, load(name, this.version).then(decode));
      return this.read.get(name).catch((error) => {
        this.read.delete(name);
        throw error;
      });
    }

    /** Scripts of words (`w`) or names (`n`) that hold keys from `low` to `high`. */
    async scripts(kind, low, high) {
      const firsts = this.firsts[kind];
      const begin = Math.max(above(firsts, low) - 1, 0);
      const end = Math.min(above(firsts, high), begin + MOST_SCRIPTS);
      const names = [];
      for (let at = begin; at < end; at += 1) names.push(kind + at);
      return Promise.all(
        names.map((name) =>
          this.script(name, ([keys, lists]) => ({
            keys: sortedTexts(keys, " "),
            lists: lists.split(" "),
          }))
        )
      );
    }

    /** Calls back with key and list of each word or name that begins so, or is just so. */
    async eachKey(kind, beginning, whole, found) {
      const high = whole ? beginning : `${beginning}\uffff`;
      for (const { keys, lists } of await this.scripts(kind, beginning, high)) {
        for (let at = below(keys, beginning); at < keys.length && keys[at] <= high; at += 1) {
          found(keys[at], lists[at]);
        }
      }
    }

    /** What results show: [{title, address, synonym, summary, kind}] of documents. */
    async records(documents) {
      const chunks = await Promise.all(
        documents.map((document) =>
          this.script(`r${Math.floor(document / this.chunk)}`, (fields) => ({
            titles: sortedTexts(fields[0], "\n"),
            addresses: sortedTexts(fields[1], "\n"),
            synonyms: fields[2].split("\n"),
            summaries: fields[3].split("\n"),
          }))
        )
      );
      return documents.map((document, at) => {
        const { titles, addresses, synonyms, summaries } = chunks[at];
        const row = document % this.chunk;
        const own = titles[row].slice(titles[row].lastIndexOf(".") + 1);
        return {
          title: titles[row],
          address: addresses[row].replace(/\t$/, () => own),
          synonym: synonyms[row],
          summary: summaries[row],
          kind: this.kind[document],
        };
      });
    }
  }

  /** How many of the sorted texts are less than this one. */
  function below(texts, text) {
    let low = 0;
    let high = texts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (texts[middle] < text) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** How many of the sorted texts are not greater than this one. */
  function above(texts, text) {
    const at = below(texts, text);
    return at < texts.length && texts[at] === text ? at + 1 : at;
  }

  let opened = null;

  /** The index, whose first script has been run. */
  site.open = () => {
    opened = opened || new Index(taken("index"));
    return opened;
  };

  Object.assign(site, { eachDocument });
})();
