/* The language menu keeps the reader's place: the same anchor on the same page of the other edition. */
for (const link of document.querySelectorAll("a[data-sg-edition]")) {
  const keepPlace = () => { link.hash = location.hash }
  link.addEventListener("pointerdown", keepPlace)
  link.addEventListener("focus", keepPlace)
  link.addEventListener("click", keepPlace)
}
