// What is wrong with the page that is open, as lines of text.
((language, direction) => {
  const wrong = [];
  const root = document.documentElement;
  const expect = (is, wanted, what) => {
    if (is !== wanted) wrong.push(`${what}: ${is} instead of ${wanted}`);
  };
  expect(root.lang, language, "language");
  expect(root.dir, direction, "direction");
  expect(document.querySelectorAll("h1").length, 1, "headings of the first rank");
  expect(window.pwned, undefined, "what only a canary sets");
  const canaries = document.querySelectorAll("img[src=x], [onerror], script:not([src])");
  expect(canaries.length, 0, "elements out of texts");
  const ids = [...document.querySelectorAll("[id]")].map((one) => one.id);
  const twice = ids.filter((id, at) => ids.indexOf(id) !== at);
  expect(twice.join(" "), "", "ids that stand more than once");
  // Whether it has to be scrolled depends on how long a date or a name is today.
  const reachable =
    "a[href], summary, [tabindex='0'], :is(button, select, textarea, input:not([type=hidden])):enabled";
  const frames = [...document.querySelectorAll(".table-frame:not([tabindex='0'])")];
  const unreachable = frames.filter((frame) => !frame.querySelector(reachable));
  expect(unreachable.length, 0, "tables that no key can scroll");
  expect((window.violated ?? []).join(" "), "", "violated policy");
  return wrong;
})
