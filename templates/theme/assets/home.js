/* The home page offers the deck and slide that this browser read last. */
(() => {
  const line = document.querySelector(".sg-continue")
  if (!line) return
  let last = null
  try { last = localStorage.getItem(`sg:last:${new URL(line.dataset.root, location.href).pathname}`) } catch { return }
  const [address, slide] = (last || "").split("#")
  let page
  try { page = decodeURIComponent(address) } catch { return }
  const title = JSON.parse(line.dataset.decks)[page]
  if (!title || !/^p\d+\w*(-\d+)?$/.test(slide)) return
  const link = document.createElement("a")
  link.href = `${page.split("/").map(encodeURIComponent).join("/")}#${slide}`
  link.textContent = `${title} · ${slide.replace(/-\d+$/, "").toUpperCase()}`
  line.append(link)
  line.hidden = false
})()
