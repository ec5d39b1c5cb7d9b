/* Words of a query cut as the index cuts them: parts of names, stems of Snowball.

   `cai_assets/learning/words.py` does the same in Python; tests hold the two together.
   The algorithms are those published at https://snowballstem.org/algorithms/russian/stemmer.html
   and https://snowballstem.org/algorithms/english/stemmer.html (version 3). */
"use strict";

(function () {
  const site = (window.caiSearch = window.caiSearch || {});

  /** The length of the longest of the endings that the word has beginning at `from` or later. */
  function ending(word, from, endings) {
    const longest = Math.min(word.length - from, endings.longest);
    for (let length = longest; length > 0; length -= 1) {
      if (endings.has(word.slice(-length))) return length;
    }
    return 0;
  }

  function setOf(text) {
    const found = new Set(text.split(" "));
    found.longest = Math.max(...[...found].map((item) => item.length));
    return found;
  }

  /* --- Russian ------------------------------------------------------------------------------ */

  // Endings of the first groups count only after а or я, which stay.
  const GERUND_1 = setOf("в вши вшись");
  const GERUND_2 = setOf("ив ивши ившись ыв ывши ывшись");
  const ADJECTIVE = setOf(
    "ее ие ое ые ими ыми ей ий ой ый ем им ом ым его ого ему ому их ых ею ою ую юю ая яя"
  );
  const PARTICIPLE_1 = setOf("ем нн вш ющ щ");
  const PARTICIPLE_2 = setOf("ивш ывш ующ");
  const REFLEXIVE = setOf("сь ся");
  const VERB_1 = setOf("ла на ете йте ли й л ем н ло но нно ет ют ны ть ешь");
  const VERB_2 = setOf(
    "ила ыла ена ейте уйте ите или ыли ей уй ил ыл им ым ен ило ыло ено ят ует уют ит ыт ены " +
      "ить ыть ишь ую ю"
  );
  const NOUN = setOf(
    "а ев ов ие ье е иями ями ами еи ии и ией ей ой ий й иям ям ием ем ам ом о у ах иях ях ы ь " +
      "ию ью ю ия ья я"
  );
  const DERIVED = setOf("ост ость");
  const SUPERLATIVE = setOf("ейш ейше");

  /** The word without an ending of two groups; null where the longest ending does not apply. */
  function without(word, from, afterVowel, always) {
    const first = ending(word, from, afterVowel);
    const second = ending(word, from, always);
    if (second > first) return word.slice(0, -second);
    if (!first) return null;
    const left = word.length - first - 1;
    return left >= from && "ая".includes(word[left]) ? word.slice(0, -first) : null;
  }

  function russian(word) {
    word = word.replace(/ё/g, "е");
    const region = /^[^аеиоуыэюя]*[аеиоуыэюя]/.exec(word);
    if (!region) return word;
    const from = region[0].length; // RV: what follows the first vowel
    const second = /^[^аеиоуыэюя]*[аеиоуыэюя]+[^аеиоуыэюя]+[аеиоуыэюя]+[^аеиоуыэюя]/.exec(word);
    const deep = second ? second[0].length : word.length; // R2
    word = inflected(word, from);
    if (word.length > from && word.endsWith("и")) word = word.slice(0, -1);
    const derived = ending(word, from, DERIVED);
    if (derived && word.length - derived >= deep) word = word.slice(0, -derived);
    const superlative = ending(word, from, SUPERLATIVE);
    if (superlative) word = word.slice(0, -superlative);
    const doubled = word.length - 2 >= from && word.endsWith("нн");
    if (doubled) return word.slice(0, -1);
    if (!superlative && word.length > from && word.endsWith("ь")) return word.slice(0, -1);
    return word;
  }

  function inflected(word, from) {
    const gerund = without(word, from, GERUND_1, GERUND_2);
    if (gerund !== null) return gerund;
    const reflexive = ending(word, from, REFLEXIVE);
    if (reflexive) word = word.slice(0, -reflexive);
    const adjective = ending(word, from, ADJECTIVE);
    if (adjective) {
      word = word.slice(0, -adjective);
      const participle = without(word, from, PARTICIPLE_1, PARTICIPLE_2);
      return participle === null ? word : participle;
    }
    const verb = without(word, from, VERB_1, VERB_2);
    if (verb !== null) return verb;
    const noun = ending(word, from, NOUN);
    return noun ? word.slice(0, -noun) : word;
  }

  /* --- English (Porter 2) -------------------------------------------------------------------- */

  const WHOLE = new Map(
    Object.entries({
      skis: "ski", skies: "sky", idly: "idl", gently: "gentl", ugly: "ugli", early: "earli",
      only: "onli", singly: "singl", sky: "sky", news: "news", howe: "howe", atlas: "atlas",
      cosmos: "cosmos", bias: "bias", andes: "andes",
    })
  );
  const BEGINNING = /^(?:arsen|commun|emerg|gener|inter|later|organ|past|univers)/;
  const REGION = /[aeiouy][^aeiouy]/g;
  const STEP_2 = endings(
    "tional:tion enci:ence anci:ance abli:able entli:ent izer:ize ization:ize ational:ate " +
      "ation:ate ator:ate alism:al aliti:al alli:al fulness:ful ousli:ous ousness:ous " +
      "iveness:ive iviti:ive biliti:ble bli:ble ogist:og ogi:og fulli:ful lessli:less li:"
  );
  const STEP_3 = endings(
    "tional:tion ational:ate alize:al icate:ic iciti:ic ical:ic ful: ness: ative:"
  );
  const STEP_4 = setOf(
    "al ance ence er ic able ible ant ement ment ent ism ate iti ous ive ize ion"
  );

  function endings(text) {
    const found = new Map(text.split(" ").map((pair) => pair.split(":")));
    found.longest = Math.max(...[...found.keys()].map((item) => item.length));
    return found;
  }

  function short(word) {
    return (
      /[^aeiouy][aeiouy][^aeiouywxY]$/.test(word) ||
      /^[aeiouy][^aeiouy]$/.test(word) ||
      word.endsWith("past")
    );
  }

  function after(word, from) {
    REGION.lastIndex = from;
    const found = REGION.exec(word);
    return found ? found.index + 2 : word.length;
  }

  function english(word) {
    if (WHOLE.has(word)) return WHOLE.get(word);
    if (word.length < 3) return word;
    word = word.replace(/^y/, "Y").replace(/([aeiouy])y/g, "$1Y");
    const beginning = BEGINNING.exec(word);
    const r1 = beginning ? beginning[0].length : after(word, 0);
    const r2 = after(word, r1);
    word = plural(word);
    word = past(word, r1);
    word = word.replace(/(.[^aeiouy])[yY]$/, "$1i");
    word = replaced(word, r1, STEP_2, (end, rest) =>
      end === "li" ? /[cdeghkmnrt]$/.test(rest) : end !== "ogi" || rest.endsWith("l")
    );
    word = replaced(word, r1, STEP_3, (end, rest) => end !== "ative" || rest.length >= r2);
    const end = ending(word, 0, STEP_4);
    const rest = word.slice(0, word.length - end);
    if (end && rest.length >= r2 && (!word.endsWith("ion") || /[st]$/.test(rest))) word = rest;
    return last(word, r1, r2).replace(/Y/g, "y");
  }

  function plural(word) {
    if (word.endsWith("sses")) return word.slice(0, -2);
    if (/ie[ds]$/.test(word)) return word.slice(0, word.length > 4 ? -2 : -1);
    if (/[aeiouy].+s$/.test(word) && !/[us]s$/.test(word)) return word.slice(0, -1);
    return word;
  }

  function past(word, r1) {
    const found = /(?:eed|eedly|ed|edly|ing|ingly)$/.exec(word);
    if (!found) return word;
    const [end] = found;
    const rest = word.slice(0, found.index);
    if (end.startsWith("eed")) {
      const kept = /^(?:succ|proc|exc)$/.test(rest) || rest.length < r1;
      return kept ? word : `${rest}ee`;
    }
    if (end === "ing") {
      if (/^(?:even|cann|inn|earr|herr|out)$/.test(rest)) return word;
      if (/^[^aeiouy]y$/.test(rest)) return `${rest[0]}ie`;
    }
    if (!/[aeiouy]/.test(rest)) return word;
    if (/(?:at|bl|iz)$/.test(rest)) return `${rest}e`;
    if (/(bb|dd|ff|gg|mm|nn|pp|rr|tt)$/.test(rest)) {
      return /^[aeo]..$/.test(rest) ? rest : rest.slice(0, -1);
    }
    return rest.length === r1 && short(rest) ? `${rest}e` : rest;
  }

  function replaced(word, r1, rules, applies) {
    const length = ending(word, 0, rules);
    if (!length) return word;
    const end = word.slice(-length);
    const rest = word.slice(0, -length);
    return rest.length >= r1 && applies(end, rest) ? rest + rules.get(end) : word;
  }

  function last(word, r1, r2) {
    const rest = word.slice(0, -1);
    if (word.endsWith("e")) {
      return rest.length >= r2 || (rest.length >= r1 && !short(rest)) ? rest : word;
    }
    return word.endsWith("ll") && rest.length >= r2 ? rest : word;
  }

  /* --- Words ---------------------------------------------------------------------------------- */

  const WORD = /\p{L}+|\p{Nd}+/gu;
  const PART = /[A-ZА-ЯЁ]+(?![a-zа-яё])|[A-ZА-ЯЁ]?[a-zа-яё]+|\d+/g;

  /** Lower case, ё as е. */
  function fold(text) {
    return text.normalize("NFC").toLowerCase().replace(/ё/g, "е");
  }

  /** A name without all that is not a letter or digit: what people leave out or write as blanks. */
  function squash(text) {
    return fold(text).replace(/[^\p{L}\p{Nd}]+/gu, "");
  }

  function stem(word) {
    return (/[а-яё]/.test(word) ? russian(word) : english(word)) || word;
  }

  /** The words in a text with their places: [{start, end, word}], names divided, folded. */
  function words(text) {
    const found = [];
    for (const match of text.matchAll(WORD)) {
      const parts = [...match[0].matchAll(PART)];
      const covered = parts.reduce((sum, part) => sum + part[0].length, 0);
      // Letters of other alphabets: the word stays whole.
      const whole = Object.assign([match[0]], { index: 0 });
      const pieces = covered === match[0].length ? parts : [whole];
      for (const piece of pieces) {
        const start = match.index + piece.index;
        found.push({ start, end: start + piece[0].length, word: fold(piece[0]) });
      }
    }
    return found;
  }

  Object.assign(site, { fold, squash, stem, words });
})();
