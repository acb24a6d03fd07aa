// What reaches past the side of a narrow window, as lines of text.
(() => {
  const root = document.documentElement;
  if (root.scrollWidth <= innerWidth) return [];
  const past = [...document.querySelectorAll("body *")].filter((one) => {
    const box = one.getBoundingClientRect();
    return box.right > innerWidth + 1 || box.left < -1;
  });
  const named = (one) => `${one.localName}${one.id && "#" + one.id}.${one.className}`;
  const widest = past.slice(0, 4).map(named).join(" ");
  return [`${root.scrollWidth} pixels wide in a window of ${innerWidth}: ${widest}`];
})()
