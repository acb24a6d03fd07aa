// What axe-core finds on the page that is open, as lines of text: by these of its rules, or by all that it uses by itself.
((rules) => {
  const runOnly = rules.length > 0 ? { runOnly: { type: "rule", values: rules } } : {};
  return axe.run(document, { resultTypes: ["violations"], preload: false, ...runOnly }).then(({ violations }) =>
    violations.flatMap(({ id, help, nodes }) =>
      nodes.slice(0, 3).map(({ target, any, all, none }) => {
        const [why] = [...any, ...all, ...none].map((check) => check.message);
        return `${id} (${help}), ${nodes.length} times: ${target.join(" ")}: ${why}`;
      })));
})
