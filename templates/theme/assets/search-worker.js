/* Search for slide notes, behind Material's search box.
 *
 * Speaks Material's protocol: SETUP 0 → READY 1, QUERY 2 → RESULT 3; a result is a list of pages, each a list of hits
 * with the page itself among them. Chinese, Japanese, Korean and Thai are found anywhere in a text, other words from
 * their start; all terms must occur in a slide. There is no inverted index: scanning the folded text of a thousand
 * decks takes milliseconds, needs nothing prepared, and is exact for a single Chinese character.
 *
 * The format of the index files (`search/slides-N.js`) is described in slidegloss/search.py.
 */
;(() => {
  "use strict"
  // title, papers, annotations, transcript: any hit in one outweighs the next
  const WEIGHTS = [64, 16, 4, 1]
  // hits of a page shown at once, the others fold away
  const SHOWN = 5
  // hits that get a teaser: nobody reads on, and making them costs time
  const TEASERS = 100
  const BEFORE = 32
  const AFTER = 128
  const KEYS = { kind: "kind", 类型: "kind", deck: "deck", 课件: "deck", paper: "paper", 论文: "paper" }
  const SPACELESS = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}\p{sc=Bopomofo}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}]/u
  const WORD = /[\p{L}\p{N}\p{M}_]/u
  const CLUSTER = /\P{M}[\p{M}ﾞﾟ]*|\p{M}+/gu
  const TOKEN = new RegExp(`(?:(${Object.keys(KEYS).join("|")}):)?(?:"([^"]*)"?|([^\\s"]+))`, "gu")
  const ENDS = /^[,.;:!?。、‘’]+|[,.;:!?。、‘’]+$/gu

  let config = { shards: [] }
  // slides, and pages that are no deck
  let rows = []
  let loading = null
  let turn = 0

  // --- text -----------------------------------------------------------------------------------------------------------

  const fold = (text) =>
    text
      .normalize("NFKC")
      // ß and ſ have their simple form on the other side of a capital letter
      .toUpperCase()
      .toLowerCase()
      .replace(/[\u00ad\u200b-\u200d\u2060\ufeff]/g, "")
      .replace(/ς/g, "σ")
      .replace(/\s+/g, " ")

  const escape = (text) => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)

  // of UTF-16 units: 0 not yet asked, 1 no part of a spaced word, 2 part of one
  const kinds = new Uint8Array(65536)
  const inWord = (unit) => {
    if (!kinds[unit]) {
      const sign = String.fromCharCode(unit)
      kinds[unit] = WORD.test(sign) && !SPACELESS.test(sign) ? 2 : 1
    }
    return kinds[unit] === 2
  }

  /** The place of `term` in `text` at or after `from`; a term that starts like a word must start one. */
  const find = (text, term, from = 0) => {
    let at = text.indexOf(term, from)
    if (inWord(term.charCodeAt(0))) while (at > 0 && inWord(text.charCodeAt(at - 1))) at = text.indexOf(term, at + 1)
    return at
  }

  // --- index ----------------------------------------------------------------------------------------------------------

  const add = (shard) => {
    for (const [place, name, deck, kinds, papers, slides] of shard) {
      const words = kinds.map((entry) => fold(entry).split(" "))
      const page = {
        location: place,
        title: name,
        name: fold(`${decodeURI(place.replace(/%(?![0-9a-f]{2})/gi, "%25"))}\n${name}\n${deck}`),
      }
      for (const [anchor, label, title, cited, annotations, text] of slides) {
        const named = cited.map((index) => papers[index])
        const notes = annotations.map(([kind, ...texts]) => ({ kinds: words[kind], texts }))
        const shownTitle = [label, title].filter(Boolean).join(" · ") || name
        rows.push({
          page,
          location: anchor ? `${place}#${anchor}` : place,
          title: shownTitle,
          plainTitle: fold(title),
          papers: named,
          notes,
          text,
          // a number is found with and without its letter
          fields: [
            `${shownTitle}\n${label.replace(/^\D+/, "")}`,
            named.join("\n"),
            notes.map((note) => note.texts.join("\n")).join("\n"),
            text,
          ].map((field) => field.split("\n").map(fold).join("\n")),
        })
      }
    }
  }

  const load = async () => {
    rows = []
    self.slideglossIndex = { push: add }
    for (const shard of config.shards) {
      await importScripts(shard)
      answer()
    }
  }

  // --- query ----------------------------------------------------------------------------------------------------------

  const parse = (query) => {
    const terms = new Set()
    const filters = []
    for (const [, key, phrase, word] of fold(query.replace(/[“”„‟«»]/g, '"')).matchAll(TOKEN)) {
      const bare = word?.replace(ENDS, "")
      // `.*` is looked for as it is
      const value = (phrase ?? (WORD.test(bare) ? bare : word)).trim()
      if (!value || (!key && KEYS[value] && word?.endsWith(":"))) continue
      if (key) filters.push([KEYS[key], value])
      else terms.add(value)
    }
    // long terms are rare: they leave the least work to the others
    return { terms: [...terms].sort((a, b) => b.length - a.length), inOrder: [...terms].join(" "), filters }
  }

  const passes = (row, [key, value]) => {
    if (key === "kind") return row.notes.some((note) => ofKind(note, value))
    if (key === "deck") return find(row.page.name, value) >= 0
    return find(row.fields[1], value) >= 0
  }

  const ofKind = (note, value) => note.kinds.some((word) => word.startsWith(value))

  const rate = (row, term) => {
    let score = 0
    row.fields.forEach((field, number) => {
      const first = find(field, term)
      if (first < 0) return
      let more = 0
      for (let at = first; more < 8 && at >= 0; more++) at = find(field, term, at + term.length)
      score += WEIGHTS[number] * (1 + Math.log2(more) / 4 + 50 / (100 + first))
    })
    return score
  }

  const match = ({ terms, inOrder, filters }) => {
    let hits = rows.filter((row) => filters.every((filter) => passes(row, filter))).map((row) => ({ row, score: 0 }))
    for (const term of terms) {
      hits = hits.filter((hit) => {
        const score = rate(hit.row, term)
        hit.score += score
        return score > 0
      })
    }
    for (const hit of hits) {
      if (terms.length > 1 && hit.row.fields.some((field) => field.includes(inOrder))) hit.score *= 1.5
      if (hit.row.plainTitle === inOrder) hit.score *= 2
    }
    return hits.sort((a, b) => b.score - a.score)
  }

  // --- what is shown ----------------------------------------------------------------------------------------------------

  /** `text` as HTML with the terms marked; found in the folded text, marked in the text as written. */
  const mark = (text, terms) => {
    let folded = fold(text)
    let place = (at) => at
    if (folded.length !== text.length) {
      const from = []
      folded = ""
      for (const { 0: cluster, index } of text.matchAll(CLUSTER)) {
        folded += fold(cluster)
        while (from.length < folded.length) from.push(index)
      }
      place = (at) => from[at] ?? text.length
    }
    const marked = new Uint8Array(text.length + 1)
    for (const term of terms) {
      for (let at = find(folded, term); at >= 0; at = find(folded, term, at + term.length)) {
        let end = at + term.length
        // half of a folded sign marks all of it
        while (end < folded.length && place(end) === place(end - 1)) end++
        marked.fill(1, place(at), place(end))
      }
    }
    let html = ""
    for (let at = 0, end; at < text.length; at = end) {
      for (end = at + 1; end < text.length && marked[end] === marked[at]; ) end++
      const piece = escape(text.slice(at, end))
      html += marked[at] ? `<mark>${piece}</mark>` : piece
    }
    return html
  }

  /** Where the sign at `place` of the folded text stands in the text as written. */
  const unfold = (text, folded, place) => {
    if (text.length === folded.length) return place
    let length = 0
    for (const { 0: cluster, index } of text.matchAll(CLUSTER)) {
      length += fold(cluster).length
      if (length > place) return index
    }
    return text.length
  }

  /** ` lang="…"` of a text whose script is not that of the edition's language; Chinese keeps its English terms. */
  const tongue = (text) => {
    const own = config.lang[0].split("-")[0]
    const count = (pattern) => text.match(pattern)?.length ?? 0
    const lang = count(/[\p{sc=Hiragana}\p{sc=Katakana}]/gu) > 2 ? "ja"
      : count(/\p{sc=Hangul}/gu) > 2 ? "ko"
      : count(/[A-Za-z]{2,}/g) > 4 * count(/\p{sc=Han}/gu) ? (/zh|ja|ko/.test(own) ? "en" : own)
      : count(/\p{sc=Han}/gu) ? "zh" : own
    return lang === own ? "" : ` lang="${lang === "zh" ? "zh-Hans" : lang}"`
  }

  const excerpt = ({ text, folded }, terms) => {
    const places = terms.map((term) => find(folded, term)).filter((at) => at >= 0)
    const hit = places.length ? unfold(text, folded, Math.min(...places)) : 0
    let start = Math.max(0, hit - BEFORE)
    let end = Math.min(text.length, hit + AFTER)
    while (start > 0 && start < hit && inWord(text.charCodeAt(start - 1)) && inWord(text.charCodeAt(start))) start++
    while (end < text.length && end < hit + AFTER + 20 && inWord(text.charCodeAt(end - 1)) && inWord(text.charCodeAt(end))) end++
    if (/[\udc00-\udfff]/.test(text[start])) start--
    if (/[\udc00-\udfff]/.test(text[end] || "")) end++
    return `${start ? "… " : ""}${mark(text.slice(start, end), terms)}${end < text.length ? " …" : ""}`
  }

  const teaser = (row, { terms, filters }) => {
    const asked = filters.filter(([key]) => key === "kind")
    const notes = row.notes.filter((note) => asked.every(([, value]) => ofKind(note, value))).flatMap((note) => note.texts)
    const withFolded = (text) => ({ text, folded: fold(text) })
    const pick = (pieces, wanted) => {
      let best, most = 0
      for (const piece of pieces) {
        const count = wanted.filter((term) => find(piece.folded, term) >= 0).length
        if (count > most) [best, most] = [piece, count]
      }
      return best
    }
    const folded = row.fields[3].split("\n")
    const lines = row.text.split("\n").map((text, at) => ({ text, folded: folded[at] }))
    const remarks = notes.map(withFolded)
    const note = pick(remarks, terms) ?? (asked.length ? remarks[0] : undefined)
    // then what has the words that the remark lacks, or has some in the text
    const lacking = terms.filter((term) => !note || find(note.folded, term) < 0)
    const chosen = [note, pick([...remarks, ...lines], lacking) ?? pick(lines, terms)].filter(Boolean)
    // of a paper's names, the title of the hit says one already
    const names = row.papers.flatMap((paper) => paper.split("\n")).filter((name) => name !== row.title)
    if (!chosen.length) chosen.push(pick(names.map(withFolded), terms) ?? remarks[0] ?? lines[0])
    return chosen.map((piece) => piece.text && `<p${tongue(piece.text)}>${excerpt(piece, terms)}</p>`).join("")
  }

  const name = (title, terms) => `<span${tongue(title)}>${terms ? mark(title, terms) : escape(title)}</span>`

  const search = (text) => {
    const query = parse(text)
    if (!query.terms.length && !query.filters.length) return []
    const groups = new Map()
    const terms = Object.fromEntries(query.terms.map((term) => [term, true]))
    match(query).forEach(({ row, score }, rank) => {
      const shown = rank < TEASERS
      const group = groups.get(row.page) ?? []
      groups.set(row.page, group)
      group.push({
        location: row.location,
        title: name(row.title, shown && query.terms),
        text: shown ? teaser(row, query) : "",
        // Material folds away what scores less than a page's best hit; nothing scores 0, as a page that is no hit does
        score: group.length && group.length < SHOWN ? group[0].score : score + (group.length ? 0.5 : 1),
        terms,
      })
    })
    let rank = 0
    for (const [page, group] of groups) {
      if (!group.some(({ location }) => location === page.location)) {
        group.push({ location: page.location, title: name(page.title, rank++ < TEASERS && query.terms), text: "", score: 0, terms: {} })
      }
    }
    return [...groups.values()]
  }

  // --- messages ---------------------------------------------------------------------------------------------------------

  let asked = ""
  const answer = () => postMessage({ type: 3, data: { items: search(asked) } })

  self.addEventListener("message", async ({ data: { type, data } }) => {
    if (type === 0) {
      config = data.config
      postMessage({ type: 1 })
    } else if (type === 2) {
      asked = data
      const mine = ++turn
      // nothing is loaded before somebody asks for something
      if (!asked.trim()) return answer()
      try {
        const first = !loading
        await (loading ??= load())
        if (!first && mine === turn) answer()
      } catch {
        // the next key tries again
        loading = null
        const item = { location: "", title: escape(config.failed || ""), text: "", score: 0, terms: {} }
        postMessage({ type: 3, data: { items: [[item]] } })
      }
    }
  })
})()
