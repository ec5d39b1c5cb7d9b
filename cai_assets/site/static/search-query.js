/* Answers a query: which documents, in which order.

   Ranks, best first: the name as typed; all words of a name said; a name that begins so; all
   words in names and synonyms; all words in these and the place; all words anywhere; some words.
   Within a rank BM25F decides, weighted by what the site holds to be more useful. */
"use strict";

(function () {
  const site = (window.caiSearch = window.caiSearch || {});
  const { squash, stem, words, eachDocument } = site;

  const NAME = 3;
  const SYNONYM = 2;
  const PLACE = 1;
  const RANK = { some: 0, text: 1, place: 2, head: 3, beginning: 4, said: 5, exact: 6 };
  const RANKS = [RANK.text, RANK.place, RANK.head, RANK.head]; // by the worst group of all words
  const COMPOUND = 4; // letters of a word that may be several written together

  /* --- Reading the query --------------------------------------------------------------------- */

  /** What is asked: type of objects, names above, name, words. */
  function parse(index, text) {
    const open = !/\s$/.test(text);
    // A call copied from code ends where its parameters begin.
    const said = text.trim().replace(/^["'«]+|["'»]+$/g, "").replace(/(\S)\(.*$/s, "$1");
    if (/\s/.test(said) || !said.includes(".")) {
      return { type: 0, above: [], name: squash(said), words: cut(index, said, open), open };
    }
    const steps = said.split(".");
    if (/^(метаданные|metadata)$/i.test(steps[0])) steps.shift();
    let type = 0;
    if (steps.length > 1) {
      type = index.types.get(squash(steps[0])) || 0;
      if (type) steps.shift();
    }
    const name = squash(steps[steps.length - 1]);
    const between = steps.slice(0, -1).filter((step, at) => {
      const squashed = squash(step);
      return squashed && !((at || type) && index.steps.has(squashed));
    });
    const spoken = cut(index, [...between, steps[steps.length - 1]].join(" "), open && name);
    return { type, above: between.map(squash), name, words: spoken, open, path: true };
  }

  function cut(index, text, open) {
    const found = words(text).map(({ word }) => ({ word, stem: stem(word), open: false }));
    const rest = found.filter(({ word }) => !index.stops.has(word));
    const last = found[found.length - 1];
    if (last && open) last.open = true;
    // The last word may be about to become another than a stop word; names count it anyway.
    return rest.length ? rest : found;
  }

  /* --- Words ---------------------------------------------------------------------------------- */

  /** For one word: how well each document has it, and where. */
  class Match {
    constructor(count) {
      this.score = new Float32Array(count);
      this.group = new Uint8Array(count);
      this.named = new Uint8Array(count); // the word itself, not a beginning, in the name
      this.documents = [];
    }

    add(document, score, group, whole) {
      if (!this.score[document]) this.documents.push(document);
      if (score > this.score[document]) this.score[document] = score;
      if (group > this.group[document]) this.group[document] = group;
      if (whole && group >= SYNONYM) this.named[document] = 1;
    }
  }

  async function match(index, { word, stem: root, open }) {
    const found = new Match(index.count);
    const take = (list, share, whole) =>
      eachDocument(list, true, (document, heaviness) => {
        const group = Math.floor(heaviness / index.levels);
        const level = ((heaviness % index.levels) + 0.5) / index.levels;
        found.add(document, level * share, group, whole);
      });
    await index.eachKey("w", root, true, (_, list) => take(list, 1, true));
    const begins = word.length > 1 && (open || !found.documents.length);
    if (begins) {
      await index.eachKey("w", word, false, (key, list) => {
        if (key !== root) take(list, 0.5 + (0.4 * word.length) / key.length, false);
      });
    }
    if (!found.documents.length && word.length >= COMPOUND) await together(index, word, found);
    return found;
  }

  /** Several words written together: a name, or a name above, that begins so. */
  async function together(index, word, found) {
    await index.eachKey("n", word, false, (key, list) =>
      eachDocument(list, false, (document) => found.add(document, 0.9, NAME, key === word))
    );
    const fits = index.places.map((place) => `.${place}`.includes(`.${word}`));
    for (let document = 0; document < index.count; document += 1) {
      if (fits[index.place[document]]) found.add(document, 0.6, PLACE, false);
    }
  }

  /* --- Names ---------------------------------------------------------------------------------- */

  /** For each place, how well what stands there can have the name that was typed: 0 to 1. */
  function fitting(index, { type, above }) {
    return index.places.map((place, at) => {
      if (type && index.placeTypes[at] !== type) return 0;
      if (!above.length) return type && place ? 0 : 1; // after a type comes the name of an object
      const steps = place.split(".");
      let next = 0;
      for (const step of steps) if (next < above.length && step === above[next]) next += 1;
      return next < above.length ? 0 : above.length / steps.length;
    });
  }

  /** For each place, whether it is part of the object that was typed with its type. */
  function belonging(index, { type, above, name }) {
    if (!type || above.length) return index.places.map(() => false);
    return index.places.map(
      (place, at) => index.placeTypes[at] === type && `${place}.`.startsWith(`${name}.`)
    );
  }

  /** Document → how much of its name was typed, from 0 to 1. */
  async function named(index, asked, fits) {
    const found = new Map();
    const put = (document, share) => {
      const fit = fits[index.place[document]];
      if (fit) found.set(document, Math.max(found.get(document) || 0, share * (0.9 + 0.1 * fit)));
    };
    if (asked.name) {
      await index.eachKey("n", asked.name, !asked.open, (key, list) => {
        const share = key.length === asked.name.length ? 2 : asked.name.length / key.length;
        eachDocument(list, false, (document) => put(document, share));
      });
    } else if (asked.above.length) {
      for (let document = 0; document < index.count; document += 1) put(document, 0.5);
      const name = asked.above.at(-1);
      const own = { ...asked, above: asked.above.slice(0, -1), name, open: false };
      const owners = await named(index, own, fitting(index, own));
      owners.forEach((share, document) => found.set(document, share));
    }
    return found;
  }

  /* --- Order ---------------------------------------------------------------------------------- */

  const DOCUMENTS = 2 ** 21;
  const KINDS = 2 ** 7;
  const SCORES = 2 ** 12;
  const STEP = 1 / 900;

  /** One number that sorts as results do: rank, score, kind, number of the document. */
  function place(index, document, rank, score) {
    const fine = Math.min(SCORES - 1, Math.round(score / STEP));
    const kind = KINDS - 1 - Math.min(index.kind[document], KINDS - 1);
    return ((rank * SCORES + fine) * KINDS + kind) * DOCUMENTS + (DOCUMENTS - 1 - document);
  }

  function ranked(index, asked, matches, names, fits) {
    const wanted = matches.length;
    const rarity = matches.map(({ documents }) =>
      Math.log1p((index.count - documents.length + 0.5) / (documents.length + 0.5))
    );
    const whole = rarity.reduce((sum, value) => sum + value, 0) || 1;
    const order = [];
    const some = [];
    const seen = new Uint8Array(index.count);
    const parts = belonging(index, asked);
    const judge = (document) => {
      if (seen[document]) return;
      seen[document] = 1;
      let sum = 0;
      let hits = 0;
      let own = 0;
      let said = 0;
      let lowest = NAME;
      for (let at = 0; at < wanted; at += 1) {
        const score = matches[at].score[document];
        if (!score) continue;
        hits += 1;
        sum += score * rarity[at];
        lowest = Math.min(lowest, matches[at].group[document]);
        own += matches[at].group[document] === NAME ? 1 : 0;
        said += matches[at].named[document];
      }
      const weight = index.weight[document];
      const share = names.get(document);
      const score = (sum / whole) * weight;
      if (share !== undefined) {
        const rank = share > 1 ? RANK.exact : RANK.beginning;
        const part = share > 1 ? share / 2 : 0.2 + 0.8 * share;
        order.push(place(index, document, rank, weight * part));
      } else if (parts[index.place[document]]) {
        order.push(place(index, document, RANK.beginning, 0.2 * weight));
      } else if (asked.path && !fits[index.place[document]]) {
        const other = asked.type && asked.type !== index.placeTypes[index.place[document]];
        if (hits === wanted && !other) order.push(place(index, document, RANK.text, score));
      } else if (hits === wanted && wanted) {
        const all = said === wanted;
        const inName = own === wanted && index.nameSize[document] === wanted;
        const inSynonym = lowest >= SYNONYM && index.synonymSize[document] === wanted;
        const rank = all && (inName || inSynonym) ? RANK.said : RANKS[lowest];
        order.push(place(index, document, rank, score));
      } else if (hits) {
        some.push(place(index, document, RANK.some, score));
      }
    };
    names.forEach((_, document) => judge(document));
    for (const { documents } of matches) documents.forEach(judge);
    return { order, some };
  }

  async function answer(index, asked) {
    const fits = fitting(index, asked);
    const [names, ...matches] = await Promise.all([
      named(index, asked, fits),
      ...asked.words.map((word) => match(index, word)),
    ]);
    return ranked(index, asked, matches, names, fits);
  }

  /* --- Other layout --------------------------------------------------------------------------- */

  const LATIN = "`qwertyuiop[]asdfghjkl;'zxcvbnm,./~QWERTYUIOP{}ASDFGHJKL:\"ZXCVBNM<>?";
  const RUSSIAN = "ёйцукенгшщзхъфывапролджэячсмитьбю.ЁЙЦУКЕНГШЩЗХЪФЫВАПРОЛДЖЭЯЧСМИТЬБЮ,";

  /** The text as the same keys give it in the other layout; empty if it has letters of both. */
  function otherLayout(text) {
    const latin = /[a-z]/i.test(text);
    if (latin === /[а-яё]/i.test(text)) return "";
    const [from, to] = latin ? [LATIN, RUSSIAN] : [RUSSIAN, LATIN];
    return [...text].map((letter) => to[from.indexOf(letter)] || letter).join("");
  }

  /* --- Answer --------------------------------------------------------------------------------- */

  /** The best documents for a query: {total, documents, partial, shown, asked}. */
  async function find(index, text, limit) {
    let asked = parse(index, text);
    if (!asked.name && !asked.above.length) return { total: 0, documents: [], asked, shown: text };
    let { order, some } = await answer(index, asked);
    let shown = text;
    if (!order.length) {
      const other = otherLayout(text);
      const again = other && parse(index, other);
      const found = again && (again.name || again.above.length) && (await answer(index, again));
      if (found && found.order.length) {
        [asked, order, some, shown] = [again, found.order, [], other];
      } else if (asked.path) {
        // Not a full name of anything: the steps are words like others.
        return find(index, text.replace(/\./g, " "), limit);
      }
    }
    const partial = !order.length && some.length > 0;
    const sorted = Float64Array.from(partial ? some : order).sort();
    const documents = [];
    for (let at = sorted.length - 1; at >= 0 && documents.length < limit; at -= 1) {
      documents.push(DOCUMENTS - 1 - (sorted[at] % DOCUMENTS));
    }
    return { total: sorted.length, documents, partial, asked, shown };
  }

  /** Places of what was asked for in a text: sorted pairs [start, end]. */
  function marks(asked, text, name) {
    const found = [];
    if (name && asked.name) {
      const begin = text.lastIndexOf(".") + 1;
      let left = asked.name;
      let end = begin;
      while (left && end < text.length) {
        const letter = squash(text[end]);
        if (letter && !left.startsWith(letter)) break;
        left = left.slice(letter.length);
        end += 1;
      }
      if (!left) return [[begin, end]];
    }
    for (const { start, end, word } of words(text)) {
      const root = stem(word);
      const hit = asked.words.find(
        (said) =>
          said.stem === root || (said.open && said.word.length > 1 && word.startsWith(said.word))
      );
      if (hit) found.push([start, hit.stem === root ? end : start + hit.word.length]);
    }
    return found;
  }

  Object.assign(site, { find, marks });
})();
