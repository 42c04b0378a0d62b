/* What Material's search box lacks: it listens for `keyup` only, so pasting with the mouse, dictating or choosing a word
 * in an input method starts no search, while the half-typed letters of an input method do.
 */
;(() => {
  "use strict"
  const isQuery = (target) => target instanceof Element && target.matches("[data-md-component=search-query]")
  let composing = false

  const search = (input) => input.dispatchEvent(new KeyboardEvent("keyup"))

  document.addEventListener("compositionstart", ({ target }) => {
    if (isQuery(target)) composing = true
  }, true)
  document.addEventListener("compositionend", ({ target }) => {
    if (!isQuery(target)) return
    composing = false
    search(target)
  }, true)
  document.addEventListener("input", (event) => {
    if (isQuery(event.target) && !composing && !event.isComposing) search(event.target)
  }, true)
  window.addEventListener("keyup", (event) => {
    if (isQuery(event.target) && event.isTrusted && (composing || event.isComposing)) event.stopImmediatePropagation()
  }, true)
  // the key that ends a composition is none of the search's: Safari tells of it after the composition, as number 229
  window.addEventListener("keydown", (event) => {
    if (isQuery(event.target) && event.keyCode === 229) event.stopImmediatePropagation()
  }, true)

  // who leaves the search by Escape goes on where it was called
  let before
  document.addEventListener("keydown", ({ key, target }) => {
    if (key === "Escape" && target.closest?.(".md-search")) setTimeout(() => before?.focus({ preventScroll: true }))
  })

  // the index is not part of a page's weight: the browser may start to fetch it once the reader reaches for the search
  document.addEventListener("focusin", ({ target, relatedTarget }) => {
    if (!isQuery(target)) return
    if (!relatedTarget?.closest(".md-search")) before = relatedTarget
    if (location.protocol === "file:" || document.querySelector("link[data-search-index]")) return
    const { base } = JSON.parse(document.getElementById("__config").textContent)
    const link = document.createElement("link")
    link.rel = "prefetch"
    link.href = new URL(`${base}/search/slides-1.js`, location.href).href
    link.dataset.searchIndex = ""
    document.head.append(link)
  })
})()
