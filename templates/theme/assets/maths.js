/* Copied text has formulas as the TeX that they were made of. Left to a browser, each of their letters is a line of its own. */
document.addEventListener("copy", (event) => {
  const selection = getSelection()
  if (!selection.rangeCount || event.target.closest?.("input, textarea")) return
  const range = selection.getRangeAt(0).cloneRange()
  const around = (node) => (node.closest ? node : node.parentElement).closest("math")
  const first = around(range.startContainer), last = around(range.endContainer)
  if (first) range.setStartBefore(first)
  if (last) range.setEndAfter(last)
  const copy = document.createElement("div")
  copy.append(range.cloneContents())
  const formulas = copy.querySelectorAll("math")
  if (!formulas.length) return
  // elsewhere, an address from here leads nowhere
  for (const link of copy.querySelectorAll("a")) link.href = link.href
  for (const image of copy.querySelectorAll("img")) image.src = image.src
  event.clipboardData.setData("text/html", copy.innerHTML)
  for (const math of formulas) {
    const mark = math.getAttribute("display") === "block" ? "$$" : "$"
    math.replaceWith(mark + (math.querySelector("annotation") ?? math).textContent.trim() + mark)
  }
  // a text has its lines only where it is laid out
  copy.style.cssText = "position: fixed; left: -100vw; width: 90vw"
  document.body.append(copy)
  event.clipboardData.setData("text/plain", copy.innerText)
  copy.remove()
  event.preventDefault()
})
